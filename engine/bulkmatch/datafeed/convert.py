"""From feeds, catalogs and results to one feed that passes `check`.

What breaks a rule is mended where its meaning is plain (a grouped number, a date with slashes), left
empty where it is not, and a row without its required cells is left out; all of it is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from bulkmatch.datafeed.cells import mended
from bulkmatch.datafeed.check import ROWS_TO_GUESS_BY
from bulkmatch.datafeed.columns import REQUIRED, Kind, Wanted, heading_of, order_of
from bulkmatch.datafeed.finding import Severity, shortened
from bulkmatch.datafeed.iso import CURRENCIES
from bulkmatch.datafeed.layout import Layout, Sender
from bulkmatch.datafeed.reading import (
    OWN_COLUMNS,
    SELLER,
    FeedRow,
    check_header,
    names_of,
    read_rows,
)
from bulkmatch.datafeed.results import read_results
from bulkmatch.datafeed.rows import row_flaws
from bulkmatch.datafeed.rules import RULES
from bulkmatch.datafeed.shelf import Shelf, open_shelf
from bulkmatch.datafeed.source import open_feed
from bulkmatch.datafeed.writer import open_writer
from bulkmatch.errors import FeedError, SettingsError

RESULTS_SUFFIX = ".jsonl"
_MOST_NAMED = 8
_MOST_EXAMPLES = 5
_PROGRESS_ROWS = 1_000
_OF_OFFERS = frozenset({Wanted.BY_DISTRIBUTORS, Wanted.RECOMMENDED_TO_DISTRIBUTORS})
_OF_OFFERS_TOO = frozenset({"multipack-quantity", "price-break-reference", "packaging", "datecode"})


@dataclass(slots=True)
class Conversion:
    """What was written and what was not. `changed` counts cells by header; `examples` show some."""

    row_count: int = 0
    left_out: Counter[str] = field(default_factory=Counter[str])
    changed: Counter[str] = field(default_factory=Counter[str])
    examples: list[str] = field(default_factory=list[str])
    columns_left_out: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all that was read is in what was written."""
        return not (self.left_out.total() or self.changed.total() or self.columns_left_out)

    def note(self, text: str) -> None:
        """Keep an example while there is room."""
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(text)


@dataclass(frozen=True, slots=True)
class Survey:
    """What some inputs hold: columns by their documented headers, and the sellers they name."""

    names: frozenset[str]
    unknown: tuple[str, ...]
    sellers: tuple[str, ...]
    has_offers: bool


def survey(inputs: Sequence[Path]) -> Survey:
    """A first look at the inputs. Raises FeedError.

    Reads all rows where each may name a seller or columns of its own, else the first 1,000.
    """
    names: set[str] = set()
    unknown: dict[str, None] = {}
    sellers: dict[str, None] = {}
    has_offers = False
    for path in inputs:
        known: tuple[str | None, ...] = ()
        if path.suffix.lower() != RESULTS_SUFFIX:
            with open_feed(path) as feed:
                check_header(feed)
                known = names_of(feed)
            unknown |= dict.fromkeys(
                header
                for header, name in zip(feed.layout.headers, known, strict=True)
                if not name or name in OWN_COLUMNS
            )
            names |= {name for name in known if name and heading_of(name)}
        is_told = path.suffix.lower() != RESULTS_SUFFIX and SELLER not in known
        for row in islice(_rows(path), ROWS_TO_GUESS_BY) if is_told else _rows(path):
            names |= row.cells.keys()
            has_offers |= row.is_offer
            if row.seller and row.is_offer:
                sellers[row.seller] = None
    return Survey(frozenset(names), tuple(unknown), tuple(sorted(sellers)), has_offers)


