"""One process as the world sees it: it takes steps, and at one of them it may die or be struck."""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from tests.simulation.watch import Watch

Blow = Callable[[object], None]


class Died(BaseException):
    """The process is gone: whoever still runs stops here and writes nothing."""


@dataclass(frozen=True)
class Moment:
    """The `steps`-th step of any task of a process after its `count`-th `event`.

    Events are "begin", and what the process does to the world: "request", "answer", "token", and
    the names of the store's steps.
    """

    event: str
    count: int
    steps: int


class Mortal:
    """A process that lives until it is dead; nothing that it does later reaches the world.

    `is_struck` says that one of its tasks was cancelled by force, `has_left` that its engine's
    block was left, `was_stopped` that it was told to stop. `looked` are the store's versions at
    which keys were last looked up, `given` the keys that the store had answers to then,
    and `pages` the hits of a number and maker that it has kept. `is_barred` says that the store
    has told it of a part limit that still holds.
    """

    def __init__(self, name: str, run_id: str, watch: Watch) -> None:
        self.name, self.run_id, self.watch = name, run_id, watch
        self.is_dead = self.is_struck = self.has_left = self.was_stopped = False
        self.has_ended = False
        self.steps = 0
        self.looked: dict[str, int] = {}
        self.given: set[str] = set()
        self.pages: defaultdict[tuple[str, str], set[tuple[int, int, int]]] = defaultdict(set)
        self.is_barred = False
        self._events: Counter[str] = Counter()
        self._planned: list[tuple[Moment, Blow]] = []
        self._alarms: dict[int, Blow] = {}

    def plan(self, moment: Moment, blow: Blow) -> None:
        """Call `blow` with the task that is about to take the moment's step."""
        self._planned.append((moment, blow))

    def note(self, event: str) -> None:
        """The process has done something to the world."""
        self._events[event] += 1
        for moment, blow in self._planned:
            if moment.event == event and moment.count == self._events[event]:
                self._alarms[self.steps + max(1, moment.steps)] = blow

    def soon(self, blow: Blow) -> None:
        """Call `blow` at the next step; one that is planned there already goes first."""
        self._alarms.setdefault(self.steps + 1, blow)

    def step(self, task: object) -> None:
        """One of its tasks is about to go on: this lies between any two of its awaits."""
        self.steps += 1
        blow = self._alarms.pop(self.steps, None)
        if blow is not None:
            blow(task)

    def live(self) -> None:
        """Raise `Died` in a process that has crashed."""
        if self.is_dead:
            raise Died

    def end(self) -> None:
        """It has ended in whatever way: no blow strikes any more."""
        self.has_ended = True
        self._planned.clear()
        self._alarms.clear()

    def tell(self, text: str) -> None:
        """One step of the tale, by name."""
        if self.watch.is_telling:
            self.watch.tell(f"{self.name}  {text}")


PROCESS: ContextVar[Mortal | None] = ContextVar("the process whose task this is", default=None)
