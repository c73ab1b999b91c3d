"""Cells and columns by themselves: several numbers in a cell, designators, marks, kinds, oddities."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.feeds import Mapping, layout_key, parse_mapping, read_file, read_tables
from bulkmatch.feeds.cells import is_dnp_word, is_marked_out, listed_out
from bulkmatch.feeds.designators import designators_in
from bulkmatch.feeds.findings import Problem, findings_of
from bulkmatch.feeds.looks import Kind, kind_of, seller_of, without_note
from bulkmatch.feeds.mapping import place
from bulkmatch.feeds.numbers import part_numbers
from bulkmatch.feeds.options import split_options
from bulkmatch.feeds.vocabulary import Role
from bulkmatch.model.row import Alternate

Write = Callable[..., Path]

OPTIONS = {
    ("74LVC1G07GV,125", "Nexperia"): [("74LVC1G07GV,125", "Nexperia")],
    ("LM2611BMF/NOPB", "TI"): [("LM2611BMF/NOPB", "TI")],
    ("74LVC1G07GV, 125", None): [("74LVC1G07GV, 125", None)],
    ("A1234 or B1234", "X"): [("A1234", "X"), ("B1234", "X")],
    ("BME280\nBMP280", "Bosch\nSensortec"): [("BME280", "Bosch"), ("BMP280", "Sensortec")],
    ("A1234~B1234~C1234", "X~Y~Z"): [("A1234", "X"), ("B1234", "Y"), ("C1234", "Z")],
    ("A1234 | B1234", "X | Y"): [("A1234", "X"), ("B1234", "Y")],
    ("M3X3/D7985, M3X8/D7985B", None): [("M3X3/D7985", None), ("M3X8/D7985B", None)],
    ("GRM155R71C104KA88D / CL05B104KO5NNNC", None): [
        ("GRM155R71C104KA88D", None),
        ("CL05B104KO5NNNC", None),
    ],
    ("BK-1A3399; 10-R", None): [("BK-1A3399; 10-R", None)],
    ("1945119 (Mate is 1984183)", None): [("1945119", None)],
    ("U.FL-R-SMT-1(10)", None): [("U.FL-R-SMT-1(10)", None)],
    ("A1234~A1234", "X~X"): [("A1234", "X")],
    ("x" * 5_000, None): [("x" * 5_000, None)],
}


@pytest.mark.parametrize(("cell", "pairs"), OPTIONS.items(), ids=str)
def test_a_cell_is_split_only_between_part_numbers(
    cell: tuple[str, str | None], pairs: list[tuple[str, str | None]]
) -> None:
    assert list(split_options(*cell)) == pairs


DESIGNATORS = {
    "R1-R5": "R1 R2 R3 R4 R5",
    "D2..5": "D2 D3 D4 D5",
    "R5->R10": "R5 R6 R7 R8 R9 R10",
    "R5 to 7": "R5 R6 R7",
    "C258..C261, C3": "C258 C259 C260 C261 C3",
    "C1 C2;C3|C4": "C1 C2 C3 C4",
    "C[2,9-11]": "C2 C9 C10 C11",
    "C1,C1": "C1",
    "J1-A": "J1-A",
    "R9-R2": "R9-R2",
    "C70_1,C70_2": "C70_1 C70_2",
    "": "",
}


@pytest.mark.parametrize(("cell", "each"), DESIGNATORS.items())
def test_designators_are_told_one_by_one(cell: str, each: str) -> None:
    assert " ".join(designators_in(cell)) == each


def test_a_range_without_end_is_not_spelled_out() -> None:
    assert designators_in("R1-R99999") == ("R1-R99999",)


KINDS = {
    "GRM155R71C104KA88D": Kind.MPN,
    "9603": Kind.MPN,
    "CON-SMA-EDGE-S": Kind.MPN,
    "15 25 050 2601 000": Kind.MPN,
    "LTE-Lite : 100407": Kind.MPN,
    "1-2199230-5": Kind.MPN,
    "91166A180": Kind.MPN,
    "C0603C103K5RACTU": Kind.MPN,
    "296-39066-1-ND": Kind.SKU,
    "C49661": Kind.SKU,
    "81-GRM155R71C104KA8D": Kind.SKU,
    "N/A": Kind.PLACEHOLDER,
    "DNP": Kind.PLACEHOLDER,
    "不贴": Kind.PLACEHOLDER,
    "100nF": Kind.VALUE,
    "4k7 1%": Kind.VALUE,
    "DN": Kind.TEXT,
    "BeagleBone AI PCB Rev A1(Add FCC/CE Logo)": Kind.TEXT,
    "see drawing": Kind.TEXT,
    "Fiducial": Kind.TEXT,
    "": Kind.EMPTY,
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items())
def test_a_text_among_part_numbers_has_a_kind(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_sellers_are_known_by_the_shape_of_their_numbers() -> None:
    assert seller_of("1276-6457-1-ND") == "Digi-Key"
    assert seller_of("595-TPS62130RGTR") == "Mouser"
    assert seller_of("901-143-6RFX") is None
    assert without_note("SC0914(7)") == "SC0914(7)"


@pytest.mark.parametrize(
    "cell", ["DNP", "Do Not Populate", "nicht bestückt", "未実装", "Не устанавливать"]
)
def test_words_for_left_out_in_many_languages(cell: str) -> None:
    assert is_dnp_word(cell)


MARKED = {
    "10k DNP": True,
    "DNP 10k": True,
    "NA(1k/R0603)": True,
    "NA/R0603": True,
    "NC/0402": True,
    "NC": True,
    "4k7 (DNP)": True,
    "N/A": False,
    "10 NF": False,
    "NC7SZ125": False,
    "NP0 50V": False,
    "10k": False,
    "": False,
}


@pytest.mark.parametrize(("value", "out"), MARKED.items())
def test_a_value_may_say_that_the_part_is_left_out(value: str, *, out: bool) -> None:
    assert is_marked_out(value) is out


def test_a_mark_may_list_who_is_left_out() -> None:
    assert listed_out("NF(C12 C19)") == "C12 C19"
    assert listed_out("DNP: R1, R2") == "R1, R2"
    assert listed_out("C5, C6(DNP)") == "C6"
    assert listed_out("Mount") == ""


def test_a_line_may_be_left_out_in_part(bom: Write) -> None:
    text = "Ref,MPN,Qty,Assembly Info\nC1 C2 C3,A1234,3,NF(C2)\nC4,B1234,1,NF(C4)\n"
    (table,) = read_tables(bom(text))
    assert [(row.do_not_populate, row.left_out) for row in table.rows] == [
        (False, ("C2",)),
        (True, ()),
    ]


def test_alternates_come_from_columns_rows_and_cells(bom: Write) -> None:
    text = (
        "Item,Qty,Ref,Manufacturer,MPN,Manufacturer 2,MPN 2\n"
        "1,1,U1,Bosch,BME280,Sensirion,SHT31-DIS\n"
        ",,,TI,HDC1080DMBR,,\n"
        "2,1,R1,Yageo,RC0402FR-0710KL,,\n"
    )
    (table,) = read_tables(bom(text))
    first, second = table.rows
    assert first.alternates == (
        Alternate("SHT31-DIS", "Sensirion", 2),
        Alternate("HDC1080DMBR", "TI", 3),
    )
    assert second.alternates == ()
    assert table.alternate_lines == (3,)
    assert part_numbers(first) == ("BME280", "SHT31-DIS", "HDC1080DMBR")


def test_a_second_item_is_no_alternate(bom: Write) -> None:
    text = "Item,Qty,Ref,MPN\n1,1,U1,BME280\n2,,,SCREW-M3X8\n"
    (table,) = read_tables(bom(text))
    assert [row.mpn for row in table.rows] == ["BME280", "SCREW-M3X8"]


def test_stock_numbers_stand_beside_or_instead_of_part_numbers(bom: Write) -> None:
    text = "Ref,MPN,Digi-Key Part Number\nU1,BME280,828-1063-1-ND\nR1,,311-10KLRCT-ND\n"
    (table,) = read_tables(bom(text))
    assert [(row.mpn, row.sku, row.seller) for row in table.rows] == [
        ("BME280", "828-1063-1-ND", "Digi-Key"),
        ("", "311-10KLRCT-ND", "Digi-Key"),
    ]


def test_in_house_numbers_are_asked_of_nobody(bom: Write) -> None:
    text = "Ref,IPN,MPN\nU1,10-0001,BME280\nR1,10-0002,RC0402FR-0710KL\n"
    (table,) = read_tables(bom(text))
    assert table.columns.house == (1,)
    assert [row.sku for row in table.rows] == [None, None]


ODD = {
    "9.55E+12": Problem.MANGLED,
    "9,55167E+12": Problem.MANGLED,
    "2019-03-01": Problem.DATE,
    "3-May": Problem.DATE,
    "CAT24M01YI\u2212GT3": Problem.LOOK_ALIKE,
    "BME\u200b280": Problem.INVISIBLE,
    "TBD": Problem.PLACEHOLDER,
    "100nF": Problem.VALUE,
    "see drawing": Problem.TEXT,
    "C49661": Problem.SKU,
    "Murata GRM155R71C104KA88D": Problem.GLUED,
    "BME280 (or its successor)": Problem.NOTE,
}


@pytest.mark.parametrize(("mpn", "problem"), ODD.items())
def test_an_odd_part_number_is_told(bom: Write, mpn: str, problem: Problem) -> None:
    text = f'Ref,MPN,Qty\nU1,"{mpn}",1\nU2,LM358DR,1\nU3,LM324DR,1\nU4,TPS62130RGTR,1\n'
    (table,) = read_tables(bom(text))
    (finding,) = findings_of(table)
    assert (finding.problem, finding.line) == (problem, 2)


def test_lost_zeros_are_told_where_another_cell_has_them(bom: Write) -> None:
    text = "Ref,MPN,Qty,Note\nJ1,9551667812741,1,09551667812741\nJ2,LM358DR,1,\n"
    (table,) = read_tables(bom(text))
    assert [one.problem for one in findings_of(table)] == [Problem.LOST_ZEROS]


def test_counts_that_differ_are_told_and_never_mended(bom: Write) -> None:
    text = 'Ref,MPN,Qty\n"R1,R2",A12345,3\nR3,B12345,lots\n"R4-R6",E12345,3\nR3,D12345,1\n'
    (table,) = read_tables(bom(text))
    assert [(one.problem, one.line) for one in findings_of(table)] == [
        (Problem.COUNT, 2),
        (Problem.QUANTITY, 3),
        (Problem.REPEATED, 5),
    ]
    assert [str(row.quantity) for row in table.rows] == ["3", "None", "3", "1"]


def test_the_bare_board_has_no_makers_number(bom: Write) -> None:
    text = "Ref,MPN,Qty,Description\nPCB1,690-488-E,1,PCB for X\nU1,BME280,1,sensor\n"
    (table,) = read_tables(bom(text))
    assert [part_numbers(row) for row in table.rows] == [(), ("BME280",)]


def test_individual_parts_are_counted_once(bom: Write) -> None:
    text = (
        "Ref,Qty,MPN\nR1,1,A1234\nR2,1,A1234\nC1,1,B1234\n\n"
        'Ref,Qty,MPN\n"R1,R2",2,A1234\nC1,1,B1234\n'
    )
    reading = read_file(bom(text))
    assert [found.role for found in reading.tables] == ["individual", "bom"]
    assert len(read_tables(bom(text))) == 1


def test_a_column_of_unclear_cells_is_a_guess_and_stops(bom: Write) -> None:
    text = "Ref,Part Number,Qty\n" + "".join(f"R{n},spare resistor,1\n" for n in range(9))
    with pytest.raises(FeedError, match="is a guess"):
        read_tables(bom(text))


def test_a_mapping_goes_over_what_is_found(bom: Write) -> None:
    text = "A,B,C\nBME280,2,U1\nLM358DR,1,U2\n"
    mapping = parse_mapping("mpn=A,qty=2,refs=C,header=1")
    (table,) = read_tables(bom(text), mapping=mapping)
    assert [(row.mpn, str(row.quantity), row.designators) for row in table.rows] == [
        ("BME280", "2", "U1"),
        ("LM358DR", "1", "U2"),
    ]
    assert str(mapping) == "mpn=A,qty=2,ref=C,header=1"
    assert parse_mapping(str(mapping)) == mapping


def test_a_mapping_can_say_that_there_is_no_such_column(bom: Write) -> None:
    text = "Ref,MPN,Manufacturer\nU1,BME280,Bosch\n"
    (table,) = read_tables(bom(text), mapping=Mapping({Role.MANUFACTURER: "-"}))
    assert table.rows[0].manufacturer is None


def test_a_mapped_column_serves_nothing_else(bom: Write) -> None:
    text = "Ref,Comment,MPN\nU1,LM358DR,internal\nU2,LM324DR,internal\n"
    (table,) = read_tables(bom(text), mapping=Mapping({Role.MPN: "Comment"}))
    assert (table.columns.mpn, table.columns.description) == (1, None)


def test_every_role_can_be_mapped(bom: Write) -> None:
    header = ["a1", "b1", "c1", "d1", "e1", "f1", "g1", "h1", "i1", "j1", "k1"]
    text = ",".join(header) + "\n" + ",".join(["X1234"] * 11) + "\n"
    words = [
        "mpn",
        "maker",
        "qty",
        "refs",
        "description",
        "dnp",
        "sku",
        "house",
        "seller",
        "value",
        "item",
    ]
    told = ",".join(f"{word}={name}" for word, name in zip(words, header, strict=True))
    (table,) = read_tables(bom(text), mapping=parse_mapping(f"{told},header=1"))
    columns = table.columns
    assert (columns.mpn, columns.manufacturer, columns.quantity, columns.designators) == (
        0,
        1,
        2,
        3,
    )
    assert (columns.description, columns.do_not_populate) == (4, 5)
    assert (columns.skus, columns.house, columns.seller) == ((6,), (7,), 8)
    assert (columns.value, columns.item) == (9, 10)


def test_places_are_names_numbers_or_letters() -> None:
    header = ["Ref", "B", "MPN"]
    assert [place(text, header) for text in ("mpn", "3", "C", "b", "-")] == [2, 2, 2, 1, None]
    with pytest.raises(SettingsError, match="no column 'nope'"):
        place("nope", header)


def test_a_layout_is_known_by_its_names_alone() -> None:
    assert layout_key(["Ref Des", "M.P.N."]) == layout_key(["refdes", "MPN"])
    assert layout_key(["MPN", "Ref"]) != layout_key(["Ref", "MPN"])