def convert(
    inputs: Sequence[Path],
    output: Path,
    *,
    seller: str | None = None,
    sender: Sender | None = None,
    known: Survey | None = None,
    is_strict: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> Conversion:
    """Write the inputs' rows as one feed; what is written passes `check` for its sender.

    A feed is one seller's: of several, `seller` chooses. `is_strict` refuses to write a feed that
    lacks something of the input. Raises FeedError and SettingsError.
    """
    known = known or survey(inputs)
    sender = sender or (Sender.DISTRIBUTOR if known.has_offers else Sender.MANUFACTURER)
    if sender is Sender.DISTRIBUTOR:
        seller = _chosen(known, seller)
    done = Conversion()
    headers = _headers(known, sender, done)
    with open_shelf() as shelf, open_writer(output, headers) as writer:
        clerk = _Clerk(headers, sender, shelf, done)
        for path in inputs:
            for row in _rows(path):
                if sender is Sender.DISTRIBUTOR and known.sellers and row.seller != seller:
                    continue
                cells = clerk.written(row, path)
                if cells is not None:
                    writer.write(cells)
                    done.row_count += 1
                    if on_progress and done.row_count % _PROGRESS_ROWS == 0:
                        on_progress(done.row_count)
        if is_strict and not done.is_whole:
            told = "; ".join(done.examples) or "columns or repeated rows would be left out"
            raise FeedError(f"not written: something would be lost ({told})", file=output)
    return done


def _rows(path: Path) -> Iterator[FeedRow]:
    return read_results(path) if path.suffix.lower() == RESULTS_SUFFIX else read_rows(path)


def _chosen(known: Survey, seller: str | None) -> str | None:
    """The seller whose offers are written, None where the inputs name none."""
    if seller is None:
        if len(known.sellers) <= 1:
            return next(iter(known.sellers), None)
        more = ", ..." if len(known.sellers) > _MOST_NAMED else ""
        named = ", ".join(known.sellers[:_MOST_NAMED]) + more
        raise SettingsError(
            f"the input holds offers of {len(known.sellers)} sellers ({named}); a feed is one "
            "seller's: choose with --seller, or write to a folder for a file of each"
        )
    found = [name for name in known.sellers if name.casefold() == seller.casefold()]
    if not found:
        named = ", ".join(known.sellers[:_MOST_NAMED]) or "none"
        raise SettingsError(f"no offers of {seller!r} in the input; its sellers: {named}")
    return found[0]


def _headers(known: Survey, sender: Sender, done: Conversion) -> tuple[str, ...]:
    """The headers to write, in the order of the format's page."""
    kept = {name for name in known.names if _is_writable(name, known.names, sender)} | set(REQUIRED)
    lost = sorted(known.names - kept) if sender is Sender.DISTRIBUTOR else []
    done.columns_left_out = (*known.unknown, *lost)
    headings = [heading for heading in map(heading_of, kept) if heading]
    return tuple(heading.name for heading in sorted(headings, key=order_of))


def _is_writable(name: str, names: frozenset[str], sender: Sender) -> bool:
    heading = heading_of(name)
    if heading is None or (sender is Sender.MANUFACTURER and _is_of_offers(name)):
        return False
    if heading.currency is not None:
        return heading.currency in CURRENCIES and f"price-break-{heading.step}" in names
    return True


def _is_of_offers(name: str) -> bool:
    """Whether a column says something of an offer rather than of a part."""
    heading = heading_of(name)
    assert heading is not None, name
    return heading.column.wanted in _OF_OFFERS or heading.column.name in _OF_OFFERS_TOO


class _Clerk:
    """Makes each row fit to be written, and notes what that took."""

    def __init__(
        self, headers: Sequence[str], sender: Sender, shelf: Shelf, done: Conversion
    ) -> None:
        self._layout, self._sender = Layout.of(headers), sender
        self._shelf, self._done = shelf, done
        headings = [heading for heading in self._layout.headings if heading]
        self._columns = [(heading.name, heading.column.kind) for heading in headings]

    def __repr__(self) -> str:
        return f"_Clerk({len(self._columns)} columns, {self._sender})"

    def written(self, row: FeedRow, path: Path) -> tuple[str, ...] | None:
        """The row's cells as they are to be written, None when the row is left out."""
        cells = [self._cell(name, kind, row, path) for name, kind in self._columns]
        if self._sender is Sender.MANUFACTURER:
            for name in ("sku", "distributor-url"):
                cells[self._layout.places[name]] = ""
        missing = self._settled(cells)
        if missing is not None:
            self._done.left_out[f"no {missing}"] += 1
            self._done.note(f"{path.name}, row {row.row}: left out, it has no {missing}")
            return None
        if not self._shelf.is_new(_digest(cells)):
            self._done.left_out["repeated"] += 1
            return None
        return tuple(cells)

    def _cell(self, name: str, kind: Kind, row: FeedRow, path: Path) -> str:
        text = row.cells.get(name, "")
        if not text:
            return ""
        meant = mended(kind, text)
        if meant != text:
            self._done.changed[name] += 1
            shown = repr(shortened(meant)) if meant else "empty"
            self._done.note(
                f"{path.name}, row {row.row}: {name} {shortened(text)!r} is now {shown}"
            )
        return meant

    def _settled(self, cells: list[str]) -> str | None:
        """Empty what breaks a rule between cells; the required column that is empty, if one is."""
        while True:
            wrong = [
                (column, flaw.rule)
                for column, _, flaw in row_flaws(cells, self._layout, self._sender)
                if column and RULES[flaw.rule].severity is Severity.ERROR
            ]
            if not wrong:
                return None
            for column, rule in wrong:
                if rule == "required":
                    return column
                cells[self._layout.places[column]] = ""
                self._done.changed[column] += 1


def _digest(cells: Sequence[str]) -> bytes:
    text = "\x1f".join(cells)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def folder_target(folder: Path, seller: str, suffix: str) -> Path:
    """The file of one seller in a folder: `arrow-electronics__offers.csv`, as catalogs name them."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in seller.lower()).split())
    if not slug:
        raise FeedError(f"the seller {seller!r} gives no file name", file=folder)
    return folder / f"{slug}__offers{suffix}"
