"""Enriched CSV: in the delimiter, encoding and line ends of a lone CSV that was read.

Otherwise comma, CRLF, UTF-8 with a byte order mark: without the mark Excel reads UTF-8 as the local
code page and breaks every µ and Ω; everything else that reads CSV today skips it. Every cell that is
text is made harmless (core/formula).
"""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bulkmatch.core.formula import defuse
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report.columns import COLUMNS, Value, added_names, cells_of
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.original import form_of
from bulkmatch.report.told import tell


class CsvSink:
    """Writes lines as they come; holds none."""

    def __init__(self, path: Path, header: tuple[str, ...], context: ReportContext) -> None:
        self._header, self._context = header, context
        form = form_of(context.original)
        self._file = path.open("x", encoding=form.codec, newline="", errors="replace")
        self._file.write(form.start)
        self._writer = csv.writer(
            self._file, delimiter=form.delimiter, lineterminator=form.line_end
        )
        self._writer.writerow(map(defuse, header + added_names(header)))

    def __repr__(self) -> str:
        return f"CsvSink({self._file.name!r})"

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write one line."""
        told = tell(outcome, facts, self._context)
        added = [plain_text(column.read(told)) for column in COLUMNS]
        self._writer.writerow(map(defuse, [*cells_of(told.row, self._header), *added]))

    def close(self, summary: Summary | None = None) -> None:
        """Complete the file; a CSV has no place for a summary."""
        self._file.close()

    def discard(self) -> None:
        """Let go of the file."""
        self._file.close()


def plain_text(value: Value) -> str:
    """A value where cells have no types: instants as ISO 8601 in UTC, numbers without grouping."""
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case Decimal():
            return format(value, "f")
        case int() | float():
            return str(value)
