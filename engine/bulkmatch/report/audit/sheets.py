"""The workbook's sheets: which columns each has, and what stands in them. Knows no XlsxWriter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from bulkmatch.model.audit import (
    AuditEvent,
    AuditReport,
    FactName,
    Finding,
    LineHealth,
    PartState,
    StateKind,
    WhereUsed,
)
from bulkmatch.report.audit.text import fact_words, number, place_words

T = TypeVar("T")
Cell = str | int | Decimal | datetime | None


class Kind(StrEnum):
    """How a column's cells look."""

    TEXT = "text"
    WRAPPED = "wrapped"
    COUNT = "count"
    INSTANT = "instant"
    LINK = "link"
    SEVERITY = "severity"
    HEALTH = "health"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column: its header, its width in characters, and how it is read."""

    name: str
    width: int
    read: Callable[[T], Cell]
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A sheet: its rows are run through once, when it is written."""

    name: str
    columns: tuple[Column[T], ...]
    rows: Callable[[AuditReport], Iterable[T]]


@dataclass(frozen=True, slots=True)
class _Used:
    """A finding at one of the lines that need its part."""

    finding: Finding
    use: WhereUsed


def _uses(report: AuditReport) -> Iterator[_Used]:
    """All lines of all findings; the long lists come from the report's own index."""
    for finding in report.findings:
        uses: Iterable[WhereUsed] = finding.where_used
        if finding.use_count > len(finding.where_used):
            uses = report.uses.get(finding.key, finding.where_used)
        yield from (_Used(finding, use) for use in uses)


_TO_REVIEW = {StateKind.NEEDS_REVIEW, StateKind.NOT_FOUND, StateKind.FAILED}


def _reviews(report: AuditReport) -> Iterator[PartState]:
    """Parts that a person has to look at before anything said of them holds."""
    return (
        one
        for one in report.parts
        if one.outcome in {"needs review", "missed", "failed"}
        or any(state in one.states for state in _TO_REVIEW)
    )


