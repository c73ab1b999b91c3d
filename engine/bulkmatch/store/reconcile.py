"""Books the account's own count, told by a person or read off its counter, and keeps the reason."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bulkmatch.core.reckon import COUNTER_LAG, Reckoning, reckon
from bulkmatch.errors import SettingsError
from bulkmatch.model.money import CallState, Spend, month_of
from bulkmatch.model.plan import Counter, Resets
from bulkmatch.store import ledger, plans
from bulkmatch.store.schema import call, month_scope, reconciliation

_TOLD_BY_PERSON = "a person gave the count"
_FOR_LIFE = "the part limit is for life, so the counter is of no month, and nothing is booked"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was booked, in parts: `counted` by the account, `written_off` of unknown, `external` added."""

    booked_at: datetime
    counted: int
    written_off: int
    external: int
    reason: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What a reading of the counter led to. `spend` is the month's after it."""

    counter: Counter
    reckoning: Reckoning
    spend: Spend
    has_plan_changed: bool


def by_person(
    connection: sa.Connection,
    account: str,
    month: str,
    *,
    used: int,
    allow_lower: bool,
    now: datetime,
) -> Spend:
    """Make a month's books say what a person says; see `Books.reconcile`."""
    if used < 0:
        raise SettingsError(f"an account cannot have used {used} parts")
    scope = month_scope(account, month)
    before = ledger.read_spend(connection, scope)
    if used < before.settled and not allow_lower:
        raise SettingsError(
            f"the account cannot have used {used} parts in {month}: {before.settled} were "
            "answered and counted here; the daily counter may lag, so try again tomorrow, "
            "or say --allow-lower if you are sure"
        )
    external = used - before.settled - before.external
    ledger.add(connection, scope, unknown=-before.unknown, external=external)
    connection.execute(_write_off(account, month, now=now, before=None))
    done = Reconciliation(now, used, before.unknown, external, _TOLD_BY_PERSON)
    _keep(connection, account, month, done)
    return ledger.read_spend(connection, scope)


def by_counter(
    connection: sa.Connection, account: str, counter: Counter, *, resets: Resets
) -> Counted:
    """Make this month's books explain the account's counter; see `Books.book_counter`."""
    now, month = counter.read_at, month_of(counter.read_at)
    scope = month_scope(account, month)
    before = ledger.read_spend(connection, scope)
    reckoning = Reckoning(0, 0, 0, _FOR_LIFE)
    if resets is Resets.MONTHLY:
        recent = _recent(connection, account, month, since=now - COUNTER_LAG)
        reckoning = reckon(counter.part_counter, before, recent=recent, now=now)
    off, external = reckoning.written_off, reckoning.external
    if off or external:
        ledger.add(connection, scope, unknown=-off, external=external)
        connection.execute(_write_off(account, month, now=now, before=now - COUNTER_LAG))
    done = Reconciliation(now, counter.part_counter, off, external, reckoning.reason)
    _keep(connection, account, month, done)
    has_changed = plans.note_counter(connection, account, counter)
    return Counted(counter, reckoning, ledger.read_spend(connection, scope), has_changed)


def booked(connection: sa.Connection, account: str, month: str) -> tuple[Reconciliation, ...]:
    """The reconciliations of a month, oldest first."""
    columns = reconciliation.c
    wanted = (
        sa.select(
            columns.booked_at,
            columns.counted,
            columns.written_off,
            columns.external,
            columns.reason,
        )
        .where(columns.account == account, columns.month == month)
        .order_by(columns.number)
    )
    return tuple(Reconciliation(*row) for row in connection.execute(wanted))


def _keep(connection: sa.Connection, account: str, month: str, done: Reconciliation) -> None:
    connection.execute(
        sa.insert(reconciliation).values(
            account=account,
            month=month,
            booked_at=done.booked_at,
            counted=done.counted,
            written_off=done.written_off,
            external=done.external,
            reason=done.reason,
        )
    )


def _recent(connection: sa.Connection, account: str, month: str, *, since: datetime) -> Spend:
    """What of a month's books is so new that the counter may not know of it."""
    wanted = sa.select(
        sa.func.coalesce(sa.func.sum(call.c.billed), 0),
        sa.func.coalesce(sa.func.sum(call.c.unknown), 0),
    ).where(call.c.account == account, call.c.month == month, call.c.opened_at >= since)
    settled, unknown = connection.execute(wanted).one()
    return Spend(settled=settled, unknown=unknown)


def _write_off(account: str, month: str, *, now: datetime, before: datetime | None) -> sa.Update:
    """Close a month's unknown calls; `before` spares those opened since then."""
    lost = call.c.state == CallState.UNKNOWN.value
    state = sa.case((lost, CallState.WRITTEN_OFF.value), else_=call.c.state)
    written_off = (
        sa.update(call)
        .where(call.c.account == account, call.c.month == month, call.c.unknown > 0)
        .values(state=state, unknown=0, closed_at=now, cause="reconciled")
    )
    return written_off if before is None else written_off.where(call.c.opened_at < before)
