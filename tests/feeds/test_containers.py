"""Containers that are rare or damaged: XML in all sorts, HTML, netlists, compound files."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_file, read_tables
from bulkmatch.feeds.compound import check_compound
from bulkmatch.feeds.workbook import OLE_MAGIC

Write = Callable[..., Path]

SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="BOM"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">Board</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data>Ref</Data></Cell><Cell ss:Index="3"><Data>MPN</Data></Cell></Row>
<Row><Cell><Data>U1</Data></Cell><Cell ss:Index="3"><Data>BME280</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_an_xml_spreadsheet_is_read_where_its_cells_stand(bom: Write) -> None:
    (table,) = read_tables(bom(SPREADSHEET))
    assert (table.sheet, table.header_line) == ("BOM", 3)
    assert table.header == ("Ref", "", "MPN")
    assert [(row.line, row.mpn) for row in table.rows] == [(4, "BME280")]


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("ISO-8859-1", "latin-1"), ("gb2312", "gb2312"), ("UTF-16", "utf-16"), ("no-such", "utf-8")],
)
def test_xml_counts_in_the_encoding_that_it_names(bom: Write, declared: str, codec: str) -> None:
    maker = "村田" if codec.startswith("gb") else "Würth"
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><GRID><ROWS>'
        f'<ROW Designator="C1" Manufacturer="{maker}" MPN="GRM155R71C104KA88D" Quantity="1"/>'
        '<ROW Designator="R1" Manufacturer="Yageo" MPN="RC0402FR-0710KL" Quantity="1"/>'
        "</ROWS></GRID>"
    )
    (table,) = read_tables(bom(text, encoding=codec))
    assert table.rows[0].manufacturer == maker


def test_a_list_of_elements_may_hold_lists_of_designators(bom: Write) -> None:
    text = (
        "<Bom><BomItem quantity='2' mpn='A1234'><RefDes name='R1'/><RefDes name='R2'/></BomItem>"
        "<BomItem quantity='1' mpn='B1234'><RefDes name='C1'/></BomItem></Bom>"
    )
    reading = read_file(bom(text))
    (found,) = reading.tables
    assert found.element == "Bom/BomItem"
    assert [row.mpn for row in found.table.rows] == ["A1234", "B1234"]


def test_html_is_read_even_where_it_is_sloppy(bom: Write) -> None:
    text = (
        "<table><tr><td colspan=2>Board<tr><th>Ref<th>MPN<th>Qty"
        "<tr><td>U1<td>BME<wbr>280<td>1</table><table><tr><td>other</td></tr></table>"
    )
    (table,) = read_tables(bom(text, name="bom.xls"))
    assert [(row.designators, row.mpn) for row in table.rows] == [("U1", "BME280")]


def test_a_netlists_properties_say_who_is_left_out(bom: Write) -> None:
    text = (
        '(export (version "E") (components '
        '(comp (ref "R1") (value "1k") (property (name "dnp")) (fields (field (name "MPN") "A1234")))'
        '(comp (ref "R2") (value "a \\"b\\"") (fields (field (name "MPN") "B1234")))))'
    )
    (found,) = read_file(bom(text)).tables
    assert [row.do_not_populate for row in found.table.rows] == [True, False]
    assert found.table.rows[1].description == 'a "b"'


def compound(*, follows: int = 0xFFFFFFFE, shift: int = 9, mini: int = 0xFFFFFFFE) -> bytes:
    """A compound file of one allocation sector, whose second entry says what follows on itself."""
    header = bytearray(512)
    header[:8] = OLE_MAGIC
    struct.pack_into("<H", header, 30, shift)
    struct.pack_into("<II", header, 60, mini, 0)
    struct.pack_into("<I", header, 68, 0xFFFFFFFE)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    table = [0xFFFFFFFD, follows, *([0xFFFFFFFF] * 126)]
    return bytes(header) + struct.pack("<128I", *table) + struct.pack("<128I", *range(128))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (OLE_MAGIC, "cut short"),
        (compound(shift=3), "no known size"),
        (compound(follows=1), "sectors lead back"),
        (compound(mini=1), "streams lead back"),
    ],
)
def test_a_compound_file_that_goes_round_is_refused(bom: Write, raw: bytes, says: str) -> None:
    path = bom(raw, name="bom.xls")
    with pytest.raises(FeedError, match=says):
        read_file(path)


def test_a_sound_compound_file_passes(tmp_path: Path) -> None:
    check_compound(tmp_path / "bom.xls", compound())


def test_what_the_library_falls_over_is_an_error_of_ours(bom: Write) -> None:
    with pytest.raises(FeedError, match="not a readable workbook"):
        read_file(bom(compound(), name="bom.xls"))


@pytest.mark.parametrize(
    ("magic", "what"), [(b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7-Zip"), (b"\x89PNG", "picture")]
)
def test_other_files_are_named(bom: Write, magic: bytes, what: str) -> None:
    with pytest.raises(FeedError, match=what):
        read_file(bom(magic + b"0" * 40))
