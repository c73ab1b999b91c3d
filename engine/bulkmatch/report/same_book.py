"""Enriched XLSX of an XLSX: the same workbook, our columns added beside its lines.

Sheets, styles, widths and formulas stay; what the library cannot carry is told beforehand
(`note_on`). The whole workbook is in memory until it is saved.
"""

import zipfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkmatch.core.choices import OFFERED, WANTED
from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import Outcome, outcome_name
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import xlsx_style as style
from bulkmatch.report.columns import COLUMNS, Column, Kind, Value, added_names
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.original import Original
from bulkmatch.report.summary_sheet import sections
from bulkmatch.report.told import tell
from bulkmatch.report.xlsx_book import fit_text, is_link

MOST_BYTES = 30_000_000  # of the packed file; in memory it is some 50 times as much
_SUMMARY = "bulkmatch"
# What the library drops when it saves, by where it lies in the archive.
_LOST = {
    "xl/vbaProject.bin": "macros",
    "xl/media/": "pictures",
    "xl/drawings/drawing": "drawings",
    "xl/slicers/": "slicers",
    "xl/threadedComments/": "threaded comments",
    "xl/ctrlProps/": "form controls",
}
_LOOK = "_style"  # the whole look of a cell; public attributes are views of its parts
_FORMATS = {Kind.COUNT: "#,##0", Kind.PRICE: "#,##0.00####", Kind.INSTANT: "yyyy-mm-dd hh:mm",
            Kind.HOURS: "0.0"}  # fmt: skip


def note_on(original: Original) -> str | None:
    """What a person should know before the workbook comes back; None when all of it does."""
    try:
        _load(original)
    except FeedError as error:
        return f"{error}; the output is a new workbook with the same lines"
    with zipfile.ZipFile(original.file) as archive:
        names = archive.namelist()
    lost = [what for start, what in _LOST.items() if any(name.startswith(start) for name in names)]
    return f"{original.file}: the output is without its {', '.join(lost)}" if lost else None


def can_keep(original: Original | None) -> bool:
    """Whether the workbook can be opened and come back."""
    if original is None or not original.is_book:
        return False
    try:
        _load(original)
    except FeedError:
        return False
    return True


def _load(original: Original) -> Workbook:
    if original.file.stat().st_size > MOST_BYTES:
        message = f"a workbook of over {MOST_BYTES:,} bytes cannot be kept as it is"
        raise FeedError(message, file=original.file)
    try:
        return load_workbook(original.file)
    except Exception as error:  # the library raises whatever a strange file leads to
        message = f"this workbook cannot be kept as it is ({type(error).__name__}: {error})"
        raise FeedError(message, file=original.file) from error


