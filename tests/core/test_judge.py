"""How sure a match is. A wrong electrical part is worse than a miss."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.parts import ASKER, Part, look

from bulkmatch.core.judge import Doubt, Finding, Found, Look, Nothing, judge, next_ask
from bulkmatch.core.normal import clean, maker_key, mpn_identity, mpn_key
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import MatchKind, ReviewKind
from bulkmatch.model.query import Ask, MatchQuery

EXACT, VARIANT = MatchKind.EXACT, MatchKind.VARIANT
AMBIGUOUS, OTHER_MAKER = ReviewKind.AMBIGUOUS, ReviewKind.OTHER_MAKER
OTHER_NUMBER = ReviewKind.OTHER_NUMBER

TI, KEMET, PANASONIC = "Texas Instruments", "KEMET", "Panasonic"
ERJ = Part("ERJ-3EKF1002V", PANASONIC)
CAP = Part("C0603C103K5RACTU", KEMET)
CAP_DASH = Part("C0603C103K5RAC-TU", KEMET)
CAP_SPACE = Part("C0603C103K5RAC TU", KEMET)
TVS = Part("1.5SMC6.8CA", "Littelfuse")
TVS_68 = Part("1.5SMC68CA", "Littelfuse")
LM = Part("LM2611BMF/NOPB", TI)
GRM = Part("GRM1555C1H102JA01D", "Murata")
GRM_WRONG = Part("GRM1555C1H102JA01D", TI)
GATE = Part("NC7SZ74K8X", "onsemi")


@dataclass(frozen=True, slots=True)
class Case:
    """A row's number and maker, what was seen, and what it means; `part` is what is taken."""

    name: str
    mpn: str
    maker: str | None
    looks: tuple[Look[Part], ...]
    kind: MatchKind | ReviewKind | None
    part: Part | None = None
    says: str = ""


