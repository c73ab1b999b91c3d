"""What comes back is like what was given: workbooks with their looks, text with its form."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from bulkmatch.report.columns import COLUMNS

from .conftest import Run


@pytest.fixture
def book(folder: Path) -> Path:
    """A workbook with a title, a coloured header, a formula, a width and a second sheet."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = "Main"
    page["A1"] = "Controller board"
    page.append([])
    page.append(["Ref", "MPN", "Manufacturer", "Qty", "Price", "Sum"])
    page.append(["U1", "LM358D", "Texas Instruments", 2, 0.5, "=D4*E4"])
    page.append(["U2", "LM324N", "Texas Instruments", 1, 0.7, "=D5*E5"])
    page.append(["", "", "", "", "Total", "=SUM(F4:F5)"])
    for cell in page[3]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="203864")
    page.column_dimensions["B"].width = 33
    page.auto_filter.ref = "A3:F5"
    made.create_sheet("Notes")["A1"] = "=1+1"
    file = folder / "bom.xlsx"
    made.save(file)
    return file


def written(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "out.xlsx")


def test_a_workbook_comes_back_with_its_sheets_looks_and_formulas(
    bulkmatch: Run, book: Path, folder: Path
) -> None:
    ran = bulkmatch("enrich", book, "-o", "out.xlsx", "--quiet")
    assert ran.returncode == 0, ran.stderr
    out = written(folder)
    assert out.sheetnames == ["Main", "Notes", "bulkmatch"]
    page = out["Main"]
    assert (page["A1"].value, page["F4"].value, page["F6"].value) == (
        "Controller board",
        "=D4*E4",
        "=SUM(F4:F5)",
    )
    assert out["Notes"]["A1"].value == "=1+1"
    assert page.column_dimensions["B"].width == 33
    assert page["B3"].font.bold
    assert page["B3"].fill.start_color.rgb == "00203864"


def test_our_columns_stand_beside_the_lines_in_the_headers_look(
    bulkmatch: Run, book: Path, folder: Path
) -> None:
    bulkmatch("enrich", book, "-o", "out.xlsx", "--quiet")
    page = written(folder)["Main"]
    assert (page["G3"].value, page["G4"].value, page["G6"].value) == (
        "Match: outcome",
        "matched",
        None,
    )
    assert page["G3"].font.bold
    assert page["G3"].fill.start_color.rgb == "00203864"
    assert page.auto_filter.ref == f"A3:{get_column_letter(6 + len(COLUMNS))}5"
    assert page["G1"].value is None


def test_what_begins_like_a_formula_is_text(bulkmatch: Run, folder: Path) -> None:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.append(["MPN", "Qty", "Ref"])
    page.append(["NOSUCH=1+1", 1, "U1"])
    made.save(folder / "bom.xlsx")
    bulkmatch("enrich", "bom.xlsx", "-o", "out.xlsx", "--quiet")
    page = written(folder).worksheets[0]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_a_workbook_that_cannot_be_kept_is_said_and_written_anew(
    bulkmatch: Run, folder: Path
) -> None:
    boms = Path(__file__).resolve().parents[3] / "shared" / "boms"
    odd = boms / "jacdac-ddk__BOM_EuroCircuits_JacdacServoDual_23-2.0.xlsx"
    if not odd.is_file():
        pytest.skip("../shared/boms is absent")
    ran = bulkmatch("enrich", odd, "-o", "out.xlsx")
    assert ran.returncode == 0, ran.stderr
    assert "this workbook cannot be kept as it is" in ran.stderr
    assert "a new workbook with the same lines" in ran.stderr
    assert written(folder).sheetnames == ["BOM", "Summary"]


FORMS = {
    "semicolon, cp1252, crlf": (";", "cp1252", "\r\n", b""),
    "tab, utf-16, lf": ("\t", "utf-16-le", "\n", b"\xff\xfe"),
    "comma, utf-8, cr": (",", "utf-8", "\r", b""),
    "pipe, utf-8 with mark, lf": ("|", "utf-8", "\n", b"\xef\xbb\xbf"),
}


@pytest.mark.parametrize(("delimiter", "codec", "end", "mark"), FORMS.values(), ids=FORMS.keys())
def test_csv_keeps_its_delimiter_encoding_and_line_ends(
    bulkmatch: Run, folder: Path, delimiter: str, codec: str, end: str, mark: bytes
) -> None:
    lines = [["Ref", "MPN", "Qty", "Größe"], ["U1", "LM358D", "1", "10 µF"]]
    text = end.join(delimiter.join(line) for line in lines) + end
    (folder / "bom.csv").write_bytes(mark + text.encode(codec))
    ran = bulkmatch("enrich", "bom.csv", "-o", "out.csv", "--quiet")
    assert ran.returncode == 0, ran.stderr
    raw = (folder / "out.csv").read_bytes()
    assert raw.startswith(mark)
    told = raw.removeprefix(mark).decode(codec)
    found = list(csv.reader(io.StringIO(told, newline=""), delimiter=delimiter))
    assert [line[:4] for line in found] == lines
    assert found[0][4] == "Match: outcome"
    assert told.endswith(end)
    assert told.count(end) == 2


def test_an_output_can_be_read_again(bulkmatch: Run, book: Path, folder: Path) -> None:
    bulkmatch("enrich", book, "-o", "out.xlsx", "--quiet")
    ran = bulkmatch("enrich", "out.xlsx", "-o", "again.csv", "--quiet")
    assert ran.returncode == 0, ran.stderr
    with (folder / "again.csv").open(encoding="utf-8-sig", newline="") as file:
        again = list(csv.DictReader(file))
    assert [line["MPN"] for line in again] == ["LM358D", "LM324N"]
    assert [line["Match: outcome 2"] for line in again] == ["matched", "matched"]
