"""Lets requests go: one place where an outage, the API's push-back and the pace are heeded."""

import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio

from bulkmatch.core.breaker import Breaker, is_endpoints_doing
from bulkmatch.core.flight_limit import Flight, FlightLimit
from bulkmatch.core.pace import Pace
from bulkmatch.core.retry_budget import RetryBudget
from bulkmatch.errors import Throttled, Unanswered, WireError
from bulkmatch.model.event import (
    CircuitClosed,
    CircuitOpened,
    FlightLimitLowered,
    Observer,
    RunStopping,
    Waited,
)
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.settings import Settings
from bulkmatch.run.brake import Brake, Halt, Halted
from bulkmatch.run.reply import Caller
from bulkmatch.run.signal import Signal

# Repeats that there may be before any first send has earned one; at least one for each slot.
_CREDIT = 10
_SLOW_DOWN = "the API asked us to slow down"
# What a proxy says when the API cannot take more.
_OVERLOADED = (503,)


class Lane:
    """Leave to send one request; while `is_probe`, one question alone. Given back by `Traffic.leave`."""

    def __init__(self, *, is_probe: bool) -> None:
        self.is_probe, self.has_room = is_probe, False
        self.flight: Flight | None = None

    def __repr__(self) -> str:
        return f"Lane(is_probe={self.is_probe}, flight={self.flight})"


