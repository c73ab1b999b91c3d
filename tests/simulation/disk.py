"""The real store in memory, with time and errors around every step, and a count beside it."""

import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import anyio
from tests.simulation.story import Disk
from tests.simulation.watch import Watch

from bulkmatch import Spend, StoreError
from bulkmatch.model.money import Call, Caps, StoredAnswer
from bulkmatch.store import open_store

T = TypeVar("T")
Question = tuple[str, str, int, int]
_ERRORS = ("the disk is full", "the database is locked", "the file is read-only")
_TAG = 10  # so much of a call's id begins the references of its request


class SimulatedDisk:
    """Implements `OpenStore` (core/seams). What is committed outlives every process.

    A step may fail before or after it was taken. It checks every call's booking against what the
    API charged for that very call.
    """

    def __init__(
        self, manners: Disk, dice: random.Random, watch: Watch, now: Callable[[], datetime]
    ) -> None:
        self._real = open_store(None)
        self._manners, self._dice, self._watch, self._now = manners, dice, watch, now
        self._held: dict[str, int] = {}
        self._charged: Counter[str] = Counter()
        self._asked: dict[str, Question] = {}
        self._settled: dict[Question, StoredAnswer] = {}
        self._writes = 0
        self.errors = 0
        self.is_checking_retention = True

    def remember(self, reference: str, question: Question) -> None:
        """What the API was asked under a reference."""
        self._asked[reference] = question

    def is_settled(self, question: Question) -> bool:
        """Whether a question's answer is on the disk and within its retention."""
        kept = self._settled.get(question)
        return kept is not None and self.is_checking_retention and self._now() < kept.expires_at

    def charge(self, call: str, count: int, *, is_beyond: bool) -> bool:
        """Count what the API charged for a call; whether the call's reservation covers it."""
        self._charged[call] += count
        if not is_beyond:
            self._held[call] = self._held.get(call, 0) - count
        return self._held[call] >= 0

    async def _step(self, name: str, step: Callable[[], Awaitable[T]], *, writes: bool) -> T:
        self._watch.live()
        await self._pause()
        self._writes += writes
        stuck = self._manners.read_only_after
        draw = self._dice.random()
        if draw < self._manners.error_chance / 2 or (
            writes and stuck is not None and self._writes > stuck
        ):
            raise self._error(f"before {name}")
        self._watch.live()
        result = await step()
        if draw < self._manners.error_chance:
            raise self._error(f"after {name}")
        await self._pause()
        self._watch.live()
        return result

    def _error(self, when: str) -> StoreError:
        self.errors += 1
        self._watch.counts["store errors"] += 1
        told = self._dice.choice(_ERRORS)
        self._watch.tell(f"store: {told}, {when}")
        return StoreError(told)

    async def _pause(self) -> None:
        if self._manners.delay and self._dice.random() < 0.7:
            await anyio.sleep(self._dice.random() * self._manners.delay)
        else:
            await anyio.lowlevel.checkpoint()

    async def reserve(self, call: Call, caps: Caps) -> None:
        """Hold the call's ceiling."""

        async def step() -> None:
            await self._real.reserve(call, caps)
            self._held[call.call_id[:_TAG]] = call.ceiling
            self._watch.tell(f"{call.call_id[:4]} holds {call.ceiling}")

        await self._step("reserve", step, writes=True)

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
            charged = self._charged[call.call_id[:_TAG]]
            told = f"{call.call_id[:4]} settles {billed} and {unknown} unknown, charged {charged}"
            self._watch.tell(told)
            is_true = billed <= charged <= billed + unknown
            self._watch.expect(holds=is_true, promise="the ledger never understates", how=told)
            for answer in answers:
                self._keep(answer)

        await self._step("settle", step, writes=True)

    def _keep(self, answer: StoredAnswer) -> None:
        self._watch.look_for_secrets(answer.payload.decode(), "a stored answer")
        question = self._asked.get(json.loads(answer.payload).get("reference") or "")
        if question is not None:
            self._settled[question] = answer
            self._watch.booked.add(question[0])

    async def release(self, call: Call, *, cause: str, now: datetime) -> None:
        """Give the parts back."""

        async def step() -> None:
            await self._real.release(call, cause=cause, now=now)
            charged = self._charged[call.call_id[:_TAG]]
            told = f"{call.call_id[:4]} is released ({cause[:60]}), charged {charged}"
            self._watch.tell(told)
            self._watch.expect(holds=not charged, promise="the ledger never understates", how=told)

        self._watch.look_for_secrets(cause, "the ledger")
        await self._step("release", step, writes=True)

    async def lose(self, call: Call, *, cause: str, now: datetime) -> None:
        """Book the ceiling as unknown."""

        async def step() -> None:
            await self._real.lose(call, cause=cause, now=now)
            self._watch.tell(f"{call.call_id[:4]} is lost: {cause[:60]}")

        self._watch.look_for_secrets(cause, "the ledger")
        await self._step("lose", step, writes=True)

    async def load(self, keys: Sequence[str], *, now: datetime) -> Mapping[str, StoredAnswer]:
        """The fresh answers among `keys`."""
        return await self._step("load", lambda: self._real.load(keys, now=now), writes=False)

    async def tidy(self, *, now: datetime) -> None:
        """Forget stale answers."""
        await self._step("tidy", lambda: self._real.tidy(now=now), writes=True)

    async def forget_run(self, run_id: str) -> None:
        """Forget a run's answers."""

        async def step() -> None:
            await self._real.forget_run(run_id)
            self._settled.clear()

        await self._step("forget the run", step, writes=True)

    async def run_spend(self, run_id: str) -> Spend:
        """What a run has used."""
        return await self._real.run_spend(run_id)

    async def month_spend(self, account: str, *, now: datetime) -> Spend:
        """What an account has used in a month."""
        return await self._real.month_spend(account, now=now)

    def close(self) -> None:
        """Nothing: the next process opens it again."""
