"""What a person has decided about a question. Not the API's content: names and numbers as chosen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """What was decided.

    `PART`: this number of this maker is what is meant. `MAKER`: this maker is the one that is meant,
    and the number is judged as ever. `ALTERNATE`: of a line's approved parts this one is used.
    `IGNORE`: lines that ask this are left out.
    """

    PART = "accept part"
    MAKER = "accept maker"
    ALTERNATE = "take alternate"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """The question that a decision is about, as it is looked up: keys, not names (core/decision).

    `number` is the identity of the part number, or of a stock number behind `sku:`; `maker` that of
    the maker or seller, empty for none.
    """

    number: str
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; a later one about the same question takes its place.

    `asked` and `asked_maker` are the question as it was written. `mpn` and `manufacturer` are what
    was chosen, None where the action has none; `part_id` is the API's own name of the part, where it
    was known. `decided_at` is an aware UTC instant.
    """

    subject: Subject
    action: Action
    asked: str
    asked_maker: str | None
    decided_by: str
    decided_at: datetime
    mpn: str | None = None
    manufacturer: str | None = None
    part_id: str | None = None
    note: str = ""

    @property
    def choice(self) -> str:
        """What was decided, in words."""
        named = " by ".join(filter(None, (self.mpn, self.manufacturer)))
        return f"{self.action} {named}".rstrip()

    @property
    def is_same_as(self) -> tuple[Subject, Action, str | None, str | None]:
        """What makes two decisions say the same, whoever made them and when."""
        return self.subject, self.action, self.mpn, self.manufacturer