CASES = [
    Case("exact", ERJ.mpn, PANASONIC, (look(ERJ.mpn, PANASONIC, ERJ),), EXACT, ERJ,
         "same number, same maker"),
    Case("exact but for damage", "ERJ\u20113EKF1002V\u00a0", "panasonic",
         (look(ERJ.mpn, "panasonic", ERJ),), EXACT, ERJ, "same number, same maker"),
    Case("exact, first of several by the named maker", CAP.mpn, KEMET,
         (look(CAP.mpn, KEMET, CAP, hits=3),), EXACT, CAP, "same number"),
    Case("exact, no maker asked, one listed", LM.mpn, None, (look(LM.mpn, None, LM),), EXACT, LM,
         f"same number, listed so by {TI} alone"),
    Case("exact by the maker's new name", GATE.mpn, "Fairchild",
         (look(GATE.mpn, "Fairchild", GATE),), EXACT, GATE,
         "the API knows Fairchild as onsemi"),
    Case("variant", "ERJ3EKF1002V", PANASONIC, (look("ERJ3EKF1002V", PANASONIC, ERJ),), VARIANT,
         ERJ, "listed as ERJ-3EKF1002V"),
    Case("variant by case", "lm2611bmf/nopb", TI, (look("lm2611bmf/nopb", TI, LM),), VARIANT, LM),
    Case("variant by a space for a slash", "LM2611BMF NOPB", None,
         (look("LM2611BMF NOPB", None, LM),), VARIANT, LM),
    Case("variant by the maker's new name", "NC7SZ74-K8X", "Fairchild",
         (look("NC7SZ74-K8X", "Fairchild", GATE),), VARIANT, GATE,
         "the API knows Fairchild as onsemi"),
    Case("exact among spellings by one maker", CAP_DASH.mpn, KEMET,
         (look(CAP_DASH.mpn, KEMET, CAP, hits=3),
          look(CAP_DASH.mpn, KEMET, CAP_DASH, CAP_SPACE, start=1, limit=2)), EXACT, CAP_DASH),
    Case("two spellings by one maker, neither the row's", "C0603-C103K5RACTU", KEMET,
         (look("C0603-C103K5RACTU", KEMET, CAP, hits=2),
          look("C0603-C103K5RACTU", KEMET, CAP_DASH, start=1)), AMBIGUOUS, None, "2 parts fit"),
    Case("variant, not all hits seen", "C0603-C103K5RACTU", KEMET,
         (look("C0603-C103K5RACTU", KEMET, CAP, hits=9),), AMBIGUOUS, None,
         "9 parts share this number; seen 1"),
    Case("exact, no maker asked, not all hits seen", GRM.mpn, None,
         (look(GRM.mpn, None, GRM, hits=7),), AMBIGUOUS, None, "7 parts share this number"),
    Case("two makers, none asked for", GRM.mpn, None,
         (look(GRM.mpn, None, GRM, hits=2), look(GRM.mpn, None, GRM_WRONG, start=1)), AMBIGUOUS,
         None, f"by Murata, {GRM.mpn} by {TI}"),
    Case("two makers, one asked for", GRM.mpn, "Murata",
         (look(GRM.mpn, "Murata", GRM_WRONG, hits=2), look(GRM.mpn, "Murata", GRM, start=1)),
         EXACT, GRM, "same maker"),
    Case("two makers behind one alias, neither of that name", "SKHHLQA010", "ALPS Electric",
         (look("SKHHLQA010", "ALPS Electric", Part("SKHHLQA010", "ALPS"),
               Part("SKHHLQA010", "ALPSALPINE"), limit=2),), AMBIGUOUS),
    Case("variants of two makers, one asked for", "GRM1555C1H102-JA01D", "Murata",
         (look("GRM1555C1H102-JA01D", "Murata", GRM, hits=2),
          look("GRM1555C1H102-JA01D", "Murata", GRM_WRONG, start=1)), VARIANT, GRM),
    Case("separators that contradict", "10-033", "Acme",
         (look("10-033", "Acme", Part("100-33", "Acme")),), OTHER_NUMBER, None,
         "100-33 differs from 10-033"),
    Case("point missing in the row", "1.5SMC68CA", "Littelfuse",
         (look("1.5SMC68CA", "Littelfuse", TVS),), OTHER_NUMBER, None,
         "1.5SMC6.8CA differs from 1.5SMC68CA by more than spelling"),
    Case("point missing in the listing", "1.5SMC6.8CA", None,
         (look("1.5SMC6.8CA", None, TVS_68),), OTHER_NUMBER),
    Case("both the number and its neighbour", "1.5SMC6.8CA", None,
         (look("1.5SMC6.8CA", None, TVS_68, hits=2), look("1.5SMC6.8CA", None, TVS, start=1)),
         EXACT, TVS),
    Case("variant beside its neighbour", "1,5SMC6,8CA", "Littelfuse",
         (look("1,5SMC6,8CA", "Littelfuse", TVS_68, hits=2),
          look("1,5SMC6,8CA", "Littelfuse", TVS, start=1)), VARIANT, TVS),
    Case("misspelt maker", "SN74LS00N", "Texas Instrumentos",
         (look("SN74LS00N", "Texas Instrumentos", hits=0),
          look("SN74LS00N", None, Part("SN74LS00N", TI))), OTHER_MAKER, None,
         f"nothing by Texas Instrumentos; listed by {TI}"),
    Case("misspelt maker, more hits", "SN74LS00N", "Texas Instrumentos",
         (look("SN74LS00N", "Texas Instrumentos", hits=0),
          look("SN74LS00N", None, Part("SN74LS00N", TI), hits=4)), OTHER_MAKER, None,
         f"listed by {TI} and 3 more"),
    Case("exact beside another maker's spelling", LM.mpn, None,
         (look(LM.mpn, None, LM, hits=2),
          look(LM.mpn, None, Part("LM2611BMF-NOPB", "National Semiconductor"), start=1)), EXACT,
         LM, f"listed so by {TI} alone"),
    Case("unknown", "NOSUCH-1", None, (look("NOSUCH-1", None, hits=0),), None, None,
         "no part of that number"),
    Case("unknown, with a maker", "NOSUCH-1", TI,
         (look("NOSUCH-1", TI, hits=0), look("NOSUCH-1", None, hits=0)), None, None,
         "with or without the maker"),
    Case("a dash for a maker", LM.mpn, "-", (look(LM.mpn, None, LM),), EXACT, LM,
         f"same number, listed so by {TI} alone"),
    Case("hits went down between two looks", GRM.mpn, None,
         (look(GRM.mpn, None, GRM, hits=3), look(GRM.mpn, None, GRM_WRONG, hits=2, start=1)),
         AMBIGUOUS),
    Case("hits went up between two looks", "GRM1555C1H102-JA01D", "Murata",
         (look("GRM1555C1H102-JA01D", "Murata", GRM, hits=2),
          look("GRM1555C1H102-JA01D", "Murata", GRM_WRONG, hits=5, start=1)), AMBIGUOUS),
    Case("gone at the second look: what was seen is not a miss", GRM.mpn, None,
         (look(GRM.mpn, None, GRM, hits=2), look(GRM.mpn, None, hits=0, start=1)), AMBIGUOUS),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_finding_is_as_sure_as_what_was_seen(case: Case) -> None:
    finding = judge(case.mpn, case.maker, case.looks)
    assert case.says in finding.reason
    match finding:
        case Found(kind=kind, part=part):
            assert (kind, part) == (case.kind, case.part)
        case Doubt(kind=review, parts=parts, hits=hits):
            assert (review, case.part) == (case.kind, None)
            assert set(parts) == {part for seen in case.looks for part in seen.match.parts}
            assert hits >= len(parts) > 0
        case Nothing():
            assert case.kind is None


def test_candidates_are_ranked_by_spelling_then_as_the_api_had_them() -> None:
    other = Part("1.5SMC68CA", "Bourns")
    near = Part("1.5-SMC6.8CA", "Vishay")
    seen = look("1.5SMC6.8CA", None, other, near, TVS, hits=9, limit=3)
    finding = judge("1.5SMC6.8CA", None, [seen])
    assert isinstance(finding, Doubt)
    assert finding.parts == (TVS, near, other)


Step = tuple[str | None, int, int]
NEXT: list[tuple[str, str | None, tuple[Look[Part], ...], Step | None]] = [
    ("LM358", TI, (), (TI, 0, 1)),
    ("LM358", None, (), (None, 0, 1)),
    ("LM358", "Akme", (look("LM358", "Akme", hits=0),), (None, 0, 1)),
    ("LM358", None, (look("LM358", None, hits=0),), None),
    ("LM358", TI, (look("LM358", TI, Part("LM358", TI)),), None),
    ("LM358", TI, (look("LM358", TI, Part("LM358", TI), hits=3),), None),
    ("LM358", None, (look("LM358", None, Part("LM358", TI), hits=3),), (None, 1, 2)),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=3),), (TI, 1, 2)),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=5),), (TI, 1, 4)),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=6),), None),
    ("LM358", None, (look("LM358", None, Part("LM358", TI)),), None),
    ("LM358", None, (look("LM358", None, hits=3),), None),
    (
        "LM358",
        None,
        (look("LM358", None, Part("LM358", TI), hits=3), look("LM358", None, hits=9, start=1)),
        None,
    ),
    (
        "LM358",
        "Akme",
        (look("LM358", "Akme", hits=0), look("LM358", None, Part("LM358", TI), hits=3)),
        None,
    ),
    (
        "LM-358",
        TI,
        (look("LM-358", TI, Part("LM358", TI), hits=3), look("LM-358", TI, hits=0, start=1)),
        None,
    ),
]


