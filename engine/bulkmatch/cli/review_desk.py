"""A review under way: one case after the other, what is decided, and the way back.

Knows no screen and no store: it is told what was typed, and calls what keeps decisions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bulkmatch.cli.review_cases import Case
from bulkmatch.core.choices import Stamp, Withdrawn, read_decision
from bulkmatch.errors import SettingsError
from bulkmatch.model.decision import Decision, Subject

HELP = (
    ("1-9", "accept that candidate"),
    ("m", "accept a candidate's maker"),
    ("a", "take an alternate"),
    ("t", "type a decision, such as LM358DR [Texas Instruments]"),
    ("i", "ignore: leave such lines out"),
    ("n", "note why, for the decisions that follow"),
    ("s", "skip"),
    ("u", "undo, and back to that line"),
    ("q", "quit; what was decided is kept"),
)
# Keys that want some more words, and what they stand for before these.
ASKING = {"m": "maker", "a": "A", "t": ""}


@dataclass(frozen=True, slots=True)
class _Step:
    """A case that was left; `made` is what was decided then, `before` what had been decided earlier."""

    at: int
    made: Decision | None
    before: Decision | None


class Desk:
    """Holds the cases and what was done with them. Every decision is kept at once."""

    def __init__(
        self,
        cases: Iterable[Case],
        *,
        by: str,
        now: Callable[[], datetime],
        known: dict[Subject, Decision],
        keep: Callable[[Decision], None],
        forget: Callable[[Subject], None],
    ) -> None:
        self.cases = tuple(cases)
        self.at, self.note, self.has_quit = 0, "", False
        self._by, self._now, self._known = by, now, dict(known)
        self._keep, self._forget = keep, forget
        self._steps: list[_Step] = []

    def __repr__(self) -> str:
        return f"Desk({self.at} of {len(self.cases)}, decided={self.decided})"

    @property
    def case(self) -> Case | None:
        """The case at hand; None at the end."""
        return None if self.has_quit or self.at >= len(self.cases) else self.cases[self.at]

    @property
    def decided(self) -> int:
        """How many decisions were made, those undone left out."""
        return sum(step.made is not None for step in self._steps)

    @property
    def skipped(self) -> int:
        """How many cases were left undecided on the way."""
        return len(self._steps) - self.decided

    def press(self, key: str, words: str = "") -> str:
        """Do what a key stands for; what to say about it. `words` come with keys that ask for some."""
        case = self.case
        assert case is not None, "there is a case while keys are pressed"
        match key.lower():
            case "q" | "\x04" | "\x1b":
                self.has_quit = True
                return ""
            case "u":
                return self._undo()
            case "n":
                self.note = " ".join(words.split())
                return f"noted: {self.note}" if self.note else "no note"
            case "s" | " ":
                return self._leave(case, None)
            case "i":
                return self._decide(case, "ignore")
            case "m" | "a" | "t" as asking:
                told = words.strip().removeprefix(ASKING[asking])
                return self._decide(case, f"{ASKING[asking]} {told}") if told else ""
            case digit if digit.isdecimal() and digit != "0":
                return self._decide(case, digit)
            case _:
                return "no such key; ? shows them"

    def _decide(self, case: Case, words: str) -> str:
        stamp = Stamp(self._by, self._now(), self.note)
        try:
            told = read_decision(words, case.choices, stamp)
        except SettingsError as error:
            return str(error)
        if told is None or isinstance(told, Withdrawn):
            return "nothing was decided"
        return self._leave(case, _with_part_id(told, case))

    def _leave(self, case: Case, made: Decision | None) -> str:
        """Go on to the next case, with or without a decision."""
        before = None
        if made is not None:
            before = self._known.get(made.subject)
            self._keep(made)
            self._known[made.subject] = made
        self._steps.append(_Step(self.at, made, before))
        self.at += 1
        asked = case.choices.row.mpn or case.choices.row.sku
        return f"{asked}: {made.choice if made else 'skipped'}"

    def _undo(self) -> str:
        """Go back to the case before, and take back what was decided there."""
        if not self._steps:
            return "there is nothing to undo"
        step = self._steps.pop()
        self.at = step.at
        if step.made is None:
            return "back"
        subject = step.made.subject
        if step.before is None:
            self._forget(subject)
            self._known.pop(subject, None)
        else:
            self._keep(step.before)
            self._known[subject] = step.before
        return f"taken back: {step.made.choice}"


def _with_part_id(made: Decision, case: Case) -> Decision:
    """The decision with the API's name of the part, where the case tells it."""
    for choice in case.choices.entries:
        known = case.known.get(choice.label)
        if (
            known
            and made.mpn is not None
            and (choice.mpn, choice.manufacturer)
            == (
                made.mpn,
                made.manufacturer,
            )
        ):
            return replace(made, part_id=known.part_id)
    return made
