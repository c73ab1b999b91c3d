"""The engine: one budget, one token, one store, for as many callers as there are."""

import uuid
from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import anyio
from anyio.abc import TaskGroup

from bulkmatch.core.check import check_options, check_settings
from bulkmatch.core.pace import Pace
from bulkmatch.core.plan import Asker
from bulkmatch.core.seams import OpenStore, Spending
from bulkmatch.errors import EngineError
from bulkmatch.model.event import Observer, ignore
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import Outcome, SkipReason
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.query import AskOptions
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Estimate, Tally
from bulkmatch.run.brake import Brake, Halt
from bulkmatch.run.dispatcher import Dispatcher
from bulkmatch.run.inquiry import Inquiry
from bulkmatch.run.observe import Counter
from bulkmatch.run.plan_features import PlanFeatures
from bulkmatch.run.pricing import Pricing
from bulkmatch.run.purse import Purse
from bulkmatch.run.sender import Sender
from bulkmatch.run.stream import Rows, Stream
from bulkmatch.run.world import World
from bulkmatch.wire.account import account_of, answer_scope
from bulkmatch.wire.client import NexarWire, open_wire
from bulkmatch.wire.profile import SUPPLY, Profile
from nexar_client import SupplyPart

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Budget:
    """What this run and its account's month have used, and may use."""

    caps: Caps
    account: str
    run_id: str
    _store: Spending
    _world: World

    async def run(self) -> Spend:
        """What this run has used, in parts."""
        return await self._store.run_spend(self.run_id)

    async def month(self) -> Spend:
        """What the account has used in this calendar month (UTC), in parts, by all runs."""
        return await self._store.month_spend(self.account, now=self._world.now())


