"""From a file to its BOM tables: grids, tables, columns, lines, and how sure each step is."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.feeds.container import open_content
from bulkmatch.feeds.designators import designators_in
from bulkmatch.feeds.grid import Content, Grid
from bulkmatch.feeds.header import is_header
from bulkmatch.feeds.layout import Choice, Layout
from bulkmatch.feeds.lines import filled_width, is_dnp_title, padded, read_lines
from bulkmatch.feeds.mapping import Mapping
from bulkmatch.feeds.names import Role, read_name
from bulkmatch.feeds.roles import find_layout
from bulkmatch.model.row import Table

Record = Sequence[str]
Span = tuple[int, int]  # a header's record, and where the next one stands

# Below this a column of part numbers is a guess, and no run goes by a guess.
SURE = 0.6
# Sheets that tell a BOM's history name parts too, but order none.
_LOG_NAME = re.compile(
    r"change|revision|history|\blog\b|änderung|historie|変更|修订", re.IGNORECASE
)
_ACCESSORIES = re.compile(r"accessor|assembl|mechanic|hardware|zubehör", re.IGNORECASE)
_SHOWN_ROWS, _SHOWN_CELLS, _SHOWN_CHARS = 3, 10, 30
_SAMPLE_LINES = 300
MOST_TABLES = 500
_SAME = 0.9  # of two tables' designators, for one to be the other once more


@dataclass(frozen=True, slots=True)
class Found:
    """A table with what was seen on the way to it.

    `role` is bom, dnp, accessories, or individual for a table that another one sums up (its lines do
    not count). `choices` say why each column plays its role. `title` is the text above the header.
    """

    table: Table
    role: str
    choices: tuple[Choice, ...]
    title: str = ""
    element: str | None = None

    @property
    def counts(self) -> bool:
        return self.role != "individual"

    @property
    def confidence(self) -> float:
        """How sure it is that the column of part numbers is one; 0 without any."""
        return next((c.confidence for c in self.choices if c.role is Role.MPN), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in a file. `tables` may be empty, or be without part numbers."""

    file: Path
    content: Content
    tables: tuple[Found, ...]

    @property
    def counted(self) -> tuple[Found, ...]:
        """The tables whose lines are the BOM's."""
        return tuple(found for found in self.tables if found.counts)

    @property
    def unsure(self) -> Found | None:
        """The first table whose column of part numbers is a guess."""
        return next((found for found in self.counted if 0 < found.confidence < SURE), None)

    @property
    def is_sure(self) -> bool:
        """Whether a run can go by it: there are part or stock numbers, and none is a guess."""
        numbered = any(found.confidence or found.table.columns.skus for found in self.counted)
        return numbered and self.unsure is None


def read_file(path: Path, *, mapping: Mapping | None = None) -> Reading:
    """What is in the file, also where no part numbers are. Raises FeedError for what is no table."""
    content = open_content(path)
    chosen = mapping or Mapping()
    grids = [grid for grid in content.grids if chosen.wants_sheet(grid.name)]
    shown = [grid for grid in grids if not (grid.hidden or _LOG_NAME.search(grid.name))]
    found: list[Found] = []
    for some in (shown, grids):
        found = [table for grid in some for table in _tables(path, grid, chosen)]
        found = [table for table in found if table.table.rows] or found[:1]
        if found:
            break
    return Reading(path, content, _without_repeats(found))


def read_tables(path: Path, *, mapping: Mapping | None = None) -> tuple[Table, ...]:
    """All BOM tables of a file, in its order; at least one with part or stock numbers.

    Reads delimited and fixed-width text, workbooks (XLSX, XLSM, XLS, ODS), KiCad's and Altium's XML
    and HTML tables. A header row begins a table, wherever it stands and as often as it comes. Hidden
    sheets, and sheets named as a log of changes, are read only when no other sheet holds a table.
    `mapping` says what columns are where the file does not. Raises FeedError, also where the part
    numbers would be a guess.
    """
    reading = read_file(path, mapping=mapping)
    if not reading.is_sure:
        raise FeedError(why_unsure(reading), file=path)
    return tuple(found.table for found in reading.counted)


