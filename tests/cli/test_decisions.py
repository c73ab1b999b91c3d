"""Decisions through the program: written into an output and read back, listed, carried, forgotten."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from .conftest import Run, Serve

LINES = (
    "Ref,MPN,Manufacturer,Qty,Alternate MPN,Alternate Manufacturer\n"
    "U1,LM358D,Texas Instruments,1,LM358DR,Texas Instruments\n"
    "U2,LM358P,Wrong Maker Ltd,2,,\n"
    "U3,NOSUCH-4711,Acme,1,LM324N,Texas Instruments\n"
    "U4,2N7002,,10,,\n"
)


@pytest.fixture
def doubtful(folder: Path) -> Path:
    """Four lines: two need review, and two have an alternate."""
    file = folder / "doubtful.csv"
    file.write_text(LINES)
    return file


def _json(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


def read(path: Path) -> dict[str, dict[str, str]]:
    """The lines of a CSV by their reference."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {line["Ref"]: line for line in csv.DictReader(file)}


def fill_csv(path: Path, **decisions: str) -> None:
    """Write decisions into a CSV, by reference."""
    lines = read(path)
    for ref, text in decisions.items():
        lines[ref]["Match: decision"] = text
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines["U1"]))
        writer.writeheader()
        writer.writerows(lines.values())


def fill_xlsx(path: Path, decisions: Mapping[str, str | int]) -> None:
    """Write decisions into a workbook, by part number, and sort its lines the other way round."""
    book = openpyxl.load_workbook(path)
    page = book["BOM"]
    assert isinstance(page, Worksheet)
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    at = rows[0].index("Match: decision")
    for row in rows[1:]:
        row[at] = decisions.get(str(row[1]))
    for line, row in enumerate([rows[0], *reversed(rows[1:])], start=1):
        for column, value in enumerate(row, start=1):
            page.cell(line, column, value)
    book.save(path)


def test_what_a_person_writes_into_the_workbook_is_replayed_for_free(
    bulkmatch: Run, doubtful: Path, folder: Path, sandbox: Serve
) -> None:
    served = sandbox()
    first = _json(
        bulkmatch("enrich", doubtful, "-o", "out.xlsx", "--json", environ=served.environ).stdout
    )
    assert first["outcomes"]["needs review"] == 2
    fill_xlsx(folder / "out.xlsx", {"2N7002": 2, "LM358P": "accept", "LM358D": "alternate 1"})
    paid = served.parts
    flags = ("--decisions", "out.xlsx", "--json", "-o", "again.csv")
    ran = bulkmatch("enrich", doubtful, *flags, environ={**served.environ, "USER": "ann"})
    assert ran.returncode == 0, ran.stderr
    assert "3 decisions taken over" in ran.stderr
    again = _json(ran.stdout)
    assert again["outcomes"]["matched"] == 4
    assert (again["charged"], served.parts) == (0, paid)
    lines = read(folder / "again.csv")
    assert "decided by ann" in lines["U4"]["Match: reason"]
    assert lines["U4"]["Match: manufacturer"] == "Diotec Semiconductor"
    assert (lines["U1"]["Match: MPN"], lines["U1"]["Match: use"]) == (
        "LM358DR",
        "alternate 1: LM358DR",
    )
    assert lines["U1"]["Match: decision"] == ""
    third = bulkmatch(
        "enrich", doubtful, "--decisions", "out.xlsx", "--json", environ=served.environ
    )
    assert "0 decisions taken over, 3 known before" in third.stderr


