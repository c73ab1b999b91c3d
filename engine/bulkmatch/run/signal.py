"""Wakes whoever waits, as often as it is given."""

import anyio


class Signal:
    """`give` wakes all who wait now; who waits later waits for the next one.

    `wait` may return without cause: look again at what you wait for.
    """

    def __init__(self) -> None:
        self._event = anyio.Event()

    def give(self) -> None:
        """Wake all who wait."""
        self._event.set()
        self._event = anyio.Event()

    async def wait(self) -> None:
        """Sleep until the next `give`."""
        await self._event.wait()

    def __repr__(self) -> str:
        return f"Signal(waiting={self._event.statistics().tasks_waiting})"