def why_unsure(reading: Reading) -> str:
    """In words: no column is surely one of part numbers, what was seen, and what to do."""
    guess = reading.unsure
    if guess is not None:
        choice = next(choice for choice in guess.choices if choice.role is Role.MPN)
        return (
            f"column {choice.index + 1} ({choice.name or 'no name'}) may hold part numbers, but that "
            f"is a guess ({choice.confidence:.0%}: {choice.reason}). If it does: "
            f"--map mpn={choice.index + 1}; `bulkmatch inspect` shows all"
        )
    records = [record for grid in reading.content.grids for record in islice(grid.records, 200)]
    filled = (record for record in records if any(cell.strip() for cell in record))
    header = next((found.table.header for found in reading.counted), None)
    shown = [_shown(record) for record in islice(filled, _SHOWN_ROWS)]
    seen = "; ".join([_shown(header)] if header and any(header) and not shown else shown)
    return (
        "no column of part numbers was found. Wanted is a header row with a name such as MPN or "
        f"Manufacturer Part Number; the first rows here are {seen or 'no filled cells'}. Name the "
        "column of maker's part numbers MPN, or say which it is: --map mpn=COLUMN"
    )


def _shown(record: Record) -> str:
    cells = [cell.strip()[:_SHOWN_CHARS] for cell in record if cell.strip()]
    more = ", ..." if len(cells) > _SHOWN_CELLS else ""
    return "[" + ", ".join(cells[:_SHOWN_CELLS]) + more + "]"


def _tables(path: Path, grid: Grid, mapping: Mapping) -> list[Found]:
    if grid.element is not None:
        starts = [0]
    elif mapping.header_line is not None:
        starts = [mapping.header_line - 1]
    else:
        starts = [at for at, record in enumerate(grid.records) if is_header(record)]
    if not starts:
        return _headless(path, grid, mapping)
    headers = frozenset(starts)
    starts = _without_page_headers(grid.records, starts)
    if len(starts) > MOST_TABLES:
        raise FeedError(f"has over {MOST_TABLES:,} header rows; split it", file=path)
    spans = list(zip(starts, [*starts[1:], len(grid.records)], strict=True))
    samples: dict[tuple[str, ...], list[Record]] = {}
    for start, end in spans:
        below = samples.setdefault(_plain(grid.records[start]), [])
        some = range(start + 1, min(end, start + 1 + _SAMPLE_LINES))
        below.extend(grid.records[at] for at in some if at not in headers)
    return [
        _table(
            path,
            grid,
            span,
            samples[_plain(grid.records[span[0]])],
            headers=headers,
            mapping=mapping,
        )
        for span in spans
    ]


def _headless(path: Path, grid: Grid, mapping: Mapping) -> list[Found]:
    """A table without names, by what its cells look like."""
    filled = [record for record in grid.records if any(record)]
    wide = [record for record in filled if sum(map(bool, record)) > 1]
    records = wide or filled
    width = max((len(record) for record in records[:500]), default=0)
    if not records or not width:
        return []
    layout = mapping.applied(find_layout([""] * width, records), [""] * width)
    numbered = layout.columns.mpn is not None or layout.columns.skus
    if not numbered or (width > 1 and not _is_likely(layout)):
        return []
    return [_read(path, grid, -1, range(len(grid.records)), layout, [""] * width, "bom")]


def _is_likely(layout: Layout) -> bool:
    """Whether more than one column of a table without names is clear."""
    others = (layout.columns.designators, layout.columns.quantity, layout.columns.manufacturer)
    return any(at is not None for at in others)


