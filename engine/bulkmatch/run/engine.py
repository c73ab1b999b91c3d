"""The engine: one budget, one token, one store, for as many callers as there are."""

import uuid
from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import anyio
from anyio.abc import TaskGroup

from bulkmatch.core.check import check_options, check_settings
from bulkmatch.core.plan import Asker
from bulkmatch.core.seams import OpenStore, Spending
from bulkmatch.errors import EngineError
from bulkmatch.model.decision import Decision, Subject
from bulkmatch.model.event import Observer, ignore
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import Outcome, SkipReason
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.query import AskOptions
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Estimate, Tally
from bulkmatch.run.brake import Brake, Halt
from bulkmatch.run.choosing import Choosing
from bulkmatch.run.dispatcher import Dispatcher
from bulkmatch.run.inquiry import Inquiry
from bulkmatch.run.observe import Counter
from bulkmatch.run.plan_memory import PlanMemory
from bulkmatch.run.pricing import Pricing
from bulkmatch.run.purse import Purse
from bulkmatch.run.reply import Caller
from bulkmatch.run.rulings import Rulings
from bulkmatch.run.sender import Sender
from bulkmatch.run.stream import Rows, Stream
from bulkmatch.run.traffic import Traffic
from bulkmatch.run.world import World
from bulkmatch.store import load_makers, makers_of
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
    file share its budget, and neither asks what the other is asking. Made by `Engine.open` only.
    """

    def __init__(
        self,
        settings: Settings,
        profile: Profile[P],
        wire: NexarWire[P],
        store: OpenStore,
        tasks: TaskGroup,
        *,
        plan: PlanMemory,
        rulings: Rulings,
        counter: Counter,
        run_id: str,
        world: World,
    ) -> None:
        self._settings, self._profile, self._tasks = settings, profile, tasks
        self._counter, self._brake, self._plan = counter, Brake(counter), plan
        caps = Caps(run=settings.budget, month=settings.month_budget)
        asker = _asker(settings, profile, run_id, world)
        self._options = AskOptions(settings.country, settings.currency)
        self._traffic = Traffic(settings, brake=self._brake, dice=world.dice, observer=counter)
        self._dispatcher = Dispatcher(
            settings,
            wire,
            store,
            traffic=self._traffic,
            brake=self._brake,
            world=world,
            observer=counter,
        )
        self._rulings = rulings
        self._inquiry = Inquiry(
            asker,
            settings.second_look,
            settings.source,
            self._dispatcher.ask,
            self._dispatcher.peek,
            rulings,
        )
        self._choosing = Choosing(self._inquiry, profile.facts, settings.alternates)
        self._pricing = Pricing(settings, asker, wire, store, world.now, rulings)
        self.budget = Budget(caps, account_of(settings), run_id, store, world)
        purse = _purse(settings, self.budget, store, brake=self._brake, world=world, seen=counter)
        self._drain = anyio.Event()
        self._sender = Sender(
            settings,
            wire,
            purse,
            self._traffic,
            plan=plan,
            brake=self._brake,
            world=world,
            observer=counter,
            end=self._dispatcher.end,
            set_aside=self._dispatcher.set_aside,
        )

    @overload
    @staticmethod
    def open(
        settings: Settings,
        *,
        observer: Observer = ...,
        run_id: str | None = ...,
        decisions: Iterable[Decision] = ...,
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
        decisions: Iterable[Decision] = ...,
        world: World | None = ...,
    ) -> AbstractAsyncContextManager["Engine[P]"]: ...

    @staticmethod
    def open(
        settings: Settings,
        *,
        profile: Profile[Any] = SUPPLY,
        observer: Observer = ignore,
        run_id: str | None = None,
        decisions: Iterable[Decision] = (),
        world: World | None = None,
    ) -> AbstractAsyncContextManager["Engine[Any]"]:
        """An engine for as long as the `async with` block lasts.

        `profile` says which fields are asked for and gives the part type. `observer` is told what
        happens. `run_id` goes on with an earlier run's budget. `decisions` hold for this engine and go
        before those of the store. Leaving the block ends what is still waiting; what is in flight
        is booked. Raises `SettingsError` and `StoreError`.
        """
        check_settings(settings)
        named, around = run_id or uuid.uuid4().hex[:12], world or World()
        return _open(settings, profile, observer, named, around, tuple(decisions))

    async def match(
        self,
        mpn: str,
        *,
        manufacturer: str | None = None,
        sku: str | None = None,
        seller: str | None = None,
        country: str | None = None,
        currency: str | None = None,
    ) -> Outcome[P]:
        """The outcome for one part number. Calls made at the same time share requests.

        With an empty `mpn` it is the outcome for a `seller`'s stock number, `sku`.
        `country` is ISO 3166-1 alpha-2 and `currency` ISO 4217; the settings' own by default.
        Raises `SettingsError` when they are neither.
        """
        options = AskOptions(country or self._options.country, currency or self._options.currency)
        check_options(options.country, options.currency)
        row = Row(mpn=mpn, manufacturer=manufacturer, sku=sku, seller=seller)
        return await self._inquiry.outcome(row, options, Caller(is_bulk=False))

    def enrich(
        self, rows: Rows, *, ordered: bool = True, boards: int = 1
    ) -> AsyncGenerator[Outcome[P], None]:
        """One outcome for every row, in input order, or as they end with `ordered=False`.

        A row with alternates is asked about as a set and ends with the best of them; `boards` is what
        its quantity is multiplied with, for stock and price. Rows are read as outcomes are taken: at
        most `settings.window` are held at any moment, each counting once for every part it names. Read
        it inside `contextlib.aclosing` when you may stop early. Raises what the source raises, after
        the rows before it, and `EngineError` when the engine is closed before the end.
        """
        if self._dispatcher.is_closed:
            raise EngineError("the engine is closed; open another for more rows")

        caller = Caller(is_bulk=True)

        async def answer(row: Row) -> Outcome[P]:
            return await self._choosing.outcome(row, self._options, caller, boards=boards)

        stream = Stream(answer, window=self._settings.window, ordered=ordered)
        return stream.outcomes(rows, self._tasks)

    async def estimate(self, rows: Iterable[Row]) -> Estimate:
        """What enriching `rows` would cost at most; asks the store and nobody else."""
        return await self._pricing.estimate(rows, self._options)

    async def decide(self, *decisions: Decision) -> None:
        """Keep a person's decisions in the store; they hold for all that is asked from now on."""
        await self._rulings.decide(decisions)

    async def forget(self, *subjects: Subject) -> int:
        """Forget the decisions about these questions; how many the store had."""
        return await self._rulings.forget(subjects)

    def facts(self, part: P, not_entitled: frozenset[str] = frozenset()) -> PartFacts:
        """The plain facts of a part, whatever the profile. `not_entitled`: see `Provenance`."""
        return self._profile.facts(part, not_entitled)

    def stop(self, reason: SkipReason = SkipReason.STOPPED, detail: str = "") -> None:
        """Send nothing more; the rest ends as skipped.

        What is in flight is awaited for `patience.drain` seconds, then cut off and booked as
        unknown.
        """
        self._brake.pull(Halt(reason, detail))
        self._drain.set()

    @property
    def stopped(self) -> tuple[SkipReason, str] | None:
        """Why nothing is sent, None while that is not so.

        Final, unless the reason is an outage (`UNREACHABLE`): that ends when a call gets through.
        """
        halt = self._brake.halt or self._traffic.halt
        return None if halt is None else (halt.reason, halt.detail)

    @property
    def in_flight(self) -> int:
        """How many requests are being seen through, waits between their attempts included."""
        return self._dispatcher.under_way

    @property
    def waits_for(self) -> str:
        """What is out of reach or under way elsewhere and waited for, in words; empty if nothing."""
        return self._traffic.waits_for or self._dispatcher.waits_for

    @property
    def fatal(self) -> EngineError | None:
        """The error that `stopped` the run, None for a budget or a wish."""
        halt = self._brake.halt or self._traffic.halt
        return halt.cause if halt else None

    @property
    def held_back(self) -> str | None:
        """Why nothing would be sent: a part limit that was met before and still holds."""
        return self._plan.halt.detail if self._plan.halt else None

    @property
    def not_entitled(self) -> frozenset[str]:
        """What was asked for and the plan does not include, as far as it is known by now."""
        return self._plan.features.lacking

    @property
    def tally(self) -> Tally:
        """What has been done so far."""
        return self._counter.tally

    def start(self) -> None:
        """Begin to serve; `open` has done so."""
        self._tasks.start_soon(self._dispatcher.look_up)
        self._tasks.start_soon(self._dispatcher.fill_requests, self._sender, self._tasks)
        self._tasks.start_soon(self._dispatcher.wait_for_others)
        self._tasks.start_soon(self._end_drain)
        if self._settings.patience.deadline is not None:
            self._tasks.start_soon(self._end_run, self._settings.patience.deadline)

    async def _end_drain(self) -> None:
        await self._drain.wait()
        await anyio.sleep(self._settings.patience.drain)
        self._dispatcher.cut_off()

    async def _end_run(self, seconds: float) -> None:
        await anyio.sleep(seconds)
        self.stop(SkipReason.DEADLINE, f"the deadline of {seconds:g} s has passed")

    async def close(self) -> None:
        """Send nothing more and wait for what is in flight; leaving `open`'s block does so.

        After `patience.drain` seconds it is cut off and booked as unknown.
        """
        if self._dispatcher.is_busy:
            self._brake.pull(Halt(SkipReason.STOPPED, "the engine was closed"))
        self._drain.set()
        await self._dispatcher.drain()
        await self._plan.save()

    def abandon(self) -> None:
        """Tell all who still wait that there will be no answer."""
        self._dispatcher.abandon()

    def __repr__(self) -> str:
        return f"Engine({self._profile.name}, {self.budget.account}, {self.tally})"


