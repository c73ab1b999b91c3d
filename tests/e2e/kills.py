"""One run, killed again and again by SIGKILL until it has come to its end, and checked every time."""

import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.books import Snapshot, snapshot
from tests.e2e.program import Served, catalog, clean_environ, ended, outcomes, run, start, write_bom
from tests.e2e.recorder import Ear, Question, recording

from bulkmatch.store import open_books

DOOMED = Path(__file__).with_name("doomed.py")
PARTS, PER_REQUEST, CONCURRENCY, LATENCY = 60, 5, 3, 0.05
# Requests are small, so that a run can be killed in many places.
SMALL = {
    "BULKMATCH_QUERIES_PER_REQUEST": str(PER_REQUEST),
    "BULKMATCH_CONCURRENCY": str(CONCURRENCY),
    "BULKMATCH_REQUESTS_PER_MINUTE": "60000",
}
MOMENTS = ("before-commit", "within", "after-commit")
FAULTS = tuple(f"{moment} {kind}" for moment in MOMENTS for kind in ("reserve", "settle"))


@dataclass(frozen=True)
class Death:
    """How a process ends: `after` so many seconds of its life, or at a fault of its own."""

    after: float = 0.0
    fault: str = ""


@dataclass
class Figures:
    """What many lives came to. Parts but for `kills`, `survived` and `requests`."""

    kills: int = 0
    by_fault: int = 0
    survived: int = 0
    stories: int = 0
    requests: int = 0
    cost: int = 0
    charged: int = 0
    in_flight: int = 0
    unknown: int = 0

    def lines(self) -> list[str]:
        """The figures for a person."""
        return [
            f"{self.stories} runs, {self.kills} kills by SIGKILL ({self.by_fault} of them around a "
            f"commit), {self.survived} processes ended before their kill",
            f"{self.requests} requests, {self.charged} parts charged; never killed they cost "
            f"{self.cost}, so {self.charged - self.cost} were charged again",
            f"{self.in_flight} parts were in flight at the kills; after the leases the budget told "
            f"{self.unknown} as unknown, and reconciling left none",
        ]