@pytest.mark.parametrize(("mpn", "maker", "looks", "step"), NEXT)
def test_the_next_look_costs_no_more_than_it_can_tell(
    mpn: str, maker: str | None, looks: tuple[Look[Part], ...], step: Step | None
) -> None:
    ask = next_ask(MatchQuery(mpn, maker), looks, asker=ASKER, second_look=4)
    told = None if ask is None else (ask.query.manufacturer, ask.start, ask.limit)
    assert told == step
    assert ask is None or ask.query.mpn == mpn


def test_without_second_looks_nothing_more_is_paid_for() -> None:
    seen = look("LM-358", TI, Part("LM358", TI), hits=2)
    assert next_ask(MatchQuery("LM-358", TI), [seen], asker=ASKER, second_look=0) is None


MPNS = ["1.5SMC6.8CA", "1.5SMC68CA", "15SMC68CA", "1.5-SMC6.8CA", "1.5smc6.8ca", "1.5SMC6.8-CA"]
MAKERS = ["Littelfuse", "Bourns", "Vishay"]
ALIASES = {"littelfuse": {"Littelfuse"}, "bourns": {"Bourns"}, "generalsemi": {"Vishay", "Bourns"}}
CATALOGS = st.lists(
    st.builds(Part, st.sampled_from(MPNS), st.sampled_from(MAKERS)), unique=True, max_size=8
)


