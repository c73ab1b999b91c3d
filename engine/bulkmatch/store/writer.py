"""Group commit: what waits while one transaction is written goes into the next one together."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import anyio
import sqlalchemy as sa
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError

from bulkmatch.store.sqlite import translated

T = TypeVar("T")
Operation = Callable[[sa.Connection], T]

# Operations in one transaction: unlimited flushes form a convoy (measured 2026-11-20).
_MOST_PER_FLUSH = 8


@dataclass(slots=True)
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
            if not job.is_done and job in self._jobs:
                self._jobs.remove(job)
        if job.error is not None:
            raise job.error
        return cast(T, job.value)  # an operation without an error has its value

    async def _flush(self) -> None:
        jobs = [self._jobs.popleft() for _ in range(min(_MOST_PER_FLUSH, len(self._jobs)))]
        if self._thread is None:
            self._write(jobs)
        else:
            await to_thread.run_sync(self._write, jobs, limiter=self._thread)

    def _write(self, jobs: list[_Job[Any]]) -> None:
        """Carry out `jobs` in one transaction; a failed commit fails them all."""
        try:
            with translated(self._file), self._engine.begin() as connection:
                for job in jobs:
                    _carry_out(job, connection)
        except Exception as error:  # noqa: BLE001 - every waiter gets it
            for job in jobs:
                job.error = job.error or error
        for job in jobs:
            job.is_done = True

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
