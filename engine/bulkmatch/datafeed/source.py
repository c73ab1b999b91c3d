"""Opens a feed of any form: its header, wherever that stands, and the records below it."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from bulkmatch.datafeed import delimited
from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.form import Form, form_of
from bulkmatch.datafeed.layout import Layout, is_header
from bulkmatch.datafeed.record import Record
from bulkmatch.errors import FeedError

_MARK = "\ufeff"
_MOST_ABOVE = 50  # rows that are looked through for a header
_OLE_MAGIC, _ZIP_MAGIC, _PARQUET_MAGIC = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True, slots=True)
class Feed:
    """An open feed. `records` are those below the header; they can be read once.

    `header` is None when no row looks like one; then there are no records. `flaws` are those of
    the file as a whole. `progress` gives the share that is read, 0 to 1, None when nobody knows.
    """

    path: Path
    form: Form
    header: Record | None
    layout: Layout
    flaws: tuple[Flaw, ...]
    records: Iterator[Record]
    progress: Callable[[], float | None]


@contextmanager
def open_feed(path: Path) -> Generator[Feed]:
    """A feed whose file is open until the block ends. Raises FeedError when it cannot be read."""
    with ExitStack() as stack:
        with _translated(path):
            feed = _opened(path, stack)
        yield feed


def _opened(path: Path, stack: ExitStack) -> Feed:
    form = _content_form(path)
    flaws: list[Flaw] = []
    progress: Callable[[], float | None] = _unknown
    if form.delimiter is not None:
        records, progress = _text_records(path, form.delimiter, stack, flaws)
    elif form is Form.PARQUET:
        from bulkmatch.datafeed.parquet import read_parquet

        records = read_parquet(path)
    else:
        from bulkmatch.datafeed.sheets import read_sheet

        records = read_sheet(path)
    records = _guarded(path, records)
    above = list(islice(records, _MOST_ABOVE))
    at = next((at for at, record in enumerate(above) if is_header(record.cells)), None)
    if at is None:
        return Feed(path, form, None, Layout.of(()), tuple(flaws), iter(()), progress)
    flaws += [flaw for record in above[: at + 1] for flaw in record.flaws]
    header, below = above[at], chain(above[at + 1 :], records)
    if form.delimiter is None:
        header = replace(header, cells=_without_tail(header.cells))
        fitted = (_fitted(record, len(header.cells)) for record in below)
        return Feed(path, form, header, Layout.of(header.cells), tuple(flaws), fitted, progress)
    return Feed(path, form, header, Layout.of(header.cells), tuple(flaws), below, progress)


@contextmanager
def _translated(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror or error}", file=path) from error
    except UnicodeError as error:
        raise FeedError(f"is not readable as text: {error}", file=path) from error


def _guarded(path: Path, records: Iterator[Record]) -> Iterator[Record]:
    with _translated(path):
        yield from records


def _without_tail(cells: tuple[str, ...]) -> tuple[str, ...]:
    """`cells` up to the last filled one."""
    width = next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)
    return cells[:width]


def _fitted(record: Record, width: int) -> Record:
    """A workbook's row as wide as the header, unless something stands beside the table."""
    cells = record.cells
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    return replace(record, cells=cells + ("",) * (width - len(cells)))


def _content_form(path: Path) -> Form:
    """The form by the file's name, or by its content where the two disagree on workbooks."""
    form = form_of(path)
    with path.open("rb") as raw:
        start = raw.read(8)
    if not start:
        raise FeedError("is empty; a header row was wanted", file=path)
    found = next((form for magic, form in _FORMS.items() if start.startswith(magic)), None)
    if found is None and form.delimiter is None:
        raise FeedError(f"is no {form.upper()} file, whatever its name says", file=path)
    if found is not None and form.delimiter is not None:
        raise FeedError(f"is {_NAMES[found]}, whatever its name says; rename it", file=path)
    return found or form


_FORMS = {_OLE_MAGIC: Form.XLS, _ZIP_MAGIC: Form.XLSX, _PARQUET_MAGIC: Form.PARQUET}
_NAMES = {Form.XLS: "an XLS workbook", Form.XLSX: "a workbook", Form.PARQUET: "a Parquet file"}


def _text_records(
    path: Path, delimiter: str, stack: ExitStack, flaws: list[Flaw]
) -> tuple[Iterator[Record], Callable[[], float | None]]:
    start = "".join(delimited.first_lines(path, 1))
    found = delimited.delimiter_of(start, delimiter)
    if found != delimiter:
        advice = "separate fields by a comma and name the file .csv, or by a tab and name it .tsv"
        flaws.append(Flaw("delimiter", f"the header is separated by {found!r}: {advice}"))
    stream = stack.enter_context(delimited.open_text(path))
    if stream.read(1) == _MARK:
        flaws.append(Flaw("byte-order-mark", "save the file as UTF-8 without a byte order mark"))
    else:
        stream.seek(0)
    size = max(1, path.stat().st_size)

    def progress() -> float | None:
        return None if stream.closed else min(1.0, _position(stream) / size)

    return delimited.read_records(path, stream, found), progress


def _position(stream: TextIOWrapper) -> int:
    """How many bytes have been taken from the file; the text's own position is costly to tell."""
    return os.lseek(stream.fileno(), 0, os.SEEK_CUR)


def _unknown() -> float | None:
    return None
