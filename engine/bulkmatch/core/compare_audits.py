"""From two observations of a part to typed events. Drift that means nothing makes none.

Noise rules: only observations of one context are compared (a question's key holds it); stock levels,
links and the like are not looked at, only whether there is stock at all; price and lead time must move
by the threshold from where they were last told, so that drift in small steps is told once it adds up;
stock, sources, price, lead time and a loss must be seen by two observations in a row; texts are
compared without case, spaces and remarks in brackets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bulkmatch.core.event_words import event_words
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.grade import (
    BANDED,
    CLASSES,
    MANY,
    NONE,
    ONE,
    band_of,
    bands_around,
    grade_of,
    moved,
    moved_by_bands,
)
from bulkmatch.model.audit_event import AuditEvent, EventKind
from bulkmatch.model.observation import Fact, FactName, Kept, PartState, Standing, Value
from bulkmatch.model.policy import Thresholds

Memory = Mapping[FactName, Kept]
_HASTY = frozenset({FactName.STOCK, FactName.SOURCES, *BANDED})
_ENDING = {
    "NRND": EventKind.WENT_NRND,
    "EOL": EventKind.WENT_EOL,
    "Obsolete": EventKind.WENT_OBSOLETE,
}
_SOURCES = {
    NONE: EventKind.NO_SOURCE,
    ONE: EventKind.SINGLE_SOURCED,
    MANY: EventKind.MULTI_SOURCED,
}
_CHANGED = {
    FactName.IDENTITY: EventKind.IDENTITY_CHANGED,
    FactName.MAKER_WORD: EventKind.MAKER_WORD_CHANGED,
    FactName.ROHS: EventKind.ROHS_CHANGED,
    FactName.REACH: EventKind.REACH_CHANGED,
    FactName.SIMILAR: EventKind.SIMILAR_CHANGED,
}
_UP = {FactName.LEAD_TIME: EventKind.LEAD_TIME_LONGER, FactName.PRICE: EventKind.PRICE_UP}
_DOWN = {FactName.LEAD_TIME: EventKind.LEAD_TIME_SHORTER, FactName.PRICE: EventKind.PRICE_DOWN}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed, and what to keep for the next time."""

    events: tuple[AuditEvent, ...]
    memory: Memory


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares observations with what was kept. With `keeps_values` values are kept too."""

    sealer: Sealer
    thresholds: Thresholds
    keeps_values: bool = False

    def compare(self, part: PartState, memory: Memory) -> Comparison:
        """The events of a part that was matched just now; none at its first observation."""
        events: list[AuditEvent] = []
        kept = dict(memory)
        for fact in part.facts:
            event, now = self._step(part, fact, kept.get(fact.name))
            if now is not None:
                kept[fact.name] = now
            if event is not None:
                events.append(event)
        return Comparison(tuple(events), kept)

    def _step(
        self, part: PartState, fact: Fact, kept: Kept | None
    ) -> tuple[AuditEvent | None, Kept | None]:
        grade = grade_of(fact)
        if grade is None or fact.seen_at is None:  # nothing to compare: what was kept stands
            return None, kept
        fresh = Kept(
            fact.digest,
            fact.seen_at,
            quantity=fact.quantity,
            value=fact.value if self.keeps_values else None,
        )
        if kept is None or kept.quantity != fact.quantity:
            return None, fresh
        if self._is_same(part.key, fact, kept.digest, kept.value):
            return None, replace(kept, at=fact.seen_at, pending="")
        if self._is_unconfirmed(part.key, fact, grade, kept):
            return None, replace(kept, pending=fact.digest)
        return self._event(part, fact, grade, kept), fresh

    def _is_same(self, key: str, fact: Fact, digest: str, value: Value | None) -> bool:
        """Whether a fact is what it was, or near enough."""
        if fact.digest == digest:
            return True
        if fact.name not in BANDED:
            return value is not None and grade_of(fact) == _grade_of_value(fact.name, value)
        change = self._change(key, fact, digest, value)
        return change is not None and abs(change) < self._least(fact.name)

    def _is_unconfirmed(self, key: str, fact: Fact, grade: str, kept: Kept) -> bool:
        """Whether a change that two observations must show has been shown by this one alone."""
        is_hasty = fact.name in _HASTY or (fact.name is FactName.LIFECYCLE and grade == "unknown")
        if not is_hasty or self.thresholds.confirmations < 2:
            return False
        return not (kept.pending and self._is_same(key, fact, kept.pending, None))

    def _change(self, key: str, fact: Fact, digest: str, value: Value | None) -> Decimal | None:
        """How much a price or lead time has moved; None when it is farther than bands are tried."""
        assert fact.value is not None, "only what has a value is in a band"
        now = Decimal(fact.value)
        if isinstance(value, (int, Decimal)):
            return moved(fact.name, Decimal(value), now)
        band = band_of(fact.name, now)
        before = self.sealer.unseal(key, fact.name, digest, bands_around(fact.name, band))
        return None if before is None else moved_by_bands(fact.name, band - int(before))

    def _least(self, name: FactName) -> Decimal:
        if name is FactName.LEAD_TIME:
            return Decimal(self.thresholds.lead_time_days)
        return self.thresholds.price_percent

    def _event(self, part: PartState, fact: Fact, grade: str, kept: Kept) -> AuditEvent | None:
        before = _grade_of_value(fact.name, kept.value)
        if before is None:
            candidates = CLASSES.get(fact.name, ())
            before = self.sealer.unseal(part.key, fact.name, kept.digest, candidates)
        change = None
        if fact.name in BANDED:
            change = self._change(part.key, fact, kept.digest, kept.value)
        kind = _kind(fact.name, before, grade, change)
        if kind is None:
            return None
        event = AuditEvent(
            kind=kind,
            fact=fact.name,
            key=part.key,
            mpn=part.mpn,
            manufacturer=part.manufacturer,
            at=fact.seen_at or kept.at,
            since=kept.at,
            context=part.context,
            before=_before(before, kept),
            after=fact.words if self.keeps_values or fact.name in CLASSES else "",
            amount=change,
            at_least=self._least(fact.name) if fact.name in BANDED else None,
            unit={FactName.LEAD_TIME: "days", FactName.PRICE: "%"}.get(fact.name, ""),
        )
        return replace(event, words=event_words(event, is_exact=kept.value is not None))


def _kind(
    name: FactName, before: str | None, after: str, change: Decimal | None
) -> EventKind | None:
    """The kind of a change; None for one that nobody needs to hear of (New to Production)."""
    match name:
        case FactName.LIFECYCLE:
            return _lifecycle_kind(before, after)
        case FactName.STOCK:
            return EventKind.STOCK_GONE if after == NONE else EventKind.STOCK_BACK
        case FactName.SOURCES:
            return _SOURCES[after]
        case FactName.LEAD_TIME | FactName.PRICE:
            return (_UP if change is None or change > 0 else _DOWN)[name]
        case _:
            return _CHANGED[name]


def _lifecycle_kind(before: str | None, after: str) -> EventKind | None:
    if after in _ENDING:
        return _ENDING[after]
    if after == "unknown":
        return EventKind.LIFECYCLE_UNKNOWN
    if before == "unknown":
        return EventKind.LIFECYCLE_KNOWN
    return EventKind.BACK_IN_PRODUCTION if before in _ENDING else None


def _grade_of_value(name: FactName, value: Value | None) -> str | None:
    return None if value is None else grade_of(Fact(name, Standing.KNOWN, value))


def _before(grade: str | None, kept: Kept) -> str:
    if kept.value is not None:
        return str(kept.value)
    return grade or ""


def compare_outcome(before: str, pending: str, now: str) -> tuple[EventKind | None, str, str]:
    """The event of an outcome, and the outcome and the pending one to keep.

    A part that was found counts as lost once two audits in a row have not found it.
    """
    if before == "matched" and now == "missed" and pending != "missed":
        return None, before, now
    if before == "matched" and now == "missed":
        return EventKind.MATCH_LOST, now, ""
    if before == "missed" and now == "matched":
        return EventKind.MATCH_FOUND, now, ""
    return None, now, ""
