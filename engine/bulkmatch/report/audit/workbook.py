"""The workbook for people: a summary with charts, then a sheet for each list, written as they come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bulkmatch.model.audit import AuditReport
from bulkmatch.report import xlsx_style as style
from bulkmatch.report.audit import sheets
from bulkmatch.report.audit.headline import headline, run_lines
from bulkmatch.report.audit.sheets import Cell, Column, Kind, Sheet
from bulkmatch.report.paper import Paper
from bulkmatch.report.xlsx_book import Book, Format, Page, fit_text, is_link
from bulkmatch.report.xlsx_open import complete, discard, open_book

T = TypeVar("T")
# Excel's limits, "Excel specifications and limits", support.microsoft.com, read 2026-11-20.
MOST_ROWS, MOST_LINKS = 1_048_576, 65_530
# Heights are held until the end, so that the rows that people read have one, and no others do.
WRAPPED_ROWS, _MOST_LINES, _LINE_HEIGHT = 5_000, 6, 15.0
_SANDBOX_TAB = "#B45309"
_SUMMARY_COUNTS = (
    ("Lifecycle of the parts", "lifecycles"),
    ("Health of the lines", "healths"),
    ("Findings by severity", "severities"),
    ("Changes", "events"),
    ("Risk by maker (parts)", "makers_at_risk"),
    ("How soon parts are due again", "tiers"),
)
_CHARTED = {"lifecycles": 0, "healths": 1, "severities": 2}


class WorkbookWriter:
    """Writes the workbook; memory does not grow with its rows."""

    def __init__(self, *, most_rows: int = MOST_ROWS, wrapped_rows: int = WRAPPED_ROWS) -> None:
        self._most_rows, self._wrapped_rows = most_rows, wrapped_rows

    def __repr__(self) -> str:
        return f"WorkbookWriter(most_rows={self._most_rows})"

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError."""
        head = report.head
        is_sandbox = head.context.source == "sandbox"
        title = "Lifecycle audit" + (" (sandbox data)" if is_sandbox else "")
        paper = Paper(place)
        room = TemporaryDirectory(prefix="bulkmatch-", ignore_cleanup_errors=True)
        book = open_book(paper, room=room.name, title=title, told=head.audit_id, at=head.started_at)
        try:
            _Filling(book, report, self._most_rows, self._wrapped_rows).fill()
            complete(book, paper, room)
        except BaseException:
            discard(book, paper, room)
            raise


