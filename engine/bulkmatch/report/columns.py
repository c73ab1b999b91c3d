"""The columns that outputs add to the input's: their names, and what each says of a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import outcome_name
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.row import Row
from bulkmatch.report.told import Told

Value = str | int | float | Decimal | datetime | None

# A person fills the second, and `enrich --decisions` reads it back with the first.
CHOICES, DECISION = "Match: choices", "Match: decision"
NOT_IN_PLAN = str(Lifecycle.NOT_ENTITLED)
# Our names of what plans sell separately, as PartFacts.not_entitled has them.
_SPECS, _DATASHEETS, _LEAD_TIME = "specs", "datasheets", "lead_time"


class Kind(StrEnum):
    """How a column's values are shown where cells have types."""

    TEXT = "text"
    OUTCOME = "outcome"
    LIFECYCLE = "lifecycle"
    COUNT = "count"
    PRICE = "price"
    INSTANT = "instant"
    HOURS = "hours"
    LINK = "link"
    SOURCE = "source"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Column:
    """One added column; `width` is in characters. A value of None is an empty cell: unknown."""

    name: str
    kind: Kind
    width: int
    read: Callable[[Told], Value]


def _mpn(told: Told) -> Value:
    return told.facts.mpn if told.facts else None


def _maker(told: Told) -> Value:
    return told.facts.manufacturer if told.facts else None


def _lead_days(told: Told) -> Value:
    return _or_not_in_plan(told, _LEAD_TIME, told.facts.lead_days if told.facts else None)


def _rohs(told: Told) -> Value:
    return _or_not_in_plan(told, _SPECS, told.facts.rohs if told.facts else None)


def _datasheet(told: Told) -> Value:
    return _or_not_in_plan(told, _DATASHEETS, told.facts.datasheet_url if told.facts else None)


def _octopart(told: Told) -> Value:
    return told.facts.octopart_url if told.facts else None


def _or_not_in_plan(told: Told, feature: str, value: Value) -> Value:
    """The value; without one, whether it is the plan that lacks it."""
    if value is None and told.facts and feature in told.facts.not_entitled:
        return NOT_IN_PLAN
    return value


COLUMNS = (
    Column("Match: outcome", Kind.OUTCOME, 17, lambda told: outcome_name(told.outcome)),
    Column(
        "Match: confidence",
        Kind.TEXT,
        12,
        lambda told: str(told.confidence) if told.confidence else None,
    ),
    Column(DECISION, Kind.INPUT, 18, lambda _: None),
    Column("Match: reason", Kind.TEXT, 48, lambda told: told.reason),
    Column(CHOICES, Kind.TEXT, 40, lambda told: told.choices),
    Column("Match: MPN", Kind.TEXT, 24, _mpn),
    Column("Match: manufacturer", Kind.TEXT, 22, _maker),
    Column(
        "Match: lifecycle",
        Kind.LIFECYCLE,
        15,
        lambda told: str(told.lifecycle) if told.lifecycle else None,
    ),
    Column("Match: authorised stock", Kind.COUNT, 18, lambda told: told.stock),
    Column(
        "Match: unit price", Kind.PRICE, 12, lambda told: told.price.unit if told.price else None
    ),
    Column(
        "Match: currency",
        Kind.TEXT,
        10,
        lambda told: told.price.currency if told.price else None,
    ),
    Column(
        "Match: order quantity",
        Kind.COUNT,
        13,
        lambda told: told.price.quantity if told.price else None,
    ),
    Column("Match: seller", Kind.TEXT, 20, lambda told: told.price.seller if told.price else None),
    Column("Match: use", Kind.TEXT, 26, lambda told: told.use),
    Column("Match: alternates", Kind.TEXT, 40, lambda told: told.alternates),
    Column("Match: lead time (days)", Kind.COUNT, 12, _lead_days),
    Column("Match: RoHS", Kind.TEXT, 14, _rohs),
    Column("Match: datasheet", Kind.LINK, 28, _datasheet),
    Column("Match: Octopart", Kind.LINK, 28, _octopart),
    Column("Match: answered at (UTC)", Kind.INSTANT, 17, lambda told: told.answered_at),
    Column("Match: age (h)", Kind.HOURS, 9, lambda told: told.age_hours),
    Column("Match: source", Kind.SOURCE, 15, lambda told: told.source),
)


def cells_of(row: Row, header: Sequence[str]) -> tuple[str, ...]:
    """The row's cells, as many as the header names; a row made by hand may have fewer.

    Raises FeedError for more, which would land under other names.
    """
    missing = len(header) - len(row.cells)
    if missing < 0:
        message = f"a row of {len(row.cells)} cells does not fit {len(header)} columns"
        raise FeedError(message, file=row.file or Path(), line=row.line)
    return row.cells + ("",) * missing


def added_names(header: Sequence[str]) -> tuple[str, ...]:
    """The added columns' names; one that the input has already gets a number behind it."""
    taken = {name.strip() for name in header}
    names: list[str] = []
    for column in COLUMNS:
        name, count = column.name, 1
        while name in taken:
            count += 1
            name = f"{column.name} {count}"
        names.append(name)
    return tuple(names)


def distinct_names(header: Sequence[str]) -> tuple[str, ...]:
    """The input's column names without repeats and blanks, for outputs that need keys.

    A column without a name is `column N`, counted from 1; the second `Comment` is `Comment (2)`.
    """
    names: list[str] = []
    taken: set[str] = set()
    for at, given in enumerate(header, start=1):
        plain = given.strip() or f"column {at}"
        name, count = plain, 1
        while name in taken:
            count += 1
            name = f"{plain} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)
