"""Durable reserve and settle pairs a second on one SQLite file: grouped, one at a time, with claims."""

import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio

from bulkmatch.model.money import Call, Caps
from bulkmatch.model.query import Ask, MatchQuery
from bulkmatch.store import Store, open_store

PAIRS = 600
# A request holds so many questions at most; each is claimed and let go.
QUESTIONS = 100


def call() -> Call:
    """A call of this moment."""
    now = datetime.now(UTC)
    return Call(uuid.uuid4().hex, "bench", "run", 100, now, now + timedelta(seconds=60))


async def pairs(store: Store, count: int, questions: int) -> None:
    """So many pairs, one after another, each with so many questions."""
    for _ in range(count):
        held = call()
        asks = [Ask(MatchQuery("PN"), uuid.uuid4().hex) for _ in range(questions)]
        await store.reserve(held, Caps(run=10**9), asks)
        await store.settle(held, billed=90, answers=(), now=datetime.now(UTC))


async def run(tasks: int, questions: int) -> float:
    """Pairs a second with so many tasks at once, each pair with so many questions."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.sqlite")
        began = time.perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(tasks):
                group.start_soon(pairs, store, PAIRS // tasks, questions)
        taken = time.perf_counter() - began
        store.close()
    return PAIRS / taken


def main() -> None:
    """Print pairs a second for one task and for many."""
    alone = anyio.run(run, 1, 0)
    for tasks, questions in ((1, 0), (8, 0), (32, 0), (8, QUESTIONS)):
        speed = anyio.run(run, tasks, questions)
        told = f"{tasks:3} tasks, {questions:3} questions each {speed:9.0f} pairs/s"
        print(f"  {told}   {speed / alone:5.2f} x one at a time")


if __name__ == "__main__":
    main()
