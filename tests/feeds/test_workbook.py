"""Workbooks: cells as a person sees them, sheets that count, and files that must not be opened."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_tables

Write = Callable[..., Path]
Sheets = dict[str, Sequence[Sequence[object]]]


def workbook(sheets: Sheets, *, hidden: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def patched(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one entry changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            raw = old.read(entry)
            new.writestr(entry.filename, change(raw) if entry.filename == name else raw)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
BOM: Sheets = {"BOM": [["MPN", "Qty", "Ref"], ["BME280", 2, "U1"]]}


def test_numbers_come_back_as_people_see_them(bom: Write) -> None:
    rows: list[list[object]] = [
        ["MPN", "Qty", "Note"],
        [9551667812741, 2, 0.01],
        [1234567.0, 1.5, True],
        ["0012", "3", date(2026, 11, 20)],
        [12345678901234567890, 1, 1e-7],
    ]
    (table,) = read_tables(bom(workbook({"BOM": rows}), name="bom.xlsx"))
    assert [row.cells for row in table.rows] == [
        ("9551667812741", "2", "0.01"),
        ("1234567", "1.5", "TRUE"),
        ("0012", "3", "2026-11-20"),
        ("12345678901234570000", "1", "0.0000001"),
    ]


def test_content_decides_and_not_the_extension(bom: Write) -> None:
    (table,) = read_tables(bom(workbook(BOM), name="bom.csv"))
    assert (table.sheet, table.rows[0].mpn) == ("BOM", "BME280")
    (table,) = read_tables(bom("MPN,Qty\nX1234,1\n", name="bom.xlsx"))
    assert (table.sheet, table.rows[0].mpn) == (None, "X1234")


def test_lines_count_from_the_first_row_of_the_sheet(bom: Write) -> None:
    rows: list[list[object]] = [[], [None, "Title"], [None, "MPN", "Qty"], [], [None, "BME280", 2]]
    (table,) = read_tables(bom(workbook({"BOM": rows}), name="bom.xlsx"))
    assert table.header == ("", "MPN", "Qty")
    assert (table.header_line, table.rows[0].line) == (3, 5)


def test_every_sheet_is_read_but_logs_and_hidden_ones(bom: Write) -> None:
    other: Sheets = {
        "Notes": [["Nothing", "here"]],
        "Bottom": [["MPN", "Qty"], ["X1234", 1]],
        "Change log": [["Date", "MPN", "Ref"], ["today", "OLD123", "R1"]],
        "Draft": [["MPN", "Qty"], ["DRAFT1", 1]],
    }
    content = workbook(BOM | other, hidden=["Draft"])
    tables = read_tables(bom(content, name="bom.xlsx"))
    assert [table.sheet for table in tables] == ["BOM", "Bottom"]


def test_a_log_is_read_when_there_is_nothing_else(bom: Write) -> None:
    content = workbook({"Revision history": BOM["BOM"]})
    (table,) = read_tables(bom(content, name="bom.xlsx"))
    assert table.rows[0].mpn == "BME280"


ODS = (
    '<?xml version="1.0"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="BOM">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
GAP = '<table:table-cell table:number-columns-repeated="16383"/>'


def ods(*rows: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format("".join(rows)))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"'
            ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            "</manifest:manifest>",
        )
    return file.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    filled = "".join(cell if cell.startswith("<") else CELL.format(cell) for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{filled}</table:table-row>'


def test_an_ods_file_is_read_under_any_name(bom: Write) -> None:
    content = ods(ods_row("MPN", "Maker"), ods_row("BME280", "Bosch"))
    (table,) = read_tables(bom(content, name="bom.xls"))
    assert table.rows[0].cells == ("BME280", "Bosch")


def test_an_ods_file_that_spans_everything_is_refused(bom: Write) -> None:
    content = ods(ods_row("MPN"), ods_row(GAP, "x", repeated=1_000_000))
    with pytest.raises(FeedError):
        read_tables(bom(content, name="bom.ods"))


FAR = {
    "one cell far away": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    "an address after other attributes": (
        b'<row r="1048576"><c s="1" t="n" r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "cells without addresses": (
        b'<row r="1048576">' + b"<c><v>1</v></c>" * 16_384 + b"</row></sheetData>"
    ),
    "a prefix": b'<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></sheetData>',
    "padding over a chunk": (
        b'<row r="1048576"><c '
        + b" " * 1_200_000
        + b'r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
}


@pytest.mark.parametrize("far", FAR.values(), ids=FAR.keys())
def test_a_sheet_that_would_fill_the_memory_is_refused(bom: Write, far: bytes) -> None:
    content = patched(workbook(BOM), SHEET, lambda raw: raw.replace(b"</sheetData>", far))
    with pytest.raises(FeedError, match="1,048,576 rows and 16,384 columns"):
        read_tables(bom(content, name="bom.xlsx"))


def test_styled_but_empty_cells_far_away_are_no_reason_to_refuse(bom: Write) -> None:
    far = (
        b'<row r="1048576"><c r="XFD1048576" s="0"/><c r="XFD1048576" s="0"></c></row></sheetData>'
    )
    content = patched(workbook(BOM), SHEET, lambda raw: raw.replace(b"</sheetData>", far))
    (table,) = read_tables(bom(content, name="bom.xlsx"))
    assert table.rows[0].mpn == "BME280"


def test_cells_without_addresses_are_read(bom: Write) -> None:
    def bare(raw: bytes) -> bytes:
        return re.sub(rb'(<(?:c|row)\b[^>]*?) r="[A-Z]*\d+"', rb"\1", raw)

    (table,) = read_tables(bom(patched(workbook(BOM), SHEET, bare), name="bom.xlsx"))
    assert table.rows[0].mpn == "BME280"


def test_a_zip_bomb_is_refused_by_its_declared_size(bom: Write) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(SHEET, "w") as entry,
    ):
        for _ in range(120):
            entry.write(b" " * 1_000_000)
    with pytest.raises(FeedError, match="zip bomb"):
        read_tables(bom(file.getvalue(), name="bom.xlsx"))


def test_a_size_that_lies_is_refused(bom: Write) -> None:
    content = bytearray(workbook(BOM))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(SHEET.encode()))
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    content[at + 24 : at + 28] = (size // 2).to_bytes(4, "little")
    with pytest.raises(FeedError, match="not a readable workbook"):
        read_tables(bom(bytes(content), name="bom.xlsx"))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        patched(workbook(BOM), SHEET, lambda raw: raw[: len(raw) // 2]),
        patched(workbook(BOM), SHEET, lambda raw: raw.decode().encode("utf-16")),
    ],
    ids=["no archive", "no document", "cut sheet", "sheet in UTF-16"],
)
def test_broken_workbooks_are_refused(bom: Write, content: bytes) -> None:
    with pytest.raises(FeedError):
        read_tables(bom(content, name="bom.xlsx"))


def test_a_binary_workbook_is_refused_by_name(bom: Write) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.bin", b"x")
    with pytest.raises(FeedError, match="XLSB"):
        read_tables(bom(file.getvalue(), name="bom.xlsb"))


def test_importing_the_readers_loads_no_workbook_library() -> None:
    code = "import sys, bulkmatch.feeds; sys.exit('python_calamine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
