"""The store as the engine sees it: ledger and answers behind one writer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bulkmatch.model.money import Call, Caps, Spend, StoredAnswer, month_of
from bulkmatch.store import cache, ledger
from bulkmatch.store.schema import month_scope, run_scope
from bulkmatch.store.sqlite import connect
from bulkmatch.store.writer import Writer


class Store:
    """Implements `Ledger` and `Answers` (core/seams) on one SQLite file, or in memory.

    Whatever it says is done is on the disk. Several processes may use one file at once.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def reserve(self, call: Call, caps: Caps) -> None:
        """Hold the call's ceiling. Raises `BudgetExceeded`, then nothing is held."""
        await self._writer.run(lambda connection: ledger.reserve(connection, call, caps))

    async def settle(
        self,
        call: Call,
        *,
        billed: int,
        answers: Sequence[StoredAnswer],
        now: datetime,
        unknown: int = 0,
    ) -> None:
        """Book the true count and keep the answers, in one transaction."""

        def book(connection: sa.Connection) -> None:
            ledger.settle(connection, call, billed=billed, unknown=unknown, now=now)
            cache.save(connection, call.call_id, answers)

        await self._writer.run(book)

    async def release(self, call: Call, *, cause: str, now: datetime) -> None:
        """Give the parts back: it is proven that nothing was billed."""
        await self._writer.run(
            lambda connection: ledger.release(connection, call, cause=cause, now=now)
        )

    async def lose(self, call: Call, *, cause: str, now: datetime) -> None:
        """Book the ceiling as unknown: nobody can tell what was billed."""
        await self._writer.run(
            lambda connection: ledger.lose(connection, call, cause=cause, now=now)
        )

    async def load(self, keys: Sequence[str], *, now: datetime) -> Mapping[str, StoredAnswer]:
        """The fresh answers among `keys`."""
        return await self._writer.run(lambda connection: cache.load(connection, keys, now=now))

    async def tidy(self, *, now: datetime) -> None:
        """Forget stale answers and count reservations of dead processes as unknown."""

        def sweep(connection: sa.Connection) -> int:
            ledger.reap(connection, now=now)
            return cache.forget(connection, now=now)

        if await self._writer.run(sweep):
            await self._writer.fold()

    async def forget_run(self, run_id: str) -> None:
        """Forget the answers that a run has fetched; what it spent stays."""
        if await self._writer.run(lambda connection: cache.forget_run(connection, run_id)):
            await self._writer.fold()

    async def run_spend(self, run_id: str) -> Spend:
        """What a run has used."""
        return await self._writer.run(
            lambda connection: ledger.read_spend(connection, run_scope(run_id))
        )

    async def month_spend(self, account: str, *, now: datetime) -> Spend:
        """What an account has used in the calendar month of `now`."""
        scope = month_scope(account, month_of(now))
        return await self._writer.run(lambda connection: ledger.read_spend(connection, scope))

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()

    def __repr__(self) -> str:
        return f"Store({self._writer!r})"


def open_store(path: Path | None) -> Store:
    """The store in `path`, or in memory for None. Raises `StoreError`."""
    return Store(Writer(connect(path), file=path, inline=path is None))
