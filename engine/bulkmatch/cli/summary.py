"""What a run came to: a panel for people, and the same as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bulkmatch.cli.digest import KINDS, Digest
from bulkmatch.cli.exits import Exit
from bulkmatch.cli.progress import span
from bulkmatch.cli.screen import clean
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.row import Row
from bulkmatch.model.tally import Tally

COLOURS = {
    "matched": "green",
    "needs review": "yellow",
    "missed": "magenta",
    "failed": "red",
    "skipped": "bright_black",
}
LIFECYCLE_COLOURS = {
    Lifecycle.NEW: "cyan",
    Lifecycle.PRODUCTION: "green",
    Lifecycle.NRND: "yellow",
    Lifecycle.EOL: "dark_orange",
    Lifecycle.OBSOLETE: "red",
}
_BAR = 28
_MOST_DRIFTS = 5
_DRIFT_ADVICE = "`bulkmatch schema check` says what the API changed; a later version may know it"
Lines = list[RenderableType]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run stopped early, in a word and in words, and how to go on.

    `until` is the instant from which the same command goes on by itself, where there is one.
    """

    reason: str
    detail: str
    advice: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is told about a run.

    `run` and `month` are the ledger's own counts, None when it cannot be read any more. `outputs`
    are those that were written.
    """

    digest: Digest
    tally: Tally
    distinct: int
    seconds: float
    source: str
    run_id: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    caps: Caps
    run: Spend | None
    month: Spend | None
    stop: Stop | None
    code: Exit


def as_json(summary: Summary) -> str:
    """The summary as JSON text. Charged, unknown and left are parts."""
    stop, tally = summary.stop, summary.tally
    return json.dumps(
        {
            "lines": summary.digest.lines,
            "distinct": summary.distinct,
            "outcomes": {kind: summary.digest.kinds[kind] for kind in KINDS},
            "lifecycles": {str(word): n for word, n in summary.digest.lifecycles.most_common()},
            "requests": tally.requests,
            "charged": tally.charged,
            "saved": tally.saved,
            "from_store": tally.from_store,
            "unknown": tally.unknown,
            "errors": tally.errors,
            "seconds": round(summary.seconds, 3),
            "source": summary.source,
            "run_id": summary.run_id,
            "inputs": [str(path) for path in summary.inputs],
            "outputs": [str(path) for path in summary.outputs],
            "budget": _budget(summary.caps.run, summary.run),
            "month_budget": _budget(summary.caps.month, summary.month),
            "schema_drift": tally.schema_drift,
            "not_entitled": dict(sorted(summary.digest.not_entitled.items())),
            "stopped": None if stop is None else _stop_json(stop),
            "exit_code": int(summary.code),
        },
        indent=2,
        ensure_ascii=False,
    )


def _stop_json(stop: Stop) -> dict[str, str | None]:
    until = None if stop.until is None else stop.until.isoformat()
    return {"reason": stop.reason, "detail": stop.detail, "until": until}


def _budget(cap: int | None, spend: Spend | None) -> dict[str, int | None]:
    if spend is None:
        return {"cap": cap, "used": None, "left": None}
    return {"cap": cap, "used": spend.used, "left": spend.left(cap)}


def stop_text(stop: Stop) -> str:
    """Why a run stopped early, and on a second line how to go on."""
    why = f"stopped ({stop.reason})" + (f": {stop.detail}" if stop.detail else "")
    return f"{why}\n{stop.advice}".replace("\r", " ")


def show_summary(console: Console, summary: Summary) -> None:
    """Print the panel that ends a run."""
    blocks: Lines = [_outcomes(summary.digest), Text(), _facts(summary)]
    blocks.extend(_to_look_at(summary.digest))
    blocks.extend(_drift(summary.tally.schema_drift))
    if summary.stop is not None:
        blocks.extend((Text(), _stopped(summary.stop)))
    names = ", ".join(path.name for path in summary.inputs)
    title = Text.assemble(clean(names, "bold"), f" · {summary.digest.lines} lines")
    mark = "sandbox data: not real stock or prices" if summary.source == "sandbox" else None
    style = "cyan" if summary.stop is None else "yellow"
    console.print(
        Panel(
            Group(*blocks),
            title=title,
            title_align="left",
            subtitle=None if mark is None else f"[yellow]{mark}[/]",
            subtitle_align="left",
            border_style=style,
            padding=(1, 2),
        )
    )


def _outcomes(digest: Digest) -> Table:
    """A bar for each outcome, in proportion to the lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    for kind in KINDS:
        count = digest.kinds[kind]
        if count or kind == "matched":
            bar = Text("█" * _width(count, digest.lines), style=COLOURS[kind])
            table.add_row(
                Text(kind, style=f"bold {COLOURS[kind]}"), str(count), bar, _aside(digest, kind)
            )
    return table


