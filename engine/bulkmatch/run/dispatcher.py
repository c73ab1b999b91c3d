"""Brings asks together: looks them up in the store, fills requests with the rest, delivers."""

from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

import anyio
from anyio import CapacityLimiter
from anyio.abc import TaskGroup

from bulkmatch.core.batch import fill
from bulkmatch.core.seams import Answers, Wire
from bulkmatch.errors import StoreError
from bulkmatch.model.event import AnswersLoaded, Observer
from bulkmatch.model.money import StoredAnswer
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask
from bulkmatch.model.settings import Settings
from bulkmatch.run.brake import Brake, Halt
from bulkmatch.run.reply import Broke, Brought, Left, Pending, Reply
from bulkmatch.run.sender import Sender
from bulkmatch.run.signal import Signal
from bulkmatch.run.world import World

P = TypeVar("P", bound=PartLike)
# Keys looked up at once: more only makes the first of them wait.
_MOST_LOOKUPS = 500
# Stored answers read between two turns of the event loop, so that no host is held up.
_READ_AT_ONCE = 20
_TIDY_EVERY = 300.0
_CLOSED = Left(SkipReason.STOPPED, "the engine was closed")


class Dispatcher(Generic[P]):
    """One ask, one answer, however many wait for it: asks with the same key share one way.

    Two tasks carry the asks: one looks up whatever has arrived, one fills requests as slots come
    free. An ask that nobody waits for any more is dropped before it is sent.
    """

    def __init__(
        self,
        settings: Settings,
        wire: Wire[P],
        answers: Answers,
        *,
        brake: Brake,
        world: World,
        observer: Observer,
    ) -> None:
        self._settings, self._wire, self._answers = settings, wire, answers
        self._brake, self._world, self._observer = brake, world, observer
        self._pending: dict[str, Pending[P]] = {}
        self._arrived: deque[Pending[P]] = deque()
        self._unsent: deque[Pending[P]] = deque()
        self._arrival, self._demand, self._freed = Signal(), Signal(), Signal()
        self.is_closed = False
        self._tidy_at = anyio.current_time() + _TIDY_EVERY
        self._slots = CapacityLimiter(settings.limits.concurrency)
        brake.when_pulled(self._on_brake)

    async def ask(self, ask: Ask, look: int) -> Reply[P]:
        """The answer to an ask, for as many callers as want it.

        `look` counts the asks that its question has had before: further looks go first, since
        they end a row.
        """
        if self.is_closed:
            return _CLOSED
        pending = self._pending.get(ask.key)
        if pending is None:
            pending = self._pending[ask.key] = Pending(ask, is_first=not look)
            self._arrived.append(pending)
            self._arrival.give()
        pending.waiters += 1
        try:
            await pending.done.wait()
        finally:
            pending.waiters -= 1
        assert pending.reply is not None, "a pending ask ends with a reply"
        return pending.reply

    def end(self, ask: Ask, reply: Reply[P]) -> None:
        """Deliver to all who wait."""
        pending = self._pending.pop(ask.key, None)
        if pending is not None:
            pending.end(reply)
            self._freed.give()

    async def look_up(self) -> None:
        """Answer from the store whatever has arrived; pass on the rest. Runs until cancelled."""
        while True:
            await self._wait_for_arrivals()
            await self._tidy()
            count = min(_MOST_LOOKUPS, len(self._arrived))
            await self._look_up([self._arrived.popleft() for _ in range(count)])

    async def _tidy(self) -> None:
        """Now and then, forget answers past their retention: an engine may be open for days."""
        now = anyio.current_time()
        if now < self._tidy_at:
            return
        self._tidy_at = now + _TIDY_EVERY
        with suppress(StoreError):  # the look-up that follows tells it
            await self._answers.tidy(now=self._world.now())

    async def _wait_for_arrivals(self) -> None:
        """Until something has arrived, and what comes with it has too."""
        while not self._arrived:
            await self._arrival.wait()
        seen = 0
        while seen < len(self._arrived) < _MOST_LOOKUPS:
            seen = len(self._arrived)
            await anyio.sleep(self._settings.linger / 10)

    async def _look_up(self, arrived: list[Pending[P]]) -> None:
        keys = [pending.ask.key for pending in arrived]
        try:
            found = await self._answers.load(keys, now=self._world.now())
        except StoreError as error:
            self._brake.pull(Halt(SkipReason.STOPPED, str(error), error))
            for pending in arrived:
                self.end(pending.ask, Broke(error))
            return
        for count, pending in enumerate(arrived, 1):
            if not self._serve(pending, found.get(pending.ask.key)):
                self._queue(pending)
            if count % _READ_AT_ONCE == 0:
                await anyio.lowlevel.checkpoint()
        first = [pending.ask.key for pending in arrived if pending.is_first]
        self._observer(AnswersLoaded(len(first), sum(key in found for key in first)))

    def _serve(self, pending: Pending[P], kept: StoredAnswer | None) -> bool:
        """Deliver a stored answer; False when there is none that fits the part type."""
        if kept is None:
            return False
        try:
            match = self._wire.read(kept.payload)
        except ValueError:
            return False
        brought = Brought(match, kept.asked_at, from_store=True, not_entitled=kept.not_entitled)
        self.end(pending.ask, brought)
        return True

    def _queue(self, pending: Pending[P]) -> None:
        if halt := self._brake.halt:
            self.end(pending.ask, Left(halt.reason, halt.detail))
        else:
            line = self._unsent.append if pending.is_first else self._unsent.appendleft
            line(pending)
            self._demand.give()

    async def fill_requests(self, sender: Sender[P], tasks: TaskGroup) -> None:
        """Send what waits, as full as it gets, as slots come free. Runs until cancelled."""
        while True:
            await self._wait_for_demand()
            token = object()
            await self._slots.acquire_on_behalf_of(token)
            await sender.wait_for_turn()  # what arrives meanwhile goes with it
            asks = self._cut()
            if asks:
                tasks.start_soon(self._send, sender, asks, token)
            else:
                self._slots.release_on_behalf_of(token)
                self._freed.give()

    async def _wait_for_demand(self) -> None:
        """Until a request could be filled, or the first to wait has waited `linger` for company."""
        while not self._unsent:
            await self._demand.wait()
        with anyio.move_on_after(self._settings.linger):
            while self._unsent and not self._is_full():
                await self._demand.wait()

    def _is_full(self) -> bool:
        limits = self._settings.limits
        head = [pending.ask for pending in list(self._unsent)[: limits.queries_per_request + 1]]
        return fill(head, limits=limits) < len(head) or len(head) >= limits.queries_per_request

    def _cut(self) -> tuple[Ask, ...]:
        """Take the next request's asks out of the line; drop those that nobody waits for."""
        while self._unsent and not all(pending.waiters for pending in self._unsent):
            kept = deque(pending for pending in self._unsent if pending.waiters)
            for pending in self._unsent:
                if not pending.waiters:
                    self._pending.pop(pending.ask.key, None)
            self._unsent = kept
        asks = [pending.ask for pending in self._unsent]
        count = fill(asks, limits=self._settings.limits)
        for _ in range(count):
            self._unsent.popleft()
        return tuple(asks[:count])

    async def _send(self, sender: Sender[P], asks: tuple[Ask, ...], token: object) -> None:
        try:
            await sender.send(asks)
        finally:
            self._slots.release_on_behalf_of(token)
            self._freed.give()

    @property
    def is_busy(self) -> bool:
        """Whether anything waits or is in flight."""
        return bool(self._pending)

    async def drain(self) -> None:
        """Return when nothing is in flight any more."""
        while self._slots.borrowed_tokens and self._pending:
            await self._freed.wait()

    def abandon(self) -> None:
        """End everything that waits, and all that is asked from now on."""
        self.is_closed = True
        self._arrived.clear()
        self._unsent.clear()
        for pending in list(self._pending.values()):
            self.end(pending.ask, _CLOSED)

    def _on_brake(self) -> None:
        """Let go of everything that has not been sent."""
        halt = self._brake.halt
        assert halt is not None, "the brake says why"
        while self._unsent:
            self.end(self._unsent.popleft().ask, Left(halt.reason, halt.detail))

    def __repr__(self) -> str:
        return f"Dispatcher(pending={len(self._pending)}, unsent={len(self._unsent)})"
