"""What was found in a file, for a person at a terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bulkmatch.cli.screen import clean
from bulkmatch.feeds import SURE, Found, Reading, why_unsure
from bulkmatch.feeds.findings import Finding, findings_of
from bulkmatch.feeds.layout import Choice
from bulkmatch.feeds.numbers import distinct, part_numbers

_SHOWN_FINDINGS = 12
_SHOWN_ROWS = 8
_GOOD = 0.85
_ROLES = {"individual": "lists the parts of another table one by one; not counted"}


def show(console: Console, reading: Reading, *, show_all: bool = False) -> None:
    """Print it: the file, each table with its columns, then what to look at, then the verdict."""
    console.print(_file(reading))
    for found in reading.tables:
        console.print()
        console.print(_title(found))
        console.print(Padding(_columns(found.choices), (0, 0, 0, 2)))
        console.print(Padding(_lines(found), (0, 0, 0, 2)))
    _show_findings(console, reading, show_all=show_all)
    console.print()
    console.print(_verdict(reading))


def _file(reading: Reading) -> Text:
    content = reading.content
    told = [content.container]
    if content.encoding:
        told.append(content.encoding + (" with byte order mark" if content.has_mark else ""))
    if content.delimiter:
        told.append(f"delimiter {_NAMES.get(content.delimiter, content.delimiter)}")
    if content.line_ending:
        told.append(f"lines end in {content.line_ending}")
    if content.sheets:
        told.append(f"sheets: {', '.join(content.sheets)}")
    return clean(reading.file.name, "bold") + Text("  ") + clean(" · ".join(told), "dim")


_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def _title(found: Found) -> Text:
    table = found.table
    where = [f"sheet {table.sheet}"] if table.sheet else []
    where += [f"list {found.element}"] if found.element else []
    if not found.element:
        where.append(f"header in row {table.header_line}" if table.header_line else "no header")
    kind = _ROLES.get(found.role, found.role)
    return clean(f"Table ({kind}): {', '.join(where)}", "bold cyan")


def _columns(choices: Sequence[Choice]) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="dim")
    grid.add_column("role")
    grid.add_column("column", no_wrap=True)
    grid.add_column("sure", justify="right")
    grid.add_column("why", overflow="fold")
    for choice in choices:
        grid.add_row(
            str(choice.role),
            clean(f"{letter(choice.index)}  {choice.name}"),
            Text(f"{choice.confidence:.0%}", style=_colour(choice.confidence)),
            clean(choice.reason, "dim"),
        )
    return grid


def _colour(confidence: float) -> str:
    return "green" if confidence >= _GOOD else "yellow" if confidence >= SURE else "red"


def letter(index: int) -> str:
    """A column's letter as spreadsheets show it; 0 is A."""
    letters = ""
    at = index + 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _lines(found: Found) -> Text:
    rows = found.table.rows
    out = [row.line for row in rows if row.do_not_populate]
    partly = [row.line for row in rows if row.left_out]
    told = [f"{len(rows)} lines" + (f", rows {rows[0].line} to {rows[-1].line}" if rows else "")]
    told += [f"{len(out)} not populated (rows {_some(out)})"] if out else []
    told += [f"{len(partly)} populated in part (rows {_some(partly)})"] if partly else []
    others = sum(len(row.alternates) for row in rows)
    told += [f"{others} alternates"] if others else []
    return Text("; ".join(told))


def _some(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:_SHOWN_ROWS]))
    return f"{shown}, ..." if len(lines) > _SHOWN_ROWS else shown


def _show_findings(console: Console, reading: Reading, *, show_all: bool) -> None:
    findings = [one for found in reading.counted for one in findings_of(found.table)]
    if not findings:
        return
    counts = Counter(str(one.problem) for one in findings)
    told = ", ".join(f"{count} {problem}" for problem, count in counts.most_common())
    console.print()
    console.print(Text(f"To look at: {told}", style="bold yellow"))
    shown = findings if show_all else _varied(findings)
    grid = Grid(box=None, pad_edge=False, show_header=False)
    grid.add_column(justify="right", style="dim")
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold", style="dim")
    for one in shown:
        grid.add_row(f"row {one.line}", clean(one.text), clean(one.says))
    console.print(Padding(grid, (0, 0, 0, 2)))
    if len(shown) < len(findings):
        console.print(
            Text(f"  and {len(findings) - len(shown)} more; --all shows them", style="dim")
        )


def _varied(findings: Sequence[Finding]) -> list[Finding]:
    """A few of each kind, in order."""
    seen: Counter[str] = Counter()
    each = max(1, _SHOWN_FINDINGS // max(1, len({one.problem for one in findings})))
    some: list[Finding] = []
    for one in findings:
        seen[one.problem] += 1
        if seen[one.problem] <= each:
            some.append(one)
    return some


def _verdict(reading: Reading) -> Text:
    rows = [row for found in reading.counted for row in found.table.rows]
    numbers = distinct([text for row in rows for text in part_numbers(row)])
    counts = f"{len(rows)} lines, {len(numbers)} distinct part numbers"
    if reading.is_sure:
        return Text(f"Read as {counts}.", style="bold green")
    return clean(f"Not sure enough to run ({counts}): {why_unsure(reading)}", "bold red")
