"""Workbooks (XLSX, XLSM, XLS, ODS) to sheets of text cells, as a person sees them as far as possible."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.bounds import check_archive, check_extent

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_Value = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's rows from row 1 on; `hidden` sheets are not shown to a person."""

    name: str
    hidden: bool
    records: list[list[str]]


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """The sheets in the workbook's order. Raises FeedError."""
    raw = path.read_bytes()
    if raw.startswith(ZIP_MAGIC):
        check_archive(path)
    # Heavy, so imported where it is used; from memory, it goes by content and not by extension.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return tuple(
            Sheet(
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
        raise FeedError(
            f"is not a readable workbook: {error}. Is it protected by a password? "
            "Save it again as XLSX, or as CSV",
            file=path,
        ) from error


def _records(path: Path, rows: Iterable[Iterable[_Value]]) -> list[list[str]]:
    records: list[list[str]] = []
    for row in rows:
        records.append([_text(value) for value in row])
        check_extent(path, rows=len(records), columns=len(records[-1]))
    return records


def _text(value: _Value) -> str:
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