def _without_page_headers(records: Sequence[Record], starts: list[int]) -> list[int]:
    """The starts of tables: a header that a printed list repeats on each page starts none."""
    kept = starts[:1]
    for at in starts[1:]:
        same = _plain(records[at]) == _plain(records[kept[-1]])
        if not (same and _counts_on(records, at)):
            kept.append(at)
    return kept


def _plain(record: Record) -> tuple[str, ...]:
    """The names in their places, without case and the empty cells behind them.

    Tables with the same names are looked at together to say what their columns are.
    """
    return tuple(cell.strip().casefold() for cell in record[: filled_width(record)])


def _counts_on(records: Sequence[Record], at: int) -> bool:
    """Whether the lines are numbered, and the numbers go on below the header at `at`."""
    column = next((place for place, name in enumerate(records[at]) if _is_item(name)), None)
    if column is None:
        return False
    before = _whole(records, range(at - 1, max(-1, at - 40), -1), column)
    after = _whole(records, range(at + 1, min(len(records), at + 40)), column)
    return before is not None and after == before + 1


def _is_item(name: str) -> bool:
    return Role.ITEM in read_name(name).roles


def _whole(records: Sequence[Record], rows: range, column: int) -> int | None:
    for at in rows:
        cell = records[at][column].strip() if column < len(records[at]) else ""
        if cell.isdecimal() and len(cell) < 6:
            return int(cell)
    return None


def _table(
    path: Path,
    grid: Grid,
    span: Span,
    sample: Sequence[Record],
    *,
    headers: Set[int],
    mapping: Mapping,
) -> Found:
    start, end = span
    header = grid.records[start]
    layout = mapping.applied(find_layout(header, sample), header)
    title = _title(grid.records, start)
    role = "bom"
    if is_dnp_title(grid.name) or is_dnp_title(title):
        role = "dnp"
    below = [at for at in range(start + 1, end) if at not in headers]
    found = _read(path, grid, start, below, layout, header, role)
    if start and title and _ACCESSORIES.search(title) and not _has_designators(found.table):
        return replace(found, role="accessories", title=title)
    return replace(found, title=title)


def _read(
    path: Path,
    grid: Grid,
    start: int,
    below: Iterable[int],
    layout: Layout,
    header: Record,
    role: str,
) -> Found:
    numbered = [(at + 1, grid.records[at]) for at in below]
    lines = read_lines(
        header,
        layout.columns,
        numbered,
        file=path,
        sheet=grid.name or None,
        left_out=role == "dnp",
    )
    width = len(lines.rows[0].cells) if lines.rows else max(1, len(header))
    table = Table(
        file=path,
        header=padded(header, width),
        header_line=start + 1,
        columns=layout.columns,
        rows=lines.rows,
        sheet=grid.name or None,
        alternate_lines=lines.alternate_lines,
    )
    return Found(table, role, layout.choices, element=grid.element)


def _title(records: Sequence[Record], start: int) -> str:
    """The one filled cell of the nearest rows above a header."""
    for record in reversed(records[max(0, start - 3) : start]):
        filled = [cell.strip() for cell in record if cell.strip()]
        if len(filled) == 1:
            return filled[0]
        if filled:
            break
    return ""


def _has_designators(table: Table) -> bool:
    return any(row.designators for row in table.rows)


def _without_repeats(found: Sequence[Found]) -> tuple[Found, ...]:
    """Tables that list the same parts one by one, beside one that sums them up, do not count."""
    sets = [frozenset(_designators(one.table)) for one in found]
    kept: list[Found] = []
    for at, one in enumerate(found):
        grouped = any(
            _is_same(sets[at], sets[other]) and len(found[other].table.rows) < len(one.table.rows)
            for other in range(len(found))
            if other != at
        )
        kept.append(replace(one, role="individual") if grouped else one)
    return tuple(kept)


def _designators(table: Table) -> list[str]:
    return [name for row in table.rows for name in designators_in(row.designators)]


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    either = len(one | other)
    return bool(one and other) and len(one & other) >= either * _SAME
