"""Spaces sends in time. The caller reads the clock and does the waiting."""

import math


class Pace:
    """Lets `per_minute` sends go in any minute at an even spacing, `burst` of them at once.

    GCRA in its virtual-scheduling form (ITU-T I.371). Times are seconds on one monotonic clock.
    """

    def __init__(self, per_minute: float, *, burst: int = 1) -> None:
        self._gap = 60.0 / per_minute
        self._slack = self._gap * (burst - 1)
        self._due_at = -math.inf

    def take(self, now: float) -> float:
        """Claim the next slot; return the seconds to wait before using it."""
        due_at = max(self._due_at, now)
        self._due_at = due_at + self._gap
        return max(0.0, due_at - self._slack - now)

    def hold(self, until: float) -> None:
        """Let nothing go before `until`: the API told somebody to slow down."""
        self._due_at = max(self._due_at, until + self._slack)

    def __repr__(self) -> str:
        return f"Pace(gap={self._gap:.3f}s, due_at={self._due_at:.3f})"
