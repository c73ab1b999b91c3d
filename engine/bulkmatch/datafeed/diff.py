"""What changed between two feeds: parts and offers added and removed, prices, stock, lifecycles.

Both are sorted on disk and read side by side, so memory does not grow with their rows.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, zip_longest
from pathlib import Path

from bulkmatch.datafeed.numbers import QUANTITY_CODES
from bulkmatch.datafeed.reading import FeedRow, read_rows
from bulkmatch.datafeed.shelf import Entry, Shelf, open_shelf

_BETWEEN = "\x1f"
_PROGRESS_ROWS = 1_000


class ChangeKind(StrEnum):
    """What changed."""

    ADDED = "added"
    REMOVED = "removed"
    PRICE = "price"
    STOCK = "stock"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one offer, or of a part without an offer.

    `old` and `new` are what was told before and after, None where nothing was; `old_row` and
    `new_row` are rows of the two files. A price is shown as `USD 1: 0.5, 100: 0.42`.
    """

    kind: ChangeKind
    manufacturer: str
    mpn: str
    sku: str
    region: str
    old: str | None
    new: str | None
    old_row: int | None
    new_row: int | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a row tells, as it stands on the shelf; `prices` are ladders by currency."""

    name: tuple[str, str, str, str]
    prices: Mapping[str, str]
    stock: str | None
    lifecycle: str | None


def diff(
    old: Path, new: Path, *, on_progress: Callable[[int], None] | None = None
) -> Iterator[Change]:
    """The changes, by manufacturer, mpn, sku and region. Raises FeedError.

    Rows that share all four are compared in their order.
    """
    count = on_progress or _ignore
    yield from diff_rows(
        _counted(read_rows(old), count), _counted(read_rows(new), count), key_of=_name_of
    )


def diff_rows(
    old: Iterable[FeedRow],
    new: Iterable[FeedRow],
    *,
    key_of: Callable[[FeedRow], tuple[str, ...]],
    in_common: bool = False,
) -> Iterator[Change]:
    """The changes between rows that share a key. `in_common` compares common currencies only."""
    with open_shelf() as before, open_shelf() as after:
        for shelf, rows in ((before, old), (after, new)):
            for row in rows:
                shelf.put(_key(key_of(row)), row.row, 0, _told(row))
        for was, now in _pairs(before, after):
            yield from _changes(was, now, in_common=in_common)


def _counted(rows: Iterable[FeedRow], tell: Callable[[int], None]) -> Iterator[FeedRow]:
    for count, row in enumerate(rows, start=1):
        if count % _PROGRESS_ROWS == 0:
            tell(count)
        yield row


def _ignore(rows: int) -> None:
    """For callers who want no progress."""


def _name_of(row: FeedRow) -> tuple[str, ...]:
    return row.key


def _key(names: tuple[str, ...]) -> str:
    """One text that sorts by its bytes as SQLite sorts it; a lone surrogate becomes its number."""
    text = _BETWEEN.join(name.replace(_BETWEEN, " ") for name in names)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _told(row: FeedRow) -> str:
    return json.dumps((row.key, _ladders(row), row.cells.get("quantity"), row.lifecycle))


def _read(entry: Entry) -> _Told:
    name, prices, stock, lifecycle = json.loads(entry.text)
    return _Told(tuple(name), prices, stock, lifecycle)


def _ladders(row: FeedRow) -> dict[str, str]:
    """The prices of each currency in one text, the same for `0.5` and `0.50`."""
    return {
        currency: ", ".join(f"{_plain(p.quantity)}: {_plain(p.price)}" for p in prices)
        for currency, prices in groupby(row.prices(), key=lambda price: price.currency)
    }


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _pairs(before: Shelf, after: Shelf) -> Iterator[tuple[Entry | None, Entry | None]]:
    """The entries of both by key: pairs where both have one, else one alone."""
    olds = groupby(before.in_order(), key=lambda entry: entry.key)
    news = groupby(after.in_order(), key=lambda entry: entry.key)
    was, now = next(olds, None), next(news, None)
    while was is not None or now is not None:
        if now is None or (was is not None and _order(was[0]) < _order(now[0])):
            assert was is not None
            yield from ((entry, None) for entry in was[1])
            was = next(olds, None)
        elif was is None or _order(now[0]) < _order(was[0]):
            yield from ((None, entry) for entry in now[1])
            now = next(news, None)
        else:
            yield from zip_longest(was[1], now[1])
            was, now = next(olds, None), next(news, None)


def _order(key: str) -> bytes:
    """Keys in SQLite's order, which is that of their bytes."""
    return key.encode("utf-8")


def _changes(was: Entry | None, now: Entry | None, *, in_common: bool) -> Iterator[Change]:
    old, new = _read(was) if was else None, _read(now) if now else None
    known = new or old
    assert known is not None
    rows = was.row if was else None, now.row if now else None

    def change(kind: ChangeKind, before: str | None, after: str | None) -> Change:
        return Change(kind, *known.name, before, after, *rows)

    if old is None or new is None:
        yield change(ChangeKind.ADDED if old is None else ChangeKind.REMOVED, None, None)
        return
    common = old.prices.keys() & new.prices.keys() if in_common else frozenset[str]()
    prices = [_prices(told.prices, common) for told in (old, new)]
    if prices[0] != prices[1]:
        yield change(ChangeKind.PRICE, *prices)
    if old.stock != new.stock:
        yield change(ChangeKind.STOCK, _stock(old.stock), _stock(new.stock))
    if old.lifecycle != new.lifecycle:
        yield change(ChangeKind.LIFECYCLE, old.lifecycle, new.lifecycle)


def _prices(ladders: Mapping[str, str], common: AbstractSet[str]) -> str | None:
    """The ladders in one text, of the common currencies where there are any; None without any."""
    shown = [f"{c} {ladder}" for c, ladder in sorted(ladders.items()) if not common or c in common]
    return "; ".join(shown) or None


def _stock(text: str | None) -> str | None:
    """The quantity, a code with its meaning: `-4 (RFQ)`."""
    return f"{text} ({QUANTITY_CODES[text]})" if text in QUANTITY_CODES else text
