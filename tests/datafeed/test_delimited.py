"""Delimited text is split as RFC 4180 has it, and a stray mark hurts its own record only."""

from pathlib import Path

import pytest

from bulkmatch.datafeed import check, read_rows
from bulkmatch.datafeed.delimited import MOST_CHARS, open_text, read_records
from bulkmatch.errors import FeedError

from .conftest import Write
from .examples import GOOD, HEAD, text_of


def records(path: Path, delimiter: str = ",") -> list[tuple[int, int, tuple[str, ...], bool]]:
    with open_text(path) as stream:
        found = read_records(path, stream, delimiter)
        return [(one.row, one.line, one.cells, not one.flaws) for one in found]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str, feed: Write) -> None:
    path = feed(end.join(["a,b", '"c ""d""","e', 'f"', "g,h"]) + end)
    assert records(path) == [
        (1, 1, ("a", "b"), True),
        (2, 2, ('c "d"', f"e{end}f"), True),
        (3, 4, ("g", "h"), True),
    ]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('5" screen,b', ('5" screen', "b")),
        ('"5" screen",b', ('5" screen', "b")),
        ('"a"b,c', ('a"b', "c")),
        (' "a",b', (' "a"', "b")),
        ('"",b', ("", "b")),
        ('a,""', ("a", "")),
        ('"a,b', ("a", "b")),
        ('a,"b', ("a", "b")),
        ('"""",b', ('"', "b")),
        (",", ("", "")),
        ("", ("",)),
    ],
)
def test_each_record_is_split_by_itself(line: str, cells: tuple[str, ...], feed: Write) -> None:
    found = records(feed(f"x,y\n{line}\nafter,wards\n"))
    assert [one[2] for one in found] == [("x", "y"), cells, ("after", "wards")]


def test_many_quotes_that_are_never_closed_cost_no_time(feed: Write) -> None:
    lines = '"never closed, here\n' * 20_000
    found = records(feed(lines))
    assert len(found) == 20_000
    assert not any(is_clean for *_, is_clean in found)


def test_a_semicolon_is_told_and_the_rest_is_checked_all_the_same(feed: Write) -> None:
    path = feed(text_of(HEAD | {"quantity": "-7"}, delimiter=";"))
    assert {rule.id for rule, _, _ in check(path).rules} >= {"delimiter", "quantity"}


def test_a_tab_separated_file_goes_by_its_name(feed: Write) -> None:
    (row,) = read_rows(feed(text_of(HEAD | {"category": "a, b"}, delimiter="\t"), "feed.tsv"))
    assert row.cells["category"] == "a, b"


def test_utf16_is_read(feed: Write) -> None:
    (row,) = read_rows(feed(GOOD, encoding="utf-16"))
    assert row.cells["mpn"] == HEAD["mpn"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"manufacturer,mpn\nA,\0B\n", "zero bytes"),
        (b"x" * (MOST_CHARS + 1), "a line of over"),
        (b"PK\x03\x04rest", "a workbook, whatever its name says"),
    ],
)
def test_what_is_no_text_in_lines_is_refused(content: bytes, message: str, feed: Write) -> None:
    with pytest.raises(FeedError, match=message):
        check(feed(content))


def test_a_name_that_says_no_form_is_refused(feed: Write) -> None:
    with pytest.raises(FeedError, match="must end in one of"):
        check(feed(GOOD, "feed.txt"))


def test_a_file_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="No such file"):
        check(tmp_path / "absent.csv")
