"""Durable reserve and settle pairs a second on one SQLite file: grouped, against one at a time."""

import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from bulkmatch.model.money import Call, Caps
from bulkmatch.store import Store, open_store

PAIRS = 600


def call() -> Call:
    """A call of this moment."""
    now = datetime.now(UTC)
    return Call(uuid.uuid4().hex, "bench", "run", 100, now, now + timedelta(seconds=60))


async def pairs(store: Store, count: int) -> None:
    """So many pairs, one after another."""
    for _ in range(count):
        held = call()
        await store.reserve(held, Caps(run=10**9))
        await store.settle(held, billed=90, answers=(), now=datetime.now(UTC))


async def run(tasks: int) -> float:
    """Pairs a second with so many tasks at once."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.sqlite")
        began = time.perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(tasks):
                group.start_soon(pairs, store, PAIRS // tasks)
        taken = time.perf_counter() - began
        store.close()
    return PAIRS / taken


def main() -> None:
    """Print pairs a second for one task and for many."""
    alone = anyio.run(run, 1)
    for tasks in (1, 8, 32):
        speed = anyio.run(run, tasks)
        print(f"  {tasks:3} tasks {speed:9.0f} pairs/s   {speed / alone:5.2f} x one at a time")


if __name__ == "__main__":
    main()