FINDINGS: Sheet[Finding] = Sheet(
    "Findings",
    (
        Column("Severity", 11, lambda one: str(one.severity), Kind.SEVERITY),
        Column("News", 9, lambda one: _news(one)),
        Column("Part", 20, lambda one: one.mpn),
        Column("Maker", 20, lambda one: one.manufacturer),
        Column("Why", 38, lambda one: one.reason, Kind.WRAPPED),
        Column("What to do", 38, lambda one: one.advice, Kind.WRAPPED),
        Column("Lines", 8, lambda one: one.use_count, Kind.COUNT),
        Column(
            "First place", 24, lambda one: place_words(one.where_used[0]) if one.where_used else ""
        ),
        Column("About", 18, lambda one: str(one.about)),
        Column("Rule", 18, lambda one: one.rule_id),
        Column("First seen (UTC)", 18, lambda one: one.first_seen_at, Kind.INSTANT),
        Column("Waived by", 18, lambda one: one.waived.owner if one.waived else ""),
        Column("Waived until", 13, lambda one: str(one.waived.expires) if one.waived else ""),
        Column(
            "Waived because", 24, lambda one: one.waived.reason if one.waived else "", Kind.WRAPPED
        ),
        Column("Finding", 14, lambda one: one.finding_id),
    ),
    lambda report: report.findings,
)
CHANGES: Sheet[AuditEvent] = Sheet(
    "Changes",
    (
        Column("Change", 22, lambda one: str(one.kind)),
        Column("Part", 24, lambda one: one.mpn),
        Column("Maker", 24, lambda one: one.manufacturer),
        Column("In words", 60, lambda one: one.words, Kind.WRAPPED),
        Column("Before", 20, lambda one: one.before),
        Column("After", 20, lambda one: one.after),
        Column("By", 10, lambda one: number(one.amount)),
        Column("Unit", 8, lambda one: one.unit),
        Column("Seen (UTC)", 18, lambda one: one.at, Kind.INSTANT),
        Column("Before that (UTC)", 18, lambda one: one.since, Kind.INSTANT),
    ),
    lambda report: report.events,
)
LINES: Sheet[LineHealth] = Sheet(
    "Lines",
    (
        Column("Health", 13, lambda one: str(one.health), Kind.HEALTH),
        Column("File", 30, lambda one: one.use.bom),
        Column("Sheet", 14, lambda one: one.use.sheet),
        Column("Line", 8, lambda one: one.use.line, Kind.COUNT),
        Column("Designators", 24, lambda one: one.use.designators),
        Column("Quantity", 10, lambda one: one.use.quantity, Kind.COUNT),
        Column("Part to use", 24, lambda one: _best(one)),
        Column("Why", 50, lambda one: one.words, Kind.WRAPPED),
        Column("Approved options", 50, lambda one: _options(one), Kind.WRAPPED),
    ),
    lambda report: report.lines,
)
WHERE_USED: Sheet[_Used] = Sheet(
    "Where used",
    (
        Column("Severity", 11, lambda one: str(one.finding.severity), Kind.SEVERITY),
        Column("Part", 24, lambda one: one.finding.mpn),
        Column("Maker", 24, lambda one: one.finding.manufacturer),
        Column("About", 24, lambda one: str(one.finding.about)),
        Column("File", 30, lambda one: one.use.bom),
        Column("Sheet", 14, lambda one: one.use.sheet),
        Column("Line", 8, lambda one: one.use.line, Kind.COUNT),
        Column("Designators", 30, lambda one: one.use.designators),
        Column("Quantity", 10, lambda one: one.use.quantity, Kind.COUNT),
        Column("As", 11, lambda one: "alternate" if one.use.is_alternate else ""),
    ),
    _uses,
)
PARTS: Sheet[PartState] = Sheet(
    "Parts",
    (
        Column("Part", 24, lambda one: one.mpn),
        Column("Maker", 24, lambda one: one.manufacturer),
        Column("Lifecycle", 13, lambda one: one.fact(FactName.LIFECYCLE).words, Kind.LIFECYCLE),
        Column("Maker's word", 30, lambda one: one.fact(FactName.MAKER_WORD).words),
        Column("Stock", 14, lambda one: _cell(one, FactName.STOCK), Kind.COUNT),
        Column("Sources", 9, lambda one: _cell(one, FactName.SOURCES), Kind.COUNT),
        Column("Lead time (days)", 10, lambda one: _cell(one, FactName.LEAD_TIME), Kind.COUNT),
        Column("Price", 18, lambda one: fact_words(one.fact(FactName.PRICE), one.context)),
        Column("RoHS", 16, lambda one: one.fact(FactName.ROHS).words),
        Column("REACH", 16, lambda one: one.fact(FactName.REACH).words),
        Column("Outcome", 14, lambda one: one.outcome),
        Column("Tier", 15, lambda one: str(one.tier)),
        Column("Seen (UTC)", 18, lambda one: one.seen_at, Kind.INSTANT),
        Column("Due (UTC)", 18, lambda one: one.due_at, Kind.INSTANT),
        Column("Lines", 8, lambda one: one.line_count, Kind.COUNT),
        Column("Octopart", 30, lambda one: one.octopart_url, Kind.LINK),
    ),
    lambda report: report.parts,
)
REVIEW: Sheet[PartState] = Sheet(
    "Needs review",
    (
        Column("Part", 24, lambda one: one.mpn),
        Column("Maker", 24, lambda one: one.manufacturer),
        Column("Outcome", 14, lambda one: one.outcome),
        Column("Why", 60, lambda one: one.reason, Kind.WRAPPED),
        Column("Answered with", 24, lambda one: one.part_mpn),
        Column("Of", 24, lambda one: one.part_maker),
        Column("Lines", 8, lambda one: one.line_count, Kind.COUNT),
        Column("Octopart", 30, lambda one: one.octopart_url, Kind.LINK),
    ),
    _reviews,
)


def _news(one: Finding) -> str:
    return "waived" if one.waived else ("new" if one.is_new else "known")


def _best(one: LineHealth) -> str:
    return "" if one.best is None else one.options[one.best].mpn


def _options(one: LineHealth) -> str:
    return "; ".join(f"{option.mpn} ({option.health})" for option in one.options)


def _cell(one: PartState, name: FactName) -> Cell:
    """A number to count with, or the words for why there is none."""
    fact = one.fact(name)
    return fact.words if fact.value is None else fact.value
