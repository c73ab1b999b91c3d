"""What changed between two saved audits, from what both of them tell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bulkmatch.core.compare_audits import Comparer, compare_outcome
from bulkmatch.core.event_words import outcome_event, state_event
from bulkmatch.core.grade import BANDED
from bulkmatch.model.audit_event import AuditEvent, EventKind
from bulkmatch.model.observation import Fact, FactName, Kept, PartState
from bulkmatch.model.policy import StateKind

_BEGAN = {
    StateKind.IS_NRND: (EventKind.WENT_NRND, FactName.LIFECYCLE),
    StateKind.IS_EOL: (EventKind.WENT_EOL, FactName.LIFECYCLE),
    StateKind.IS_OBSOLETE: (EventKind.WENT_OBSOLETE, FactName.LIFECYCLE),
    StateKind.LIFECYCLE_UNKNOWN: (EventKind.LIFECYCLE_UNKNOWN, FactName.LIFECYCLE),
    StateKind.NO_STOCK: (EventKind.STOCK_GONE, FactName.STOCK),
    StateKind.SINGLE_SOURCED: (EventKind.SINGLE_SOURCED, FactName.SOURCES),
    StateKind.NO_SOURCE: (EventKind.NO_SOURCE, FactName.SOURCES),
}
_ENDED = {
    StateKind.LIFECYCLE_UNKNOWN: (EventKind.LIFECYCLE_KNOWN, FactName.LIFECYCLE),
    StateKind.NO_STOCK: (EventKind.STOCK_BACK, FactName.STOCK),
    StateKind.SINGLE_SOURCED: (EventKind.MULTI_SOURCED, FactName.SOURCES),
}
_LIFECYCLES = frozenset({StateKind.IS_NRND, StateKind.IS_EOL, StateKind.IS_OBSOLETE})


@dataclass(frozen=True, slots=True)
class Pair:
    """A part in both audits, or in one of them."""

    before: PartState | None
    after: PartState | None


def paired(before: Iterable[PartState], after: Iterable[PartState]) -> Iterator[Pair]:
    """The parts of two audits side by side; both come by maker and part number."""
    old, new = iter(before), iter(after)
    one, two = next(old, None), next(new, None)
    while one is not None or two is not None:
        if two is None or (one is not None and _place(one) < _place(two)):
            yield Pair(one, None)
            one = next(old, None)
        elif one is None or _place(two) < _place(one):
            yield Pair(None, two)
            two = next(new, None)
        else:
            yield Pair(one, two)
            one, two = next(old, None), next(new, None)


def _place(part: PartState) -> tuple[str, str]:
    return (part.manufacturer or "").lower(), part.mpn.lower()


def pair_events(pair: Pair, comparer: Comparer | None) -> Iterator[AuditEvent]:
    """What changed for a part that both audits have seen, in the same context.

    With a `comparer` values are compared, which both have to have; else our own conclusions are.
    """
    before, after = pair.before, pair.after
    if before is None or after is None or before.seen_at is None or after.seen_at is None:
        return
    if before.context != after.context:
        return
    since = before.seen_at
    kind, _, _ = compare_outcome(before.outcome, "missed", after.outcome)
    if kind is not None:
        yield outcome_event(kind, after, since=since)
        return
    if comparer is not None:
        memory = {fact.name: _kept(fact, since) for fact in before.facts if fact.digest}
        yield from comparer.compare(after, memory).events
        return
    yield from _state_events(before, after, since)


def _kept(fact: Fact, since: datetime) -> Kept:
    value = fact.value
    if fact.name is FactName.LIFECYCLE:
        value = fact.words
    elif fact.name in BANDED and value is not None:
        value = Decimal(value)
    return Kept(fact.digest, fact.seen_at or since, "", fact.quantity, value)


def _state_events(before: PartState, after: PartState, since: datetime) -> Iterator[AuditEvent]:
    old = frozenset(map(StateKind, before.states))
    new = frozenset(map(StateKind, after.states))
    told: set[EventKind] = set()
    for state, (kind, fact) in _BEGAN.items():
        if state in new - old:
            told.add(kind)
            yield state_event(kind, fact, after, since=since)
    if old & _LIFECYCLES and not new & (_LIFECYCLES | {StateKind.LIFECYCLE_UNKNOWN}):
        yield state_event(EventKind.BACK_IN_PRODUCTION, FactName.LIFECYCLE, after, since=since)
    for state, (kind, fact) in _ENDED.items():
        is_other = state is StateKind.SINGLE_SOURCED and EventKind.NO_SOURCE in told
        is_other |= state is StateKind.NO_STOCK and EventKind.NO_SOURCE in told
        is_other |= state is StateKind.LIFECYCLE_UNKNOWN and bool(new & _LIFECYCLES)
        if state in old - new and not is_other:
            yield state_event(kind, fact, after, since=since)