@dataclass
class Story:
    """One run in a folder of its own. Every `assert` is a promise."""

    folder: Path
    seed: int
    figures: Figures
    settled: set[Question] = field(default_factory=set[Question])
    in_flight: int = 0

    def __post_init__(self) -> None:
        """Choose the parts; two stories of one seed are the same."""
        self.dice = random.Random(self.seed)
        self.bom, self.out = self.folder / "bom.csv", self.folder / "out.jsonl"
        self.store = self.folder / "store.sqlite"
        write_bom(self.bom, self.dice.sample(catalog(), PARTS), dice=self.dice)

    def play(self, deaths: Callable[[random.Random, float], Death], *, kills: int) -> None:
        """Kill at most so often, then let it end, and settle the books."""
        with recording(latency=LATENCY) as (served, ear):
            whole, cost, lasted = self._undisturbed(served)
        with recording(latency=LATENCY) as (served, ear):
            environ = self._environ(served, self.folder)
            for _ in range(kills):
                if not self._live(environ, served, ear, deaths(self.dice, lasted)):
                    break
            last = run(*self._command(self.out), environ=environ)
            assert last.code == 0, last.stderr
            stats = served.stats()
            assert outcomes(self.out) == whole, "the outcomes are those of a run never killed"
            assert list(self.folder.glob(".bulkmatch-*")) == [], "no half-written output is left"
            self._check_books(environ, charged=stats["parts_charged"], cost=cost)
        self.figures.stories += 1
        self.figures.requests += stats["graphql_requests"]
        self.figures.cost += cost
        self.figures.charged += stats["parts_charged"]
        self.figures.in_flight += self.in_flight

    def _command(self, out: Path) -> tuple[str | Path, ...]:
        return ("enrich", self.bom, "-o", out, "--json", "--quiet")

    def _environ(self, served: Served, home: Path) -> dict[str, str]:
        store = str(home / "store.sqlite")
        return clean_environ(home / "home", **SMALL, **served.environ, BULKMATCH_STORE=store)

    def _undisturbed(self, served: Served) -> tuple[list[tuple[str, str, str]], int, float]:
        """The outcomes, the cost in parts and the seconds of the same run when nobody kills it."""
        quiet = self.folder / "quiet"
        environ, began = self._environ(served, quiet), time.monotonic()
        told = run(*self._command(quiet / "out.jsonl"), environ=environ)
        assert told.code == 0, told.stderr
        return outcomes(quiet / "out.jsonl"), served.charged, time.monotonic() - began

    def _live(self, environ: dict[str, str], served: Served, ear: Ear, death: Death) -> bool:
        """One life; whether it was ended by force. The books are checked after it."""
        before, asked = snapshot(self.store), ear.asked.copy()
        if death.fault:
            environ = {**environ, "FAULT": death.fault}
            told = ended(start(*self._command(self.out), environ=environ, script=DOOMED))
        else:
            running = start(*self._command(self.out), environ=environ)
            time.sleep(death.after)
            running.kill()
            told = ended(running)
        is_killed = told.code == -signal.SIGKILL
        assert is_killed or told.code == 0, told.stderr
        self.figures.kills += is_killed
        self.figures.by_fault += is_killed and bool(death.fault)
        self.figures.survived += not is_killed
        self._check_life(before, served, ear, asked_now=set(ear.asked - asked))
        return is_killed

    def _check_life(
        self, before: Snapshot, served: Served, ear: Ear, *, asked_now: set[Question]
    ) -> None:
        after, charged = snapshot(self.store), served.charged
        assert after.used >= charged, "the ledger never understates"
        assert not asked_now & self.settled, "what is settled is not asked again"
        assert before.references <= after.references, "no answer on the disk is lost"
        assert after.settled >= before.settled
        held = after.reserved - before.reserved
        assert held <= PER_REQUEST * CONCURRENCY * 4, "no more is held than can be in flight"
        self.in_flight += held
        self.settled = {ear.named[reference] for reference in after.references}
        if self.out.exists():
            assert len(outcomes(self.out)) == len(self.bom.read_text().splitlines()) - 1

    def _check_books(self, environ: dict[str, str], *, charged: int, cost: int) -> None:
        """Reservations of the dead expire into unknown, which a reconciliation settles."""
        told = month_of(environ)
        assert told["spent"] == cost, "each distinct question is settled once"
        assert charged - cost <= self.in_flight, "charged again is at most what was in flight"
        assert (told["reserved"], told["unknown"]) == (self.in_flight, 0)
        assert told["used"] >= charged
        tomorrow = datetime.now(UTC) + timedelta(hours=1)
        with open_books(self.store, clock=lambda: tomorrow) as books:
            assert books.accounts() == (told["account"],)  # looking reaps the leases
        told = month_of(environ)
        assert (told["reserved"], told["unknown"]) == (0, self.in_flight), "not silently free"
        assert told["runs"][0]["unknown"] == self.in_flight
        self.figures.unknown += told["unknown"]
        booked = run("budget", "reconcile", "--used", str(charged), environ=environ)
        assert booked.code == 0, booked.stderr
        told = month_of(environ)
        assert (told["used"], told["unknown"]) == (charged, 0)


def month_of(environ: dict[str, str]) -> dict[str, Any]:
    """The account's month as `bulkmatch budget` tells it."""
    (account,) = run("budget", "--json", environ=environ).told["accounts"]
    return dict(account)


def by_chance(dice: random.Random, lasted: float) -> Death:
    """Any moment of a life that would last so many seconds; each third death at a fault."""
    if dice.random() < 1 / 3:
        return Death(fault=f"{dice.choice(FAULTS)} {dice.randint(1, 4)}")
    return Death(after=dice.uniform(0.0, lasted))


def kill_many(folder: Path, *, kills: int, seed: int) -> Figures:
    """As many kills, over as many runs as that takes."""
    figures = Figures()
    while figures.kills < kills:
        here = folder / f"story-{seed}"
        here.mkdir()
        try:
            Story(here, seed, figures).play(by_chance, kills=min(10, kills - figures.kills))
        except AssertionError:
            sys.stderr.write(f"story {seed} broke a promise; its files are in {here}\n")
            raise
        seed += 1
    return figures
