"""A person's decision: what it is about, whether it fits, and what it makes of answers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.core.parts import TABLE, Part, look

from bulkmatch.core.decision import (
    accepted,
    decide,
    decided,
    direct_queries,
    is_taken_alternate,
    outdated,
    subject_of,
)
from bulkmatch.core.judge import Found, Look
from bulkmatch.errors import SettingsError, Unanswered
from bulkmatch.model.decision import Action, Decision, Subject
from bulkmatch.model.outcome import (
    Confidence,
    Failed,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Provenance,
    Review,
    ReviewKind,
)
from bulkmatch.model.query import MatchQuery
from bulkmatch.model.row import Alternate, Row

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOLD = Provenance(AT, "live", False, "US", "USD")
TI = "Texas Instruments"
REEL = Part("LM358DR", TI)


def part_decision(asked: str = "LM358D", maker: str | None = TI, part: Part = REEL) -> Decision:
    """Somebody accepted a part for a number."""
    return decide(
        Row(asked, maker),
        Action.PART,
        by="ann",
        at=AT,
        mpn=part.mpn,
        manufacturer=part.maker,
        part_id=part.id,
        note="same die",
    )


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (MatchQuery("LM358-D", "Acme Inc."), MatchQuery("lm358d", "ACME INC"), True),
        (MatchQuery("LM358D"), MatchQuery("LM358D", "Acme"), False),
        (MatchQuery("MAX232CPE+"), MatchQuery("MAX232CPE"), False),
        (MatchQuery("1.5SMC6.8CA"), MatchQuery("1.5SMC68CA"), False),
        (
            MatchQuery("", sku="0166327", seller="RS"),
            MatchQuery("", sku="166-327", seller="RS"),
            True,
        ),
        (MatchQuery("", sku="C2040"), MatchQuery("C2040"), False),
    ],
)
def test_spellings_of_one_question_share_its_subject(
    one: MatchQuery, other: MatchQuery, is_same: bool
) -> None:
    assert (subject_of(one) == subject_of(other)) is is_same


def test_a_decision_fits_its_question_unless_separators_contradict() -> None:
    made = part_decision("10-033", None)
    known = {made.subject: made}
    assert decided(MatchQuery("10033"), known) is made
    assert decided(MatchQuery("100-33"), known) is None
    assert decided(MatchQuery("10033", "Acme"), known) is None


def test_what_is_accepted_has_to_be_among_the_hits() -> None:
    made, query = part_decision(), MatchQuery("LM358D", TI)
    other = look("LM358D", TI, Part("LM358DT", TI))
    assert accepted(made, query, [], makers=TABLE) is None
    assert accepted(made, query, [other], makers=TABLE) is None
    found = accepted(made, query, [other, look("LM358DR", TI, REEL)], makers=TABLE)
    assert found is not None
    assert found == Found(
        MatchKind.DECISION,
        REEL,
        "accept part LM358DR by Texas Instruments, decided by ann on 2026-11-20: same die",
    )
    assert Matched(Row("x"), found.kind, REEL, "", TOLD).confidence is Confidence.CERTAIN


@pytest.mark.parametrize(
    ("part", "is_it"),
    [
        (Part("lm358dr", "TI"), True),
        (Part("LM358DR", "Acme"), False),
        (Part("LM358-DR", TI), False),
    ],
)
def test_a_part_is_accepted_by_its_very_number_and_its_maker(part: Part, is_it: bool) -> None:
    looks: list[Look[Part]] = [look("LM358D", None, part)]
    found = accepted(part_decision(), MatchQuery("LM358D", TI), looks, makers=TABLE)
    assert (found is not None) is is_it


def test_of_several_listings_of_the_part_the_one_with_the_part_id_is_taken() -> None:
    twin = Part("lm358dr", TI)
    made = replace(part_decision(), part_id=REEL.id)
    found = accepted(made, MatchQuery("LM358D", TI), [look("LM358D", TI, twin, REEL)], makers=TABLE)
    assert found is not None
    assert found.part is REEL


def test_an_accepted_maker_is_judged_as_if_it_had_been_named() -> None:
    query = MatchQuery("2N7002", None)
    made = decide(Row("2N7002"), Action.MAKER, by="ann", at=AT, manufacturer="onsemi")
    hits = look("2N7002", None, Part("2N7002", "Acme"), Part("2N7002", "onsemi"))
    found = accepted(made, query, [hits], makers=TABLE)
    assert found is not None
    assert found.part == Part("2N7002", "onsemi")
    assert "accept maker onsemi, decided by ann" in found.reason
    other = look("2N7002", None, Part("2N7002K", "onsemi"))
    assert accepted(made, query, [other], makers=TABLE) is None


def test_an_accepted_part_is_asked_for_by_its_own_number_under_each_name_of_its_maker() -> None:
    query = MatchQuery("LM358D", "Fairchild", sku="568-X", seller="Mouser")
    made = part_decision("LM358D", "Fairchild", Part("LM358DR", "Fairchild Semiconductor"))
    asked = direct_queries(made, query, makers=TABLE)
    assert [(one.mpn, one.manufacturer, one.sku) for one in asked] == [
        ("LM358DR", "Fairchild Semiconductor", None),
        ("LM358DR", "onsemi", None),
    ]
    maker = decide(Row("LM358D"), Action.MAKER, by="ann", at=AT, manufacturer="TI")
    assert direct_queries(maker, MatchQuery("LM358D"), makers=TABLE)[0].mpn == "LM358D"
    of_stock = decide(Row("", sku="568-X"), Action.MAKER, by="ann", at=AT, manufacturer="TI")
    assert direct_queries(of_stock, MatchQuery("", sku="568-X"), makers=TABLE) == ()


def test_an_alternate_is_recognised_by_number_and_maker() -> None:
    made = decide(Row("A-1"), Action.ALTERNATE, by="ann", at=AT, mpn="B2", manufacturer="Acme Inc.")
    assert is_taken_alternate(made, Alternate("B-2", "ACME INC"))
    assert is_taken_alternate(made, Alternate("B-2"))
    assert not is_taken_alternate(made, Alternate("B-2", "Bolt"))
    assert not is_taken_alternate(made, Alternate("B-3", "Acme Inc."))
    assert not is_taken_alternate(part_decision(), Alternate("LM358DR", TI))


ROW = Row("LM358D", TI)
OTHER = Part("LM358D", TI)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Matched(ROW, MatchKind.EXACT, OTHER, "same number", TOLD), (Review, "now there is: same")),
        (Review(ROW, ReviewKind.PACKAGING, (OTHER,), 1, "reel", TOLD), (Review, "any more; reel")),
        (Missed(ROW, "no part", TOLD), (Missed, "no part; accept part LM358DR")),
    ],
)
def test_a_line_whose_accepted_part_is_gone_says_so_and_is_taken_by_nobody(
    outcome: Outcome[Part], expected: tuple[type, str]
) -> None:
    told = outdated(outcome, part_decision())
    assert isinstance(told, expected[0])
    assert isinstance(told, Review | Missed)
    assert expected[1] in told.reason
    assert "not found any more" in told.reason
    if isinstance(told, Review):
        assert (told.kind, told.confidence) == (ReviewKind.OUTDATED, Confidence.LOW)


def test_what_was_not_answered_makes_no_decision_outdated() -> None:
    failed: Outcome[Part] = Failed(ROW, Unanswered("silence"))
    assert outdated(failed, part_decision()) is failed


@pytest.mark.parametrize(
    ("row", "action", "told", "wanted"),
    [
        (Row(""), Action.IGNORE, {}, "asks nothing"),
        (Row("X-1"), Action.PART, {"manufacturer": "Acme"}, "part number"),
        (Row("X-1"), Action.PART, {"mpn": "X-1", "manufacturer": "n/a"}, "maker's name"),
        (Row("X-1"), Action.MAKER, {}, "maker's name"),
        (Row("X-1"), Action.ALTERNATE, {}, "part number"),
    ],
)
def test_half_a_decision_is_refused(
    row: Row, action: Action, told: dict[str, str], wanted: str
) -> None:
    with pytest.raises(SettingsError, match=wanted):
        decide(row, action, by="ann", at=AT, **told)


def test_a_decision_keeps_what_its_action_needs_and_no_more() -> None:
    ignored = decide(
        Row("X-1", do_not_populate=True),
        Action.IGNORE,
        by="ann",
        at=AT,
        mpn="Y",
        manufacturer="Acme",
        part_id="7",
        note=" on \n hold ",
    )
    assert ignored == Decision(Subject("x1"), Action.IGNORE, "X-1", None, "ann", AT, note="on hold")
    assert ignored.choice == "ignore"


def test_an_ignored_line_accepts_no_part() -> None:
    ignored = decide(Row("LM358D", TI), Action.IGNORE, by="ann", at=AT)
    seen = look("LM358D", TI, Part("LM358D", TI))
    assert accepted(ignored, MatchQuery("LM358D", TI), [seen], makers=TABLE) is None
