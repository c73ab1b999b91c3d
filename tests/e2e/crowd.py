"""Processes that share one store and one budget, watched while they run."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.books import look, snapshot
from tests.e2e.program import (
    Served,
    catalog,
    clean_environ,
    ended,
    outcomes,
    run,
    sandbox,
    start,
    write_bom,
)
from tests.e2e.recorder import recording

WATCH_EVERY = 0.02
SMALL = {
    "BULKMATCH_QUERIES_PER_REQUEST": "4",
    "BULKMATCH_CONCURRENCY": "3",
    "BULKMATCH_REQUESTS_PER_MINUTE": "60000",
}
LATENCY = 0.05
# Exit codes: all answered; stopped by the budget.
DONE, SHORT = 0, 3


@dataclass(frozen=True)
class Seen:
    """What a crowd came to. Parts but for `processes`, `looks`, `requests` and `seconds`."""

    processes: int
    budget: int
    need: int
    charged: int
    settled: int
    requests: int
    looks: int
    seconds: float

    def line(self) -> str:
        """The figures for a person."""
        return (
            f"{self.processes} processes, budget {self.budget}: {self.charged} parts charged by the "
            f"sandbox's count, {self.settled} in the ledger, {self.need} distinct parts wanted; "
            f"{self.requests} requests in {self.seconds:.1f} s, {self.looks} looks meanwhile"
        )


def crowd(folder: Path, *, processes: int, parts: int, budget: int, seed: int) -> Seen:
    """Let so many processes at once ask for `parts` parts each, half of them the neighbours' too.

    Asserts at every look that nothing passed the budget, and at the end that the books agree.
    """
    dice = random.Random(seed)
    chosen = dice.sample(catalog(), parts // 2 * (processes + 1))
    boms = list(_boms(folder, chosen, processes, parts, dice))
    with sandbox(folder / "sandbox", "--latency", str(LATENCY)) as served:
        environ = _environ(served, folder, budget)
        began = time.monotonic()
        running = [
            start("enrich", bom, "-o", bom.with_suffix(".jsonl"), "--json", "-q", environ=environ)
            for bom in boms
        ]
        looks = 0
        while any(process.poll() is None for process in running):
            _look(served, folder / "store.sqlite", budget)
            looks += 1
            time.sleep(WATCH_EVERY)
        told = [ended(process) for process in running]
        seconds, stats = time.monotonic() - began, served.stats()
    books = snapshot(folder / "store.sqlite")
    for bom, one in zip(boms, told, strict=True):
        assert one.code in (DONE, SHORT), one.stderr
        assert len(outcomes(bom.with_suffix(".jsonl"))) == len(bom.read_text().splitlines()) - 1
    charged = int(stats["parts_charged"])
    assert charged <= budget
    assert (books.settled, books.reserved, books.unknown) == (charged, 0, 0), "they agree"
    assert sum(one.told["charged"] for one in told) == charged, "so do the processes"
    assert {one.code for one in told} == {DONE} or budget - charged < 4, "short to the last parts"
    need, requests = len(chosen), int(stats["graphql_requests"])
    return Seen(processes, budget, need, charged, books.settled, requests, looks, seconds)


@dataclass(frozen=True)
class Twins:
    """What processes with one and the same list came to. Parts but for `processes` and `questions`."""

    processes: int
    questions: int
    charged: int
    cost: int
    seconds: float

    def line(self) -> str:
        """The figures for a person."""
        return (
            f"{self.processes} processes with one list of {self.questions} distinct questions: "
            f"{self.charged} parts charged by the sandbox's count; one process alone pays "
            f"{self.cost}; {self.seconds:.1f} s"
        )


def twins(folder: Path, *, processes: int, parts: int, seed: int) -> Twins:
    """Let so many processes at once ask for the same parts.

    Asserts that no question was asked twice, that together they pay what one pays alone, and
    that each of them has all the answers.
    """
    dice = random.Random(seed)
    bom, store = folder / "bom.csv", folder / "store.sqlite"
    write_bom(bom, dice.sample(catalog(), parts), dice=dice)
    with recording(latency=LATENCY) as (served, _):
        alone = folder / "alone.jsonl"
        environ = _environ(served, folder / "alone", 10**6)
        assert run("enrich", bom, "-o", alone, "-q", environ=environ).code == DONE
        cost = served.charged
    with recording(latency=LATENCY) as (served, ear):
        environ, began = _environ(served, folder, 10**6), time.monotonic()
        outs = [folder / f"out-{n}.jsonl" for n in range(processes)]
        running = [start("enrich", bom, "-o", out, "-q", environ=environ) for out in outs]
        told = [ended(process) for process in running]
        seconds, charged = time.monotonic() - began, served.charged
    assert [one.code for one in told] == [DONE] * processes, told
    assert set(ear.asked.values()) == {1}, "no question is asked twice"
    assert charged == cost, "together they pay what one pays"
    books = snapshot(store)
    assert (books.settled, books.reserved, books.unknown) == (charged, 0, 0)
    assert all(outcomes(out) == outcomes(alone) for out in outs)
    return Twins(processes, len(ear.asked), charged, cost, seconds)


def _boms(
    folder: Path, chosen: Sequence[tuple[str, str]], processes: int, parts: int, dice: random.Random
) -> Iterator[Path]:
    for n in range(processes):
        path = folder / f"bom-{n}.csv"
        write_bom(path, chosen[n * parts // 2 :][:parts], dice=dice)
        yield path


def _environ(served: Served, folder: Path, budget: int) -> dict[str, str]:
    return clean_environ(
        folder / "home",
        **SMALL,
        **served.environ,
        BULKMATCH_STORE=str(folder / "store.sqlite"),
        BULKMATCH_MONTH_BUDGET=str(budget),
    )


def _look(served: Served, store: Path, budget: int) -> None:
    """The count first, then the books: what was charged then is held or settled by now."""
    charged = served.charged
    books = look(store)
    assert charged <= budget, "the API's count never passes the budget"
    assert charged <= books.used <= budget, "the ledger never understates, nor passes the budget"