class Traffic:
    """All requests of an engine pass here, one lane each, in order: endpoints, room, pace.

    Knows two endpoints, the API's and the token's. While one of them is out of reach nothing is
    sent but a probe; past `patience.outage` those who wait are told to let go, and so is who
    comes while no probe may go. Recovers by itself.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        brake: Brake,
        dice: Callable[[], float],
        observer: Observer,
    ) -> None:
        limits, patience = settings.limits, settings.patience
        self._brake, self._dice, self._observer = brake, dice, observer
        self._pace = Pace(limits.requests_per_minute, burst=limits.concurrency)
        self._limit = FlightLimit(limits.concurrency)
        self._in_flight = 0
        self._repeats = RetryBudget(max(_CREDIT, limits.concurrency))
        self._api, self._desk = (
            Breaker(
                name, first=patience.backoff, most=patience.backoff_most, outage=patience.outage
            )
            for name in ("the API", "the token endpoint")
        )
        self._last_at_desk: WireError | None = None
        self._pause = 0.0
        self._told_to_wait_until = -math.inf
        self._is_lasting_told = False
        self._news, self._room = Signal(), Signal()
        self._listeners: list[Callable[[Halt], None]] = []
        brake.when_pulled(self._news.give)
        brake.when_pulled(self._room.give)

    @property
    def is_open(self) -> bool:
        """Whether an endpoint is out of reach."""
        return not (self._api.is_closed and self._desk.is_closed)

    @property
    def why(self) -> str:
        """What is out of reach, in words; empty when nothing is."""
        return self._api.why or self._desk.why

    @property
    def waits_for(self) -> str:
        """What keeps requests from going, in words; empty while they go."""
        is_told = anyio.current_time() < self._told_to_wait_until
        return self.why or (_SLOW_DOWN if is_told else "")

    @property
    def halt(self) -> Halt | None:
        """Why callers are told to let go: an outage that lasts. None as long as there is hope."""
        for breaker in (self._api, self._desk):
            if breaker.is_lasting:
                return Halt(SkipReason.UNREACHABLE, breaker.why, breaker.cause)
        return None

    def halt_for(self, caller: Caller) -> Halt | None:
        """Why this caller need not wait, None when he may: the probe may be his, or soon be back."""
        halt, wait = self.halt, self._wait()
        if halt is None or (wait == 0 and caller.may_knock):
            return None
        return None if wait == math.inf and caller.may_wait else halt

    def when_lasting(self, listener: Callable[[Halt], None]) -> None:
        """Call `listener` whenever those who wait should let go."""
        self._listeners.append(listener)

    async def enter(self, *, is_repeat: bool = False) -> Lane:
        """Wait until one more request may go. Raises `Halted` when none will.

        Give the lane back with `leave`, or let `lane` do so.
        """
        while True:
            lane = Lane(is_probe=await self._until_reachable())
            try:
                if is_repeat and not lane.is_probe:
                    await self._until_affordable()
                    is_repeat = False
                await self._until_room(lane)
                await self._until_turn()
                if not self.is_shut_for(lane):
                    return lane
            except BaseException:
                self.leave(lane)
                raise
            self.leave(lane)

    @asynccontextmanager
    async def way_to_desk(self) -> AsyncGenerator[Lane, None]:
        """Leave to ask for a token, which needs no room and no turn. Raises `Halted`."""
        lane = Lane(is_probe=await self._until_reachable())
        try:
            yield lane
        finally:
            self.leave(lane)

    @asynccontextmanager
    async def lane(
        self, given: Lane | None = None, *, is_repeat: bool = False
    ) -> AsyncGenerator[Lane, None]:
        """A lane for one request, `given` or a new one."""
        lane = given or await self.enter(is_repeat=is_repeat)
        try:
            yield lane
        finally:
            self.leave(lane)

    def leave(self, lane: Lane) -> None:
        """The lane is free. A probe that has told nothing is taken back."""
        if lane.is_probe:
            lane.is_probe = False
            for breaker in (self._api, self._desk):
                if breaker.is_probing:
                    breaker.withdraw()
            self._news.give()
        if lane.has_room:
            lane.has_room = False
            self._in_flight -= 1
            self._room.give()

    def is_shut_for(self, lane: Lane) -> bool:
        """Whether an endpoint has been lost since the lane was given."""
        return self.is_open and not lane.is_probe

    def depart(self, lane: Lane, *, asks: int, is_repeat: bool) -> None:
        """A request leaves on this lane."""
        now = anyio.current_time()
        lane.flight = self._limit.begin(now, asks=asks, in_flight=self._in_flight)
        if not is_repeat:
            self._repeats.sent()

    def arrive(self, lane: Lane, refused: WireError | None) -> None:
        """An answer came. `refused` is what it said no to, beside what it brought."""
        assert lane.flight is not None, "what arrives has departed"
        before = self._limit.size
        if isinstance(refused, Throttled):
            self._limit.refused(lane.flight)
        else:
            now = self._told_to_wait_until = anyio.current_time()
            self._limit.answered(lane.flight, now)
            self._pace.answered(now)
        self._tell_limit(before)
        self._answered(self._api)
        self.leave(lane)

    def fail(self, lane: Lane, cause: WireError, key: str) -> None:
        """No answer came, or one that said no; the request began with question `key`."""
        assert lane.flight is not None, "what fails has departed"
        before = self._limit.size
        if isinstance(cause, Throttled) or cause.status in _OVERLOADED:
            self._push_back(lane.flight)
        elif isinstance(cause, Unanswered):
            self._limit.lost(lane.flight, anyio.current_time())
        self._tell_limit(before)
        self._note(self._api, cause, key, lane)
        self.leave(lane)

    def fail_at_desk(self, lane: Lane | None, cause: WireError) -> None:
        """There was no token to be had. A failure that many waited for counts once."""
        is_probe = lane is not None and lane.is_probe and self._desk.is_probing
        if isinstance(cause, Throttled):
            self._pause = 1.0
        if cause is not self._last_at_desk or is_probe:
            self._last_at_desk = cause
            self._note(self._desk, cause, "", lane)

    def pass_desk(self) -> None:
        """There is a token."""
        self._answered(self._desk)

    def give_up(self, cause: WireError, key: str) -> None:
        """A question was asked in vain to the end."""
        now, dice = anyio.current_time(), self._dice()
        if self._api.gave_up(cause, key, now=now, dice=dice):
            self._tell_open(self._api)

    def is_outage(self, cause: WireError) -> bool:
        """Whether a failure is part of an outage, and no question's doing."""
        return self.is_open and is_endpoints_doing(cause)

    def slow_down(self, seconds: float, *, is_asked_for: bool) -> None:
        """Somebody was told to wait, and does so for so long; `is_asked_for` by the API itself.

        All others only pause where it is no matter of how many. Then they wait into the last of
        the seconds asked for, since most servers round them up, and one of them goes first.
        """
        until = anyio.current_time() + seconds
        self._told_to_wait_until = max(self._told_to_wait_until, until)
        if self._pause:
            self.hold(max(self._pause, seconds - 1.0 if is_asked_for else 0.0))

    def hold(self, seconds: float) -> None:
        """Nothing leaves for so long."""
        self._pace.hold(anyio.current_time() + seconds)

    def _wait(self) -> float:
        now = anyio.current_time()
        return max(self._api.wait(now), self._desk.wait(now))

    async def _until_reachable(self) -> bool:
        """Until both endpoints are there, or a probe may go; True when this is the probe."""
        while True:
            self._brake.check()
            seconds = self._wait()
            if seconds == 0:
                break
            if (halt := self.halt) is not None and seconds != math.inf:
                raise Halted(halt)
            self._observer(Waited("outage", 0.0 if seconds == math.inf else seconds))
            with anyio.move_on_after(seconds):
                await self._news.wait()
        is_probe = self.is_open
        self._api.probe()
        self._desk.probe()
        return is_probe

    async def _until_affordable(self) -> None:
        while (seconds := self._repeats.take(anyio.current_time())) > 0:
            self._observer(Waited("retry budget", seconds))
            await self._brake.sleep(seconds)
            self._brake.check()

    async def _until_room(self, lane: Lane) -> None:
        while self._in_flight >= self._limit.size:
            await self._room.wait()
            self._brake.check()
        self._in_flight += 1
        lane.has_room = True

    async def _until_turn(self) -> None:
        seconds = self._pace.take(anyio.current_time())
        if seconds > 0:
            self._observer(Waited("pace", seconds))
        await self._brake.sleep(seconds)
        self._brake.check()

    def _note(self, breaker: Breaker, cause: WireError, key: str, lane: Lane | None) -> None:
        is_probe = lane is not None and lane.is_probe and breaker.is_probing
        was_open, now, dice = not breaker.is_closed, anyio.current_time(), self._dice()
        if breaker.failed(cause, key, now=now, dice=dice, is_probe=is_probe):
            self._tell_open(breaker)
        elif was_open and breaker.is_closed:
            self._tell_closed(breaker)

    def _answered(self, breaker: Breaker) -> None:
        if breaker.answered():
            self._tell_closed(breaker)

    def _tell_closed(self, breaker: Breaker) -> None:
        self._is_lasting_told = self.halt is not None
        self._observer(CircuitClosed(breaker.name))
        self._news.give()

    def _tell_open(self, breaker: Breaker) -> None:
        """Whoever waits looks again; when this lasts too long, they let go."""
        self._observer(CircuitOpened(breaker.why, breaker.wait(anyio.current_time())))
        self._news.give()
        if halt := self.halt:
            if not self._is_lasting_told:
                self._is_lasting_told = True
                self._observer(RunStopping(halt.detail))
            for listener in self._listeners:
                listener(halt)

    def _push_back(self, flight: Flight) -> None:
        """Fewer at once; or, where that does not help, fewer in a minute."""
        self._pause = self._limit.refused(flight)
        if self._pause:
            self._pace.refused(anyio.current_time(), longest_gap=self._limit.round_trip)

    def _tell_limit(self, before: int) -> None:
        """Told when it shrinks; when it grows, somebody may go."""
        if self._limit.size < before:
            self._observer(FlightLimitLowered(self._limit.size))
        elif self._limit.size > before:
            self._room.give()

    def __repr__(self) -> str:
        return f"Traffic({self._api}, {self._desk}, {self._limit}, {self._repeats})"
