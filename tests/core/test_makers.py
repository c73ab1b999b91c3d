"""Who a maker's name means: spelling, aliases, takeovers, and the API's own list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.maker_names import maker_keys, pieces, short_forms
from bulkmatch.core.makers import NO_MAKERS, How, Kinship, Maker, Makers, Takeover

KNOWN = [
    Maker("Texas Instruments", ("TI",)),
    Maker("National Semiconductor", ("National",)),
    Maker("onsemi", ("ON Semiconductor", "ON")),
    Maker("Fairchild Semiconductor", ("Fairchild",)),
    Maker("Motorola"),
    Maker("Freescale Semiconductor", ("Freescale",)),
    Maker("NXP Semiconductors", ("NXP",)),
    Maker("Advanced Monolithic Systems", ("AMS",)),
    Maker("ams-OSRAM", ("AMS", "ams AG")),
    Maker("Wurth Elektronik", ("Wuerth Elektronik",)),
    Maker("Winbond"),
    Maker("Alpha & Omega Semiconductor"),
    Maker("Central Semiconductor"),
    Maker("Central Technologies"),
    Maker("Semtech"),
]
TAKEOVERS = [
    Takeover("National Semiconductor", "Texas Instruments", 2011, "a notice"),
    Takeover("Fairchild Semiconductor", "onsemi", 2016, "a notice"),
    Takeover("Motorola", "onsemi", 1999, "a notice"),
    Takeover("Motorola", "Freescale Semiconductor", 2004, "a notice"),
    Takeover("Freescale Semiconductor", "NXP Semiconductors", 2015, "a notice"),
]
MAKERS = Makers(known=KNOWN, takeovers=TAKEOVERS)
LISTED = Makers(
    known=KNOWN,
    takeovers=TAKEOVERS,
    listed=[
        Maker("ON Semiconductor", ("Fairchild", "onsemi")),
        Maker("Neutrik", ("Rean",)),
        Maker("Amphenol RF", ("Amphenol",)),
        Maker("Amphenol ICC", ("Amphenol",)),
    ],
)

SPELT_ALIKE = [
    ("Texas Instruments", "TEXAS INSTRUMENTS INC."),
    ("Texas Instruments", "Texas-Instruments, Incorporated"),
    ("Würth Elektronik", "Wurth Elektronik GmbH & Co. KG"),
    ("Würth Elektronik", "WUERTH ELEKTRONIK"),
    ("Molex, LLC", "molex"),
    ("MDD (Microdiode Electronics)", "MDD"),
    ("Alpha and Omega", "Alpha & Omega"),
    ("J.S.T. Mfg", "JST Mfg"),
    ("TDK Corporation", "TDK Corp."),
]


@pytest.mark.parametrize(("one", "other"), SPELT_ALIKE)
def test_accents_legal_forms_and_punctuation_do_not_count(one: str, other: str) -> None:
    assert set(maker_keys(one)) & set(maker_keys(other))


@pytest.mark.parametrize("text", ["", "-", "()", " \u200b"])
def test_a_name_without_a_letter_has_no_key(text: str) -> None:
    assert maker_keys(text) == ()
    assert MAKERS.resolve(text).makers == ()
    assert NO_MAKERS.key(text) == ""


@given(st.text(alphabet="aZ3äÖß .,-/&'()", max_size=14))
def test_a_name_is_spelt_like_itself_in_capitals_and_without_accents(text: str) -> None:
    keys = maker_keys(text)
    assert set(keys) == set(maker_keys(text.upper()))
    assert all(key in maker_keys(key) for key in keys)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ON Semiconductor / Fairchild", ("ON Semiconductor", "Fairchild")),
        ("Murata~Johanson Technology Inc", ("Murata", "Johanson Technology Inc")),
        ("CJT(Changjiang Connectors)", ("CJT", "Changjiang Connectors")),
        ("FTDI, Future Technology", ("FTDI", "Future Technology")),
        ("Samtec, Inc.", ()),
        ("ON-Semiconductor", ()),
        ("Texas Instruments", ()),
    ],
)
def test_a_text_of_several_names_is_taken_apart(text: str, names: tuple[str, ...]) -> None:
    assert pieces(text) == names


def test_generic_words_are_told_apart_from_the_name() -> None:
    assert short_forms("Winbond Elec") == ("winbond", frozenset({"electronics"}))
    assert short_forms("Semiconductor") == ("semiconductor", frozenset())


RESOLVED = [
    ("Texas Instruments", ("Texas Instruments",), How.KNOWN, ()),
    ("ti", ("Texas Instruments",), How.KNOWN, ()),
    ("WÜRTH ELEKTRONIK GMBH", ("Wurth Elektronik",), How.KNOWN, ()),
    ("Winbond Electronics", ("Winbond",), How.SHORTENED, ()),
    ("Alpha & Omega Semicon", ("Alpha & Omega Semiconductor",), How.SHORTENED, ()),
    ("Central Electronics", (), How.UNKNOWN, ()),
    ("AMS", ("Advanced Monolithic Systems", "ams-OSRAM"), How.KNOWN, ()),
    ("ON Semiconductor / Fairchild", ("onsemi",), How.KNOWN, ()),
    ("Semtech / Winbond", ("Semtech", "Winbond"), How.KNOWN, ()),
    ("Fairchild", ("Fairchild Semiconductor",), How.KNOWN, (2016,)),
    ("Freescale", ("Freescale Semiconductor",), How.KNOWN, (2015,)),
    ("Motorola", ("Motorola",), How.KNOWN, ()),  # its parts went to two
    ("Texas Instrumentos", (), How.UNKNOWN, ()),
]


@pytest.mark.parametrize(("text", "names", "how", "years"), RESOLVED)
def test_a_name_is_resolved_with_how_it_was_understood(
    text: str, names: tuple[str, ...], how: How, years: tuple[int, ...]
) -> None:
    found = MAKERS.resolve(text)
    assert (found.makers, found.how) == (names, how)
    assert tuple(takeover.year for takeover in found.takeovers) == years
    assert found.maker == (names[0] if len(names) == 1 else None)


@pytest.mark.parametrize(
    ("makers", "text", "names"),
    [
        (MAKERS, "TI", ("Texas Instruments", "TI")),
        (MAKERS, "Texas Instruments Inc.", ("Texas Instruments",)),
        (MAKERS, "Nobody", ("Nobody",)),
        (MAKERS, "AMS", ("AMS",)),
        (MAKERS, "Fairchild", ("Fairchild Semiconductor", "Fairchild", "onsemi")),
        (LISTED, "Fairchild", ("ON Semiconductor",)),
        (LISTED, "onsemi", ("ON Semiconductor",)),
        (LISTED, "rean", ("Neutrik",)),
        (LISTED, "TI", ("Texas Instruments", "TI")),
        (NO_MAKERS, "TI", ("TI",)),
    ],
)
def test_the_api_is_asked_under_its_own_name_first(
    makers: Makers, text: str, names: tuple[str, ...]
) -> None:
    assert makers.names_to_ask(text) == names
    assert makers.names_to_ask(text) == names, "the second time from memory"


RELATED = [
    (MAKERS, "Texas Instruments", "TEXAS INSTRUMENTS", Kinship.SAME, "same maker"),
    (MAKERS, "Texas Instruments, Inc.", "Texas Instruments", Kinship.SAME, "same maker"),
    (MAKERS, "TI", "Texas Instruments", Kinship.SAME, "TI is Texas Instruments"),
    (MAKERS, "ON Semi / Fairchild", "onsemi", Kinship.SAME, "same maker"),
    (MAKERS, "Fairchild", "onsemi", Kinship.TAKEN_OVER,
     "Fairchild Semiconductor went to onsemi in 2016"),
    (MAKERS, "onsemi", "Fairchild", Kinship.TAKEN_OVER, "went to onsemi in 2016"),
    (MAKERS, "Motorola", "NXP Semiconductors", Kinship.TAKEN_OVER,
     "Motorola went to Freescale Semiconductor in 2004; Freescale"),
    (MAKERS, "TI", "onsemi", Kinship.OTHER, "onsemi is not TI"),
    (MAKERS, "AMS", "ams-OSRAM", Kinship.OTHER, ""),
    (MAKERS, "Rean", "Neutrik", Kinship.OTHER, ""),
    (LISTED, "Rean", "Neutrik", Kinship.SAME, "the API lists Rean as Neutrik"),
    (LISTED, "Fairchild", "ON Semiconductor", Kinship.TAKEN_OVER, "in 2016"),
    (LISTED, "Amphenol", "Amphenol RF", Kinship.OTHER, ""),
    (NO_MAKERS, "TI", "Texas Instruments", Kinship.OTHER, ""),
]  # fmt: skip


@pytest.mark.parametrize(("makers", "named", "found", "kinship", "says"), RELATED)
def test_a_takeover_is_no_alias_whatever_the_api_lists(
    makers: Makers, named: str, found: str, kinship: Kinship, says: str
) -> None:
    relation = makers.relation(named, found)
    assert relation.kinship is kinship
    assert says in relation.reason
    assert makers.relation(named, found) is relation, "the second time from memory"


NAMES = st.sampled_from([name for maker in KNOWN for name in (maker.name, *maker.aliases)])


@given(NAMES, NAMES)
def test_kinship_is_the_same_either_way_round(one: str, other: str) -> None:
    assert MAKERS.relation(one, other).kinship is MAKERS.relation(other, one).kinship


@given(NAMES)
def test_all_names_of_one_maker_have_one_key(name: str) -> None:
    resolved = MAKERS.resolve(name)
    if resolved.maker is not None:
        assert MAKERS.key(name) == MAKERS.key(resolved.maker) != ""


def test_takeovers_in_a_circle_come_to_an_end() -> None:
    circle = Makers(
        known=[Maker("A1"), Maker("B1")],
        takeovers=[Takeover("A1", "B1", 1, ""), Takeover("B1", "A1", 2, "")],
    )
    assert len(circle.resolve("A1").takeovers) == 5
    assert circle.relation("A1", "C1").kinship is Kinship.OTHER


def test_memory_of_names_is_bounded() -> None:
    makers = Makers(known=KNOWN)
    for number in range(5_000):
        makers.names_to_ask(f"Maker {number}")
    assert makers.names_to_ask("TI") == ("Texas Instruments", "TI")
    assert repr(makers) == f"Makers(known={len(KNOWN)}, listed=0)"
