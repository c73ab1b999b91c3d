"""Workbooks are read as they show, and told of like text."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import SHARED

from bulkmatch.datafeed import check, read_rows
from bulkmatch.errors import FeedError

from .conftest import Write
from .examples import HEAD

OLD_WORKBOOKS = sorted((SHARED / "boms").glob("*.xls"))


def save(
    path: Path, *rows: tuple[str | float | date, ...], sheets: int = 1, first_column: int = 1
) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for at, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=first_column):
            page.cell(at, place, value)
    for _ in range(sheets - 1):
        book.create_sheet()
    book.save(path)
    return path


def test_numbers_and_days_read_as_they_show(tmp_path: Path) -> None:
    header = (
        *HEAD,
        "quantity",
        "on-order-quantity",
        "on-order-eta",
        "price-break-1",
        "price-usd-1",
    )
    values: tuple[str | float | date, ...] = (
        *HEAD.values(),
        4000,
        5,
        date(2012, 11, 1),
        1,
        0.00005,
    )
    path = save(tmp_path / "feed.xlsx", header, values)
    (row,) = read_rows(path)
    assert row.cells["quantity"] == "4000"
    assert row.cells["on-order-eta"] == "2012-11-01"
    assert row.cells["price-usd-1"] == "0.00005"
    assert check(path).error_count == 0


def test_several_sheets_are_a_warning(tmp_path: Path) -> None:
    path = save(tmp_path / "feed.xlsx", tuple(HEAD), tuple(HEAD.values()), sheets=2)
    assert "several-sheets" in {rule.id for rule, _, _ in check(path).rules}


def test_a_table_that_begins_further_right_is_told_of_with_its_own_columns(tmp_path: Path) -> None:
    path = save(tmp_path / "feed.xlsx", tuple(HEAD), tuple(HEAD.values()), first_column=2)
    report = check(path)
    assert {rule.id for rule, _, _ in report.rules if rule.severity == "error"} == {"header-empty"}


def test_notes_beside_the_table_are_too_many_fields(tmp_path: Path) -> None:
    path = save(tmp_path / "feed.xlsx", tuple(HEAD), (*HEAD.values(), "", "a note"))
    assert {rule.id for rule, _, _ in check(path).rules} >= {"field-count"}


def test_rows_above_the_header_are_told(tmp_path: Path) -> None:
    path = save(tmp_path / "feed.xlsx", ("Our feed",), (), tuple(HEAD), tuple(HEAD.values()))
    report = check(path)
    (finding,) = [one for one in report.findings if one.rule.id == "header-first"]
    assert finding.row == 3
    assert report.row_count == 1


@pytest.mark.skipif(not OLD_WORKBOOKS, reason="../shared/boms is absent")
@pytest.mark.parametrize("path", OLD_WORKBOOKS, ids=lambda path: path.name)
def test_xls_is_opened(path: Path) -> None:
    """BOMs, so no header of a datafeed; that they are read at all is what is asked."""
    rules = {rule.id for rule, _, _ in check(path).rules}
    assert rules & {"header-first", "header-required"}


@pytest.mark.parametrize("name", ["feed.xlsx", "feed.xls", "feed.parquet"])
def test_text_under_another_name_is_refused(name: str, feed: Write) -> None:
    with pytest.raises(FeedError, match="whatever its name says"):
        check(feed("manufacturer,mpn\n", name))


def test_a_broken_workbook_is_refused(feed: Write) -> None:
    with pytest.raises(FeedError, match="not a readable workbook"):
        check(feed(b"PK\x03\x04" + b"\xff" * 400, "feed.xlsx"))
    with pytest.raises(FeedError, match="not a readable workbook"):
        check(feed(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 400, "feed.xls"))
