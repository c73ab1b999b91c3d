"""One process of a story: an engine, those who read from it, and how it ends."""

import random
from collections.abc import Iterator
from contextlib import aclosing

import anyio
from anyio.abc import TaskGroup
from tests.simulation.cast import Aim, Ending, Life, Reader
from tests.simulation.checks import Judge, told
from tests.simulation.loops import has_begun, is_forcible, outlive, strike, task_id
from tests.simulation.manners import Manners
from tests.simulation.mortal import PROCESS, Mortal
from tests.simulation.story import Story
from tests.simulation.watch import Watch

from bulkmatch import (
    Engine,
    EngineError,
    Event,
    Outcome,
    Row,
    StoreError,
    SupplyPart,
    World,
)

# No story takes this long in virtual seconds unless somebody waits for what never comes.
_FOREVER = 3_000_000.0
_ONE = "one outcome per row"


class Process:
    """Lives once, in `world`."""

    def __init__(
        self,
        story: Story,
        life: Life,
        mortal: Mortal,
        world: World,
        *,
        judge: Judge,
        manners: Manners,
    ) -> None:
        self._story, self._life, self._mortal, self._world = story, life, mortal, world
        self._watch: Watch = mortal.watch
        self._judge, self._manners = judge, manners
        self._scope = anyio.CancelScope()
        self._readers: dict[int, anyio.CancelScope] = {}
        self._forced: set[int] = set()
        self._dice = random.Random(f"blows {story.seed} {life.name}")

    async def live(self) -> None:
        """From the engine's opening to its end, which is the life's."""
        await anyio.sleep(self._life.begins_after)
        PROCESS.set(self._mortal)
        self._mortal.tell(f"begins; it will end so: {self._life.ending}")
        if self._life.dies_at is not None:
            self._mortal.plan(self._life.dies_at, self._die)
        for moment, aim in self._life.blows:
            self._mortal.plan(moment, self._strike_any if aim is Aim.ANY else self._strike_reader)
        self._mortal.note("begin")
        try:
            with anyio.fail_after(_FOREVER):
                await self._until_end()
        except TimeoutError:
            self._watch.break_promise("no hang", f"{self._life.name} never ended")
        except anyio.get_cancelled_exc_class():
            self._watch.expect(
                holds=self._mortal.is_struck, promise=_ONE, how="a cancel that nobody sent"
            )
            raise
        except BaseException as error:  # noqa: BLE001 - a crash raises what it likes
            self._note_end(error)
        finally:
            self._mortal.end()
            self._mortal.tell("has ended")

    def _note_end(self, error: BaseException) -> None:
        """What a process that has crashed raises is no story; all else should not be raised."""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error
        if not self._mortal.is_dead:
            self._watch.break_promise(_ONE, f"the engine broke: {told(error)}")

    def _die(self, task: object) -> None:
        self._mortal.is_dead = True
        self._mortal.tell("dies")
        self._watch.counts["crashes"] += 1
        self._scope.cancel()

    def _strike_any(self, task: object) -> None:
        """Cut off the task that goes on now, whoever's it is; its answer in hand may be lost."""
        if not has_begun(task):
            self._mortal.soon(self._strike_any)
            return
        self._mortal.is_struck = True
        self._mortal.tell(f"a task is struck: {task!r}"[:120])
        self._watch.counts["tasks struck"] += 1
        strike(task)

    def _strike_reader(self, task: object) -> None:
        """Cut off the next reader that goes on, by force or by the scope that he is in."""
        scope = self._readers.pop(task_id(task), None)
        if scope is None:
            self._mortal.soon(self._strike_reader)
            return
        self._mortal.tell("a reader is cut off")
        self._watch.counts["readers cut off"] += 1
        if is_forcible(task) and has_begun(task) and self._dice.random() < 0.5:
            self._forced.add(task_id(task))
            strike(task)
        else:
            scope.cancel()

    async def _until_end(self) -> None:
        with self._scope:
            async with anyio.create_task_group() as outside:
                if self._life.ending is Ending.CANCELLED:
                    self._scope.deadline = anyio.current_time() + self._life.ends_after
                try:
                    await self._open_and_use(outside)
                except StoreError as error:  # at its opening, or forgetting its answers at the end
                    has_cause = self._watch.counts["store errors"] > 0
                    self._watch.expect(holds=has_cause, promise=_ONE, how=told(error))
                    self._mortal.tell(f"the engine ended with {error!r}")

    async def _open_and_use(self, outside: TaskGroup) -> None:
        async with Engine.open(
            self._story.settings,
            world=self._world,
            observer=self._observe,
            run_id=self._life.run_id,
        ) as engine:
            await self._use(engine, outside)
        self._mortal.has_left = True
        self._judge.engine(engine, self._mortal)

    async def _use(self, engine: Engine[SupplyPart], outside: TaskGroup) -> None:
        self._watch.look_for_secrets(repr(engine), "the engine's repr")
        if self._life.ending is Ending.LEFT:
            for reader in self._life.readers:
                outside.start_soon(self._read, engine, reader)
            await anyio.sleep(self._life.ends_after)
            self._mortal.tell("the engine's block is left")
            self._mortal.has_left = True
            return
        async with anyio.create_task_group() as inside:
            if self._life.ending is Ending.STOPPED:
                inside.start_soon(self._stop, engine)
            for reader in self._life.readers:
                inside.start_soon(self._read, engine, reader)
        self._judge.stop(engine, self._mortal)

    async def _stop(self, engine: Engine[SupplyPart]) -> None:
        await anyio.sleep(self._life.ends_after)
        self._mortal.tell("the run is told to stop")
        self._mortal.was_stopped = True
        engine.stop()

    def _observe(self, event: Event) -> None:
        if not self._mortal.is_dead:
            self._watch.look_for_secrets(repr(event), "an event")
            self._mortal.tell(f"  {event}")
            self._manners.observe(event)

    async def _read(self, engine: Engine[SupplyPart], reader: Reader) -> None:
        """Serve one reader, whom a blow may cut off alone."""
        own = anyio.get_current_task().id
        try:
            with anyio.CancelScope() as scope:
                self._readers[own] = scope
                await self._serve(engine, reader, scope)
        except anyio.get_cancelled_exc_class():
            if own not in self._forced:
                raise
            outlive()
        finally:
            self._readers.pop(own, None)

    async def _serve(
        self, engine: Engine[SupplyPart], reader: Reader, scope: anyio.CancelScope
    ) -> None:
        """What a reader was promised is that he gets all, unless the engine says no."""
        await anyio.sleep(reader.begins_after)
        if reader.leaves_after is not None:
            scope.deadline = anyio.current_time() + reader.leaves_after
        try:
            if reader.row is None:
                await self._read_stream(engine, reader)
            else:
                row = reader.row
                outcome = await engine.match(row.mpn, manufacturer=row.manufacturer)
                self._note(outcome, row.line)
        except EngineError as error:
            has_cause = self._mortal.has_left or self._mortal.is_struck or self._mortal.is_dead
            self._watch.expect(holds=has_cause, promise=_ONE, how=told(error))
            self._watch.look_for_secrets(told(error), "an error")

    def _note(self, outcome: Outcome[SupplyPart], line: int) -> None:
        if not self._mortal.is_dead:
            self._judge.outcome(outcome, line, self._mortal)

    async def _read_stream(self, engine: Engine[SupplyPart], reader: Reader) -> None:
        taken: list[int] = []
        outcomes = engine.enrich(self._source(taken), ordered=reader.ordered)
        async with aclosing(outcomes):
            async for outcome in outcomes:
                self._note(outcome, outcome.row.line)
                taken.append(outcome.row.line)
                if reader.takes_at_most is not None and len(taken) >= reader.takes_at_most:
                    return
                if reader.pauses and len(taken) % 7 == 0:
                    await anyio.sleep(reader.pauses)
        if not self._mortal.is_dead:
            self._check_taken(taken, reader)

    def _check_taken(self, taken: list[int], reader: Reader) -> None:
        wanted = [row.line for row in self._story.rows]
        is_whole = taken == wanted if reader.ordered else sorted(taken) == wanted
        how = f"{len(taken)} outcomes for {len(wanted)} rows, or in another order"
        self._watch.expect(holds=is_whole, promise=_ONE, how=how)
        self._watch.counts["streams read to the end"] += 1

    def _source(self, taken: list[int]) -> Iterator[Row]:
        """The rows; one may wait at the door, the others are at work or ended."""
        window = self._story.settings.window
        for count, row in enumerate(self._story.rows, 1):
            held = count - 1 - len(taken)
            self._watch.expect(
                holds=held <= window or self._mortal.is_struck,
                promise="memory follows the window",
                how=f"{held} rows held in a window of {window}",
            )
            yield row
