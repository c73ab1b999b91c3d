"""Several tables as one: the union of their columns, and where each row came from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bulkmatch.model.row import Row, Table

SOURCE_COLUMNS = ("Source: file", "Source: sheet", "Source: line")


@dataclass(frozen=True, slots=True)
class Merged:
    """Tables under one header. `rows()` gives each table's rows with the cells moved under it.

    A single table stays as it is. Several get three columns in front, `SOURCE_COLUMNS`, then the
    union of all columns in order of appearance: columns with the same name are one, and the second
    of a name in a table goes with the second of that name in the others.
    """

    header: tuple[str, ...]
    tables: tuple[Table, ...]

    def rows(self) -> Iterator[Row]:
        """Every row of every table, in order."""
        if len(self.tables) == 1:
            yield from self.tables[0].rows
            return
        places = {place: at for at, place in enumerate(_union(self.tables))}
        for table in self.tables:
            targets = [places[place] for place in _places(table.header)]
            for row in table.rows:
                yield replace(row, cells=_moved(row, table, targets, len(places)))


def merge(tables: Sequence[Table]) -> Merged:
    """The tables under one header; at least one table."""
    if len(tables) == 1:
        return Merged(tables[0].header, (tables[0],))
    names = tuple(name for name, _ in _union(tables))
    return Merged(SOURCE_COLUMNS + names, tuple(tables))


def _places(header: Sequence[str]) -> list[tuple[str, int]]:
    """Each column as its name and how often the name came before."""
    seen: dict[str, int] = {}
    places: list[tuple[str, int]] = []
    for name in header:
        plain = name.strip()
        places.append((plain, seen.get(plain, 0)))
        seen[plain] = seen.get(plain, 0) + 1
    return places


def _union(tables: Sequence[Table]) -> list[tuple[str, int]]:
    return list(dict.fromkeys(place for table in tables for place in _places(table.header)))


def _moved(row: Row, table: Table, targets: Sequence[int], width: int) -> tuple[str, ...]:
    cells = [""] * width
    for target, cell in zip(targets, row.cells, strict=True):
        cells[target] = cell
    return (table.file.name, table.sheet or "", str(row.line), *cells)
