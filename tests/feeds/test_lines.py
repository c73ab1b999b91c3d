"""Headers, columns and lines: what a table says, wherever it stands."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bulkmatch.errors import FeedError
from bulkmatch.feeds import SOURCE_COLUMNS, merge, read_tables
from bulkmatch.feeds.cells import read_quantity
from bulkmatch.feeds.designators import looks_like_designators, mentions_designators
from bulkmatch.feeds.looks import looks_like_mpn
from bulkmatch.feeds.names import Role, is_quantity_name, read_name
from bulkmatch.model.row import Columns

Write = Callable[..., Path]

QUANTITIES = {
    "2": "2",
    " 12 ": "12",
    "+3": "3",
    "2 pcs": "2",
    "2pcs.": "2",
    "10 St.": "10",
    "5 Stück": "5",
    "1,000": "1000",
    "1,234,567": "1234567",
    "1.234.567": "1234567",
    "1'000": "1000",
    "1 000": "1000",
    "1\u00a0000": "1000",
    "2,5": "2.5",
    "2.5": "2.5",
    "1.000": "1.000",
    "1,234.5": "1234.5",
    "1.234,5": "1234.5",
    "0": "0",
    "３": "3",
    "": None,
    "-1": None,
    "x": None,
    "DNP": None,
    "2 per 3": None,
    "1,2,3": None,
    "1.2,3.4": None,
    "1e99": None,
    "9" * 20: None,
    "1" + " " * 100_000 + "?": None,
}


@pytest.mark.parametrize(("cell", "quantity"), QUANTITIES.items())
def test_quantities_are_read_as_people_write_them(cell: str, quantity: str | None) -> None:
    assert read_quantity(cell) == (None if quantity is None else Decimal(quantity))


@pytest.mark.parametrize(
    "cell",
    ["R1", "R1,R2", "C1, C2 C3", "R1-R5", "R1..R5", "D2..5", "R5->R10", "C70_1", "R1;R2;", "U1A",
     "R" + ",R".join(map(str, range(2000)))],
)  # fmt: skip
def test_designators_are_recognised(cell: str) -> None:
    assert looks_like_designators(cell)


@pytest.mark.parametrize(
    "cell", ["", "Total", "2) Mate A3 to J3", "Comma Access Point", "42", "a" * 9999]
)
def test_notes_are_no_designators(cell: str) -> None:
    assert not looks_like_designators(cell)


def test_designators_behind_other_words_are_mentioned() -> None:
    assert mentions_designators("TIME CARD - C3, C4")
    assert not mentions_designators("BME280")


@pytest.mark.parametrize(
    "cell", ["BME280", "ERJ-2GE0R00X", "BAT54H,115", "5018762640", "22-05-3021", "LM2611BMF/NOPB",
             "2N7002", "1N4148W-7-F", "74HC595", "FH12-5S-1SH(55)"],
)  # fmt: skip
def test_part_numbers_look_like_it(cell: str) -> None:
    assert looks_like_mpn(cell)


@pytest.mark.parametrize(
    "cell", ["", "100nF", "10k", "4u7", "0.1uF/50V", "49.9R/1%/R0402", "0402", "R0603", "12345",
             "1276-6457-1-ND", "C49661", "Resistor", "16 V", "10uF 35V"],
)  # fmt: skip
def test_values_packages_and_stock_numbers_do_not(cell: str) -> None:
    assert not looks_like_mpn(cell)


@pytest.mark.parametrize(
    "name",
    ["MPN", "mpn", "Manufacturer Part Number", "Manufacturer Part Number 1", "MFG P/N", "manf#",
     "Mfr. No", "mfr part #", "Manufacture PN", "Manuf reference", "MANUFACTURER_PART_NUMBER",
     "ManufacturerPartNumber", "Herstellernummer", "Hersteller-Teilenummer", "Référence fabricant",
     "Part Number", "P/N", "Orderable Part Number"],
)  # fmt: skip
def test_names_of_part_numbers(name: str) -> None:
    assert Role.MPN in read_name(name).roles


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Hersteller", Role.MANUFACTURER),
        ("Fabricant", Role.MANUFACTURER),
        ("Mfr.", Role.MANUFACTURER),
        ("Manufacturer Name", Role.MANUFACTURER),
        ("Menge", Role.QUANTITY),
        ("Stückzahl", Role.QUANTITY),
        ("Quantité", Role.QUANTITY),
        ("Qty.", Role.QUANTITY),
        ("Ref Des", Role.DESIGNATORS),
        ("Reference(s)", Role.DESIGNATORS),
        ("Bezeichnung", Role.DESCRIPTION),
        ("DNP", Role.DO_NOT_POPULATE),
        ("Do Not Populate", Role.DO_NOT_POPULATE),
        ("Fitted", Role.FITTED),
    ],
)
def test_names_of_other_columns(name: str, role: Role) -> None:
    assert role in read_name(name).roles


def test_the_second_of_several_part_numbers_is_an_alternate() -> None:
    assert read_name("Manufacturer Part Number").ordinal == 1
    assert read_name("Manufacturer Part Number 2").ordinal == 2
    assert read_name("MFR3 PN").ordinal == 3
    assert read_name("Alternate MPN").ordinal == 2
    assert read_name("x" * 1000).roles == {}
    assert is_quantity_name("Qty")
    assert not is_quantity_name("MPN")


COLUMNS = {
    "the maker's number before another one": (
        "Part Number,Manufacturer Part Number,Qty\n296-1-ND,BME280,1\n",
        Columns(mpn=1, quantity=2, skus=(0,)),
    ),
    "a plain name that is empty gives way": (
        "MPN,Part Number,Qty\n,BME280,1\n,X1234,2\n",
        Columns(mpn=1, quantity=2),
    ),
    "part number and PN by what they hold": (
        "Part Number,PN,Qty\nINTERNAL,BME280,1\nOTHER,X12345,2\n",
        Columns(mpn=1, quantity=2),
    ),
    "all empty: the plain name": ("MPN,Qty,Refdes\n,1,R1\n", Columns(0, None, 1, 2)),
    "an ambiguous name that holds part numbers": (
        "Designator,Value,Device,Qty\nU3,10k,LM358DR,1\nU1,BME280,BME280,2\nU2,X1,STM32F103,3\n",
        Columns(mpn=2, designators=0, quantity=3, description=1, value=1),
    ),
    "part for designators": (
        "Part;Value;MPN;Package\nR1;10k;ERJ-2GE;0402\nC1;1u;GRM155R;0402\n",
        Columns(mpn=2, designators=0, description=1, value=1),
    ),
    "German": (
        "Pos;Menge;Bezeichnung;Hersteller;Herstellernummer\n1;2;Sensor;Bosch;BME280\n",
        Columns(mpn=4, manufacturer=3, quantity=1, description=2, item=0),
    ),
    "French": (
        "Quantité;Repère;Fabricant;Référence fabricant\n2;U1;Bosch;BME280\n",
        Columns(mpn=3, manufacturer=2, quantity=0, designators=1),
    ),
}


@pytest.mark.parametrize(("text", "columns"), COLUMNS.values(), ids=COLUMNS.keys())
def test_columns_are_found_by_name_then_by_content(bom: Write, text: str, columns: Columns) -> None:
    (table,) = read_tables(bom(text))
    assert table.columns == columns


def test_a_value_column_of_mere_values_is_no_part_number(bom: Write) -> None:
    with pytest.raises(FeedError, match="Designator, Value, Qty"):
        read_tables(bom("Designator,Value,Qty\nR1,10k,1\nC1,100nF,2\nU1,BME280,1\n"))


def test_the_header_may_come_late(bom: Write) -> None:
    text = "Project,Sensor board\nPart Number:,800-854\n,\n\nMPN,Qty\nBME280,1\n"
    (table,) = read_tables(bom(text))
    assert table.header_line == 5
    assert [(row.mpn, row.line) for row in table.rows] == [("BME280", 6)]


def test_a_repeated_header_begins_a_table(bom: Write) -> None:
    text = "Top\nMPN,Qty\nA1234,1\nBottom\nQty,Mfr,MPN\n2,Bosch,B1234\n"
    first, second = read_tables(bom(text))
    assert [(row.mpn, row.line) for row in first.rows] == [("A1234", 3)]
    assert [(row.mpn, row.manufacturer, row.line) for row in second.rows] == [("B1234", "Bosch", 6)]


def test_a_header_alone_is_a_table_without_lines(bom: Write) -> None:
    (table,) = read_tables(bom("Ref,MPN,Qty\n"))
    assert table.rows == ()
    assert table.header == ("Ref", "MPN", "Qty")


def test_a_line_without_part_number_is_kept_and_a_total_is_not(bom: Write) -> None:
    text = (
        "Ref,MPN,Qty,Description\n"
        "R1,ERJ-2GE0R00X,1,jumper\n"
        "R2,,1,resistor\n"
        ",,4,screw M3\n"
        ",,,\n"
        "Total,,6,\n"
        ",,6,\n"
        "Note: R1 is critical,,,\n"
    )
    (table,) = read_tables(bom(text))
    assert [(row.line, row.mpn) for row in table.rows] == [(2, "ERJ-2GE0R00X"), (3, ""), (4, "")]
    assert [row.manufacturer for row in table.rows] == [None, None, None]


DNP = {
    "MPN,Qty,DNP\nX1234,1,{}\n": {
        "yes": True, "x": True, "1": True, "TRUE": True, "DNP": True, "": False, "no": False, "0": False,
        "maybe": False,
    },
    "MPN,Qty,Fitted\nX1234,1,{}\n": {
        "no": True, "0": True, "FALSE": True, "DNP": True, "Not Fitted": True, "yes": False, "1": False,
        "Fitted": False, "": False,
    },
    "MPN,Qty,Assembly\nX1234,1,{}\nY1234,1,DNP\n": {"NI": True, "Mount": False},
    "MPN,Qty\n{},1\n": {"DNP": True, "DNI": True, "DNF": True, "NoPop": True,
                        "do not populate": True, "DNP-100": False},
    "MPN,Qty\nX1234,{}\n": {"DNP": True, "0": True, "0.0": True, "1": False, "": False},
    "MPN,Qty,DNP\nX1234,DNP,{}\n": {"no": False, "": True},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mark", "left_out"),
    [(text, mark, out) for text, marks in DNP.items() for mark, out in marks.items()],
)
def test_parts_left_out_are_marked(bom: Write, text: str, mark: str, *, left_out: bool) -> None:
    (table,) = read_tables(bom(text.format(mark)))
    assert table.rows[0].do_not_populate is left_out


def test_cells_are_kept_as_they_were(bom: Write) -> None:
    (table,) = read_tables(bom("Note, MPN,Qty\n =1+1, BME280 ,02\n"))
    (row,) = table.rows
    assert table.header == ("Note", " MPN", "Qty")
    assert row.cells == (" =1+1", " BME280 ", "02")
    assert (row.mpn, row.quantity) == ("BME280", Decimal(2))


def test_one_table_is_merged_as_it_is(bom: Write) -> None:
    tables = read_tables(bom("MPN,Qty\nA1234,1\n"))
    merged = merge(tables)
    assert merged.header == ("MPN", "Qty")
    assert tuple(merged.rows()) == tables[0].rows


def test_several_tables_share_columns_of_one_name(bom: Write) -> None:
    first = read_tables(bom("MPN,Note,Note\nA1234,a,b\n", name="first.csv"))
    second = read_tables(bom("Qty,Note,MPN\n5,c,B1234\n", name="second.csv"))
    merged = merge(first + second)
    assert merged.header == (*SOURCE_COLUMNS, "MPN", "Note", "Note", "Qty")
    assert [row.cells for row in merged.rows()] == [
        ("first.csv", "", "2", "A1234", "a", "b", ""),
        ("second.csv", "", "2", "B1234", "c", "", "5"),
    ]
    assert [row.quantity for row in merged.rows()] == [None, 5]
