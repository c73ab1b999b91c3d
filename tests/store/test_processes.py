"""Real processes on one file: together, and killed in the middle of their work."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import REAL
from tests.store.calls import LATER, NOW, a_call, booked, sums

from bulkmatch.model.money import Caps, Spend
from bulkmatch.store import Store, open_store

SCRIPT = Path(__file__).parent / "spender.py"
# Parts of the month; four processes would like about 4 x 60 x 5.
CAP = 400


class Spender:
    """A process that spends; what it says is read line by line."""

    def __init__(self, file: Path, name: str, *, cap: int, pairs: int, seed: int) -> None:
        self.told: dict[str, int] = {}
        told = [str(part) for part in (SCRIPT, file, name, cap, pairs, seed)]
        self.process = subprocess.Popen(
            [sys.executable, *told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._line() == "ready"

    def go(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def hear(self) -> bool:
        """Take one line; False when there is no more to hear."""
        match self._line().split():
            case ["settled", call_id, parts]:
                self.told[call_id] = int(parts)
                return True
            case _:
                return False

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> int:
        """How it ended, after it has."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return self.process.wait(30)


@pytest.fixture
def spenders() -> Iterator[list[Spender]]:
    """Those that a test starts; none outlives it."""
    started: list[Spender] = []
    yield started
    for spender in started:
        spender.process.kill()
        spender.end()


def integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as plain:
        return str(plain.execute("PRAGMA integrity_check").fetchone()[0])


async def assert_sound(path: Path) -> Store:
    """The file is whole, and every scope has used what its calls say; the store, open."""
    store = open_store(path)
    assert integrity(path) == "ok"
    assert await store._writer.run(booked) == await store._writer.run(sums)
    return store


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_four_processes_open_one_new_file_at_once_and_never_pass_its_budget(
    tmp_path: Path, spenders: list[Spender]
) -> None:
    path = tmp_path / "store.db"
    for n in range(4):
        spenders.append(Spender(path, f"r{n}", cap=CAP, pairs=60, seed=n))
    for spender in spenders:
        spender.go()
    for spender in spenders:
        while spender.hear():
            pass
    assert [spender.end() for spender in spenders] == [0] * 4
    store = await assert_sound(path)
    month = await store.month_spend("acme", now=NOW)
    assert month == Spend(settled=sum(sum(spender.told.values()) for spender in spenders))
    assert CAP - 9 < month.used <= CAP  # to the last call that fits, and not one part more
    for n, spender in enumerate(spenders):
        assert await store.run_spend(f"r{n}") == Spend(settled=sum(spender.told.values()))
        assert set(await store.load(list(spender.told), now=LATER)) == set(spender.told)
    store.close()


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_two_stores_of_one_process_lose_nothing_when_another_process_ends(
    tmp_path: Path, spenders: list[Spender]
) -> None:
    """Opening the second must not end the locks of the first, or the other deletes their log."""
    path = tmp_path / "store.db"
    one = open_store(path)
    await one.reserve(a_call("c1", 10), Caps())
    other = open_store(path)
    spenders.append(Spender(path, "r9", cap=0, pairs=1, seed=1))
    spenders[0].go()
    while spenders[0].hear():
        pass
    assert spenders[0].end() == 0
    await one.reserve(a_call("c2", 100), Caps())
    await other.reserve(a_call("c3", 1_000), Caps())
    spenders.append(Spender(path, "r1", cap=0, pairs=1, seed=1))
    spenders[1].go()
    while spenders[1].hear():
        pass
    billed = sum(spenders[1].told.values())
    assert await one.run_spend("r1") == Spend(settled=billed, reserved=1_110)
    one.close()
    other.close()
    store = await assert_sound(path)
    assert await store.run_spend("r1") == Spend(settled=billed, reserved=1_110)
    store.close()


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_process_killed_at_any_instant_leaves_the_books_whole(
    tmp_path: Path, spenders: list[Spender]
) -> None:
    path = tmp_path / "store.db"
    for n, heard in enumerate((0, 3, 17, 60)):
        spenders.append(Spender(path, f"r{n}", cap=0, pairs=100_000, seed=n))
        spenders[n].go()
        for _ in range(heard):
            assert spenders[n].hear()
        spenders[n].process.kill()
        while spenders[n].hear():
            pass
        assert spenders[n].end() == -9
        store = await assert_sound(path)
        spend = await store.run_spend(f"r{n}")
        # What was told is in the file; at most one call more was settled or is still held.
        told = sum(spenders[n].told.values())
        assert told <= spend.settled <= told + 9
        assert spend.reserved <= 9
        kept = await store.load(list(spenders[n].told), now=LATER)
        assert set(kept) == set(spenders[n].told)
        store.close()
