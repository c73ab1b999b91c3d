"""Takes a handful of asks to the API: wait to be let go, reserve, send, settle; halve on trouble."""

import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Generic, TypeVar

import anyio

from bulkmatch.core.batch import fill, group
from bulkmatch.core.parcel import Parcel, Step
from bulkmatch.core.plan import parts_by_default
from bulkmatch.core.seams import Wire
from bulkmatch.core.verdict import GiveUp, Split, Tried, Verdict, may_be_one_question
from bulkmatch.errors import (
    BudgetExceeded,
    EngineError,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.model.event import BatchFailed, BatchSent, BatchSettled, Observer, SchemaDrifted
from bulkmatch.model.match import Answer
from bulkmatch.model.money import Standing
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask
from bulkmatch.model.settings import Settings
from bulkmatch.run.attempts import Attempts, Ended
from bulkmatch.run.brake import Brake, Halt, Halted, halt_for
from bulkmatch.run.plan_memory import PlanMemory
from bulkmatch.run.purse import Purse, Reservation
from bulkmatch.run.reply import Broke, Brought, Left, Reply
from bulkmatch.run.traffic import Lane, Traffic
from bulkmatch.run.world import World

P = TypeVar("P", bound=PartLike)
# An ask that an answer passed over is asked again so often; each time may be charged.
_MOST_PASSED_OVER = 2


class _TakenOver(Exception):
    """Others have, or ask, all that was to be sent."""


class Sender(Generic[P]):
    """Ends every ask it is given, exactly once, through `end`; pulls the brake on what stops a run.

    What needs no sending after all is given to `set_aside`, which takes over the keys it returns.
    """

    def __init__(
        self,
        settings: Settings,
        wire: Wire[P],
        purse: Purse,
        traffic: Traffic,
        *,
        plan: PlanMemory,
        brake: Brake,
        world: World,
        observer: Observer,
        end: Callable[[Ask, Reply[P]], None],
        set_aside: Callable[[Standing], frozenset[str]],
    ) -> None:
        self._settings, self._wire, self._purse, self._traffic = settings, wire, purse, traffic
        self._plan, self._brake, self._world = plan, brake, world
        self._observer, self._end, self._set_aside = observer, end, set_aside
        self._unreadable: set[str] = set()  # whose stored answer is of no use
        self._drifts: set[tuple[str, str]] = set()
        self._answered_at = -math.inf  # when the youngest of the answered requests was sent

    async def send(self, asks: tuple[Ask, ...], lane: Lane) -> None:
        """See `asks` through, in as many requests as it takes, within the time of one batch.

        The first request goes at once, on the lane that the caller has waited for; none does
        against a part limit that is known to hold.
        """
        if halt := self._plan.halt:
            self._brake.pull(halt)
        parcels = deque([Parcel(asks)])
        patience = self._settings.patience
        given: Lane | None = lane
        with anyio.move_on_after(patience.give_up_after) as scope:
            while parcels:
                await self._send_first(parcels, given)
                given = None
        if scope.cancelled_caught:
            self._end_all(parcels, self._given_up(parcels[0]))

    def _given_up(self, parcel: Parcel) -> Reply[P]:
        """What asks are told whose time has passed: an outage is not their own failure."""
        told = f"gave up after {self._settings.patience.give_up_after:g} s"
        if self._traffic.is_open:
            return Left(SkipReason.UNREACHABLE, f"{told}: {self._traffic.why}")
        cause = _in_vain(told, parcel.cause)
        for ask in parcel.asks[:1]:
            self._count_fruitless(cause, ask)
        return Broke(cause)

    async def _send_first(self, parcels: deque[Parcel], lane: Lane | None) -> None:
        """Send the first parcel; it stays in line until it has ended or others have its asks."""
        halt: Halt | None = None
        try:
            rest = await self._try(parcels, lane)
        except _TakenOver:
            rest = []
        except Halted as halted:
            halt, rest = halted.halt, [parcels[0]]
        except BudgetExceeded as error:
            rest = self._short_of_parts(error, parcels[0])
        except EngineError as error:
            self._brake.pull(Halt(SkipReason.STOPPED, str(error), error))
            self._end_all([parcels[0]], Broke(error))
            rest = []
        parcels.popleft()
        parcels.extend(rest)  # what made trouble goes last
        if halt := self._brake.halt or halt:
            self._end_all(parcels, Left(halt.reason, halt.detail))
            parcels.clear()

    async def _try(self, parcels: deque[Parcel], lane: Lane | None) -> list[Parcel]:
        """Send the first parcel until it is answered; the parcels that this leaves over."""
        parcel = parcels[0]
        attempts = Attempts(
            patience=self._settings.patience,
            dice=self._world.dice,
            tried=parcel.tried,
            on_failure=self._on_failure,
            is_excused=self._traffic.is_outage,
            refresh=self._refresh,
            narrow=self._plan.features.leave_out,
            sleep=self._brake.sleep,
            is_repeat=parcel.failures > 0,
        )
        if parcel.wait:
            await self._brake.sleep(parcel.wait)

        async def attempt(tried: Tried) -> tuple[tuple[Ask, ...], Answer[P]]:
            return await self._attempt(parcels, attempts, lane if attempts.count == 1 else None)

        try:
            sent, answer = await attempts.run(attempt)
        except Ended as ended:
            rest = self._after(ended, _probed(parcels[0], attempts))
            await self._plan.refused(ended.cause)
            return rest
        finally:
            parcels[0] = replace(parcels[0], cause=attempts.cause)
        await self._heed(answer.refused)
        return self._deliver(_probed(parcels[0], attempts), sent, answer)

    async def _heed(self, refused: WireError | None) -> None:
        """Act on what an answer said no to beside what it brought."""
        match refused:
            case PartLimitReached():
                self._brake.pull(halt_for(refused))
                await self._plan.refused(refused)
            case Throttled(retry_after=after):
                self._traffic.hold(self._slow_down(after))
            case Unauthorized() if not self._traffic.is_open:
                with suppress(WireError, Halted):  # the next attempt meets it again
                    await self._refresh(refused)
            case _:
                pass

    async def _attempt(
        self, parcels: deque[Parcel], attempts: Attempts, given: Lane | None
    ) -> tuple[tuple[Ask, ...], Answer[P]]:
        """One request, once it may go; where an endpoint has gone meanwhile, wait for it again."""
        while parcels[0].asks:
            async with self._traffic.lane(given, is_repeat=attempts.is_repeat) as lane:
                if lane.is_probe:
                    attempts.tried = replace(attempts.tried, is_probing=True, asks=1)
                sent = await self._sent(parcels, attempts, lane)
                if sent is not None:
                    return sent
            given = None
        raise _TakenOver

    async def _sent(
        self, parcels: deque[Parcel], attempts: Attempts, lane: Lane
    ) -> tuple[tuple[Ask, ...], Answer[P]] | None:
        """One request, or a smaller one where the budget is short; booked before it is believed.

        None when nothing was sent: an endpoint is out of reach, or others have what was to go.
        """
        self._brake.check()
        await self._prepare(lane)
        asks = parcels[0].next[: 1 if attempts.tried.is_probing else None]
        count = fill(asks, limits=self._settings.limits)
        async with self._purse.reserve(asks[:count], anew=self._unreadable) as reservation:
            self._leave(parcels, attempts, reservation.aside)
            if not reservation.asks:
                return None
            await self._prepare(lane)  # once more: parts may have been long in coming
            self._brake.check()
            if self._traffic.is_shut_for(lane):
                return None
            began = anyio.current_time()
            answer = await self._ask(reservation, attempts, lane)
            self._answered_at = max(self._answered_at, began)
            lacking = self._plan.features.note(answer.not_entitled, answer.entitlement_words)
            await reservation.settle(
                billed=answer.part_count,
                unknown=_unknown(answer),
                answers=[
                    self._purse.kept(ask, answer.matches[ask.key].payload, lacking)
                    for ask in reservation.asks
                    if ask.key in answer.matches
                ],
            )
            seconds = anyio.current_time() - began
            call_id = reservation.call.call_id
            self._observer(
                BatchSettled(
                    call_id,
                    answer.part_count,
                    seconds,
                    answer.request_id,
                    parts_by_default(reservation.asks, answer.matches),
                )
            )
            await self._plan.answered(answer.part_count)
            return reservation.asks, answer

    def _leave(self, parcels: deque[Parcel], attempts: Attempts, aside: Standing) -> None:
        """Take out of the first parcel what others have taken over."""
        if not aside.keys:
            return
        taken = self._set_aside(aside)
        self._unreadable |= aside.answered.keys() - taken
        parcels[0] = parcels[0].without(taken)
        if not attempts.tried.is_probing:
            attempts.tried = replace(attempts.tried, asks=len(parcels[0].next))

    async def _prepare(self, lane: Lane) -> None:
        """Have a token at hand."""
        try:
            await self._wire.prepare()
        except WireError as error:
            self._traffic.fail_at_desk(lane, error)
            raise
        self._traffic.pass_desk()

    async def _ask(self, reservation: Reservation, attempts: Attempts, lane: Lane) -> Answer[P]:
        call_id = reservation.call.call_id
        batch = group(reservation.asks, limits=self._settings.limits)
        asks, number = len(batch.asks), attempts.count
        sent = BatchSent(call_id, asks, len(batch.groups), batch.ceiling, number)
        self._observer(sent)
        reservation.is_sent = True
        self._traffic.depart(lane, asks=asks, is_repeat=attempts.is_repeat)
        wanted = self._plan.features.wanted
        try:
            answer = await self._wire.ask(batch, tag=call_id[:10], features=wanted)
        except WireError as error:
            self._traffic.fail(lane, error, reservation.asks[0].key)
            raise
        self._traffic.arrive(lane, answer.refused)
        return answer

    def _deliver(self, parcel: Parcel, sent: tuple[Ask, ...], answer: Answer[P]) -> list[Parcel]:
        """End what was answered; give back what was not sent, and what was passed over."""
        now = self._world.now()
        lacking = self._plan.features.lacking
        for ask in sent:
            if match := answer.matches.get(ask.key):
                self._end(ask, Brought(match, now, from_store=False, not_entitled=lacking))
            elif problem := answer.refusals.get(ask.key):
                self._end(ask, Broke(WireError(problem, request_id=answer.request_id)))
        self._tell_drift(answer)
        rest = self._followed(parcel.answered(sent))
        return [*self._passed_over(parcel, answer), *rest]

    def _tell_drift(self, answer: Answer[P]) -> None:
        """Tell each kind of value that does not fit the schema once in an engine's life."""
        for drift in answer.drifts:
            if (drift.kind, drift.problem) not in self._drifts:
                self._drifts.add((drift.kind, drift.problem))
                self._observer(SchemaDrifted(drift.path, drift.problem, drift.is_kept))

    def _passed_over(self, parcel: Parcel, answer: Answer[P]) -> list[Parcel]:
        """What an answer says nothing of; where an error is why, one ask may be to blame for many."""
        asks, refused = answer.missing, answer.refused
        if not asks:
            return []
        passed_over = Parcel(asks, passed_over=parcel.passed_over + 1, failed_at=self._answered_at)
        is_search = refused is not None and may_be_one_question(refused)
        if is_search and len(asks) > 1 and refused:
            return self._searched(passed_over, refused, is_alive=True)
        if passed_over.passed_over <= _MOST_PASSED_OVER:
            return [passed_over]
        told = "the API answered the request but said nothing of this line"
        self._end_all(
            [passed_over], Broke(refused or WireError(told, request_id=answer.request_id))
        )
        return []

    def _after(self, ended: Ended, parcel: Parcel) -> list[Parcel]:
        """What a verdict makes of a parcel: what was tried fails, the others go on."""
        cause = ended.cause
        match ended.verdict:
            case Split(after=after):
                is_alive = cause.billed == 0 or (
                    parcel.failed_at is not None and self._answered_at >= parcel.failed_at
                )
                return self._searched(parcel, cause, is_alive=is_alive, wait=after)
            case GiveUp():
                return self._followed(parcel.gave_up(cause))
            case _:
                halt = halt_for(cause)
                self._brake.pull(halt)
                self._end_all([parcel], Left(halt.reason, halt.detail))
                return []

    def _searched(
        self, parcel: Parcel, cause: WireError, *, is_alive: bool, wait: float = 0.0
    ) -> list[Parcel]:
        """What a failure of a whole request leaves to be sent."""
        now = anyio.current_time()
        return self._followed(parcel.failed(cause, now=now, is_alive=is_alive, wait=wait))

    def _followed(self, step: Step) -> list[Parcel]:
        """Tell those who are to blame; what is left to be sent."""
        for blamed in step.blamed:
            self._end(blamed.ask, Broke(blamed.cause))
        for blamed in step.blamed[:1]:  # they failed by one request
            self._count_fruitless(blamed.cause, blamed.ask)
        return list(step.parcels)

    def _slow_down(self, after: float | None) -> float:
        """For how long everybody waits when told to slow down beside an answer, in seconds."""
        patience = self._settings.patience
        return patience.backoff if after is None else min(after, patience.backoff_most)

    def _count_fruitless(self, cause: WireError, ask: Ask) -> None:
        """One question after another asked in vain is an outage, too."""
        self._traffic.give_up(cause, ask.key)

    def _short_of_parts(self, error: BudgetExceeded, parcel: Parcel) -> list[Parcel]:
        told = f"{error.left} parts left in the {error.scope} budget"
        if error.left == 0:
            self._brake.pull(Halt(SkipReason.BUDGET, told))
        self._end_all([Parcel(parcel.next)], Left(SkipReason.BUDGET, told))
        return [Parcel(parcel.others, passed_over=parcel.passed_over)] if parcel.others else []

    def _on_failure(self, error: WireError, decided: Verdict) -> None:
        """Tell the observer; slow down when told to."""
        self._plan.hear(error)
        self._observer(BatchFailed(type(error).__name__, str(error), type(decided).__name__))
        if isinstance(error, Throttled) and (after := getattr(decided, "after", None)):
            self._traffic.slow_down(after, is_asked_for=error.retry_after is not None)

    async def _refresh(self, error: WireError) -> None:
        if not isinstance(error, Unauthorized):
            return
        async with self._traffic.way_to_desk() as lane:
            try:
                await self._wire.renew(error.generation)
            except WireError as failed:
                self._traffic.fail_at_desk(lane, failed)
                raise
            self._traffic.pass_desk()

    def _end_all(self, parcels: "deque[Parcel] | list[Parcel]", reply: Reply[P]) -> None:
        for parcel in parcels:
            for ask in parcel.asks:
                self._end(ask, reply)


def _probed(parcel: Parcel, attempts: Attempts) -> Parcel:
    """The parcel as its last attempt went."""
    return replace(parcel, is_probing=attempts.tried.is_probing)


def _in_vain(told: str, cause: WireError | None) -> WireError:
    """The failure of asks whose time has passed, with what they met last."""
    words = told if cause is None else f"{told}: {cause}"
    if isinstance(cause, Throttled):
        return Throttled(words, retry_after=cause.retry_after, status=cause.status)
    return Unanswered(words, status=None if cause is None else cause.status)


def _unknown(answer: Answer[P]) -> int:
    """The parts that asks may have cost which the answer passed over.

    Beside a part limit, an entry that came empty shows that nothing was returned for it, so that
    nothing was charged (facts, section 4: parts are counted as they are returned).
    """
    is_limit = isinstance(answer.refused, PartLimitReached)
    shown = answer.shown_empty if is_limit else frozenset[str]()
    return sum(ask.limit for ask in answer.missing if ask.key not in shown)
