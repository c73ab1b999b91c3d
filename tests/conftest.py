"""What all tests share: both event loops, in virtual time unless a test waits for real things."""

import asyncio  # noqa: TID251 - the loop itself is under test here
import selectors
from pathlib import Path
from typing import Any

import pytest
from trio.testing import MockClock

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: where it would wait, the loop's time jumps ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """What is ready now; when nothing is, the time until the next timer has passed."""
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("deadlock: every task waits and no timer is set")
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop whose sleeps take no time. Not for threads, sockets or processes."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now


REAL = [
    pytest.param(("asyncio", {}), id="asyncio-real"),
    pytest.param(("trio", {}), id="trio-real"),
]
VIRTUAL = [
    pytest.param(("asyncio", {"loop_factory": VirtualLoop}), id="asyncio"),
    pytest.param("trio", id="trio"),
]


@pytest.fixture(params=VIRTUAL)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Every async test runs on asyncio and on trio, in virtual time.

    A test that needs threads, sockets or processes says
    `@pytest.mark.parametrize("anyio_backend", REAL)`.
    """
    if request.param == "trio":
        return "trio", {"clock": MockClock(autojump_threshold=0)}
    return request.param
