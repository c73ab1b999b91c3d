"""Waits for questions that another process has under way, without a slot and without parts."""

from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.seams import Answers
from bulkmatch.errors import StoreError
from bulkmatch.model.event import Observer, Waited
from bulkmatch.model.money import Standing
from bulkmatch.model.part import PartLike
from bulkmatch.run.reply import Pending
from bulkmatch.run.signal import Signal
from bulkmatch.run.world import World

P = TypeVar("P", bound=PartLike)
# Seconds between two looks at the store: a request takes about as long as the first of them. A
# look in vain makes the next one later, one that has brought something sooner.
_FIRST, _MOST, _GROWTH = 0.1, 2.0, 1.5
# Asks looked for at once: the store belongs to all.
_MOST_LOOKUPS = 500


class Elsewhere(Generic[P]):
    """Asks that other calls have claimed: looked for until they are answered or free again.

    Whoever claims a question has a request in flight, and waits for nobody: so nobody waits in a
    circle. A claim ends with its call, with its process, or with its lease; so nobody waits for
    ever. `passed_on` takes those whose waiting has an end, and `dropped` those nobody waits for.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        world: World,
        observer: Observer,
        passed_on: Callable[[list[Pending[P]], Standing], None],
        failed: Callable[[list[Pending[P]], StoreError], None],
        dropped: Callable[[Pending[P]], None],
    ) -> None:
        self._answers, self._world, self._observer = answers, world, observer
        self._passed_on, self._failed, self._dropped = passed_on, failed, dropped
        self._waiting: dict[str, Pending[P]] = {}
        self._arrival, self._pause = Signal(), _FIRST

    def add(self, pendings: Collection[Pending[P]], standing: Standing) -> None:
        """Wait for these; `standing` says for how long at most."""
        if pendings:
            until = max(standing.elsewhere[pending.ask.key] for pending in pendings)
            seconds = (until - self._world.now()).total_seconds()
            self._observer(Waited("another process", max(0.0, seconds)))
        if not self._waiting:
            self._pause = _FIRST
        self._waiting.update((pending.ask.key, pending) for pending in pendings)
        self._arrival.give()

    async def watch(self) -> None:
        """Look again and again, as long as anything is waited for. Runs until cancelled."""
        while True:
            while not self._waiting:
                await self._arrival.wait()
            await anyio.sleep(self._pause * (0.75 + self._world.dice() / 2))
            await self._look()

    async def _look(self) -> None:
        """Pass on what is answered or free; those still under way wait in line again."""
        keys = [key for key, pending in list(self._waiting.items()) if self._is_wanted(pending)]
        keys = keys[:_MOST_LOOKUPS]
        if not keys:
            return
        try:
            standing = await self._answers.standing(keys, now=self._world.now())
        except StoreError as error:
            self._failed(self._taken(keys), error)
            return
        over = self._taken(key for key in keys if key not in standing.elsewhere)
        again = self._taken(key for key in keys if key in standing.elsewhere)
        self._waiting.update((pending.ask.key, pending) for pending in again)
        self._pause = max(_FIRST, self._pause / _GROWTH) if over else self._pause * _GROWTH
        self._pause = min(_MOST, self._pause)
        self._passed_on(over, standing)

    def _is_wanted(self, pending: Pending[P]) -> bool:
        """Whether anybody waits for it; nobody asks for what is not wanted any more."""
        if not pending.waiters:
            self._dropped(self._waiting.pop(pending.ask.key))
        return bool(pending.waiters)

    def _taken(self, keys: Iterable[str]) -> list[Pending[P]]:
        """Those of them that are still waited for, taken out."""
        return [self._waiting.pop(key) for key in keys if key in self._waiting]

    def take_all(self) -> list[Pending[P]]:
        """Wait for none of them any longer."""
        waiting = list(self._waiting.values())
        self._waiting.clear()
        return waiting

    @property
    def count(self) -> int:
        """How many asks are waited for."""
        return len(self._waiting)

    def __repr__(self) -> str:
        return f"Elsewhere(waiting={len(self._waiting)})"
