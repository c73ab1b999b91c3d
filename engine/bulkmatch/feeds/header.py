"""Which rows are headers, and which column plays which role.

Names decide first (`names`); where a name can mean several things, what the cells look like does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bulkmatch.feeds.cells import (
    is_left_out,
    looks_like_mpn,
    mentions_designators,
    read_quantity,
)
from bulkmatch.feeds.names import CLEAR, MAYBE, USUAL, Role, roles_of
from bulkmatch.model.row import Columns

Record = Sequence[str]

_SAMPLE_LINES = 300
_MOST_LIKE = 0.6  # a name that says little needs cells of which most look right


@dataclass(frozen=True, slots=True)
class _Named:
    """A header's columns that have a known name: index and rank by role."""

    by_role: dict[Role, list[tuple[int, int]]]
    filled: int

    @property
    def mpn_rank(self) -> int | None:
        return min((rank for rank, _ in self.by_role.get(Role.MPN, ())), default=None)

    @property
    def others(self) -> int:
        """How many columns have a plain name of another role."""
        mpns = {column for rank, column in self.by_role.get(Role.MPN, ()) if rank < MAYBE}
        return len(
            {
                column
                for role, ranked in self.by_role.items()
                for rank, column in ranked
                if role is not Role.MPN and rank <= USUAL and column not in mpns
            }
        )


def _named(record: Record) -> _Named | None:
    """The known names of a row; None without a name for part numbers."""
    by_role: dict[Role, list[tuple[int, int]]] = {}
    for column, cell in enumerate(record):
        for role, rank in roles_of(cell).items():
            by_role.setdefault(role, []).append((rank, column))
    if Role.MPN not in by_role:
        return None
    return _Named(by_role, filled=sum(1 for cell in record if cell.strip()))


def is_header(record: Record, *, guess: bool = False) -> bool:
    """Whether the row names a table's columns.

    With `guess` also rows count that name part numbers only by an ambiguous word, beside a plain
    name of another column.
    """
    named = _named(record)
    if named is None:
        return False
    if named.mpn_rank == MAYBE:
        return guess and named.others > 0
    if named.others or named.filled == 1:
        return True
    return named.mpn_rank == CLEAR and not any(
        looks_like_mpn(cell) or read_quantity(cell) is not None for cell in record
    )


def header_strength(record: Record) -> int:
    """How many columns of the row have a known name; 0 when it is no header."""
    named = _named(record)
    if named is None or not is_header(record, guess=True):
        return 0
    return len({column for ranked in named.by_role.values() for _, column in ranked})


def find_columns(header: Record, lines: Sequence[Record]) -> Columns | None:
    """Which column plays which role, by the header's names and the lines below it.

    None when no column holds part numbers.
    """
    named = _named(header)
    if named is None:
        return None
    choice = _Choice(named, lines[:_SAMPLE_LINES])
    mpn = choice.mpn()
    if mpn is None:
        return None
    choice.taken.add(mpn)
    return Columns(
        mpn=mpn,
        manufacturer=choice.take(Role.MANUFACTURER),
        quantity=choice.take(Role.QUANTITY),
        designators=choice.take(Role.DESIGNATORS, unsure=mentions_designators),
        do_not_populate=choice.mark(),
        description=choice.take(Role.DESCRIPTION, unsure=bool),
    )


class _Choice:
    """Gives each role its best column; a column serves one role."""

    def __init__(self, named: _Named, lines: Sequence[Record]) -> None:
        self._named, self._lines = named, lines
        self.taken: set[int] = set()

    def __repr__(self) -> str:
        return f"_Choice(taken={self.taken})"

    def mpn(self) -> int | None:
        """A plainly named column that is not empty, else one whose cells look like part numbers."""
        for rank, column in self._ranked(Role.MPN):
            if rank == CLEAR and self._share(column, bool):
                return column
        usual = [column for rank, column in self._ranked(Role.MPN) if rank == USUAL]
        if any(self._share(column, bool) for column in usual):
            return max(usual, key=lambda column: self._share(column, looks_like_mpn))
        for rank, column in self._ranked(Role.MPN):
            if rank == MAYBE and self._share(column, looks_like_mpn) >= _MOST_LIKE:
                return column
        plain = (column for rank, column in self._ranked(Role.MPN) if rank < MAYBE)
        return next(plain, None)

    def take(self, role: Role, *, unsure: Callable[[str], object] | None = None) -> int | None:
        """The first plainly named column, the clearest name and filled ones first.

        An ambiguous name counts only where `unsure` holds for most of its cells.
        """
        ranked = [(rank, column) for rank, column in self._ranked(role) if column not in self.taken]
        fit = [
            (rank, not self._share(column, bool), column)
            for rank, column in ranked
            if rank < MAYBE or (unsure and self._share(column, unsure) >= _MOST_LIKE)
        ]
        if not fit:
            return None
        column = min(fit)[2]
        self.taken.add(column)
        return column

    def mark(self) -> int | None:
        """The column that marks parts left out; one with a vague name only if it does mark some."""
        column = self.take(Role.DO_NOT_POPULATE)
        if column is not None:
            return column
        for rank, column in self._ranked(Role.FITTED):
            says = any(is_left_out(cell, fitted=True) for cell in self._cells(column))
            if column not in self.taken and (rank == CLEAR or says):
                self.taken.add(column)
                return column
        return None

    def _ranked(self, role: Role) -> list[tuple[int, int]]:
        return sorted(self._named.by_role.get(role, ()))

    def _cells(self, column: int) -> list[str]:
        cells = (line[column].strip() for line in self._lines if column < len(line))
        return [cell for cell in cells if cell]

    def _share(self, column: int, holds: Callable[[str], object]) -> float:
        """Of the column's filled cells, the share for which `holds` is true."""
        cells = self._cells(column)
        return sum(1 for cell in cells if holds(cell)) / len(cells) if cells else 0.0
