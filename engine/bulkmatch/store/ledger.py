"""The ledger's operations: each is one step of a call's life, idempotent by call id."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.core.budget import check
from bulkmatch.model.money import Call, CallState, Caps, Spend, day_of, month_of
from bulkmatch.store.schema import call as calls
from bulkmatch.store.schema import claim, month_scope, run_scope, spend

_COUNTS = ("settled", "reserved", "unknown", "external")

# Statements are made once: to build one anew took longer than to carry it out (measured 2026-11-20).
_SPEND = sa.select(*(spend.c[name] for name in _COUNTS)).where(
    spend.c.scope == sa.bindparam("of_scope")
)
_STATE = sa.select(calls.c.state).where(calls.c.call_id == sa.bindparam("of_call"))
_NEW_CALL = sa.insert(calls)
_NEW_SPEND = insert(spend)
_ADD = _NEW_SPEND.on_conflict_do_update(
    index_elements=["scope"],
    set_={name: spend.c[name] + _NEW_SPEND.excluded[name] for name in _COUNTS},
)
_REAP = (
    sa.update(calls)
    .where(
        calls.c.state == CallState.RESERVED.value,
        calls.c.lease_until < sa.bindparam("by_now", type_=calls.c.lease_until.type),
    )
    .values(
        state=CallState.UNKNOWN.value,
        unknown=calls.c.reserved,
        closed_at=sa.bindparam("by_now", type_=calls.c.closed_at.type),
        cause="lease ran out",
    )
    .returning(calls.c.account, calls.c.run_id, calls.c.month, calls.c.reserved)
)
_CLOSE = (
    sa.update(calls)
    .where(calls.c.call_id == sa.bindparam("of_call"))
    .values(
        {name: sa.bindparam(name) for name in ("state", "billed", "unknown", "closed_at", "cause")}
    )
)
_LET_GO = sa.delete(claim).where(claim.c.call_id == sa.bindparam("of_call"))
_LET_GO_LATE = sa.delete(claim).where(
    claim.c.lease_until < sa.bindparam("by_now", type_=claim.c.lease_until.type)
)


def read_spend(connection: sa.Connection, scope: str) -> Spend:
    """What a scope has used; nothing when it is unknown."""
    row = connection.execute(_SPEND, {"of_scope": scope}).first()
    return Spend() if row is None else Spend(*row)


def reserve(connection: sa.Connection, call: Call, caps: Caps) -> None:
    """Hold the ceiling under both caps, or raise `BudgetExceeded` and hold nothing."""
    if _state(connection, call.call_id) is not None:
        return
    run, month = _scopes(call)
    check(
        call.ceiling,
        run=read_spend(connection, run),
        month=read_spend(connection, month),
        caps=caps,
    )
    _insert(connection, call, CallState.RESERVED)
    add(connection, run, month, reserved=call.ceiling)


def settle(
    connection: sa.Connection, call: Call, *, billed: int, unknown: int, now: datetime
) -> None:
    """Book the true count, whatever became of the reservation meanwhile."""
    state = _state(connection, call.call_id)
    if state is CallState.SETTLED:
        return
    if state is None:
        _insert(connection, call, CallState.RELEASED)
        state = CallState.RELEASED
    run, month = _scopes(call)
    _free(connection, call, state)
    if state is CallState.WRITTEN_OFF:
        _attribute(connection, month, billed)
    add(connection, run, month, settled=billed, unknown=unknown)
    _close(connection, call.call_id, CallState.SETTLED, now, billed=billed, unknown=unknown)


def release(connection: sa.Connection, call: Call, *, cause: str, now: datetime) -> None:
    """Give the parts back: proven that nothing was billed."""
    state = _state(connection, call.call_id)
    held = {CallState.RESERVED, CallState.UNKNOWN, CallState.WRITTEN_OFF}
    if state is not None and state in held:
        _free(connection, call, state)
        _close(connection, call.call_id, CallState.RELEASED, now, billed=0, cause=cause)


def lose(connection: sa.Connection, call: Call, *, cause: str, now: datetime) -> None:
    """Count the ceiling as unknown from now on."""
    if _state(connection, call.call_id) is CallState.RESERVED:
        add(connection, *_scopes(call), reserved=-call.ceiling, unknown=call.ceiling)
        _close(connection, call.call_id, CallState.UNKNOWN, now, unknown=call.ceiling, cause=cause)


def reap(connection: sa.Connection, *, now: datetime) -> int:
    """Turn reservations whose lease ran out into unknown; how many calls that were.

    Their process is gone, or so late that nobody may rely on it; a late settlement is accepted.
    """
    rows = connection.execute(_REAP, {"by_now": now}).all()
    connection.execute(_LET_GO_LATE, {"by_now": now})
    for account, run_id, month, parts in rows:
        scopes = run_scope(run_id), month_scope(account, month)
        add(connection, *scopes, reserved=-parts, unknown=parts)
    return len(rows)


def add(connection: sa.Connection, *scopes: str, **parts: int) -> None:
    """Add to the counts of scopes, making the row of one that is new."""
    counts = {name: parts.get(name, 0) for name in _COUNTS}
    connection.execute(_ADD, [{"scope": scope, **counts} for scope in scopes])


def _scopes(call: Call) -> tuple[str, str]:
    return run_scope(call.run_id), month_scope(call.account, month_of(call.opened_at))


def _state(connection: sa.Connection, call_id: str) -> CallState | None:
    told = connection.execute(_STATE, {"of_call": call_id}).scalar()
    return None if told is None else CallState(told)


def _insert(connection: sa.Connection, call: Call, state: CallState) -> None:
    values = {
        "call_id": call.call_id,
        "account": call.account,
        "run_id": call.run_id,
        "month": month_of(call.opened_at),
        "day": day_of(call.opened_at),
        "state": state.value,
        "reserved": call.ceiling,
        "opened_at": call.opened_at,
        "lease_until": call.lease_until,
    }
    connection.execute(_NEW_CALL, values)


def _free(connection: sa.Connection, call: Call, state: CallState) -> None:
    """Take back what the call holds, as reserved or as unknown, in its run and its month."""
    run, month = _scopes(call)
    if state is CallState.RESERVED:
        add(connection, run, month, reserved=-call.ceiling)
    elif state is CallState.UNKNOWN:
        add(connection, run, month, unknown=-call.ceiling)
    elif state is CallState.WRITTEN_OFF:  # a reconciliation has taken it out of the month
        add(connection, run, unknown=-call.ceiling)


def _attribute(connection: sa.Connection, month: str, billed: int) -> None:
    """Take out of `external` what turned out to be our own, as far as it was counted there."""
    counted = max(0, read_spend(connection, month).external)
    add(connection, month, external=-min(billed, counted))


def _close(
    connection: sa.Connection,
    call_id: str,
    state: CallState,
    now: datetime,
    *,
    billed: int | None = None,
    unknown: int = 0,
    cause: str | None = None,
) -> None:
    """Write down how a call ended; its questions are free again."""
    values = {
        "of_call": call_id,
        "state": state.value,
        "billed": billed,
        "unknown": unknown,
        "closed_at": now,
        "cause": cause,
    }
    connection.execute(_CLOSE, values)
    connection.execute(_LET_GO, {"of_call": call_id})
