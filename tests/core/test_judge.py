"""How sure a match is. A wrong electrical part is worse than a miss."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.parts import ASKER, TABLE, Company, FullerPart, Part, Seller, Stock, look

from bulkmatch.core.judge import (
    Doubt,
    Finding,
    Found,
    Look,
    Nothing,
    is_asked_out,
    judge,
    next_ask,
)
from bulkmatch.core.likeness import other_numbers
from bulkmatch.core.makers import Kinship
from bulkmatch.core.normal import clean, is_same_number, maker_key, mpn_identity, mpn_key
from bulkmatch.core.stock_number import is_sold_as
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import MatchKind, ReviewKind
from bulkmatch.model.query import Ask, MatchQuery

EXACT, VARIANT = MatchKind.EXACT, MatchKind.VARIANT
AMBIGUOUS, OTHER_MAKER = ReviewKind.AMBIGUOUS, ReviewKind.OTHER_MAKER
OTHER_NUMBER = ReviewKind.OTHER_NUMBER
OTHER_NAME, STOCK_NUMBER = MatchKind.OTHER_NAME, MatchKind.STOCK_NUMBER
PACKAGING, SUGGESTION = ReviewKind.PACKAGING, ReviewKind.SUGGESTION
TAKEN_OVER, MAKER_ALIAS = ReviewKind.TAKEN_OVER, ReviewKind.MAKER_ALIAS

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
REEL = Part("LM358DR", TI)
OLD = FullerPart("LM2611BMF/NOPB", TI, aka_mpns=("LM2611BMF-OLD",), generic_mpn="LM2611")
OTHER_OLD = FullerPart("LM2611AMF/NOPB", TI, aka_mpns=None, generic_mpn="LM2611")
BRT = FullerPart(
    "BRT-L", "Neutrik", sellers=(Seller(Company("Newark"), (Stock("29X6993"),)),
                                 Seller(None, None),
                                 Seller(Company("Mouser"), (Stock(None), Stock("568-BRT-L")))),
)  # fmt: skip
NP2X = FullerPart(
    "NP2X", "Neutrik", sellers=(Seller(Company("RS Components"), (Stock("0166327"),)),)
)


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
    sku: str | None = None
    seller: str | None = None
    is_either: bool = False

    @property
    def query(self) -> MatchQuery:
        """The row's own question."""
        return MatchQuery(
            self.mpn, self.maker, sku=self.sku, seller=self.seller, is_either=self.is_either
        )


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
         (look(GATE.mpn, "Fairchild", GATE),), TAKEN_OVER, None,
         "same number, but by onsemi: Fairchild Semiconductor went to onsemi in 2016"),
    Case("variant", "ERJ3EKF1002V", PANASONIC, (look("ERJ3EKF1002V", PANASONIC, ERJ),), VARIANT,
         ERJ, "listed as ERJ-3EKF1002V"),
    Case("variant by case", "lm2611bmf/nopb", TI, (look("lm2611bmf/nopb", TI, LM),), VARIANT, LM),
    Case("variant by a space for a slash", "LM2611BMF NOPB", None,
         (look("LM2611BMF NOPB", None, LM),), VARIANT, LM),
    Case("variant by the maker's new name", "NC7SZ74-K8X", "Fairchild",
         (look("NC7SZ74-K8X", "Fairchild", GATE),), TAKEN_OVER, None,
         "listed as NC7SZ74K8X, but by onsemi"),
    Case("exact by another name of the maker", "LM2611BMF/NOPB", "TI",
         (look(LM.mpn, TI, LM),), EXACT, LM, f"same number, same maker: TI is {TI}"),
    Case("exact by a name that only the API knows", "HLMP-K150", "Lucent",
         (look("HLMP-K150", "Lucent", Part("HLMP-K150", "Broadcom")),), MAKER_ALIAS, None,
         "same number; the API knows Lucent as Broadcom"),
    Case("found without the maker, and it is the maker after all", "LM2611BMF/NOPB", "TI",
         (look(LM.mpn, TI, hits=0), look(LM.mpn, None, LM, hits=2)), EXACT, LM, "same maker"),
    Case("a name of two makers", "AMS1117", "AMS",
         (look("AMS1117", "AMS", Part("AMS1117", "Advanced Monolithic Systems")),), MAKER_ALIAS),
    Case("nothing by the maker, found at the one that took it over", GATE.mpn, "Fairchild",
         (look(GATE.mpn, "Fairchild", hits=0), look(GATE.mpn, "onsemi", GATE)), TAKEN_OVER),
    Case("another number of the same part", "LM2611BMF-OLD", TI,
         (look("LM2611BMF-OLD", TI, OLD),), OTHER_NAME, OLD,
         "LM2611BMF-OLD is another number of LM2611BMF/NOPB, same maker"),
    Case("the generic number of one part", "LM2611", TI, (look("LM2611", TI, OLD),), OTHER_NAME, OLD),
    Case("the generic number of two parts", "LM2611", TI,
         (look("LM2611", TI, OLD, hits=2), look("LM2611", TI, OTHER_OLD, start=1)), AMBIGUOUS, None,
         "2 parts fit"),
    Case("the generic number, not all hits seen", "LM2611", TI, (look("LM2611", TI, OLD, hits=9),),
         AMBIGUOUS),
    Case("another number, another maker", "LM2611BMF-OLD", "Akme",
         (look("LM2611BMF-OLD", "Akme", hits=0), look("LM2611BMF-OLD", None, OLD)), OTHER_MAKER),
    Case("other packaging by the same maker", "LM358D", TI,
         (look("LM358D", TI, hits=0), look("LM358D", None, hits=0), look("LM358DR", TI, REEL)),
         PACKAGING, None, "LM358DR differs from LM358D in packaging alone (reel)"),
    Case("other packaging by another maker", "LM358D", "Akme",
         (look("LM358D", "Akme", hits=0), look("LM358DR", None, REEL)), OTHER_MAKER, None,
         "nothing by Akme; LM358DR differs from LM358D in packaging alone"),
    Case("with lead and without", "MAX232CPE", "Maxim",
         (look("MAX232CPE", "Maxim", Part("MAX232CPE+", "Maxim")),), PACKAGING),
    Case("a mere beginning", "STM32F103", None,
         (look("STM32F103", None, Part("STM32F103C8T6", "STMicroelectronics")),), SUGGESTION, None,
         "STM32F103C8T6 merely begins with STM32F103"),
    Case("three letters begin anything", "LM3", None, (look("LM3", None, Part("LM358", TI)),),
         OTHER_NUMBER, None, "LM358 is another number than LM3"),
    Case("an O that may be a 0", "ERJ-3EKF1OO2V", None,
         (look("ERJ-3EKF1OO2V", None, hits=0), look("ERJ-3EKF1002V", None, ERJ)), SUGGESTION, None,
         "has a 0 or a 1 where ERJ-3EKF1OO2V has a letter"),
    Case("a stock number at its seller", "", None, (look("", None, BRT),), STOCK_NUMBER, BRT,
         "568-BRT-L is a stock number of BRT-L", sku="568-BRT-L", seller="Mouser"),
    Case("a stock number as the seller pads it", "", "Neutrik", (look("", None, NP2X),),
         STOCK_NUMBER, NP2X, "same maker", sku="166-327", seller="RS"),
    Case("a stock number of another seller", "", None, (look("", None, BRT),), OTHER_NUMBER, None,
         "the stock number 568-BRT-L leads to BRT-L", sku="568-BRT-L", seller="Farnell"),
    Case("a stock number that no offer shows", "", None, (look("", None, GATE),), OTHER_NUMBER,
         None, "leads to NC7SZ74K8X", sku="1813715"),
    Case("a stock number by another maker", "", "Rean", (look("", None, BRT),), OTHER_MAKER, None,
         "", sku="568-BRT-L"),
    Case("a stock number behind a part number that nobody lists", "BRT", None,
         (look("BRT", None, hits=0), look("", None, BRT)), OTHER_NUMBER, None,
         "the stock number 568-BRT-L leads to BRT-L", sku="568-BRT-L"),
    Case("nobody sells it", "", None, (look("", None, hits=0),), None, None,
         "nobody sells a part as 1-ND", sku="1-ND"),
    Case("either: a stock number", "568-BRT-L", None, (look("568-BRT-L", None, BRT),),
         STOCK_NUMBER, BRT, is_either=True),
    Case("either: a part number", "568-BRT-L", None,
         (look("568-BRT-L", None, Part("568-BRT-L", "Acme")),), EXACT, Part("568-BRT-L", "Acme"),
         is_either=True),
    Case("either: both", "568-BRT-L", None,
         (look("568-BRT-L", None, Part("568-BRT-L", "Acme"), hits=2),
          look("568-BRT-L", None, BRT, start=1)), EXACT, Part("568-BRT-L", "Acme"), is_either=True),
    Case("the same part on both pages", GRM.mpn, None,
         (look(GRM.mpn, None, GRM, hits=2), look(GRM.mpn, None, GRM, hits=2, start=1)), AMBIGUOUS,
         None, "2 parts share this number; seen 1"),
    Case("a variant beside a spelling that contradicts", "42-816-0212", "Molex",
         (look("42-816-0212", "Molex", Part("42816-0212", "Molex"), hits=2),
          look("42-816-0212", "Molex", Part("428-160212", "Molex"), start=1)), AMBIGUOUS),
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
         f"nothing by Texas Instrumentos; same number, listed by {TI}"),
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
    finding = judge(case.query, case.looks, makers=TABLE)
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
    finding = judge(MatchQuery("1.5SMC6.8CA"), [seen])
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
    ("LM358", None, (look("LM358", None, Part("LM358", TI), hits=3),), (None, 1, 1)),
    (  # the next one is the same maker's: the rest may decide
        "LM358",
        None,
        (
            look("LM358", None, Part("LM358", TI), hits=4),
            look("LM358", None, Part("LM-358", TI), hits=4, start=1),
        ),
        (None, 2, 2),
    ),
    (  # another maker's: nothing decides any more
        "LM358",
        None,
        (
            look("LM358", None, Part("LM358", TI), hits=4),
            look("LM358", None, Part("LM358", "onsemi"), hits=4, start=1),
        ),
        None,
    ),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=3),), (TI, 1, 2)),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=5),), (TI, 1, 4)),
    ("LM-358", TI, (look("LM-358", TI, Part("LM358", TI), hits=6),), None),
    (  # the API took another maker for the named one: are there more?
        "LM358",
        "Akme",
        (look("LM358", "Akme", Part("LM358", TI), hits=3),),
        ("Akme", 1, 2),
    ),
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
    assert ask is None or ask.query.mpn == (looks[0].match.parts[0].mpn if ask.start else mpn)


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
    finding: Finding[Part] = judge(MatchQuery(mpn, maker), looks)
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
    missed = isinstance(judge(MatchQuery(mpn, maker), looks), Nothing)
    assert missed == (not catalog)  # all numbers of these catalogs share one key


