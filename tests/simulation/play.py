"""Plays a story on one of the event loops, in virtual time, the same way every time."""

import logging
import random
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import anyio
from tests.fakes import virtual_clock
from tests.simulation.api import Line, SimulatedApi
from tests.simulation.cast import Life
from tests.simulation.checks import Judge
from tests.simulation.desk import Desk
from tests.simulation.disk import SimulatedDisk
from tests.simulation.faults import Weather
from tests.simulation.handle import Handle
from tests.simulation.loops import Stuck, run
from tests.simulation.mortal import Mortal
from tests.simulation.process import Process
from tests.simulation.story import Story, story_of
from tests.simulation.watch import Watch

from bulkmatch import Spend, World
from bulkmatch.model.money import Caps
from bulkmatch.store.schema import month_scope, run_scope

# Beyond every lease, whatever the clock has done.
_AFTER_ALL_LEASES = timedelta(days=400)


@dataclass(frozen=True)
class Told:
    """How a story ended: broken promises, faults by kind, other counts, and how far it got.

    `reached` is the share of lines that anybody got an answer for.
    """

    broken: tuple[str, ...]
    struck: Counter[str]
    counts: Counter[str]
    reached: float


class _Ears(logging.Handler):
    """Hears every log record of a story."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(0)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        """No secret may be logged."""
        error = record.exc_info[1] if record.exc_info else None
        told = "".join(traceback.format_exception(error)) if error else ""
        self._watch.look_for_secrets(f"{record.getMessage()} {told}", "a log")


@contextmanager
def _listening(watch: Watch) -> Generator[None]:
    root, ears = logging.getLogger(), _Ears(watch)
    level = root.level
    root.addHandler(ears)
    root.setLevel(0)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(ears)


def play(seed: int, loop: str, tell: Callable[[str], None] | None = None) -> Told:
    """Play the story of a seed. `tell` hears it step by step."""
    watch = Watch(tell)
    stage = Stage(story_of(seed), watch)
    with _listening(watch):
        try:
            run(loop, seed, stage.play)
        except Exception as error:  # noqa: BLE001 - a story that breaks is told like any other
            watch.broken.append(f"the story broke: {error!r}")
        except Stuck:
            watch.broken.append("no hang: the loop turns without time passing")
    reached = len(watch.answered) / max(1, stage.story.asking)
    return Told(tuple(watch.broken), stage.weather.struck, watch.counts, reached)


class Stage:
    """What all processes of a story share."""

    def __init__(self, story: Story, watch: Watch) -> None:
        self.story, self._watch = story, watch
        seed = story.seed
        self.weather = Weather(
            random.Random(f"weather {seed}"),
            story.chance,
            story.kinds,
            story.desk_chance,
            outage=story.outage,
        )
        settings = story.settings
        self._disk = SimulatedDisk(
            watch,
            lambda: datetime.fromtimestamp(self._clock(), UTC),
            Caps(run=settings.budget, month=settings.month_budget),
            is_shared_by_runs=settings.keep_answers,
            has_jumps=bool(story.jumps),
            has_odd_clocks=any(ahead for _, ahead in story.sweeps),
        )
        self._desk = Desk(random.Random(f"desk {seed}"), watch, self.weather, story.token_life)
        self._desk.is_calm = not story.jumps
        self._api = SimulatedApi(story, watch, self.weather, self._disk, self._desk)
        self._judge = Judge(story, watch, self.weather, self._disk)
        self._disk_dice = random.Random(f"disk {seed}")
        self._began = 0.0

    def _clock(self) -> float:
        passed = anyio.current_time() - self._began
        return virtual_clock() + sum(by for at, by in self.story.jumps if at < passed)

    async def play(self) -> None:
        """All acts of the story, and the books at its end."""
        self._began = self.weather.began_at = anyio.current_time()
        mortals: list[Mortal] = []
        async with anyio.create_task_group() as others:
            for at, ahead in self.story.sweeps:
                others.start_soon(self._sweep, at, ahead)
            for act in self.story.acts:
                async with anyio.create_task_group() as stage:
                    for life in act:
                        mortal = Mortal(life.name, life.run_id, self._watch)
                        mortals.append(mortal)
                        stage.start_soon(self._live, life, mortal)
            others.cancel_scope.cancel()
        counts = self._watch.counts
        counts["processes"] += len(self.story.lives)
        counts["acts of two processes"] += sum(len(act) > 1 for act in self.story.acts)
        counts["clock jumps"] += len(self.story.jumps)
        counts["steps"] += sum(mortal.steps for mortal in mortals)
        await self._close(mortals)

    async def _sweep(self, at: float, ahead: float) -> None:
        await anyio.sleep(at)
        self._watch.tell(f"somebody opens the store; his clock is {ahead} s ahead")
        self._watch.counts["sweeps by others"] += 1
        await self._disk.sweep(self._disk.now() + timedelta(seconds=ahead))

    async def _live(self, life: Life, mortal: Mortal) -> None:
        """A process in a cell of its own: what strikes it strikes nobody else."""
        handle = Handle(
            self._disk,
            mortal,
            self.story.disk,
            self._disk_dice,
            patience=self.story.settings.patience.drain,
        )
        world = World(
            clock=self._clock,
            dice=random.Random(f"engine {self.story.seed} {life.name}").random,
            transport=Line(self._api, mortal),
            open_store=lambda path: handle,
        )
        process = Process(
            self.story,
            life,
            mortal,
            world,
            judge=self._judge,
            manners=self._api.manners(mortal),
        )
        async with anyio.create_task_group() as cell:
            cell.start_soon(process.live)

    async def _close(self, mortals: list[Mortal]) -> None:
        """The books at the end, and once more when every lease has run out."""
        self._api.catch_up()
        was_cut = any(mortal.is_dead or mortal.is_struck for mortal in mortals)
        has_left_over = was_cut or bool(self._disk.errors)
        if self._judge.every_call(has_left_over=has_left_over):
            self._watch.counts["stories with exact books"] += 1
        self._check_books(has_ended=False)
        self._judge.texts()
        await self._disk.sweep(self._disk.now() + _AFTER_ALL_LEASES)
        self._check_books(has_ended=True)

    def _check_books(self, *, has_ended: bool) -> None:
        books, spends = self._disk.books, self._disk.spends()
        for run_id, calls in books.runs().items():
            spend = spends.pop(run_scope(run_id), Spend())
            self._judge.ledger(f"run {run_id}", spend, calls, has_ended=has_ended)
        for month, calls in books.months().items():
            spend = spends.pop(month_scope(calls[0].call.account, month), Spend())
            self._judge.ledger(f"month {month}", spend, calls, has_ended=has_ended)
        for scope, spend in spends.items():
            self._judge.ledger(scope, spend, [], has_ended=has_ended)
