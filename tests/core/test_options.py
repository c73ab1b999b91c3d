"""Which approved part is used: the healthiest, with the reason in words."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.parts import Part

from bulkmatch.core.decision import decide
from bulkmatch.core.options import Need, choose, option_rows
from bulkmatch.errors import Unanswered
from bulkmatch.model.decision import Action
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Provenance,
    Review,
    ReviewKind,
    Skipped,
    SkipReason,
)
from bulkmatch.model.part import Lifecycle, Offer, PartFacts, PriceBreak
from bulkmatch.model.row import Alternate, Row

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOLD = Provenance(AT, "live", False, "US", "USD")
NEED = Need(100, "USD")
GOOD = Lifecycle.PRODUCTION
Told = tuple[Outcome[Part], PartFacts | None]


def line(alternates: int) -> Row:
    """A line whose own part is P0; alternates are P1 and so on, by Acme."""
    others = tuple(Alternate(f"P{n}", "Acme", 10 + n) for n in range(1, alternates + 1))
    return Row("P0", "Acme", line=7, alternates=others, sku="S-0", seller="Mouser")


def taken(
    place: int,
    lifecycle: Lifecycle = GOOD,
    stock: int | None = 1000,
    price: str | None = "1",
) -> Told:
    """An option that was recognised, with what is known of its part."""
    part = Part(f"P{place}", "Acme")
    row = option_rows(line(place))[place]
    breaks = () if price is None else (PriceBreak(1, Decimal(price), "USD"),)
    offer = Offer("Alpha", "A", stock, is_authorized=True, is_broker=False, prices=breaks)
    facts = PartFacts(part.mpn, "Acme", lifecycle, offers=(offer,))
    return Matched(row, MatchKind.EXACT, part, "same number", TOLD), facts


def in_doubt(place: int) -> Told:
    """An option that a person has to look at."""
    matched, facts = taken(place)
    assert isinstance(matched, Matched)
    told = Review(matched.row, ReviewKind.PACKAGING, (matched.part,), 1, "reel", TOLD)
    return told, facts


def missed(place: int) -> Told:
    return Missed(option_rows(line(place))[place], "no part of that number", TOLD), None


def failed(place: int) -> Told:
    return Failed(option_rows(line(place))[place], Unanswered("silence")), None


def unasked(place: int, reason: SkipReason = SkipReason.BUDGET) -> Told:
    return Skipped(option_rows(line(place))[place], reason), None


def chosen(*told: Told) -> Outcome[Part]:
    """The line's outcome."""
    outcomes, facts = [one for one, _ in told], [known for _, known in told]
    return choose(line(len(told) - 1), outcomes, facts, need=NEED)


def used(outcome: Outcome[Part]) -> int:
    """The place of the option that is used: there is exactly one."""
    (place,) = [option.place for option in outcome.options if option.is_used]
    return place


@pytest.mark.parametrize(
    ("told", "place", "why"),
    [
        ((taken(0), taken(1)), 0, "alternate 1 is as good, and comes later in the file"),
        (
            (taken(0, Lifecycle.OBSOLETE), taken(1)),
            1,
            "the own part is Obsolete, this one Production",
        ),
        ((taken(0, Lifecycle.NRND), taken(1, Lifecycle.EOL)), 0, "alternate 1 is EOL"),
        ((taken(0, stock=40), taken(1)), 1, "has 40 in stock, this one 1,000 in stock, 100 needed"),
        ((taken(0, stock=0), taken(1, stock=None)), 1, "this one stock that nobody tells"),
        (
            (taken(0, Lifecycle.UNKNOWN), taken(1)),
            1,
            "the own part is unknown, this one Production",
        ),
        ((taken(0, Lifecycle.UNKNOWN), taken(1, stock=5)), 0, "alternate 1 has 5 in stock"),
        ((taken(0, Lifecycle.UNKNOWN), taken(1, Lifecycle.NRND)), 0, "alternate 1 is NRND"),
        (
            (taken(0, price="2"), taken(1, price="1.5")),
            1,
            "costs 200 USD for 100, this one 150.0 USD",
        ),
        ((taken(0, price=None), taken(1)), 1, "costs nobody knows what"),
        ((missed(0), taken(1, Lifecycle.OBSOLETE, 0)), 1, "the own part was not found"),
        ((in_doubt(0), taken(1, Lifecycle.NRND)), 1, "the own part needs review"),
        ((taken(0), failed(1)), 0, "alternate 1 was not answered"),
        ((missed(0), in_doubt(1), missed(2)), 1, "alternate 1 of 2 is used"),
    ],
)
def test_the_healthiest_option_is_used_and_the_reason_says_why(
    told: tuple[Told, ...], place: int, why: str
) -> None:
    outcome = chosen(*told)
    assert isinstance(outcome, Matched | Review)
    assert used(outcome) == place
    assert why in outcome.reason
    assert outcome.row == line(len(told) - 1)
    assert [option.place for option in outcome.options] == list(range(len(told)))


