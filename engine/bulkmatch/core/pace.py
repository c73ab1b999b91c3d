"""Spaces sends in time. The caller reads the clock and does the waiting."""

import math

# What an API's own rate is taken for: what was seen, from so many answers over so many seconds; no
# answer for that long and counting begins anew. Each answer then dares a little more (measured
# 2026-11-20 with benchmarks/throttle.py: daring more costs more in pauses than it brings).
_LEAST_SEEN, _LEAST_SECONDS, _IDLE_SECONDS = 10, 6.0, 10.0
_DARES = 0.0003


class Pace:
    """Lets `per_minute` sends go in any minute at an even spacing, `burst` of them at once.

    GCRA in its virtual-scheduling form (ITU-T I.371). Where the API takes fewer than that, it
    slows down to what was seen to be taken, without bursts, and becomes its own again bit by bit.
    Times are seconds on one monotonic clock.
    """

    def __init__(self, per_minute: float, *, burst: int = 1) -> None:
        self._own_gap = self._gap = 60.0 / per_minute
        self._own_slack = self._slack = self._gap * (burst - 1)
        self._due_at = -math.inf
        self._counts_from = self._answered_at = -math.inf
        self._answers = 0

    def take(self, now: float) -> float:
        """Claim the next slot; return the seconds to wait before using it."""
        due_at = max(self._due_at, now)
        self._due_at = due_at + self._gap
        return max(0.0, due_at - self._slack - now)

    def hold(self, until: float) -> None:
        """Let nothing go before `until`: the API told somebody to slow down."""
        self._due_at = max(self._due_at, until + self._slack)

    def answered(self, now: float) -> None:
        """One more was taken."""
        if now - self._answered_at > _IDLE_SECONDS:
            self._counts_from, self._answers = now, 0
        self._answered_at = now
        self._answers += 1
        self._set(self._gap * (1 - _DARES))

    def refused(self, now: float, *, longest_gap: float) -> None:
        """The API takes no more at present, however few at once: slow down to what it has taken.

        `longest_gap` bounds that, in seconds: who goes one at a time is refused for other reasons.
        """
        seconds = now - self._counts_from
        if self._answers < _LEAST_SEEN or seconds < _LEAST_SECONDS:
            return
        self._set(min(seconds / self._answers, max(longest_gap, self._own_gap)))
        self._counts_from, self._answers = now, 0

    def _set(self, gap: float) -> None:
        self._gap = max(self._own_gap, gap)
        self._slack = self._own_slack if self._gap == self._own_gap else 0.0

    def __repr__(self) -> str:
        return f"Pace(gap={self._gap:.3f}s, due_at={self._due_at:.3f})"
