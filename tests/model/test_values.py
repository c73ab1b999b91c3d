"""Small values: batches, settings, events."""

from bulkmatch.model.query import AliasGroup, Ask, AskOptions, Batch, MatchQuery
from bulkmatch.model.settings import Credentials, Limits, Settings
from bulkmatch.model.tally import Tally


def ask(mpn: str, limit: int) -> Ask:
    return Ask(MatchQuery(mpn), key=mpn, limit=limit)


def test_a_batch_can_be_billed_for_every_ask_at_its_limit() -> None:
    first, second, third = ask("a", 1), ask("b", 1), ask("c", 4)
    groups = (AliasGroup(AskOptions(), (first, second)), AliasGroup(AskOptions("DE"), (third,)))
    batch = Batch(groups)
    assert batch.asks == (first, second, third)
    assert batch.ceiling == 6


def test_a_batch_of_nothing_costs_nothing() -> None:
    assert Batch(()).ceiling == 0


def test_a_secret_is_in_no_repr() -> None:
    settings = Settings(Credentials("client", "hush-hush"))
    assert "hush-hush" not in repr(settings)
    assert "client" in repr(settings)


def test_the_provider_profile_starts_from_the_documented_limits() -> None:
    limits = Limits()
    assert (limits.queries_per_request, limits.parts_per_request) == (100, 100)
    assert limits.requests_per_minute == 300


def test_answers_are_kept_for_a_day_unless_told_otherwise() -> None:
    assert Settings(Credentials("client", "secret")).retention == 24 * 3600


def test_what_was_saved_is_never_less_than_nothing() -> None:
    assert Tally(charged=3, by_default=7).saved == 4
    assert Tally(charged=7, by_default=3).saved == 0
