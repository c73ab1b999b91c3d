"""Approved alternates asked as a set: one outcome a line, each part once, and the window kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import (
    Engine,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Review,
    Row,
    Skipped,
    SkipReason,
    SupplyPart,
)
from bulkmatch.core.decision import decide
from bulkmatch.model.decision import Action
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.row import Alternate

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(frozen=True)
class StockedPart(FakePart):
    """A part with a lifecycle, and one authorised seller's stock and price."""

    lifecycle: str = "Production"
    stock: int = 1000
    price: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """The part as it is answered."""
        price = {"quantity": 1, "price": self.price, "currency": "USD"}
        offer = {"id": "1", "sku": "A", "inventoryLevel": self.stock, "prices": [price]}
        seller = {"company": {"id": "1", "name": "Alpha"}, "isAuthorized": True, "offers": [offer]}
        attribute = {"id": "910", "shortname": "lifecyclestatus", "name": "Lifecycle", "group": ""}
        spec = {"attribute": attribute, "value": self.lifecycle, "displayValue": self.lifecycle}
        return {**super().to_json(), "sellers": [seller], "specs": [spec]}


OLD = StockedPart("OLD-1", lifecycle="Obsolete", stock=0)
NEW = StockedPart("NEW-1", "Bolt")
FEW = StockedPart("FEW-1", stock=50)


def line(mpn: str, *alternates: str, quantity: int = 1) -> Row:
    """A line of Acme's with alternates of anybody's."""
    others = tuple(Alternate(other, line=9) for other in alternates)
    return Row(mpn, "Acme", Decimal(quantity), line=3, alternates=others)


async def ended(
    api: FakeApi, *rows: Row, boards: int = 1, **changes: Any
) -> list[Outcome[SupplyPart]]:
    """The outcomes of rows; never for more than the estimate."""
    async with Engine.open(settings(**changes), world=world(api)) as engine:
        estimate = await engine.estimate(rows)
        outcomes = [outcome async for outcome in engine.enrich(rows, boards=boards)]
        assert engine.tally.charged == api.charged <= estimate.parts_at_most
    return outcomes


async def test_a_line_is_as_healthy_as_its_best_approved_option() -> None:
    api = FakeApi([OLD, NEW])
    (outcome,) = await ended(api, line("OLD-1", "NEW-1"))
    assert isinstance(outcome, Matched)
    assert (outcome.part.mpn, outcome.row.mpn) == ("NEW-1", "OLD-1")
    assert "alternate 1 of 1 is used: the own part is Obsolete" in outcome.reason
    assert [(one.mpn, one.is_used, one.lifecycle) for one in outcome.options] == [
        ("OLD-1", False, Lifecycle.OBSOLETE),
        ("NEW-1", True, Lifecycle.PRODUCTION),
    ]
    assert api.charged == 2


@pytest.mark.parametrize(("boards", "expected"), [(1, "FEW-1"), (10, "NEW-1")])
async def test_stock_counts_for_the_boards_that_are_built(boards: int, expected: str) -> None:
    row = line("FEW-1", "NEW-1", quantity=10)
    (outcome,) = await ended(FakeApi([FEW, NEW]), row, boards=boards)
    assert isinstance(outcome, Matched)
    assert outcome.part.mpn == expected


async def test_every_option_is_a_question_and_those_that_lines_share_are_asked_once() -> None:
    api = FakeApi([OLD, NEW, FEW], latency=1)
    rows = [line("OLD-1", "NEW-1", "FEW-1"), line("FEW-1", "NEW-1"), line("NEW-1"), line("FEW-1")]
    async with Engine.open(settings(), world=world(api)) as engine:
        estimate = await engine.estimate(rows)
        assert (estimate.lines, estimate.distinct) == (4, 5)  # two with and without a maker
        outcomes = [outcome async for outcome in engine.enrich(rows)]
    assert [outcome.row for outcome in outcomes] == rows
    assert api.asked == {"OLD-1": 1, "NEW-1": 2, "FEW-1": 2}  # by Acme and by nobody
    assert api.charged == 4  # NEW-1 is not Acme's, and nobody's answer was there already


async def test_all_options_of_a_line_go_in_one_request() -> None:
    api = FakeApi([OLD, NEW, FEW])
    await ended(api, line("OLD-1", "NEW-1", "FEW-1"))
    assert len(api.requests) == 1


