"""The workbook: what a person sees in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import Lifecycle, PartFacts, PartLike
from bulkmatch.report import ReportContext, Summary, open_sink, xlsx_style
from bulkmatch.report.columns import COLUMNS
from bulkmatch.report.xlsx_book import fit_text, is_link
from bulkmatch.report.xlsx_sink import XlsxSink

Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]


@pytest.fixture
def book(
    tmp_path: Path,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
    summary: Summary,
) -> openpyxl.Workbook:
    path = tmp_path / "out.xlsx"
    with open_sink(path, header=header, context=context) as sink:
        for line in lines:
            sink.write(*line)
        sink.close(summary)
    return openpyxl.load_workbook(path)


def cell(sheet: Worksheet, row: int, name: str) -> Cell:
    names = [found.value for found in sheet[1]]
    found = sheet.cell(row, names.index(name) + 1)
    assert isinstance(found, Cell)
    return found


def test_the_header_stays_in_sight_and_filters(book: openpyxl.Workbook) -> None:
    sheet = book["BOM"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:AA7"
    assert book.sheetnames == ["BOM", "Summary"]
    assert book.active is sheet


def test_part_numbers_are_text_and_counts_are_numbers(book: openpyxl.Workbook) -> None:
    sheet = book["BOM"]
    assert cell(sheet, 3, "MPN").value == "00470"
    assert cell(sheet, 3, "MPN").number_format == "@"
    assert cell(sheet, 2, "Qty").value == 5
    assert cell(sheet, 2, "Match: authorised stock").value == 1200
    assert cell(sheet, 2, "Match: unit price").value == 0.0125
    assert cell(sheet, 2, "Match: unit price").number_format == "#,##0.00####"
    assert cell(sheet, 2, "Match: answered at (UTC)").value == datetime(2026, 11, 20, 8, 30)  # noqa: DTZ001


def test_no_cell_is_a_formula(book: openpyxl.Workbook) -> None:
    sheet = book["BOM"]
    assert cell(sheet, 1, "=evil").data_type in {"s", "inlineStr"}
    assert cell(sheet, 3, "=evil").value == "@SUM(1)"
    assert all(found.data_type != "f" for page in book for row in page for found in row)


def test_links_are_links_when_they_are_safe(book: openpyxl.Workbook) -> None:
    sheet = book["BOM"]
    link = cell(sheet, 2, "Match: datasheet").hyperlink
    assert link is not None
    assert link.target == "https://example.com/BME280.pdf"
    assert cell(sheet, 3, "Match: Octopart").value == "javascript:alert(1)"
    assert cell(sheet, 3, "Match: Octopart").hyperlink is None
    assert cell(sheet, 3, "Match: datasheet").value == "not in plan"


def test_outcomes_and_lifecycles_have_colours_of_their_own(book: openpyxl.Workbook) -> None:
    sheet = book["BOM"]
    outcomes = [cell(sheet, row, "Match: outcome") for row in (2, 4, 5, 6, 7)]
    assert [found.value for found in outcomes] == list(xlsx_style.OUTCOMES)
    assert len({found.fill.fgColor.rgb for found in outcomes}) == 5
    lifecycles = [cell(sheet, row, "Match: lifecycle") for row in (2, 3, 4)]
    assert [found.value for found in lifecycles] == ["Production", "Obsolete", "NRND"]
    assert len({found.fill.fgColor.rgb for found in lifecycles}) == 3


def test_every_word_has_a_look_that_can_be_read() -> None:
    assert set(xlsx_style.LIFECYCLES) == set(map(str, Lifecycle))
    for look in [*xlsx_style.OUTCOMES.values(), *xlsx_style.LIFECYCLES.values()]:
        assert contrast(str(look["bg_color"]), str(look["font_color"])) >= 7


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def told(book: openpyxl.Workbook) -> dict[object, object]:
    return {row[0].value: row[1].value for row in book["Summary"] if row[0].value}


def test_the_summary_tells_what_came_out_and_what_it_cost(book: openpyxl.Workbook) -> None:
    summary = told(book)
    assert summary["lines"] == 6
    assert summary["distinct questions"] == 5
    assert [summary[name] for name in xlsx_style.OUTCOMES] == [2, 1, 1, 1, 1]
    assert (summary["    exact"], summary["    no MPN"]) == (1, 1)
    assert (summary["Production"], summary["Obsolete"], summary["NRND"]) == (1, 1, 1)
    assert (summary["parts charged"], summary["parts of unknown answers"]) == (7, 1)
    assert (summary["budget of the run (parts)"], summary["answers from the store"]) == (100, 1)
    assert summary["stopped early"] == "the budget of the run is used up"
    assert summary["source"] == "live"
    assert "SANDBOX" not in summary
    assert summary["file"] == "bom.csv"


def test_a_sandbox_workbook_says_so_loudly(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> None:
    path = tmp_path / "out.xlsx"
    with open_sink(path, header=header, context=replace(context, source="sandbox")) as sink:
        sink.write(*lines[5])
    book = openpyxl.load_workbook(path)
    summary = told(book)
    assert "made up" in str(summary["SANDBOX"])
    assert "SANDBOX" in str(summary["source"])
    assert cell(book["BOM"], 2, "Match: source").value == "sandbox"
    assert "parts charged" not in summary


def test_a_link_needs_a_web_address_that_excel_can_hold() -> None:
    assert is_link("https://example.com/a%20b.pdf?x=1&y=(2)#p")
    assert not is_link("http://example.com/" + "a" * 2079)
    assert not is_link("javascript:alert(1)")
    assert not is_link("file:///etc/passwd")
    assert not is_link("https://example.com/a b")
    assert not is_link('https://example.com/"x')


def test_text_is_cut_to_what_a_cell_holds() -> None:
    assert fit_text("abc") == "abc"
    assert len(fit_text("a" * 40_000)) == 32_767
    assert fit_text("a\ud800") == "a\ufffd"


def test_more_lines_than_a_sheet_holds_go_on_the_next(
    tmp_path: Path,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
) -> None:
    path = tmp_path / "out.xlsx"
    sink = XlsxSink(path, header, context, most_rows=3, most_links=1)
    for _ in range(5):
        sink.write(*lines[0])
    sink.close()
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["BOM", "BOM 2", "BOM 3", "Summary"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [3, 3, 2]
    assert cell(book["BOM"], 2, "Match: datasheet").hyperlink is not None
    assert cell(book["BOM"], 2, "Match: Octopart").hyperlink is None
    assert cell(book["BOM"], 2, "Match: Octopart").value == "https://octopart.com/part/BME280"
    assert told(book)["lines"] == 5


def test_too_many_columns_for_a_sheet_are_refused(tmp_path: Path, context: ReportContext) -> None:
    wide = ("x",) * (16_385 - len(COLUMNS))
    with (
        pytest.raises(FeedError, match="16,384 columns"),
        open_sink(tmp_path / "out.xlsx", header=wide, context=context),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
