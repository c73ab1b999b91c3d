"""Group commit: what waits while one transaction is written goes into the next one together."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import anyio
import sqlalchemy as sa
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError

from bulkmatch.errors import StoreError
from bulkmatch.store.sqlite import fold_log, translated

T = TypeVar("T")
Operation = Callable[[sa.Connection], T]

# Operations in one transaction: unlimited flushes form a convoy (measured 2026-11-20).
_MOST_PER_FLUSH = 8


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    operation: Operation[T]
    is_done: bool = False
    value: T | None = None
    error: Exception | None = field(default=None)


class Writer:
    """Runs operations on one connection, one transaction at a time, several operations in each.

    Whoever holds the lock writes for all who wait; a waiter that finds its operation done goes
    home. Each operation has a savepoint: one that raises undoes itself alone. With
    `inline=True` nothing leaves the calling thread (a store in memory needs no thread).
    """

    def __init__(self, engine: sa.Engine, *, file: Path | None, inline: bool) -> None:
        self._engine, self._file, self._inline = engine, file, inline
        self._jobs: deque[_Job[Any]] = deque()
        self._lock = anyio.Lock(fast_acquire=True)
        self._thread = None if inline else CapacityLimiter(1)
        self._turn = threading.Lock()

    async def run(self, operation: Operation[T]) -> T:
        """The operation's result, once it is on the disk. Raises what it raised, or `StoreError`.

        Cancelled before its turn, the operation never happens; later, it happens.
        """
        job = _Job(operation)
        self._jobs.append(job)
        try:
            async with self._lock:
                while not job.is_done:
                    await self._flush()
        finally:
            if not job.is_done:
                with suppress(ValueError):  # its turn has come: it happens
                    self._jobs.remove(job)
        if job.error is not None:
            raise job.error
        return cast(T, job.value)  # an operation without an error has its value

    async def _flush(self) -> None:
        if self._thread is None:
            self._write()
        else:
            await to_thread.run_sync(self._write, limiter=self._thread)

    async def fold(self) -> None:
        """Fold the log into the file: what was overwritten there is gone from the log too."""
        if self._thread is not None:
            async with self._lock:
                await to_thread.run_sync(self._fold, limiter=self._thread)

    def _fold(self) -> None:
        with self._turn, translated(self._file):
            fold_log(self._engine)

    def _write(self) -> None:
        """Carry out what waits, once the write before has ended.

        The jobs are taken here and not by the task that flushes: cut off before its thread
        begins, it leaves them in line for the next; cut off later, the thread goes on.
        """
        with self._turn:
            jobs = self._take()
            if jobs:
                self._commit(jobs)

    def _take(self) -> list[_Job[Any]]:
        jobs: list[_Job[Any]] = []
        with suppress(IndexError):  # until none is left: waiters may take theirs away meanwhile
            while len(jobs) < _MOST_PER_FLUSH:
                jobs.append(self._jobs.popleft())
        return jobs

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        """Carry out `jobs` in one transaction; a failed commit fails them all."""
        failure: Exception | None = StoreError("the write was interrupted", file=self._file)
        try:
            with translated(self._file), self._engine.begin() as connection:
                if len(jobs) == 1:  # alone it needs no savepoint: what it raises undoes everything
                    jobs[0].value = jobs[0].operation(connection)
                else:
                    for job in jobs:
                        _carry_out(job, connection)
            failure = None
        except Exception as error:  # noqa: BLE001 - every waiter gets it
            failure = error
        finally:
            for job in jobs:
                job.error, job.is_done = job.error or failure, True

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __repr__(self) -> str:
        return f"Writer({self._file or 'memory'}, waiting={len(self._jobs)})"


def _carry_out(job: _Job[Any], connection: sa.Connection) -> None:
    try:
        with connection.begin_nested():
            job.value = job.operation(connection)
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - this job's own
        job.error = error
