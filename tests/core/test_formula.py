"""Text that a spreadsheet would run."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.formula import defuse

DANGEROUS = [
    "=1+1",
    '=HYPERLINK("http://example.com","x")',
    "+49 30 123",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\tplain",
    "\rplain",
    "\nplain",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u200e\u202e=1+1",
    "\x1f=1+1",
    "＝1+1",
    "＋1+1",
    "－1+cmd",
    "＠SUM",
    "﹦1+1",
    "-",
    "--1",
    "-1,5",
    "+1 pcs",
    "-1\n",
    "=",
]
HARMLESS = [
    "",
    " ",
    "BAT54H,115",
    "LM2611BMF/NOPB",
    "R1-R5",
    "'=1+1",
    "a=b",
    "µ±5%",
    "(=1)",
    "\u200b",
    "-1",
    "+5",
    "-3.5",
    "-.5",
    "1e5",
    "-1E-5",
    "0402",
    "−1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_everything_else_stays(text: str) -> None:
    assert defuse(text) == text


@given(st.text())
def test_nothing_is_lost_and_twice_is_once(text: str) -> None:
    once = defuse(text)
    assert once.removeprefix("'") == text.removeprefix("'")
    assert defuse(once) == once


@given(
    st.text(alphabet=" \t\u200b\ufeff\u00a0", max_size=4),
    st.sampled_from("=+-@＝＋－＠"),
    st.text(),
)
def test_no_text_that_begins_like_a_formula_passes(blank: str, sign: str, rest: str) -> None:
    text = blank + sign + rest
    safe = defuse(text)
    try:
        float(text)
    except ValueError:
        assert safe.startswith("'")
    else:
        assert safe.startswith("'") or unicodedata.normalize("NFKC", text) == text
