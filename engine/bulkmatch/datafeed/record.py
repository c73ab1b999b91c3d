"""One record of a file, before anybody knows what its cells mean."""

from dataclasses import dataclass

from bulkmatch.datafeed.finding import Flaw


@dataclass(frozen=True, slots=True)
class Record:
    """`row` counts records from 1, `line` lines of text (the row itself in a workbook).

    `flaws` are what is wrong with how the record is written, not with what it says.
    """

    row: int
    line: int
    cells: tuple[str, ...]
    flaws: tuple[Flaw, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not any(map(str.strip, self.cells))
