"""A process's hold on the store: time and errors around every step, and nothing after its death."""

import json
import math
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import anyio
from tests.simulation.disk import UNDERSTATES, SimulatedDisk
from tests.simulation.mortal import Mortal
from tests.simulation.story import StoreManners

from bulkmatch import Spend, StoreError
from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.money import Call, Caps, Held, Standing, StoredAnswer
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet
from bulkmatch.model.query import Ask

T = TypeVar("T")
_READ_ONLY = "the file is read-only"
_ERRORS = ("the disk is full", "the database is locked", _READ_ONLY)
_EXACT = "the ledger is exact"


class Handle:
    """Implements `OpenStore` (core/seams). A step may fail before or after it was taken.

    Every call's booking is checked against what the API charged for that very call. For `patience`
    seconds an answer in hand is to be booked through errors that may pass.
    """

    def __init__(
        self,
        disk: SimulatedDisk,
        process: Mortal,
        manners: StoreManners,
        dice: random.Random,
        *,
        patience: float,
    ) -> None:
        self._disk, self._process, self._watch = disk, process, process.watch
        self._manners, self._dice = manners, dice
        self._real = disk.opened(process)
        self._patience = patience - 2 * manners.delay - 1  # an error may come late itself
        self._failed_at: dict[str, float] = {}

    async def _step(self, name: str, step: Callable[[], Awaitable[T]], *, writes: bool) -> T:
        process, manners = self._process, self._manners
        process.live()
        await self._pause()
        self._disk.writes += writes
        draw, stuck = self._dice.random(), manners.read_only_after
        if draw < manners.error_chance / 2 or (
            writes and stuck is not None and self._disk.writes > stuck
        ):
            raise self._error(f"before {name}")
        process.live()
        result = await step()
        process.note(name)
        if draw < manners.error_chance:
            raise self._error(f"after {name}")
        await self._pause()
        process.live()
        return result

    def _error(self, when: str) -> StoreError:
        self._disk.errors += 1
        self._watch.counts["store errors"] += 1
        told = self._dice.choice(_ERRORS)
        self._process.tell(f"store: {told}, {when}")
        return StoreError(told, is_lasting=told == _READ_ONLY)

    async def _pause(self) -> None:
        if self._manners.delay and self._dice.random() < 0.7:
            await anyio.sleep(self._dice.random() * self._manners.delay)
        else:
            await anyio.lowlevel.checkpoint()

    async def reserve(
        self, call: Call, caps: Caps, asks: Sequence[Ask] = (), *, anew: Collection[str] = ()
    ) -> Held:
        """Hold the call's ceiling and claim its questions."""

        version = -1

        async def step() -> Held:
            nonlocal version
            version = self._disk.version
            held = await self._real.reserve(call, caps, asks, anew=anew)
            if held.keys or not asks:
                booked = self._disk.books.reserve(held.call)
                self._disk.check_caps(booked)
            self._process.tell(f"{call.call_id[:4]} holds {held.call.ceiling}")
            return held

        held = await self._step("reserve", step, writes=True)
        keys = [ask.key for ask in asks]
        self._note_found(keys, held.aside.answered, version)
        self._process.looked.update((key, -1) for key in anew)
        return held

    async def settle(
        self,
        call: Call,
        *,
        billed: int,
        answers: Sequence[StoredAnswer],
        now: datetime,
        unknown: int = 0,
    ) -> None:
        """Book the true count and keep the answers."""

        async def step() -> None:
            await self._real.settle(call, billed=billed, answers=answers, now=now, unknown=unknown)
            self._check_settled(call, billed=billed, unknown=unknown)
            self._check_whole(call, answers)
            for answer in answers:
                self._disk.keep(answer, self._process)

        try:
            await self._step("settle", step, writes=True)
        except StoreError as error:
            failed_at = -math.inf if error.is_lasting else anyio.current_time()
            before = self._failed_at.get(call.call_id, math.inf)
            self._failed_at[call.call_id] = min(before, failed_at)
            raise

    def _check_settled(self, call: Call, *, billed: int, unknown: int) -> None:
        booked = self._disk.books.settle(call, billed=billed, unknown=unknown)
        charged = booked.charged
        told = f"{call.call_id[:4]} settles {billed} and {unknown} unknown, charged {charged}"
        self._process.tell(told)
        is_covered = billed <= charged <= billed + unknown
        self._watch.expect(holds=is_covered, promise=UNDERSTATES, how=told)
        is_exact = bool(booked.doubts) or (billed == charged and not unknown)
        self._watch.expect(holds=is_exact, promise=_EXACT, how=f"{told}, no answer was lost")

    def _check_whole(self, call: Call, answers: Sequence[StoredAnswer]) -> None:
        """With the count go the answers that were paid for, where no fault has spoilt them."""
        booked = self._disk.books.calls[call.call_id[:10]]
        if booked.is_plain and not booked.doubts:
            kept = {json.loads(answer.payload)["reference"] for answer in answers}
            lost = booked.paid_for - kept
            told = f"{call.call_id[:4]} is settled without its answers {sorted(lost)}"
            self._watch.expect(holds=not lost, promise="answer and count are one", how=told)

    async def release(self, call: Call, *, cause: str, now: datetime) -> None:
        """Give the parts back."""

        async def step() -> None:
            await self._real.release(call, cause=cause, now=now)
            booked = self._disk.books.release(call)
            charged = booked.charged if booked else 0
            told = f"{call.call_id[:4]} is released ({cause[:60]}), charged {charged}"
            self._process.tell(told)
            self._watch.expect(holds=not charged, promise=UNDERSTATES, how=told)

        self._watch.look_for_secrets(cause, "the ledger")
        await self._step("release", step, writes=True)

    async def lose(self, call: Call, *, cause: str, now: datetime) -> None:
        """Book the ceiling as unknown."""

        async def step() -> None:
            await self._real.lose(call, cause=cause, now=now)
            booked = self._disk.books.lose(call)
            told = f"{call.call_id[:4]} is lost: {cause[:60]}"
            self._process.tell(told)
            failed_at = self._failed_at.get(call.call_id, math.inf)
            was_tried = anyio.current_time() - failed_at >= self._patience
            has_cause = self._process.is_struck or was_tried
            is_lost = has_cause or booked is None or bool(booked.doubts)
            self._watch.expect(holds=is_lost, promise=_EXACT, how=f"{told}, but its answer came")

        self._watch.look_for_secrets(cause, "the ledger")
        await self._step("lose", step, writes=True)

    async def load(self, keys: Sequence[str], *, now: datetime) -> Mapping[str, StoredAnswer]:
        """The fresh answers among `keys`."""
        version = -1

        async def step() -> Mapping[str, StoredAnswer]:
            nonlocal version
            version = self._disk.version
            return await self._real.load(keys, now=now)

        found = await self._step("load", step, writes=False)
        self._note_found(keys, found, version)
        stale = [kept.asked_at for kept in found.values() if not kept.expires_at > now]
        self._watch.expect(
            holds=not stale, promise="retention is a promise", how=f"answers of {stale} at {now}"
        )
        return found

    def _note_found(
        self, keys: Sequence[str], found: Mapping[str, StoredAnswer], version: int
    ) -> None:
        """The process has looked for `keys` and had these."""
        self._process.looked.update(dict.fromkeys(keys, version))
        self._process.given.difference_update(keys)
        self._process.given.update(found)

    async def standing(self, keys: Sequence[str], *, now: datetime) -> Standing:
        """What has become of `keys`."""
        version = -1

        async def step() -> Standing:
            nonlocal version
            version = self._disk.version
            return await self._real.standing(keys, now=now)

        standing = await self._step("standing", step, writes=False)
        self._note_found(keys, standing.answered, version)
        return standing

    async def tidy(self, *, now: datetime) -> None:
        """Forget stale answers, and count what dead processes held."""

        async def step() -> None:
            await self._real.tidy(now=now)
            self._disk.books.reap(now)

        await self._step("tidy", step, writes=True)

    async def forget_run(self, run_id: str) -> None:
        """Forget a run's answers."""

        async def step() -> None:
            await self._real.forget_run(run_id)
            self._disk.forget_run(run_id)

        await self._step("forget the run", step, writes=True)

    async def run_spend(self, run_id: str) -> Spend:
        """What a run has used."""
        return await self._real.run_spend(run_id)

    async def month_spend(self, account: str, *, now: datetime) -> Spend:
        """What an account has used in a month."""
        return await self._real.month_spend(account, now=now)

    async def known_plan(self, account: str) -> KnownPlan:
        """What is known of the account's plan."""
        plan = await self._step(
            "read the plan", lambda: self._real.known_plan(account), writes=False
        )
        self._process.is_barred = plan.met is not None and not self._disk.has_jumps
        return plan

    async def note_features(self, account: str, notes: Collection[FeatureNote]) -> None:
        """Keep what was learnt of features."""
        self._watch.look_for_secrets(repr(notes), "a note of the plan")
        await self._step(
            "note features", lambda: self._real.note_features(account, notes), writes=True
        )

    async def note_limit(self, account: str, met: LimitMet | None) -> None:
        """Keep that the part limit was met."""
        self._watch.look_for_secrets(repr(met), "a note of the limit")
        await self._step("note the limit", lambda: self._real.note_limit(account, met), writes=True)

    async def decisions(self, account: str) -> tuple[Decision, ...]:
        """What people have decided."""
        return await self._step("decisions", lambda: self._real.decisions(account), writes=False)

    async def decide(self, account: str, made: Collection[Decision]) -> None:
        """Keep decisions."""
        await self._step("decide", lambda: self._real.decide(account, made), writes=True)

    async def forget_decisions(self, account: str, subjects: Collection[Subject]) -> int:
        """Forget decisions."""
        return await self._step(
            "forget decisions",
            lambda: self._real.forget_decisions(account, subjects),
            writes=True,
        )

    def close(self) -> None:
        """Nothing: the next process opens it again."""
