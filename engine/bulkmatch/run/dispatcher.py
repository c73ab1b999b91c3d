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
from bulkmatch.model.money import Standing, StoredAnswer
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask
from bulkmatch.model.settings import Settings
from bulkmatch.run.brake import Brake, Halt, Halted
from bulkmatch.run.elsewhere import Elsewhere
from bulkmatch.run.reply import Broke, Brought, Caller, Left, Pending, Reply
from bulkmatch.run.sender import Sender
from bulkmatch.run.signal import Signal
from bulkmatch.run.traffic import Lane, Traffic
from bulkmatch.run.world import World

P = TypeVar("P", bound=PartLike)
# Keys looked up at once: more only makes the first of them wait.
_MOST_LOOKUPS = 500
# Stored answers read between two turns of the event loop, so that no host is held up.
_READ_AT_ONCE = 20
_TIDY_EVERY = 300.0
_CLOSED = Left(SkipReason.STOPPED, "the engine was closed")
_CUT_OFF = "cut off before its answer came; if it was sent, what it cost is unknown"


class Dispatcher(Generic[P]):
    """One ask, one answer, however many wait for it: asks with the same key share one way.

    Three tasks carry the asks: one looks up whatever has arrived, one fills requests as slots come
    free, one waits for what another process asks. An ask that nobody waits for any more is dropped
    before it is sent.
    """

    def __init__(
        self,
        settings: Settings,
        wire: Wire[P],
        answers: Answers,
        *,
        traffic: Traffic,
        brake: Brake,
        world: World,
        observer: Observer,
    ) -> None:
        self._settings, self._wire, self._answers = settings, wire, answers
        self._traffic, self._brake, self._world, self._observer = traffic, brake, world, observer
        self._pending: dict[str, Pending[P]] = {}
        self._arrived: deque[Pending[P]] = deque()
        self._unsent: deque[Pending[P]] = deque()
        self._arrival, self._demand, self._freed = Signal(), Signal(), Signal()
        self._elsewhere = Elsewhere(
            answers,
            world=world,
            observer=observer,
            passed_on=self._go_on,
            failed=self._fail,
            dropped=self._drop,
        )
        self.is_closed = False
        self._tidy_at = anyio.current_time() + _TIDY_EVERY
        self._slots = CapacityLimiter(settings.limits.concurrency)
        self._under_way: set[anyio.CancelScope] = set()
        brake.when_pulled(self._on_brake)
        traffic.when_lasting(self._let_go)

    async def ask(self, ask: Ask, look: int, caller: Caller) -> Reply[P]:
        """The answer to an ask, for as many callers as want it.

        `look` counts the asks that its question has had before: further looks go first, since
        they end a row.
        """
        if self.is_closed:
            return _CLOSED
        pending = self._pending.get(ask.key)
        if pending is None:
            pending = self._pending[ask.key] = Pending(ask, caller, is_first=not look)
            self._arrived.append(pending)
            self._arrival.give()
        pending.waiters += 1
        try:
            await pending.done.wait()
        finally:
            pending.waiters -= 1
        assert pending.reply is not None, "a pending ask ends with a reply"
        return pending.reply

    async def peek(self, ask: Ask, look: int) -> Brought[P] | None:
        """What is stored of an ask, None when nothing is; sends nothing and waits for nobody.

        `look` counts the asks that its question has had before.
        """
        try:
            found = await self._answers.load([ask.key], now=self._world.now())
        except StoreError:  # the ask that follows tells it
            return None
        brought = self._read(found.get(ask.key))
        if brought is not None and not look:
            self._observer(AnswersLoaded(1, 1))
        return brought

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
            self._fail(arrived, error)
            return
        for count, pending in enumerate(arrived, 1):
            if not self._serve(pending, found.get(pending.ask.key)):
                self._queue(pending)
            if count % _READ_AT_ONCE == 0:
                await anyio.lowlevel.checkpoint()
        first = [pending.ask.key for pending in arrived if pending.is_first]
        self._observer(AnswersLoaded(len(first), sum(key in found for key in first)))

    def _fail(self, pendings: list[Pending[P]], error: StoreError) -> None:
        """The store cannot be read: the run ends."""
        self._brake.pull(Halt(SkipReason.STOPPED, str(error), error))
        for pending in pendings:
            self.end(pending.ask, Broke(error))

    def _serve(self, pending: Pending[P], kept: StoredAnswer | None) -> bool:
        """Deliver a stored answer; False when there is none that fits the part type."""
        brought = self._read(kept)
        if brought is None:
            return False
        self.end(pending.ask, brought)
        return True

    def _read(self, kept: StoredAnswer | None) -> Brought[P] | None:
        """A stored answer in the part type; None when there is none that fits it."""
        if kept is None:
            return None
        try:
            match = self._wire.read(kept.payload)
        except ValueError:
            return None
        return Brought(match, kept.asked_at, from_store=True, not_entitled=kept.not_entitled)

    def _queue(self, pending: Pending[P]) -> None:
        if halt := self._brake.halt or self._traffic.halt_for(pending.caller):
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
            lane = await self._lane()  # what arrives meanwhile goes with it
            asks = () if lane is None else self._cut(only_one=lane.is_probe)
            if lane is not None and asks:
                tasks.start_soon(self._send, sender, asks, lane, token)
            else:
                self._release(lane, token)

    async def _lane(self) -> Lane | None:
        """Leave to send the next request; None when there is none to be had, and all are told."""
        try:
            return await self._traffic.enter()
        except Halted as halted:
            self._let_go(halted.halt)
            return None

    def _release(self, lane: Lane | None, token: object) -> None:
        if lane is not None:
            self._traffic.leave(lane)
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

    def _cut(self, *, only_one: bool) -> tuple[Ask, ...]:
        """Take the next request's asks out of the line; drop those that nobody waits for."""
        while self._unsent and not all(pending.waiters for pending in self._unsent):
            kept = deque(pending for pending in self._unsent if pending.waiters)
            for pending in self._unsent:
                if not pending.waiters:
                    self._drop(pending)
            self._unsent = kept
        asks = [pending.ask for pending in self._unsent][: 1 if only_one else None]
        count = fill(asks, limits=self._settings.limits)
        for _ in range(count):
            self._unsent.popleft()
        return tuple(asks[:count])

    def _drop(self, pending: Pending[P]) -> None:
        """Nobody waits for it."""
        self._pending.pop(pending.ask.key, None)

    async def _send(
        self, sender: Sender[P], asks: tuple[Ask, ...], lane: Lane, token: object
    ) -> None:
        with anyio.CancelScope() as scope:
            self._under_way.add(scope)
            try:
                await sender.send(asks, lane)
            finally:
                self._under_way.discard(scope)
                self._release(lane, token)
        if scope.cancelled_caught:
            reason = self._brake.halt.reason if self._brake.halt else SkipReason.STOPPED
            for ask in asks:
                self.end(ask, Left(reason, _CUT_OFF))

    async def wait_for_others(self) -> None:
        """Answer from the store what another process asks, once it has. Runs until cancelled."""
        await self._elsewhere.watch()

    def set_aside(self, standing: Standing) -> frozenset[str]:
        """Serve what is answered by now, and wait for what others ask; the keys of both."""
        served = {key for key, kept in standing.answered.items() if self._is_served(key, kept)}
        waiting = [self._pending[key] for key in standing.elsewhere if key in self._pending]
        self._elsewhere.add(waiting, standing)
        if self._brake.halt:
            self._on_brake()
        return frozenset(served) | standing.elsewhere.keys()

    def _is_served(self, key: str, kept: StoredAnswer) -> bool:
        """Whether a stored answer has ended an ask; counted as the look-up would have."""
        pending = self._pending.get(key)
        if pending is None or not self._serve(pending, kept):
            return pending is None
        if pending.is_first:
            self._observer(AnswersLoaded(0, 1))
        return True

    def _go_on(self, pendings: list[Pending[P]], standing: Standing) -> None:
        """Nobody else asks these any more: serve those that are answered, queue the others."""
        for pending in pendings:
            kept = standing.answered.get(pending.ask.key)
            if kept is None or not self._is_served(pending.ask.key, kept):
                self._queue(pending)

    def cut_off(self) -> None:
        """Wait no longer for what is in flight: it is booked as unknown, and its asks are left."""
        for scope in tuple(self._under_way):
            scope.cancel()

    @property
    def under_way(self) -> int:
        """How many requests are being seen through."""
        return len(self._under_way)

    @property
    def waits_for(self) -> str:
        """What is waited for that another process asks, in words; empty when nothing is."""
        count = self._elsewhere.count
        return f"another process, which is asking {count} of these questions" if count else ""

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
        self._elsewhere.take_all()
        for pending in list(self._pending.values()):
            self.end(pending.ask, _CLOSED)

    def _on_brake(self) -> None:
        """Let go of everything that has not been sent."""
        halt = self._brake.halt
        assert halt is not None, "the brake says why"
        self._let_go(halt)
        for pending in self._elsewhere.take_all():
            self.end(pending.ask, Left(halt.reason, halt.detail))

    def _let_go(self, halt: Halt) -> None:
        while self._unsent:
            self.end(self._unsent.popleft().ask, Left(halt.reason, halt.detail))

    def __repr__(self) -> str:
        counts = f"pending={len(self._pending)}, unsent={len(self._unsent)}"
        return f"Dispatcher({counts}, {self._elsewhere})"
