"""From a file to its BOM tables. The file's content decides how it is read, not its extension."""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_size
from bulkmatch.feeds.header import find_columns, is_header
from bulkmatch.feeds.lines import padded_header, read_rows
from bulkmatch.feeds.text import read_text
from bulkmatch.feeds.workbook import OLE_MAGIC, ZIP_MAGIC, Sheet, read_workbook
from bulkmatch.model.row import Table

Record = Sequence[str]

_FOREIGN = {
    b"%PDF": "a PDF",
    b"<?xml": "XML",
    b"\xef\xbb\xbf<?xml": "XML",
    b"<!DOCTYPE": "HTML",
    b"<html": "HTML",
    b"\x1f\x8b": "packed with gzip",
}
# Sheets that tell a BOM's history name parts too, but order none.
_LOG_NAME = re.compile(r"change|revision|history|\blog\b|änderung|historie", re.IGNORECASE)
_SHOWN_ROWS, _SHOWN_CELLS, _SHOWN_CHARS = 3, 10, 30


def read_tables(path: Path) -> tuple[Table, ...]:
    """All BOM tables of a file, in its order; at least one.

    Reads delimited text and workbooks (XLSX, XLSM, XLS, ODS). A header row begins a table, wherever
    it stands and as often as it comes. Hidden sheets, and sheets named as a log of changes, are read
    only when no other sheet holds a table. Raises FeedError.
    """
    check_size(path)
    sheets = _sheets(path)
    shown = [sheet for sheet in sheets if not (sheet.hidden or _LOG_NAME.search(sheet.name))]
    for chosen in (shown, sheets):
        tables = [table for sheet in chosen for table in _tables(path, sheet)]
        filled = [table for table in tables if table.rows]
        if tables:
            return tuple(filled or tables[:1])
    raise FeedError(_nothing_found(sheets), file=path)


def _sheets(path: Path) -> Sequence[Sheet]:
    try:
        with path.open("rb") as file:
            start = file.read(16)
        if start.startswith((ZIP_MAGIC, OLE_MAGIC)):
            return read_workbook(path)
        foreign = next((what for magic, what in _FOREIGN.items() if start.startswith(magic)), None)
        if foreign:
            raise FeedError(
                f"is {foreign}; delimited text (CSV) or a workbook (XLSX, XLS, ODS) was wanted. "
                "Export the BOM as one of these",
                file=path,
            )
        return (Sheet(name="", hidden=False, records=read_text(path)),)
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror or error}", file=path) from error


def _tables(path: Path, sheet: Sheet) -> list[Table]:
    """The sheet's tables; by ambiguous column names only when no plain ones are there."""
    for guess in (False, True):
        starts = [at for at, record in enumerate(sheet.records) if is_header(record, guess=guess)]
        spans = pairwise([*starts, len(sheet.records)])
        found = [_table(path, sheet, *span) for span in spans]
        tables = [table for table in found if table]
        if tables:
            return tables
    return []


def _table(path: Path, sheet: Sheet, start: int, end: int) -> Table | None:
    """The table whose header is record `start`, up to record `end`, both counted from 0."""
    header = sheet.records[start]
    below = sheet.records[start + 1 : end]
    columns = find_columns(header, below)
    if columns is None:
        return None
    rows = read_rows(path, header, columns, list(enumerate(below, start + 2)))
    return Table(
        file=path,
        header=padded_header(header, rows),
        header_line=start + 1,
        columns=columns,
        rows=rows,
        sheet=sheet.name or None,
    )


def _nothing_found(sheets: Sequence[Sheet]) -> str:
    filled = (record for sheet in sheets for record in sheet.records if any(record))
    shown = [_shown(record) for record in islice(filled, _SHOWN_ROWS)]
    seen = "; ".join(shown) if shown else "no filled cells"
    return (
        "no column of part numbers was found. Wanted is a header row with a name such as MPN or "
        f"Manufacturer Part Number; the first rows here are {seen}. Name the column of maker's part "
        "numbers MPN and try again"
    )


def _shown(record: Record) -> str:
    cells = [cell.strip()[:_SHOWN_CHARS] for cell in record if cell.strip()]
    more = ", ..." if len(cells) > _SHOWN_CELLS else ""
    return "[" + ", ".join(cells[:_SHOWN_CELLS]) + more + "]"
