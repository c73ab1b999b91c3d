"""A run under way: outcomes to the sinks, progress to the screen, signals to the engine."""

import signal
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import anyio
from rich.console import Console

from bulkmatch.cli.digest import Digest
from bulkmatch.cli.exits import CutOff, Exit
from bulkmatch.cli.price import in_a_line
from bulkmatch.cli.progress import Moment, Show, display
from bulkmatch.cli.screen import messages
from bulkmatch.errors import EngineError
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import Matched, Outcome, Review, SkipReason
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Tally
from bulkmatch.run import Engine
from bulkmatch.wire.profile import FULL, SUPPLY, Profile

P = TypeVar("P", bound=PartLike)
Write = Callable[[Outcome[PartLike], tuple[PartFacts, ...]], None]

INTERRUPTED = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}
_STOPPING = "stopping: nothing more is sent; what is in flight is awaited (once more stops at once)"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went; `run` and `month` are the ledger's counts after it."""

    tally: Tally
    seconds: float
    caps: Caps
    run: Spend
    month: Spend
    stopped: tuple[SkipReason, str] | None
    fatal: EngineError | None
    heard: signal.Signals | None = None


@dataclass
class Heed:
    """Listens for signals: the first stops the sending, the second cuts off everything."""

    say: Callable[[str], None]
    heard: list[signal.Signals] = field(default_factory=list[signal.Signals])
    stop: Callable[[signal.Signals], None] | None = None

    @property
    def first(self) -> signal.Signals | None:
        """The signal that came first, if any."""
        return self.heard[0] if self.heard else None

    async def listen(self, scope: anyio.CancelScope) -> None:
        """Until cancelled. Before there is anything to stop, the first signal cuts off as well."""
        with anyio.open_signal_receiver(*INTERRUPTED) as signals:
            async for heard in signals:
                self.heard.append(heard)
                if len(self.heard) > 1 or self.stop is None:
                    scope.cancel()
                    return
                self.say(_STOPPING)
                self.stop(heard)


@dataclass(frozen=True, slots=True)
class Session:
    """What a run takes. `writes` and `digest` get every outcome, in input order."""

    settings: Settings
    profile: str
    run_id: str
    rows: Sequence[Row]
    writes: Sequence[Write]
    digest: Digest
    quiet: bool


async def run_session(session: Session, *, command: str) -> tuple[Ran, int]:
    """How the run went, and its number of distinct questions. Raises CutOff on a second signal."""
    if session.profile == FULL.name:
        return await _run(session, FULL, command)
    return await _run(session, SUPPLY, command)


async def _run(session: Session, profile: Profile[P], command: str) -> tuple[Ran, int]:
    console = messages()
    heed = Heed(lambda words: console.print(words, style="yellow"))
    ended: tuple[Ran, int] | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(heed.listen, tasks.cancel_scope)
        async with Engine[P].open(
            session.settings, profile=profile, run_id=session.run_id
        ) as engine:
            heed.stop = lambda heard: engine.stop(SkipReason.STOPPED, heard.name)
            ended = await _driven(session, engine, console)
        tasks.cancel_scope.cancel()
    if ended is None:
        assert heed.first is not None, "nothing but a signal cuts a run off"
        raise CutOff(code=INTERRUPTED[heed.first], command=command)
    ran, distinct = ended
    return replace(ran, heard=heed.first), distinct


async def _driven(session: Session, engine: Engine[P], console: Console) -> tuple[Ran, int]:
    estimate = await engine.estimate(session.rows)
    if not session.quiet:
        console.print(in_a_line(estimate), style="dim")
    with display(console, quiet=session.quiet) as (show, every):
        drive = Drive(engine, session.rows, session.writes, session.digest, show, every)
        return await drive.run(), estimate.distinct


@dataclass(frozen=True)
class Drive(Generic[P]):
    """Takes rows through an engine; every outcome goes to all of `writes` and to the digest."""

    engine: Engine[P]
    rows: Sequence[Row]
    writes: Sequence[Write]
    digest: Digest
    show: Show
    every: float

    async def run(self) -> Ran:
        """Until every row has ended."""
        began = anyio.current_time()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._tell, began)
            await self._drain()
            tasks.cancel_scope.cancel()
        return await self._ran(anyio.current_time() - began)

    async def _drain(self) -> None:
        async with aclosing(self.engine.enrich(self.rows)) as outcomes:
            async for outcome in outcomes:
                facts = self._facts(outcome)
                for write in self.writes:
                    write(outcome, facts)
                self.digest.add(outcome, facts)

    def _facts(self, outcome: Outcome[P]) -> tuple[PartFacts, ...]:
        """The facts of the outcome's parts, in their order."""
        match outcome:
            case Matched(part=part, provenance=provenance):
                return (self.engine.facts(part, provenance.not_entitled),)
            case Review(parts=parts, provenance=provenance):
                return tuple(self.engine.facts(part, provenance.not_entitled) for part in parts)
            case _:
                return ()

    async def _tell(self, began: float) -> None:
        while True:
            self.show(self._moment(anyio.current_time() - began))
            await anyio.sleep(self.every)

    def _moment(self, seconds: float) -> Moment:
        stopped = self.engine.stopped
        return Moment(
            lines=self.digest.lines,
            total=len(self.rows),
            tally=self.engine.tally,
            budget=self.engine.budget.caps.run,
            seconds=seconds,
            stopping="" if stopped is None else stopped[1] or str(stopped[0]),
        )

    async def _ran(self, seconds: float) -> Ran:
        budget = self.engine.budget
        return Ran(
            tally=self.engine.tally,
            seconds=seconds,
            caps=budget.caps,
            run=await budget.run(),
            month=await budget.month(),
            stopped=self.engine.stopped,
            fatal=self.engine.fatal,
        )
