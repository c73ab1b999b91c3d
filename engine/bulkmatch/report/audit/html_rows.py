"""The report's tables: their columns, and their rows as JSON that is safe inside a page.

The script of the page knows the places in a row by number: it changes with this.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from bulkmatch.model.audit import (
    AuditEvent,
    AuditReport,
    Context,
    Fact,
    FactName,
    Finding,
    LineHealth,
    OptionHealth,
    PartState,
    Standing,
    WhereUsed,
)
from bulkmatch.report.audit.text import day, fact_words, number, safe_link, shown

T = TypeVar("T")
Row = list[object]
# What a browser filters within a blink, measured 2026-11-20; the other outputs have no such bound.
MOST_ROWS = 20_000
MOST_USES = 20
_NAME = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a page's table. `at` is its place in a row, `kind` how the script shows and sorts it."""

    name: str
    at: int
    kind: str = "text"
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """One table; `pieces` are its JSON, to be written as they come."""

    id: str
    name: str
    caption: str
    columns: tuple[Column, ...]
    pieces: Iterator[str] = field(repr=False)


def html_tables(report: AuditReport, *, most: int = MOST_ROWS) -> list[HtmlTable]:
    """The tables in the order of the page."""
    return [
        HtmlTable(
            "findings",
            "Findings",
            "What was found, worst first. A part number opens its details.",
            _FINDINGS,
            pieces(report.findings, _finding, most),
        ),
        HtmlTable(
            "changes",
            "Changes",
            "What has changed since the audit before.",
            _CHANGES,
            pieces(report.events, _event, most),
        ),
        HtmlTable(
            "lines",
            "Lines",
            "Each line over its approved options: fine while one of them is.",
            _LINES,
            pieces(report.lines, _line, most),
        ),
        HtmlTable(
            "parts",
            "Parts",
            "Each distinct part with its facts.",
            _PARTS,
            pieces(report.parts, _part, most),
        ),
    ]


_FINDINGS = (
    Column("Severity", 0, "rank", is_choice=True),
    Column("Part", 1, "open"),
    Column("Maker", 2, is_choice=True),
    Column("About", 3, is_choice=True),
    Column("Why", 5),
    Column("What to do", 6),
    Column("Lines", 7, "number"),
    Column("News", 10, is_choice=True),
)
_CHANGES = (
    Column("Change", 0, is_choice=True),
    Column("Part", 1, "open"),
    Column("Maker", 2, is_choice=True),
    Column("In words", 3),
    Column("Before", 4),
    Column("After", 5),
    Column("Seen", 6),
    Column("Before that", 7),
)
_LINES = (
    Column("Health", 0, "rank", is_choice=True),
    Column("Designators", 4, "open"),
    Column("File", 1, is_choice=True),
    Column("Line", 3, "number"),
    Column("Quantity", 5, "text"),
    Column("Part to use", 6),
    Column("Why", 7),
)
_PARTS = (
    Column("Part", 1, "open"),
    Column("Maker", 2, is_choice=True),
    Column("Lifecycle", 7, is_choice=True),
    Column("Outcome", 3, is_choice=True),
    Column("Stock", 8, "number"),
    Column("Lead time (days)", 9, "number"),
    Column("Sources", 10, "number"),
    Column("Tier", 11, is_choice=True),
    Column("Seen", 12),
    Column("Lines", 15, "number"),
)


def pieces(found: Iterable[T], row_of: Callable[[T], Row], most: int) -> Iterator[str]:
    """`{"rows": [...], "total": n}`: at most so many rows, and the count of all."""
    rows = iter(found)
    yield '{"rows":['
    count = 0
    for one in islice(rows, most):
        yield f"{',' if count else ''}{in_page(row_of(one))}\n"
        count += 1
    count += sum(1 for _ in rows)
    yield f'],"total":{count}}}'


def in_page(value: object) -> str:
    """JSON that neither ends a script element nor begins another, in ASCII."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _finding(one: Finding) -> Row:
    waived = one.waived
    let_through = ""
    if waived:
        let_through = f"By {waived.owner} until {waived.expires}: {waived.reason}"
    news = "waived" if waived else ("new" if one.is_new else "known")
    return [
        str(one.severity), shown(one.mpn, _NAME), shown(one.manufacturer, _NAME), str(one.about),
        shown(one.rule_id), shown(one.reason, 1000), shown(one.advice, 1000), one.use_count,
        day(one.first_seen_at), shown(let_through, 600), news, one.key, shown(one.finding_id),
        [_use(use) for use in islice(one.where_used, MOST_USES)],
    ]  # fmt: skip


def _use(use: WhereUsed) -> Row:
    return [
        shown(use.bom), shown(use.sheet), use.line, shown(use.designators), number(use.quantity),
        int(use.is_alternate),
    ]  # fmt: skip


def _event(one: AuditEvent) -> Row:
    return [
        str(one.kind), shown(one.mpn, _NAME), shown(one.manufacturer, _NAME), shown(one.words, 600),
        shown(one.before), shown(one.after), day(one.at), day(one.since), one.key,
    ]  # fmt: skip


def _line(one: LineHealth) -> Row:
    use = one.use
    best = None if one.best is None else one.options[one.best]
    return [
        str(one.health), shown(use.bom), shown(use.sheet), use.line, shown(use.designators) or "(none)",
        number(use.quantity), shown(best.mpn if best else ""), shown(one.words, 600),
        [_option(option) for option in one.options], one.best,
    ]  # fmt: skip


def _option(one: OptionHealth) -> Row:
    return [
        one.key, shown(one.mpn, _NAME), shown(one.manufacturer, _NAME), str(one.health), shown(one.words),
        int(one.is_alternate),
    ]  # fmt: skip


def _part(one: PartState) -> Row:
    return [
        one.key, shown(one.mpn, _NAME), shown(one.manufacturer, _NAME), one.outcome, shown(one.reason),
        shown(one.part_mpn), shown(one.part_maker), shown(one.fact(FactName.LIFECYCLE).words),
        _count(one.fact(FactName.STOCK)), _count(one.fact(FactName.LEAD_TIME)),
        _count(one.fact(FactName.SOURCES)), str(one.tier), day(one.seen_at),
        safe_link(one.octopart_url), [_fact(fact, one.context) for fact in one.facts], one.line_count,
        f"{one.context.source}, {one.context.country}, {one.context.currency}",
    ]  # fmt: skip


def _count(fact: Fact) -> int | None:
    return fact.value if isinstance(fact.value, int) else None


def _fact(fact: Fact, context: Context) -> Row:
    is_told = fact.standing is Standing.KNOWN
    return [
        str(fact.name), shown(fact_words(fact, context)), day(fact.seen_at) if is_told else "",
        day(fact.told_at), shown(fact.note),
    ]  # fmt: skip
