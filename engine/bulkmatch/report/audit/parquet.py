"""One list of an audit as a Parquet table, by the name: `x.parts.parquet`, `.events.`, `.lines.`.

Any other name has the findings. Every column is text, as in all Parquet files of this package. Needs pyarrow.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bulkmatch.datafeed.parquet import ParquetWriter as Table
from bulkmatch.model.audit import AuditReport
from bulkmatch.report.audit import sheets
from bulkmatch.report.audit.sheets import Cell, Sheet
from bulkmatch.report.csv_sink import plain_text

_SHEETS: dict[str, Sheet[Any]] = {
    "findings": sheets.FINDINGS,
    "events": sheets.CHANGES,
    "lines": sheets.LINES,
    "uses": sheets.WHERE_USED,
    "parts": sheets.PARTS,
}


class ParquetWriter:
    """Writes the table that `name` means; memory holds a batch of rows."""

    def __init__(self, name: str) -> None:
        parts = name.lower().split(".")
        self._list = parts[-2] if len(parts) > 2 and parts[-2] in _SHEETS else "findings"

    def __repr__(self) -> str:
        return f"ParquetWriter({self._list!r})"

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError, and FeedError without pyarrow."""
        sheet = _SHEETS[self._list]
        table = Table(place, [_column(column.name) for column in sheet.columns])
        for one in sheet.rows(report):
            table.write(_cells([column.read(one) for column in sheet.columns]))
        table.close()


def _column(name: str) -> str:
    """A header as a name of a column: lower case, no blanks."""
    plain = name.lower().replace("(utc)", "").replace("(", "").replace(")", "").replace("'", "")
    return plain.strip().replace(" ", "_")


def _cells(values: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(map(_text, values))


def _text(value: Cell) -> str:
    match value:
        case None:
            return ""
        case datetime() | Decimal() | int():
            return plain_text(value)
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
