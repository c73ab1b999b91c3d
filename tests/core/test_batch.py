"""Batches: every ask once, never more than the profile allows."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.batch import fill, group, shrink, split
from bulkmatch.model.query import Ask, AskOptions, Batch, MatchQuery
from bulkmatch.model.settings import Limits

OPTIONS = [AskOptions(), AskOptions("DE", "EUR"), AskOptions("GB", "GBP")]


@st.composite
def work(draw: st.DrawFn) -> tuple[list[Ask], Limits]:
    """Asks, and limits under which each of them may be sent."""
    limits = Limits(
        queries_per_request=draw(st.integers(1, 12)),
        parts_per_request=draw(st.integers(1, 20)),
        queries_per_alias=draw(st.integers(1, 12)),
    )
    sizes = draw(st.lists(st.integers(1, limits.parts_per_request), max_size=40))
    asks = [
        Ask(MatchQuery(f"PN-{n}", None, draw(st.sampled_from(OPTIONS))), key=str(n), limit=limit)
        for n, limit in enumerate(sizes)
    ]
    return asks, limits


def batches(asks: list[Ask], limits: Limits) -> list[Batch]:
    """All of `asks`, request by request, as a run sends them."""
    told: list[Batch] = []
    while asks:
        count = fill(asks, limits=limits)
        told.append(group(asks[:count], limits=limits))
        asks = asks[count:]
    return told


@given(work())
def test_every_ask_is_sent_once(given_work: tuple[list[Ask], Limits]) -> None:
    asks, limits = given_work
    sent = Counter(ask for batch in batches(asks, limits) for ask in batch.asks)
    assert sent == Counter(asks)


@given(work())
def test_no_request_passes_the_limits_over_all_its_aliases(
    given_work: tuple[list[Ask], Limits],
) -> None:
    asks, limits = given_work
    for batch in batches(asks, limits):
        assert 0 < len(batch.asks) <= limits.queries_per_request
        assert batch.ceiling <= limits.parts_per_request
        assert batch.ceiling == sum(ask.limit for ask in batch.asks)


@given(work())
def test_an_alias_holds_equal_options_and_limits_and_no_more_than_its_size(
    given_work: tuple[list[Ask], Limits],
) -> None:
    asks, limits = given_work
    for batch in batches(asks, limits):
        for alias in batch.groups:
            assert 0 < len(alias.asks) <= limits.queries_per_alias
            assert {ask.query.options for ask in alias.asks} == {alias.options}
            assert len({ask.limit for ask in alias.asks}) == 1


@given(work())
def test_a_request_is_as_full_as_it_gets(given_work: tuple[list[Ask], Limits]) -> None:
    asks, limits = given_work
    count = fill(asks, limits=limits)
    if count < len(asks) and count < limits.queries_per_request:
        assert sum(ask.limit for ask in asks[: count + 1]) > limits.parts_per_request


def test_a_hundred_single_parts_fill_one_request_of_the_documented_size() -> None:
    asks = [Ask(MatchQuery(f"PN-{n}"), key=str(n)) for n in range(250)]
    assert [len(batch.asks) for batch in batches(asks, Limits())] == [100, 100, 50]


def test_thirty_three_asks_of_three_parts_fill_one_request() -> None:
    asks = [Ask(MatchQuery(f"PN-{n}"), key=str(n), limit=3) for n in range(40)]
    assert fill(asks, limits=Limits()) == 33


def test_nothing_fills_nothing() -> None:
    assert fill([], limits=Limits()) == 0
    assert group([], limits=Limits()) == Batch(())


def test_an_ask_too_big_for_any_request_goes_alone_and_never_blocks_the_line() -> None:
    asks = [Ask(MatchQuery("a"), key="a", limit=9), Ask(MatchQuery("b"), key="b")]
    assert fill(asks, limits=Limits(parts_per_request=4)) == 1


@given(work(), st.integers(0, 40))
def test_shrinking_keeps_every_ask_and_its_order_and_stays_within_the_headroom(
    given_work: tuple[list[Ask], Limits], parts_left: int
) -> None:
    asks, _ = given_work
    fitting, rest = shrink(asks, parts_left=parts_left)
    held = sum(ask.limit for ask in fitting)
    assert held <= parts_left
    assert all(ask.limit > parts_left - held for ask in rest), "headroom is stranded"
    assert [ask for ask in asks if ask in fitting] == list(fitting)
    assert [ask for ask in asks if ask in rest] == list(rest)
    assert Counter(fitting + rest) == Counter(asks)


@given(work())
def test_halves_hold_every_ask_in_order_and_differ_by_one_at_most(
    given_work: tuple[list[Ask], Limits],
) -> None:
    asks, _ = given_work
    first, second = split(asks)
    assert list(first + second) == asks
    assert len(first) - len(second) in (0, 1)


def test_halving_ends_with_every_ask_alone() -> None:
    parcels = [tuple(Ask(MatchQuery(str(n)), key=str(n)) for n in range(7))]
    while any(len(parcel) > 1 for parcel in parcels):
        parcels = [
            half for parcel in parcels for half in (split(parcel) if len(parcel) > 1 else (parcel,))
        ]
    assert [[ask.key for ask in parcel] for parcel in parcels] == [[key] for key in "0123456"]
