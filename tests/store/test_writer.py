"""Group commit: many waiters, one transaction; each fails, and is cancelled, for itself alone."""

import asyncio  # noqa: TID251 - its own way of cancelling is under test here
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
import sqlalchemy as sa
from anyio import from_thread
from sqlalchemy import event
from tests.conftest import REAL, VIRTUAL
from tests.store.calls import LATER, NOW, a_call, an_answer, booked, spends, sums

from bulkmatch.errors import BudgetExceeded, StoreError
from bulkmatch.model.money import Caps, Held, Spend
from bulkmatch.store import Store, open_store
from bulkmatch.store.schema import spend
from bulkmatch.store.writer import Writer, _Job


async def test_fifty_tasks_share_the_budget_to_the_last_part(store: Store) -> None:
    refused: list[int] = []

    async def one(n: int) -> None:
        call = a_call(f"c{n}", 10)
        try:
            await store.reserve(call, Caps(run=300))
        except BudgetExceeded as error:
            refused.append(error.left)
            return
        await anyio.lowlevel.checkpoint()
        await store.settle(call, billed=10, answers=[an_answer(f"k{n}")], now=LATER)

    async with anyio.create_task_group() as tasks:
        for n in range(50):
            tasks.start_soon(one, n)
    assert await spends(store) == (Spend(settled=300), Spend(settled=300))
    assert refused == [0] * 20
    assert len(await store.load([f"k{n}" for n in range(50)], now=LATER)) == 30
    assert await store._writer.run(booked) == await store._writer.run(sums)


async def test_an_operation_that_fails_undoes_itself_alone(store: Store) -> None:
    def half_done(connection: sa.Connection) -> None:
        connection.execute(sa.insert(spend).values(scope="half", settled=99))
        raise ValueError("half-way")

    async def fail() -> None:
        with pytest.raises(ValueError, match="half-way"):
            await store._writer.run(half_done)

    async with anyio.create_task_group() as tasks:
        for n in range(24):
            tasks.start_soon(store.reserve, a_call(f"c{n}", 1), Caps())
            tasks.start_soon(fail)
    assert await spends(store) == (Spend(reserved=24), Spend(reserved=24))
    assert "half" not in await store._writer.run(booked)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Closed; whoever waits in a writer's thread goes on when it is set."""
    opened = threading.Event()
    yield opened
    opened.set()


