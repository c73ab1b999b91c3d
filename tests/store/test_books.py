"""The ledger as people read it, and what they say about it; in both homes of the store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.conftest import REAL
from tests.store.calls import (
    AFTER_LEASE,
    LATER,
    MONTH,
    NOW,
    a_call,
    books_of,
    spends,
    state_of,
)

from bulkmatch.errors import SettingsError
from bulkmatch.model.money import CallState, Caps, Spend
from bulkmatch.store import Store, open_books, open_store

FREE = Caps()
TOMORROW = NOW + timedelta(days=1)


async def settled(
    store: Store, name: str, billed: int, *, run: str = "r1", at: datetime = NOW
) -> None:
    """One call, settled a minute later."""
    call = a_call(name, 10, run=run, at=at)
    await store.reserve(call, FREE)
    await store.settle(call, billed=billed, answers=(), now=at + timedelta(minutes=1))


async def lost(store: Store, name: str, ceiling: int, *, run: str = "r1") -> None:
    """One call of which nobody knows what it cost."""
    await store.reserve(a_call(name, ceiling, run=run), FREE)
    await store.lose(a_call(name, ceiling, run=run), cause="timed out", now=LATER)


async def test_accounts_are_told_by_name(store: Store) -> None:
    assert books_of(store).accounts() == ()
    await store.reserve(a_call("c1", account="zeta"), FREE)
    await store.reserve(a_call("c2", account="acme"), FREE)
    books_of(store).open_run("bolt", "f1", "enrich bom.csv")
    assert books_of(store).accounts() == ("acme", "bolt", "zeta")


async def test_a_month_tells_what_was_settled_held_and_lost(store: Store) -> None:
    await settled(store, "c1", 4)
    await lost(store, "c2", 20)
    await store.reserve(a_call("c3", 3), FREE)
    assert books_of(store).month("acme", MONTH) == Spend(settled=4, reserved=3, unknown=20)
    assert books_of(store).month("acme", "2026-12") == Spend()
    assert books_of(store).run("r1") == Spend(settled=4, reserved=3, unknown=20)


async def test_days_are_told_in_order_and_only_those_with_calls(store: Store) -> None:
    await settled(store, "c1", 4, at=TOMORROW)
    await settled(store, "c2", 5)
    await settled(store, "c3", 6)
    await lost(store, "c4", 20)
    await store.settle(a_call("c5", 9), billed=1, answers=(), now=LATER, unknown=2)
    await settled(store, "december", 7, at=datetime(2026, 12, 1, tzinfo=UTC))
    days = books_of(store).days("acme", MONTH)
    assert list(days.items()) == [
        ("2026-11-20", Spend(settled=12, unknown=22)),
        ("2026-11-21", Spend(settled=4)),
    ]
    assert books_of(store).days("bolt", MONTH) == {}


async def test_the_days_add_up_to_their_month_after_a_late_settlement_too(store: Store) -> None:
    await settled(store, "c1", 4)
    await lost(store, "c2", 20)
    books = books_of(store)
    books.reconcile("acme", MONTH, used=30)
    await store.settle(a_call("c2", 20), billed=15, answers=(), now=LATER)
    total = sum(day.settled for day in books.days("acme", MONTH).values())
    assert total == books.month("acme", MONTH).settled == 19
    assert books.month("acme", MONTH).used == 30


async def test_reading_the_books_counts_dead_processes_as_unknown(store: Store) -> None:
    await store.reserve(a_call(ceiling=10), FREE)
    assert books_of(store, now=LATER).month("acme", MONTH) == Spend(reserved=10)
    assert books_of(store, now=AFTER_LEASE).month("acme", MONTH) == Spend(unknown=10)


async def test_runs_are_told_oldest_first_with_what_they_used(store: Store) -> None:
    first = books_of(store, now=NOW).open_run("acme", "f1", "enrich a.csv")
    second = books_of(store, now=LATER).open_run("acme", "f2", "enrich b.csv")
    books_of(store).open_run("bolt", "f3", "enrich c.csv")
    await settled(store, "c1", 4, run=first)
    await lost(store, "c2", 20, run=first)
    books_of(store, now=TOMORROW).close_run(first, "done")
    runs = books_of(store, now=TOMORROW).runs("acme", MONTH)
    assert [run.run_id for run in runs] == [first, second]
    assert runs[0].command == "enrich a.csv"
    assert runs[0].spend == Spend(settled=4, unknown=20)
    assert (runs[0].state, runs[0].started_at, runs[0].ended_at) == ("done", NOW, TOMORROW)
    assert (runs[1].state, runs[1].ended_at, runs[1].spend) == ("open", None, Spend())


async def test_a_run_over_the_turn_of_the_month_is_told_in_both(store: Store) -> None:
    run = books_of(store).open_run("acme", "f1", "enrich a.csv")
    await settled(store, "c1", 4, run=run, at=datetime(2026, 12, 1, tzinfo=UTC))
    for month in ("2026-11", "2026-12"):
        assert [record.run_id for record in books_of(store).runs("acme", month)] == [run]
    assert books_of(store).runs("acme", "2027-01") == ()


@pytest.mark.parametrize(
    ("used", "external"),
    [(104, 100), (4, 0), (5, 1)],
    ids=["others used the account too", "nobody else did", "one part more"],
)
async def test_the_accounts_own_count_is_believed(store: Store, used: int, external: int) -> None:
    await settled(store, "c1", 4)
    await lost(store, "c2", 20)
    told = books_of(store).reconcile("acme", MONTH, used=used)
    assert told == Spend(settled=4, external=external)
    assert told.used == used
    assert books_of(store).month("acme", MONTH) == told
    assert await state_of(store, "c2") is CallState.WRITTEN_OFF


async def test_what_an_answer_passed_over_is_reconciled_too(store: Store) -> None:
    await store.reserve(a_call(ceiling=10), FREE)
    await store.settle(a_call(ceiling=10), billed=7, answers=(), now=LATER, unknown=3)
    assert books_of(store).reconcile("acme", MONTH, used=8) == Spend(settled=7, external=1)
    assert await state_of(store, "c1") is CallState.SETTLED
    assert books_of(store).days("acme", MONTH) == {"2026-11-20": Spend(settled=7)}
    assert books_of(store).run("r1") == Spend(settled=7, unknown=3)


async def test_less_than_was_answered_is_not_believed_unless_told_so(store: Store) -> None:
    await settled(store, "c1", 4)
    await lost(store, "c2", 20)
    books = books_of(store)
    with pytest.raises(SettingsError, match="4 were answered and counted here.*--allow-lower"):
        books.reconcile("acme", MONTH, used=3)
    assert books.month("acme", MONTH) == Spend(settled=4, unknown=20)
    assert await state_of(store, "c2") is CallState.UNKNOWN
    told = books.reconcile("acme", MONTH, used=3, allow_lower=True)
    assert told.used == 3
    assert told.settled == 4


@pytest.mark.parametrize("allow_lower", [False, True])
async def test_an_account_cannot_have_used_less_than_nothing(
    store: Store, allow_lower: bool
) -> None:
    with pytest.raises(SettingsError, match="cannot have used -1 parts"):
        books_of(store).reconcile("acme", MONTH, used=-1, allow_lower=allow_lower)


async def test_what_is_in_flight_stays_held_through_a_reconciliation(store: Store) -> None:
    await settled(store, "c1", 4)
    await store.reserve(a_call("in flight", 10), FREE)
    told = books_of(store).reconcile("acme", MONTH, used=50)
    assert told == Spend(settled=4, reserved=10, external=46)
    await store.settle(a_call("in flight", 10), billed=6, answers=(), now=LATER)
    assert books_of(store).month("acme", MONTH) == Spend(settled=10, external=46)


async def test_reconciling_again_replaces_the_count_and_never_adds_it(store: Store) -> None:
    await settled(store, "c1", 4)
    for used in (50, 50, 60, 55):
        assert books_of(store).reconcile("acme", MONTH, used=used).used == used
    assert books_of(store).month("acme", MONTH) == Spend(settled=4, external=51)


async def test_a_reconciliation_touches_its_own_month_and_account_alone(store: Store) -> None:
    await lost(store, "c1", 20)
    await store.reserve(a_call("c2", 5, account="bolt", run="r2"), FREE)
    await store.lose(a_call("c2", 5, account="bolt", run="r2"), cause="reset", now=LATER)
    books_of(store).reconcile("acme", "2026-10", used=7)
    books_of(store).reconcile("bolt", MONTH, used=3)
    assert await spends(store) == (Spend(unknown=20), Spend(unknown=20))
    assert books_of(store).month("bolt", MONTH) == Spend(external=3)
    assert books_of(store).run("r2") == Spend(unknown=5)


async def test_the_unfinished_run_of_the_same_work_goes_on(store: Store) -> None:
    books = books_of(store)
    run = books.open_run("acme", "f1", "enrich a.csv")
    assert books.open_run("acme", "f1", "enrich a.csv") == run
    assert books.open_run("acme", "f2", "enrich a.csv") != run
    assert books.open_run("bolt", "f1", "enrich a.csv") != run
    assert len(books.runs("acme", MONTH)) == 2


@pytest.mark.parametrize("state", ["done", "stopped"])
async def test_a_run_that_ended_is_not_gone_on_with(store: Store, state: str) -> None:
    books = books_of(store)
    run = books.open_run("acme", "f1", "enrich a.csv")
    books.close_run(run, state)
    assert books.open_run("acme", "f1", "enrich a.csv") != run


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_books_are_read_beside_a_store_in_use(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(path)
    await settled(store, "c1", 4)
    with open_books(path, clock=lambda: LATER) as books:
        assert repr(books) == f"Books({path})"
        assert books.month("acme", MONTH) == Spend(settled=4)
        await settled(store, "c2", 5)
        assert books.month("acme", MONTH) == Spend(settled=9)
        books.reconcile("acme", MONTH, used=20)
    assert (await spends(store))[1] == Spend(settled=9, external=11)
    store.close()
