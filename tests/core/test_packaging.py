"""Codes at the end of a number that tell how a part is packed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.maker_names import maker_keys
from bulkmatch.core.packaging import PACKINGS, packed, packed_otherwise, packing_difference

SAME_BUT_PACKED = [
    ("LM2611BMF/NOPB", "LM2611BMF", "Texas Instruments"),
    ("LM358DR", "LM358D", "Texas Instruments"),
    ("SN74LVC1G04DBVRG4", "SN74LVC1G04DBVT", "Texas Instruments"),
    ("LTC1234CS8#TRPBF", "LTC1234CS8", "Linear Technology"),
    ("MAX232CWE+T", "MAX232CWE+", "Maxim Integrated"),
    ("MAX232CWE+", "MAX232CWE", ""),
    ("ADA4930-1YCPZ-R7", "ADA4930-1YCPZ-RL", "Analog Devices"),
    ("AD8544ARZ-REEL7", "AD8544ARZ", "Analog Devices"),
    ("BAT54H,115", "BAT54H", "Nexperia"),
    ("MMBT3904LT1G", "MMBT3904LT3G", "onsemi"),
    ("IRLML2502TRPBF", "IRLML2502", "Infineon"),
    ("TLE4250GNTSA1", "TLE4250GNTMA1", "Infineon"),
    ("GRM188R61A226ME15D", "GRM188R61A226ME15J", "Murata"),
    ("MCP1700T-3302E/TT", "MCP1700-3302E/TT", "Microchip"),
    ("ATMEGA328P-AUR", "ATMEGA328P-AU", "Microchip"),
    ("1N4148WT-7-F", "1N4148WT-7", "Diodes Inc."),
    ("SI2302CDS-T1-GE3", "SI2302CDS", "Vishay"),
    ("SMAJ18A-TR", "SMAJ18A", "STMicroelectronics"),
    ("FT232RL-REEL", "FT232RL-TUBE", "FTDI"),
]
NOT_PACKED = [
    ("LM317T", "LM317", "Texas Instruments"),  # the package, not the tape
    ("LM358DR", "LM358PW", "Texas Instruments"),
    ("LM358DR", "LM358D", "onsemi"),  # R is a package there
    ("TPS7A4700RGWR-Q1", "TPS7A4700RGWR", "Texas Instruments"),
    ("1.5SMC6.8CA-TR", "1.5SMC68CA", "STMicroelectronics"),
    ("LT1761ES5-3.3", "LT1761ES5-5", "Analog Devices"),
    ("BC847B,215", "BC847C", "Nexperia"),
    ("R-TR", "R", ""),  # nothing would be left
    ("ERJ-3EKF1002V", "ERJ-3EKF1002V", "Panasonic"),
    ("ERJ-3EKF1002V", "ERJ3EKF1002V", "Panasonic"),
    ("ABCDEF-TR", "ABCDEF", ""),  # no number has no digit
]


def key(maker: str) -> str:
    return next(iter(maker_keys(maker)), "")


@pytest.mark.parametrize(("one", "other", "maker"), SAME_BUT_PACKED)
def test_numbers_that_differ_in_packaging_alone(one: str, other: str, maker: str) -> None:
    told = packing_difference(one, other, maker=key(maker))
    assert told
    assert packing_difference(other, one, maker=key(maker)) == told


@pytest.mark.parametrize(("one", "other", "maker"), NOT_PACKED)
def test_numbers_that_differ_by_more_or_by_nothing(one: str, other: str, maker: str) -> None:
    assert packing_difference(one, other, maker=key(maker)) is None


@pytest.mark.parametrize(
    ("mpn", "maker", "others"),
    [
        ("LM2611BMF/NOPB", "Texas Instruments", ("LM2611BMF",)),
        ("LM2611BMF", "Texas Instruments", ("LM2611BMF/NOPB",)),
        ("MAX232CWE+", "Maxim Integrated", ()),  # the API sees no difference
        ("BAT54H,115", "", ("BAT54H",)),
        ("BAT54H", "", ()),
        ("LM358D", "Texas Instruments", ("LM358D/NOPB", "LM358DR")),
        ("NE555", "Texas Instruments", ("NE555/NOPB",)),
    ],
)
def test_what_to_look_for_when_nothing_is_listed(
    mpn: str, maker: str, others: tuple[str, ...]
) -> None:
    assert packed_otherwise(mpn, maker=key(maker)) == others


MAKERS = st.sampled_from(sorted({maker for packing in PACKINGS for maker in packing.makers} | {""}))
NUMBERS = st.sampled_from([n for pair in SAME_BUT_PACKED + NOT_PACKED for n in pair[:2]])


@given(NUMBERS, MAKERS)
def test_a_number_without_its_codes_has_none_left(mpn: str, maker: str) -> None:
    base, told = packed(mpn, maker=maker)
    again, more = packed(base, maker=maker)
    assert bool(told) == (base != mpn)
    assert len(again) <= len(base)
    assert not more or told


@given(NUMBERS, NUMBERS, MAKERS)
def test_a_difference_is_the_same_either_way_round(one: str, other: str, maker: str) -> None:
    told = packing_difference(one, other, maker=maker)
    assert packing_difference(other, one, maker=maker) == told
    assert told is None or one != other


def test_no_more_than_three_codes_are_taken_off() -> None:
    assert packed("AB1234-TR-TR-TR-TR") == ("AB1234-TR", "reel")
