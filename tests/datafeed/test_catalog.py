"""Feeds of real offers load, pass, and survive every form. Needs the shared folder beside the project."""

import csv
from pathlib import Path

import pytest
from tests.conftest import SHARED

from bulkmatch.datafeed import Sender, check, convert, diff, read_rows

CATALOG = SHARED / "catalog"
FEEDS = sorted(CATALOG.rglob("*__*.csv"))
INDEX = CATALOG / "index.csv"

pytestmark = pytest.mark.skipif(not FEEDS, reason="../shared/catalog is absent")
each_feed = pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)


def row_counts() -> dict[str, int]:
    with INDEX.open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["rows"]) for row in csv.DictReader(file)}


def test_there_are_thirty_two() -> None:
    assert len(FEEDS) == 32


@each_feed
def test_every_row_loads(path: Path) -> None:
    rows = list(read_rows(path))
    assert len(rows) == row_counts()[path.relative_to(CATALOG).as_posix()]
    assert all(row.cells["mpn"] for row in rows)
    assert any(row.is_offer for row in rows) != path.name.startswith("mfr__")


@each_feed
def test_the_check_reads_every_row_and_knows_who_sends_it(path: Path) -> None:
    report = check(path)
    assert report.row_count == row_counts()[path.relative_to(CATALOG).as_posix()]
    is_manufacturer = path.name.startswith("mfr__")
    assert (report.sender is Sender.MANUFACTURER) == is_manufacturer
    assert ("no-offers" in {rule.id for rule, _, _ in report.rules}) == is_manufacturer


def test_a_manufacturer_s_feed_is_told_what_a_distributor_s_needs() -> None:
    path = next(path for path in FEEDS if path.name == "mfr__gitplm.csv")
    (advice,) = [one.advice for one in check(path).findings if one.rule.id == "no-offers"]
    assert "a sku and a distributor-url in every row" in advice
    as_distributor = check(path, sender=Sender.DISTRIBUTOR)
    counts = {rule.id: count for rule, count, _ in as_distributor.rules}
    assert counts["required"] == 2 * as_distributor.row_count


@each_feed
def test_every_form_tells_the_same(path: Path, tmp_path: Path) -> None:
    """A sheet in between, then text; prices, stock and lifecycles are still those of the source."""
    book, text = tmp_path / "feed.xlsx", tmp_path / "feed.tsv"
    done = convert([path], book)
    again = convert([book], text)
    assert again.is_whole
    assert check(text).error_count == 0
    if done.is_whole:
        assert [row.cells for row in read_rows(text)] == [row.cells for row in read_rows(path)]
    assert list(diff(book, text)) == []


def test_all_offers_of_one_seller_are_one_feed(tmp_path: Path) -> None:
    feeds = [path for path in FEEDS if path.name.startswith("mouser__")]
    done = convert(feeds, tmp_path / "mouser.csv")
    assert done.row_count + done.left_out.total() == sum(
        row_counts()[path.relative_to(CATALOG).as_posix()] for path in feeds
    )
    assert check(tmp_path / "mouser.csv").error_count == 0
