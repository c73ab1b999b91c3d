"""An audit under way: libraries onto the desk, questions through an engine, what was seen back."""

import uuid
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from bulkmatch.core.audit_schedule import RISK_ORDER, month_end, parts_to_ask
from bulkmatch.core.compare_audits import Comparer, compare_outcome
from bulkmatch.core.event_words import outcome_event
from bulkmatch.core.library_line import asked_line
from bulkmatch.core.observe_part import part_state
from bulkmatch.errors import EngineError
from bulkmatch.model.event import Observer, ignore
from bulkmatch.model.money import Spend
from bulkmatch.model.observation import Context, PartState, Tier
from bulkmatch.model.outcome import Failed, Matched, Missed, Outcome, Review, Skipped, SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.policy import Policy
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Tally
from bulkmatch.run.engine import Engine
from bulkmatch.run.world import World
from bulkmatch.store import Desk, Known, Schedule, Seen, open_desk
from bulkmatch.wire.account import account_of

T = TypeVar("T")
P = TypeVar("P", bound=PartLike)
Stop = Callable[[SkipReason, str], None]
Progress = Callable[[int, int, Tally], None]
_AT_ONCE = 200
# Answers may be kept so long by default; a longer retention says that the contract allows values.
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Library:
    """A library by the name it was given; `digest` is of its content and of how it is read.

    `rows` reads it, and is called only when its content was never read before.
    """

    name: str
    digest: str
    rows: Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """What an audit is told. `max_parts` caps this audit's charged parts; `spend_rest` uses up the month.

    With `recheck` every part is looked at, due or not, and asked for anew though an answer is at hand.
    """

    libraries: Sequence[Library]
    policy: Policy
    max_parts: int | None = None
    spend_rest: bool = False
    recheck: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """How the asking went: `asked` of `due` parts had a turn, and `seen` of them were answered."""

    audit_id: str
    started_at: datetime
    part_count: int
    due: int
    asked: int
    seen: int = 0
    tally: Tally = field(default_factory=Tally)
    month: Spend | None = None
    not_in_plan: frozenset[str] = frozenset()
    stopped: str = ""
    fatal: EngineError | None = None


def context_of(settings: Settings) -> Context:
    """Where and for whom facts are seen."""
    return Context(settings.source, settings.country, settings.currency)


def scope_of(settings: Settings) -> str:
    """What observations are kept under: only those of one scope are compared."""
    filters = f"{settings.authorized_only:d}{settings.include_brokers:d}"
    told = (account_of(settings), settings.source, settings.country, settings.currency, filters)
    return "|".join(told)


def keeps_values(settings: Settings) -> bool:
    """Whether the retention was raised, so that values may be kept between audits."""
    return settings.keep_answers and settings.retention > _DAY


def schedule_of(policy: Policy, now: datetime, *, factor: int = 1) -> Schedule:
    """Up to which instant a part of each tier must have been seen to be due at `now`."""
    before = {tier: now - timedelta(days=days * factor) for tier, days in policy.intervals.items()}
    return Schedule(RISK_ORDER, before)


