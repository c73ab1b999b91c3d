"""The records below a header as rows: which are lines of the BOM, and what each says."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from bulkmatch.feeds.cells import (
    is_dnp_word,
    is_left_out,
    looks_like_designators,
    read_quantity,
    word_key,
)
from bulkmatch.feeds.names import Role, roles_of
from bulkmatch.model.row import Columns, Row

Record = Sequence[str]

_TOTALS = frozenset({"total", "totals", "subtotal", "grandtotal", "sum", "summe", "gesamt", "totaal",
                     "totale", "suma", "note", "notes"})  # fmt: skip


def read_rows(
    file: Path, header: Record, columns: Columns, numbered: Sequence[tuple[int, Record]]
) -> tuple[Row, ...]:
    """The BOM's lines among the records, each with its number.

    A record is a line when it has a part number or designators, or a quantity of something that is
    described; blank rows, titles, notes and totals are not. Every row has one width, the header's
    or, where a line has filled cells beyond it, that line's.
    """
    lines = [(line, record) for line, record in numbered if _is_line(record, columns)]
    width = max([_filled_width(header), *(_filled_width(record) for _, record in lines)])
    fitted = columns.do_not_populate is not None and Role.FITTED in roles_of(
        header[columns.do_not_populate]
    )
    return tuple(
        _row(file, line, _padded(record, width), columns, fitted=fitted) for line, record in lines
    )


def padded_header(header: Record, rows: Sequence[Row]) -> tuple[str, ...]:
    """The header at the width of its rows; columns without a name have an empty one."""
    return _padded(header, len(rows[0].cells) if rows else _filled_width(header))


def _is_line(record: Record, columns: Columns) -> bool:
    if not any(record):
        return False
    if _cell(record, columns.mpn):
        return True
    designators = _cell(record, columns.designators)
    if looks_like_designators(designators):
        return True
    named = designators or _cell(record, columns.description)
    if not named or any(word_key(cell) in _TOTALS for cell in record if cell):
        return False
    return read_quantity(_cell(record, columns.quantity)) is not None


def _row(file: Path, line: int, cells: tuple[str, ...], columns: Columns, *, fitted: bool) -> Row:
    quantity = read_quantity(_cell(cells, columns.quantity))
    return Row(
        mpn=_cell(cells, columns.mpn),
        manufacturer=_cell(cells, columns.manufacturer) or None,
        quantity=quantity,
        designators=_cell(cells, columns.designators),
        description=_cell(cells, columns.description),
        do_not_populate=_is_left_out(cells, columns, quantity, fitted=fitted),
        line=line,
        file=file,
        cells=cells,
    )


def _is_left_out(
    cells: tuple[str, ...], columns: Columns, quantity: Decimal | None, *, fitted: bool
) -> bool:
    """The column for it decides; without its word, a cell that says DNP or a quantity of 0 does."""
    marked = is_left_out(_cell(cells, columns.do_not_populate), fitted=fitted)
    if marked is not None:
        return marked
    return quantity == 0 or any(map(is_dnp_word, cells))


def _cell(record: Record, column: int | None) -> str:
    return record[column].strip() if column is not None and column < len(record) else ""


def _filled_width(record: Record) -> int:
    return next((at for at in range(len(record), 0, -1) if record[at - 1].strip()), 0)


def _padded(record: Record, width: int) -> tuple[str, ...]:
    return tuple(record[:width]) + ("",) * (width - len(record))
