"""Two saved audits side by side, with values and without."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bulkmatch.core.audit_json import from_json, to_json
from bulkmatch.core.compare_audits import Comparer
from bulkmatch.core.diff_audits import Pair, pair_events, paired
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import Context, PartState
from bulkmatch.model.part import Lifecycle, PartFacts
from bulkmatch.model.policy import Thresholds

from .audits import facts, offer, state

K = EventKind
WITH_VALUES = Comparer(Sealer(b""), Thresholds(confirmations=1), keeps_values=True)
NRND, EOL = facts(lifecycle=Lifecycle.NRND), facts(lifecycle=Lifecycle.EOL)
UNKNOWN = facts(lifecycle=Lifecycle.UNKNOWN)
SINGLE = facts(offers=(offer(),))
EMPTY = facts(offers=(offer(stock=0), offer("B", stock=0)))
NOBODY = facts(offers=())


def named(mpn: str, maker: str | None = None) -> PartState:
    return replace(state(facts()), mpn=mpn, manufacturer=maker)


def test_parts_are_paired_by_maker_and_number() -> None:
    before = [named("A"), named("B"), named("D", "Acme")]
    after = [named("b"), named("C"), named("D", "ACME"), named("E", "Acme")]
    pairs = [
        (pair.before and pair.before.mpn, pair.after and pair.after.mpn)
        for pair in paired(before, after)
    ]
    assert pairs == [("A", None), ("B", "b"), (None, "C"), ("D", "D"), (None, "E")]
    assert [pair.after for pair in paired(before, [])] == [None] * 3


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (facts(), facts(), []),
        (facts(), NRND, [K.WENT_NRND]),
        (NRND, EOL, [K.WENT_EOL]),
        (EOL, facts(), [K.BACK_IN_PRODUCTION]),
        (facts(), UNKNOWN, [K.LIFECYCLE_UNKNOWN]),
        (UNKNOWN, facts(), [K.LIFECYCLE_KNOWN]),
        (UNKNOWN, EOL, [K.WENT_EOL]),
        (EOL, UNKNOWN, [K.LIFECYCLE_UNKNOWN]),
        (facts(), EMPTY, [K.STOCK_GONE]),
        (EMPTY, facts(), [K.STOCK_BACK]),
        (facts(), SINGLE, [K.SINGLE_SOURCED]),
        (SINGLE, facts(), [K.MULTI_SOURCED]),
        (facts(), None, [K.MATCH_LOST]),
        (None, facts(), [K.MATCH_FOUND]),
    ],
)
@pytest.mark.parametrize("has_values", [False, True])
def test_both_ways_of_comparing_say_the_same(
    before: PartFacts | None, after: PartFacts | None, kinds: list[EventKind], has_values: bool
) -> None:
    pair = Pair(state(before), state(after, day=30))
    comparer = WITH_VALUES if has_values else None
    assert [event.kind for event in pair_events(pair, comparer)] == kinds


def test_a_part_without_sources_is_told_once() -> None:
    for before in (SINGLE, EMPTY):
        events = list(pair_events(Pair(state(before), state(NOBODY, day=30)), None))
        assert [event.kind for event in events] == [K.NO_SOURCE]


def test_values_that_were_saved_are_compared_exactly() -> None:
    before = from_json(PartState, to_json(state(facts())))
    dear = facts(lead_days=140, offers=(offer(price="2.00"), offer("B", price="2.00")))
    after = from_json(PartState, to_json(state(dear, day=30)))
    told = [(e.kind, e.amount) for e in pair_events(Pair(before, after), WITH_VALUES)]
    assert told == [(K.LEAD_TIME_LONGER, Decimal(70)), (K.PRICE_UP, Decimal(100))]


def test_audits_of_other_stores_compare_by_value() -> None:
    """Their keys differ, and so do all fingerprints."""
    before = state(facts())
    foreign = replace(
        before, facts=tuple(replace(one, digest=f"x{one.digest}") for one in before.facts)
    )
    assert list(pair_events(Pair(foreign, state(facts(), day=30)), WITH_VALUES)) == []


@pytest.mark.parametrize(
    "pair",
    [
        Pair(None, state(facts())),
        Pair(state(facts()), None),
        Pair(replace(state(facts()), seen_at=None), state(NRND)),
        Pair(state(facts()), replace(state(NRND), seen_at=None)),
        Pair(replace(state(facts()), context=Context("live", "DE", "EUR")), state(NRND)),
    ],
)
def test_what_cannot_be_compared_makes_no_event(pair: Pair) -> None:
    assert list(pair_events(pair, None)) == []
