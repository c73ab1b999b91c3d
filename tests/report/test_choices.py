"""What outputs say of alternates, and where a person writes a decision."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from bulkmatch.core.choices import OFFERED
from bulkmatch.core.options import Need, choose, option_rows
from bulkmatch.model.outcome import Matched, MatchKind, Missed, Outcome, Review, ReviewKind
from bulkmatch.model.part import Lifecycle, PartFacts, PartLike
from bulkmatch.model.row import Alternate
from bulkmatch.report import Original, Place, ReportContext, open_sink
from bulkmatch.report.columns import COLUMNS

from .conftest import Maker, Part, facts, provenance, row

Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]
HEADER = ("Ref", "MPN", "Qty", "Note", "")


@pytest.fixture
def chosen() -> Line:
    """A line whose own part is obsolete; of its alternates one is healthy and one in doubt."""
    others = (Alternate("NEW-1", "Bosch"), Alternate("MAYBE-1"))
    line = replace(row(2, "U1", "OLD-1", "5", "", "", quantity=5), alternates=others)
    own, first, second = option_rows(line)
    old, new = Part("1", "OLD-1", Maker("Bosch")), Part("2", "NEW-1", Maker("Bosch"))
    known = [facts("OLD-1", Lifecycle.OBSOLETE), facts("NEW-1", Lifecycle.PRODUCTION), None]
    outcomes: list[Outcome[PartLike]] = [
        Matched(own, MatchKind.EXACT, old, "same number", provenance()),
        Matched(first, MatchKind.EXACT, new, "same number", provenance()),
        Review(second, ReviewKind.AMBIGUOUS, (old, new), 2, "several", provenance()),
    ]
    outcome = choose(line, outcomes, known, need=Need(15, "USD"))
    assert known[1] is not None
    return outcome, (known[1],)


def written(path: Path, context: ReportContext, lines: Sequence[Line]) -> Path:
    with open_sink(path, header=HEADER, context=context) as sink:
        for outcome, known in lines:
            sink.write(outcome, known)
    return path


def test_a_line_says_which_part_to_use_and_how_the_others_stand(
    tmp_path: Path, context: ReportContext, chosen: Line
) -> None:
    path = written(tmp_path / "out.csv", context, [chosen])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["Match: MPN"] == "NEW-1"
    assert line["Match: use"] == "alternate 1: NEW-1"
    assert line["Match: alternates"] == (
        "own) OLD-1 []: matched, Obsolete, 1,200 in stock, 0.0125 USD; A2) MAYBE-1 []: needs review"
    )
    assert line["Match: choices"] == (
        "for OLD-1: 1) OLD-1 [Bosch]; A1) NEW-1 [Bosch]; "
        "A2) MAYBE-1 []; A2.1) OLD-1 [Bosch]; A2.2) NEW-1 [Bosch]"
    )
    assert "the own part is Obsolete, this one Production" in line["Match: reason"]


def test_json_lines_have_every_option(tmp_path: Path, context: ReportContext, chosen: Line) -> None:
    told = json.loads(written(tmp_path / "out.jsonl", context, [chosen]).read_text("utf-8"))
    assert [one["place"] for one in told["options"]] == [0, 1, 2]
    assert told["options"][1] == {
        "place": 1,
        "mpn": "NEW-1",
        "manufacturer": "Bosch",
        "used": True,
        "outcome": "matched",
        "kind": "exact",
        "reason": "exact: same number",
        "lifecycle": "Production",
        "authorised_stock": 1200,
        "best_price": {"unit": "0.0125", "currency": "USD", "seller": "Alpha", "quantity": 15},
        "decision": None,
        "parts": [{"id": "2", "mpn": "NEW-1", "manufacturer": "Bosch"}],
    }


def test_a_workbook_offers_decisions_on_every_line_and_takes_others_too(
    tmp_path: Path, context: ReportContext, chosen: Line
) -> None:
    lines: list[Line] = [chosen, (Missed(row(3, "U2", "X", "", "", ""), "no", provenance()), ())]
    page = openpyxl.load_workbook(written(tmp_path / "out.xlsx", context, lines))["BOM"]
    column = [cell.value for cell in page[1]].index("Match: decision")
    (offer,) = page.data_validations.dataValidation
    letter = get_column_letter(column + 1)
    assert str(offer.sqref) == f"{letter}2:{letter}3"
    assert offer.formula1 == f'"{",".join(OFFERED)}"'
    assert offer.errorStyle == "information"
    assert len(offer.formula1) <= 257  # Excel takes 255 characters between the quotes
    assert [page.cell(line, column + 1).value for line in (2, 3)] == [None, None]


def test_a_workbook_that_comes_back_offers_them_beside_its_own_lines(
    tmp_path: Path, context: ReportContext, chosen: Line
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Main"  # type: ignore[union-attr]
    book["Main"].append(["Ref", "MPN"])
    book["Main"].append(["U1", "OLD-1"])
    book.save(tmp_path / "in.xlsx")
    original = Original(tmp_path / "in.xlsx", "xlsx", (Place("Main", 1),))
    outcome, known = chosen
    line = replace(outcome, row=replace(outcome.row, sheet="Main", quantity=Decimal(5)))
    told = replace(context, original=original)
    page = openpyxl.load_workbook(written(tmp_path / "out.xlsx", told, [(line, known)]))["Main"]
    (offer,) = page.data_validations.dataValidation
    at = [cell.value for cell in page[1]].index("Match: decision") + 1
    assert str(offer.sqref) == f"{get_column_letter(at)}2"
    assert page.cell(2, at).value is None
    assert len(page[1]) == 2 + len(COLUMNS)
