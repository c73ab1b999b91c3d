"""A diff says what was added, removed and changed, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.datafeed import Change, ChangeKind, diff, open_writer
from bulkmatch.errors import FeedError

from .conftest import Write
from .examples import HEAD, ladder, spec, text_of


def changes(feed: Write, old: str, new: str) -> list[Change]:
    return list(diff(feed(old, "old.csv"), feed(new, "new.csv")))


def test_offers_come_and_go(feed: Write) -> None:
    other = HEAD | {"sku": "other"}
    (found,) = changes(feed, text_of(HEAD), text_of(HEAD, other))
    assert (found.kind, found.sku, found.old_row, found.new_row) == ("added", "other", None, 3)
    (found,) = changes(feed, text_of(other, HEAD), text_of(HEAD))
    assert (found.kind, found.sku, found.old_row, found.new_row) == ("removed", "other", 2, None)


@pytest.mark.parametrize(
    ("old", "new", "kind", "was", "now"),
    [
        (ladder(("1", "2")), ladder(("1", "2.5")), "price", "USD 1: 2", "USD 1: 2.5"),
        (ladder(("1", "2")), ladder(("1", ""), ("", "")), "price", "USD 1: 2", None),
        (
            ladder(("1", "2"), ("10", "1")),
            ladder(("1", "2"), ("100", "1")),
            "price",
            "USD 1: 2, 10: 1",
            "USD 1: 2, 100: 1",
        ),
        (
            text_of(HEAD | {"quantity": "5"}),
            text_of(HEAD | {"quantity": "-4"}),
            "stock",
            "5",
            "-4 (RFQ)",
        ),
        (
            spec("Active", name="lifecycle_status"),
            spec({"value": "NRND"}, name="lifecycle_status"),
            "lifecycle",
            "ACTIVE",
            "NRND",
        ),
    ],
)
def test_a_change_says_what_was_and_what_is(
    old: str, new: str, kind: str, was: str | None, now: str | None, feed: Write
) -> None:
    (found,) = changes(feed, old, new)
    assert (found.kind, found.old, found.new) == (kind, was, now)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ladder(("1", "2.50")), ladder(("1.0", "2.5"))),
        (ladder(("1", "2"), ("10", "1")), ladder(("10", "1"), ("1", "2"))),
        (spec("a", name="x"), spec("b", name="x")),
        (text_of(HEAD), text_of(HEAD | {"description": "new"})),
    ],
)
def test_the_same_in_other_words_is_no_change(old: str, new: str, feed: Write) -> None:
    assert changes(feed, old, new) == []


def test_rows_of_one_key_are_compared_in_their_order(feed: Write) -> None:
    few, many = HEAD | {"quantity": "1"}, HEAD | {"quantity": "2"}
    assert changes(feed, text_of(few, many), text_of(few, many)) == []
    found = changes(feed, text_of(few), text_of(few, many))
    assert [one.kind for one in found] == ["added"]


def test_a_row_of_too_few_fields_is_told_with_its_line(feed: Write) -> None:
    with pytest.raises(FeedError, match=r"old.csv, line 3: wants 4 fields"):
        changes(feed, text_of(HEAD) + "a,b\n", text_of(HEAD))


Stocks = st.dictionaries(st.text("aZé\U0001f600\uffff ", max_size=3), st.integers(0, 3), max_size=8)


@given(Stocks, Stocks)
def test_a_diff_is_that_of_two_dictionaries(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, int], new: dict[str, int]
) -> None:
    folder = tmp_path_factory.mktemp("diff")
    found = diff(_stocked(folder / "old.csv", old), _stocked(folder / "new.csv", new))
    told = {(one.kind, one.sku): (one.old, one.new) for one in found}
    plain_old, plain_new = _plain(old), _plain(new)
    assert told == (
        {(ChangeKind.ADDED, sku): (None, None) for sku in plain_new.keys() - plain_old}
        | {(ChangeKind.REMOVED, sku): (None, None) for sku in plain_old.keys() - plain_new}
        | {
            (ChangeKind.STOCK, sku): (str(plain_old[sku]), str(plain_new[sku]))
            for sku in plain_old.keys() & plain_new
            if plain_old[sku] != plain_new[sku]
        }
    )


def _plain(stocks: dict[str, int]) -> dict[str, int]:
    """Blanks around a sku do not count; the first that reads so is kept."""
    return {f"s{sku.strip()}": count for sku, count in reversed(stocks.items())}


def _stocked(path: Path, stocks: dict[str, int]) -> Path:
    with open_writer(path, ["manufacturer", "mpn", "sku", "quantity"]) as writer:
        for sku, count in _plain(stocks).items():
            writer.write(["A", "B", sku, str(count)])
    return path
