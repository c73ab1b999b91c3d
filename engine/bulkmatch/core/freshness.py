"""How long an answer may be kept, whether a kept one still serves, and whether a claim holds."""

from datetime import datetime, timedelta

# Machines that share a store may disagree about the time by so much.
CLOCK_SKEW = timedelta(minutes=5)


def expires_at(asked_at: datetime, *, retention: float) -> datetime:
    """The instant from which an answer of `asked_at` is no longer used; `retention` in seconds."""
    return asked_at + timedelta(seconds=retention)


def is_fresh(asked_at: datetime, expires: datetime, now: datetime) -> bool:
    """Whether an answer still serves. One from the future (a clock was wrong) does not."""
    return asked_at <= now + CLOCK_SKEW and now < expires


def is_live(opened_at: datetime, lease_until: datetime, now: datetime) -> bool:
    """Whether a claim holds, to the last instant of its lease; one from the future does not."""
    return opened_at <= now + CLOCK_SKEW and now <= lease_until
