"""Plays a story on one of the event loops, in virtual time, the same way every time."""

import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
from tests.conftest import VirtualLoop
from tests.fakes import virtual_clock
from tests.simulation.api import SimulatedApi
from tests.simulation.checks import check_ledger
from tests.simulation.desk import Desk
from tests.simulation.disk import SimulatedDisk
from tests.simulation.faults import Weather
from tests.simulation.process import RUN_ID, Process
from tests.simulation.story import Story, story_of
from tests.simulation.watch import Watch
from trio.abc import Instrument
from trio.testing import MockClock

from bulkmatch import World

LOOPS = ("asyncio", "trio")
# Beats of the loop after which a story is no longer long but stuck without time passing.
_MOST_BEATS = 2_000_000


class Stuck(BaseException):
    """The loop turns and turns, and no time passes."""


@dataclass(frozen=True)
class Told:
    """How a story ended: broken promises, faults by kind, other counts."""

    broken: tuple[str, ...]
    struck: Counter[str]
    counts: Counter[str]


class Heart:
    """Counts the beats of the loop and rings once, at a beat that somebody has asked for."""

    def __init__(self) -> None:
        self.beats = 0
        self._due_at = -1
        self._bell: Callable[[], None] | None = None

    def ring(self, after: int, bell: Callable[[], None]) -> None:
        """Call `bell` after so many beats; never, when negative."""
        self._due_at, self._bell = (self.beats + after if after >= 0 else -1), bell

    def beat(self) -> None:
        """One turn of asyncio's loop, or one step of a task of trio's."""
        self.beats += 1
        if self.beats == self._due_at and self._bell is not None:
            self._bell()
        if self.beats > _MOST_BEATS:
            raise Stuck


class _BeatingLoop(VirtualLoop):
    """The tests' asyncio loop, with a heart."""

    def __init__(self, heart: Heart) -> None:
        super().__init__()
        self._heart = heart

    def _run_once(self) -> None:
        """One turn: the loop's own, which the type stubs do not show."""
        self._heart.beat()
        super()._run_once()  # type: ignore[misc]


class _Pulse(Instrument):
    """Trio's heart."""

    def __init__(self, heart: Heart) -> None:
        self._heart = heart

    def before_task_step(self, task: object) -> None:
        """A task goes on."""
        self._heart.beat()


class _Ears(logging.Handler):
    """Hears every log record of a story."""

    def __init__(self, watch: Watch) -> None:
        super().__init__(0)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        """No secret may be logged."""
        self._watch.look_for_secrets(record.getMessage(), "a log")


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
    story, watch, heart = story_of(seed), Watch(tell), Heart()
    weather = Weather(
        random.Random(f"weather {seed}"), story.chance, story.kinds, story.desk_chance
    )
    with _listening(watch):
        try:
            _run(loop, seed, heart, lambda: _lives(story, watch, weather, heart))
        except Exception as error:  # noqa: BLE001 - a story that breaks is told like any other
            watch.broken.append(f"the story broke: {error!r}")
        except Stuck:
            watch.broken.append("no hang: the loop turns without time passing")
    return Told(tuple(watch.broken), weather.struck, watch.counts)


def _run(loop: str, seed: int, heart: Heart, tale: Callable[[], Awaitable[None]]) -> None:
    """Run on `loop`; trio's own dice, which order its tasks, are seeded."""

    async def main() -> None:
        await tale()

    if loop == "trio":
        import trio._core._run as trio_run

        trio_run._r.seed(seed)
        clock = MockClock(autojump_threshold=0)
        options = {"clock": clock, "instruments": [_Pulse(heart)]}
        anyio.run(main, backend="trio", backend_options=options)
    else:
        options = {"loop_factory": lambda: _BeatingLoop(heart)}
        anyio.run(main, backend="asyncio", backend_options=options)


async def _lives(story: Story, watch: Watch, weather: Weather, heart: Heart) -> None:
    """All processes of a story, one after the other, and the books at its end."""
    seed, began = story.seed, anyio.current_time()

    def clock() -> float:
        passed = anyio.current_time() - began
        return virtual_clock() + sum(by for at, by in story.jumps if at < passed)

    disk = SimulatedDisk(
        story.disk,
        random.Random(f"disk {seed}"),
        watch,
        lambda: datetime.fromtimestamp(clock(), UTC),
    )
    disk.is_checking_retention = not story.jumps
    desk = Desk(random.Random(f"desk {seed}"), watch, weather, story.token_life)
    desk.is_calm = not story.jumps
    api = SimulatedApi(story, watch, weather, disk, desk)
    dice = random.Random(f"engine {seed}").random
    world = World(clock=clock, dice=dice, transport=api, open_store=lambda path: disk)
    for life in story.lives:
        desk.forget()
        await Process(story, life, watch, world, heart.ring).live()
    watch.counts["processes"] += len(story.lives)
    watch.counts["clock jumps"] += len(story.jumps)
    check_ledger(await disk.run_spend(RUN_ID), story, api, disk, watch)
