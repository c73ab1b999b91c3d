"""The records below a header as rows: which are lines of the BOM, and what each says.

A record is a line, adds to the line before (another part that may be used, more designators), or
is neither (blank, a title, a total, a note, a rule).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from bulkmatch.feeds.cells import (
    is_dnp_word,
    is_left_out,
    is_marked_out,
    listed_out,
    read_quantity,
    word_key,
)
from bulkmatch.feeds.designators import designators_in, looks_like_designators
from bulkmatch.feeds.looks import Kind, kind_of, looks_like_mpn, seller_of
from bulkmatch.feeds.names import Role, read_name, seller_named
from bulkmatch.feeds.options import split_options
from bulkmatch.model.row import Alternate, Columns, Row

Record = Sequence[str]

_TOTALS = frozenset(
    {
        "total", "totals", "subtotal", "grandtotal", "sum", "summe", "gesamt", "totaal", "totale",
        "suma", "note", "notes", "hinweis", "bemerkung", "totalparts", "totalquantity", "totalqty",
        "totallines", "endofbom", "totalcost", "合计", "总计", "合計",
    }
)  # fmt: skip
_ALTERNATE_WORDS = frozenset(
    {
        "alt", "alternate", "alternative", "alternatives", "alternates", "2ndsource", "secondsource",
        "second", "substitute", "sub", "equivalent", "or", "oder", "ou", "alternativ", "ersatz",
        "替代", "替代料", "代替",
    }
)  # fmt: skip
_RULES = frozenset("_-=*.~:+ \t\f")
_NARROW = 2
_LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class Lines:
    """A table's rows; `alternate_lines` are those of records that only add to the row before."""

    rows: tuple[Row, ...]
    alternate_lines: tuple[int, ...]


def read_lines(
    header: Record,
    columns: Columns,
    numbered: Iterable[tuple[int, Record]],
    *,
    file: Path,
    sheet: str | None = None,
    left_out: bool = False,
) -> Lines:
    """The rows among the records, each record with its line. `left_out`: all of them are.

    Every row has one width, the header's or, where a line has filled cells beyond it, that line's.
    """
    reader = _Reader(header, columns, file, sheet, section_left_out=left_out)
    for line, record in numbered:
        reader.add(line, record)
    return reader.lines()


