"""What a person may choose for a line, as one cell of text, and what was written beside it.

The cell holds all that a decision needs, so that it can be read back from a workbook that was
sorted, filtered or saved by another program:

    for LM358D [Texas Instruments]: 1) LM358DR [Texas Instruments]; A1) LM2904D [onsemi]

Numbers are candidates for the line's own part, `A1` is its first alternate and `A1.2` the second
candidate for that. Knows no file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bulkmatch.core.decision import decide
from bulkmatch.core.normal import clean, is_same_number, maker_key
from bulkmatch.core.plan import question
from bulkmatch.errors import SettingsError
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.outcome import Matched, Outcome, Review, Skipped
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import AskOptions
from bulkmatch.model.row import Row

WANTED = (
    "1 (or accept 1), maker 1, A1 (an alternate), A1.1 (a candidate of an alternate), ignore, forget, "
    "or PART NUMBER [MAKER]"
)
# What the list in a workbook offers; anything else that is understood may be typed.
OFFERED = (
    "accept", "accept 2", "accept 3", "maker 1", "maker 2", "alternate 1", "alternate 2", "ignore",
    "forget",
)  # fmt: skip

_STOCK = "stock number "
_CELL = re.compile(r"for (?P<asked>.+?)(?: \[(?P<maker>[^\]]*)\])?(?:: (?P<rest>.*))?", re.DOTALL)
_ENTRY = re.compile(r"(A?\d+(?:\.\d+)?)\) (.*?) \[([^\]]*)\](?:; |$)", re.DOTALL)
_NOTHING = frozenset({"", "-", "?", "skip", "later", "todo", "open"})
_IGNORE = frozenset({"ignore", "ignored", "ignore line", "ignore this line", "leave out"})
_FORGET = frozenset({"forget", "undo", "reset", "forget decision"})
_ACCEPT = frozenset({"accept", "accepted", "ok", "okay", "yes", "y", "x", "take", "accept part"})
_MAKER = frozenset({"maker", "manufacturer", "accept maker", "accept manufacturer"})
_LONGEST_LABEL = 2  # what has more digits is a part number
_NUMBERED = re.compile(
    r"(?:accept|take|part|candidate|use|no|\s|#)*(\d+)(?:\.0+)?[.)]?", re.IGNORECASE
)
_OF_MAKER = re.compile(r"(?:accept\s+)?(?:maker|manufacturer)\s*#?(\d+)[.)]?", re.IGNORECASE)
_ALTERNATE = re.compile(
    r"(?:take|use|accept|\s)*(?:alternate|alternative|alt|a)[\s#.]*(\d+)(?:\.(\d+))?[.)]?",
    re.IGNORECASE,
)
_VERBS = re.compile(r"(?:(?:accept|take|use|part|candidate|alternate)\s+)+", re.IGNORECASE)
_NAMED = re.compile(r"(?P<mpn>.+?)\s*(?:\[(?P<maker>[^\]]+)\]|\sby\s+(?P<by>.+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, by the label it is listed under."""

    label: str
    mpn: str
    manufacturer: str | None

    def __str__(self) -> str:
        return f"{self.label}) {self.mpn} [{self.manufacturer or ''}]"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a line asked, and what may be chosen. `row` holds the question and nothing else."""

    row: Row
    entries: tuple[Choice, ...] = ()
    unseen: int = 0

    def __str__(self) -> str:
        row = self.row
        asked = row.mpn or f"{_STOCK}{row.sku}"
        maker = row.manufacturer if row.mpn else row.seller
        told = f"for {asked}" + (f" [{maker}]" if maker else "")
        more = [f"and {self.unseen} more"] if self.unseen else []
        listed = "; ".join([*map(str, self.entries), *more])
        return f"{told}: {listed}" if listed else told

    def named(self, label: str) -> Choice | None:
        """The choice of that label."""
        return next((choice for choice in self.entries if choice.label == label), None)


def choices_of(outcome: Outcome[PartLike]) -> Choices | None:
    """What may be chosen for a line; None when it asks nothing."""
    row = _question(outcome.row)
    if row is None:
        return None
    own = outcome.options[0].outcome if outcome.options else outcome
    entries = [*_candidates(own, "")]
    for option in outcome.options[1:]:
        entries.append(Choice(f"A{option.place}", clean(option.mpn), option.manufacturer))
        entries += _candidates(option.outcome, f"A{option.place}.")
    unseen = own.hits - len(own.parts) if isinstance(own, Review) else 0
    return Choices(row, tuple(entries), max(0, unseen))


def _question(row: Row) -> Row | None:
    """The row's question and nothing else of it."""
    asked = question(row, AskOptions())
    if isinstance(asked, Skipped):
        return None
    if asked.mpn:
        return Row(asked.mpn, asked.manufacturer)
    return Row("", sku=asked.sku, seller=asked.seller)


