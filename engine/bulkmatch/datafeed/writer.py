"""Writes feeds: delimited text as in RFC 4180, XLSX with text cells, Parquet with text columns.

Every cell is written as text, so that what is read again is what was written: a part number stays
one. Memory does not grow with the rows. What is written takes its place only when it is complete.
"""

import csv
import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from bulkmatch.datafeed.form import Form, form_of
from bulkmatch.errors import FeedError

# Excel's limits, "Excel specifications and limits", support.microsoft.com, read 2026-11-20.
MOST_ROWS, MOST_COLUMNS, MOST_CHARS = 1_048_576, 16_384, 32_767


class FeedWriter(Protocol):
    """Takes rows as wide as the header it was opened with."""

    def write(self, cells: Sequence[str]) -> None:
        """Write one row."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...


@contextmanager
def open_writer(path: Path, headers: Sequence[str]) -> Generator[FeedWriter]:
    """A writer of the form that the file's name says; the file appears when the block ends well.

    Raises FeedError for a name that says none, and for what the form cannot hold.
    """
    form = form_of(path)
    try:
        with _unfinished(path) as place:
            writer = _opened(form, place, path, headers)
            try:
                yield writer
            except BaseException:
                with suppress(OSError, FeedError):
                    writer.close()
                raise
            writer.close()
    except OSError as error:
        raise FeedError(f"cannot be written: {error.strerror or error}", file=path) from error
    except UnicodeEncodeError as error:
        raise FeedError(f"cannot be written as UTF-8: {error.reason}", file=path) from error


def _opened(form: Form, place: Path, path: Path, headers: Sequence[str]) -> FeedWriter:
    match form:
        case Form.CSV | Form.TSV:
            return _TextWriter(place, headers, delimiter=form.delimiter or ",")
        case Form.XLSX:
            return _SheetWriter(place, path, headers)
        case Form.PARQUET:
            from bulkmatch.datafeed.parquet import ParquetWriter

            return ParquetWriter(place, headers)
        case Form.XLS:
            raise FeedError("XLS is read and not written; name it .xlsx", file=path)


@contextmanager
def _unfinished(path: Path) -> Generator[Path]:
    """A file beside `path` that takes its place at the end, and is gone when something fails."""
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    place = Path(name)
    try:
        yield place
        place.chmod(0o666 & ~_umask())
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


def _umask() -> int:
    """The process's mask, which can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


class _TextWriter:
    """Comma or tab, CRLF, UTF-8 without a mark."""

    def __init__(self, place: Path, headers: Sequence[str], *, delimiter: str) -> None:
        self._file = place.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)
        self.write(headers)

    def __repr__(self) -> str:
        return f"_TextWriter({self._file.name!r})"

    def write(self, cells: Sequence[str]) -> None:
        """Write one row."""
        self._writer.writerow(cells)

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


class _SheetWriter:
    """One sheet; rows are flushed as they come."""

    def __init__(self, place: Path, path: Path, headers: Sequence[str]) -> None:
        from bulkmatch.datafeed.workbook import new_book

        if len(headers) > MOST_COLUMNS:
            raise FeedError(f"a sheet holds {MOST_COLUMNS:,} columns; write .csv", file=path)
        self._path, self._row = path, 0
        self._book, self._page = new_book(place)
        self.write(headers)

    def __repr__(self) -> str:
        return f"_SheetWriter({str(self._path)!r}, rows={self._row})"

    def write(self, cells: Sequence[str]) -> None:
        """Write one row. Raises FeedError for what Excel cannot hold."""
        if self._row >= MOST_ROWS:
            raise FeedError(f"a sheet holds {MOST_ROWS:,} rows; write .csv", file=self._path)
        for at, cell in enumerate(cells):
            if len(cell) > MOST_CHARS:
                message = f"a cell holds {MOST_CHARS:,} characters; write .csv"
                raise FeedError(message, file=self._path, line=self._row + 1)
            if cell:
                self._page.write_string(self._row, at, cell)
        self._row += 1

    def close(self) -> None:
        """Complete the file."""
        self._book.close()
