"""The price of a run before the first request: for `--dry-run`, and as the first line of a run."""

import json

from rich.console import Console
from rich.table import Table

from bulkmatch.cli.progress import span
from bulkmatch.cli.screen import clean
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.tally import Estimate


def in_a_line(estimate: Estimate) -> str:
    """The price in one line of text."""
    known = f"{estimate.lines} lines · {estimate.distinct} distinct questions"
    if estimate.distinct == estimate.from_store:
        return f"{known} · all answered from store, free"
    stored = f" · {estimate.from_store} answered from store" if estimate.from_store else ""
    first, most = estimate.parts_first_look, estimate.parts_at_most
    return f"{known}{stored} · {first} parts at the first look, {most} at most"


def as_json(estimate: Estimate, *, source: str, caps: Caps, month: Spend) -> str:
    """The price as JSON text; counts of parts where the names say so."""
    return json.dumps(
        {
            "dry_run": True,
            "lines": estimate.lines,
            "skipped": estimate.skipped,
            "distinct": estimate.distinct,
            "from_store": estimate.from_store,
            "parts_first_look": estimate.parts_first_look,
            "parts_at_most": estimate.parts_at_most,
            "requests_at_least": estimate.requests_at_least,
            "seconds_at_least": round(estimate.seconds_at_least, 3),
            "budget": caps.run,
            "month_budget": caps.month,
            "month_left": month.left(caps.month),
            "source": source,
        },
        indent=2,
    )


def show(
    console: Console,
    estimate: Estimate,
    *,
    caps: Caps,
    month: Spend,
    mpn_columns: tuple[str, ...],
) -> None:
    """Print the price for people, and which columns the part numbers are from."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right", style="bold")
    table.add_column(style="dim")
    table.add_row("lines", str(estimate.lines), _skipped(estimate.skipped))
    table.add_row("part numbers", "", clean(f"from column {', '.join(mpn_columns)}", "dim"))
    table.add_row("distinct questions", str(estimate.distinct), "")
    table.add_row("answered from store", str(estimate.from_store), "free")
    table.add_row(
        "parts, first look", f"≤ {estimate.parts_first_look}", "one for each question left"
    )
    table.add_row(
        "parts, at most", f"≤ {estimate.parts_at_most}", "with a second look at every doubt"
    )
    table.add_row("requests", f"≥ {estimate.requests_at_least}", "")
    table.add_row("time at the pace", f"≥ {span(estimate.seconds_at_least)}", "")
    for words, left in (
        ("this run's budget", caps.run),
        ("left this month", month.left(caps.month)),
    ):
        if left is not None:
            table.add_row(words, str(left), _fits(estimate.parts_at_most, left))
    console.print(table)
    console.print("nothing was asked, nothing was charged", style="dim")


def _skipped(count: int) -> str:
    return f"{count} of them never asked (no part number, or do not populate)" if count else ""


def _fits(parts_at_most: int, left: int) -> str:
    return "enough in any case" if parts_at_most <= left else "may stop the run early"