def _width(count: int, lines: int) -> int:
    """The length of a bar; what is there at all is seen."""
    return max(1, round(_BAR * count / max(1, lines))) if count else 0


def _aside(digest: Digest, kind: str) -> Text:
    if kind != "skipped":
        return Text()
    told = ", ".join(f"{count} {reason}" for reason, count in digest.skips.most_common())
    return Text(told, style="dim")


def _facts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    if summary.digest.lifecycles:
        table.add_row("lifecycle", _lifecycles(summary.digest))
    if summary.digest.not_entitled:
        table.add_row("not in plan", _not_entitled(summary.digest))
    table.add_row("parts", _parts(summary))
    if budgets := _budgets(summary):
        table.add_row("budget", budgets)
    table.add_row("requests", f"{summary.tally.requests} in {span(summary.seconds)}")
    for count, path in enumerate(summary.outputs):
        table.add_row("" if count else "written", clean(str(path), "bold"))
    return table


def _lifecycles(digest: Digest) -> Text:
    told = [
        Text(f"{digest.lifecycles[word]} {word}", style=LIFECYCLE_COLOURS.get(word, "dim"))
        for word in Lifecycle
        if digest.lifecycles[word]
    ]
    return Text(" · ").join(told)


def _not_entitled(digest: Digest) -> Text:
    """What the plan does not include, with the lines that lack it."""
    told = (f"{name} ({count} lines)" for name, count in sorted(digest.not_entitled.items()))
    return clean(", ".join(told), "yellow")


def _parts(summary: Summary) -> Text:
    tally = summary.tally
    told = [Text(f"{tally.charged} charged", style="bold"), Text(_from_store(tally.from_store))]
    if tally.saved:
        told.append(Text(f"{tally.saved} saved against the API's default limit of 3"))
    if summary.run is not None and summary.run.used > tally.charged + tally.unknown:
        told.append(Text(f"{summary.run.used} with what the run was charged before"))
    if tally.unknown:
        told.append(Text(f"{tally.unknown} unknown", style="yellow"))
    return Text(" · ").join(told)


def _from_store(answers: int) -> str:
    return f"{answers} stored answer{'' if answers == 1 else 's'} used, free"


def _budgets(summary: Summary) -> str:
    """What is left under each cap that there is."""
    lefts = (
        ("this run", summary.run, summary.caps.run),
        ("this month", summary.month, summary.caps.month),
    )
    return " · ".join(
        f"{spend.left(cap)} of {cap} left {when}"
        for when, spend, cap in lefts
        if spend is not None and cap is not None
    )


def _to_look_at(digest: Digest) -> Lines:
    """What a person should look at first: a few lines of each kind."""
    found: Lines = []
    for kind in ("needs review", "missed", "failed"):
        found += _examples(kind, COLOURS[kind], digest.examples[kind], digest.kinds[kind])
    return found + _examples("end of life", "red", digest.risks, digest.ending)


def _examples(title: str, style: str, lines: Sequence[tuple[Row, str]], count: int) -> Lines:
    """The first of `count` lines with their reasons; nothing when there are none."""
    if not lines:
        return []
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for row, reason in lines:
        table.add_row(f"line {row.line}", clean(row.mpn or "-"), clean(reason))
    more = count - len(lines)
    rest = [Padding(Text(f"and {more} more", style="dim"), (0, 0, 0, 2))] if more else []
    return [Text(), Text(title, style=style), Padding(table, (0, 0, 0, 2)), *rest]


def _drift(places: Sequence[str]) -> Lines:
    """Where answers did not fit the schema, and what to do; nothing when all did."""
    if not places:
        return []
    more = [f"and {len(places) - _MOST_DRIFTS} more"] if len(places) > _MOST_DRIFTS else []
    told = Text("\n").join(map(clean, (*places[:_MOST_DRIFTS], *more, _DRIFT_ADVICE)))
    title = Text("answers that do not fit the schema", style="yellow")
    return [Text(), title, Padding(told, (0, 0, 0, 2))]


def _stopped(stop: Stop) -> Text:
    why, advice = stop_text(stop).split("\n")
    return Text.assemble(clean(why, "bold yellow"), "\n", clean(advice))
