"""The engine as a caller sees it, against the fake API, on both event loops."""

from collections.abc import Iterator
from contextlib import aclosing

import anyio
import pytest
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import (
    Engine,
    Failed,
    Limits,
    Matched,
    MatchKind,
    Missed,
    Patience,
    Review,
    ReviewKind,
    Row,
    Skipped,
    SkipReason,
    outcome_name,
)

PARTS = tuple(FakePart(f"PN-{n}") for n in range(500))


def rows(count: int) -> list[Row]:
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]


async def test_every_row_gets_its_own_part_in_input_order() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(250))]
    assert [outcome.row.line for outcome in outcomes] == list(range(250))
    assert all(isinstance(o, Matched) and o.part.mpn == o.row.mpn for o in outcomes)
    assert api.charged == 250 == engine.tally.charged
    assert len(api.requests) == 3


async def test_questions_that_differ_by_spelling_only_are_asked_once() -> None:
    api = FakeApi(PARTS)
    asked = [Row("PN-1", "Acme"), Row("pn1", "ACME"), Row(" PN-1\u200b", "Acme")]
    async with Engine.open(settings(), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(asked)]
    assert [o.kind for o in outcomes if isinstance(o, Matched)] == [
        MatchKind.EXACT,
        MatchKind.VARIANT,
        MatchKind.EXACT,
    ]
    assert api.charged == 1


async def test_calls_made_at_the_same_time_share_a_request() -> None:
    api = FakeApi(PARTS)
    found: list[str] = []

    async def one(n: int) -> None:
        outcome = await engine.match(f"PN-{n}", manufacturer="Acme")
        assert isinstance(outcome, Matched)
        found.append(outcome.part.mpn)

    async with Engine.open(settings(), world=world(api)) as engine, anyio.create_task_group() as tg:
        for n in range(60):
            tg.start_soon(one, n)
    assert sorted(found) == sorted(f"PN-{n}" for n in range(60))
    assert len(api.requests) == 1
    assert api.token_requests == 1


async def test_a_misspelt_maker_is_asked_again_without_and_reviewed() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        outcome = await engine.match("PN-7", manufacturer="Akme")
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.OTHER_MAKER
    assert outcome.parts[0].manufacturer.name == "Acme"
    assert api.charged == 1


async def test_a_number_of_two_makers_is_ambiguous_and_no_part_is_paid_twice() -> None:
    api = FakeApi((FakePart("X1", "Acme"), FakePart("X1", "Bolt"), FakePart("X-1", "Cog")))
    async with Engine.open(settings(), world=world(api)) as engine:
        outcome = await engine.match("X1")
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.AMBIGUOUS
    assert [part.manufacturer.name for part in outcome.parts] == ["Acme", "Bolt"]
    assert (outcome.hits, api.charged) == (3, 2), "the third cannot decide between the two"
    assert [told["variables"]["queries_0"][0]["start"] for told in api.requests] == [0, 1]


async def test_an_unknown_number_is_missed_and_costs_nothing() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        outcome = await engine.match("NOSUCH-1", manufacturer="Acme")
    assert isinstance(outcome, Missed)
    assert api.charged == 0


async def test_what_is_no_part_number_is_never_asked() -> None:
    api = FakeApi(PARTS)
    asked = [Row("TBD"), Row(""), Row("PN-1", do_not_populate=True), Row("--")]
    async with Engine.open(settings(), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(asked)]
    assert [o.reason for o in outcomes if isinstance(o, Skipped)] == [
        SkipReason.PLACEHOLDER,
        SkipReason.NO_MPN,
        SkipReason.DO_NOT_POPULATE,
        SkipReason.PLACEHOLDER,
    ]
    assert not api.requests


async def test_the_budget_is_used_to_the_last_part_and_never_passed() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(budget=130), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(300))]
        spend = await engine.budget.run()
    names = [outcome_name(outcome) for outcome in outcomes]
    assert (names.count("matched"), names.count("skipped")) == (130, 170)
    assert api.charged == 130 == spend.settled
    assert engine.stopped is not None
    assert engine.stopped[0] is SkipReason.BUDGET


async def test_fifty_concurrent_batches_never_pass_the_budget() -> None:
    api = FakeApi(PARTS, latency=1.0)
    limits = Limits(requests_per_minute=60_000, concurrency=50, queries_per_request=4)
    async with Engine.open(settings(budget=97, limits=limits), world=world(api)) as engine:
        outcomes = [o async for o in engine.enrich(rows(400), ordered=False)]
    assert api.most_in_flight > 10
    assert len(outcomes) == 400
    assert api.charged == 97


async def test_the_part_limit_stops_the_run_and_no_row_is_called_missed() -> None:
    api = FakeApi(PARTS, part_limit=100)
    limits = Limits(requests_per_minute=60_000, concurrency=1)
    async with Engine.open(settings(limits=limits), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(300))]
    names = [outcome_name(outcome) for outcome in outcomes]
    assert (names.count("matched"), names.count("skipped")) == (100, 200)
    assert {o.reason for o in outcomes if isinstance(o, Skipped)} == {SkipReason.PART_LIMIT}


async def test_memory_follows_the_window() -> None:
    api = FakeApi(PARTS)
    taken = 0

    def source() -> Iterator[Row]:
        nonlocal taken
        for row in rows(400):
            taken += 1
            yield row

    async with Engine.open(settings(window=50), world=world(api)) as engine:
        async with aclosing(engine.enrich(source())) as outcomes:
            async for outcome in outcomes:
                assert taken - outcome.row.line <= 51
                if outcome.row.line == 200:
                    break
    assert taken <= 252


async def test_an_error_of_the_source_reaches_the_reader_after_the_rows_before_it() -> None:
    api = FakeApi(PARTS)
    seen = []

    def source() -> Iterator[Row]:
        yield from rows(3)
        raise ValueError("line 4 is torn")

    async with Engine.open(settings(), world=world(api)) as engine:
        with pytest.raises(ValueError, match="torn"):
            async for outcome in engine.enrich(source()):
                seen.append(outcome.row.line)
    assert seen == [0, 1, 2]


async def test_a_silent_api_fails_the_rows_and_counts_their_ceiling_as_unknown() -> None:
    api = FakeApi(PARTS, latency=10_000)
    patience = Patience(attempt_timeout=5, give_up_after=12, attempts=9, backoff=0.1)
    given = settings(patience=patience, token_cache=None)
    async with Engine.open(given, world=world(api)) as engine:
        outcome = await engine.match("PN-1")
        spend = await engine.budget.run()
    assert isinstance(outcome, Failed)
    assert (spend.settled, spend.reserved) == (0, 0)
    assert spend.unknown == 0  # the token endpoint was silent: nothing was ever asked


async def test_a_closed_engine_answers_nobody_and_keeps_nobody_waiting() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        pass
    outcome = await engine.match("PN-1")
    assert isinstance(outcome, Skipped)
    assert outcome.detail == "the engine was closed"


async def test_an_observer_that_fails_stops_nothing() -> None:
    api = FakeApi(PARTS)

    def failing(event: object) -> None:
        raise ValueError("not my day")

    async with Engine.open(settings(), world=world(api), observer=failing) as engine:
        outcome = await engine.match("PN-1")
        spend = await engine.budget.run()
    assert isinstance(outcome, Matched)
    assert spend.settled == 1
