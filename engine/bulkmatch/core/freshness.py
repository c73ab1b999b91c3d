"""How long an answer may be kept, and whether a kept one still serves."""

from datetime import datetime, timedelta


def expires_at(asked_at: datetime, *, retention: float) -> datetime:
    """The instant from which an answer of `asked_at` is no longer used; `retention` in seconds."""
    return asked_at + timedelta(seconds=retention)


def is_fresh(expires: datetime, now: datetime) -> bool:
    """Whether an answer still serves. An answer from the future (a clock set back) does."""
    return now < expires
