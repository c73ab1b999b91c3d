"""Both event loops, taken apart into the steps of their tasks; the only place that knows them."""

import asyncio  # noqa: TID251 - the loops themselves are at work here
import inspect
import signal
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import Context
from types import FrameType
from typing import Any

import anyio
import trio
from tests.conftest import VirtualLoop
from tests.simulation.mortal import PROCESS
from trio.abc import Instrument
from trio.testing import MockClock

LOOPS = ("asyncio", "trio")
# Real seconds after which a story is no longer long but stuck without time passing.
_LONGEST_STORY = 60


class Stuck(BaseException):
    """The loop turns and turns, and no time passes."""


class _Handle(asyncio.Handle):
    """A callback of asyncio's loop; one that is a task's step says so before."""

    __slots__ = ()

    def _run(self) -> None:
        task = getattr(self._callback, "__self__", None)  # type: ignore[attr-defined]
        if isinstance(task, asyncio.Task):
            process = self._context.get(PROCESS)  # type: ignore[attr-defined]
            if process is not None:
                process.step(task)
        super()._run()


class _SteppingLoop(VirtualLoop):
    """The tests' asyncio loop, whose callbacks are `_Handle`s."""

    def _call_soon(
        self, callback: Callable[..., Any], args: tuple[Any, ...], context: Context
    ) -> asyncio.Handle:
        """The loop's own, with our handle; the type stubs do not show it."""
        handle = _Handle(callback, args, self, context)
        self._ready.append(handle)  # type: ignore[attr-defined]
        return handle


class _Steps(Instrument):
    """Tells processes of their steps on trio."""

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        """A task goes on."""
        process = task.context.get(PROCESS)
        if process is not None:
            process.step(task)


def run(loop: str, seed: int, tale: Callable[[], Awaitable[None]]) -> None:
    """Run `tale` on `loop`; trio's own dice, which order its tasks, are seeded. Raises `Stuck`."""

    async def main() -> None:
        await tale()

    with _alarm():
        if loop == "trio":
            import trio._core._run as trio_run

            trio_run._r.seed(seed)
            clock = MockClock(autojump_threshold=0)
            options: dict[str, Any] = {"clock": clock, "instruments": [_Steps()]}
            anyio.run(main, backend="trio", backend_options=options)
        else:
            anyio.run(main, backend="asyncio", backend_options={"loop_factory": _SteppingLoop})


@contextmanager
def _alarm() -> Generator[None]:
    """Raise `Stuck` into a story that takes too long; only a process's main thread can be woken."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _wake)
    signal.alarm(_LONGEST_STORY)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _wake(number: int, frame: FrameType | None) -> None:
    raise Stuck


def strike(task: object) -> None:
    """Cancel a task by force: asyncio's own way, or on trio the nursery that it lives in."""
    if isinstance(task, asyncio.Task):
        task.cancel()
    elif isinstance(task, trio.lowlevel.Task) and task.parent_nursery is not None:
        task.parent_nursery.cancel_scope.cancel()


def has_begun(task: object) -> bool:
    """Whether a task has taken a step; before, a coroutine of asyncio's cannot be cancelled clean."""
    if isinstance(task, asyncio.Task):
        return inspect.getcoroutinestate(task.get_coro()) != inspect.CORO_CREATED  # type: ignore[arg-type]
    return True


def is_forcible(task: object) -> bool:
    """Whether `strike` reaches this task alone."""
    return isinstance(task, asyncio.Task)


def task_id(task: object) -> int:
    """What `anyio.get_current_task().id` is in that task."""
    return id(task)


def outlive() -> None:
    """The task that runs has caught what `strike` sent, and goes on."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # on trio there is nothing to take back
        return
    if task is not None:
        task.uncancel()