async def test_a_line_without_alternates_has_no_options() -> None:
    (outcome,) = await ended(FakeApi([NEW]), Row("NEW-1", "Bolt"))
    assert isinstance(outcome, Matched)
    assert outcome.options == ()


async def test_a_line_that_is_not_fitted_asks_for_none_of_its_options() -> None:
    api = FakeApi([OLD, NEW])
    row = Row("OLD-1", "Acme", do_not_populate=True, alternates=(Alternate("NEW-1"),))
    (outcome,) = await ended(api, row)
    assert isinstance(outcome, Skipped)
    assert outcome.reason is SkipReason.DO_NOT_POPULATE
    assert not api.requests


async def test_without_alternates_only_the_lines_own_part_is_asked_for() -> None:
    api = FakeApi([OLD, NEW])
    (outcome,) = await ended(api, line("OLD-1", "NEW-1"), alternates=False)
    assert isinstance(outcome, Matched)
    assert (outcome.part.mpn, api.charged) == ("OLD-1", 1)


async def test_a_budget_that_ends_between_options_does_not_make_a_miss_of_a_line() -> None:
    api = FakeApi([NEW])
    (outcome,) = await ended(api, line("NONE-1", "NEW-1"), budget=0)
    assert isinstance(outcome, Skipped)
    assert outcome.reason is SkipReason.BUDGET
    (outcome,) = await ended(FakeApi(), line("NONE-1", "NONE-2"))
    assert isinstance(outcome, Missed)


async def test_a_persons_choice_among_the_options_holds_and_an_ignored_line_asks_for_none() -> None:
    row = line("FEW-1", "OLD-1")
    taken = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="OLD-1")
    api = FakeApi([OLD, FEW])
    async with Engine.open(settings(), world=world(api), decisions=[taken]) as engine:
        (outcome,) = [one async for one in engine.enrich([row])]
    assert isinstance(outcome, Matched)
    assert (outcome.kind, outcome.part.mpn) == (MatchKind.DECISION, "OLD-1")
    ignored = decide(row, Action.IGNORE, by="ann", at=AT)
    api = FakeApi([OLD, FEW])
    async with Engine.open(settings(), world=world(api), decisions=[ignored]) as engine:
        assert (await engine.estimate([row])).distinct == 0
        (outcome,) = [one async for one in engine.enrich([row])]
    assert isinstance(outcome, Skipped)
    assert not api.requests


async def test_an_option_that_a_person_has_accepted_a_part_for_counts_as_recognised() -> None:
    row = Row("LM358D", "TI", alternates=(Alternate("OLD-1", "Acme"),))
    reel = StockedPart("LM358DR", "Texas Instruments")
    made = decide(
        Row("LM358D", "TI"), Action.PART, by="ann", at=AT, mpn="LM358DR", manufacturer="TI"
    )
    api = FakeApi([reel, OLD])
    async with Engine.open(settings(), world=world(api)) as engine:
        (outcome,) = [one async for one in engine.enrich([row])]
        assert isinstance(outcome, Matched)
        assert outcome.part.mpn == "OLD-1"
        assert isinstance(outcome.options[0].outcome, Review)
        await engine.decide(made)
        (outcome,) = [one async for one in engine.enrich([row])]
    assert isinstance(outcome, Matched)
    assert (outcome.kind, outcome.part.mpn) == (MatchKind.DECISION, "LM358DR")


@pytest.mark.parametrize("ordered", [True, False])
async def test_the_window_counts_every_part_that_is_named(ordered: bool) -> None:
    read = given = 0

    def rows() -> Iterator[Row]:
        nonlocal read
        for n in range(60):
            read += 1
            yield line(f"P-{n}", *(f"P-{n}-{other}" for other in range(n % 7)))
            assert read - given <= 9  # eight are held, and this one waits for its place

    api = FakeApi(())
    async with Engine.open(settings(window=8), world=world(api)) as engine:
        async for _ in engine.enrich(rows(), ordered=ordered):
            given += 1
    assert (read, given) == (60, 60)
    assert api.most_in_flight <= 8


async def test_a_row_with_more_options_than_the_window_holds_ends_all_the_same() -> None:
    row = line("OLD-1", *(f"N-{n}" for n in range(20)), "NEW-1")
    outcomes = await ended(FakeApi([OLD, NEW]), row, line("FEW-1"), window=4)
    assert [type(outcome) for outcome in outcomes] == [Matched, Missed]
