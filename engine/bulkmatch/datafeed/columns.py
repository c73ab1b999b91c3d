"""The columns of the Octopart Datafeed Format: their headers, and what their cells hold.

Source: the format's own page, table "Supported Column Headers", read 2026-11-20. Knows the names
and kinds of columns; what is wrong with a header or a cell is said elsewhere.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final


class Kind(Enum):
    """What a column's cells hold."""

    TEXT = auto()
    NUMBER_TEXT = auto()  # a part or stock number: text that spreadsheets like to damage
    URL = auto()
    REGION = auto()
    STOCK = auto()
    COUNT = auto()
    COUNT_OR_NONE = auto()
    MEASURE = auto()
    MEASURE_WITH_UNIT = auto()
    BREAK = auto()
    PRICE = auto()
    DATE = auto()
    ATTRIBUTES = auto()
    CATEGORY = auto()
    APPLICATION_NOTE = auto()
    SIMULATION_MODEL = auto()


class Wanted(Enum):
    """How much the format wants a column, and of whom."""

    BY_ALL = auto()
    BY_DISTRIBUTORS = auto()
    RECOMMENDED = auto()
    RECOMMENDED_TO_DISTRIBUTORS = auto()
    RECOMMENDED_TO_MANUFACTURERS = auto()
    OPTIONAL = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One documented header. `is_indexed`: it may be repeated with `-1`, `-2` and so on."""

    name: str
    kind: Kind
    wanted: Wanted
    is_indexed: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A header of a file, understood. `step` is the number of a price or break; `currency` as ISO 4217.

    `name` is the header in the documented spelling, with its index: two headings of one name
    stand for the same column.
    """

    name: str
    column: Column
    step: int | None = None
    currency: str | None = None


_TEXT, _URL, _COUNT = Kind.TEXT, Kind.URL, Kind.COUNT
_REC, _DIST = Wanted.RECOMMENDED, Wanted.RECOMMENDED_TO_DISTRIBUTORS

COLUMNS: Final[tuple[Column, ...]] = (
    Column("manufacturer", _TEXT, Wanted.BY_ALL),
    Column("mpn", Kind.NUMBER_TEXT, Wanted.BY_ALL),
    Column("sku", Kind.NUMBER_TEXT, Wanted.BY_DISTRIBUTORS),
    Column("distributor-url", _URL, Wanted.BY_DISTRIBUTORS),
    Column("eligible-region", Kind.REGION, _DIST),
    Column("quantity", Kind.STOCK, _DIST),
    Column("multipack-quantity", Kind.MEASURE, Wanted.OPTIONAL),
    Column("price-break-reference", Kind.MEASURE_WITH_UNIT, Wanted.OPTIONAL),
    Column("description", _TEXT, _REC),
    Column("attributes", Kind.ATTRIBUTES, _REC),
    Column("category", Kind.CATEGORY, _REC),
    Column("manufacturer-url", _URL, _REC),
    Column("evalkit-url", _URL, _REC),
    Column("freesample-url", _URL, _REC),
    Column("datasheet-url", _URL, _REC, is_indexed=True),
    Column("image-url", _URL, _REC, is_indexed=True),
    Column("symbol-footprint-url", _URL, _REC, is_indexed=True),
    Column("application-note-url", Kind.APPLICATION_NOTE, _REC, is_indexed=True),
    Column("technical-drawing-url", _URL, _REC, is_indexed=True),
    Column("3d-model-url", _URL, _REC, is_indexed=True),
    Column("instruction-sheet-url", _URL, _REC, is_indexed=True),
    Column("rohs-statement-url", _URL, _REC, is_indexed=True),
    Column("materials-sheet-url", _URL, _REC, is_indexed=True),
    Column("reach-statement-url", _URL, _REC, is_indexed=True),
    Column("conflict-mineral-statement-url", _URL, _REC, is_indexed=True),
    Column(
        "simulation-model-url",
        Kind.SIMULATION_MODEL,
        Wanted.RECOMMENDED_TO_MANUFACTURERS,
        is_indexed=True,
    ),
    Column("moq", _COUNT, _DIST),
    Column("order-multiple", _COUNT, _DIST),
    Column("on-order-quantity", Kind.COUNT_OR_NONE, _DIST),
    Column("on-order-eta", Kind.DATE, _DIST),
    Column("packaging", _TEXT, _REC),
    Column("factory-lead-days", Kind.COUNT_OR_NONE, _REC),
    Column("factory-pack-quantity", _COUNT, _REC),
    Column("datecode", Kind.DATE, Wanted.OPTIONAL),  # recommended to brokers
)
PRICE_BREAK: Final = Column("price-break-n", Kind.BREAK, _DIST)
PRICE: Final = Column("price-{cur}-n", Kind.PRICE, _DIST)

REQUIRED: Final = ("manufacturer", "mpn", "sku", "distributor-url")
BY_NAME: Final = {column.name: column for column in COLUMNS}

_INDEXED = re.compile(r"(?P<name>.+-url)-(?P<index>[0-9]{1,4})", re.ASCII)
_PRICE = re.compile(r"price-(?P<currency>[a-z]{3})-(?P<step>[0-9]{1,4})", re.ASCII)
_BREAK = re.compile(r"price-break-(?P<step>[0-9]{1,4})", re.ASCII)


@lru_cache(maxsize=4096)
def heading_of(header: str) -> Heading | None:
    """The heading that a header spells, read without regard to case and surrounding blanks.

    None for a header that the format does not have. Currencies are not looked up here.
    """
    plain = header.strip().lower()
    if plain in BY_NAME:
        return Heading(plain, BY_NAME[plain])
    if match := _BREAK.fullmatch(plain):
        step = int(match["step"])
        return Heading(f"price-break-{step}", PRICE_BREAK, step)
    if match := _PRICE.fullmatch(plain):
        step, currency = int(match["step"]), match["currency"]
        return Heading(f"price-{currency}-{step}", PRICE, step, currency.upper())
    if match := _INDEXED.fullmatch(plain):
        column = BY_NAME.get(match["name"])
        if column is not None and column.is_indexed:
            return Heading(f"{column.name}-{int(match['index'])}", column)
    return None


def order_of(heading: Heading) -> tuple[int, int, str]:
    """Where a heading stands in a file that we write: as the format's page lists them."""
    ladder = list(BY_NAME).index("price-break-reference")
    if heading.step is not None:
        return (ladder, heading.step, heading.currency or "")
    place = list(BY_NAME).index(heading.column.name)
    return (place + (place >= ladder), 0, heading.name)
