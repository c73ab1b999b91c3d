"""Two engines on one store, as two processes would be: what one asks or has, the other does not ask."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import (
    Engine,
    Event,
    Failed,
    Limits,
    Matched,
    Outcome,
    Patience,
    Row,
    Skipped,
    SkipReason,
    Spend,
    StoreError,
    SupplyPart,
    Waited,
    World,
)
from bulkmatch.model.money import Call, Caps, Standing, StoredAnswer
from bulkmatch.model.query import Ask, MatchQuery
from bulkmatch.store import Store, open_store

COUNT = 30
PART = "PN-5X"
ONE_BY_ONE = Limits(queries_per_request=1, concurrency=1, requests_per_minute=60_000)


class Shared(Store):
    """A store in memory that outlives the engines which use it."""

    def close(self) -> None:
        """Nothing: the other may be at work."""


@dataclass
class Pair:
    """An API of some parts, and the world of two processes around it; those in `dead` have ended."""

    api: FakeApi
    events: list[Event] = field(default_factory=list[Event])
    dead: set[str] = field(default_factory=set[str])
    told: list[Outcome[SupplyPart]] = field(default_factory=list[Outcome[SupplyPart]])
    home: Store = field(default_factory=lambda: open_store(None))

    def store(self, process: str) -> Shared:
        """The store as a process has it open."""
        return Shared(self.home._writer, process=process, is_gone=self.dead.__contains__)

    def world(self, process: str) -> World:
        """The world of a process."""
        return replace(world(self.api), open_store=lambda _: self.store(process))

    @asynccontextmanager
    async def engine(self, process: str, **changes: Any) -> AsyncGenerator[Engine[SupplyPart]]:
        """An engine in a process of this name."""
        async with Engine.open(
            settings(**changes), world=self.world(process), observer=self.events.append
        ) as engine:
            yield engine

    @asynccontextmanager
    async def both(self, **changes: Any) -> AsyncGenerator[tuple[Engine[SupplyPart], ...]]:
        """Two engines that have their tokens; `changes` are the second one's."""
        async with self.engine("one") as one, self.engine("other", **changes) as other:
            for n, engine in enumerate((one, other)):
                await engine.match(f"PN-{n}X")
            self.api.latency = 20.0
            yield one, other

    async def ask(self, engine: Engine[SupplyPart]) -> None:
        """Ask for the part that both want."""
        self.told.append(await engine.match(PART))

    @property
    def came_from_store(self) -> list[bool]:
        """Whether each answer so far came from the store, in their order."""
        matched = [outcome for outcome in self.told if isinstance(outcome, Matched)]
        assert len(matched) == len(self.told)
        return [outcome.provenance.from_store for outcome in matched]

    @property
    def waited(self) -> list[float]:
        """For how long at most somebody waited for another process, time by time."""
        return [
            event.seconds
            for event in self.events
            if isinstance(event, Waited) and event.why == "another process"
        ]


@pytest.fixture
def pair() -> Pair:
    """Parts enough, and answers in a tenth of a second."""
    return Pair(FakeApi([FakePart(f"PN-{n}X") for n in range(COUNT)]))


@pytest.mark.parametrize("limits", [ONE_BY_ONE, Limits(queries_per_request=7), Limits()])
@pytest.mark.parametrize("order", [1, -1])
async def test_two_engines_with_one_list_pay_for_it_once(
    pair: Pair, limits: Limits, order: int
) -> None:
    rows = [Row(mpn=part.mpn) for part in pair.api.parts]

    async def run(name: str, rows: list[Row]) -> None:
        async with pair.engine(name, limits=limits) as engine:
            pair.told += [outcome async for outcome in engine.enrich(rows)]

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, "one", rows)
        tasks.start_soon(run, "other", rows[::order])
    assert len(pair.came_from_store) == 2 * COUNT
    assert sum(pair.came_from_store) == COUNT == pair.api.charged
    assert set(pair.api.asked.values()) == {1}


