"""Whether an endpoint is there: a circuit breaker with a half-open probe. The caller reads the clock."""

import math

from bulkmatch.errors import NotSent, Unanswered, WireError

# So many failures in a row without a word from the endpoint open it; so many questions in a row
# given up with a crash, or with an answer cut short or refused, which one line may cause.
_MOST_UNREACHED = 3
_MOST_BROKEN = 10
_MAY_BE_ONE_LINE = frozenset({200, 500, 504})


def is_endpoints_doing(cause: WireError) -> bool:
    """Whether no question can be to blame: no connection was made, or a proxy stood in its way.

    Silence and resets are not: one line may hang or crash an API.
    """
    if isinstance(cause, NotSent):
        return True
    is_proxy = cause.status is not None and cause.status not in _MAY_BE_ONE_LINE
    return isinstance(cause, Unanswered) and is_proxy


class Breaker:
    """Closed while the endpoint `name` answers; open while nothing may be sent; then half-open.

    Opened by failures in a row. Where one question may be the cause, the same question again and
    again counts once. While it is open it waits out a cool-down (`first` seconds, doubling up to
    `most`, half of it by the dice), then lets one probe go: answered it closes, failed it opens
    again. `is_lasting` when a probe has failed `outage` seconds or more after the opening; only
    an answer ends that. Times are seconds on one monotonic clock.
    """

    def __init__(self, name: str, *, first: float, most: float, outage: float) -> None:
        self.name, self._first, self._most, self._outage = name, first, most, outage
        self._close()

    def _close(self) -> None:
        self._opened_at, self._ready_at = math.inf, -math.inf
        self._times, self._proven = 0, 0
        self._is_broken = self._is_probing = self.is_lasting = False
        self._unreached: set[str] = set()
        self._broken: set[str] = set()
        self.cause: WireError | None = None

    @property
    def is_closed(self) -> bool:
        """Whether everything may go."""
        return self._opened_at == math.inf

    @property
    def is_probing(self) -> bool:
        """Whether the one probe is on its way."""
        return self._is_probing

    @property
    def why(self) -> str:
        """What is the matter, in words; empty while nothing is."""
        if self.is_closed:
            return ""
        told = "fails whatever it is asked" if self._is_broken else "cannot be reached"
        return f"{self.name} {told}: {self.cause}"

    def wait(self, now: float) -> float:
        """Seconds before the next request may go, 0 when it may; infinite while a probe is out."""
        return math.inf if self._is_probing else max(0.0, self._ready_at - now)

    def probe(self) -> None:
        """The caller's request is the probe; until it has ended nobody else's may go."""
        self._is_probing = not self.is_closed

    def withdraw(self) -> None:
        """The probe came to nothing before it could tell anything: another may go."""
        self._is_probing = False

    def answered(self) -> bool:
        """Somebody is there; True when that is news."""
        was_open = not self.is_closed
        self._close()
        return was_open

    def failed(
        self, cause: WireError, key: str, *, now: float, dice: float, is_probe: bool = False
    ) -> bool:
        """Count a failed request that began with question `key`; True when that opens it (again).

        What fails while it is open, other than the probe, was sent before and says nothing new.
        """
        if not self.is_closed:
            return is_probe and self._probe_failed(cause, now, dice)
        if not isinstance(cause, NotSent | Unanswered):
            self._unreached.clear()
            self._proven = 0
        elif is_endpoints_doing(cause):
            self._proven += 1
        elif cause.status is None:
            self._unreached.add(key)
        if self._proven + len(self._unreached) < _MOST_UNREACHED:
            return False
        self._open(cause, now, dice)
        return True

    def gave_up(self, cause: WireError, key: str, *, now: float, dice: float) -> bool:
        """Count a question that was asked in vain to the end; True when that opens it."""
        if not self.is_closed:
            return False
        self._broken.add(key)
        if len(self._broken) < _MOST_BROKEN:
            return False
        self._is_broken = True
        self._open(cause, now, dice)
        return True

    def _probe_failed(self, cause: WireError, now: float, dice: float) -> bool:
        """Open again, unless the probe was refused by an endpoint that was only out of reach."""
        self._is_probing = False
        if not self._is_broken and not isinstance(cause, NotSent | Unanswered):
            self._close()
            return False
        self._open(cause, now, dice)
        return True

    def _open(self, cause: WireError, now: float, dice: float) -> None:
        self._opened_at = min(self._opened_at, now)
        self.cause = cause
        cool_down = min(self._most, self._first * 2.0 ** min(self._times, 60)) * (0.5 + 0.5 * dice)
        self._times += 1
        patient_until = self._opened_at + self._outage
        if now >= patient_until:
            self.is_lasting = True
        else:  # the last probe goes when patience ends, not some time before
            cool_down = min(cool_down, patient_until - now)
        self._ready_at = now + cool_down

    def __repr__(self) -> str:
        state = "closed" if self.is_closed else "half-open" if self._is_probing else "open"
        counts = f"unreached={self._proven + len(self._unreached)}, broken={len(self._broken)}"
        return f"Breaker({self.name}, {state}, {counts})"