class Audit:
    """One audit. Open its desk with `on_desk`, prepare, look, and read the results off the desk."""

    def __init__(self, settings: Settings, order: AuditOrder, desk: Desk, world: World) -> None:
        self.settings, self.order, self.desk, self.world = settings, order, desk, world
        self.sealer = desk.sealer()
        self.context, self.audit_id = context_of(settings), uuid.uuid4().hex[:12]
        self.started_at = world.now()
        self.schedule = schedule_of(order.policy, self.started_at)
        self._comparer = Comparer(self.sealer, order.policy.thresholds, keeps_values(settings))
        self._thread = CapacityLimiter(1)

    @staticmethod
    def on_desk(settings: Settings, order: AuditOrder, world: World | None = None) -> "Audit":
        """An audit with its desk in the settings' store. Close the desk at the end."""
        desk = open_desk(settings.store, scope=scope_of(settings))
        return Audit(settings, order, desk, world or World())

    def prepare(self) -> int:
        """Put all libraries on the desk; the number of distinct parts. Reads what is new; asks nobody."""
        self.desk.tidy(self.started_at)
        for library in self.order.libraries:
            if not self.desk.add_library(library.name, library.digest, None):
                lines = map(asked_line, library.rows())
                self.desk.add_library(library.name, library.digest, lines)
        return self.desk.gather()

    def plan(self, part_count: int, *, left: int | None) -> Looked:
        """Choose whom to ask; `left` is what the month's budget leaves."""
        due = part_count if self.order.recheck else self.desk.due(self.schedule)
        count = parts_to_ask(
            due=due,
            total=part_count,
            max_parts=self.order.max_parts,
            left=left,
            spend_rest=self.order.spend_rest,
        )
        asked = self.desk.take_turns(self.schedule, count=count) if count else 0
        return Looked(self.audit_id, self.started_at, part_count, due, asked)

    def due_until_reset(self) -> tuple[int, int]:
        """How many parts fall due until the month's end, and until the end of the next one."""
        first = month_end(self.started_at)
        return self._due_at(first), self._due_at(month_end(first))

    def _due_at(self, instant: datetime) -> int:
        later = schedule_of(self.order.policy, instant).due_before
        return self.desk.due(self.schedule, at_most=later)

    async def look(
        self,
        planned: Looked,
        *,
        observer: Observer = ignore,
        progress: Progress | None = None,
        opened: Callable[[Stop], None] | None = None,
    ) -> Looked:
        """Ask whom `plan` has chosen, and keep what is seen as it comes. No engine where nobody is asked."""
        if not planned.asked:
            return planned
        caps = [cap for cap in (self.settings.budget, self.order.max_parts) if cap is not None]
        keeps = self.settings.keep_answers and not self.order.recheck
        settings = replace(self.settings, budget=min(caps, default=None), keep_answers=keeps)
        async with Engine[PartLike].open(
            settings, observer=observer, run_id=self.audit_id, world=self.world
        ) as engine:
            if opened is not None:
                opened(engine.stop)
            seen = await self._look(engine, planned, progress)
            stopped = engine.stopped
            return replace(
                planned,
                seen=seen,
                tally=engine.tally,
                month=await engine.budget.month(),
                not_in_plan=engine.not_entitled,
                stopped="" if stopped is None else ": ".join(filter(None, map(str, stopped))),
                fatal=engine.fatal,
            )

    async def _look(self, engine: Engine[P], planned: Looked, progress: Progress | None) -> int:
        seen = ended = 0
        portion: list[Outcome[P]] = []
        async with aclosing(engine.enrich(self._rows(), ordered=False)) as outcomes:
            async for outcome in outcomes:
                portion.append(outcome)
                if len(portion) == _AT_ONCE:
                    seen += await self._keep(engine, portion)
                    ended, portion = ended + len(portion), []
                if progress is not None:
                    progress(ended + len(portion), planned.asked, engine.tally)
        return seen + await self._keep(engine, portion)

    async def _rows(self) -> AsyncGenerator[Row, None]:
        """A row for each turn; its cells are the question's number and the part's key."""
        after = 0
        while turns := await self._at_desk(partial(self.desk.turns, after, count=_AT_ONCE)):
            for turn in turns:
                key = self.sealer.part_key(self.desk.scope, turn.identity)
                yield Row(
                    turn.mpn,
                    turn.manufacturer,
                    line=turn.turn,
                    cells=(str(turn.question), key),
                    sku=turn.sku,
                    seller=turn.seller,
                )
            after = turns[-1].turn

    async def _keep(self, engine: Engine[P], outcomes: Sequence[Outcome[P]]) -> int:
        """Compare outcomes with what is known and keep them; how many there were to keep."""
        asked = [one for one in outcomes if not isinstance(one, (Skipped, Failed))]
        questions = [int(one.row.cells[0]) for one in asked]
        known = await self._at_desk(partial(self.desk.known, questions))
        seen = [self._seen(engine, one, known) for one in asked]
        until = None
        if self.settings.keep_answers:
            until = self.world.now() + timedelta(seconds=self.settings.retention)
        await self._at_desk(partial(self.desk.record, seen, told_until=until))
        return len(seen)

    def _seen(
        self,
        engine: Engine[P],
        outcome: Outcome[P],
        known: Mapping[int, Known],
    ) -> Seen:
        assert isinstance(outcome, (Matched, Review, Missed)), "only what was answered is kept"
        question, at = int(outcome.row.cells[0]), outcome.provenance.asked_at
        told = None
        if isinstance(outcome, Matched):
            told = engine.facts(outcome.part, outcome.provenance.not_entitled)
        state = part_state(
            outcome,
            told,
            outcome.row.cells[1],
            context=self.context,
            thresholds=self.order.policy.thresholds,
            at=at,
            sealer=self.sealer,
        )
        return self._compared(question, state, known.get(question))

    def _compared(self, question: int, state: PartState, known: Known | None) -> Seen:
        if known is None:
            memory = self._comparer.compare(state, {}).memory
            return Seen(question, state, state.outcome, "", memory)
        kind, outcome, pending = compare_outcome(known.outcome, known.pending, state.outcome)
        compared = self._comparer.compare(state, known.memory)
        events = compared.events
        if kind is not None:
            last = max((kept.at for kept in known.memory.values()), default=self.started_at)
            events = (outcome_event(kind, state, since=last), *events)
        return Seen(question, state, outcome, pending, compared.memory, events)

    async def _at_desk(self, work: Callable[[], T]) -> T:
        """The desk's work, in a thread unless all is in memory."""
        if self.desk.is_in_memory:
            await anyio.lowlevel.checkpoint()
            return work()
        return await to_thread.run_sync(work, limiter=self._thread)

    def due_tiers(self, factor: int) -> Mapping[Tier, datetime]:
        """The instants up to which parts of each tier have waited `factor` of their intervals."""
        before = dict(schedule_of(self.order.policy, self.started_at, factor=factor).due_before)
        before.pop(Tier.NEVER_SEEN, None)
        return before

    def __repr__(self) -> str:
        return f"Audit({self.audit_id}, {len(self.order.libraries)} libraries)"