async def test_who_waits_holds_no_slot_and_no_parts_and_is_served_from_the_store(
    pair: Pair,
) -> None:
    async with (
        pair.both(limits=ONE_BY_ONE, budget=2) as (one, other),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(pair.ask, one)
        await anyio.sleep(1)
        tasks.start_soon(pair.ask, other)
        await anyio.sleep(1)
        assert other.in_flight == 0
        assert await other.budget.run() == Spend(settled=1)
        assert other.waits_for == "another process, which is asking 1 of these questions"
        free = await other.match("PN-3X")  # by its only slot, with its last part
        assert isinstance(free, Matched)
    assert pair.came_from_store == [False, True]
    assert other.tally.from_store == 1
    assert pair.api.asked[PART] == 1
    lease = Patience().give_up_after + 120
    assert pair.waited == [pytest.approx(lease - 1, abs=1)], "a claim ends with its lease"


async def test_what_another_has_asked_in_vain_is_asked_by_who_waits(pair: Pair) -> None:
    async with pair.both() as (one, other), anyio.create_task_group() as tasks:
        pair.api.script = [lost]
        tasks.start_soon(pair.ask, one)
        await anyio.sleep(1)
        tasks.start_soon(pair.ask, other)
    assert sorted(pair.came_from_store) == [False, True]
    assert pair.api.asked[PART] == 1
    assert len(pair.waited) >= 1


def lost(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """No answer."""
    raise httpx.ReadError("reset")


async def test_what_its_callers_have_left_is_waited_for_no_more(pair: Pair) -> None:
    async with pair.both() as (one, other), anyio.create_task_group() as tasks:
        tasks.start_soon(pair.ask, one)
        await anyio.sleep(1)
        with anyio.move_on_after(1) as scope:
            await other.match(PART)
        assert scope.cancelled_caught
        await anyio.sleep(5)
        assert other.waits_for == ""
        assert not other._dispatcher.is_busy
    assert pair.api.asked[PART] == 1


async def test_who_is_told_to_stop_waits_no_longer(pair: Pair) -> None:
    async with pair.both() as (one, other):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pair.ask, one)
            await anyio.sleep(1)
            tasks.start_soon(pair.ask, other)
            await anyio.sleep(1)
            other.stop()
            await anyio.sleep(1)
            assert [outcome.reason for outcome in pair.told if isinstance(outcome, Skipped)] == [
                SkipReason.STOPPED
            ]
        assert isinstance(pair.told[1], Matched)


async def test_an_engine_that_is_left_tells_those_who_wait_for_another(pair: Pair) -> None:
    async with pair.engine("one") as one, anyio.create_task_group() as tasks:
        await one.match("PN-2X")
        async with pair.engine("other") as other:
            await other.match("PN-3X")
            pair.api.latency = 20.0
            tasks.start_soon(pair.ask, one)
            await anyio.sleep(1)
            tasks.start_soon(pair.ask, other)
            await anyio.sleep(1)
            began = anyio.current_time()
        assert anyio.current_time() - began < 5
        await anyio.sleep(1)
        assert [type(outcome) for outcome in pair.told] == [Skipped]
    assert pair.api.asked[PART] == 1


def ask_of(engine: Engine[SupplyPart], mpn: str = PART) -> Ask:
    """The first ask for a part."""
    return engine._inquiry.asker.ask(MatchQuery(mpn, options=engine._options))


async def claim(pair: Pair, engine: Engine[SupplyPart], *, lease: float) -> None:
    """A process that is no more has claimed the part for so many seconds."""
    now = pair.world("ghost").now()
    call = Call("c1", "test", "r1", 1, now, now + timedelta(seconds=lease))
    await pair.store("ghost").reserve(call, Caps(), [ask_of(engine)])


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_dead_process_is_waited_for_until_it_is_known_to_be_dead(
    pair: Pair, is_known: bool
) -> None:
    """On the same machine that is at once, else when its lease runs out; its parts stay booked."""
    if is_known:
        pair.dead.add("ghost")
    async with pair.engine("one") as engine:
        await claim(pair, engine, lease=720)
        began = anyio.current_time()
        await pair.ask(engine)
        assert 0 <= anyio.current_time() - began - (0 if is_known else 720) < 5
        month = await engine.budget.month()
    assert pair.came_from_store == [False]
    assert month == Spend(settled=1, reserved=1)


async def test_a_store_that_fails_ends_the_waiting(pair: Pair) -> None:
    class Failing(Shared):
        async def standing(self, keys: Sequence[str], *, now: datetime) -> Standing:
            raise StoreError("the disk is gone")

    around = replace(pair.world("one"), open_store=lambda _: Failing(pair.home._writer))
    async with Engine.open(settings(), world=around) as engine:
        await claim(pair, engine, lease=720)
        outcome = await engine.match(PART)
    assert isinstance(outcome, Failed)
    assert "the disk is gone" in str(outcome.cause)
    assert engine.stopped is not None


async def test_a_stored_answer_that_nobody_can_read_is_asked_again(pair: Pair) -> None:
    async with pair.engine("one") as engine:
        now = pair.world("one").now()
        call = Call("c1", "test", "r1", 1, now, now + timedelta(seconds=720))
        kept = StoredAnswer(ask_of(engine).key, b"no JSON", now, now + timedelta(days=1))
        await pair.home.settle(call, billed=1, answers=[kept], now=now)
        await pair.ask(engine)
    assert pair.came_from_store == [False]
    assert pair.api.asked[PART] == 1
