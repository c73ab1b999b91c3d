"""Part numbers and makers as people and spreadsheets leave them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bulkmatch.core.normal import (
    clean,
    has_look_alikes,
    is_placeholder,
    is_same_number,
    maker_key,
    maker_name,
    misread,
    mpn_identity,
    mpn_key,
)

# What part numbers are made of, and what spreadsheets, PDFs and web pages put into them.
NUMBERS = st.text(alphabet="AaBbcz0159.,-/ +#_()\u00a0\u200b\u2011\u2212５．·", max_size=14)
ANYTHING = st.text(max_size=12)

DAMAGED = [
    ("ERJ-3EKF1002V\u00a0", "ERJ-3EKF1002V"),
    ("\ufeffERJ-3EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ\u20113EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ\u22123EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ–3EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ—3EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ－3EKF1002V", "ERJ-3EKF1002V"),
    ("ERJ-3EKF\u200b1002V", "ERJ-3EKF1002V"),
    ("ERJ-3EKF\u00ad1002V", "ERJ-3EKF1002V"),
    ("\u200eERJ-3EKF1002V\u200f", "ERJ-3EKF1002V"),
    ("ERJ-3EKF1002V\x00", "ERJ-3EKF1002V"),
    ("ERJ-3EKF\x081002V\x7f", "ERJ-3EKF1002V"),
    ("ERJ-3EKF1002V\ud800", "ERJ-3EKF1002V"),
    ("ＥＲＪ－３ＥＫＦ１００２Ｖ", "ERJ-3EKF1002V"),
    ("  LM358  DR\t", "LM358 DR"),
    ("LM358\r\nDR", "LM358 DR"),
    ("LM358\u2003\u202fDR", "LM358 DR"),
    ("erj-3ekf1002v", "erj-3ekf1002v"),
    ("", ""),
    (" \u200b\u00a0 ", ""),
]


@pytest.mark.parametrize(("damaged", "told"), DAMAGED, ids=ascii)
def test_damage_that_nobody_sees_is_undone(damaged: str, told: str) -> None:
    assert clean(damaged) == told


@given(ANYTHING)
@example("e\u200b\u0301")  # hidden from each other, they would compose the second time
@example("a\u00a8")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING)
def test_what_is_clean_can_be_sent_and_seen(text: str) -> None:
    told = clean(text)
    assert told.encode().decode() == told
    assert told == told.strip()
    assert not {unicodedata.category(c) for c in told} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(NUMBERS)
def test_keys_do_not_see_what_cleaning_removes(text: str) -> None:
    assert mpn_key(clean(text)) == mpn_key(text)
    assert mpn_identity(clean(text)) == mpn_identity(text)
    assert mpn_key(mpn_key(text)) == mpn_key(text)


@given(NUMBERS, NUMBERS)
def test_what_is_the_same_number_is_equal_for_the_api_too(one: str, other: str) -> None:
    if mpn_identity(one) == mpn_identity(other):
        assert mpn_key(one) == mpn_key(other)


@given(ANYTHING)
def test_the_identity_is_the_key_with_points_marked(text: str) -> None:
    assert mpn_identity(text).replace("·", "") == mpn_key(text)


SAME_PART = [
    ("ERJ3EKF1002V", "ERJ-3EKF1002V"),
    ("C0603C103K5RACTU", "C0603C103K5RAC-TU"),
    ("C0603C103K5RACTU", "C0603C103K5RAC TU"),
    ("LM2611BMF/NOPB", "lm2611bmf-nopb"),
    ("BC847B,215", "BC847B215"),
    ("42816-0212", "428160212"),
    ("1.5SMC6.8CA", "1,5smc6,8ca"),
    ("1.5SMC6.8CA", "1.5 SMC 6.8 CA"),
    ("S3A-361413.", "S3A-361413"),
    ("MMBT3904.T", "MMBT3904T"),
]
OTHER_PART = [
    ("1.5SMC6.8CA", "1.5SMC68CA"),
    ("1.5SMC6.8CA", "15SMC68CA"),
    ("1.5SMC6.8CA", "1.5SMC.68CA"),
    ("MIC5205-3.3YM5", "MIC5205-33YM5"),
    ("MCR-.5", "MCR-5"),
    (".5SMC", "5SMC"),
    ("0218.500HXP", "02185.00HXP"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PART)
def test_a_spelling_variant_is_the_same_number(one: str, other: str) -> None:
    assert mpn_identity(one) == mpn_identity(other)
    assert mpn_key(one) == mpn_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PART)
def test_a_decimal_point_makes_another_number_though_the_api_sees_none(
    one: str, other: str
) -> None:
    assert mpn_identity(one) != mpn_identity(other)
    assert mpn_key(one) == mpn_key(other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Texas Instruments", "TEXAS INSTRUMENTS", True),
        ("Vishay / Lite-On", "Vishay Lite On", True),
        ("Würth Elektronik", "WÜRTH\u00a0ELEKTRONIK", True),
        ("Texas Instruments", "Texas Instrumentos", False),
        ("Fairchild", "onsemi", False),
    ],
)
def test_makers_are_compared_by_letters_and_digits(one: str, other: str, same: bool) -> None:
    assert (maker_key(one) == maker_key(other)) is same


@pytest.mark.parametrize("text", [None, "", " ", "-", "—", "...", "?", "\u00a0", "\u200b", "/"])
def test_a_maker_without_a_letter_or_digit_is_none(text: str | None) -> None:
    assert maker_name(text) is None
    assert maker_key(text) == ""


def test_a_maker_keeps_its_case_and_loses_its_damage() -> None:
    assert maker_name(" Texas\u00a0Instruments ") == "Texas Instruments"
    assert maker_name("3M") == "3M"


@pytest.mark.parametrize(
    "text",
    ["", "-", "--", "?", "...", "n/a", "N.A.", "TBD", "t.b.d.", "DNP", "Do Not Populate", "xxx",
     "none", "\u00a0", "See note", "—"],
)  # fmt: skip
def test_a_filler_is_no_part_number(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["LM358", "0", "X7R", "NA555", "115", "DNP-1", "1N4148"])
def test_a_part_number_is_no_filler(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ERJ3EKF1002V", "ERJ-3EKF1002V", True),
        ("LM2611BMF/NOPB", "lm2611bmf nopb", True),
        ("22-01-2067", "22012067", True),
        ("22-01-2067", "2201-2067", True),
        ("10-033", "100-33", False),
        ("1.5SMC6.8CA", "1.5SMC68CA", False),
        ("-X1", "X1-", True),
        ("BC817,215", "BC817215", True),
        ("PCF8563T/5,518", "PCF8563T5518", True),
        ("1,5SMC6,8CA", "15SMC68CA", False),
    ],
)
def test_separators_may_be_left_out_but_not_contradict(one: str, other: str, same: bool) -> None:
    assert is_same_number(one, other) is same is is_same_number(other, one)


LOOK_ALIKES = [
    ("ЕRЈ-3ЕKF1002V", "ERJ-3EKF1002V"),
    ("КТ315", "KT315"),
    ("ΤΡS54331", "TPS54331"),
    ("µA741CN", "uA741CN"),
    ("X²R", "X2R"),
    ("LM358™", "LM358"),
    ("LM358®DR", "LM358DR"),
    ("Конденсатор", "Конденсатор"),
    ("LM358Я", "LM358Я"),
    ("КТ315 Ж", "KT315 Ж"),
    ("10kΩ", "10kΩ"),
]


@pytest.mark.parametrize(("damaged", "told"), LOOK_ALIKES, ids=ascii)
def test_letters_that_look_alike_are_sent_as_latin_ones(damaged: str, told: str) -> None:
    assert clean(damaged) == told


def test_a_row_can_say_that_its_letters_were_replaced() -> None:
    assert has_look_alikes("КТ315")
    assert not any(map(has_look_alikes, ("KT315", "LM358™", "ＬＭ３５８", "Конденсатор")))


@pytest.mark.parametrize(
    ("mpn", "told"),
    [
        ("ERJ-3EKF1OO2V", "ERJ-3EKF1002V"),
        ("1O0", "100"),
        ("3l2", "312"),
        ("C0G", None),
        ("LM358NOPB", None),
        ("100", None),
        ("O1", None),
    ],
)
def test_an_o_between_digits_may_be_a_zero_but_is_never_taken_for_one(
    mpn: str, told: str | None
) -> None:
    assert misread(mpn) == told
    assert told is None or not is_same_number(mpn, told)


def test_a_plus_at_the_end_is_no_punctuation() -> None:
    assert not is_same_number("MAX232CPE", "MAX232CPE+")
    assert is_same_number("max232cpe+", "MAX232-CPE+")


@given(NUMBERS, NUMBERS)
def test_being_the_same_number_is_mutual(one: str, other: str) -> None:
    assert is_same_number(one, other) is is_same_number(other, one)
    assert is_same_number(one, one)
