"""Checks a feed against the format, record by record, in memory that does not grow with its rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from bulkmatch.datafeed.cells import CHECKS, Check, cell_flaws
from bulkmatch.datafeed.finding import Finding, Flaw, shortened
from bulkmatch.datafeed.layout import Layout, Sender, header_flaws
from bulkmatch.datafeed.record import Record
from bulkmatch.datafeed.report import CheckReport
from bulkmatch.datafeed.rows import row_flaws
from bulkmatch.datafeed.rules import RULES
from bulkmatch.datafeed.shelf import Shelf, open_shelf
from bulkmatch.datafeed.source import Feed, open_feed

ROWS_TO_GUESS_BY = 1_000
_REMEMBERED = 4_096  # good cells of a column that are not looked at again
_PROGRESS_ROWS = 1_000
_BETWEEN = "\x1f"

Progress = Callable[[int, float | None], None]


def check(
    path: Path,
    *,
    sender: Sender | None = None,
    most_examples: int = 100,
    on_progress: Progress | None = None,
) -> CheckReport:
    """All that is wrong with a feed: counts by rule, and the first findings of each.

    Without a `sender` a feed of which none of the first 1,000 rows has a sku or a distributor-url
    is a manufacturer's. Raises FeedError for a file that cannot be read as a table at all.
    """
    report = CheckReport(path, most_examples=most_examples)
    with open_feed(path) as feed, open_shelf() as shelf:
        first = list(islice(feed.records, ROWS_TO_GUESS_BY))
        report.sender = sender or guessed_sender(feed.layout, first)
        report.is_guessed = sender is None
        for finding in _file_findings(feed, report.sender):
            report.add(finding)
        if feed.header is not None:
            checker = _RowChecker(feed.layout, report.sender, shelf)
            for record in chain(first, feed.records):
                report.row_count += not record.is_blank
                for finding in checker.findings(record):
                    report.add(finding)
                if on_progress and record.row % _PROGRESS_ROWS == 0:
                    on_progress(record.row, feed.progress())
            for finding in _closing_findings(report, shelf):
                report.add(finding)
    return report


def guessed_sender(layout: Layout, records: Sequence[Record]) -> Sender:
    """Who sends a feed, by its first rows."""
    places = [layout.places[name] for name in ("sku", "distributor-url") if name in layout.places]
    width = len(layout.headers)
    offers = any(record.cells[at].strip() for record in records for at in places
                 if len(record.cells) == width)  # fmt: skip
    return Sender.DISTRIBUTOR if offers or not places or not records else Sender.MANUFACTURER


def _file_findings(feed: Feed, sender: Sender) -> Iterator[Finding]:
    row, line = (feed.header.row, feed.header.line) if feed.header else (1, 1)
    for flaw in feed.flaws:
        yield _finding(row, line, None, "", flaw)
    if feed.header is None:
        flaw = Flaw("header-first", "begin the file with a row of the documented headers")
        yield _finding(1, 1, None, "", flaw)
        return
    if row > 1:
        advice = f"the header stands in row {row}: remove what stands above it"
        yield _finding(row, line, None, "", Flaw("header-first", advice))
    for header, flaw in header_flaws(feed.layout, sender):
        found = (header or "") if header in feed.layout.headers else ""
        yield _finding(row, line, header, found, flaw)


def _closing_findings(report: CheckReport, shelf: Shelf) -> Iterator[Finding]:
    if not report.row_count:
        yield _finding(1, 1, None, "", Flaw("no-rows", "add a row for each part"))
    elif report.is_guessed and report.sender is Sender.MANUFACTURER:
        advice = (
            f"none of the first {ROWS_TO_GUESS_BY:,} rows has an offer, so this was checked as a "
            "manufacturer's feed; a distributor's needs a sku and a distributor-url in every row, "
            "and should have quantity, price-break-1, price-{cur}-1 and moq"
        )
        yield _finding(1, 1, "sku", "", Flaw("no-offers", advice))
    yield from _duplicates(shelf)


def _duplicates(shelf: Shelf) -> Iterator[Finding]:
    """Each row that repeats another: the whole line, or the same offer with other values."""
    key, first_row, lines = None, 0, dict[int, int]()
    for entry in shelf.repeated():
        if entry.key != key:
            key, first_row, lines = entry.key, entry.row, {}
        found = " / ".join(filter(None, entry.key.split(_BETWEEN)))
        same = lines.setdefault(entry.digest, entry.row)
        line = int(entry.text)
        if same != entry.row:
            flaw = Flaw("duplicate-line", f"delete this row: it is the same as row {same}")
            yield _finding(entry.row, line, None, found, flaw)
        elif first_row != entry.row:
            advice = f"row {first_row} lists the same manufacturer, mpn, sku and region: keep one"
            yield _finding(entry.row, line, "sku", found, Flaw("duplicate-listing", advice))


@dataclass(slots=True)
class _CellChecker:
    """One column's check; texts that were good are remembered, some thousands of them."""

    header: str
    check: Check
    good: set[str]


