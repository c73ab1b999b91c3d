"""Both homes of the store: memory in virtual time, a file on real loops (it needs threads)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import VirtualLoop
from trio.testing import MockClock

from bulkmatch.store import Store, open_store

HOMES = [
    ("memory", "asyncio"),
    ("memory", "trio"),
    ("file", "asyncio"),
    ("file", "trio"),
]


@pytest.fixture(params=HOMES, ids="-".join)
def home(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Where the store lives, and on which loop."""
    told: tuple[str, str] = request.param
    return told


@pytest.fixture
def anyio_backend(home: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    """The loop that goes with the home."""
    place, loop = home
    if place == "file":
        return loop, {}
    if loop == "trio":
        return "trio", {"clock": MockClock(autojump_threshold=0)}
    return "asyncio", {"loop_factory": VirtualLoop}


@pytest.fixture
def path(home: tuple[str, str], tmp_path: Path) -> Path | None:
    """The store's file, None in memory."""
    return None if home[0] == "memory" else tmp_path / "store.db"


@pytest.fixture
def store(path: Path | None) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(path)
    yield opened
    opened.close()
