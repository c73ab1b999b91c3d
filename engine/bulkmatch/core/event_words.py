"""An event in one sentence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bulkmatch.model.audit_event import AuditEvent, EventKind
from bulkmatch.model.observation import Context, FactName, PartState

_WORDS = {
    EventKind.WENT_NRND: "is not recommended for new designs now",
    EventKind.WENT_EOL: "is at its end of life now",
    EventKind.WENT_OBSOLETE: "is obsolete now",
    EventKind.BACK_IN_PRODUCTION: "is in production again",
    EventKind.LIFECYCLE_KNOWN: "has a known lifecycle now",
    EventKind.LIFECYCLE_UNKNOWN: "has no known lifecycle any more",
    EventKind.MAKER_WORD_CHANGED: "has another lifecycle word of its maker",
    EventKind.STOCK_GONE: "has no stock at authorised sellers any more",
    EventKind.STOCK_BACK: "is in stock at authorised sellers again",
    EventKind.SINGLE_SOURCED: "has one authorised source now",
    EventKind.NO_SOURCE: "has no authorised source any more",
    EventKind.MULTI_SOURCED: "has several authorised sources now",
    EventKind.LEAD_TIME_LONGER: "has a longer lead time",
    EventKind.LEAD_TIME_SHORTER: "has a shorter lead time",
    EventKind.PRICE_UP: "costs more",
    EventKind.PRICE_DOWN: "costs less",
    EventKind.ROHS_CHANGED: "has another RoHS status",
    EventKind.REACH_CHANGED: "has another REACH status",
    EventKind.SIMILAR_CHANGED: "has another number of similar parts",
    EventKind.IDENTITY_CHANGED: "is answered with another part",
    EventKind.MATCH_LOST: "is not found any more",
    EventKind.MATCH_FOUND: "is found now",
    EventKind.ENTITLEMENT_CHANGED: "the plan includes other features now",
}


def event_words(event: AuditEvent, *, is_exact: bool) -> str:
    """What changed, from what to what, by how much, and since when; what is not known is left out."""
    parts = [_WORDS[event.kind]]
    if event.amount is not None:
        about = "" if is_exact else "about "
        sign = "+" if event.amount > 0 else ""
        parts.append(f": {about}{sign}{event.amount:f} {event.unit}".replace(" %", "%"))
    elif event.at_least is not None:
        parts.append(f", by more than {event.at_least} {event.unit}".replace(" %", "%"))
    if event.before and event.after and event.before != event.after:
        parts.append(f" ({event.before}, now {event.after})")
    parts.append(f"; before that seen on {event.since:%Y-%m-%d}")
    return "".join(parts)


def outcome_event(kind: EventKind, part: PartState, *, since: datetime) -> AuditEvent:
    """The event of a part that was found, or is not found any more."""
    return state_event(kind, FactName.IDENTITY, part, since=since)


def state_event(kind: EventKind, fact: FactName, part: PartState, *, since: datetime) -> AuditEvent:
    """The event of a conclusion that holds now, or holds no more."""
    event = AuditEvent(
        kind=kind,
        fact=fact,
        key=part.key,
        mpn=part.mpn,
        manufacturer=part.manufacturer,
        at=part.seen_at or since,
        since=since,
        context=part.context,
    )
    return replace(event, words=event_words(event, is_exact=True))


def entitlement_event(
    before: Sequence[str], after: Sequence[str], *, context: Context, at: datetime, since: datetime
) -> AuditEvent | None:
    """The event of a plan that lacks other features than at the last audit; None when it lacks the same."""
    if sorted(before) == sorted(after):
        return None
    event = AuditEvent(
        kind=EventKind.ENTITLEMENT_CHANGED,
        fact=FactName.ENTITLEMENT,
        key="",
        mpn="",
        manufacturer=None,
        at=at,
        since=since,
        context=context,
        before=f"without {', '.join(sorted(before)) or 'nothing'}",
        after=f"without {', '.join(sorted(after)) or 'nothing'}",
    )
    return replace(event, words=event_words(event, is_exact=True))
