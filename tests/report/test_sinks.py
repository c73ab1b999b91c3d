"""What holds for every format: one line each, complete or not there at all."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bulkmatch.core.formula import defuse
from bulkmatch.errors import FeedError
from bulkmatch.model.outcome import Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import FORMATS, ReportContext, Summary, open_sink
from bulkmatch.report.columns import COLUMNS, added_names, distinct_names

Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]


def write(
    path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> None:
    with open_sink(path, header=header, context=context) as sink:
        for outcome, facts in lines:
            sink.write(outcome, facts)


def line_count(path: Path) -> int:
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return len(list(csv.reader(file))) - 1
        case ".xlsx":
            book = openpyxl.load_workbook(path)
            return book["BOM"].max_row - 1
        case _:
            return len([json.loads(line) for line in path.read_text("utf-8").splitlines()])


each_format = pytest.mark.parametrize("extension", FORMATS)


@each_format
def test_every_outcome_is_one_line(
    tmp_path: Path,
    extension: str,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
) -> None:
    path = tmp_path / f"out{extension}"
    write(path, header, context, lines)
    assert line_count(path) == len(lines)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@each_format
def test_a_run_that_stops_early_leaves_a_complete_file(
    tmp_path: Path,
    extension: str,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
    summary: Summary,
) -> None:
    path = tmp_path / f"out{extension}"
    with open_sink(path, header=header, context=context) as sink:
        sink.write(*lines[0])
        sink.close(summary)
        sink.close(summary)
    assert line_count(path) == 1


@each_format
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    extension: str,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
) -> None:
    path = tmp_path / f"out{extension}"
    path.write_text("what was there before")

    def fail() -> None:
        with open_sink(path, header=header, context=context) as sink:
            sink.write(*lines[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "what was there before"
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@each_format
def test_the_file_appears_when_it_is_complete_and_not_before(
    tmp_path: Path, extension: str, header: tuple[str, ...], context: ReportContext
) -> None:
    path = tmp_path / f"out{extension}"
    with open_sink(path, header=header, context=context):
        assert not path.exists()
    assert path.exists()


@each_format
def test_text_that_no_encoding_holds_stops_nothing(
    tmp_path: Path,
    extension: str,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
) -> None:
    outcome, facts = lines[0]
    cells = ("U1\ud800", "a\x01b\x0b", "x" * 40_000, "line\r\nbreak", "\U0001f600")
    odd = replace(outcome, row=replace(outcome.row, cells=cells))
    path = tmp_path / f"out{extension}"
    write(path, header, context, [(odd, facts)])
    assert line_count(path) == 1


@each_format
def test_rows_without_cells_shift_nothing_and_wider_ones_are_refused(
    tmp_path: Path,
    extension: str,
    header: tuple[str, ...],
    context: ReportContext,
    lines: Sequence[Line],
) -> None:
    outcome, facts = lines[0]
    bare = replace(outcome, row=replace(outcome.row, cells=()))
    write(tmp_path / f"out{extension}", header, context, [(bare, facts)])
    assert line_count(tmp_path / f"out{extension}") == 1
    with pytest.raises(FeedError, match="5 cells does not fit 1 columns"):
        write(tmp_path / f"other{extension}", ("MPN",), context, [(outcome, facts)])


@pytest.mark.parametrize("name", ["out.pdf", "out", "out.csv.gz"])
def test_other_formats_are_refused(tmp_path: Path, name: str, context: ReportContext) -> None:
    with (
        pytest.raises(FeedError, match=r"\.csv, \.xlsx or \.jsonl"),
        open_sink(tmp_path / name, header=(), context=context),
    ):
        pass


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, context: ReportContext) -> None:
    path = tmp_path / "none" / "out.csv"
    with pytest.raises(FeedError, match="no folder"), open_sink(path, header=(), context=context):
        pass


def test_a_folder_in_its_place_is_refused(tmp_path: Path, context: ReportContext) -> None:
    path = tmp_path / "out.csv"
    path.mkdir()
    with pytest.raises(FeedError, match="a folder"), open_sink(path, header=(), context=context):
        pass


@each_format
def test_a_place_that_is_gone_at_the_end_is_an_error_with_a_name(
    tmp_path: Path, extension: str, context: ReportContext
) -> None:
    path = tmp_path / f"out{extension}"

    def write_while_it_is_taken() -> None:
        with open_sink(path, header=("MPN",), context=context):
            path.mkdir()
            (path / "in the way").touch()

    with pytest.raises(FeedError, match="cannot be written") as failed:
        write_while_it_is_taken()
    assert failed.value.file == path
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_link_to_a_file_stays_a_link(tmp_path: Path, context: ReportContext) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old")
    link.symlink_to(real)
    write(link, ("MPN",), context, [])
    assert link.is_symlink()
    assert real.read_text("utf-8-sig").startswith("MPN,")


def test_added_columns_never_take_an_input_column_s_name() -> None:
    names = added_names(("MPN", "Match: MPN", "Match: MPN 2"))
    assert len(names) == len(COLUMNS)
    assert "Match: MPN 3" in names
    assert "Match: outcome" in names


def test_columns_get_keys_that_differ() -> None:
    assert distinct_names(("A", "", "A", " A ", "A (2)", "")) == (
        "A", "column 2", "A (2)", "A (3)", "A (2) (2)", "column 6",
    )  # fmt: skip


def csv_lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def csv_of(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext
) -> Callable[[Sequence[Line]], list[dict[str, str]]]:
    def written(lines: Sequence[Line]) -> list[dict[str, str]]:
        write(tmp_path / "out.csv", header, context, lines)
        return csv_lines(tmp_path / "out.csv")

    return written


def test_a_csv_has_the_input_s_columns_first_and_then_ours(
    csv_of: Callable[[Sequence[Line]], list[dict[str, str]]],
    header: tuple[str, ...],
    lines: Sequence[Line],
) -> None:
    first = csv_of(lines)[0]
    assert list(first)[: len(header)] == ["Designator", "MPN", "Qty", "'=evil", ""]
    assert list(first)[len(header) :] == [column.name for column in COLUMNS]
    assert list(first.values()) == [
        "U1", "BME280", "5", "-1", "x",
        "matched", "certain", "", "exact: same number, same maker",
        "for BME280: 1) BME280 [Bosch]", "BME280", "Bosch", "Production",
        "1200", "0.0125", "USD", "15", "Alpha", "", "", "84", "Compliant",
        "https://example.com/BME280.pdf", "https://octopart.com/part/BME280",
        "2026-11-20T08:30:00Z", "1.5", "live (store)",
    ]  # fmt: skip


def test_what_the_plan_lacks_is_neither_unknown_nor_empty(
    csv_of: Callable[[Sequence[Line]], list[dict[str, str]]], lines: Sequence[Line]
) -> None:
    second = csv_of(lines)[1]
    assert second["Match: datasheet"] == "not in plan"
    assert second["Match: lead time (days)"] == "not in plan"
    assert second["Match: RoHS"] == ""
    assert second["'=evil"] == "'@SUM(1)"


def test_a_line_in_doubt_shows_its_best_candidate_and_names_them_all(
    csv_of: Callable[[Sequence[Line]], list[dict[str, str]]], lines: Sequence[Line]
) -> None:
    third = csv_of(lines)[2]
    assert third["Match: outcome"] == "needs review"
    assert third["Match: reason"] == "ambiguous: several makers"
    assert third["Match: choices"].endswith(": 1) LM317 [TI]; 2) LM317 [ST]; and 5 more")
    assert third["Match: decision"] == ""
    assert (third["Match: MPN"], third["Match: lifecycle"]) == ("LM317", "NRND")
    assert third["Match: order quantity"] == "10"  # no quantity is one a board; the minimum is 10


def test_lines_without_a_part_say_why(
    csv_of: Callable[[Sequence[Line]], list[dict[str, str]]], lines: Sequence[Line]
) -> None:
    missed, failed, skipped = csv_of(lines)[3:]
    assert (missed["Match: outcome"], missed["Match: reason"]) == ("missed", "no such part")
    assert failed["Match: reason"] == "the API asked us to slow down"
    assert skipped["Match: reason"] == "no MPN: nothing to ask"
    assert {line["Match: source"] for line in (missed, failed, skipped)} == {"live"}
    assert {line["Match: lifecycle"] for line in (missed, failed, skipped)} == {""}


def test_every_line_of_a_sandbox_run_says_so(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> None:
    path = tmp_path / "out.csv"
    write(path, header, replace(context, source="sandbox"), lines[4:])
    assert {line["Match: source"] for line in csv_lines(path)} == {"sandbox"}


def test_no_cell_of_a_csv_begins_like_a_formula(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> None:
    outcome, (facts,) = lines[0][0], lines[0][1]
    evil = replace(facts, mpn="=cmd", manufacturer="+x", rohs="@y", datasheet_url="\t=z")
    cells = ("=1+1", " =2", "＝3", "-a", "\r=4")
    odd = replace(outcome, row=replace(outcome.row, cells=cells))
    path = tmp_path / "out.csv"
    write(path, header, context, [(odd, (evil,))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = [cell for line in csv.reader(file) for cell in line]
    assert all(defuse(cell) == cell for cell in written)
    assert "'=cmd" in written
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