def test_what_a_person_writes_into_a_csv_is_read_back_too(
    bulkmatch: Run, doubtful: Path, folder: Path
) -> None:
    bulkmatch("enrich", doubtful, "-q", "-o", "out.csv")
    fill_csv(folder / "out.csv", U2="Ignore", U4="onsemi is meant?", U3="-")
    ran = bulkmatch("enrich", doubtful, "--decisions", "out.csv", "--json")
    assert ran.returncode == 2
    assert "wanted 1 (or accept 1)" in ran.stderr
    assert "got 'onsemi is meant?'" in ran.stderr
    assert f"out.csv: nothing was taken over:\n  {'I'}5: " in ran.stderr
    assert _json(bulkmatch("decisions", "list", "--json").stdout)["decisions"] == []
    fill_csv(folder / "out.csv", U4="maker 1")
    ran = bulkmatch("enrich", doubtful, "--decisions", "out.csv", "--json", "--fail-on", "skipped")
    assert ran.returncode == 0, ran.stderr
    assert _json(ran.stdout)["outcomes"] == {
        "matched": 3, "needs review": 0, "missed": 0, "failed": 0, "skipped": 1,
    }  # fmt: skip


def test_two_lines_that_decide_one_question_differently_are_refused(
    bulkmatch: Run, folder: Path
) -> None:
    (folder / "twice.csv").write_text("Ref,MPN,Qty\nU1,2N7002,1\nU2,2n-7002,1\n")
    bulkmatch("enrich", "twice.csv", "-q", "-o", "out.csv")
    fill_csv(folder / "out.csv", U1="1", U2="2")
    ran = bulkmatch("enrich", "twice.csv", "--decisions", "out.csv", "--json")
    assert ran.returncode == 2
    assert "another line that asks the same is decided otherwise" in ran.stderr


def test_a_file_without_our_columns_is_refused_before_anything_is_asked(
    bulkmatch: Run, doubtful: Path
) -> None:
    ran = bulkmatch("enrich", doubtful, "--decisions", doubtful, "--json")
    assert ran.returncode == 2
    assert "wanted is an output of `bulkmatch enrich`" in ran.stderr


def test_dry_run_prices_with_the_decisions_of_a_file_and_keeps_none(
    bulkmatch: Run, doubtful: Path, folder: Path
) -> None:
    bulkmatch("enrich", doubtful, "-q", "-o", "out.csv", "--no-store")
    fill_csv(folder / "out.csv", U2="ignore", U4="ignore")
    before = _json(bulkmatch("enrich", doubtful, "--dry-run", "--json").stdout)
    told = bulkmatch("enrich", doubtful, "--dry-run", "--json", "--decisions", "out.csv")
    after = _json(told.stdout)
    assert (before["distinct"], before["skipped"]) == (6, 0)
    assert (after["distinct"], after["skipped"]) == (4, 2)
    assert _json(bulkmatch("decisions", "list", "--json").stdout)["decisions"] == []


def test_decisions_are_exported_forgotten_and_imported_again_unchanged(
    bulkmatch: Run, doubtful: Path, folder: Path
) -> None:
    bulkmatch("enrich", doubtful, "-q", "-o", "out.csv")
    fill_csv(folder / "out.csv", U2="1", U4="2", U1="A1")
    bulkmatch("enrich", doubtful, "-q", "-o", "o2.csv", "--decisions", "out.csv")
    listed = bulkmatch("decisions", "list", "--json").stdout
    assert len(_json(listed)["decisions"]) == 3
    assert bulkmatch("decisions", "export", "kept.csv").returncode == 0
    assert "1 decision forgotten" in bulkmatch("decisions", "forget", "lm-358p").stderr
    assert "0 decisions" in bulkmatch("decisions", "forget", "2N7002", "--manufacturer", "X").stderr
    assert len(_json(bulkmatch("decisions", "list", "--json").stdout)["decisions"]) == 2
    assert "2 decisions forgotten" in bulkmatch("decisions", "forget", "--all").stderr
    assert "3 decisions taken over" in bulkmatch("decisions", "import", "kept.csv").stderr
    assert bulkmatch("decisions", "list", "--json").stdout == listed
    assert "Diotec" in bulkmatch("decisions", "list").stdout
    assert bulkmatch("decisions", "export", "-").stdout.startswith("MPN,Manufacturer,SKU,Seller,")


