"""Enriched XLSX: the input's columns and ours, in colour, with filters; a summary sheet at the end.

Rows are flushed as they come (constant memory), so a line is never touched again once the next one
begins. Excel's own limits (rows, links, characters) are kept here, because the library would drop
what passes them with no more than a return code.
"""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from bulkmatch.core.choices import OFFERED, WANTED
from bulkmatch.errors import FeedError
from bulkmatch.feeds.cells import read_quantity
from bulkmatch.feeds.names import is_quantity_name
from bulkmatch.model.outcome import Outcome, outcome_name
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import xlsx_style as style
from bulkmatch.report.columns import (
    COLUMNS,
    NOT_IN_PLAN,
    Column,
    Kind,
    Value,
    added_names,
    cells_of,
)
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.csv_sink import plain_text
from bulkmatch.report.paper import Paper
from bulkmatch.report.summary_sheet import write_summary
from bulkmatch.report.told import Told, tell
from bulkmatch.report.xlsx_book import Book, Format, Page, fit_text, is_link
from bulkmatch.report.xlsx_open import complete, discard, open_book

# Excel's limits, "Excel specifications and limits", support.microsoft.com, read 2026-11-20.
MOST_ROWS, MOST_COLUMNS, MOST_LINKS = 1_048_576, 16_384, 65_530
_NARROWEST, _WIDEST = 6, 48
_MEASURED_LINES = 500
_HEADER_HEIGHT = 34.0  # points: two lines
_LONGEST_NUMBER = 9
# What is not in the list may be typed all the same: an alternate's candidate, or a part's number.
_OFFER = {
    "validate": "list",
    "source": list(OFFERED),
    "error_type": "information",
    "error_title": "Decision",
    "error_message": f"Understood are: {WANTED}.",
    "input_title": "Decision",
    "input_message": "What to do with this line: see Match: choices. "
    "Read back by: bulkmatch enrich BOM --decisions THIS FILE",
}