def answered(catalog: list[Part], ask: Ask) -> Match[Part]:
    """What an API with this catalog says: equality of keys, makers resolved by alias."""
    wanted = ask.query.manufacturer
    hits = [
        part
        for part in catalog
        if mpn_key(part.mpn) == mpn_key(ask.query.mpn)
        and (wanted is None or part.maker in ALIASES.get(maker_key(wanted), set()))
    ]
    return Match(len(hits), tuple(hits[ask.start : ask.start + ask.limit]))


def looked(catalog: list[Part], query: MatchQuery, second_look: int) -> list[Look[Part]]:
    """All looks that a question takes."""
    looks: list[Look[Part]] = []
    while ask := next_ask(query, looks, asker=ASKER, second_look=second_look):
        looks.append(Look(ask, answered(catalog, ask)))
    return looks


ASKED_MAKERS = st.sampled_from([None, "Littelfuse", "Bourns", "General Semi", "Akme"])


@given(CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS, st.integers(0, 6))
def test_what_is_taken_without_review_is_the_number_that_was_asked_for(
    catalog: list[Part], mpn: str, maker: str | None, second_look: int
) -> None:
    looks = looked(catalog, MatchQuery(mpn, maker), second_look)
    finding: Finding[Part] = judge(mpn, maker, looks)
    if not isinstance(finding, Found):
        return
    part = finding.part
    assert part in catalog
    assert mpn_identity(part.mpn) == mpn_identity(mpn)
    assert (clean(part.mpn) == clean(mpn)) is (finding.kind is EXACT)
    if maker:
        assert part.maker in ALIASES[maker_key(maker)], "another maker's part was taken"
    else:
        rivals = {other.maker for other in catalog if clean(other.mpn) == clean(part.mpn)}
        assert rivals == {part.maker}, "one of several makers was taken"
    if finding.kind is VARIANT:
        rivals_by_maker = {
            other.mpn
            for other in catalog
            if other.maker == part.maker and mpn_identity(other.mpn) == mpn_identity(mpn)
        }
        assert rivals_by_maker == {part.mpn}, "one of several spellings was taken"


@given(CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS, st.integers(0, 6))
def test_a_miss_means_that_nobody_lists_the_number(
    catalog: list[Part], mpn: str, maker: str | None, second_look: int
) -> None:
    looks = looked(catalog, MatchQuery(mpn, maker), second_look)
    missed = isinstance(judge(mpn, maker, looks), Nothing)
    assert missed == (not catalog)  # all numbers of these catalogs share one key


@given(CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS, st.integers(0, 6))
def test_no_part_is_paid_twice_by_one_question(
    catalog: list[Part], mpn: str, maker: str | None, second_look: int
) -> None:
    looks = looked(catalog, MatchQuery(mpn, maker), second_look)
    paid = [part for seen in looks for part in seen.match.parts]
    assert len(paid) == len(set(paid))
    assert len(paid) <= 1 + second_look
