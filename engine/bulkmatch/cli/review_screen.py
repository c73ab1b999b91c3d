"""One case of a review on the screen: the question, the candidates and what tells them apart."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bulkmatch.cli.review_cases import Case, Known
from bulkmatch.cli.review_desk import HELP, Desk
from bulkmatch.cli.screen import clean
from bulkmatch.cli.summary import LIFECYCLE_COLOURS
from bulkmatch.core.choices import Choice
from bulkmatch.model.part import Lifecycle

_SHOWN_LINES = 3
_COLOURS = {str(word): colour for word, colour in LIFECYCLE_COLOURS.items()}


def show_case(console: Console, desk: Desk, case: Case, *, said: str, is_sandbox: bool) -> None:
    """Print the case at hand, and what was said about the key before."""
    console.clear()
    row = case.choices.row
    asked, maker = (row.mpn, row.manufacturer) if row.mpn else (row.sku or "", row.seller)
    blocks: list[RenderableType] = [
        Text.assemble(
            clean(asked, "bold"), clean(f" by {maker}" if maker else " (no maker named)")
        ),
        *_lines(case.lines),
        Text(),
        clean(case.reason, "yellow"),
    ]
    if case.choices.entries:
        blocks += [Text(), _choices(asked, maker, case)]
    if case.choices.unseen:
        blocks.append(Text(f"and {case.choices.unseen} more that were not looked at", style="dim"))
    blocks += [Text(), _keys()]
    if desk.note:
        blocks.append(clean(f"note: {desk.note}", "cyan"))
    console.print(
        Panel(
            Group(*blocks),
            title=f"{desk.at + 1} of {len(desk.cases)} · {desk.decided} decided",
            title_align="left",
            subtitle="[yellow]sandbox data: not real stock or prices[/]" if is_sandbox else None,
            subtitle_align="left",
            border_style="cyan",
            padding=(1, 2),
        )
    )
    if said:
        console.print(clean(said, "green"))


def show_help(console: Console) -> None:
    """Print what the keys stand for."""
    table = Table.grid(padding=(0, 2))
    for key, meaning in HELP:
        table.add_row(Text(key, style="bold"), meaning)
    console.print(table)


def _lines(lines: Sequence[str]) -> list[Text]:
    more = len(lines) - _SHOWN_LINES
    told = [clean(line, "dim") for line in lines[:_SHOWN_LINES]]
    return told + ([Text(f"and {more} lines more", style="dim")] if more > 0 else [])


def _choices(asked: str, maker: str | None, case: Case) -> Table:
    """The choices; what all of them share is dim, so that the rest is seen."""
    rows = [(choice, case.known.get(choice.label, Known())) for choice in case.choices.entries]
    columns = [
        ("MPN", [_compared(choice.mpn, asked) for choice, _ in rows]),
        ("maker", _marked([choice.manufacturer or "-" for choice, _ in rows])),
        ("lifecycle", [_lifecycle(known.lifecycle) for _, known in rows]),
        ("stock", _marked([known.stock for _, known in rows])),
        ("price", _marked([known.price for _, known in rows])),
        ("description", _marked([known.description for _, known in rows])),
    ]
    filled = [(name, cells) for name, cells in columns if any(cell.plain for cell in cells)]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True, style="bold cyan")
    for name, _ in filled:
        table.add_column(name, overflow="fold", justify="right" if name == "stock" else "left")
    for at, (choice, _) in enumerate(rows):
        table.add_row(_label(choice), *(cells[at] for _, cells in filled))
    return table


def _label(choice: Choice) -> Text:
    return Text(choice.label)


def _compared(mpn: str, asked: str) -> Text:
    """A number with those characters bold that the line's own does not have."""
    told = Text()
    matcher = SequenceMatcher(None, asked.casefold(), mpn.casefold(), autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        told.append_text(clean(mpn[start:end], "" if kind == "equal" else "bold reverse"))
    return told


def _marked(cells: Sequence[str]) -> list[Text]:
    is_shared = len(cells) > 1 and len(set(cells)) == 1
    return [clean(cell, "dim" if is_shared else "") for cell in cells]


def _lifecycle(word: str) -> Text:
    return Text(word, style=_COLOURS.get(word, "dim")) if word in set(Lifecycle) else clean(word)


def _keys() -> Text:
    told = Text(style="dim")
    for key, meaning in (
        ("1-9", "accept"), ("m", "maker"), ("a", "alternate"), ("t", "type"), ("i", "ignore"),
        ("n", "note"), ("s", "skip"), ("u", "undo"), ("q", "quit"), ("?", "help"),
    ):  # fmt: skip
        told.append(key, style="bold cyan")
        told.append(f" {meaning}   ")
    return told
