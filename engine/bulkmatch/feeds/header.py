"""Which rows are headers: rows that name a table's columns, wherever they stand."""

from collections.abc import Sequence

from bulkmatch.feeds.cells import read_quantity
from bulkmatch.feeds.designators import are_usual
from bulkmatch.feeds.looks import looks_like_mpn
from bulkmatch.feeds.names import CLEAR, USUAL, Name, Role, is_plain_name, read_name

Record = Sequence[str]

# Names that a table of parts has; a header needs two, one of them of the first set.
_PARTS = frozenset({Role.MPN, Role.DESIGNATORS, Role.QUANTITY, Role.SKU, Role.HOUSE, Role.VALUE})
_CORE = _PARTS | {Role.MANUFACTURER, Role.DESCRIPTION, Role.DO_NOT_POPULATE, Role.SELLER}
_FEWEST_SHARE = 0.34
_MANY = 4
_LONGEST_NAME = 64
_WIDEST = 2_000


def is_header(record: Record) -> bool:
    """Whether the row names a table's columns."""
    return header_strength(record) > 0


def header_strength(record: Record) -> int:
    """How many columns of the row have a known name; 0 when it is no header."""
    filled = [cell.strip() for cell in record[:_WIDEST] if cell.strip()]
    if len(filled) > 1 and not any(map(is_plain_name, filled)):
        return 0  # no header is all of unusual names, and most rows end here
    names = [name for name in map(read_name, filled) if name.is_known]
    if not names or (len(filled) == 1 and not _is_lone_name(names[0])):
        return 0
    if len(filled) > 1 and not _names_parts(names):
        return 0
    foreign = [cell for cell in filled if not read_name(cell).is_known]
    values = sum(map(_is_data, foreign))
    labels = sum(1 for cell in filled if cell.endswith((":", "：")))
    if labels * 2 > len(filled) or _is_mostly_data(len(names), values, len(filled)):
        return 0
    return len(names)


def _is_lone_name(name: Name) -> bool:
    """Whether a row of one cell can be the header of a list of part numbers."""
    return name.roles.get(Role.MPN, USUAL + 1) <= USUAL and name.ordinal == 1


def _names_parts(names: Sequence[Name]) -> bool:
    """Whether two columns at least are of the kinds that a table of parts has."""
    core = [name for name in names if any(role in _CORE for role in name.roles)]
    parts = [name for name in core if any(role in _PARTS for role in _plain(name))]
    different = {frozenset(name.roles) for name in core}
    if bool(parts) and len(core) > 1 and len(different) > 1:
        return True
    return len(names) > 1 and any(name.roles.get(Role.MPN) == CLEAR for name in names)


def _plain(name: Name) -> set[Role]:
    return {role for role, rank in name.roles.items() if rank <= USUAL}


def _is_mostly_data(names: int, values: int, filled: int) -> bool:
    if values and names * 2 <= filled:
        return True
    return names <= values or (names < filled * _FEWEST_SHARE and names < _MANY)


def _is_data(cell: str) -> bool:
    """Whether the cell says something that stands below headers, not in them."""
    if len(cell) > _LONGEST_NAME:
        return True
    return read_quantity(cell) is not None or are_usual(cell) or looks_like_mpn(cell)