class XlsxSink:
    """Writes lines as they come; holds the current one, and counts for the summary."""

    def __init__(
        self,
        path: Path,
        header: tuple[str, ...],
        context: ReportContext,
        *,
        most_rows: int = MOST_ROWS,
        most_links: int = MOST_LINKS,
    ) -> None:
        if len(header) + len(COLUMNS) > MOST_COLUMNS:
            raise FeedError(
                f"a sheet holds {MOST_COLUMNS:,} columns; use .csv or .jsonl", file=path
            )
        self._path, self._header, self._context = path, header, context
        self._names = added_names(header)
        self._paper = Paper(path)  # fails now rather than after the run
        self._room = TemporaryDirectory(prefix="bulkmatch-", ignore_cleanup_errors=True)
        self._book: Book = _open_book(self._paper, context, self._room.name)
        self._formats = _formats(self._book)
        self._widths = [_clamped(len(name)) for name in header]
        self._numbers = frozenset(at for at, name in enumerate(header) if is_quantity_name(name))
        self._pages: list[Page] = []
        self._most_rows, self._most_links = most_rows, most_links
        self._row = self._links = 0
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._lifecycles: Counter[str] = Counter()
        self._not_entitled: Counter[str] = Counter()
        try:
            self._page = self._next_page()
        except BaseException:
            self.discard()
            raise

    def __repr__(self) -> str:
        return f"XlsxSink({str(self._path)!r}, lines={self._outcomes.total()})"

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write one line."""
        told = tell(outcome, facts, self._context)
        self._count(told)
        if self._row + 1 >= self._most_rows:
            self._finish_page()
            self._page = self._next_page()
        self._row += 1
        for at, cell in enumerate(cells_of(told.row, self._header)):
            self._write_input(at, cell)
        for at, column in enumerate(COLUMNS, start=len(self._header)):
            self._write_added(at, column, column.read(told))

    def close(self, summary: Summary | None = None) -> None:
        """Write the summary sheet and complete the file."""
        self._finish_page()
        write_summary(
            self._book.add_worksheet("Summary"),
            self._book,
            context=self._context,
            summary=summary,
            outcomes=self._outcomes,
            lifecycles=self._lifecycles,
            not_entitled=self._not_entitled,
        )
        complete(self._book, self._paper, self._room)

    def discard(self) -> None:
        """Let go of the book and its temporary files."""
        discard(self._book, self._paper, self._room)

    def _count(self, told: Told) -> None:
        kind = getattr(told.outcome, "kind", None) or getattr(told.outcome, "reason", "")
        named = str(kind) if outcome_name(told.outcome) != "missed" else ""
        self._outcomes[outcome_name(told.outcome), named] += 1
        if told.lifecycle:
            self._lifecycles[str(told.lifecycle)] += 1
        if told.facts:
            self._not_entitled.update(told.facts.not_entitled)

    def _next_page(self) -> Page:
        """A new sheet with its header; Excel's row limit makes a second one necessary."""
        page = self._book.add_worksheet(f"BOM {len(self._pages) + 1}" if self._pages else "BOM")
        self._pages.append(page)
        self._row = self._links = 0
        page.freeze_panes(1, 0)
        page.set_row(0, _HEADER_HEIGHT)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for at, name in enumerate(self._header):
            page.write_string(0, at, fit_text(name), self._formats["header"])
        for at, name in enumerate(self._names, start=len(self._header)):
            page.write_string(0, at, fit_text(name), self._formats["added header"])
        if self._context.is_sandbox:
            page.set_tab_color("#B45309")
        return page

    def _finish_page(self) -> None:
        """Filters and widths, which are known at the end only."""
        last = len(self._header) + len(COLUMNS) - 1
        self._page.autofilter(0, 0, self._row, last)
        self._page.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
        for at, width in enumerate(self._widths):
            self._page.set_column(at, at, width + 3)
        for at, column in enumerate(COLUMNS, start=len(self._header)):
            look = self._formats["input"] if column.kind is Kind.INPUT else None
            self._page.set_column(at, at, column.width, look)
            if column.kind is Kind.INPUT and self._row:
                self._page.data_validation(1, at, self._row, at, _OFFER)

    def _write_input(self, at: int, cell: str) -> None:
        """An input cell as text, but a plain count in a quantity column as a number to add up."""
        if not cell:
            return
        if self._row <= _MEASURED_LINES:
            self._widths[at] = max(self._widths[at], _clamped(len(cell)))
        if at in self._numbers and cell.isdecimal() and len(cell) <= _LONGEST_NUMBER:
            count = read_quantity(cell)
            if count is not None and str(count) == cell:
                self._page.write_number(self._row, at, int(count), self._formats["quantity"])
                return
        self._page.write_string(self._row, at, fit_text(cell), self._formats["text"])

    def _write_added(self, at: int, column: Column, value: Value) -> None:
        match value:
            case None:
                return
            case str():
                self._write_text(at, column.kind, value)
            case datetime():
                instant = value.astimezone(UTC).replace(tzinfo=None)
                self._page.write_datetime(self._row, at, instant, self._formats["instant"])
            case Decimal() | int() | float():
                shape = self._formats.get(str(column.kind), self._formats["count"])
                self._page.write_number(self._row, at, float(value), shape)

    def _write_text(self, at: int, kind: Kind, text: str) -> None:
        if kind is Kind.LINK and self._links < self._most_links and is_link(text):
            self._links += 1
            self._page.write_url(self._row, at, text, self._formats["link"])
            return
        self._page.write_string(self._row, at, fit_text(text), self._look(kind, text))

    def _look(self, kind: Kind, text: str) -> Format:
        match kind:
            case Kind.OUTCOME | Kind.LIFECYCLE:
                return self._formats.get(f"{kind}: {text}", self._formats["text"])
            case Kind.SOURCE if text.startswith("sandbox"):
                return self._formats["sandbox"]
            case _ if text == NOT_IN_PLAN:
                return self._formats[f"{Kind.LIFECYCLE}: {NOT_IN_PLAN}"]
            case _:
                return self._formats["text"]


def _open_book(paper: Paper, context: ReportContext, room: str) -> Book:
    return open_book(
        paper,
        room=room,
        title="Enriched BOM" + (" (sandbox data)" if context.is_sandbox else ""),
        told=plain_text(context.started_at),
        at=context.started_at,
    )


def _formats(book: Book) -> dict[str, Format]:
    looks = {
        "header": style.HEADER,
        "added header": style.ADDED_HEADER,
        "text": style.TEXT,
        "quantity": style.QUANTITY,
        "count": style.COUNT,
        "price": style.PRICE,
        "instant": style.INSTANT,
        "hours": style.HOURS,
        "link": style.LINK,
        "sandbox": style.SANDBOX,
        "input": style.INPUT,
    }
    looks |= {f"{Kind.OUTCOME}: {name}": look for name, look in style.OUTCOMES.items()}
    looks |= {f"{Kind.LIFECYCLE}: {name}": look for name, look in style.LIFECYCLES.items()}
    return {name: book.add_format(dict(look)) for name, look in looks.items()}


def _clamped(width: int) -> int:
    return max(_NARROWEST, min(_WIDEST, width))
