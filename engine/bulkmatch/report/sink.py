"""Opening an output: the format by extension, the file replaced in one step when it is complete."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.csv_sink import CsvSink
from bulkmatch.report.draft import draft_of, put_in_place, sweep
from bulkmatch.report.jsonl_sink import JsonlSink


class Sink(Protocol):
    """Takes outcomes in the order of the output's lines."""

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write one line; `facts` are those of the outcome's parts, in their order."""
        ...

    def close(self, summary: Summary | None = None) -> None:
        """Complete the file. Closing again does nothing."""
        ...


class _Writer(Sink, Protocol):
    def discard(self) -> None:
        """Let go of everything; the file is thrown away."""
        ...


_Open = Callable[[Path, tuple[str, ...], ReportContext], _Writer]


def _open_xlsx(path: Path, header: tuple[str, ...], context: ReportContext) -> _Writer:
    from bulkmatch.report.xlsx_sink import XlsxSink  # heavy, so imported where it is used

    original = context.original
    if original is not None and original.is_book:
        from bulkmatch.report.same_book import SameBook, can_keep

        if can_keep(original):
            return SameBook(path, header, context, original)
    return XlsxSink(path, header, context)


_OPENERS: dict[str, _Open] = {".csv": CsvSink, ".xlsx": _open_xlsx, ".jsonl": JsonlSink}
FORMATS = tuple(_OPENERS)


def check_target(path: Path) -> None:
    """Refuse an output that cannot be written, before anything is spent. Raises FeedError."""
    if path.suffix.lower() not in _OPENERS:
        raise FeedError(
            f"the extension {path.suffix or '(none)'} is not known; use .csv, .xlsx or .jsonl",
            file=path,
        )
    if path.is_dir():
        raise FeedError("is a folder; a file was wanted", file=path)
    if not path.parent.is_dir():
        raise FeedError(f"there is no folder {path.parent}; make it first", file=path)
    if not os.access(path.parent, os.W_OK):
        raise FeedError(f"the folder {path.parent} cannot be written to", file=path)


@contextmanager
def open_sink(path: Path, *, header: tuple[str, ...], context: ReportContext) -> Generator[Sink]:
    """A sink for `path`, its format by the extension: .csv, .xlsx or .jsonl.

    `header` names the columns of the rows' cells. The output is written to a hidden file beside
    `path` and takes its place when the block is left; when the block raises, nothing is left and
    what stood at `path` before stays. Leaving the block closes the sink: call `close(summary)` in it
    for a summary sheet. Raises FeedError.
    """
    check_target(path)
    target = path.resolve()
    draft = draft_of(target)
    try:
        with _translated(path):
            sweep(target)
            sink = _OPENERS[draft.suffix](draft, header, context)
        careful = _Careful(sink, path)
        try:
            yield careful
            careful.close()
        except BaseException:
            with suppress(OSError):  # what is thrown away need not be complete
                sink.discard()
            raise
        with _translated(path):
            put_in_place(draft, target)
    finally:
        draft.unlink(missing_ok=True)


class _Careful:
    """A sink whose errors name the output, closed once."""

    def __init__(self, sink: _Writer, path: Path) -> None:
        self._sink, self._path, self._closed = sink, path, False

    def __repr__(self) -> str:
        return f"Sink({str(self._path)!r}, closed={self._closed})"

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        with _translated(self._path):
            self._sink.write(outcome, facts)

    def close(self, summary: Summary | None = None) -> None:
        if self._closed:
            return
        self._closed = True
        with _translated(self._path):
            self._sink.close(summary)


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FeedError(f"cannot be written: {error.strerror or error}", file=path) from error