async def hold(store: Store, gate: threading.Event, begun: anyio.Event) -> None:
    """An operation that is in its transaction until the gate opens."""

    def wait(connection: sa.Connection) -> None:
        from_thread.run_sync(begun.set)
        assert gate.wait(10)

    await store._writer.run(wait)


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_what_waits_while_one_is_written_is_committed_together(
    in_file: Store, gate: threading.Event
) -> None:
    commits = 0

    def count(connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    begun = anyio.Event()
    event.listen(in_file._writer._engine, "commit", count)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, in_file, gate, begun)
        await begun.wait()
        for n in range(8):
            tasks.start_soon(in_file.reserve, a_call(f"c{n}", 1), Caps())
        await anyio.wait_all_tasks_blocked()
        assert repr(in_file._writer).endswith("waiting=8)")
        gate.set()
    assert commits == 2
    assert (await spends(in_file))[0] == Spend(reserved=8)


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_cancelled_before_its_turn_it_never_happens(
    in_file: Store, gate: threading.Event
) -> None:
    begun = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, in_file, gate, begun)
        await begun.wait()
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as waiters:
                waiters.start_soon(in_file.reserve, a_call("cancelled", 10), Caps())
                await anyio.wait_all_tasks_blocked()
                scope.cancel()
        tasks.start_soon(in_file.reserve, a_call("kept", 3), Caps())
        gate.set()
    assert (await spends(in_file))[0] == Spend(reserved=3)


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_cancelled_in_its_turn_it_happens_whole(
    in_file: Store, gate: threading.Event
) -> None:
    begun = anyio.Event()

    def slow(connection: sa.Connection) -> None:
        connection.execute(sa.insert(spend).values(scope="slow", settled=1))
        from_thread.run_sync(begun.set)
        assert gate.wait(10)

    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(in_file._writer.run, slow)
            await begun.wait()
            scope.cancel()
            gate.set()
    assert (await in_file._writer.run(booked))["slow"].settled == 1


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_a_writer_cancelled_before_its_thread_begins_leaves_nobody_waiting(
    in_file: Store, gate: threading.Event
) -> None:
    """The task that holds the lock writes for all: its end must not take their work with it."""
    lock, scope = in_file._writer._lock, anyio.CancelScope()

    async def victim() -> None:
        with scope:
            await in_file.reserve(a_call("victim", 10, run="r2"), Caps())

    async def cancel_as_it_flushes() -> None:
        while not scope.cancel_called:
            owner = lock.statistics().owner
            if owner is not None and "victim" in (owner.name or ""):
                scope.cancel()
            await anyio.lowlevel.checkpoint()

    with anyio.fail_after(20):
        for n in range(5):
            scope, begun = anyio.CancelScope(), anyio.Event()
            gate.clear()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(hold, in_file, gate, begun)
                await begun.wait()
                tasks.start_soon(victim)
                await anyio.wait_all_tasks_blocked()
                for other in range(3):
                    tasks.start_soon(in_file.reserve, a_call(f"{n}-{other}", 1), Caps())
                await anyio.wait_all_tasks_blocked()
                tasks.start_soon(cancel_as_it_flushes)
                gate.set()
    assert (await spends(in_file))[0] == Spend(reserved=15)


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_host_that_cancels_tasks_its_own_way_leaves_nobody_waiting(
    in_file: Store, gate: threading.Event
) -> None:
    begun = anyio.Event()
    flushing = asyncio.ensure_future(hold(in_file, gate, begun))
    with anyio.fail_after(20):
        await begun.wait()
        waiters = [
            asyncio.ensure_future(in_file.reserve(a_call(f"c{n}", 1), Caps())) for n in range(4)
        ]
        await asyncio.sleep(0)
        flushing.cancel()  # its thread goes on, and the next one must not disturb it
        waiters[0].cancel()
        for _ in range(300):  # time for the next thread to come too near
            await asyncio.sleep(0)
        gate.set()
        told = await asyncio.gather(flushing, *waiters, return_exceptions=True)
    assert [type(outcome) for outcome in told[:2]] == [asyncio.CancelledError] * 2
    assert [type(outcome) for outcome in told[2:]] == [Held] * 3
    assert (await spends(in_file))[0] == Spend(reserved=3)


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_full_disk_fails_the_write_and_not_the_store(in_file: Store) -> None:
    await in_file.reserve(a_call("c1", 10), Caps())

    def grow(pages: int) -> Callable[[sa.Connection], int]:
        return lambda c: int(c.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one())

    most = await in_file._writer.run(grow(1))  # SQLite keeps to what the file has already
    big = an_answer("big", bytes(range(256)) * 4 + noise(200_000))
    with pytest.raises(StoreError, match="full"):
        await in_file.settle(a_call("c1", 10), billed=5, answers=[big], now=LATER)
    assert (await spends(in_file))[0] == Spend(reserved=10)
    await in_file._writer.run(grow(most + 1_000))
    await in_file.settle(a_call("c1", 10), billed=5, answers=[big], now=LATER)
    assert (await spends(in_file))[0] == Spend(settled=5)
    assert (await in_file.load(["big"], now=NOW))["big"] == big


def noise(size: int) -> bytes:
    """Bytes that do not compress, the same each time."""
    state, told = 1, bytearray()
    while len(told) < size:
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        told += (state >> 16).to_bytes(6, "big")
    return bytes(told)


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_locked_file_fails_the_write_and_not_the_store(
    in_file: Store, tmp_path: Path
) -> None:
    await in_file._writer.run(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 20"))
    other = open_store(tmp_path / "store.db")
    try:
        with other._writer._engine.begin(), pytest.raises(StoreError, match="locked"):
            await in_file.reserve(a_call("c1", 10), Caps())
        await in_file.reserve(a_call("c1", 10), Caps())
        assert (await spends(other))[0] == Spend(reserved=10)
    finally:
        other.close()


@pytest.mark.parametrize("anyio_backend", VIRTUAL)
async def test_an_interrupt_in_the_middle_fails_all_that_were_in_it() -> None:
    store = open_store(None)

    def interrupted(connection: sa.Connection) -> None:
        connection.execute(sa.insert(spend).values(scope="cut", settled=1))
        raise KeyboardInterrupt

    # Nobody waits for a store in memory, so the waiters are put in line by hand.
    other = _Job(lambda connection: connection.execute(sa.select(spend)).all())
    with pytest.raises(KeyboardInterrupt):
        store._writer._jobs.append(_Job(interrupted))
        store._writer._jobs.append(other)
        store._writer._write()
    assert other.is_done
    assert isinstance(other.error, StoreError)
    assert await store._writer.run(booked) == {}
    store.close()


def test_with_nothing_in_line_nothing_is_committed() -> None:
    store = open_store(None)
    begun: list[sa.Connection] = []
    event.listen(store._writer._engine, "begin", begun.append)
    store._writer._write()
    assert not begun
    store.close()


@pytest.mark.parametrize("anyio_backend", VIRTUAL)
async def test_a_store_in_memory_needs_no_thread() -> None:
    store = open_store(None)
    threads: list[threading.Thread] = []
    await store._writer.run(lambda connection: threads.append(threading.current_thread()))
    assert threads == [threading.main_thread()]
    assert repr(store) == "Store(Writer(memory, waiting=0))"
    assert isinstance(store._writer, Writer)
    store.close()
