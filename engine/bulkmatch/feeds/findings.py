"""What in a table a person should look at: told, never mended.

Each finding names its kind, its line and its cell. What a spreadsheet did to a number cannot be
undone here: `9.55E+12` could have been a thousand part numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bulkmatch.core.normal import has_look_alikes
from bulkmatch.feeds.designators import are_usual, designators_in, looks_like_designators
from bulkmatch.feeds.looks import Kind, is_bare_board, kind_of, seller_of
from bulkmatch.feeds.makers import glued_maker
from bulkmatch.model.row import Row, Table


class Problem(StrEnum):
    """What kind of thing was seen."""

    MANGLED = "mangled number"
    DATE = "date"
    LOST_ZEROS = "lost zeros"
    LOOK_ALIKE = "look-alike character"
    INVISIBLE = "invisible character"
    PLACEHOLDER = "placeholder"
    VALUE = "value"
    TEXT = "no part number"
    SKU = "stock number"
    GLUED = "maker glued on"
    NOTE = "remark"
    BOARD = "bare board"
    COUNT = "count of designators"
    QUANTITY = "unreadable quantity"
    REPEATED = "repeated designator"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `line` counts from 1; `text` is the cell, cut short."""

    problem: Problem
    line: int
    text: str
    says: str
    sheet: str | None = None


_MANGLED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]{1,3}")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: 00:00:00)?|[0-9]{1,2}[-. ](?:Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|"
    r"Oct|Okt|Nov|Dec|Dez)[a-z]*(?:[-. ][0-9]{2,4})?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"[a-z]*[- ][0-9]{2,4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_SHORT_PACKAGE = re.compile(r"(?:201|402|603|805)")
_PACKAGE = re.compile(r"0(?:201|402|603|805)")
_LONGEST = 60
_MOST = 1_000


def findings_of(table: Table) -> tuple[Finding, ...]:
    """What to look at in the table, line by line; at most 1,000 findings."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    packages = _package_columns(table)
    for row in table.rows:
        told = [
            *_of_number(row, table),
            *_of_cells(row, packages),
            *_of_counts(row, table),
            *_of_repeats(row, seen),
        ]
        found += [
            Finding(problem, row.line, text[:_LONGEST], says, table.sheet)
            for problem, text, says in told
        ]
        if len(found) >= _MOST:
            return tuple(found[:_MOST])
    return tuple(found)


Told = tuple[Problem, str, str]


def _of_number(row: Row, table: Table) -> Iterator[Told]:
    """What is strange about the line's part numbers."""
    columns = table.columns
    if columns.mpn is None:
        return
    written = row.cells[columns.mpn] if columns.mpn < len(row.cells) else ""
    for text in (row.mpn, *(other.mpn for other in row.alternates)):
        yield from _of_text(text, row)
    if row.mpn and not row.alternates and len(row.mpn) < len(written.strip()):
        yield Problem.NOTE, written, f"read as {row.mpn!r}; the rest is a remark"
    if row.mpn and is_bare_board(row.designators, row.description, row.cells):
        yield Problem.BOARD, row.mpn, "the circuit board itself; its number is no maker's"


def _of_text(text: str, row: Row) -> Iterator[Told]:
    if _MANGLED.fullmatch(text):
        yield (
            Problem.MANGLED,
            text,
            "a spreadsheet made a number of it; the digits are lost. Take it from the source",
        )
        return
    if _DATE.fullmatch(text):
        yield (
            Problem.DATE,
            text,
            "a spreadsheet made a date of it, or it is one; take it from the source",
        )
        return
    if text.isdigit() and any(
        cell.strip().lstrip("0") == text and cell.strip() != text for cell in row.cells
    ):
        yield Problem.LOST_ZEROS, text, "zeros in front are lost; another cell of the line has them"
    if _INVISIBLE.search(text):
        yield (
            Problem.INVISIBLE,
            text,
            "has characters that nobody can see; they are left out when asking",
        )
    elif has_look_alikes(text) or not text.isascii():
        yield (
            Problem.LOOK_ALIKE,
            text,
            "has characters of another alphabet or typeface, such as a long dash",
        )
    yield from _of_kind(text)


def _of_kind(text: str) -> Iterator[Told]:
    match kind_of(text):
        case Kind.PLACEHOLDER:
            yield Problem.PLACEHOLDER, text, "stands for no part number"
        case Kind.VALUE:
            yield Problem.VALUE, text, "is a value where a part number was wanted"
        case Kind.TEXT:
            yield Problem.TEXT, text, "does not look like a part number"
        case Kind.SKU:
            yield Problem.SKU, text, f"looks like a stock number of {seller_of(text)}"
        case Kind.MPN if maker := glued_maker(text):
            yield Problem.GLUED, text, f"seems to have the maker {maker} in front"
        case _:
            return


def _of_cells(row: Row, packages: frozenset[int]) -> Iterator[Told]:
    for at in packages:
        if at < len(row.cells) and _SHORT_PACKAGE.fullmatch(row.cells[at].strip()):
            yield (
                Problem.LOST_ZEROS,
                row.cells[at].strip(),
                f"the case is 0{row.cells[at].strip()}; a zero is lost",
            )


def _package_columns(table: Table) -> frozenset[int]:
    """Columns of cases, by their cells: those with 0402 or 402, 603, 805 and the like."""
    found: set[int] = set()
    main = {table.columns.mpn, table.columns.quantity, table.columns.item, table.columns.value}
    for at in range(len(table.header)):
        cells = [row.cells[at].strip() for row in table.rows[:200] if at < len(row.cells)]
        cases = [
            cell for cell in cells if _SHORT_PACKAGE.fullmatch(cell) or _PACKAGE.fullmatch(cell)
        ]
        if at not in main and cases and len(cases) * 3 > len([cell for cell in cells if cell]):
            found.add(at)
    return frozenset(found)


def _of_counts(row: Row, table: Table) -> Iterator[Told]:
    """Quantities that cannot be read, or that are not as many as the designators."""
    at = table.columns.quantity
    if at is None:
        return
    written = row.cells[at].strip() if at < len(row.cells) else ""
    if written and row.quantity is None and not row.do_not_populate:
        yield Problem.QUANTITY, written, "is no count"
        return
    if row.quantity is None or row.quantity == 0 or not looks_like_designators(row.designators):
        return
    count = len(designators_in(row.designators))
    if row.quantity != count and not (row.left_out and row.quantity == count - len(row.left_out)):
        yield Problem.COUNT, row.designators, f"quantity {written}, but {count} designators"


def _of_repeats(row: Row, seen: dict[str, int]) -> Iterator[Told]:
    if not are_usual(row.designators):
        return
    for name in designators_in(row.designators):
        first = seen.setdefault(name, row.line)
        if first != row.line:
            yield Problem.REPEATED, name, f"stands on line {first} too"
            return
