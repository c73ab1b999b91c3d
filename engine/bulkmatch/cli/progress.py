"""How far a run has come, shown live on stderr: a bar in a terminal, a plain line elsewhere.

Shows what it is given; decides nothing and asks nobody.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bulkmatch.model.tally import Tally

# Often enough to look alive; a plain log wants fewer lines.
LIVE_SECONDS, PLAIN_SECONDS = 0.2, 5.0


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a run is, `seconds` after it began. `budget` is parts, None for no cap of ours.

    `stopping` and `waiting` are why nothing more is sent, or nothing for now; empty while it is.
    """

    lines: int
    total: int
    tally: Tally
    budget: int | None
    seconds: float
    stopping: str = ""
    waiting: str = ""

    @property
    def requests_a_minute(self) -> float:
        """The pace so far; 0 before there is one."""
        return 60 * self.tally.requests / self.seconds if self.seconds >= 1 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace of lines so far; None when nobody can say."""
        if not self.lines or self.seconds < 1:
            return None
        return self.seconds / self.lines * (self.total - self.lines)

    @property
    def standstill(self) -> str:
        """Why it does not get on, in words; empty while it does."""
        if self.stopping:
            return f"stopping: {self.stopping}"
        return f"waiting: {self.waiting}" if self.waiting else ""


Show = Callable[[Moment], None]


@contextmanager
def display(console: Console, *, quiet: bool) -> Generator[tuple[Show, float]]:
    """What shows a moment, and the seconds between two moments."""
    if quiet:
        yield (lambda moment: None), PLAIN_SECONDS
    elif console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            spinner = Spinner("dots", style="cyan")
            yield (lambda moment: live.update(_drawn(moment, spinner), refresh=True)), LIVE_SECONDS
    else:
        yield (lambda moment: _print(console, moment)), PLAIN_SECONDS


def _print(console: Console, moment: Moment) -> None:
    """A log has no use for a line that says that nothing has happened yet."""
    if moment.seconds >= 1:
        console.print(plain(moment), soft_wrap=True)


def plain(moment: Moment) -> str:
    """A moment as one line of text."""
    percent = 100 * moment.lines // max(1, moment.total)
    told = [f"{moment.lines} of {moment.total} lines ({percent}%)", *facts(moment)]
    if moment.standstill:
        told.append(moment.standstill)
    return ", ".join(told)


def facts(moment: Moment) -> tuple[str, ...]:
    """What goes with the bar, in words."""
    tally, left = moment.tally, moment.seconds_left
    told = [
        charged(tally.charged, moment.budget),
        f"{tally.from_store} from store" if tally.from_store else "",
        f"{tally.unknown} unknown" if tally.unknown else "",
        f"{moment.requests_a_minute:.0f} requests a minute",
        f"{tally.errors} error{'' if tally.errors == 1 else 's'}",
        f"{span(left)} left" if left is not None and not moment.standstill else "",
    ]
    return tuple(words for words in told if words)


def charged(parts: int, budget: int | None) -> str:
    """Parts charged, of the budget where there is one."""
    return f"{parts} parts charged" if budget is None else f"{parts} of {budget} parts charged"


def span(seconds: float) -> str:
    """A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02} min"


def _drawn(moment: Moment, spinner: Spinner) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=max(1, moment.total), completed=moment.lines, width=36)
    row.add_row(spinner, bar, f"{moment.lines}/{moment.total} lines", f"{span(moment.seconds)}")
    told = Text("  " + " · ".join(facts(moment)), style="dim")
    if not moment.standstill:
        return Group(row, told)
    why = Text(f"  {moment.standstill}", style="yellow", no_wrap=True, overflow="ellipsis")
    return Group(row, told, why)
