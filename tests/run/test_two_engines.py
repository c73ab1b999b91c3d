"""Two engines on one store, as two processes would be: what one has settled the other does not ask."""

from dataclasses import replace

import anyio
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import Engine, Limits, Matched, Row, World
from bulkmatch.store import Store, open_store

COUNT = 30


class Shared(Store):
    """A store in memory that outlives the engines which use it."""

    def close(self) -> None:
        """Nothing: the other may be at work."""


async def enrich(rows: list[Row], around: World) -> int:
    """How many rows matched."""
    told = settings(limits=Limits(queries_per_request=1, concurrency=1, requests_per_minute=60_000))
    async with Engine.open(told, world=around) as engine:
        return sum([isinstance(outcome, Matched) async for outcome in engine.enrich(rows)])


async def test_what_another_engine_settles_meanwhile_is_not_asked_again() -> None:
    api = FakeApi([FakePart(f"PN-{n}X") for n in range(COUNT)])
    store = Shared(open_store(None)._writer)
    around = replace(world(api), open_store=lambda _: store)
    rows = [Row(mpn=part.mpn) for part in api.parts]
    matched: list[int] = []

    async def run(rows: list[Row]) -> None:
        matched.append(await enrich(rows, around))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, rows)
        tasks.start_soon(run, rows[::-1])
    assert matched == [COUNT, COUNT]
    assert api.charged <= COUNT + 2, "where they met, both had it in flight"
