"""The store as the engine sees it: ledger, answers and plans behind one writer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.money import Call, Caps, Held, Spend, Standing, StoredAnswer, month_of
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet
from bulkmatch.model.query import Ask
from bulkmatch.store import cache, decisions, ledger, owner, plans
from bulkmatch.store.claims import Claims
from bulkmatch.store.schema import month_scope, run_scope
from bulkmatch.store.sqlite import connect
from bulkmatch.store.writer import Writer


class Store:
    """Implements `OpenStore` (core/seams) on one SQLite file, or in memory.

    Whatever it says is done is on the disk. Several processes may use one file at once.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        process: str | None = None,
        is_gone: Callable[[str], bool] = owner.is_gone,
    ) -> None:
        self._writer = writer
        self._claims = Claims(owner.this_process() if process is None else process, is_gone)

    async def reserve(
        self, call: Call, caps: Caps, asks: Sequence[Ask] = (), *, anew: Collection[str] = ()
    ) -> Held:
        """Hold the call's ceiling and claim `asks`, all but those that need not be asked."""
        return await self._writer.run(
            lambda connection: self._claims.reserve(connection, call, caps, asks, anew=anew)
        )

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

    async def standing(self, keys: Sequence[str], *, now: datetime) -> Standing:
        """What has become of `keys`: answered, or under way in a call that lives."""
        return await self._writer.run(
            lambda connection: self._claims.standing(connection, keys, now=now)
        )

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

    async def known_plan(self, account: str) -> KnownPlan:
        """All that is known of an account's plan."""
        return await self._writer.run(lambda connection: plans.read(connection, account))

    async def note_features(self, account: str, notes: Collection[FeatureNote]) -> None:
        """Keep what was learnt of features."""
        await self._writer.run(lambda connection: plans.note_features(connection, account, notes))

    async def note_limit(self, account: str, met: LimitMet | None) -> None:
        """Keep that the part limit was met; None lifts it."""
        await self._writer.run(lambda connection: plans.note_limit(connection, account, met))

    async def decisions(self, account: str) -> tuple[Decision, ...]:
        """All that people have decided in an account."""
        return await self._writer.run(lambda connection: decisions.read(connection, account))

    async def decide(self, account: str, made: Collection[Decision]) -> None:
        """Keep decisions; each takes the place of the one about the same question."""
        await self._writer.run(lambda connection: decisions.keep(connection, account, made))

    async def forget_decisions(self, account: str, subjects: Collection[Subject]) -> int:
        """Forget the decisions about these questions; how many there were."""
        return await self._writer.run(
            lambda connection: decisions.forget(connection, account, subjects)
        )

    def close(self) -> None:
        """Let go of the file."""
        self._writer.close()

    def __repr__(self) -> str:
        return f"Store({self._writer!r})"


def open_store(path: Path | None) -> Store:
    """The store in `path`, or in memory for None. Raises `StoreError`."""
    return Store(Writer(connect(path), file=path, inline=path is None))
