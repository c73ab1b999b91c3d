"""Where feeds are made for tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def feed(tmp_path: Path) -> Write:
    """Writes a feed of the given text (in an encoding) or bytes, and says where it is."""

    def write(content: str | bytes, name: str = "feed.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
