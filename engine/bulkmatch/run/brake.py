"""Stops a run in good order: nothing more is sent, what is in flight is awaited."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio

from bulkmatch.errors import EngineError, PartLimitReached, WireError
from bulkmatch.model.event import Observer, RunStopping
from bulkmatch.model.outcome import SkipReason


@dataclass(frozen=True, slots=True)
class Halt:
    """Why nothing more may be sent. `cause` is None for a wish or a budget of ours."""

    reason: SkipReason
    detail: str
    cause: EngineError | None = None


class Halted(Exception):
    """Nothing may be sent, and nothing was; `halt` says why."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(halt.detail)
        self.halt = halt


class Brake:
    """Pulled at most once; the first reason stands."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._pulled = anyio.Event()
        self.halt: Halt | None = None
        self._listeners: list[Callable[[], None]] = []

    def pull(self, halt: Halt) -> None:
        """Stop the run for this reason, unless it is stopping already."""
        if self.halt is None:
            self.halt = halt
            self._observer(RunStopping(halt.detail or str(halt.reason)))
            self._pulled.set()
            for listener in self._listeners:
                listener()

    def when_pulled(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the brake is pulled."""
        self._listeners.append(listener)

    def check(self) -> None:
        """Raise `Halted` when nothing more may be sent."""
        if self.halt is not None:
            raise Halted(self.halt)

    async def sleep(self, seconds: float) -> None:
        """Sleep, but wake when the brake is pulled."""
        if seconds <= 0:
            await anyio.lowlevel.checkpoint()
            return
        with anyio.move_on_after(seconds):
            await self._pulled.wait()

    def __repr__(self) -> str:
        return f"Brake({self.halt})"


def halt_for(cause: WireError) -> Halt:
    """A cause that stops the run, with the reason its remaining rows are told."""
    if isinstance(cause, PartLimitReached):
        limit = "" if cause.limit is None else f" of {cause.limit}"
        return Halt(SkipReason.PART_LIMIT, f"the account's part limit{limit} is reached", cause)
    return Halt(SkipReason.STOPPED, str(cause), cause)
