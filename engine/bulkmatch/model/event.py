"""What happens during a run, told as frozen facts to an observer."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BatchSent:
    """A request left: `asks` queries in `aliases` aliases, billed `ceiling` parts at most."""

    call_id: str
    asks: int
    aliases: int
    ceiling: int
    attempt: int


@dataclass(frozen=True, slots=True)
class BatchSettled:
    """A request was answered and booked: `parts` were charged; `seconds` from sending to booking.

    `by_default` is what its questions would have been charged at the API's default limit.
    """

    call_id: str
    parts: int
    seconds: float
    request_id: str | None
    by_default: int = 0


@dataclass(frozen=True, slots=True)
class BatchFailed:
    """A request got no usable answer. `kind` is the error's class, `verdict` what is done about it."""

    kind: str
    cause: str
    verdict: str


@dataclass(frozen=True, slots=True)
class CallLost:
    """Nobody can tell what a request cost: its `parts` are booked as unknown."""

    call_id: str
    parts: int


@dataclass(frozen=True, slots=True)
class Waited:
    """A batch waits up to `seconds` before it goes on.

    `why` is "pace", "budget" (parts), "retry budget", "outage" or "another process" (which asks
    the same); 0 seconds: until others are done.
    """

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CircuitOpened:
    """An endpoint does not answer: nothing is sent, and a probe goes after `seconds` at the least."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CircuitClosed:
    """An endpoint that did not answer does again, and everything goes on."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class FlightLimitLowered:
    """At most so many requests are in flight from now on: the API refused more, or was late."""

    most: int


@dataclass(frozen=True, slots=True)
class AnswersLoaded:
    """`found` of `asked` questions had their first answer in the store, free of charge."""

    asked: int
    found: int


@dataclass(frozen=True, slots=True)
class TokenRenewed:
    """A new token is in use, fetched here or by another process; `generation` counts from 1."""

    generation: int


@dataclass(frozen=True, slots=True)
class FeatureMissing:
    """The plan does not include `feature`; what stands behind it is left out from now on."""

    feature: str


@dataclass(frozen=True, slots=True)
class RunStopping:
    """Nothing more is sent; what is in flight is awaited. `why` says it in words.

    Final, unless it is an outage that has lasted too long: `CircuitClosed` ends that.
    """

    why: str


@dataclass(frozen=True, slots=True)
class SchemaDrifted:
    """An answer does not fit the schema that the part types were made from: told once per path.

    `path` is where it was seen first, `problem` both types ("expected number, got string"). The
    part is kept without the value, or its line has failed (`is_kept` False).
    """

    path: str
    problem: str
    is_kept: bool


Event = (
    BatchSent
    | BatchSettled
    | BatchFailed
    | CallLost
    | Waited
    | CircuitOpened
    | CircuitClosed
    | FlightLimitLowered
    | AnswersLoaded
    | TokenRenewed
    | FeatureMissing
    | RunStopping
    | SchemaDrifted
)
Observer = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The observer that looks away."""