def test_the_line_ends_at_the_part_of_the_option_with_its_state_and_those_of_the_others() -> None:
    outcome = chosen(taken(0, Lifecycle.EOL, 0, None), taken(1))
    assert isinstance(outcome, Matched)
    assert outcome.part == Part("P1", "Acme")
    assert outcome.kind is MatchKind.EXACT
    own, other = outcome.options
    assert (own.mpn, own.lifecycle, own.stock, own.price) == ("P0", Lifecycle.EOL, 0, None)
    assert (other.mpn, other.manufacturer, other.stock, other.outcome.row.line) == (
        "P1",
        "Acme",
        1000,
        11,
    )
    assert other.price is not None
    assert other.price.unit == Decimal(1)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ((missed(0), missed(1)), Missed),
        ((missed(0), failed(1)), Failed),
        ((missed(0), unasked(1)), Skipped),
        ((failed(0), unasked(1)), Failed),
        ((unasked(0, SkipReason.NO_MPN), missed(1)), Missed),
    ],
)
def test_what_was_not_answered_never_looks_like_not_found(
    told: tuple[Told, ...], kind: type
) -> None:
    outcome = chosen(*told)
    assert isinstance(outcome, kind)
    assert outcome.row == line(1)
    assert len(outcome.options) == 2


def test_a_part_that_a_person_took_is_used_however_good_the_others_are() -> None:
    row = line(2)
    decision = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="P2", manufacturer="Acme")
    told = (taken(0), taken(1), taken(2, Lifecycle.NRND, 0))
    outcomes, facts = [one for one, _ in told], [known for _, known in told]
    outcome = choose(row, outcomes, facts, need=NEED, decision=decision)
    assert isinstance(outcome, Matched)
    assert (outcome.kind, outcome.part, used(outcome)) == (
        MatchKind.DECISION,
        Part("P2", "Acme"),
        2,
    )
    assert "take alternate P2 by Acme, decided by ann on 2026-11-20" in outcome.reason
    assert outcome.options[2].decision


@pytest.mark.parametrize(
    ("told", "kind", "reason"),
    [
        (missed(1), Review, "not found any more"),
        (in_doubt(1), Review, "take alternate P1 by Acme"),
        (failed(1), Failed, ""),
        (unasked(1), Skipped, ""),
    ],
)
def test_a_taken_alternate_that_is_not_there_leaves_the_line_to_a_person(
    told: Told, kind: type, reason: str
) -> None:
    row = line(1)
    decision = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="P1", manufacturer="Acme")
    both = (taken(0), told)
    outcome = choose(
        row, [one for one, _ in both], [known for _, known in both], need=NEED, decision=decision
    )
    assert isinstance(outcome, kind)
    assert not isinstance(outcome, Matched)
    if isinstance(outcome, Review):
        assert reason in outcome.reason


def test_when_all_that_is_left_is_in_doubt_a_person_sees_it() -> None:
    row = line(1)
    decision = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="P1", manufacturer="Acme")
    (own, known), (gone, _) = in_doubt(0), missed(1)
    outcome = choose(row, [own, gone], [known, None], need=NEED, decision=decision)
    assert isinstance(outcome, Review)
    assert (outcome.kind, outcome.parts) == (ReviewKind.OUTDATED, (Part("P0", "Acme"),))


def test_a_line_without_alternates_uses_its_own_part() -> None:
    outcome = chosen(taken(0))
    assert isinstance(outcome, Matched)
    assert (outcome.kind, outcome.part) == (MatchKind.EXACT, Part("P0", "Acme"))
    assert "there is no other" in outcome.reason


def test_when_nothing_at_all_is_left_of_a_taken_alternate_the_line_is_missed() -> None:
    row = line(1)
    decision = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="P1", manufacturer="Acme")
    outcome = choose(row, [missed(0)[0], missed(1)[0]], [None, None], need=NEED, decision=decision)
    assert isinstance(outcome, Missed)


def test_a_taken_alternate_that_this_line_does_not_name_is_told_and_not_used() -> None:
    row = line(1)
    decision = decide(row, Action.ALTERNATE, by="ann", at=AT, mpn="Q9", manufacturer="Acme")
    both = (taken(0), taken(1))
    outcome = choose(
        row, [one for one, _ in both], [known for _, known in both], need=NEED, decision=decision
    )
    assert isinstance(outcome, Matched)
    assert (used(outcome), outcome.kind) == (0, MatchKind.EXACT)
    assert "not an alternate of this line" in outcome.reason


def test_each_approved_part_is_asked_for_by_itself() -> None:
    own, other = option_rows(line(1))
    assert own == replace(line(1), alternates=())
    assert (other.mpn, other.manufacturer, other.sku, other.seller, other.line) == (
        "P1",
        "Acme",
        None,
        None,
        11,
    )


_LIVES = st.sampled_from(list(Lifecycle))
_STOCKS = st.sampled_from([None, 0, 1, 99, 100, 5000])
_PRICES = st.sampled_from([None, "0.5", "1", "2"])
_STATES = st.tuples(_LIVES, _STOCKS, _PRICES)


@given(st.lists(_STATES, min_size=2, max_size=5), st.data())
def test_the_order_of_the_file_decides_only_between_equals(
    states: list[tuple[Lifecycle, int | None, str | None]], data: st.DataObject
) -> None:
    told = [taken(place, *state) for place, state in enumerate(states)]
    best = states[used(chosen(*told))]
    order = data.draw(st.permutations(range(len(states))))
    shuffled = [taken(place, *states[at]) for place, at in enumerate(order)]
    again = states[order[used(chosen(*shuffled))]]
    same = {Lifecycle.NEW: GOOD, Lifecycle.NOT_ENTITLED: Lifecycle.UNKNOWN}
    enough = [stock is not None and stock >= 100 for stock in (best[1], again[1])]
    assert same.get(best[0], best[0]) == same.get(again[0], again[0])
    assert enough[0] == enough[1]
    assert best[2] == again[2]
