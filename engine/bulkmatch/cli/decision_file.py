"""Decisions that a person wrote into an output: read back from its columns, whatever the format."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulkmatch.cli.desk import stamp_here
from bulkmatch.cli.inspect_text import letter
from bulkmatch.core.choices import Choices, Stamp, Withdrawn, read_choices, read_decision
from bulkmatch.core.decision import subject_of_row
from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.feeds.container import open_content
from bulkmatch.feeds.grid import Grid
from bulkmatch.model.decision import Decision, Subject
from bulkmatch.report.columns import CHOICES, DECISION
from bulkmatch.store import Books

_MOST_TOLD = 10
_OUTCOME, _REASON = "Match: outcome", "Match: reason"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where one set of our columns stands."""

    choices: int
    decision: int
    outcome: int
    reason: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A line's choices, and the decision beside them as it was written, empty where none was.

    `outcome` and `reason` are what the line had ended as.
    """

    where: str
    choices: Choices
    text: str
    outcome: str
    reason: str


@dataclass(slots=True)
class Written:
    """What a file says: decisions by question, and questions whose decision is to be forgotten."""

    decisions: dict[Subject, Decision] = field(default_factory=dict[Subject, Decision])
    withdrawn: set[Subject] = field(default_factory=set[Subject])

    def add(self, told: Decision | Withdrawn) -> None:
        """Take one more. Raises SettingsError when the file has said something else before."""
        subject = told.subject if isinstance(told, Decision) else subject_of_row(told.row)
        before = self.decisions.get(subject)
        is_other = before is not None and (
            not isinstance(told, Decision) or told.is_same_as != before.is_same_as
        )
        if is_other or (isinstance(told, Decision) and subject in self.withdrawn):
            raise SettingsError("another line that asks the same is decided otherwise")
        if isinstance(told, Decision):
            self.decisions[subject] = told
        else:
            self.withdrawn.add(subject)


def read_written(path: Path, stamp: Stamp) -> Written:
    """All that was decided in a file. Raises FeedError, which names every cell that is not understood."""
    written, faults = Written(), list[str]()
    for cell in cells_of_choices(path):
        try:
            told = read_decision(cell.text, cell.choices, stamp)
            if told is not None:
                written.add(told)
        except SettingsError as error:
            faults.append(f"{cell.where}: {error}")
    if faults:
        more = len(faults) - _MOST_TOLD
        rest = [f"and {more} more"] if more > 0 else []
        raise FeedError(
            "nothing was taken over:\n  " + "\n  ".join([*faults[:_MOST_TOLD], *rest]), file=path
        )
    return written


def cells_of_choices(path: Path) -> list[Cell]:
    """Every line of an output that says what it asked. Raises FeedError for what is no output."""
    grids = open_content(path).grids
    found = [cell for grid in grids for cell in _cells(grid)]
    if not found and not any(_columns(record) for grid in grids for record in grid.records):
        raise FeedError(
            f"has no columns {CHOICES!r} and {DECISION!r}: wanted is an output of `bulkmatch enrich`",
            file=path,
        )
    return found


def is_output(path: Path) -> bool:
    """Whether the file has our columns."""
    return any(_columns(record) for grid in open_content(path).grids for record in grid.records)


def _cells(grid: Grid) -> Iterator[Cell]:
    found: tuple[_Columns, ...] = ()
    for line, record in enumerate(grid.records, start=1):
        if columns := _columns(record):
            found = columns
            continue
        for at in found:
            choices = read_choices(_at(record, at.choices))
            if choices is not None:
                where = f"{grid.name}!" if grid.name else ""
                yield Cell(
                    f"{where}{letter(at.decision)}{line}",
                    choices,
                    _at(record, at.decision),
                    _at(record, at.outcome),
                    _at(record, at.reason),
                )


def _columns(record: Sequence[str]) -> tuple[_Columns, ...]:
    """The sets of our columns in a header; a file that was enriched twice has two."""
    names = [name.strip() for name in record]
    places = [
        [at for at, name in enumerate(names) if name.startswith(wanted)]
        for wanted in (CHOICES, DECISION, _OUTCOME, _REASON)
    ]
    return tuple(_Columns(*found) for found in zip(*places, strict=False))


def _at(record: Sequence[str], column: int) -> str:
    return record[column].strip() if column < len(record) else ""


def read_all(paths: Iterable[Path]) -> Written:
    """What all files say; a later file goes before an earlier one. Raises FeedError."""
    written = Written()
    for path in paths:
        told = read_written(path, stamp_here(note=path.name))
        written.decisions |= told.decisions
        written.withdrawn = (written.withdrawn - set(told.decisions)) | told.withdrawn
        for subject in told.withdrawn:
            written.decisions.pop(subject, None)
    return written


def take_over(written: Written, books: Books, account: str) -> str:
    """Keep what is new, and say in words what that was: who decided the same before keeps it."""
    known = {made.subject: made.is_same_as for made in books.decisions(account)}
    fresh = [
        made for made in written.decisions.values() if known.get(made.subject) != made.is_same_as
    ]
    books.decide(account, fresh)
    gone = books.forget_decisions(account, written.withdrawn) if written.withdrawn else 0
    same = len(written.decisions) - len(fresh)
    told = [f"{len(fresh)} decisions taken over"]
    told += [f"{same} known before"] if same else []
    told += [f"{gone} forgotten"] if gone else []
    return ", ".join(told)
