"""Workbooks (XLSX, XLS) to records. The library holds the sheet; we hold one row of it.

A sheet is laid out as one block of at most 25 million cells, about 800 MB (feeds/bounds): a
million rows of 25 columns. What is larger is refused; as text it can have any size.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bulkmatch.datafeed.finding import Flaw
from bulkmatch.datafeed.record import Record
from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_archive
from bulkmatch.feeds.workbook import ZIP_MAGIC, cell_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_Value = int | float | str | bool | time | date | datetime | timedelta


def read_sheet(path: Path) -> Iterator[Record]:
    """The rows of the first visible sheet, from row 1. Raises FeedError."""
    with path.open("rb") as raw:
        if raw.read(len(ZIP_MAGIC)) == ZIP_MAGIC:
            check_archive(path)
    with _translated(path):
        sheet, others = _first_sheet(path)
    told: tuple[Flaw, ...] = ()
    if others:
        advice = f"keep one sheet; only {sheet.name!r} is looked at"
        told = (Flaw("several-sheets", advice),)
    first_column = sheet.start[1] if sheet.start else 0
    for row, values in enumerate(sheet.iter_rows(), start=1):
        cells = ("",) * first_column + tuple(map(_text, values))
        yield Record(row, row, cells, told if row == 1 else ())


def _first_sheet(path: Path) -> "tuple[CalamineSheet, Sequence[str]]":
    """The first sheet that is shown, and the names of the others. Heavy, so imported here."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not names:
        raise FeedError("has no visible sheet", file=path)
    return book.get_sheet_by_name(names[0]), names[1:]


@contextmanager
def _translated(path: Path) -> Generator[None]:
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise FeedError(
            f"is not a readable workbook: {error}; save it again as XLSX, or as CSV", file=path
        ) from error


def _text(value: _Value) -> str:
    """A cell as text; a day without a time is YYYY-MM-DD."""
    if isinstance(value, datetime) and not any((value.hour, value.minute, value.second)):
        return value.date().isoformat()
    return cell_text(value)
