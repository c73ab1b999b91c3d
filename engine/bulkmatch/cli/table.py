"""The lines themselves, as a table for the screen: for a short BOM without an output."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bulkmatch.cli.digest import Facts
from bulkmatch.cli.screen import clean
from bulkmatch.cli.summary import COLOURS, LIFECYCLE_COLOURS
from bulkmatch.model.outcome import Outcome, outcome_name
from bulkmatch.model.part import OrderPrice, PartLike
from bulkmatch.report import ReportContext
from bulkmatch.report.told import Told, tell


def show_lines(
    console: Console,
    kept: Iterable[tuple[Outcome[PartLike], Facts]],
    context: ReportContext,
) -> None:
    """Print one line of the table for each line of the BOM."""
    mark = "sandbox data: not real stock or prices" if context.is_sandbox else None
    table = Table(
        caption=mark, caption_style="yellow", box=None, pad_edge=False, header_style="bold"
    )
    table.add_column("line", justify="right", style="dim")
    for name in ("MPN", "outcome", "found", "maker", "lifecycle"):
        table.add_column(name, overflow="fold")
    table.add_column("stock", justify="right")
    table.add_column("unit price", justify="right", no_wrap=True)
    for outcome, facts in kept:
        table.add_row(*_cells(tell(outcome, facts, context)))
    console.print(table)


def _cells(told: Told) -> tuple[Text | str, ...]:
    name, facts = outcome_name(told.outcome), told.facts
    outcome = Text(name, style=COLOURS[name])
    line, mpn = str(told.row.line), clean(told.row.mpn or "-")
    if facts is None:
        return (line, mpn, outcome, clean(told.reason, "dim"))
    lifecycle = Text(str(facts.lifecycle), style=LIFECYCLE_COLOURS.get(facts.lifecycle, "dim"))
    stock = "?" if told.stock is None else f"{told.stock:,}"
    found, maker = clean(facts.mpn), clean(facts.manufacturer)
    return (line, mpn, outcome, found, maker, lifecycle, stock, _price(told.price))


def _price(price: OrderPrice | None) -> str:
    return "-" if price is None else f"{price.unit:.4g} {price.currency}"
