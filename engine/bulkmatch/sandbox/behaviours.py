"""What the sandbox does, and how well it is known that the API does the same.

The table is `behaviours.csv`; faults and quirks tell of themselves. `A:nnn` is article nnn of Nexar's
support site; all sources were read on 2026-11-20.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple, cast, get_args

from .faults import FAULTS
from .quirks import QUIRKS

Status = Literal["documented", "observed", "assumed", "ours"]
"""Documented by the maker; observed in recorded answers or by several clients; assumed by us; ours alone."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)


class Behaviour(NamedTuple):
    """One thing that the sandbox does. `switch` is the option that changes it, if any does."""

    topic: str
    text: str
    status: Status
    source: str
    switch: str = ""


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """Everything that the sandbox does, topic by topic."""
    faults = (_told("faults", "--fault", name, text) for name, text in FAULTS.items())
    quirks = (_told("quirks", "--quirk", name, text) for name, text in QUIRKS.items())
    return (*_rows(), *faults, *quirks)


def _rows() -> Iterator[Behaviour]:
    import csv  # not needed by who only runs the sandbox

    text = files("bulkmatch.sandbox").joinpath("behaviours.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        status = cast("Status", row["status"])  # a test holds the column to its words
        yield Behaviour(row["topic"], row["text"], status, row["source"], row["switch"])


def _told(topic: str, option: str, name: str, text: str) -> Behaviour:
    """A fault or a quirk; its status stands in brackets at the end of its text."""
    said, _, source = text.rpartition(" (")
    source = source.removesuffix(")")
    status: Status = next(known for known in STATUSES if source.startswith(known))
    return Behaviour(topic, f"{name}: {said}", status, source, f"{option} {name}")