@given(CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS, st.integers(0, 6))
def test_no_part_is_paid_twice_by_one_question(
    catalog: list[Part], mpn: str, maker: str | None, second_look: int
) -> None:
    looks = looked(catalog, MatchQuery(mpn, maker), second_look)
    paid = [part for seen in looks for part in seen.match.parts]
    assert len(paid) == len(set(paid))
    assert len(paid) <= 1 + second_look


def looked_by_one(catalog: list[Part], query: MatchQuery) -> list[Look[Part]]:
    """The first look alone, as where no further part may be paid for."""
    ask = next_ask(query, (), asker=ASKER, second_look=0)
    assert ask is not None
    return [Look(ask, answered(catalog, ask))]


@given(CATALOGS, CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS)
def test_further_parts_in_the_catalog_never_make_a_doubtful_line_certain(
    catalog: list[Part], more: list[Part], mpn: str, maker: str | None
) -> None:
    query = MatchQuery(mpn, maker)
    grown = [*catalog, *(part for part in more if part not in catalog)]
    before = judge(query, looked(catalog, query, 100))
    after = judge(query, looked(grown, query, 100))
    if isinstance(before, Doubt) and before.kind is AMBIGUOUS and isinstance(after, Found):
        assert after.kind is EXACT, "only the very number decides between several"
        assert after.part not in catalog