class _RowChecker:
    """Checks records of one layout, and puts their keys on the shelf."""

    def __init__(self, layout: Layout, sender: Sender, shelf: Shelf) -> None:
        self._layout, self._sender, self._shelf = layout, sender, shelf
        self._columns = [
            (at, _CellChecker(layout.headers[at], CHECKS[heading.column.kind], set()))
            for at, heading in enumerate(layout.headings)
            if heading is not None
        ]
        names = ("manufacturer", "mpn", "sku", "eligible-region")
        self._key = [layout.places[name] for name in names if name in layout.places]

    def __repr__(self) -> str:
        return f"_RowChecker({len(self._columns)} columns, {self._sender})"

    def findings(self, record: Record) -> Iterator[Finding]:
        """What is wrong with one record."""
        cells, row, line = record.cells, record.row, record.line
        for flaw in record.flaws:
            yield _finding(row, line, None, _start_of(cells), flaw)
        if record.is_blank:
            flaw = Flaw("blank-row", "remove the row")
            yield _finding(row, line, None, "", flaw)
            return
        if len(cells) != len(self._layout.headers):
            yield _finding(row, line, None, _start_of(cells), self._count_flaw(len(cells)))
            return
        for at, column in self._columns:
            text = cells[at]
            if text and text not in column.good:
                for flaw in self._cell_flaws(column, text):
                    yield _finding(row, line, column.header, text, flaw)
        for header, found, flaw in row_flaws(cells, self._layout, self._sender):
            yield _finding(row, line, header, found, flaw)
        key = _BETWEEN.join([cells[at] for at in self._key])
        self._shelf.put(_storable(key), row, hash(cells), str(line))

    def _cell_flaws(self, column: _CellChecker, text: str) -> tuple[Flaw, ...]:
        flaws = cell_flaws(column.check, text)
        if not flaws and len(column.good) < _REMEMBERED:
            column.good.add(text)
        return flaws

    def _count_flaw(self, count: int) -> Flaw:
        wanted = len(self._layout.headers)
        cause = (
            "a delimiter in a value that is not quoted is the usual cause"
            if count > wanted
            else "a line break in a value that is not quoted is the usual cause"
        )
        return Flaw("field-count", f"write {wanted} fields as in the header, not {count}; {cause}")


def _start_of(cells: Sequence[str]) -> str:
    return ", ".join(cell for cell in cells[:4] if cell)


def _storable(text: str) -> str:
    """`text` as SQLite can hold it: a lone surrogate becomes its number."""
    return text if text.isprintable() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _finding(row: int, line: int, column: str | None, found: str, flaw: Flaw) -> Finding:
    told = found if flaw.found is None else flaw.found
    return Finding(row, line, column, RULES[flaw.rule], shortened(told), flaw.advice)
