"""Rows in, outcomes out: a window of rows at work, in input order or as they end."""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from bulkmatch.errors import EngineError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartLike
from bulkmatch.model.row import Row

P = TypeVar("P", bound=PartLike)
Rows = Iterable[Row] | AsyncIterable[Row]


class _Slot(Generic[P]):
    """A row's place in line. It weighs as much as the questions that it may ask."""

    def __init__(self, weight: int) -> None:
        self.weight = weight
        self.done = anyio.Event()
        self.outcome: Outcome[P] | None = None


class Stream(Generic[P]):
    """At most `window` rows are between source and reader at any moment, ended ones included.

    A row counts once for each part that it names, alternates included.

    The work is done by a task of `tasks`, not of the reader, so that a reader may stop anywhere.
    """

    def __init__(
        self, answer: Callable[[Row], Awaitable[Outcome[P]]], *, window: int, ordered: bool
    ) -> None:
        self._answer, self._ordered, self._most = answer, ordered, window
        self._window = anyio.Semaphore(window, max_value=window)
        self._send, self._receive = anyio.create_memory_object_stream[_Slot[P]](window)
        self._scope = anyio.CancelScope()
        self._ended = anyio.Event()
        self._error: Exception | None = EngineError(
            "the engine was closed before all rows were read and answered"
        )

    async def outcomes(self, rows: Rows, tasks: TaskGroup) -> AsyncGenerator[Outcome[P], None]:
        """One outcome for every row; what the source raises comes after those before it."""
        try:
            tasks.start_soon(self._drive, rows)
        except RuntimeError as error:  # the group has ended, and the engine with it
            self._send.close()
            self._receive.close()
            raise EngineError("the engine is closed; open another for more rows") from error
        try:
            async for slot in self._receive:
                await slot.done.wait()
                for _ in range(slot.weight):
                    self._window.release()
                if slot.outcome is None:
                    break
                yield slot.outcome
            if self._error is not None:
                raise self._error
        finally:
            self._scope.cancel()
            with anyio.CancelScope(shield=True):
                await self._ended.wait()
            self._receive.close()

    async def _drive(self, rows: Rows) -> None:
        """Read rows as the window allows and start work on each."""
        try:
            with self._scope, self._send:
                error: Exception | None = None
                async with anyio.create_task_group() as workers:
                    error = await self._feed(rows, workers)
                if not workers.cancel_scope.cancel_called:  # else a row's task was cut off
                    self._error = error
        finally:
            self._ended.set()

    async def _feed(self, rows: Rows, workers: TaskGroup) -> Exception | None:
        """Start work on every row; what the source raised, for the reader to raise."""
        try:
            if isinstance(rows, AsyncIterable):
                async for row in rows:
                    await self._start(row, workers)
            else:
                for row in rows:
                    await self._start(row, workers)
        except Exception as raised:  # noqa: BLE001 - the source's own error
            return raised
        return None

    async def _start(self, row: Row, workers: TaskGroup) -> None:
        slot = _Slot[P](min(self._most, 1 + len(row.alternates)))
        for _ in range(slot.weight):
            await self._window.acquire()
        if self._ordered:
            self._send.send_nowait(slot)
        workers.start_soon(self._work, row, slot)

    async def _work(self, row: Row, slot: _Slot[P]) -> None:
        try:
            slot.outcome = await self._answer(row)
        finally:
            slot.done.set()
        if not self._ordered:
            self._send.send_nowait(slot)

    def __repr__(self) -> str:
        return f"Stream(ordered={self._ordered}, {self._window.statistics()})"
