"""Real BOM files against facts that people verified. Needs the shared folder beside the project."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_tables
from bulkmatch.model.row import Table

BOMS = Path(__file__).resolve().parents[3] / "shared" / "boms"
NAMES = [path.name for path in sorted(BOMS.glob("*")) if path.suffix in {".csv", ".xlsx", ".xls"}]
WITHOUT_MPN = ("rileylink__bom.csv", "starshipraider__la-pod-bom.csv")
# The facts know no part numbers in it; what is there is read as such for want of anything better.
GUESSED = "ESP32-EVB__ESP32-EVB_Rev_K2_BOM.csv"
RIGHT = [name for name in NAMES if name not in (*WITHOUT_MPN, GUESSED)]
# Marks in words of their own: "NF(R1 R2)".
OTHER_DNP = "LimeSDR-Mini__LimeSDR_Mini_1v3_BOMr0.xls"
# Lines with text that is no part number, or with several in a cell.
OTHER_MPNS = (
    "6-Pack_CNC_Controller__BOM.csv",
    "LimeSDR-Mini__LimeSDR_Mini_1v3_BOMr0.xls",
    "OpenCellular__NTQ-800-854-101_E3_2018-08-24_BOM.xls",
    "beaglebone-ai__BeagleBone-AI_bom.csv",
    "neo__BOM.csv",
)

pytestmark = pytest.mark.skipif(not NAMES, reason="../shared/boms is absent")


def facts_of(name: str) -> Any:
    return json.loads((BOMS / f"{name}.expected.json").read_text(encoding="utf-8"))


def index_of(column: Any) -> int | None:
    if isinstance(column, list):
        return column[0]["index"] if column else None
    return column["index"] if column else None


def shape(table: Table) -> tuple[object, ...]:
    columns = table.columns
    return (
        table.sheet,
        table.header_line - 1,
        columns.mpn,
        columns.manufacturer,
        columns.quantity,
        columns.designators,
        columns.description,
        [table.rows[0].line - 1, table.rows[-1].line - 1, len(table.rows)],
    )


def shapes_in(facts: Any) -> Iterator[tuple[object, ...]]:
    for table in facts["tables"]:
        columns = table["columns"]
        yield (
            table["sheet"],
            table["header_row_index"],
            *(
                index_of(columns[role])
                for role in ("mpn", "manufacturer", "quantity", "designators", "description")
            ),
            [table["first_data_row"], table["last_data_row"], table["lines"]],
        )


def mpns_of(tables: tuple[Table, ...]) -> set[str]:
    cleaned = (row.mpn.strip("\u200e ").casefold() for table in tables for row in table.rows)
    return {mpn for mpn in cleaned if mpn}


@pytest.mark.parametrize("name", RIGHT)
def test_tables_columns_and_lines_are_as_verified(name: str) -> None:
    assert [shape(table) for table in read_tables(BOMS / name)] == list(shapes_in(facts_of(name)))


@pytest.mark.parametrize("name", [name for name in RIGHT if name != OTHER_DNP])
def test_parts_left_out_are_as_verified(name: str) -> None:
    rows = [row for table in read_tables(BOMS / name) for row in table.rows]
    assert sum(row.do_not_populate for row in rows) == facts_of(name)["dnp_lines"]


@pytest.mark.parametrize("name", RIGHT)
def test_quantities_are_as_verified(name: str) -> None:
    rows = [row for table in read_tables(BOMS / name) for row in table.rows]
    known = [row.quantity for row in rows if row.quantity is not None]
    assert (float(sum(known)) if known else None) == facts_of(name)["quantity_sum"]


@pytest.mark.parametrize("name", [name for name in RIGHT if name not in OTHER_MPNS])
def test_distinct_part_numbers_are_as_verified(name: str) -> None:
    assert len(mpns_of(read_tables(BOMS / name))) == facts_of(name)["unique_mpns"]


@pytest.mark.parametrize("name", RIGHT)
def test_no_verified_primary_part_number_is_lost(name: str) -> None:
    found = mpns_of(read_tables(BOMS / name))
    assert len(found) >= facts_of(name)["unique_primary_mpns"] - 1  # one cell holds several


@pytest.mark.parametrize("name", WITHOUT_MPN)
def test_a_file_without_part_numbers_is_refused(name: str) -> None:
    assert not facts_of(name)["has_mpn_column"]
    with pytest.raises(FeedError, match="no column of part numbers"):
        read_tables(BOMS / name)


def test_the_table_of_what_is_right() -> None:
    """Shows, with -s, what each file gives beside what was verified."""
    told: list[str] = []
    for name in NAMES:
        facts = facts_of(name)
        verified = f"verified {facts['bom_lines']:4} lines {facts['unique_mpns']:4} MPNs"
        try:
            tables = read_tables(BOMS / name)
        except FeedError:
            told.append(f"{name:66} {'refused':20} {verified}")
            continue
        lines = sum(len(table.rows) for table in tables)
        told.append(f"{name:66} {lines:4} lines {len(mpns_of(tables)):4} MPNs {verified}")
        assert lines == facts["bom_lines"]
    sys.stdout.write("\n" + "\n".join(told) + "\n")
