"""What an audit came to: a panel for people, and the same as JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.progress import span
from bulkmatch.cli.screen import clean
from bulkmatch.core.audit_json import to_json
from bulkmatch.model.audit import AuditEvent, AuditHead, AuditReport, Finding, Forecast, Severity

SEVERITY_COLOURS = {
    Severity.FATAL.value: "bold red",
    Severity.ERROR.value: "red",
    Severity.WARNING.value: "yellow",
    Severity.NOTE.value: "cyan",
}
_HEALTH_COLOURS = {
    "fine": "green",
    "at risk": "yellow",
    "at end": "red",
    "unsure": "magenta",
    "not checked": "bright_black",
}
_BAR = 28
_SHOWN = 6
Blocks = list[RenderableType]


@dataclass(frozen=True, slots=True)
class AuditEnd:
    """How an audit ended."""

    report: AuditReport
    outputs: tuple[Path, ...]
    seconds: float
    code: Exit


def as_json(end: AuditEnd) -> str:
    """The head of the audit as JSON text, with what was written and the exit code."""
    told = json.loads(to_json(end.report.head))
    told["history"] = [past["audit_id"] for past in told["history"]]
    told["outputs"] = [str(path) for path in end.outputs]
    told["exit_code"] = int(end.code)
    return json.dumps(told, indent=2, ensure_ascii=False)


def show_audit(console: Console, end: AuditEnd) -> None:
    """Print the panel that ends an audit."""
    head, report = end.report.head, end.report
    counts = head.counts
    blocks: Blocks = [_bars(counts.healths, counts.line_count, _HEALTH_COLOURS, "lines")]
    if counts.severities:
        blocks += [
            Text(),
            _bars(counts.severities, sum(counts.severities.values()), SEVERITY_COLOURS, ""),
        ]
    blocks += [Text(), _facts(end)]
    blocks += _changes(head, report.events)
    blocks += _worst(report.findings, sum(counts.severities.values()))
    blocks += [Padding(clean(words, "yellow"), (1, 0, 0, 0)) for words in _gaps(head)]
    files = "1 file" if counts.bom_count == 1 else f"{counts.bom_count} files"
    title = f"audit · {counts.part_count} parts · {counts.line_count} lines · {files}"
    mark = "sandbox data: not real stock or prices" if head.context.source == "sandbox" else None
    console.print(
        Panel(
            Group(*blocks),
            title=Text(title, style="bold"),
            title_align="left",
            subtitle=None if mark is None else f"[yellow]{mark}[/]",
            subtitle_align="left",
            border_style=_border(counts.severities),
            padding=(1, 2),
        )
    )


def _border(severities: Mapping[str, int]) -> str:
    for word in (Severity.FATAL, Severity.ERROR):
        if severities.get(word.value):
            return "red"
    return "yellow" if severities.get(Severity.WARNING.value) else "green"


def _bars(counts: Mapping[str, int], total: int, colours: Mapping[str, str], unit: str) -> Table:
    """A bar for each word that has a colour, in proportion."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=12)
    table.add_column(justify="right")
    for word, style in colours.items():
        if count := counts.get(word, 0):
            width = max(1, round(_BAR * count / max(1, total)))
            told = f"{count} {unit}".rstrip()
            table.add_row(Text(word, style=style), told, Text("█" * width, style=style))
    return table


def _facts(end: AuditEnd) -> Table:
    head = end.report.head
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    since = (
        "first audit of these files"
        if head.previous_at is None
        else f"{head.previous_at:%Y-%m-%d %H:%M}"
    )
    table.add_row("since", since)
    table.add_row("lifecycle", _words(head.counts.lifecycles))
    table.add_row("looked at", f"{head.counts.asked_count} parts in {span(end.seconds)}")
    table.add_row("parts", _parts(head))
    if head.counts.waived_count:
        table.add_row("waived", f"{head.counts.waived_count} findings")
    if head.not_in_plan:
        table.add_row("not in plan", ", ".join(head.not_in_plan))
    if head.forecast is not None:
        table.add_row("forecast", forecast_words(head.forecast))
    for count, path in enumerate(end.outputs):
        table.add_row("" if count else "written", clean(str(path), "bold"))
    return table


def _words(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "-"


def _parts(head: AuditHead) -> str:
    told = [f"{head.parts_charged} charged"]
    if head.parts_unknown:
        told.append(f"{head.parts_unknown} unknown")
    if head.max_parts is not None:
        told.append(f"at most {head.max_parts}")
    return " · ".join(told)


def forecast_words(found: Forecast) -> str:
    """What the library will cost, in a line."""
    left = "" if found.left is None else f"; {found.left} parts left this month"
    return (
        f"{found.due_now} due now, {found.rest_of_month} more until the month's end, "
        f"{found.next_month} next month; {found.per_month} a month on average{left}"
    )


def _changes(head: AuditHead, events: Iterable[AuditEvent]) -> Blocks:
    if not head.counts.events:
        return []
    shown = [(event.mpn or "account", event.words) for event in islice(events, _SHOWN)]
    count = sum(head.counts.events.values())
    return _listed("changed since then", shown, count - len(shown))


def _worst(findings: Iterable[Finding], count: int) -> Blocks:
    first = [finding for finding in islice(findings, _SHOWN) if finding.counts]
    shown = [(finding.mpn, f"{finding.severity}: {finding.reason}") for finding in first]
    return _listed("look at first", shown, count - len(shown)) if shown else []


def _listed(title: str, shown: Sequence[tuple[str, str]], more: int) -> Blocks:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, words in shown:
        table.add_row(clean(name), clean(words))
    rest = [Padding(Text(f"and {more} more", style="dim"), (0, 0, 0, 2))] if more > 0 else []
    return [Text(), Text(title, style="bold"), Padding(table, (0, 0, 0, 2)), *rest]


def _gaps(head: AuditHead) -> Iterable[str]:
    """What was not looked at though it should have been."""
    for gap in head.unlooked:
        if not gap.is_fine:
            yield f"{gap.part_count} parts not looked at ({gap.reason}). {gap.advice}"
