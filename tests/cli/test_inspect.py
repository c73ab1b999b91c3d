"""`bulkmatch inspect`: what it tells of a file, overrides, and layouts that are remembered."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulkmatch.cli.asking import ask_column
from bulkmatch.cli.inspect_text import letter
from bulkmatch.feeds import Mapping, read_file
from bulkmatch.feeds.vocabulary import Role

from .conftest import Run

SURE = "Ref,MPN,Qty,Manufacturer\nU1,BME280,1,Bosch\nR1,ERJ-2GE0R00X,2,Panasonic\n"
# Nothing in it says which column could hold part numbers.
UNSURE = "Ref,Article,Qty\nU1,LM358DR,1\nR1,10k,2\nR2,LM324DR,1\nU3,see note,1\n"


def told(ran: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture
def sure(folder: Path) -> Path:
    file = folder / "sure.csv"
    file.write_text(SURE)
    return file


@pytest.fixture
def unsure(folder: Path) -> Path:
    file = folder / "unsure.csv"
    file.write_text(UNSURE)
    return file


def test_a_file_is_explained_in_words(bulkmatch: Run, sure: Path) -> None:
    ran = bulkmatch("inspect", sure)
    assert ran.returncode == 0, ran.stderr
    assert "delimited text" in ran.stdout
    assert "delimiter comma" in ran.stdout
    assert "B  MPN" in ran.stdout
    assert "named 'MPN'; 2 of 2 cells look like part numbers" in ran.stdout
    assert "quantity 2, but 1 designators" in ran.stdout
    assert "Read as 2 lines, 2 distinct part numbers." in ran.stdout


def test_a_file_is_one_object_for_programs(bulkmatch: Run, sure: Path) -> None:
    found = told(bulkmatch("inspect", sure, "--json"))
    (table,) = found["tables"]
    assert (found["container"], found["encoding"], found["delimiter"]) == (
        "delimited text",
        "ascii",
        ",",
    )
    assert table["columns"]["mpn"] == [{"index": 1, "name": "MPN", "confidence": 0.99}]
    assert (table["header_row_index"], table["first_data_row"], table["last_data_row"]) == (0, 1, 2)
    assert (found["bom_lines"], found["mpns"]) == (2, ["BME280", "ERJ-2GE0R00X"])
    assert [one["problem"] for one in found["findings"]] == ["count of designators"]
    assert found["findings"][0]["row"] == 2


def test_what_is_unsure_is_told_and_ends_well(bulkmatch: Run, unsure: Path) -> None:
    ran = bulkmatch("inspect", unsure)
    assert ran.returncode == 0
    assert "Not sure enough to run" in ran.stdout
    assert "--map mpn=" in ran.stdout.replace("\n", " ")


def test_a_run_stops_at_a_guess_with_what_it_saw(bulkmatch: Run, unsure: Path) -> None:
    ran = bulkmatch("enrich", unsure, "-o", "out.csv")
    assert ran.returncode == 2
    assert "no column of part numbers was found" in ran.stderr
    assert "[Ref, Article, Qty]" in ran.stderr


@pytest.mark.parametrize("column", ["B", "2", "Article", "article"])
def test_a_column_is_named_by_letter_number_or_name(
    bulkmatch: Run, unsure: Path, column: str
) -> None:
    found = told(bulkmatch("inspect", unsure, "--json", "--map", f"mpn={column}"))
    (choice,) = [one for one in found["tables"][0]["choices"] if one["role"] == "mpn"]
    assert (choice["index"], choice["reason"], choice["confidence"]) == (1, "given by you", 1.0)
    assert found["mpns"] == ["LM324DR", "LM358DR"]


def test_a_run_heeds_the_map(bulkmatch: Run, unsure: Path) -> None:
    ran = bulkmatch("enrich", unsure, "--map", "mpn=B", "--dry-run", "--json")
    assert ran.returncode == 0, ran.stderr
    assert told(ran)["lines"] == 4


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mpn=Z", "no column 'Z'"),
        ("mpn=9", "no column '9'"),
        ("colour=B", "'colour' is not one of"),
        ("mpn", "wanted role=column"),
        ("header=0", "not a line from 1 up"),
        ("sheet=Nowhere", "no column of part numbers"),
    ],
)
def test_a_wrong_map_is_usage(bulkmatch: Run, unsure: Path, given: str, says: str) -> None:
    ran = bulkmatch("enrich", unsure, "--map", given, "-o", "out.csv")
    assert ran.returncode == 2
    assert says in ran.stderr


def test_a_saved_map_is_known_again_by_the_columns_names(
    bulkmatch: Run, unsure: Path, folder: Path
) -> None:
    assert bulkmatch("inspect", unsure, "--map", "mpn=B", "--save").returncode == 0
    other = folder / "other.csv"
    other.write_text(UNSURE + "U9,TPS62130RGTR,1\n")
    assert told(bulkmatch("inspect", other, "--json"))["mpns"] == [
        "LM324DR",
        "LM358DR",
        "TPS62130RGTR",
    ]
    renamed = folder / "renamed.csv"
    renamed.write_text(UNSURE.replace("Article", "Thing"))
    assert told(bulkmatch("inspect", renamed, "--json"))["mpns"] == []


def test_a_damaged_file_of_layouts_is_named(
    bulkmatch: Run, unsure: Path, clean_environ: dict[str, str]
) -> None:
    place = Path(clean_environ["HOME"]) / ".config" / "bulkmatch" / "layouts.json"
    place.parent.mkdir(parents=True)
    place.write_text("[1]")
    ran = bulkmatch("inspect", unsure)
    assert ran.returncode == 2
    assert "layouts.json" in ran.stderr


def test_saving_wants_something_to_save(bulkmatch: Run, sure: Path) -> None:
    ran = bulkmatch("inspect", sure, "--save")
    assert ran.returncode == 2
    assert "--save wants the --map" in ran.stderr


def test_an_answer_at_the_terminal_is_a_mapping(
    unsure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["Q", "B", "n"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))
    assert ask_column(read_file(unsure)) == Mapping({Role.MPN: "B"})


def test_columns_have_letters_as_spreadsheets_show_them() -> None:
    assert [letter(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