class Engine(Generic[P]):
    """Answers part numbers, singly or in bulk, on asyncio and on trio.

    Open it once and share it: concurrent `match` calls and `enrich` streams share requests, one
    budget, one token and one store. Two engines do not know of each other, but two on one store
    file share its budget. Made by `Engine.open` only.
    """

    def __init__(
        self,
        settings: Settings,
        profile: Profile[P],
        wire: NexarWire[P],
        store: OpenStore,
        tasks: TaskGroup,
        *,
        counter: Counter,
        run_id: str,
        world: World,
    ) -> None:
        self._settings, self._profile, self._tasks = settings, profile, tasks
        self._counter, self._brake = counter, Brake(counter)
        account = account_of(settings)
        caps = Caps(run=settings.budget, month=settings.month_budget)
        scope = answer_scope(settings, profile=f"{profile.name}/{profile.fingerprint}")
        asker = Asker(scope if settings.keep_answers else f"{scope}/{run_id}")
        self._options = AskOptions(settings.country, settings.currency)
        self._dispatcher = Dispatcher(
            settings, wire, store, brake=self._brake, world=world, observer=counter
        )
        self._inquiry = Inquiry(asker, settings.second_look, settings.source, self._dispatcher.ask)
        self._pricing = Pricing(settings, asker, wire, store, world.now)
        self.budget = Budget(caps, account, run_id, store, world)
        purse = Purse(
            store,
            account=account,
            run_id=run_id,
            caps=caps,
            lease=settings.patience.give_up_after,
            retention=settings.retention,
            brake=self._brake,
            world=world,
            observer=counter,
        )
        limits = settings.limits
        self._sender = Sender(
            settings,
            wire,
            purse,
            Pace(limits.requests_per_minute, burst=limits.concurrency),
            features=PlanFeatures(settings.features, counter),
            brake=self._brake,
            world=world,
            observer=counter,
            end=self._dispatcher.end,
        )

    @overload
    @staticmethod
    def open(
        settings: Settings,
        *,
        observer: Observer = ...,
        run_id: str | None = ...,
        world: World | None = ...,
    ) -> AbstractAsyncContextManager["Engine[SupplyPart]"]: ...

    @overload
    @staticmethod
    def open(
        settings: Settings,
        *,
        profile: Profile[P],
        observer: Observer = ...,
        run_id: str | None = ...,
        world: World | None = ...,
    ) -> AbstractAsyncContextManager["Engine[P]"]: ...

    @staticmethod
    def open(
        settings: Settings,
        *,
        profile: Profile[Any] = SUPPLY,
        observer: Observer = ignore,
        run_id: str | None = None,
        world: World | None = None,
    ) -> AbstractAsyncContextManager["Engine[Any]"]:
        """An engine for as long as the `async with` block lasts.

        `profile` says which fields are asked for and gives the part type. `observer` is told what
        happens. `run_id` goes on with an earlier run's budget. Leaving the block ends what is
        still waiting; what is in flight is booked. Raises `SettingsError` and `StoreError`.
        """
        check_settings(settings)
        return _open(settings, profile, observer, run_id or uuid.uuid4().hex[:12], world or World())

    async def match(
        self,
        mpn: str,
        *,
        manufacturer: str | None = None,
        country: str | None = None,
        currency: str | None = None,
    ) -> Outcome[P]:
        """The outcome for one part number. Calls made at the same time share requests.

        `country` is ISO 3166-1 alpha-2 and `currency` ISO 4217; the settings' own by default.
        Raises `SettingsError` when they are neither.
        """
        options = AskOptions(country or self._options.country, currency or self._options.currency)
        check_options(options.country, options.currency)
        return await self._inquiry.outcome(Row(mpn=mpn, manufacturer=manufacturer), options)

    def enrich(self, rows: Rows, *, ordered: bool = True) -> AsyncGenerator[Outcome[P], None]:
        """One outcome for every row, in input order, or as they end with `ordered=False`.

        Rows are read as outcomes are taken: at most `settings.window` are held at any moment. Read
        it inside `contextlib.aclosing` when you may stop early. Raises what the source raises, after
        the rows before it, and `EngineError` when the engine is closed before the end.
        """
        if self._dispatcher.is_closed:
            raise EngineError("the engine is closed; open another for more rows")

        async def answer(row: Row) -> Outcome[P]:
            return await self._inquiry.outcome(row, self._options)

        stream = Stream(answer, window=self._settings.window, ordered=ordered)
        return stream.outcomes(rows, self._tasks)

    async def estimate(self, rows: Iterable[Row]) -> Estimate:
        """What enriching `rows` would cost at most; asks the store and nobody else."""
        return await self._pricing.estimate(rows, self._options)

    def facts(self, part: P, not_entitled: frozenset[str] = frozenset()) -> PartFacts:
        """The plain facts of a part, whatever the profile. `not_entitled`: see `Provenance`."""
        return self._profile.facts(part, not_entitled)

    def stop(self, reason: SkipReason = SkipReason.STOPPED, detail: str = "") -> None:
        """Send nothing more. What is in flight is awaited; the rest ends as skipped."""
        self._brake.pull(Halt(reason, detail))

    @property
    def stopped(self) -> tuple[SkipReason, str] | None:
        """Why the run stopped early, None while it has not."""
        halt = self._brake.halt
        return None if halt is None else (halt.reason, halt.detail)

    @property
    def fatal(self) -> EngineError | None:
        """The error that stopped the run, None for a budget or a wish."""
        return self._brake.halt.cause if self._brake.halt else None

    @property
    def tally(self) -> Tally:
        """What has been done so far."""
        return self._counter.tally

    def start(self) -> None:
        """Begin to serve; `open` has done so."""
        self._tasks.start_soon(self._dispatcher.look_up)
        self._tasks.start_soon(self._dispatcher.fill_requests, self._sender, self._tasks)

    async def close(self) -> None:
        """Send nothing more and wait for what is in flight; leaving `open`'s block does so."""
        if self._dispatcher.is_busy:
            self._brake.pull(Halt(SkipReason.STOPPED, "the engine was closed"))
        await self._dispatcher.drain()

    def abandon(self) -> None:
        """Tell all who still wait that there will be no answer."""
        self._dispatcher.abandon()

    def __repr__(self) -> str:
        return f"Engine({self._profile.name}, {self.budget.account}, {self.tally})"


@asynccontextmanager
async def _open(
    settings: Settings, profile: Profile[P], observer: Observer, run_id: str, world: World
) -> AsyncGenerator[Engine[P], None]:
    counter = Counter(observer)
    store = world.open_store(settings.store)
    try:
        await store.tidy(now=world.now())
        async with (
            open_wire(
                settings, profile, clock=world.clock, observer=counter, inner=world.transport
            ) as wire,
            anyio.create_task_group() as tasks,
        ):
            engine = Engine(
                settings,
                profile,
                wire,
                store,
                tasks,
                counter=counter,
                run_id=run_id,
                world=world,
            )
            try:
                engine.start()
                yield engine
                await engine.close()
            finally:
                engine.abandon()
            tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            if not settings.keep_answers:
                await store.forget_run(run_id)
        store.close()