def test_decisions_written_by_hand_are_imported_with_their_least(
    bulkmatch: Run, folder: Path
) -> None:
    (folder / "mine.csv").write_text(
        "note;decision;mpn;manufacturer;part mpn;part manufacturer;decided at\n"
        "'=1+1;Accept;LM358D;TI;LM358DR;Texas Instruments;\n"
        ";ignore;-X-1;;;;2026-11-01\n"
    )
    ran = bulkmatch("decisions", "import", "mine.csv", environ={"USER": "bob"})
    assert ran.returncode == 0, ran.stderr
    ignored, accepted = sorted(
        _json(bulkmatch("decisions", "list", "--json").stdout)["decisions"],
        key=lambda made: str(made["asked"]),
    )
    assert (accepted["mpn"], accepted["decided_by"], accepted["note"]) == ("LM358DR", "bob", "=1+1")
    assert (ignored["asked"], ignored["decided_at"]) == ("-X-1", "2026-11-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "X-1,,perhaps,,",
            "wanted accept part, accept maker, take alternate, ignore; got 'perhaps'",
        ),
        ("X-1,,accept part,Y-1,", "wanted the maker's name, got none"),
        (",,ignore,,", "the line asks nothing"),
    ],
)
def test_an_import_is_taken_over_whole_or_not_at_all(
    bulkmatch: Run, folder: Path, line: str, wanted: str
) -> None:
    (folder / "bad.csv").write_text(
        f"MPN,Manufacturer,Decision,Part MPN,Part manufacturer\nOK-1,,ignore,,\n{line}\n"
    )
    ran = bulkmatch("decisions", "import", "bad.csv")
    assert ran.returncode == 2
    assert "bad.csv, line 3: " in ran.stderr
    assert wanted in ran.stderr
    assert _json(bulkmatch("decisions", "list", "--json").stdout)["decisions"] == []


def test_who_looks_at_decisions_makes_no_store(bulkmatch: Run, folder: Path) -> None:
    ran = bulkmatch("decisions", "list", "--store", folder / "none.sqlite")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "nothing was decided yet for sandbox" in ran.stderr
    assert not (folder / "none.sqlite").exists()
    assert bulkmatch("decisions", "forget").returncode == 2


def test_alternates_are_counted_by_the_price_and_can_be_left_out(
    bulkmatch: Run, doubtful: Path, folder: Path
) -> None:
    with_all = _json(bulkmatch("enrich", doubtful, "--dry-run", "--json").stdout)
    alone = _json(bulkmatch("enrich", doubtful, "--dry-run", "--json", "--no-alternates").stdout)
    assert (with_all["distinct"], alone["distinct"]) == (6, 4)
    ran = bulkmatch("enrich", doubtful, "-o", "o.csv", "-o", "o.jsonl", "--json", "--boards", "5")
    assert _json(ran.stdout)["charged"] <= with_all["parts_at_most"]
    lines = read(folder / "o.csv")
    assert lines["U3"]["Match: outcome"] == "matched"
    assert lines["U3"]["Match: use"] == "alternate 1: LM324N"
    assert lines["U3"]["Match: alternates"] == "own) NOSUCH-4711 [Acme]: missed"
    assert "the own part was not found" in lines["U3"]["Match: reason"]
    assert lines["U1"]["Match: alternates"].startswith("A1) LM358DR [Texas Instruments]: matched,")
    assert (lines["U4"]["Match: use"], lines["U4"]["Match: alternates"]) == ("", "")
    told = [_json(line) for line in (folder / "o.jsonl").read_text("utf-8").splitlines()]
    assert [len(line["options"]) for line in told] == [2, 0, 2, 0]
    own, other = told[2]["options"]
    assert (own["used"], own["outcome"], own["parts"]) == (False, "missed", [])
    assert (other["used"], other["parts"][0]["mpn"]) == (True, "LM324N")
