"""A small catalog, and sandboxes over it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sandbox.api import FEED, Api, Clock

from bulkmatch.sandbox import SandboxSettings


@pytest.fixture
def clock() -> Clock:
    """The time that the sandbox believes it is."""
    return Clock()


@pytest.fixture
def open_api(clock: Clock) -> Callable[..., Api]:
    """A sandbox over the small catalog, with settings of the test's own."""

    def opened(**settings: object) -> Api:
        return Api(SandboxSettings(**{"catalogs": (FEED,), **settings}), clock)  # type: ignore[arg-type]

    return opened


@pytest.fixture
def api(open_api: Callable[..., Api]) -> Api:
    """A sandbox over the small catalog."""
    return open_api()


@pytest.fixture
def write_feed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a feed's text to a file."""

    def write(text: str, name: str = "some-seller__feed.csv") -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write