def _asker(settings: Settings, profile: Profile[P], run_id: str, world: World) -> Asker:
    """Makes asks whose answers the next run may use, or this run alone."""
    scope = answer_scope(settings, profile=f"{profile.name}/{profile.fingerprint}")
    pulled = load_makers(
        settings.maker_list,
        source=settings.api_url,
        now=world.now(),
        retention=settings.retention,
    )
    return Asker(scope if settings.keep_answers else f"{scope}/{run_id}", makers_of(pulled))


def _purse(
    settings: Settings,
    budget: Budget,
    ledger: OpenStore,
    *,
    brake: Brake,
    world: World,
    seen: Observer,
) -> Purse:
    return Purse(
        ledger,
        account=budget.account,
        run_id=budget.run_id,
        caps=budget.caps,
        lease=settings.patience.give_up_after,
        store_outage=settings.patience.drain,
        retention=settings.retention,
        brake=brake,
        world=world,
        observer=seen,
    )


@asynccontextmanager
async def _open(
    settings: Settings,
    profile: Profile[P],
    observer: Observer,
    run_id: str,
    world: World,
    decisions: tuple[Decision, ...],
) -> AsyncGenerator[Engine[P], None]:
    counter = Counter(observer)
    store = world.open_store(settings.store)
    try:
        await store.tidy(now=world.now())
        account = account_of(settings)
        rulings = await Rulings.load(store, account, decisions)
        plan = await PlanMemory.load(settings, store, account, world=world, observer=counter)
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
                plan=plan,
                rulings=rulings,
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