def _candidates(outcome: Outcome[PartLike], before: str) -> Iterator[Choice]:
    """The parts that were found; of an alternate only where there is something to decide."""
    match outcome:
        case Review(parts=parts):
            pass
        case Matched(part=part) if not before:
            parts = (part,)
        case _:
            return
    for number, part in enumerate(parts, start=1):
        yield Choice(f"{before}{number}", part.mpn, part.manufacturer.name)


def read_choices(text: str) -> Choices | None:
    """A cell of choices as it was written; None for a cell that is none."""
    cell = _CELL.fullmatch(text.strip())
    if cell is None:
        return None
    asked, maker = cell["asked"].strip(), cell["maker"] or None
    if asked.startswith(_STOCK):
        row = Row("", sku=asked.removeprefix(_STOCK), seller=maker)
    else:
        row = Row(asked, maker)
    found = _ENTRY.findall(cell["rest"] or "")
    return Choices(row, tuple(Choice(label, mpn, by or None) for label, mpn, by in found))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who decides, when, and why."""

    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The decision about this row's question is to be forgotten."""

    row: Row


def read_decision(text: str, choices: Choices, stamp: Stamp) -> Decision | Withdrawn | None:
    """What a person wrote beside the choices; None for nothing. Raises SettingsError."""
    told = " ".join(clean(text).split())
    word = told.casefold().rstrip(".!")
    if word in _NOTHING:
        return None
    if word in _FORGET:
        return Withdrawn(choices.row)
    if word in _IGNORE:
        return _decision(choices.row, Action.IGNORE, None, stamp)
    if word in _ACCEPT:
        return _accept(choices, _best(choices), stamp)
    if word in _MAKER:
        return _decision(choices.row, Action.MAKER, _the(choices, "1"), stamp)
    if found := _OF_MAKER.fullmatch(told):
        return _decision(choices.row, Action.MAKER, _the(choices, found[1]), stamp)
    found = _NUMBERED.fullmatch(told)
    if found and (choices.named(found[1]) or len(found[1]) <= _LONGEST_LABEL):
        return _accept(choices, found[1], stamp)
    if found := _ALTERNATE.fullmatch(told):
        return _accept(choices, f"A{found[1]}" + (f".{found[2]}" if found[2] else ""), stamp)
    return _by_name(_VERBS.sub("", told, count=1), choices, stamp)


def _best(choices: Choices) -> str:
    """The label of the first candidate; an alternate is none."""
    labels = (choice.label for choice in choices.entries)
    return next((label for label in labels if label.isdecimal() or "." in label), "1")


def _accept(choices: Choices, label: str, stamp: Stamp) -> Decision:
    """The decision for the choice of that label."""
    choice = _the(choices, label)
    if "." in label:  # a candidate of an alternate answers that alternate's question
        other = _the(choices, label.partition(".")[0])
        return _decision(Row(other.mpn, other.manufacturer), Action.PART, choice, stamp)
    action = Action.ALTERNATE if label.startswith("A") else Action.PART
    return _decision(choices.row, action, choice, stamp)


def _by_name(told: str, choices: Choices, stamp: Stamp) -> Decision:
    """A part that is written out; one that is listed needs no maker."""
    named = _NAMED.fullmatch(told)
    mpn, maker = (named["mpn"], named["maker"] or named["by"]) if named else (told, None)
    listed = [
        choice
        for choice in choices.entries
        if is_same_number(choice.mpn, mpn)
        and (maker is None or maker_key(maker) == maker_key(choice.manufacturer))
    ]
    if len(listed) == 1:
        return _accept(choices, listed[0].label, stamp)
    if maker is None or listed:
        raise SettingsError(f"wanted {WANTED}; got {told!r}")
    return _decision(choices.row, Action.PART, Choice("", mpn, maker), stamp)


def _the(choices: Choices, label: str) -> Choice:
    choice = choices.named(label)
    if choice is None:
        labels = ", ".join(one.label for one in choices.entries) or "nothing"
        raise SettingsError(f"there is no {label} here; this line lists {labels}")
    return choice


def _decision(row: Row, action: Action, choice: Choice | None, stamp: Stamp) -> Decision:
    return decide(
        row,
        action,
        by=stamp.by,
        at=stamp.at,
        mpn=choice.mpn if choice else None,
        manufacturer=choice.manufacturer if choice else None,
        note=stamp.note,
    )
