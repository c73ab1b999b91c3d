"""How many requests may be in flight: additive increase, multiplicative decrease (AIMD).

Decides on what it is told; the caller reads the clock and counts what is in flight.
"""

import math
from dataclasses import dataclass

# What is left after a decrease: much less when the last one did not help, or none came before.
_MILD, _STRONG = 0.9, 0.5
# Growth in a round trip, in requests; slow where it met trouble last (after CUBIC, RFC 9438).
_GROWTH, _GROWTH_NEAR_TROUBLE, _NEAR = 1.0, 0.1, 0.75
# An answer is late beyond so many times the usual plus so many seconds. Sizes differ by a factor
# of a hundred, so the usual is kept apart for each power of two of questions in a request.
_LATE_TIMES, _LATE_SECONDS = 3.0, 1.0
_SAMPLES, _WEIGHT = 8, 1 / 16
# So long without an answer is a time-out even where nothing is usual yet.
_SILENT_SECONDS = 10.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 60.0


@dataclass(frozen=True, slots=True)
class Flight:
    """One request on its way: when it left, how many questions it holds, after which decrease.

    `is_last` says that no other could leave beside it: the limit was in full use.
    """

    began_at: float
    asks: int
    round: int
    is_last: bool


@dataclass(slots=True)
class _Usual:
    """The moving average of how long answers of one size take."""

    seconds: float = 0.0
    count: int = 0

    def is_late(self, seconds: float) -> bool:
        """Whether this answer took far longer than others did."""
        usual = self.seconds * _LATE_TIMES + _LATE_SECONDS
        return self.count >= _SAMPLES and seconds > usual

    def note(self, seconds: float) -> None:
        """Move towards `seconds`; one outlier does not move it far."""
        self.count += 1
        weight = max(_WEIGHT, 1 / self.count)
        near = seconds if self.count <= _SAMPLES else min(seconds, 2 * self.seconds)
        self.seconds += (near - self.seconds) * weight


class FlightLimit:
    """Between 1 and `most` requests in flight, as many as the API takes.

    Starts at `most`. Answers let it grow by one in a round trip, while it is in full use. A
    refusal, a time-out or a late answer shrinks it, at most once a round: what left before the
    last decrease says nothing of what is left after it.

    Refused although nothing has been answered since the last decrease, it is not a matter of how
    many: the API takes nothing for a while (the window of a rate, say). Then the decrease is
    undone; all pause, longer each time, one goes alone, and its answer lets the others go.
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, float(most)
        self._round = self._answered = self._answered_in_use = self._pauses = 0
        self._trouble_at, self._before = math.inf, self._size
        self._usual: dict[int, _Usual] = {}
        self._round_trip = _Usual()

    @property
    def size(self) -> int:
        """The most that may be in flight now."""
        return 1 if self._pauses else int(self._size + 1e-9)

    @property
    def round_trip(self) -> float:
        """How long an answer usually takes, in seconds; 0 before there is one."""
        return self._round_trip.seconds

    def begin(self, now: float, *, asks: int, in_flight: int) -> Flight:
        """A request leaves; `in_flight` counts it, too."""
        return Flight(now, asks, self._round, is_last=in_flight >= self.size)

    def answered(self, flight: Flight, now: float) -> None:
        """The API took it: grow, unless the answer was late."""
        seconds = max(0.0, now - flight.began_at)
        usual = self._usual.setdefault(flight.asks.bit_length(), _Usual())
        is_late = usual.is_late(seconds)
        usual.note(seconds)
        self._round_trip.note(seconds)
        if flight.round == self._round:
            self._answered += 1
            self._pauses = 0
        if is_late:
            self._shrink(flight, _MILD)
        elif flight.is_last:
            self._grow(flight)

    def refused(self, flight: Flight) -> float:
        """The API did not take it: shrink, and return 0; or return the seconds for all to pause.

        It shrinks by little when the last decrease has helped: when as many as it allows have
        been answered since.
        """
        if flight.round != self._round:
            return 0.0
        if self._round and not self._answered:
            self._size = max(self._size, self._before)
            self._round += 1
            self._pauses += 1
            return self._pause()
        has_helped = self._answered_in_use >= self._size
        self._shrink(flight, _MILD if has_helped else _STRONG)
        return 0.0

    def lost(self, flight: Flight, now: float) -> None:
        """No answer: shrink when it was waited for long; a connection that broke says nothing."""
        seconds = now - flight.began_at
        usual = self._usual.get(flight.asks.bit_length(), _Usual())
        if seconds >= _SILENT_SECONDS or usual.is_late(seconds):
            self._shrink(flight, _STRONG)

    def _pause(self) -> float:
        """Half a round trip at first, then twice as long each time."""
        first = max(_SHORTEST_PAUSE, self._round_trip.seconds / 2)
        return min(_LONGEST_PAUSE, first * 2.0 ** (self._pauses - 1))

    def _grow(self, flight: Flight) -> None:
        self._answered_in_use += flight.round == self._round
        near = self._trouble_at * _NEAR <= self._size <= self._trouble_at
        growth = _GROWTH_NEAR_TROUBLE if near else _GROWTH
        self._size = min(float(self._most), self._size + growth / self._size)
        if self._size > self._trouble_at:
            self._trouble_at = math.inf

    def _shrink(self, flight: Flight, factor: float) -> None:
        """Once a round: not when this round's decrease has been made."""
        if flight.round != self._round:
            return
        self._trouble_at = self._before = self._size
        self._size = max(1.0, self._size * factor)
        self._round += 1
        self._answered = self._answered_in_use = 0

    def __repr__(self) -> str:
        return f"FlightLimit({self._size:.1f} of {self._most}, round={self._round})"
