"""Takes a handful of asks to the API: reserve, wait for the turn, send, settle; halve on trouble."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.batch import fill, group, split
from bulkmatch.core.outage import Outage
from bulkmatch.core.pace import Pace
from bulkmatch.core.seams import Wire
from bulkmatch.core.verdict import GiveUp, Split, Stop, Tried, Verdict
from bulkmatch.errors import (
    BudgetExceeded,
    EngineError,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.model.event import BatchFailed, BatchSent, BatchSettled, Observer, Waited
from bulkmatch.model.match import Answer
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask
from bulkmatch.model.settings import Settings
from bulkmatch.run.attempts import Attempts, Ended
from bulkmatch.run.brake import Brake, Halt, Halted, halt_for
from bulkmatch.run.plan_features import PlanFeatures
from bulkmatch.run.purse import Purse, Reservation
from bulkmatch.run.reply import Broke, Brought, Left, Reply
from bulkmatch.run.world import World

P = TypeVar("P", bound=PartLike)
# An ask that an answer passed over is asked again so often; each time may be charged.
_MOST_PASSED_OVER = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """Asks to be sent together; `passed_over` counts answers that said nothing of them.

    `has_turn` says that the pace has let it through already; `is_probing` that the first goes
    alone, since the last answer was lost.
    """

    asks: tuple[Ask, ...]
    passed_over: int = 0
    has_turn: bool = False
    is_probing: bool = False

    @property
    def tried(self) -> Tried:
        """Where its attempts begin."""
        asks = 1 if self.is_probing else len(self.asks)
        return Tried(attempt=1, asks=asks, is_probing=self.is_probing)


class Sender(Generic[P]):
    """Ends every ask it is given, exactly once, through `end`; pulls the brake on what stops a run."""

    def __init__(
        self,
        settings: Settings,
        wire: Wire[P],
        purse: Purse,
        pace: Pace,
        *,
        features: PlanFeatures,
        brake: Brake,
        world: World,
        observer: Observer,
        end: Callable[[Ask, Reply[P]], None],
    ) -> None:
        self._settings, self._wire, self._purse, self._pace = settings, wire, purse, pace
        self._features, self._brake, self._world = features, brake, world
        self._observer, self._end = observer, end
        self._outage = Outage()

    async def send(self, asks: tuple[Ask, ...]) -> None:
        """See `asks` through, in as many requests as it takes, within the time of one batch.

        The first request goes at once: the caller has waited for its turn.
        """
        parcels = deque([Parcel(asks, has_turn=True)])
        patience = self._settings.patience
        with anyio.move_on_after(patience.give_up_after) as scope:
            while parcels:
                await self._send_first(parcels)
        if scope.cancelled_caught:
            told = f"gave up after {patience.give_up_after:g} s"
            self._count_fruitless(Unanswered(told), parcels[0].asks[0])
            self._end_all(parcels, Broke(Unanswered(told)))

    async def _send_first(self, parcels: deque[Parcel]) -> None:
        """Send the first parcel; it stays in line until it has ended or others have its asks."""
        parcel = parcels[0]
        try:
            rest = await self._try(parcel)
        except Halted:
            rest = [parcel]
        except BudgetExceeded as error:
            rest = self._short_of_parts(error, parcel)
        except EngineError as error:
            self._brake.pull(Halt(SkipReason.STOPPED, str(error), error))
            self._end_all([parcel], Broke(error))
            rest = []
        parcels.popleft()
        parcels.extend(rest)  # what made trouble goes last
        if halt := self._brake.halt:
            self._end_all(parcels, Left(halt.reason, halt.detail))
            parcels.clear()

    async def _try(self, parcel: Parcel) -> list[Parcel]:
        """Send a parcel until it is answered; the parcels that this leaves over."""
        attempts = Attempts(
            patience=self._settings.patience,
            dice=self._world.dice,
            tried=parcel.tried,
            on_failure=self._on_failure,
            refresh=self._refresh,
            narrow=self._features.leave_out,
            sleep=self._brake.sleep,
        )

        async def attempt(tried: Tried) -> tuple[tuple[Ask, ...], Answer[P]]:
            asks = parcel.asks[:1] if tried.is_probing else parcel.asks
            has_turn = parcel.has_turn and tried.attempt == 1
            return await self._attempt(asks, tried.attempt, has_turn=has_turn)

        try:
            sent, answer = await attempts.run(attempt)
        except Ended as ended:
            return self._after(ended, parcel, is_probing=attempts.tried.is_probing)
        self._outage.answered()
        await self._heed(answer.refused)
        return self._deliver(parcel, sent, answer, is_probing=attempts.tried.is_probing)

    async def _heed(self, refused: WireError | None) -> None:
        """Act on what an answer said no to beside what it brought."""
        match refused:
            case PartLimitReached():
                self._brake.pull(halt_for(refused))
            case Throttled(retry_after=after):
                self._pace.hold(anyio.current_time() + self._slow_down(after))
            case Unauthorized():
                with suppress(WireError):  # the next attempt meets it again
                    await self._refresh(refused)
            case _:
                pass

    async def _attempt(
        self, asks: tuple[Ask, ...], number: int, *, has_turn: bool
    ) -> tuple[tuple[Ask, ...], Answer[P]]:
        """One request, or a smaller one where the budget is short; booked before it is believed."""
        self._brake.check()
        await self._wire.prepare()
        count = fill(asks, limits=self._settings.limits)
        async with self._purse.reserve(asks[:count]) as reservation:
            if not has_turn:
                await self.wait_for_turn()
            self._brake.check()
            await self._wire.prepare()  # once more: the turn may have been long in coming
            began = anyio.current_time()
            answer = await self._ask(reservation, number)
            lacking = self._features.note(answer.not_entitled)
            await reservation.settle(
                billed=answer.part_count,
                unknown=sum(ask.limit for ask in answer.missing),
                answers=[
                    self._purse.kept(ask, answer.matches[ask.key].payload, lacking)
                    for ask in reservation.asks
                    if ask.key in answer.matches
                ],
            )
            seconds = anyio.current_time() - began
            call_id = reservation.call.call_id
            self._observer(BatchSettled(call_id, answer.part_count, seconds, answer.request_id))
            return reservation.asks, answer

    async def _ask(self, reservation: Reservation, number: int) -> Answer[P]:
        call_id = reservation.call.call_id
        batch = group(reservation.asks, limits=self._settings.limits)
        sent = BatchSent(call_id, len(batch.asks), len(batch.groups), batch.ceiling, number)
        self._observer(sent)
        reservation.is_sent = True
        return await self._wire.ask(batch, tag=call_id[:10], features=self._features.wanted)

    async def wait_for_turn(self) -> None:
        """Until the pace lets one more request go."""
        seconds = self._pace.take(anyio.current_time())
        if seconds > 0:
            self._observer(Waited("pace", seconds))
        await self._brake.sleep(seconds)

    def _deliver(
        self, parcel: Parcel, sent: tuple[Ask, ...], answer: Answer[P], *, is_probing: bool
    ) -> list[Parcel]:
        """End what was answered; give back what was not sent, and what was passed over."""
        now = self._world.now()
        lacking = self._features.lacking
        for ask in sent:
            if match := answer.matches.get(ask.key):
                self._end(ask, Brought(match, now, from_store=False, not_entitled=lacking))
            elif problem := answer.refusals.get(ask.key):
                self._end(ask, Broke(WireError(problem, request_id=answer.request_id)))
        passed_over = Parcel(answer.missing, parcel.passed_over + 1)
        if passed_over.passed_over > _MOST_PASSED_OVER:
            told = "the API answered the request but said nothing of this line"
            cause = answer.refused or WireError(told, request_id=answer.request_id)
            self._end_all([passed_over], Broke(cause))
            passed_over = Parcel(())
        unsent = set(parcel.asks) - set(sent)
        left = tuple(ask for ask in parcel.asks if ask in unsent)
        parts = split(left) if is_probing else (left,)
        rest = [passed_over, *(Parcel(asks, parcel.passed_over) for asks in parts)]
        return [again for again in rest if again.asks]

    def _after(self, ended: Ended, parcel: Parcel, *, is_probing: bool) -> list[Parcel]:
        """What a verdict makes of a parcel; a probe in vain costs its own ask alone."""
        match ended.verdict:
            case Split():
                return [Parcel(half, parcel.passed_over) for half in split(parcel.asks)]
            case GiveUp() if is_probing and len(parcel.asks) > 1:
                self._end(parcel.asks[0], Broke(ended.cause))
                self._count_fruitless(ended.cause, parcel.asks[0])
                return [Parcel(parcel.asks[1:], parcel.passed_over, is_probing=True)]
            case Stop():
                halt = halt_for(ended.cause)
                self._brake.pull(halt)
                self._end_all([parcel], Left(halt.reason, halt.detail))
            case _:
                self._end_all([parcel], Broke(ended.cause))
                self._count_fruitless(ended.cause, next(iter(parcel.asks)))
        return []

    def _slow_down(self, after: float | None) -> float:
        """For how long everybody waits when told to slow down beside an answer, in seconds."""
        patience = self._settings.patience
        return patience.backoff if after is None else min(after, patience.backoff_most)

    def _count_fruitless(self, cause: WireError, ask: Ask) -> None:
        """Stop the run when one question after another was asked in vain."""
        if why := self._outage.note(cause, ask.key):
            self._brake.pull(Halt(SkipReason.STOPPED, why, cause))

    def _short_of_parts(self, error: BudgetExceeded, parcel: Parcel) -> list[Parcel]:
        told = f"{error.left} parts left in the {error.scope} budget"
        if error.left == 0:
            self._brake.pull(Halt(SkipReason.BUDGET, told))
        self._end_all([parcel], Left(SkipReason.BUDGET, told))
        return []

    def _on_failure(self, error: WireError, decided: Verdict) -> None:
        """Tell the observer; when told to slow down, everybody does."""
        self._observer(BatchFailed(type(error).__name__, str(error), type(decided).__name__))
        if isinstance(error, Throttled) and (after := getattr(decided, "after", None)):
            self._pace.hold(anyio.current_time() + after)

    async def _refresh(self, error: WireError) -> None:
        if isinstance(error, Unauthorized):
            await self._wire.renew(error.generation)

    def _end_all(self, parcels: "deque[Parcel] | list[Parcel]", reply: Reply[P]) -> None:
        for parcel in parcels:
            for ask in parcel.asks:
                self._end(ask, reply)
