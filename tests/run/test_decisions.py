"""Decisions replayed: what a line ends as, what that costs, and what happens when facts change."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.fakes import FakeApi, FakePart, settings, virtual_clock
from tests.run.test_plan_memory import Kept

from bulkmatch import (
    Engine,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Review,
    ReviewKind,
    Row,
    Skipped,
    SkipReason,
    SupplyPart,
    World,
)
from bulkmatch.core.decision import decide
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.tally import Estimate

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TI = "Texas Instruments"
REEL = FakePart("LM358DR", TI)
MAKERS = (FakePart("2N7002", "Diodes"), FakePart("2N7002", "onsemi"), FakePart("2N7002", "NXP"))
# Each: a row that needs review, and a part that a person accepts for it.
DOUBTS = [
    pytest.param(Row("LM358D", "TI"), REEL, id="packaging"),
    pytest.param(Row("2N7002"), MAKERS[1], id="several makers"),
    pytest.param(Row("2N7002"), MAKERS[2], id="the last of several makers"),
    pytest.param(Row("2N7002", "Acme"), MAKERS[0], id="other maker"),
    pytest.param(Row("2N7002", "Acme"), REEL, id="another number altogether"),
]


class Desk:
    """One store over several runs; `age` makes its answers stale without any time passing."""

    def __init__(self, *parts: FakePart) -> None:
        self.api, self.store, self.later = FakeApi(parts), Kept(), 0.0

    def world(self) -> World:
        """The world, as much later as was said."""
        return World(
            clock=lambda: virtual_clock() + self.later,
            dice=lambda: 0.5,
            transport=self.api,
            open_store=lambda _: self.store,
        )

    async def run(self, *rows: Row, **changes: Any) -> tuple[list[Outcome[SupplyPart]], int]:
        """The outcomes of rows, and what they cost; never more than the estimate."""
        before = self.api.charged
        async with Engine.open(settings(**changes), world=self.world()) as engine:
            estimate = await engine.estimate(rows)
            outcomes = [outcome async for outcome in engine.enrich(rows)]
            cost = self.api.charged - before
            assert engine.tally.charged == cost <= estimate.parts_at_most
        return outcomes, cost

    async def estimate(self, *rows: Row) -> Estimate:
        async with Engine.open(settings(), world=self.world()) as engine:
            return await engine.estimate(rows)

    async def decide(self, *decisions: Decision) -> None:
        async with Engine.open(settings(), world=self.world()) as engine:
            await engine.decide(*decisions)


def part_of(row: Row, part: FakePart) -> Decision:
    """Ann accepts a part."""
    return decide(row, Action.PART, by="ann", at=AT, mpn=part.mpn, manufacturer=part.maker)


@pytest.mark.parametrize(("row", "part"), DOUBTS)
async def test_an_accepted_part_ends_its_line_and_costs_no_more_than_the_doubt_did(
    row: Row, part: FakePart
) -> None:
    desk = Desk(REEL, *MAKERS)
    (first,), before = await desk.run(row)
    assert isinstance(first, Review)
    await desk.decide(part_of(row, part))
    desk.later = 25 * 3600
    (again,), cost = await desk.run(row)
    assert isinstance(again, Matched)
    assert again.kind is MatchKind.DECISION
    assert (again.part.mpn, again.part.manufacturer.name) == (part.mpn, part.maker)
    assert "decided by ann on 2026-11-20" in again.reason
    assert not again.provenance.from_store
    assert cost == 1 <= before


@pytest.mark.parametrize(("row", "part"), DOUBTS[:4])
async def test_while_the_answers_are_kept_a_decision_among_the_hits_is_replayed_for_free(
    row: Row, part: FakePart
) -> None:
    desk = Desk(REEL, *MAKERS)
    (first,), _ = await desk.run(row)
    assert isinstance(first, Review)
    seen = {(one.mpn, one.manufacturer.name) for one in first.parts}
    await desk.decide(part_of(row, part))
    estimate = await desk.estimate(row)
    (again,), cost = await desk.run(row)
    assert isinstance(again, Matched)
    is_seen = (part.mpn, part.maker) in seen
    assert cost == (0 if is_seen else 1)
    assert estimate.from_store == (1 if is_seen else 0)
    (third,), cost = await desk.run(row)
    assert isinstance(third, Matched)
    assert (cost, third.provenance.from_store) == (0, True)


@pytest.mark.parametrize(("row", "part"), DOUBTS)
async def test_when_the_accepted_part_is_gone_the_line_goes_back_to_review_and_says_so(
    row: Row, part: FakePart
) -> None:
    desk = Desk(REEL, *MAKERS)
    _, before = await desk.run(row)
    await desk.decide(part_of(row, part))
    desk.later = 25 * 3600
    desk.api.parts = [one for one in (REEL, *MAKERS) if one != part]
    (again,), cost = await desk.run(row)
    assert isinstance(again, Review | Missed)
    assert "not found any more" in again.reason
    assert cost <= max(before, 1) + 1
    if isinstance(again, Review):
        assert again.kind is ReviewKind.OUTDATED


async def test_a_part_that_would_be_taken_now_is_not_when_a_person_had_chosen_another() -> None:
    desk = Desk(FakePart("LM358D", TI))
    row = Row("LM358D", TI)
    await desk.decide(part_of(row, REEL))
    (outcome,), _ = await desk.run(row)
    assert isinstance(outcome, Review)
    assert outcome.kind is ReviewKind.OUTDATED
    assert [part.mpn for part in outcome.parts] == ["LM358D"]


async def test_an_accepted_maker_is_asked_for_and_the_number_judged_as_ever() -> None:
    desk = Desk(*MAKERS)
    row = Row("2n7002")
    await desk.decide(decide(row, Action.MAKER, by="ann", at=AT, manufacturer="onsemi"))
    (outcome,), cost = await desk.run(row)
    assert isinstance(outcome, Matched)
    assert (outcome.kind, outcome.part.manufacturer.name, cost) == (
        MatchKind.DECISION,
        "onsemi",
        1,
    )
    assert "accept maker onsemi" in outcome.reason


async def test_an_ignored_line_asks_nothing_and_its_other_spellings_neither() -> None:
    desk = Desk(REEL)
    row = Row("LM358-DR", TI)
    await desk.decide(decide(row, Action.IGNORE, by="ann", at=AT, note="on hold"))
    (outcome, other), cost = await desk.run(Row("lm358dr", TI), Row("LM358DR", "Acme"))
    assert isinstance(outcome, Skipped)
    assert outcome.reason is SkipReason.IGNORED
    assert outcome.detail == "ignore, decided by ann on 2026-11-20: on hold"
    assert isinstance(other, Review)
    assert cost == 1
    assert (await desk.estimate(Row("lm358dr", TI))).skipped == 1


async def test_a_budget_that_is_too_short_for_the_accepted_part_is_not_a_part_that_is_gone() -> (
    None
):
    desk = Desk(REEL)
    row = Row("LM358D", TI)
    await desk.decide(part_of(row, REEL))
    (outcome,), cost = await desk.run(row, budget=0)
    assert isinstance(outcome, Skipped)
    assert (outcome.reason, cost) == (SkipReason.BUDGET, 0)


async def test_a_part_accepted_under_another_name_of_its_maker_is_found() -> None:
    desk = Desk(FakePart("CDR-1", "CUI Devices"))
    row = Row("CDR1X")
    await desk.decide(part_of(row, FakePart("CDR-1", "CUI Devices")))
    (outcome,), cost = await desk.run(row)
    assert isinstance(outcome, Matched)
    assert cost == 1
    assert desk.api.asked["CDR-1"] == 2  # as Same Sky, its name now, in vain


async def test_decisions_given_to_an_engine_go_before_those_of_its_store_and_are_not_kept() -> None:
    desk = Desk(*MAKERS)
    row = Row("2N7002")
    await desk.decide(decide(row, Action.IGNORE, by="bob", at=AT))
    given = (part_of(row, MAKERS[0]),)
    async with Engine.open(settings(), world=desk.world(), decisions=given) as engine:
        assert isinstance(await engine.match("2N7002"), Matched)
    async with Engine.open(settings(), world=desk.world()) as engine:
        assert isinstance(await engine.match("2N7002"), Skipped)
        assert await engine.forget(given[0].subject) == 1
        assert isinstance(await engine.match("2N7002"), Review)


async def test_many_lines_of_one_decided_question_share_one_ask() -> None:
    desk = Desk(REEL)
    row = Row("LM358D", TI)
    await desk.decide(part_of(row, REEL))
    outcomes, cost = await desk.run(*[Row(mpn, TI) for mpn in ("LM358D", "LM358-D", "lm358d")])
    assert [type(outcome) for outcome in outcomes] == [Matched] * 3
    assert cost == 1
