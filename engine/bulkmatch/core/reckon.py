"""The account's own counter against the ledger: what to book, and how far they are apart.

The counter is refreshed daily (A:101000472660, read 2026-11-20), so it may not know of the last
days yet, and on the first days of a month it may still be the old month's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bulkmatch.model.money import Spend

# A day between refreshes, and a day for time zones and for a refresh that is late.
COUNTER_LAG = timedelta(days=2)
# Asking once a day is recommended (A:101000472660, read 2026-11-20).
ASKED_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a counter leads to, in parts.

    `written_off` are unknown parts that the counter has settled, `external` what is added to the
    parts that others used. `drift` is how far the counter lies above (or below: negative) all that
    the ledger can explain, its own lag included.
    """

    written_off: int
    external: int
    drift: int
    reason: str


def reckon(counted: int, spend: Spend, *, recent: Spend, now: datetime) -> Reckoning:
    """Weigh a count against a month's books. `recent` is what of them the counter may not know yet.

    Old unknown parts are settled by the counter: what of them was charged is in it, and comes back
    as external. Recent ones stay unknown. What was once booked as external stays: the counter only
    ever grows.
    """
    most = spend.used
    least = spend.settled - recent.settled + spend.external
    if counted > most and is_young(now):
        reason = "the counter may still be last month's, so nothing is booked"
        return Reckoning(0, 0, 0, reason)
    old = max(0, spend.unknown - recent.unknown)
    ours = spend.settled + spend.reserved + spend.unknown - old
    external = max(0, counted - ours - spend.external)
    drift = counted - most if counted > most else min(0, counted - least)
    return Reckoning(old, external, drift, _reason(old, external, drift))


def is_young(now: datetime) -> bool:
    """Whether the month is so new that the counter may be of the month before."""
    begin = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return now < begin + COUNTER_LAG


def is_due(read_at: datetime, now: datetime) -> bool:
    """Whether the counter may be read again. A reading from the future had a wrong clock."""
    return not read_at <= now < read_at + ASKED_EVERY


def _reason(old: int, external: int, drift: int) -> str:
    told: list[str] = []
    if old:
        told.append(f"{old} unknown parts are old enough for the counter to know of them")
    if external:
        told.append(f"{external} parts are in the counter and in no answer of ours")
    if drift < 0:
        told.append(f"the counter lacks {-drift} parts that were answered here days ago")
    return "; ".join(told) or "the ledger explains the counter"
