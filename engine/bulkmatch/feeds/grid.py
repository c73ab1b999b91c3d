"""What every container comes down to: sheets of text cells, and what was learnt while opening it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet's rows from row 1 on, or a text's records; `hidden` sheets are not shown to a person.

    `element` is the path of what a record was in XML; such a grid's first record names its fields.
    """

    name: str
    hidden: bool
    records: list[list[str]]
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A file's grids. `container` is one of the words that `inspect` shows.

    `encoding`, `line_ending` and `delimiter` are None where the container has none.
    """

    container: str
    grids: tuple[Grid, ...]
    encoding: str | None = None
    has_mark: bool = False
    line_ending: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())
