"""Holds parts for a send and books what became of them, whatever happens in between."""

import uuid
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio

from bulkmatch.core.batch import shrink
from bulkmatch.core.freshness import expires_at
from bulkmatch.core.seams import Ledger
from bulkmatch.errors import BudgetExceeded, StoreError, WireError
from bulkmatch.model.event import CallLost, Observer, Waited
from bulkmatch.model.money import Call, Caps, Held, Standing, StoredAnswer
from bulkmatch.model.query import Ask
from bulkmatch.run.brake import Brake
from bulkmatch.run.signal import Signal
from bulkmatch.run.world import World

# An answer in hand is booked even through an outage of the store: tried again at these intervals.
_STORE_PAUSE = 0.5
# A reservation outlives its attempt by this much before others count it as unknown.
_LEASE_MARGIN = 120.0


class Reservation:
    """Parts held for one send of `asks`, closed exactly once.

    While it is open nobody else who uses the store sends these asks. Those that are `aside` need
    not be sent; where that are all, nothing is held. Left open it closes itself: released while
    nothing was sent, else as what the error says was billed, or as unknown when nobody can know.
    """

    def __init__(self, purse: "Purse", held: Held, asks: tuple[Ask, ...]) -> None:
        self._purse = purse
        self.call: Call = held.call
        self.asks = tuple(ask for ask in asks if ask.key in held.keys)
        self.aside: Standing = held.aside
        self.is_sent = False
        self.is_closed = not self.asks

    async def settle(self, *, billed: int, unknown: int, answers: Sequence[StoredAnswer]) -> None:
        """Book the true count and keep the answers. Not to be cut off."""
        with anyio.CancelScope(shield=True):
            await self._purse.settle(self.call, billed=billed, unknown=unknown, answers=answers)
        self.is_closed = True

    async def close(self, error: BaseException | None) -> None:
        """Book what is proven, else the ceiling as unknown."""
        if self.is_closed:
            return
        self.is_closed = True
        billed = error.billed if isinstance(error, WireError) else None
        cause = f"{type(error).__name__}: {error}" if error else "left open"
        free = not self.is_sent or billed == 0
        with anyio.CancelScope(shield=True):
            await self._purse.give_back(self.call, free=free, cause=cause)

    def __repr__(self) -> str:
        return f"Reservation({self.call.call_id}, sent={self.is_sent}, closed={self.is_closed})"


class Purse:
    """Reserves under the caps of a run and its account's month.

    Short of parts it waits for calls in flight, whose true count may be less than they hold, and
    shrinks a send to the headroom that is left, so that nothing is stranded.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        account: str,
        run_id: str,
        caps: Caps,
        lease: float,
        store_outage: float,
        retention: float,
        brake: Brake,
        world: World,
        observer: Observer,
    ) -> None:
        self._ledger, self._world, self._observer = ledger, world, observer
        self._account, self._run_id, self.caps = account, run_id, caps
        self._lease, self._retention = lease + _LEASE_MARGIN, retention
        self._store_outage = store_outage
        self._in_flight = 0
        self._brake, self._returned = brake, Signal()
        brake.when_pulled(self._returned.give)

    @asynccontextmanager
    async def reserve(
        self, asks: tuple[Ask, ...], *, anew: Collection[str] = ()
    ) -> AsyncGenerator[Reservation, None]:
        """Hold the ceiling of as many of `asks` as fit and need sending; see the reservation.

        Keys in `anew` are asked whatever the store has. Raises `BudgetExceeded` when none fits
        and nothing in flight could give parts back, and `Halted` when the run is stopping.
        """
        reservation = await self._hold(asks, anew)
        error: BaseException | None = None
        try:
            yield reservation
        except BaseException as raised:
            error = raised
            raise
        finally:
            try:
                await reservation.close(error)
            finally:
                self._in_flight -= 1
                self._returned.give()

    async def _hold(self, asks: tuple[Ask, ...], anew: Collection[str]) -> Reservation:
        while True:
            self._brake.check()
            call = self._call(sum(ask.limit for ask in asks))
            held = Held(call)
            try:
                self._in_flight += 1
                with anyio.CancelScope(shield=True):
                    held = await self._ledger.reserve(call, self.caps, asks, anew=anew)
            except BudgetExceeded as error:
                self._in_flight -= 1
                fitting, _ = shrink(asks, parts_left=error.left)
                if not fitting:
                    await self._wait_for_returns(error)
                asks = fitting or asks
            except BaseException:
                self._in_flight -= 1
                raise
            else:
                return Reservation(self, held, asks)

    async def _wait_for_returns(self, error: BudgetExceeded) -> None:
        if self._in_flight == 0:
            self._returned.give()  # others may wait for this very call, which is none
            raise error
        self._observer(Waited("budget", 0.0))
        await self._returned.wait()

    def _call(self, ceiling: int) -> Call:
        now = self._world.now()
        return Call(
            call_id=uuid.uuid4().hex,
            account=self._account,
            run_id=self._run_id,
            ceiling=ceiling,
            opened_at=now,
            lease_until=now + timedelta(seconds=self._lease),
        )

    async def settle(
        self, call: Call, *, billed: int, unknown: int, answers: Sequence[StoredAnswer]
    ) -> None:
        """Book an answer in hand; keep trying through an outage of the store that may pass."""
        give_up_at = anyio.current_time() + self._store_outage
        while True:
            try:
                now = self._world.now()
                await self._ledger.settle(
                    call, billed=billed, unknown=unknown, answers=answers, now=now
                )
            except StoreError as error:
                if error.is_lasting or anyio.current_time() >= give_up_at:
                    raise
                await anyio.sleep(_STORE_PAUSE)
            else:
                break
        if unknown:
            self._observer(CallLost(call.call_id, unknown))

    async def give_back(self, call: Call, *, free: bool, cause: str) -> None:
        """Release the call's parts, or book them as unknown."""
        now = self._world.now()
        if free:
            await self._ledger.release(call, cause=cause, now=now)
        else:
            self._observer(CallLost(call.call_id, call.ceiling))
            await self._ledger.lose(call, cause=cause, now=now)

    def kept(self, ask: Ask, payload: bytes, not_entitled: frozenset[str]) -> StoredAnswer:
        """An answer as the store keeps it."""
        now = self._world.now()
        until = expires_at(now, retention=self._retention)
        return StoredAnswer(ask.key, payload, now, until, not_entitled)

    def __repr__(self) -> str:
        return f"Purse(run={self._run_id}, caps={self.caps}, in_flight={self._in_flight})"
