"""One process of a story: an engine, those who read from it, and how it ends."""

from collections.abc import Callable, Iterator
from contextlib import aclosing

import anyio
from anyio.abc import TaskGroup
from tests.simulation.checks import check_engine, check_outcome
from tests.simulation.story import Ending, Life, Reader, Story
from tests.simulation.watch import Watch

from bulkmatch import Engine, EngineError, Event, Outcome, Row, StoreError, SupplyPart, World

Bell = Callable[[int, Callable[[], None]], None]
# No story takes this long in virtual seconds unless somebody waits for what never comes.
_FOREVER = 3_000_000.0
RUN_ID = "the-run"


class Process:
    """Lives once. `ring` calls back after so many beats of the event loop."""

    def __init__(self, story: Story, life: Life, watch: Watch, world: World, ring: Bell) -> None:
        self._story, self._life, self._watch = story, life, watch
        self._world, self._ring = world, ring
        self._scope = anyio.CancelScope()
        self.has_left = False

    async def live(self) -> None:
        """From the engine's opening to its end, which is the life's."""
        self._watch.is_dead = False
        self._watch.tell(f"a process begins; it will end so: {self._life.ending}")
        if self._life.dies_at_beat is not None:
            self._ring(self._life.dies_at_beat, self._die)
        try:
            with anyio.fail_after(_FOREVER):
                await self._until_end()
        except TimeoutError:
            self._watch.break_promise("no hang", "the process never ended")
        except BaseException as error:  # noqa: BLE001 - a crash raises what it likes
            self._judge(error)
        self._ring(-1, self._die)
        self._watch.tell("the process has ended")

    def _judge(self, error: BaseException) -> None:
        """What a process that has crashed raises is no story; all else should not be raised."""
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error
        if not self._watch.is_dead:
            self._watch.break_promise("one outcome per row", f"the engine broke: {_told(error)}")

    def _die(self) -> None:
        self._watch.is_dead = True
        self._watch.tell("the process dies")
        self._watch.counts["crashes"] += 1
        self._scope.cancel()

    async def _until_end(self) -> None:
        with self._scope:
            async with anyio.create_task_group() as outside:
                if self._life.ending is Ending.CANCELLED:
                    self._scope.deadline = anyio.current_time() + self._life.ends_after
                try:
                    await self._open_and_use(outside)
                except StoreError as error:  # at its opening, or forgetting its answers at the end
                    has_cause = self._watch.counts["store errors"] > 0
                    self._watch.expect(
                        holds=has_cause, promise="one outcome per row", how=_told(error)
                    )
                    self._watch.tell(f"the engine ended with {error!r}")

    async def _open_and_use(self, outside: TaskGroup) -> None:
        async with Engine.open(
            self._story.settings, world=self._world, observer=self._observe, run_id=RUN_ID
        ) as engine:
            await self._use(engine, outside)
        self.has_left = True
        check_engine(engine, self._watch)

    async def _use(self, engine: Engine[SupplyPart], outside: TaskGroup) -> None:
        self._watch.look_for_secrets(repr(engine), "the engine's repr")
        if self._life.ending is Ending.LEFT:
            for reader in self._life.readers:
                outside.start_soon(self._read, engine, reader)
            await anyio.sleep(self._life.ends_after)
            self._watch.tell("the engine's block is left")
            self.has_left = True
            return
        async with anyio.create_task_group() as inside:
            if self._life.ending is Ending.STOPPED:
                inside.start_soon(self._stop, engine)
            for reader in self._life.readers:
                inside.start_soon(self._read, engine, reader)
        if engine.fatal is not None:
            self._watch.look_for_secrets(_told(engine.fatal), "the fatal error")

    async def _stop(self, engine: Engine[SupplyPart]) -> None:
        await anyio.sleep(self._life.ends_after)
        self._watch.tell("the run is told to stop")
        engine.stop()

    def _observe(self, event: Event) -> None:
        if not self._watch.is_dead:
            self._watch.look_for_secrets(repr(event), "an event")
            self._watch.tell(f"  {event}")

    async def _read(self, engine: Engine[SupplyPart], reader: Reader) -> None:
        """Serve one reader; what he was promised is that he gets all, unless the engine says no."""
        await anyio.sleep(reader.begins_after)
        with anyio.CancelScope() as scope:
            if reader.leaves_after is not None:
                scope.deadline = anyio.current_time() + reader.leaves_after
            try:
                if reader.row is None:
                    await self._read_stream(engine, reader)
                else:
                    row = reader.row
                    outcome = await engine.match(row.mpn, manufacturer=row.manufacturer)
                    self._note(outcome)
            except EngineError as error:
                self._watch.expect(
                    holds=self.has_left, promise="one outcome per row", how=_told(error)
                )
                self._watch.look_for_secrets(_told(error), "an error")

    def _note(self, outcome: Outcome[SupplyPart]) -> None:
        if not self._watch.is_dead:
            check_outcome(outcome, self._story, self._watch)

    async def _read_stream(self, engine: Engine[SupplyPart], reader: Reader) -> None:
        taken: list[int] = []
        outcomes = engine.enrich(self._source(taken), ordered=reader.ordered)
        async with aclosing(outcomes):
            async for outcome in outcomes:
                self._note(outcome)
                taken.append(outcome.row.line)
                if reader.takes_at_most is not None and len(taken) >= reader.takes_at_most:
                    return
                if reader.pauses and len(taken) % 7 == 0:
                    await anyio.sleep(reader.pauses)
        if not self._watch.is_dead:
            self._check_taken(taken, reader)

    def _check_taken(self, taken: list[int], reader: Reader) -> None:
        wanted = [row.line for row in self._story.rows]
        is_whole = taken == wanted if reader.ordered else sorted(taken) == wanted
        how = f"{len(taken)} outcomes for {len(wanted)} rows, or in another order"
        self._watch.expect(holds=is_whole, promise="one outcome per row", how=how)

    def _source(self, taken: list[int]) -> Iterator[Row]:
        """The rows; one may wait at the door, the others are at work or ended."""
        window = self._story.settings.window
        for count, row in enumerate(self._story.rows, 1):
            held = count - 1 - len(taken)
            self._watch.expect(
                holds=held <= window,
                promise="memory follows the window",
                how=f"{held} rows held in a window of {window}",
            )
            yield row


def _told(error: BaseException) -> str:
    """An error with all that led to it."""
    told: list[str] = []
    chain: BaseException | None = error
    while chain is not None and len(told) < 20:
        told.append(repr(chain))
        if isinstance(chain, BaseExceptionGroup):
            told += [_told(inner) for inner in chain.exceptions]
        chain = chain.__cause__ or chain.__context__
    return " <- ".join(told)
