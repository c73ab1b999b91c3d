"""Small files as many tools export them, with facts written by hand beside each."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkmatch.cli.inspect_json import as_json
from bulkmatch.feeds import read_file

SAMPLES = Path(__file__).parent / "samples"
SUFFIX = ".facts.json"
NAMES = sorted(path.name.removesuffix(SUFFIX) for path in SAMPLES.glob(f"*{SUFFIX}"))
OF_XML = ("element", "mpn_field", "manufacturer_field")


def read(name: str) -> tuple[Any, Any]:
    """What was written down of the sample, and what is read of it."""
    facts = json.loads((SAMPLES / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    return facts, as_json(read_file(SAMPLES / name))


def places(column: Any) -> Any:
    if isinstance(column, list):
        return [one["index"] for one in column]
    return column["index"] if column else None


def shape(table: Any, wanted: Any) -> dict[str, Any]:
    """The table by the keys that are wanted; columns of XML have no numbers worth telling."""
    shown: dict[str, Any] = {}
    for key in wanted:
        if key in OF_XML or key not in table["columns"]:
            shown[key] = table.get(key)
        else:
            shown[key] = wanted[key] if "element" in wanted else places(table["columns"][key])
    return shown


def test_there_are_samples_of_many_tools() -> None:
    assert len(NAMES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_opened_as_what_it_is(name: str) -> None:
    facts, found = read(name)
    for key in ("container", "encoding", "delimiter", "line_ending"):
        assert found[key] == facts[key], key


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_tables_that_were_written_down(name: str) -> None:
    facts, found = read(name)
    pairs = zip(found["tables"], facts["tables"], strict=True)
    assert [shape(table, wanted) for table, wanted in pairs] == facts["tables"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_part_numbers_that_were_written_down(name: str) -> None:
    facts, found = read(name)
    assert found["mpns"] == facts["mpns"]
