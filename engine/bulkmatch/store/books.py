"""The ledger's reading side, for people: months, days, runs, and reconciliation."""

import uuid
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.money import CallState, Spend
from bulkmatch.model.plan import Counter, KnownPlan, Resets
from bulkmatch.store import decisions, ledger, plans, reconcile
from bulkmatch.store.reconcile import Counted, Reconciliation
from bulkmatch.store.schema import call, month_scope, run, run_scope, spend
from bulkmatch.store.sqlite import connect, translated

_OPEN = "open"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: `state` is "open" until its command ended; `ended_at` is None until then."""

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    command: str
    spend: Spend


class Books:
    """What was spent, and what a person says about it. Blocking; for commands, not for loops."""

    def __init__(self, engine: sa.Engine, path: Path, clock: Callable[[], datetime]) -> None:
        self._engine, self._path, self._clock = engine, path, clock

    def accounts(self) -> tuple[str, ...]:
        """Every account that ever made a call or whose plan is known, by name."""
        called = (sa.select(table.c.account) for table in (call, run))
        names = sa.union(*called, *plans.accounts(), decisions.accounts())
        with self._transaction() as connection:
            return tuple(sorted(connection.execute(names).scalars()))

    def month(self, account: str, month: str) -> Spend:
        """What an account has used in a month, `2026-11`."""
        with self._transaction() as connection:
            return ledger.read_spend(connection, month_scope(account, month))

    def days(self, account: str, month: str) -> Mapping[str, Spend]:
        """What an account has used on each day of a month that has calls, in order."""
        wanted = (
            sa.select(call.c.day, *_sums())
            .where(call.c.account == account, call.c.month == month)
            .group_by(call.c.day)
            .order_by(call.c.day)
        )
        with self._transaction() as connection:
            return {day: Spend(*counts) for day, *counts in connection.execute(wanted)}

    def runs(self, account: str, month: str) -> tuple[RunRecord, ...]:
        """The runs that started or made a call in a month, oldest first."""
        called = sa.select(call.c.run_id).where(call.c.account == account, call.c.month == month)
        wanted = (
            sa.select(run, spend.c.settled, spend.c.reserved, spend.c.unknown, spend.c.external)
            .outerjoin(spend, spend.c.scope == sa.literal("run:") + run.c.run_id)
            .where(run.c.account == account)
            .order_by(run.c.started_at)
        )
        with self._transaction() as connection:
            inside = set(connection.execute(called).scalars())
            rows = connection.execute(wanted).all()
        return tuple(
            _record(row)
            for row in rows
            if row.run_id in inside or row.started_at.strftime("%Y-%m") == month
        )

    def run(self, run_id: str) -> Spend:
        """What a run has used."""
        with self._transaction() as connection:
            return ledger.read_spend(connection, run_scope(run_id))

    def reconcile(self, account: str, month: str, *, used: int, allow_lower: bool = False) -> Spend:
        """Book the account's true count for a month; what it has used after that.

        Unknown calls of the month are written off against it; what nobody here asked for is
        counted as external. A run keeps its unknown parts: the account's count does not say
        whose they are. Raises `SettingsError` when `used` is less than what was answered, since
        the daily counter may lag (facts, section 4), unless `allow_lower`.
        """
        with self._transaction() as connection:
            return reconcile.by_person(
                connection,
                account,
                month,
                used=used,
                allow_lower=allow_lower,
                now=self._clock(),
            )

    def book_counter(self, account: str, counter: Counter, *, resets: Resets) -> Counted:
        """Make this month's books explain what the account's own counter says, and keep the reason.

        Unlike a person's word the counter may lag, so recent unknown parts stay unknown and
        nothing is lowered (core/reckon). What it says of the part limit becomes known of the plan.
        """
        with self._transaction() as connection:
            return reconcile.by_counter(connection, account, counter, resets=resets)

    def reconciliations(self, account: str, month: str) -> tuple[Reconciliation, ...]:
        """What was reconciled in a month, oldest first."""
        with self._transaction() as connection:
            return reconcile.booked(connection, account, month)

    def known_plan(self, account: str) -> KnownPlan:
        """All that is known of an account's plan."""
        with self._transaction() as connection:
            return plans.read(connection, account)

    def decisions(self, account: str) -> tuple[Decision, ...]:
        """All that people have decided in an account, by what was asked."""
        with self._transaction() as connection:
            return decisions.read(connection, account)

    def decide(self, account: str, made: Collection[Decision]) -> None:
        """Keep decisions; each takes the place of the one about the same question."""
        with self._transaction() as connection:
            decisions.keep(connection, account, made)

    def forget_decisions(self, account: str, subjects: Collection[Subject]) -> int:
        """Forget the decisions about these questions; how many there were."""
        with self._transaction() as connection:
            return decisions.forget(connection, account, subjects)

    def open_run(self, account: str, fingerprint: str, command: str) -> str:
        """The id of the unfinished run with this fingerprint, or of a new one."""
        unfinished = (
            sa.select(run.c.run_id)
            .where(run.c.account == account, run.c.fingerprint == fingerprint, run.c.state == _OPEN)
            .order_by(run.c.started_at.desc())
        )
        with self._transaction() as connection:
            known = connection.execute(unfinished).scalar()
            if known is not None:
                return str(known)
            run_id = uuid.uuid4().hex[:12]
            connection.execute(
                sa.insert(run).values(
                    run_id=run_id,
                    account=account,
                    fingerprint=fingerprint,
                    command=command,
                    state=_OPEN,
                    started_at=self._clock(),
                )
            )
            return run_id

    def command_of(self, account: str, run_id: str | None) -> tuple[str, str] | None:
        """A run's id and its command; the latest run's for None. None when there is no such run."""
        wanted = sa.select(run.c.run_id, run.c.command).where(run.c.account == account)
        if run_id is not None:
            wanted = wanted.where(run.c.run_id == run_id)
        with self._transaction() as connection:
            found = connection.execute(wanted.order_by(run.c.started_at.desc())).first()
        return None if found is None else (found.run_id, found.command)

    def close_run(self, run_id: str, state: str) -> None:
        """Say how a run ended: "done" or "stopped"."""
        ended = sa.update(run).where(run.c.run_id == run_id)
        with self._transaction() as connection:
            connection.execute(ended.values(state=state, ended_at=self._clock()))

    @contextmanager
    def _transaction(self) -> Generator[sa.Connection]:
        with translated(self._path), self._engine.begin() as connection:
            ledger.reap(connection, now=self._clock())
            yield connection

    def __repr__(self) -> str:
        return f"Books({self._path})"


@contextmanager
def open_books(path: Path, *, clock: Callable[[], datetime]) -> Generator[Books]:
    """The books of the store in `path`. Raises `StoreError`."""
    engine = connect(path)
    try:
        yield Books(engine, path, clock)
    finally:
        engine.dispose()


def _sums() -> tuple[sa.ColumnElement[int], ...]:
    """Settled, reserved and unknown parts over a group of calls."""

    def total(state: CallState, parts: sa.ColumnElement[int | None]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(
            sa.func.sum(sa.case((call.c.state == state.value, parts), else_=0)), 0
        )

    return (
        total(CallState.SETTLED, call.c.billed),
        total(CallState.RESERVED, call.c.reserved),
        sa.func.coalesce(sa.func.sum(call.c.unknown), 0),
    )


def _record(row: sa.Row[tuple[object, ...]]) -> RunRecord:
    counts = (row.settled, row.reserved, row.unknown, row.external)
    used = Spend(*(int(count or 0) for count in counts))
    return RunRecord(row.run_id, row.started_at, row.ended_at, row.state, row.command, used)
