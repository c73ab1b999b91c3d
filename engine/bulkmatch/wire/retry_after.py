"""Reads `Retry-After`."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds from `now` (since the epoch) that the answer asks us to wait; None when it does not.

    Seconds or an HTTP date (RFC 9110, section 10.2.3); what is neither counts as absent.
    """
    told = headers.get("retry-after", "").strip()
    if not told:
        return None
    try:
        seconds = float(told)
    except ValueError:
        return _until(told, now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(told: str, now: float) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - now)
    except (ValueError, OverflowError):
        return None
