"""What a check says: a rule of the format, a flaw in a text, and a finding with its place."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Errors are what the format refuses or cannot mean; warnings are what costs quality."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `source` is its place in the specification, or says that it is ours."""

    id: str
    severity: Severity
    tells: str
    source: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """A rule that a text breaks. `mended` is the text as it should be, None when nobody can know.

    `found` is the piece of the text that is meant, None for all of it.
    """

    rule: str
    advice: str
    mended: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw with its place.

    `row` counts records from 1, the header's; `line` counts lines of text, and is the row in a
    workbook. `column` is the header, None for the whole row or file. `found` is what was there, cut.
    """

    row: int
    line: int
    column: str | None
    rule: Rule
    found: str
    advice: str

    @property
    def severity(self) -> Severity:
        return self.rule.severity


MOST_FOUND = 120


def shortened(text: str) -> str:
    """`text` as a finding quotes it: at most 120 characters, without what could not be written."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return plain if len(plain) <= MOST_FOUND else plain[: MOST_FOUND - 1] + "…"
