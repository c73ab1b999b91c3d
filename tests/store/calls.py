"""Calls, instants and a look behind the scenes, for the tests of the store."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bulkmatch.model.money import Call, CallState, Spend, StoredAnswer
from bulkmatch.store import Books, Store
from bulkmatch.store.schema import call as calls
from bulkmatch.store.schema import month_scope, run_scope, spend

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
AFTER_LEASE = NOW + timedelta(minutes=11)
MONTH = "2026-11"


def a_call(
    call_id: str = "c1",
    ceiling: int = 10,
    *,
    run: str = "r1",
    account: str = "acme",
    at: datetime = NOW,
) -> Call:
    """A call with a lease of ten minutes."""
    return Call(call_id, account, run, ceiling, at, at + timedelta(minutes=10))


def an_answer(
    key: str = "k1", text: bytes = b'{"hits":1}', *, at: datetime = NOW, hours: float = 24
) -> StoredAnswer:
    """An answer kept for so many hours."""
    return StoredAnswer(key, text, at, at + timedelta(hours=hours))


async def spends(store: Store, *, run: str = "r1", account: str = "acme") -> tuple[Spend, Spend]:
    """What a run and its account's month have used."""
    return await store.run_spend(run), await store.month_spend(account, now=NOW)


def books_of(store: Store, *, now: datetime = NOW) -> Books:
    """The books of an open store, in memory too."""
    return Books(store._writer._engine, Path("of a test"), lambda: now)


async def state_of(store: Store, call_id: str) -> CallState:
    """What became of a call."""
    wanted = sa.select(calls.c.state).where(calls.c.call_id == call_id)
    return CallState(await store._writer.run(lambda c: c.execute(wanted).scalar_one()))


def sums(connection: sa.Connection) -> dict[str, Spend]:
    """What every scope must have used, added up call by call; nothing reconciled, none partial."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in connection.execute(sa.select(calls)):
        parts = {
            CallState.SETTLED: ("settled", row.billed),
            CallState.RESERVED: ("reserved", row.reserved),
            CallState.UNKNOWN: ("unknown", row.reserved),
        }.get(CallState(row.state), ("settled", 0))
        for scope in (run_scope(row.run_id), month_scope(row.account, row.month)):
            counts[scope][parts[0]] += parts[1]
    return {scope: Spend(**told) for scope, told in counts.items()}


def booked(connection: sa.Connection) -> dict[str, Spend]:
    """What every scope has used, as booked."""
    return {
        row.scope: Spend(row.settled, row.reserved, row.unknown, row.external)
        for row in connection.execute(sa.select(spend))
    }
