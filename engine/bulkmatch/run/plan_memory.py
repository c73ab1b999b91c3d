"""Remembers in the store what is learnt of an account's plan, for this run and for the next."""

import logging
from collections.abc import Awaitable
from typing import Self

import anyio

from bulkmatch.core.quota import halt_words, holds, is_believed, words_kept
from bulkmatch.core.seams import Plans
from bulkmatch.errors import EngineError, NotEntitled, PartLimitReached, StoreError
from bulkmatch.model.event import Observer
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.plan import KnownPlan, LimitMet
from bulkmatch.model.settings import Features, Settings
from bulkmatch.run.brake import Halt
from bulkmatch.run.plan_features import PlanFeatures
from bulkmatch.run.world import World

_log = logging.getLogger("bulkmatch")


class PlanMemory:
    """`features` says what to ask for; `known` is the plan as the run found it.

    What it cannot write down is learnt again by the next run: that never stops this one.
    """

    def __init__(
        self,
        settings: Settings,
        plans: Plans,
        account: str,
        *,
        known: KnownPlan,
        world: World,
        observer: Observer,
    ) -> None:
        self._settings, self._plans, self._account = settings, plans, account
        self._world, self.known = world, known
        now = world.now()
        believed = {note.feature for note in known.features if is_believed(note, now=now)}
        lacking = believed if settings.heed_plan else frozenset[str]()
        doubted = known.lacking - lacking if settings.heed_plan else frozenset(Features.__slots__)
        self.features = PlanFeatures(settings.features, observer, lacking=lacking, doubted=doubted)
        self._met = known.met

    @classmethod
    async def load(
        cls, settings: Settings, plans: Plans, account: str, *, world: World, observer: Observer
    ) -> Self:
        """What the store knows. Raises `StoreError`."""
        known = await plans.known_plan(account)
        return cls(settings, plans, account, known=known, world=world, observer=observer)

    @property
    def halt(self) -> Halt | None:
        """Why nothing may be sent: a part limit that an earlier run has met and that still holds."""
        met, resets = self._met, self._settings.part_limit_resets
        if met is None or not self._settings.heed_plan:
            return None
        if not holds(met, now=self._world.now(), resets=resets):
            return None
        words = halt_words(met, resets=resets)
        told = f"{words} (the API said: {met.told})" if met.told else words
        return Halt(SkipReason.PART_LIMIT, words, PartLimitReached(told, limit=met.limit))

    def hear(self, error: EngineError) -> None:
        """Learn of features from an answer that their lack has emptied."""
        if isinstance(error, NotEntitled):
            self.features.note(error.features, dict.fromkeys(error.features, str(error)))

    async def answered(self, part_count: int) -> None:
        """Write down what an answer has shown; parts show that the limit no longer holds."""
        if part_count:
            self.features.served()
        await self.save()
        if part_count and self._met is not None:
            self._met = None
            await self._write(self._plans.note_limit(self._account, None))

    async def save(self) -> None:
        """Write down what was learnt of features and is not written down yet."""
        if notes := self.features.unsaved(self._world.now()):
            await self._write(self._plans.note_features(self._account, notes))

    async def refused(self, error: EngineError | None) -> None:
        """Write down a part limit that was met; nothing for any other error."""
        if isinstance(error, PartLimitReached):
            met = LimitMet(self._world.now(), error.limit, words_kept(str(error)))
            await self._write(self._plans.note_limit(self._account, met))

    async def _write(self, writing: Awaitable[None]) -> None:
        with anyio.CancelScope(shield=True):
            try:
                await writing
            except StoreError as error:
                _log.warning("what was learnt of the plan could not be kept: %s", error)

    def __repr__(self) -> str:
        return f"PlanMemory({self._account}, {self.features!r}, met={self._met})"
