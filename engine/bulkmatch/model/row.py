"""One line of a BOM or datafeed as read; knows nothing of what the API says about it."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another part that the file allows for a line; `line` is where it stands, counted from 1."""

    mpn: str
    manufacturer: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line as read. `line` counts from 1 in its file (or sheet); `cells` are all its cells.

    `quantity` is per board, None where the file says nothing; `mpn` and `manufacturer` are as
    written, empty or None where there is none; a cell with several part numbers gives the first, the
    others are `alternates`. `sku` is a seller's stock number, with the `seller` where it is told.
    `do_not_populate` is the file's own mark that nothing of the line is fitted; of a line that is
    fitted in part, `left_out` names the designators that are not.
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
    sku: str | None = None
    seller: str | None = None
    alternates: tuple[Alternate, ...] = ()
    left_out: tuple[str, ...] = ()
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, counted from 0, plays which role; None where the table has no such column.

    `alternates` pairs further columns of part numbers with their makers. `mpn_also` and
    `manufacturer_also` are other names of the same thing: the first filled cell counts. `skus` hold
    sellers' stock numbers, `house` in-house ones.
    """

    mpn: int | None
    manufacturer: int | None = None
    quantity: int | None = None
    designators: int | None = None
    description: int | None = None
    do_not_populate: int | None = None
    alternates: tuple[tuple[int, int | None], ...] = ()
    skus: tuple[int, ...] = ()
    house: tuple[int, ...] = ()
    value: int | None = None
    item: int | None = None
    seller: int | None = None
    mpn_also: tuple[int, ...] = ()
    manufacturer_also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table found in a file: its header as written, what its columns mean, and its rows.

    Every row has as many cells as the header. `header_line` counts from 1 and is 0 where the table
    has no header. `alternate_lines` are those that only add an alternate to the line before.
    """

    file: Path
    header: tuple[str, ...]
    header_line: int
    columns: Columns
    rows: tuple[Row, ...]
    sheet: str | None = None
    alternate_lines: tuple[int, ...] = ()