class SameBook:
    """Writes what is known of lines beside them; the workbook is saved when it is closed."""

    def __init__(
        self, path: Path, header: tuple[str, ...], context: ReportContext, original: Original
    ) -> None:
        path.open("xb").close()  # fails now rather than after the run
        self._path, self._context = path, context
        self._book = _load(original)
        self._names = added_names(header)
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._lifecycles: Counter[str] = Counter()
        self._not_entitled: Counter[str] = Counter()
        self._firsts: dict[str, int] = {}
        self._offers: dict[str, DataValidation] = {}
        for place in original.places:
            page = self._page(place.sheet)
            if page.title not in self._firsts:
                self._firsts[page.title] = _used_columns(page) + 1
            if place.header_line:
                self._write_names(page, place.header_line)

    def __repr__(self) -> str:
        return f"SameBook({str(self._path)!r}, lines={self._outcomes.total()})"

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write what is known of one line beside it."""
        told = tell(outcome, facts, self._context)
        kind = getattr(outcome, "kind", None) or getattr(outcome, "reason", "")
        name = outcome_name(outcome)
        self._outcomes[name, str(kind) if name != "missed" else ""] += 1
        if told.lifecycle:
            self._lifecycles[str(told.lifecycle)] += 1
        self._not_entitled.update(told.facts.not_entitled if told.facts else ())
        page = self._page(told.row.sheet)
        for at, column in enumerate(COLUMNS, start=self._firsts[page.title]):
            cell = _cell(page, told.row.line, at)
            if column.kind is Kind.INPUT:
                self._offer(page, cell)
            else:
                _put(cell, column, column.read(told))

    def _offer(self, page: Worksheet, cell: Cell) -> None:
        """A place where a person writes, with a list of the usual decisions."""
        offer = self._offers.get(page.title)
        if offer is None:
            listed = ",".join(OFFERED)
            offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            offer.errorStyle, offer.error = "information", f"Understood are: {WANTED}."
            page.add_data_validation(offer)
            self._offers[page.title] = offer
        offer.add(cell)  # pyright: ignore[reportUnknownMemberType]
        cell.fill = PatternFill("solid", start_color=str(style.INPUT["bg_color"]).lstrip("#"))

    def close(self, summary: Summary | None = None) -> None:
        """Add the summary, and save."""
        page: Worksheet = self._book.create_sheet(_free_title(self._book))
        counts = (self._outcomes, self._lifecycles, self._not_entitled)
        for title, lines in sections(self._context, summary, *counts):
            page.append([title])
            _cell(page, page.max_row, 1).font = Font(bold=True)
            for label, value in lines:
                page.append([_plain(label), _plain(value) if isinstance(value, str) else value])
        page.column_dimensions["A"].width, page.column_dimensions["B"].width = 44, 60
        self._book.save(self._path)
        self._book.close()

    def discard(self) -> None:
        """Let go of the workbook."""
        with suppress(OSError):
            self._book.close()

    def _page(self, name: str | None) -> Worksheet:
        page = self._book[name] if name else self._book.worksheets[0]
        assert isinstance(page, Worksheet)
        return page

    def _write_names(self, page: Worksheet, line: int) -> None:
        """Our names in the table's header, in the look of the name beside them."""
        first = self._firsts[page.title]
        beside = _cell(page, line, max(1, first - 1))
        for at, (name, column) in enumerate(zip(self._names, COLUMNS, strict=True), start=first):
            cell = _cell(page, line, at)
            cell.value = name
            setattr(cell, _LOOK, copy(getattr(beside, _LOOK)))
            page.column_dimensions[get_column_letter(at)].width = column.width
        _widen_filter(page, first + len(COLUMNS) - 1)


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    """A cell that can be written to: those right of all that is used are never merged."""
    cell = page.cell(row, column)
    return cell if isinstance(cell, Cell) else Cell(page, row, column)


def _used_columns(page: Worksheet) -> int:
    """The last column, from 1, that holds anything or is part of a merged cell."""
    used = max((merged.max_col or 1 for merged in page.merged_cells.ranges), default=1)
    for row in page.iter_rows():
        filled = (at for at, cell in enumerate(row, start=1) if cell.value is not None)
        used = max(used, *filled, 1)
    return used


def _widen_filter(page: Worksheet, last: int) -> None:
    if page.auto_filter.ref:
        left, top, _, bottom = range_boundaries(page.auto_filter.ref)
        start = f"{get_column_letter(left or 1)}{top}"
        page.auto_filter.ref = f"{start}:{get_column_letter(last)}{bottom}"


def _free_title(book: Workbook) -> str:
    taken = {name.casefold() for name in book.sheetnames}
    title, count = _SUMMARY, 1
    while title in taken:
        count += 1
        title = f"{_SUMMARY} {count}"
    return title


def _put(cell: Cell, column: Column, value: Value) -> None:
    match value:
        case None:
            return
        case str():
            cell.value = _plain(value)
            cell.data_type = "s"  # never a formula, whatever it begins with
            _colour(cell, column.kind, value)
            if column.kind is Kind.LINK and is_link(value):
                cell.hyperlink = value
                cell.style = "Hyperlink"
        case datetime():
            cell.value = value.astimezone(UTC).replace(tzinfo=None)
        case Decimal() | int() | float():
            cell.value = float(value) if isinstance(value, Decimal) else value
    cell.number_format = _FORMATS.get(column.kind, "General")
    cell.alignment = Alignment(vertical="top")


def _colour(cell: Cell, kind: Kind, text: str) -> None:
    looks: Mapping[str, style.Look] = {}
    if kind is Kind.OUTCOME:
        looks = style.OUTCOMES
    elif kind is Kind.LIFECYCLE:
        looks = style.LIFECYCLES
    look = looks.get(text)
    if look is not None:
        cell.fill = PatternFill("solid", start_color=str(look["bg_color"]).lstrip("#"))
        cell.font = Font(color=str(look["font_color"]).lstrip("#"), bold=bool(look.get("bold")))


def _plain(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", fit_text(text))
