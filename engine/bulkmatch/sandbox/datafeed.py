"""Reads files in the Octopart Datafeed Format, line by line. Knows nothing of parts or makers.

Source: the format's own page, read 2026-11-20. Three columns are ours, for files that hold
several sellers: `seller`, `authorized` and `broker` (yes or no).
"""

import csv
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bulkmatch.errors import FeedError

from .parts import Price

if TYPE_CHECKING:
    import _csv

OWN_HEADERS: Final = frozenset({"seller", "authorized", "broker"})
HEADERS: Final = frozenset(
    (  # noqa: SIM905 - a list of words reads best as words
        "manufacturer mpn sku distributor-url eligible-region quantity multipack-quantity"
        " price-break-reference description attributes category manufacturer-url evalkit-url"
        " freesample-url datasheet-url image-url symbol-footprint-url application-note-url"
        " technical-drawing-url 3d-model-url instruction-sheet-url rohs-statement-url"
        " materials-sheet-url reach-statement-url conflict-mineral-statement-url"
        " simulation-model-url moq order-multiple on-order-quantity on-order-eta packaging"
        " factory-lead-days factory-pack-quantity datecode"
    ).split()
)
_INDEXED_URL = re.compile(r"(?P<header>.+-url)-\d+")
_PRICE = re.compile(r"price-(?P<currency>[a-z]{3})-(?P<step>\d+)")
_BREAK = re.compile(r"price-break-(?P<step>\d+)")


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One row of a feed; `cells` holds the filled cells by header, `line` counts from 1."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def text(self, header: str) -> str | None:
        """The cell's text, None when it is empty."""
        return self.cells.get(header)

    def texts(self, header: str) -> tuple[str, ...]:
        """The cells of an indexed header: `datasheet-url`, `datasheet-url-1` and so on."""
        return tuple(v for k, v in self.cells.items() if _indexed_header(k) == header)

    def whole(self, header: str) -> int | None:
        """The cell's whole number, None when it is empty."""
        text = self.cells.get(header)
        if text is None:
            return None
        if text.isdecimal():
            return int(text)
        number = self._number(header)
        assert number is not None  # there is a text
        if number != number.to_integral_value():
            raise self.error(f"{header} wants a whole number, was {self.cells[header]!r}")
        return int(number)

    def pieces(self, header: str) -> int | None:
        """The number of a `VALUE::UNIT` cell that counts pieces; None for other units."""
        value, _, unit = self.cells.get(header, "").partition("::")
        return int(value) if value.isdigit() and unit.strip().lower() in _PIECES else None

    def flag(self, header: str, *, default: bool) -> bool:
        """The cell's yes or no."""
        word = self.cells.get(header, "").lower()
        if word not in _FLAGS:
            raise self.error(f"{header} wants yes or no, was {word!r}")
        return _FLAGS[word] if word else default

    def prices(self) -> tuple[Price, ...]:
        """The price ladder, by quantity; several currencies may be interleaved."""
        found = [
            self._price(*column, header)
            for header in self.cells
            if (column := _price_column(header))
        ]
        return tuple(sorted(found, key=lambda p: (p.quantity, p.currency)))

    def error(self, message: str) -> FeedError:
        """What is wrong with this line."""
        return FeedError(message, file=self.file, line=self.line)

    def _price(self, currency: str, step: str, header: str) -> Price:
        quantity, price = self.whole(f"price-break-{step}"), self._number(header)
        if quantity is None:
            raise self.error(f"{header} has a price, but price-break-{step} is empty")
        assert price is not None  # only filled cells are kept
        return Price(quantity, price, currency.upper())

    def _number(self, header: str) -> Decimal | None:
        text = self.cells.get(header)
        try:
            number = None if text is None else Decimal(text)
        except InvalidOperation:
            raise self.error(f"{header} wants a number, was {text!r}") from None
        if number is not None and not number.is_finite():
            raise self.error(f"{header} wants a number, was {text!r}")
        return number


@cache
def _indexed_header(header: str) -> str:
    """The header without its index: `datasheet-url` for `datasheet-url-1`."""
    found = _INDEXED_URL.fullmatch(header)
    return found["header"] if found else header


@cache
def _price_column(header: str) -> tuple[str, str] | None:
    """Currency and step of a price's header."""
    found = _PRICE.fullmatch(header)
    return (found["currency"], found["step"]) if found else None


_PIECES: Final = frozenset({"", "piece", "pieces", "item", "items", "pcs"})
_FLAGS: Final = {
    "": False,
    "yes": True,
    "true": True,
    "1": True,
    "no": False,
    "false": False,
    "0": False,
}


def read_feed(file: Path) -> Iterator[FeedLine]:
    """The rows of a .csv or .tsv file, in order; rows without any text are passed over."""
    with _reading(file) as reader:
        headers = _headers(next(reader, list[str]()), file)
        began_at = reader.line_num + 1
        for fields in reader:
            if any(field.strip() for field in fields):
                yield _line(file, began_at, headers, fields)
            began_at = reader.line_num + 1


@contextmanager
def _reading(file: Path) -> Generator["_csv.Reader"]:
    delimiter = _delimiter(file)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            try:
                yield reader
            except csv.Error as error:
                raise FeedError(
                    f"cannot be parsed: {error}", file=file, line=reader.line_num
                ) from error
            except UnicodeDecodeError as error:
                raise FeedError(
                    "must be UTF-8 text", file=file, line=reader.line_num + 1
                ) from error
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror}", file=file) from error


def _delimiter(file: Path) -> str:
    match file.suffix.lower():
        case ".csv":
            return ","
        case ".tsv" | ".tab":
            return "\t"
        case suffix:
            raise FeedError(
                f"wants a .csv or .tsv file, was {suffix or 'without suffix'}", file=file
            )


def _headers(fields: Sequence[str], file: Path) -> tuple[str, ...]:
    headers = tuple(field.strip().lower() for field in fields)
    for header in headers:
        if not is_supported(header):
            raise FeedError(f"unsupported header {header!r}", file=file, line=1)
        if headers.count(header) > 1:
            raise FeedError(f"header {header!r} stands twice", file=file, line=1)
    for header in ("manufacturer", "mpn"):
        if header not in headers:
            raise FeedError(f"header {header!r} is missing", file=file, line=1)
    return headers


def is_supported(header: str) -> bool:
    """Whether the format (or this sandbox, for its own columns) knows the header."""
    if header in HEADERS or header in OWN_HEADERS:
        return True
    if _PRICE.fullmatch(header) or _BREAK.fullmatch(header):
        return True
    indexed = _INDEXED_URL.fullmatch(header)
    return indexed is not None and indexed["header"] in HEADERS


def _line(file: Path, number: int, headers: Sequence[str], fields: Sequence[str]) -> FeedLine:
    if len(fields) != len(headers):
        message = f"wants {len(headers)} fields as in the header, has {len(fields)}"
        raise FeedError(message, file=file, line=number)
    cells = {h: text for h, f in zip(headers, fields, strict=True) if (text := f.strip())}
    line = FeedLine(file, number, cells)
    for header in ("manufacturer", "mpn"):
        if header not in cells:
            raise line.error(f"{header} is empty")
    return line
