"""A feed's rows as values, for programs: what is wrong with them is `check`'s business."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bulkmatch.datafeed.columns import heading_of
from bulkmatch.datafeed.numbers import decimal_of
from bulkmatch.datafeed.record import Record
from bulkmatch.datafeed.source import Feed, open_feed
from bulkmatch.datafeed.specs import lifecycle_of
from bulkmatch.errors import FeedError

SELLER = "seller"
OWN_COLUMNS = frozenset({SELLER, "authorized", "broker"})  # of the sandbox's catalogs


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one piece from `quantity` on; `currency` as ISO 4217."""

    quantity: Decimal
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One part or offer. `cells` holds filled cells by documented header, without blanks around.

    `seller` is told only by files that hold several sellers' offers, which the format has not.
    """

    row: int
    line: int
    cells: Mapping[str, str]
    seller: str | None = None

    @property
    def is_offer(self) -> bool:
        """Whether somebody sells it: rows without a sku name a part and no more."""
        return "sku" in self.cells

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells offers apart: manufacturer, mpn, sku and region."""
        said = self.cells.get
        return (
            said("manufacturer", ""),
            said("mpn", ""),
            said("sku", ""),
            said("eligible-region", ""),
        )

    @property
    def lifecycle(self) -> str | None:
        """The lifecycle status in capitals, None when none is told."""
        return lifecycle_of(self.cells.get("attributes", ""))

    def texts(self, name: str) -> tuple[str, ...]:
        """The cells of a header that may be repeated: `datasheet-url`, `datasheet-url-1` and so on."""
        return tuple(
            text
            for header, text in self.cells.items()
            if (heading := heading_of(header)) and heading.column.name == name
        )

    def prices(self) -> tuple[Price, ...]:
        """The price ladder by currency and quantity; cells that are no numbers are passed over."""
        found: list[Price] = []
        for header, text in self.cells.items():
            heading = heading_of(header)
            if heading is None or heading.currency is None:
                continue
            price = decimal_of(text)
            quantity = decimal_of(self.cells.get(f"price-break-{heading.step}", ""))
            if price is not None and quantity is not None:
                found.append(Price(quantity, price, heading.currency))
        return tuple(sorted(found, key=lambda one: (one.currency, one.quantity)))


def read_rows(path: Path) -> Iterator[FeedRow]:
    """The rows of a feed, in order; blank ones are passed over.

    Raises FeedError for a file without a header row, and for a row of too many or few fields.
    """
    with open_feed(path) as feed:
        check_header(feed)
        names = names_of(feed)
        for record in feed.records:
            if record.is_blank:
                continue
            if len(record.cells) != len(names):
                message = f"wants {len(names)} fields as in the header, has {len(record.cells)}"
                raise FeedError(message, file=path, line=record.line)
            yield row_of(record, names)


def check_header(feed: Feed) -> None:
    """Raise FeedError when no row looks like a header."""
    if feed.header is None:
        raise FeedError(
            "no header row was found; wanted are the documented headers, such as "
            "manufacturer, mpn, sku and distributor-url",
            file=feed.path,
        )


def names_of(feed: Feed) -> tuple[str | None, ...]:
    """Each column's documented header, or that of ours; None for what nobody knows."""
    return tuple(
        heading.name if heading else header.strip().lower() if _is_ours(header) else None
        for header, heading in zip(feed.layout.headers, feed.layout.headings, strict=True)
    )


def row_of(record: Record, names: tuple[str | None, ...]) -> FeedRow:
    """A record with its cells by name."""
    cells = {
        name: plain
        for name, text in zip(names, record.cells, strict=True)
        if name and text and (plain := text.strip())
    }
    seller = cells.pop(SELLER, None)
    for name in OWN_COLUMNS:
        cells.pop(name, None)
    return FeedRow(record.row, record.line, cells, seller)


def _is_ours(header: str) -> bool:
    return header.strip().lower() in OWN_COLUMNS
