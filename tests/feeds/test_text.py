"""Delimited text: encodings, delimiters, line ends, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_tables

Write = Callable[..., Path]

PLAIN = "Qty,MPN,Manufacturer,Designators\n2,BME280,Bosch,U1\n10,ERJ-2GE0R00X,Panasonic µ,R1\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"],
)
def test_any_usual_encoding_is_read(bom: Write, encoding: str) -> None:
    (table,) = read_tables(bom(PLAIN, encoding=encoding))
    assert [row.manufacturer for row in table.rows] == ["Bosch", "Panasonic µ"]
    assert table.header == ("Qty", "MPN", "Manufacturer", "Designators")


def test_utf_16_big_endian_is_read_by_its_mark(bom: Write) -> None:
    (table,) = read_tables(bom(b"\xfe\xff" + PLAIN.encode("utf-16-be")))
    assert table.rows[1].manufacturer == "Panasonic µ"


def test_latin_1_is_the_last_resort(bom: Write) -> None:
    (table,) = read_tables(bom(b"MPN,Manufacturer\nX1234,A\x81\xb5\n"))
    assert table.rows[0].manufacturer == "A\x81µ"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_end_is_read(bom: Write, delimiter: str, end: str) -> None:
    text = PLAIN.replace(",", delimiter).replace("\n", end)
    (table,) = read_tables(bom(text, name="bom.tsv"))
    assert [row.mpn for row in table.rows] == ["BME280", "ERJ-2GE0R00X"]
    assert [row.line for row in table.rows] == [2, 3]


def test_mixed_line_ends_lose_no_line(bom: Write) -> None:
    (table,) = read_tables(bom("MPN,Qty\rA1234,1\nB1234,2\r\nC1234,3\rD1234,4"))
    assert [row.mpn for row in table.rows] == ["A1234", "B1234", "C1234", "D1234"]


def test_a_comma_in_a_part_number_does_not_end_it(bom: Write) -> None:
    (table,) = read_tables(bom("MPN;Qty\nBAT54H,115;2\n74LVC1G07GV,125;3\nX1,2;4\n"))
    assert [row.mpn for row in table.rows] == ["BAT54H,115", "74LVC1G07GV,125", "X1,2"]


def test_a_lone_column_is_a_list_of_part_numbers(bom: Write) -> None:
    (table,) = read_tables(bom("MPN\nBAT54H,115\nBME280\n\nERJ-2GE0R00X\n"))
    assert [row.mpn for row in table.rows] == ["BAT54H,115", "BME280", "ERJ-2GE0R00X"]
    assert [row.line for row in table.rows] == [2, 3, 5]


def test_quoted_line_breaks_stay_in_their_cell(bom: Write) -> None:
    (table,) = read_tables(bom('MPN,Designators\nBME280,"R1,\nR2"\nX1234,R3\n'))
    assert [row.designators for row in table.rows] == ["R1,\nR2", "R3"]
    assert [row.line for row in table.rows] == [2, 3]


def test_quotes_behind_a_blank_still_quote(bom: Write) -> None:
    (table,) = read_tables(bom('MPN, Designators, Qty\n"BME280", "R1, R2", 2\n'))
    assert table.rows[0].designators == "R1, R2"
    assert table.rows[0].quantity == 2


def test_trailing_empty_fields_do_not_make_columns(bom: Write) -> None:
    (table,) = read_tables(bom("MPN;Qty;\nBME280;1;;;\nX1234;2;;;\n"))
    assert table.header == ("MPN", "Qty")
    assert table.rows[0].cells == ("BME280", "1")


def test_filled_cells_beyond_the_header_are_kept(bom: Write) -> None:
    (table,) = read_tables(bom("MPN,Qty\nBME280,1\nX1234,2,,see note\n"))
    assert table.header == ("MPN", "Qty", "", "")
    assert [row.cells for row in table.rows] == [
        ("BME280", "1", "", ""),
        ("X1234", "2", "", "see note"),
    ]


def test_a_huge_field_is_refused_with_its_line(bom: Write) -> None:
    with pytest.raises(FeedError, match="never closed") as refused:
        read_tables(bom('MPN,Qty\nBME280,1\nX1234,"' + "x" * 200_000))
    assert refused.value.line == 3


def test_an_empty_file_is_refused(bom: Write) -> None:
    with pytest.raises(FeedError, match="is empty"):
        read_tables(bom(""))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be read"):
        read_tables(tmp_path / "none.csv")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be read"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b'<?xml version="1.0"?><export/>', "XML"),
        (b"MPN\0Qty\n", "control bytes"),
        (b"\xff\xfeM", "not utf-16-le"),
    ],
)
def test_what_is_no_table_is_refused_by_name(bom: Write, content: bytes, what: str) -> None:
    with pytest.raises(FeedError, match=what):
        read_tables(bom(content))


def test_a_file_without_part_numbers_says_what_it_saw(bom: Write) -> None:
    with pytest.raises(FeedError) as refused:
        read_tables(bom("Colour;Size\nred;2\nblue;3\n"))
    told = str(refused.value)
    assert "MPN" in told
    assert "[Colour, Size]; [red, 2]; [blue, 3]" in told


def test_too_many_columns_are_refused(bom: Write) -> None:
    with pytest.raises(FeedError, match="columns"):
        read_tables(bom("MPN" + "," * 20_001 + "\nBME280\n"))


def test_a_file_over_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    with pytest.raises(FeedError, match="200,000,001 bytes"):
        read_tables(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=300)
    | st.text(alphabet=',;\t|"\n\r MPNQty12aµ', max_size=200).map(str.encode)
)
def test_no_bytes_make_the_reader_fall(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        tables = read_tables(path)
    except FeedError:
        return
    assert all(len(row.cells) == len(table.header) for table in tables for row in table.rows)


cells = st.text(alphabet="ABC123 ,;|\"'\n-", max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    st.lists(st.tuples(st.from_regex(r"[A-Z]{3}[0-9]{3}", fullmatch=True), cells), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_every_line_with_a_part_number_is_read(
    tmp_path: Path, lines: list[tuple[str, str]], delimiter: str
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "\r\n".join(
        delimiter.join(map(quoted, ("MPN", "Designator", "Note"))) if line is None
        else delimiter.join(map(quoted, (line[0], f"R{at}", line[1])))
        for at, line in enumerate([None, *lines])
    )  # fmt: skip
    path = tmp_path / "any.csv"
    path.write_text(text, encoding="utf-8", newline="")
    (table,) = read_tables(path)
    assert [(row.mpn, row.line) for row in table.rows] == [
        (mpn, line) for line, (mpn, _) in enumerate(lines, start=2)
    ]
