"""Signals to a run: the first stops the sending, the second cuts off everything."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio

from bulkmatch.cli.exits import Exit

INTERRUPTED = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}
# What still holds a run so long after it was cut off, such as a locked store, is not waited for.
_CUT_OFF_SECONDS = 3.0


@dataclass
class Heed:
    """Listens for signals: the first stops the sending, the second cuts off everything.

    `stop` sends no more and tells in words what is still waited for.
    """

    say: Callable[[str], None]
    heard: list[signal.Signals] = field(default_factory=list[signal.Signals])
    stop: Callable[[signal.Signals], str] | None = None

    def __post_init__(self) -> None:
        self._last = threading.Timer(_CUT_OFF_SECONDS, self._end_at_last)
        self._last.daemon = True

    @property
    def first(self) -> signal.Signals | None:
        """The signal that came first, if any."""
        return self.heard[0] if self.heard else None

    async def listen(self, scope: anyio.CancelScope) -> None:
        """Until cancelled. Before there is anything to stop, the first signal cuts off as well."""
        with anyio.open_signal_receiver(*INTERRUPTED) as signals:
            async for heard in signals:
                self.heard.append(heard)
                if len(self.heard) > 1 or self.stop is None:
                    self._last.start()
                    scope.cancel()
                    return
                self.say(self.stop(heard))

    def _end_at_last(self) -> None:
        """End this process, as a kill would: the store is made for it."""
        self.say("stopped at once: the store does not answer; the same command goes on")
        os._exit(INTERRUPTED[self.heard[0]])

    def close(self) -> None:
        """There is nothing left to be cut off."""
        self._last.cancel()
