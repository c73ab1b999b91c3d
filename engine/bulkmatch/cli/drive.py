"""A run under way: outcomes to the outputs, progress to the screen, signals to the engine."""

import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

import anyio
from rich.console import Console

from bulkmatch.cli.digest import Digest
from bulkmatch.cli.exits import CutOff
from bulkmatch.cli.heed import INTERRUPTED, Heed
from bulkmatch.cli.outputs import Output, broken
from bulkmatch.cli.price import in_a_line
from bulkmatch.cli.progress import Moment, Show, display, span
from bulkmatch.cli.screen import messages
from bulkmatch.errors import EngineError, FeedError, StoreError
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import Matched, Outcome, Review, SkipReason
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Tally
from bulkmatch.run import Engine
from bulkmatch.wire.profile import FULL, SUPPLY, Profile

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went; `run` and `month` are the ledger's counts after it, None when it is broken.

    `broken` is why an output could not be written.
    """

    tally: Tally
    seconds: float
    caps: Caps
    run: Spend | None
    month: Spend | None
    stopped: tuple[SkipReason, str] | None
    fatal: EngineError | None
    heard: signal.Signals | None = None
    broken: FeedError | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """What a run takes. `outputs` and `digest` get every outcome, in input order."""

    settings: Settings
    profile: str
    run_id: str
    rows: Sequence[Row]
    outputs: Sequence[Output]
    digest: Digest
    quiet: bool
    boards: int = 1


async def run_session(session: Session, *, command: str) -> tuple[Ran, int]:
    """How the run went, and its number of distinct questions. Raises CutOff on a second signal."""
    if session.profile == FULL.name:
        return await _run(session, FULL, command)
    return await _run(session, SUPPLY, command)


async def _run(session: Session, profile: Profile[P], command: str) -> tuple[Ran, int]:
    console = messages()
    with closing(Heed(lambda words: console.print(words, style="yellow"))) as heed:
        ended = await _heedful(session, profile, console, heed)
    if ended is None:
        assert heed.first is not None, "nothing but a signal cuts a run off"
        raise CutOff(code=INTERRUPTED[heed.first], command=command)
    ran, distinct = ended
    return replace(ran, heard=heed.first), distinct


async def _heedful(
    session: Session, profile: Profile[P], console: Console, heed: Heed
) -> tuple[Ran, int] | None:
    """The run, with an ear for signals; None when one has cut it off."""
    ended: tuple[Ran, int] | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(heed.listen, tasks.cancel_scope)
        try:
            async with Engine[P].open(
                session.settings, profile=profile, run_id=session.run_id
            ) as engine:
                heed.stop = partial(_stop, engine, session.settings.patience.drain)
                ended = await _driven(session, engine, console)
        except StoreError as error:  # at the engine's end: what has ended is still to be told
            if ended is None:
                raise
            ended = replace(ended[0], fatal=ended[0].fatal or error), ended[1]
        tasks.cancel_scope.cancel()
    return ended


def _stop(engine: Engine[P], drain: float, heard: signal.Signals) -> str:
    """Send no more; what is waited for, in words."""
    engine.stop(SkipReason.STOPPED, heard.name)
    flying = _in_flight(engine.in_flight)
    return (
        f"stopping: nothing more is sent; {flying} awaited, {span(drain)} at most "
        "(once more stops at once)"
    )


def _in_flight(requests: int) -> str:
    return f"{requests} request{'' if requests == 1 else 's'} in flight"


async def _driven(session: Session, engine: Engine[P], console: Console) -> tuple[Ran, int]:
    estimate = await engine.estimate(session.rows)
    if not session.quiet:
        console.print(in_a_line(estimate), style="dim")
    with display(console, quiet=session.quiet) as (show, every):
        drive = Drive(
            engine, session.rows, session.outputs, session.digest, show, every, session.boards
        )
        return await drive.run(), estimate.distinct


@dataclass(frozen=True)
class Drive(Generic[P]):
    """Takes rows through an engine; every outcome goes to all of `outputs` and to the digest.

    When an output breaks, nothing more is sent: what it would not hold need not be paid for now.
    """

    engine: Engine[P]
    rows: Sequence[Row]
    outputs: Sequence[Output]
    digest: Digest
    show: Show
    every: float
    boards: int = 1

    async def run(self) -> Ran:
        """Until every row has ended."""
        began = anyio.current_time()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._tell, began)
            await self._drain()
            tasks.cancel_scope.cancel()
        return await self._ran(anyio.current_time() - began)

    async def _drain(self) -> None:
        async with aclosing(self.engine.enrich(self.rows, boards=self.boards)) as outcomes:
            async for outcome in outcomes:
                facts = facts_of(self.engine, outcome)
                for output in self.outputs:
                    output.write(outcome, facts)
                self.digest.add(outcome, facts)
                if error := broken(self.outputs):
                    self.engine.stop(SkipReason.STOPPED, str(error))

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
            stopping="" if stopped is None else self._stopping(*stopped),
            waiting=self.engine.waits_for,
        )

    def _stopping(self, reason: SkipReason, detail: str) -> str:
        flying = self.engine.in_flight
        return f"{detail or reason}" + (f"; {_in_flight(flying)}" if flying else "")

    async def _ran(self, seconds: float) -> Ran:
        budget = self.engine.budget
        return Ran(
            tally=self.engine.tally,
            seconds=seconds,
            caps=budget.caps,
            run=await _counted(budget.run),
            month=await _counted(budget.month),
            stopped=self.engine.stopped,
            fatal=self.engine.fatal,
            broken=broken(self.outputs),
        )


def facts_of(engine: Engine[P], outcome: Outcome[P]) -> tuple[PartFacts, ...]:
    """The facts of the outcome's parts, in their order."""
    match outcome:
        case Matched(part=part, provenance=provenance):
            return (engine.facts(part, provenance.not_entitled),)
        case Review(parts=parts, provenance=provenance):
            return tuple(engine.facts(part, provenance.not_entitled) for part in parts)
        case _:
            return ()


async def _counted(spend: Callable[[], Awaitable[Spend]]) -> Spend | None:
    """What the ledger counts; a store that is broken must not cost the outputs."""
    with suppress(StoreError):
        return await spend()
    return None
