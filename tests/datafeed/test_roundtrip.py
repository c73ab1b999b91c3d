"""What is written is read again, whatever the cells hold; and reading never crashes or hangs."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulkmatch.datafeed import check, convert, diff, open_writer
from bulkmatch.datafeed.columns import COLUMNS
from bulkmatch.datafeed.reading import read_rows
from bulkmatch.datafeed.source import open_feed
from bulkmatch.errors import FeedError

from .examples import EXAMPLES, GOOD, HEAD

HEADERS = ("manufacturer", "mpn", "sku", "description", "attributes")
# All that a file can hold: no surrogates, no NUL, and no lone CR, which XML reads as a line's end.
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12)
AWKWARD = st.sampled_from(
    ['"', '""', ",", "\t", "\n", " x ", "=1+1", "_x0041_", "'", "\ufeff", "-1"]
)
ROW = st.tuples(*[CELL | AWKWARD] * len(HEADERS))
TEXT_FORMS = ("feed.csv", "feed.tsv")


def written(path: Path, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    with open_writer(path, HEADERS) as writer:
        for row in rows:
            writer.write(row)
    with open_feed(path) as feed:
        assert feed.header is not None
        assert feed.header.cells == HEADERS
        records = list(feed.records)
    assert not any(record.flaws for record in records)
    return [record.cells for record in records]


@pytest.mark.parametrize("name", TEXT_FORMS)
@given(rows=st.lists(ROW, max_size=5))
def test_text_is_read_as_it_was_written(
    name: str, rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert written(tmp_path_factory.mktemp("text") / name, rows) == rows


@given(rows=st.lists(ROW, max_size=5))
@settings(deadline=None)
def test_workbooks_are_read_as_they_were_written(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = written(tmp_path_factory.mktemp("book") / "feed.xlsx", rows)
    last = max((at for at, row in enumerate(rows, start=1) if any(row)), default=0)
    assert found == rows[:last]  # a sheet ends with its last filled row


@given(rows=st.lists(ROW, max_size=5))
@settings(deadline=None)
def test_parquet_is_read_as_it_was_written(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is no requirement of bulkmatch")
    assert written(tmp_path_factory.mktemp("parquet") / "feed.parquet", rows) == rows


def test_what_no_encoding_can_hold_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be written"):
        written(tmp_path / "feed.csv", [("\ud800",) * len(HEADERS)])
    assert list(tmp_path.iterdir()) == []


NAMES = st.sampled_from([*(c.name for c in COLUMNS), "price-usd-1", "price-break-1", "x", ""])
ANY_CELL = st.text(max_size=10) | st.sampled_from(
    [
        *HEAD.values(),
        "-1",
        "1.5",
        "{}",
        '{"a": "1 V to 2 V"}',
        "a >> b",
        "2020-02-30",
        "us",
        '"',
        "[[",
    ]
)


@given(
    headers=st.lists(NAMES, max_size=8),
    rows=st.lists(st.lists(ANY_CELL, max_size=8), max_size=4),
    delimiter=st.sampled_from([",", "\t", ";"]),
)
def test_any_table_is_checked(
    headers: list[str],
    rows: list[list[str]],
    delimiter: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("any") / "feed.csv"
    lines = [delimiter.join(row) for row in (["manufacturer", "mpn", *headers], *rows)]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass").replace(b"\0", b""))
    every_command(path)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_end_in_a_report_or_one_error(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    texts = [text for wrong, right in EXAMPLES.values() for text in (*wrong, *right)]
    raw = bytearray(dice.choice([*texts, GOOD * 30]).encode("utf-8", "surrogateescape"))
    for _ in range(dice.randrange(1, 12)):
        dice.choice(DAMAGES)(raw, dice)
    path = tmp_path / "feed.csv"
    path.write_bytes(raw)
    began = time.perf_counter()
    every_command(path)
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("seed", range(40))
def test_damaged_workbooks_end_in_a_report_or_one_error(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    path = tmp_path / "feed.xlsx"
    written(path, [("a", "b", "c", "d" * 50, "{}")] * 20)
    raw = bytearray(path.read_bytes())
    for _ in range(dice.randrange(1, 4)):
        dice.choice(DAMAGES)(raw, dice)
    path.write_bytes(raw)
    every_command(path)


def every_command(path: Path) -> None:
    """Check, convert, read and diff; only errors on purpose may come of it."""
    with suppress(FeedError):
        report = check(path)
        assert len(report.findings) <= report.error_count + report.warning_count
    with suppress(FeedError):
        convert([path], path.with_name("out.csv"))
        assert check(path.with_name("out.csv")).error_count == 0
    with suppress(FeedError):
        assert list(diff(path, path)) == []
    with suppress(FeedError):
        assert all(row.prices() is not None for row in read_rows(path))


def _flip(raw: bytearray, dice: random.Random) -> None:
    if raw:
        raw[dice.randrange(len(raw))] = dice.randrange(256)


def _cut(raw: bytearray, dice: random.Random) -> None:
    begin = dice.randrange(len(raw) + 1)
    del raw[begin : begin + dice.randrange(1, 60)]


def _double(raw: bytearray, dice: random.Random) -> None:
    begin = dice.randrange(len(raw) + 1)
    raw[begin:begin] = raw[begin : begin + dice.randrange(1, 200)] * dice.randrange(1, 20)


def _poke(raw: bytearray, dice: random.Random) -> None:
    pieces = (
        b'"',
        b'""',
        b",",
        b"\r",
        b"\n",
        b"\t",
        b"{",
        b"[" * 3000,
        b"9" * 5000,
        b"\xff",
        b">>",
    )
    begin = dice.randrange(len(raw) + 1)
    raw[begin:begin] = dice.choice(pieces)


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _cut, _double, _poke)
