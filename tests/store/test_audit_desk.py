"""The desk of an audit: libraries that are kept, readings that were cut off, what the store's key is."""

import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bulkmatch.model.library_line import AskedLine, AskedPart
from bulkmatch.store import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk in an empty store."""
    with closing(open_desk(tmp_path / "store.sqlite", scope="here")) as opened:
        yield opened


@pytest.fixture
def anyio_backend() -> str:
    """Nothing here awaits."""
    return "asyncio"


def line(number: int, *names: str) -> AskedLine:
    asked = tuple(AskedPart(f"{name.lower()}\x1facme", name, "Acme") for name in names)
    return AskedLine(number, None, names[0] if names else "", f"U{number}", "1", asked=asked)


def test_a_library_that_was_read_is_known_by_its_digest(desk: Desk) -> None:
    assert not desk.add_library("a.csv", "digest", None)
    assert desk.add_library("a.csv", "digest", [line(1, "A", "B"), line(2, "A")])
    assert desk.add_library("b.csv", "digest", None)
    assert desk.gather() == 2


def test_a_reading_that_was_cut_off_is_begun_anew(desk: Desk) -> None:
    def torn() -> Iterator[AskedLine]:
        yield from (line(number, f"P{number}") for number in range(2_500))
        raise OSError("the disk went away")

    with pytest.raises(Exception, match="went away"):
        desk.add_library("a.csv", "digest", torn())
    assert not desk.add_library("a.csv", "digest", None)
    assert desk.add_library("a.csv", "digest", [line(1, "A")])
    assert desk.gather() == 1


def test_the_key_is_made_once_and_only_the_owner_can_read_it(desk: Desk, tmp_path: Path) -> None:
    key = desk.sealer().key
    assert (len(key), desk.sealer().key) == (32, key)
    with closing(open_desk(tmp_path / "store.sqlite", scope="elsewhere")) as other:
        assert other.sealer().key == key
    with closing(open_desk(tmp_path / "another.sqlite", scope="here")) as foreign:
        assert foreign.sealer().key != key
    assert stat.S_IMODE((tmp_path / "store.sqlite").stat().st_mode) == 0o600


def test_working_tables_go_with_the_desk(desk: Desk, tmp_path: Path) -> None:
    desk.add_library("a.csv", "digest", [line(1, "A")])
    with closing(open_desk(tmp_path / "store.sqlite", scope="here")) as other:
        assert other.gather() == 0
        assert other.add_library("a.csv", "digest", None)
        assert other.gather() == 1
    assert repr(desk).startswith("Desk(")
