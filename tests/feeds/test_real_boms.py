"""Real BOM files against facts that people verified. Needs the shared folder beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkmatch.cli.inspect_json import as_json
from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_file, read_tables

BOMS = Path(__file__).resolve().parents[3] / "shared" / "boms"
SUFFIX = ".expected.json"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in BOMS.glob(f"*{SUFFIX}"))
# What people wrote about the file itself, and what they say in words.
IN_WORDS = {
    "source",
    "notes",
    "samples",
    "conventions",
    "cross_check",
    "line_unit",
    "quantity_column",
}

pytestmark = pytest.mark.skipif(not NAMES, reason="../shared/boms is absent")


def facts_of(name: str) -> Any:
    return json.loads((BOMS / f"{name}{SUFFIX}").read_text(encoding="utf-8"))


def without_confidence(told: Any) -> Any:
    if isinstance(told, list):
        return [without_confidence(one) for one in told]
    if isinstance(told, dict):
        return {key: without_confidence(one) for key, one in told.items() if key != "confidence"}
    return told


@pytest.fixture(scope="module", params=NAMES)
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """What was verified of a file, and what is read of it."""
    name: str = request.param
    return facts_of(name), json.loads(json.dumps(as_json(read_file(BOMS / name))))


def test_the_whole_file_is_read_as_verified(pair: tuple[Any, Any]) -> None:
    facts, found = pair
    plain = {key: told for key, told in facts.items() if key not in IN_WORDS | {"tables"}}
    assert {key: found.get(key) for key in plain} == plain


def test_tables_columns_and_rows_are_as_verified(pair: tuple[Any, Any]) -> None:
    facts, found = pair
    assert len(found["tables"]) == len(facts["tables"])
    for wanted, table in zip(facts["tables"], found["tables"], strict=True):
        seen = {key: without_confidence(table[key]) for key in wanted if key != "columns"}
        assert seen == {key: told for key, told in wanted.items() if key != "columns"}
        for role, columns in wanted.get("columns", {}).items():
            assert without_confidence(table["columns"][role]) == columns, role


@pytest.mark.parametrize("name", NAMES)
def test_what_runs_is_what_has_part_or_stock_numbers(name: str) -> None:
    facts = facts_of(name)
    has_stock_numbers = any(
        table.get("columns", {}).get("supplier_part_number") for table in facts["tables"]
    )
    if facts["has_mpn_column"] or has_stock_numbers:
        rows = [row for table in read_tables(BOMS / name) for row in table.rows]
        assert len(rows) == facts["bom_lines"]
    else:
        with pytest.raises(FeedError, match="no column of part numbers"):
            read_tables(BOMS / name)