@dataclass
class _Reader:
    """Takes records one by one; holds the rows so far."""

    header: Record
    columns: Columns
    file: Path
    sheet: str | None
    section_left_out: bool
    rows: list[Row] = field(default_factory=list[Row])
    alternate_lines: list[int] = field(default_factory=list[int])
    last_line: int = 0

    def __post_init__(self) -> None:
        mark = self.columns.do_not_populate
        self._whole_section = self.section_left_out
        self._fitted = mark is not None and Role.FITTED in read_name(self.header[mark]).roles
        self._narrow = filled_width(self.header) <= _NARROW

    def add(self, line: int, record: Record) -> None:
        """Take the next record."""
        if not any(record) or _is_rule(record):
            return
        if self._adds_designators(line, record):
            self._extend(record)
        elif self._adds_alternate(line, record):
            self._add_alternate(line, record)
        elif self._is_line(record):
            self.rows.append(self._row(line, record))
        else:
            self._read_title(record)
            return
        self.last_line = line

    def lines(self) -> Lines:
        """The rows, all of one width."""
        width = max([filled_width(self.header), *(filled_width(row.cells) for row in self.rows)])
        rows = tuple(replace(row, cells=padded(row.cells, width)) for row in self.rows)
        return Lines(rows, tuple(self.alternate_lines))

    def _cell(self, record: Record, column: int | None) -> str:
        return record[column].strip() if column is not None and column < len(record) else ""

    def _first(self, record: Record, main: int | None, also: tuple[int, ...]) -> str:
        """The main column's cell, or that of the first other one which is filled."""
        return next(filter(None, (self._cell(record, at) for at in (main, *also))), "")

    def _mpn(self, record: Record) -> str:
        return self._first(record, self.columns.mpn, self.columns.mpn_also)

    def _maker(self, record: Record) -> str:
        return self._first(record, self.columns.manufacturer, self.columns.manufacturer_also)

    def _sku(self, record: Record) -> str:
        return next(filter(None, (self._cell(record, at) for at in self.columns.skus)), "")

    def _stock(self, record: Record) -> str:
        """A seller's or an in-house number."""
        return self._sku(record) or next(
            filter(None, (self._cell(record, at) for at in self.columns.house)), ""
        )

    def _is_line(self, record: Record) -> bool:
        columns = self.columns
        mpn, designators = self._mpn(record), self._cell(record, columns.designators)
        filled = sum(1 for cell in record if cell.strip())
        kind = kind_of(mpn)
        if looks_like_designators(designators) and (filled > 1 or self._narrow):
            return True
        if any(word_key(cell).rstrip("0123456789") in _TOTALS for cell in record if cell):
            return False
        if kind in (Kind.MPN, Kind.SKU):
            return filled > 1 or self._narrow or looks_like_mpn(mpn)
        if read_quantity(self._cell(record, columns.quantity)) is not None:
            named = (designators, mpn, self._stock(record), self._cell(record, columns.description),
                     self._cell(record, columns.value))  # fmt: skip
            return any(named)
        if columns.designators is None and columns.quantity is None:
            return bool(mpn or self._stock(record)) and filled > 1
        return _is_reference(designators) and filled > _NARROW

    def _adds_designators(self, line: int, record: Record) -> bool:
        """Whether the record only goes on with the designators of the line before."""
        at = self.columns.designators
        if at is None or not self.rows or line != self.last_line + 1:
            return False
        cell = self._cell(record, at)
        alone = not any(other.strip() for place, other in enumerate(record) if place != at)
        wraps = bool(self.rows[-1].designators) and self.columns.quantity is not None
        return alone and wraps and looks_like_designators(cell)

    def _extend(self, record: Record) -> None:
        row = self.rows[-1]
        more = self._cell(record, self.columns.designators)
        self.rows[-1] = replace(row, designators=f"{row.designators.rstrip(', ')}, {more}")

    def _adds_alternate(self, line: int, record: Record) -> bool:
        """Whether the record names another part for the line before."""
        mpn, columns = self._mpn(record), self.columns
        if not self.rows or line != self.last_line + 1 or kind_of(mpn) not in (Kind.MPN, Kind.SKU):
            return False
        before = self.rows[-1]
        if columns.designators is None and columns.quantity is None:
            return False
        designators = self._cell(record, columns.designators)
        quantity = self._cell(record, columns.quantity)
        item, item_before = self._cell(record, columns.item), self._cell(before.cells, columns.item)
        if item and item != item_before and word_key(item) not in _ALTERNATE_WORDS:
            return False
        if self._says_alternate(record):
            return not designators or designators == before.designators
        if designators or columns.designators is None:
            same = bool(designators) and designators == before.designators
            return (
                same
                and mpn != before.mpn
                and quantity in ("", "0", self._cell(before.cells, columns.quantity))
            )
        return bool(before.designators) and not quantity

    def _says_alternate(self, record: Record) -> bool:
        columns = self.columns
        told = {columns.mpn, columns.manufacturer, columns.description, columns.value}
        return any(
            word_key(cell) in _ALTERNATE_WORDS
            for at, cell in enumerate(record)
            if at not in told and 0 < len(cell) < 20
        )

    def _add_alternate(self, line: int, record: Record) -> None:
        row = self.rows[-1]
        options = split_options(self._mpn(record), self._maker(record))
        more = [Alternate(mpn, maker or None, line) for mpn, maker in options]
        known = {row.mpn.casefold(), *(other.mpn.casefold() for other in row.alternates)}
        fresh = tuple(other for other in more if other.mpn.casefold() not in known)
        self.rows[-1] = replace(row, alternates=row.alternates + fresh)
        self.alternate_lines.append(line)

    def _read_title(self, record: Record) -> None:
        """A title between lines may say that what follows is left out."""
        filled = [cell for cell in record if cell.strip()]
        if len(filled) == 1 and not self._whole_section:
            self.section_left_out = is_dnp_title(filled[0])

    def _row(self, line: int, record: Record) -> Row:
        columns = self.columns
        quantity = read_quantity(self._cell(record, columns.quantity))
        designators = self._cell(record, columns.designators)
        options = self._options(line, record)
        mpn, maker = (options[0].mpn, options[0].manufacturer) if options else ("", None)
        out = self._left_out(record, designators)
        whole = self._is_left_out(record, quantity, designators, out)
        sku = self._sku(record)
        return Row(
            mpn=mpn,
            manufacturer=maker,
            quantity=quantity,
            designators=designators,
            description=self._cell(record, columns.description),
            do_not_populate=whole,
            line=line,
            file=self.file,
            cells=tuple(record),
            alternates=tuple(options[1:]),
            sku=sku or None,
            seller=self._seller(record, sku) if sku else None,
            left_out=() if whole else out,
            sheet=self.sheet,
        )

    def _seller(self, record: Record, sku: str) -> str | None:
        """Whose stock number it is: as the line says, else by the column's name or the number."""
        said = self._cell(record, self.columns.seller)
        if said:
            return said
        at = next((at for at in self.columns.skus if self._cell(record, at) == sku), None)
        named = seller_named(self.header[at]) if at is not None and at < len(self.header) else None
        return named or seller_of(sku)

    def _options(self, line: int, record: Record) -> list[Alternate]:
        """The line's part numbers, the main one first; empty without any."""
        pairs = [(self._mpn(record), self._maker(record))]
        for at, maker_at in self.columns.alternates:
            pairs.append((self._cell(record, at), self._cell(record, maker_at)))
        found: dict[str, Alternate] = {}
        for place, (mpn, maker) in enumerate(pairs):
            for text, by in split_options(mpn, maker or None):
                if text and (place == 0 or kind_of(text) in (Kind.MPN, Kind.SKU)):
                    found.setdefault(text.casefold(), Alternate(text, by, line))
        maker = self._maker(record)
        if not found and maker:
            return [Alternate("", maker, line)]
        return list(found.values())

    def _left_out(self, record: Record, designators: str) -> tuple[str, ...]:
        """The designators that a mark of the line lists as left out."""
        marks = [self._cell(record, self.columns.do_not_populate), designators]
        marks += [cell for cell in record if cell[:1] in "DdNn" and ("(" in cell or ":" in cell)]
        named = {name for mark in marks if mark for name in designators_in(listed_out(mark))}
        return tuple(name for name in designators_in(designators) if name in named) if named else ()

    def _is_left_out(
        self, record: Record, quantity: Decimal | None, designators: str, out: tuple[str, ...]
    ) -> bool:
        """The column for it decides; without its word, a mark elsewhere or a quantity of 0 does."""
        if self.section_left_out:
            return True
        if out:
            return set(designators_in(designators)) <= {*out, "DNP", "DNI", "NF", "NC"}
        marked = is_left_out(self._cell(record, self.columns.do_not_populate), fitted=self._fitted)
        if marked is not None:
            return marked
        if quantity == 0 or any(map(is_dnp_word, record)):
            return True
        return any(is_marked_out(self._cell(record, at)) for at in self._value_columns())

    def _value_columns(self) -> Iterable[int]:
        """Columns in which people write a mark beside the value."""
        at = self.columns.description
        if at is not None and Role.VALUE not in read_name(self.header[at]).roles:
            words = word_key(self.header[at])
            if words in ("designation", "comment", "comments", "name", "bezeichnung"):
                yield at
        if self.columns.value is not None:
            yield self.columns.value


def is_dnp_title(text: str) -> bool:
    """Whether a sheet's or section's title says that its parts are left out."""
    key = word_key(text)
    if is_dnp_word(text):
        return True
    ends = ("parts", "components", "list", "items", "bom", "teile")
    return len(text) <= _LONGEST_REFERENCE and any(
        is_dnp_word(key.removesuffix(end)) for end in ends
    )


def _is_reference(cell: str) -> bool:
    """Whether the cell can be a designator of somebody's own kind: `ANT`, `CC1110-DEBUG,PWR`."""
    return 0 < len(cell) <= _LONGEST_REFERENCE and not any(
        " " in token.strip() for token in cell.split(",")
    )


def _is_rule(record: Record) -> bool:
    return all(set(cell) <= _RULES for cell in record)


def filled_width(record: Record) -> int:
    """How many cells there are up to the last that is filled."""
    return next((at for at in range(len(record), 0, -1) if record[at - 1].strip()), 0)


def padded(record: Record, width: int) -> tuple[str, ...]:
    """The record at a width, filled up with empty cells."""
    return tuple(record[:width]) + ("",) * (width - len(record))
