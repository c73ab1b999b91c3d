"""What a report is told of its run: before the first line, and after the last."""

from dataclasses import dataclass
from datetime import datetime

from bulkmatch.model.tally import Tally
from bulkmatch.report.original import Original


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What is known when a run begins.

    `source` is "live" or "sandbox". `started_at` is an aware UTC instant; ages of answers count up
    to it. `command` is the command as a person would repeat it, never with a secret. `inputs` names
    the files read; `sheet` is the sheet of a lone table, `original` the file of a lone input.
    """

    source: str
    country: str
    currency: str
    started_at: datetime
    boards: int = 1
    profile: str = "supply"
    command: str = ""
    inputs: tuple[str, ...] = ()
    sheet: str | None = None
    original: Original | None = None

    @property
    def is_sandbox(self) -> bool:
        """Whether what is written is not about the real market."""
        return self.source == "sandbox"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known when a run has ended, complete or not.

    `budget` is the run's own cap in parts, None without one. `distinct` counts the questions that
    the lines come down to. `stopped` says in words why the run ended early, empty when it did not.
    What is in the lines themselves (outcomes, lifecycle) a sink counts for itself.
    """

    tally: Tally
    finished_at: datetime
    budget: int | None = None
    distinct: int | None = None
    stopped: str = ""
