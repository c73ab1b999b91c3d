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
    """A request was answered and booked: `parts` were charged; `seconds` from sending to booking."""

    call_id: str
    parts: int
    seconds: float
    request_id: str | None


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
    """A batch waits `seconds` before it goes on; `why` is "pace", "retry" or "budget"."""

    why: str
    seconds: float


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
    """Nothing more will be sent; what is in flight is awaited. `why` says it in words."""

    why: str


Event = (
    BatchSent
    | BatchSettled
    | BatchFailed
    | CallLost
    | Waited
    | AnswersLoaded
    | TokenRenewed
    | FeatureMissing
    | RunStopping
)
Observer = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The observer that looks away."""