@given(CATALOGS, st.sampled_from(MPNS), ASKED_MAKERS)
def test_seeing_less_takes_no_other_part(catalog: list[Part], mpn: str, maker: str | None) -> None:
    query = MatchQuery(mpn, maker)
    little = judge(query, looked_by_one(catalog, query))
    if isinstance(little, Found):
        assert judge(query, looked(catalog, query, 100)) == little


@given(
    st.lists(st.sampled_from([OLD, OTHER_OLD, LM, REEL, GATE, TVS, BRT, NP2X]), unique=True,
             min_size=1),
    st.sampled_from(["LM2611", "LM358D", "1.5SMC68CA", "568-BRT-L", "LM2611BMF-OLD", "NC7SZ74K8"]),
    st.sampled_from([None, "TI", "Fairchild", "Neutrik"]),
    st.booleans(),
)  # fmt: skip
def test_whatever_the_api_returns_only_own_numbers_are_taken(
    parts: list[Part], mpn: str, maker: str | None, is_either: bool
) -> None:
    query = MatchQuery(mpn, maker, is_either=is_either)
    finding = judge(query, [look(mpn, maker, *parts)], makers=TABLE)
    if not isinstance(finding, Found):
        return
    part = finding.part
    stocked = is_either and is_sold_as(part, mpn, seller=None)
    assert stocked or any(is_same_number(mpn, own) for own in (part.mpn, *other_numbers(part)))
    if maker is not None:
        assert TABLE.relation(maker, part.maker).kinship is Kinship.SAME


def test_a_line_is_asked_out_when_only_guesses_are_left() -> None:
    query = MatchQuery("ERJ-3EKF1OO2V", TI)
    with_maker, without = look(query.mpn, TI, hits=0), look(query.mpn, None, hits=0)
    assert not is_asked_out(query, [], ASKER)
    assert not is_asked_out(query, [with_maker], ASKER)
    assert is_asked_out(query, [with_maker, without], ASKER)
    guess = next_ask(query, [with_maker, without], asker=ASKER, second_look=4)
    assert guess is not None
    assert guess.query.mpn == "ERJ-3EKF1002V"
    assert next_ask(query, [with_maker, without], asker=ASKER, second_look=0) is None


def test_a_further_page_is_asked_for_in_the_spelling_that_came_first() -> None:
    """Another row may have asked for the first page; only so does the second one add to it."""
    seen = look("lm-358", None, Part("LM358", TI), hits=2)
    ask = next_ask(MatchQuery("lm-358"), [seen], asker=ASKER, second_look=4)
    assert ask is not None
    assert (ask.query.mpn, ask.start) == ("LM358", 1)
    foreign = look("C2040", None, BRT, hits=2)
    ask = next_ask(MatchQuery("C2040", is_either=True), [foreign], asker=ASKER, second_look=4)
    assert ask is not None
    assert ask.query.mpn == "C2040"
