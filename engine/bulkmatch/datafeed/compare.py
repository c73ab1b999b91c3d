"""A distributor's own feed against what the API shows of it, by stock number.

The API is asked by `bulkmatch enrich`, with its budget and its store; here its results are read.
What was not answered (for want of budget, say) is left out, and counted.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulkmatch.datafeed.diff import Change, ChangeKind, diff_rows
from bulkmatch.datafeed.json_text import members
from bulkmatch.datafeed.reading import FeedRow, read_rows
from bulkmatch.datafeed.results import read_lines, read_results
from bulkmatch.datafeed.shelf import open_shelf

_ANSWERED = frozenset({"matched", "needs review", "missed"})


@dataclass(slots=True)
class Coverage:
    """How much of a feed was compared: `offer_count` offers, `unasked_count` of them not."""

    offer_count: int = 0
    unasked_count: int = 0
    sellers: tuple[str, ...] = ()


def write_questions(feed: Path, target: Path) -> int:
    """Write each distinct part of a feed's offers as a line of a BOM; how many there are."""
    count = 0
    with open_shelf() as shelf, target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("MPN", "Manufacturer"))
        for row in read_rows(feed):
            mpn, maker = row.cells.get("mpn", ""), row.cells.get("manufacturer", "")
            digest = f"{maker}\x1f{mpn}".encode("utf-8", "surrogatepass")
            if mpn and row.is_offer and shelf.is_new(digest):
                writer.writerow((mpn, maker))
                count += 1
    return count


def compare(feed: Path, results: Path, *, seller: str, coverage: Coverage) -> Iterator[Change]:
    """Where the API differs from the feed: offers that it does not show, or that the feed has not,
    prices in common currencies, stock. Raises FeedError. Fills `coverage` while it is read.

    Memory follows the answers, not the feed.
    """
    answered, sellers = _answers(results)
    coverage.sellers = sellers
    shown = (
        row
        for row in read_results(results)
        if row.is_offer and (row.seller or "").casefold() == seller.casefold()
    )
    asked = _asked(feed, answered, coverage)
    for change in diff_rows(asked, _once(shown), key_of=_sku, in_common=True):
        if change.kind is not ChangeKind.LIFECYCLE:  # the API says it of the part, in its own words
            yield change


def _answers(results: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """The part numbers that were answered, and the sellers in the answers."""
    answered: set[str] = set()
    for line in read_lines(results):
        about = members(line.get("row"))
        mpn = about.get("mpn") if about else None
        if isinstance(mpn, str) and line.get("outcome") in _ANSWERED:
            answered.add(mpn.strip().casefold())
    sellers = {row.seller for row in read_results(results) if row.seller and row.is_offer}
    return frozenset(answered), tuple(sorted(sellers))


def _asked(feed: Path, answered: frozenset[str], coverage: Coverage) -> Iterator[FeedRow]:
    for row in read_rows(feed):
        if not row.is_offer:
            continue
        coverage.offer_count += 1
        if row.cells.get("mpn", "").casefold() in answered:
            yield row
        else:
            coverage.unasked_count += 1


def _once(rows: Iterator[FeedRow]) -> Iterator[FeedRow]:
    """The rows without those that the answer to another line brought already."""
    seen: set[tuple[tuple[str, ...], str]] = set()
    for row in rows:
        told = (row.key, str(sorted(row.cells.items())))
        if told not in seen:
            seen.add(told)
            yield row


def _sku(row: FeedRow) -> tuple[str, ...]:
    return (row.cells["sku"].casefold(),)
