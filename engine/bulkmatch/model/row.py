"""One line of a BOM or datafeed as read; knows nothing of what the API says about it."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line as read. `line` counts from 1 in its file (or sheet); `cells` are all its cells.

    `quantity` is per board, None where the file says nothing; `mpn` and `manufacturer` are as
    written, empty or None where there is none. `do_not_populate` is the file's own mark.
    """

    mpn: str
    manufacturer: str | None = None
    quantity: Decimal | None = None
    designators: str = ""
    description: str = ""
    do_not_populate: bool = False
    line: int = 0
    file: Path | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, counted from 0, plays which role; None where the table has no such column."""

    mpn: int
    manufacturer: int | None = None
    quantity: int | None = None
    designators: int | None = None
    description: int | None = None
    do_not_populate: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a file: its header as written, what its columns mean, and its rows.

    Every row has as many cells as the header. `header_line` counts from 1.
    """

    file: Path
    header: tuple[str, ...]
    header_line: int
    columns: Columns
    rows: tuple[Row, ...]
    sheet: str | None = None
