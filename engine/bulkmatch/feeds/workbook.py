"""Workbooks (XLSX, XLSM, XLS, ODS) to sheets of text cells, as a person sees them as far as possible."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_archive, check_extent
from bulkmatch.feeds.compound import check_compound
from bulkmatch.feeds.grid import Content, Grid

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# What the library raises where a damaged file leads it astray; it has no name that can be imported.
_PANIC = "PanicException"

_Value = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, raw: bytes) -> Content:
    """The workbook's sheets in its order. Raises FeedError."""
    grids = _grids(path, raw)
    return Content(_container(raw), grids, sheets=tuple(grid.name for grid in grids))


def _container(raw: bytes) -> str:
    """What the workbook is by its content: xlsx, xlsm, ods or xls."""
    if not raw.startswith(ZIP_MAGIC):
        return "xls"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
    if "xl/vbaProject.bin" in names:
        return "xlsm"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "ods"


def _grids(path: Path, raw: bytes) -> tuple[Grid, ...]:
    if raw.startswith(ZIP_MAGIC):
        check_archive(path)
    else:
        check_compound(path, raw)
    # Heavy, so imported where it is used; from memory, it goes by content and not by extension.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return tuple(
            Grid(
                name=sheet.name,
                hidden=sheet.visible != SheetVisibleEnum.Visible,
                records=_records(
                    path, workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                ),
            )
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        )
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> FeedError:
    return FeedError(
        f"is not a readable workbook: {error}. Is it protected by a password? "
        "Save it again as XLSX, or as CSV",
        file=path,
    )


def _records(path: Path, rows: Iterable[Iterable[_Value]]) -> list[list[str]]:
    records: list[list[str]] = []
    for row in rows:
        records.append([cell_text(value) for value in row])
        check_extent(path, rows=len(records), columns=len(records[-1]))
    return records


def cell_text(value: _Value) -> str:
    """A cell as text: 1234567.0 is `1234567`, and no number is ever written as 1.23E+12."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)


def _number(value: float) -> str:
    """The shortest digits that mean this number: what a cell wide enough shows."""
    plain = format(Decimal(repr(value)), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
