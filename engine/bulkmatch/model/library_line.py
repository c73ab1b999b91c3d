"""A line of a library as an audit keeps it: where it stands, and what it asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedPart:
    """A question of a line; `identity` is the same for all its spellings."""

    identity: str
    mpn: str
    manufacturer: str | None = None
    sku: str | None = None
    seller: str | None = None


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line with the questions of its own part and its alternates; none where it is `skipped`.

    `line` counts from 1 in its file or sheet; `quantity` is as text, None where the file says nothing.
    """

    line: int
    sheet: str | None
    mpn: str
    designators: str
    quantity: str | None
    skipped: str = ""
    asked: tuple[AskedPart, ...] = ()