class _Filling:
    """One workbook while it is written."""

    def __init__(self, book: Book, report: AuditReport, most_rows: int, wrapped: int) -> None:
        self._book, self._report = book, report
        self._most_rows, self._wrapped_rows = most_rows, wrapped
        self._looks = _looks(book)
        self._links = 0

    def fill(self) -> None:
        self._summary()
        self._sheet(sheets.FINDINGS)
        self._sheet(sheets.CHANGES)
        self._sheet(sheets.LINES)
        self._sheet(sheets.WHERE_USED)
        self._sheet(sheets.PARTS)
        self._sheet(sheets.REVIEW)
        self._run()

    def _page(self, name: str) -> Page:
        page = self._book.add_worksheet(name)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        if self._report.head.context.source == "sandbox":
            page.set_tab_color(_SANDBOX_TAB)
        self._links = 0
        return page

    def _sheet(self, sheet: Sheet[T]) -> None:
        """All rows; Excel's row limit makes a second sheet necessary."""
        page, row, number = self._started(sheet, sheet.name), 0, 1
        for one in sheet.rows(self._report):
            if row + 1 >= self._most_rows:
                _finish(page, row, sheet.columns)
                number += 1
                page, row = self._started(sheet, f"{sheet.name} {number}"), 0
            row += 1
            values = [column.read(one) for column in sheet.columns]
            is_wrapped = row <= self._wrapped_rows
            if is_wrapped:
                page.set_row(row, _LINE_HEIGHT * _lines(sheet.columns, values))
            for at, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
                plain = column.kind is Kind.WRAPPED and not is_wrapped
                self._write(page, row, at, Kind.TEXT if plain else column.kind, value)
        _finish(page, row, sheet.columns)

    def _started(self, sheet: Sheet[T], name: str) -> Page:
        page = self._page(name)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, column.name, self._looks["header"])
        return page

    def _write(self, page: Page, row: int, at: int, kind: Kind, value: Cell) -> None:
        match value:
            case None | "":
                return
            case datetime():
                instant = value.astimezone(UTC).replace(tzinfo=None)
                page.write_datetime(row, at, instant, self._looks["instant"])
            case int() | Decimal():
                page.write_number(row, at, float(value), self._looks["count"])
            case str() if kind is Kind.LINK and self._links < MOST_LINKS and is_link(value):
                self._links += 1
                page.write_url(row, at, value, self._looks["link"])
            case str():
                page.write_string(row, at, fit_text(value), self._look(kind, value))

    def _look(self, kind: Kind, text: str) -> Format:
        plain = "wrapped" if kind is Kind.WRAPPED else "text"
        return self._looks.get(f"{kind}: {text}", self._looks[plain])

    def _summary(self) -> None:
        head = self._report.head
        told, page = headline(head), self._page("Summary")
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 16)
        page.write_string(0, 0, "Lifecycle audit", self._looks["title"])
        self._across(page, 1, told.verdict, f"verdict {told.tone}")
        row = 3
        for tile in told.tiles:
            page.write_string(row, 0, tile.words, self._looks["label"])
            page.write_string(row, 1, tile.number, self._looks["number"])
            row += 1
        for note in told.notes:
            self._across(page, row, note, "note")
            row += 1
        for title, name in _SUMMARY_COUNTS:
            counts: Mapping[str, int] = getattr(head.counts, name)
            if counts:
                row = self._counts(page, row + 1, title, name, counts)

    def _across(self, page: Page, row: int, text: str, look: str) -> None:
        """A text that runs over both columns."""
        page.write_string(row, 0, fit_text(text), self._looks[look])
        page.write_string(row, 1, "", self._looks[look])

    def _counts(
        self, page: Page, row: int, title: str, name: str, counts: Mapping[str, int]
    ) -> int:
        """A block of counts, with a chart of it beside; the row after it."""
        page.write_string(row, 0, title, self._looks["section"])
        page.write_string(row, 1, "", self._looks["section"])
        first = row + 1
        for at, (words, count) in enumerate(counts.items(), start=first):
            page.write_string(at, 0, fit_text(words), self._looks["label"])
            page.write_number(at, 1, count, self._looks["number"])
        last = row + len(counts)
        if name in _CHARTED:
            self._chart(page, title, first, last, _CHARTED[name])
        return last + 1

    def _chart(self, page: Page, title: str, first: int, last: int, place: int) -> None:
        chart = self._book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "categories": ["Summary", first, 0, last, 0],
                "values": ["Summary", first, 1, last, 1],
                "fill": {"color": "#16869E"},
                "data_labels": {"value": True},
                "gap": 40,
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"major_gridlines": {"visible": False}, "min": 0, "visible": False})
        chart.set_size({"width": 460, "height": 250})
        page.insert_chart(3 + 13 * place, 3, chart)

    def _run(self) -> None:
        page = self._page("Run and budget")
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 84)
        row = 0
        for label, words in run_lines(self._report.head):
            page.write_string(row, 0, label, self._looks["label"])
            page.write_string(row, 1, fit_text(words), self._looks["wrapped"])
            row += 1
        for one in self._report.head.unlooked:
            words = f"{one.part_count:,} parts. {one.advice}".strip()
            page.write_string(
                row, 0, fit_text(f"not looked at: {one.reason}"), self._looks["label"]
            )
            page.write_string(row, 1, fit_text(words), self._looks["wrapped"])
            row += 1


def _lines(columns: tuple[Column[T], ...], values: Sequence[Cell]) -> int:
    """How many lines the longest wrapped text takes; no program computes that when it opens the book."""
    taken = [
        -(-len(value) // max(1, column.width - 4))
        for column, value in zip(columns, values, strict=True)
        if column.kind is Kind.WRAPPED and isinstance(value, str)
    ]
    return min(_MOST_LINES, max([1, *taken]))


def _finish(page: Page, rows: int, columns: tuple[Column[T], ...]) -> None:
    """Filters and widths, which need the last row."""
    page.autofilter(0, 0, rows, len(columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width)


def _looks(book: Book) -> dict[str, Format]:
    outcomes = style.OUTCOMES
    good, doubt, bad, aside = (
        outcomes["matched"], outcomes["needs review"], outcomes["failed"], outcomes["skipped"],
    )  # fmt: skip
    warn = style.LIFECYCLES["EOL"]
    looks: dict[str, style.Look] = {
        "header": style.HEADER, "text": style.TEXT, "wrapped": style.WRAPPED, "count": style.COUNT,
        "instant": style.INSTANT, "link": style.LINK, "title": style.TITLE,
        "section": style.SECTION, "label": style.LABEL, "number": style.NUMBER,
        "note": {**doubt, "indent": 0},
        "verdict bad": {**bad, "font_size": 14}, "verdict warn": {**warn, "font_size": 14},
        "verdict good": {**good, "font_size": 14, "bold": True},
        "severity: fatal": bad, "severity: error": bad, "severity: warning": warn,
        "severity: note": aside, "health: fine": good, "health: at risk": warn,
        "health: at end": bad, "health: unsure": doubt, "health: not checked": aside,
    }  # fmt: skip
    looks |= {f"lifecycle: {word}": look for word, look in style.LIFECYCLES.items()}
    return {name: book.add_format(dict(look)) for name, look in looks.items()}
