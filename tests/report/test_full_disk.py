"""Outputs on a disk that is full, early or late: an error with a name, and nothing else changes."""

import gc
import os
import resource
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import FORMATS, ReportContext, Summary, open_sink

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE is POSIX"),
    pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),  # XlsxWriter's own
]
Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]
COUNT = 400


@contextmanager
def no_file_beyond(count: int) -> Generator[None]:
    """Let no file of this process grow beyond so many bytes: EFBIG, where a disk says ENOSPC."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def unlike(line: Line, n: int) -> Line:
    """The line with cells that do not compress."""
    outcome, facts = line
    cells = (*outcome.row.cells[:4], os.urandom(120).hex())
    return replace(outcome, row=replace(outcome.row, line=n, cells=cells)), facts


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for temporary files, to see what is left in it."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("room_for", [0, 1, 1_000, 9_000, 40_000, 80_000])
@pytest.mark.parametrize("extension", FORMATS)
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    room: Path,
    extension: str,
    room_for: int,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
    summary: Summary,
) -> None:
    path = tmp_path / f"out{extension}"
    path.write_text("last month")

    def write_all() -> None:
        with open_sink(path, header=header, context=context) as sink:
            for n in range(COUNT):
                sink.write(*unlike(lines[n % len(lines)], n))
            sink.close(summary)

    with no_file_beyond(room_for), pytest.raises(FeedError, match="cannot be written") as failed:
        write_all()
    gc.collect()
    assert failed.value.file == path
    assert "File too large" in str(failed.value)
    assert path.read_text() == "last month"
    assert sorted(found.name for found in tmp_path.iterdir()) == [path.name, "tmp"]
    assert list(room.iterdir()) == []
