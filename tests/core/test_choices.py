"""Choices as a cell of text and back, and what people write beside them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.parts import Part

from bulkmatch.core.choices import (
    OFFERED,
    Choice,
    Choices,
    Stamp,
    Withdrawn,
    choices_of,
    read_choices,
    read_decision,
)
from bulkmatch.core.options import Need, choose, option_rows
from bulkmatch.errors import SettingsError
from bulkmatch.model.decision import Decision
from bulkmatch.model.outcome import (
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Provenance,
    Review,
    ReviewKind,
    Skipped,
    SkipReason,
)
from bulkmatch.model.row import Alternate, Row

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOLD = Provenance(AT, "live", False, "US", "USD")
TI = "Texas Instruments"
STAMP = Stamp("ann", AT, "out.xlsx")
CHOICES = Choices(
    Row("LM358D", "TI"),
    (
        Choice("1", "LM358DR", TI),
        Choice("2", "LM358DT", TI),
        Choice("3", "22012067", "Molex"),
        Choice("A1", "LM2904D", "onsemi"),
        Choice("A1.1", "LM2904DR2G", "onsemi"),
        Choice("A2", "NE532", None),
    ),
)


@pytest.mark.parametrize(
    ("written", "choice", "asked"),
    [
        ("accept", "accept part LM358DR by Texas Instruments", "LM358D"),
        ("OK!", "accept part LM358DR by Texas Instruments", "LM358D"),
        ("1", "accept part LM358DR by Texas Instruments", "LM358D"),
        ("1.0", "accept part LM358DR by Texas Instruments", "LM358D"),
        (" Accept  2. ", "accept part LM358DT by Texas Instruments", "LM358D"),
        ("2)", "accept part LM358DT by Texas Instruments", "LM358D"),
        ("#2", "accept part LM358DT by Texas Instruments", "LM358D"),
        ("lm358dt", "accept part LM358DT by Texas Instruments", "LM358D"),
        ("accept LM358DT", "accept part LM358DT by Texas Instruments", "LM358D"),
        ("22012067", "accept part 22012067 by Molex", "LM358D"),
        ("maker", "accept maker Texas Instruments", "LM358D"),
        ("Accept maker 3", "accept maker Molex", "LM358D"),
        ("manufacturer 1", "accept maker Texas Instruments", "LM358D"),
        ("A1", "take alternate LM2904D by onsemi", "LM358D"),
        ("alternate 1", "take alternate LM2904D by onsemi", "LM358D"),
        ("use alt. 2", "take alternate NE532", "LM358D"),
        ("use LM2904D", "take alternate LM2904D by onsemi", "LM358D"),
        ("a1.1", "accept part LM2904DR2G by onsemi", "LM2904D"),
        ("Ignore this line", "ignore", "LM358D"),
        ("XYZ-1 [Acme]", "accept part XYZ-1 by Acme", "LM358D"),
        ("accept part XYZ-1 by Acme Corp", "accept part XYZ-1 by Acme Corp", "LM358D"),
    ],
)
def test_what_people_write_is_understood(written: str, choice: str, asked: str) -> None:
    made = read_decision(written, CHOICES, STAMP)
    assert isinstance(made, Decision)
    assert (made.choice, made.asked) == (choice, asked)
    assert (made.decided_by, made.decided_at, made.note) == ("ann", AT, "out.xlsx")


@pytest.mark.parametrize("written", ["", "  ", "-", "?", "skip", "TODO"])
def test_nothing_is_nothing(written: str) -> None:
    assert read_decision(written, CHOICES, STAMP) is None


def test_a_decision_can_be_withdrawn() -> None:
    assert read_decision("forget", CHOICES, STAMP) == Withdrawn(CHOICES.row)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("7", "there is no 7 here; this line lists 1, 2, 3, A1, A1.1, A2"),
        ("A9", "there is no A9 here"),
        ("maker 8", "there is no 8 here"),
        ("perhaps", "got 'perhaps'"),
        ("XYZ-1", "or PART NUMBER \\[MAKER\\]; got 'XYZ-1'"),
        ("XYZ-1 [n/a]", "the maker's name"),
        ("maker A2", "got 'maker A2'"),
    ],
)
def test_what_is_not_understood_is_told_with_what_was_wanted(written: str, wanted: str) -> None:
    with pytest.raises(SettingsError, match=wanted):
        read_decision(written, CHOICES, STAMP)


def test_without_a_candidate_there_is_nothing_to_accept_but_an_alternate_can_be_taken() -> None:
    only = Choices(Row("X-1"), (Choice("A1", "Y-1", "Acme"),))
    with pytest.raises(SettingsError, match="there is no 1 here; this line lists A1"):
        read_decision("accept", only, STAMP)
    assert isinstance(read_decision("A1", only, STAMP), Decision)


@pytest.mark.parametrize("written", OFFERED)
def test_all_that_the_list_in_a_workbook_offers_is_understood(written: str) -> None:
    assert isinstance(read_decision(written, CHOICES, STAMP), Decision | Withdrawn)


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="[]"), min_size=1).map(
    lambda text: " ".join(text.split())
)
_NUMBERS = _TEXT.filter(
    lambda text: bool(text) and ":" not in text and ")" not in text and ";" not in text
)


@given(_NUMBERS, st.none() | _NUMBERS, st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=4))
def test_choices_come_back_as_they_were_written(
    mpn: str, maker: str | None, parts: list[tuple[str, str]]
) -> None:
    entries = tuple(Choice(str(at), *part) for at, part in enumerate(parts, 1))
    row = Row(f"P{mpn}", maker)
    assert read_choices(str(Choices(row, entries, 3))) == Choices(row, entries)


def test_a_stock_number_is_named_as_one() -> None:
    choices = Choices(Row("", sku="568-BRT-L", seller="Mouser"))
    assert str(choices) == "for stock number 568-BRT-L [Mouser]"
    assert read_choices(str(choices)) == choices
    assert read_choices("a note of somebody's") is None


def review(mpn: str, *parts: Part, hits: int | None = None) -> Review[Part]:
    count = len(parts) if hits is None else hits
    return Review(Row(mpn), ReviewKind.AMBIGUOUS, parts, count, "several", TOLD)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (
            review("P-1", Part("P-1", "Acme"), Part("P-1", "Bolt"), hits=5),
            "for P-1: 1) P-1 [Acme]; 2) P-1 [Bolt]; and 3 more",
        ),
        (Matched(Row("P-1", "Acme"), MatchKind.EXACT, Part("P-1", "Acme"), "", TOLD),
         "for P-1 [Acme]: 1) P-1 [Acme]"),
        (Missed(Row("P-1", quantity=Decimal(3)), "nothing", TOLD), "for P-1"),
        (Missed(Row("", sku="568-BRT-L", seller="Mouser"), "nothing", TOLD),
         "for stock number 568-BRT-L [Mouser]"),
        (Skipped(Row(""), SkipReason.NO_MPN), None),
        (Skipped(Row("P-1", do_not_populate=True), SkipReason.DO_NOT_POPULATE), None),
    ],
)  # fmt: skip
def test_a_line_tells_what_it_asked_and_what_was_found(
    outcome: Outcome[Part], expected: str | None
) -> None:
    found = choices_of(outcome)
    assert (None if found is None else str(found)) == expected


def test_a_line_with_alternates_lists_them_and_the_candidates_of_those_in_doubt() -> None:
    row = Row("P-0", "Acme", alternates=(Alternate("Q-1"), Alternate("R-1", "Bolt")))
    own, first, second = option_rows(row)
    outcomes: list[Outcome[Part]] = [
        Missed(own, "nothing", TOLD),
        Review(first, ReviewKind.AMBIGUOUS, (Part("Q-1", "Acme"),), 1, "", TOLD),
        Matched(second, MatchKind.EXACT, Part("R-1", "Bolt"), "", TOLD),
    ]
    outcome = choose(row, outcomes, [None, None, None], need=Need(1, "USD"))
    assert str(choices_of(outcome)) == (
        "for P-0 [Acme]: A1) Q-1 []; A1.1) Q-1 [Acme]; A2) R-1 [Bolt]"
    )
