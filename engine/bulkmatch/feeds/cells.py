"""What single cells say: quantities, marks of parts left out, and what a text looks like."""

import re
import unicodedata
from decimal import Decimal

DNP_WORDS = frozenset({
    "dnp", "dni", "dnf", "dns", "nopop", "nofit", "nostuff", "donotpopulate", "donotinstall",
    "donotfit", "donotplace", "donotmount", "donotstuff", "donotassemble", "notpopulated",
    "notfitted", "notmounted", "notinstalled", "notplaced", "notassembled", "nichtbestuckt",
    "nichtbestucken", "nonmonte",
})  # fmt: skip
_ASCII_FOLD = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())
_DNP_STARTS = frozenset("dDnN")
_LONGEST_WORDS = 32
_YES = frozenset(
    {"yes", "y", "x", "1", "true", "ja", "j", "oui", "si", "wahr", "vrai", "✓", "✔", "☑"}
)
_NO = frozenset(
    {"no", "n", "0", "false", "nein", "non", "ni", "nf", "nc", "np", "falsch", "faux", "not"}
)

_COUNT = re.compile(r"\+?([0-9][0-9.,' ]*)([^0-9.,]{0,20}\.?)", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}([,.' ])[0-9]{3}(?:\1[0-9]{3})*", re.ASCII)
_MOST_DIGITS = 15
_LONGEST_COUNT = 40

_SEPARATORS = re.compile(r"[,;/|&\s()\[\]]+")
_DESIGNATOR = re.compile(
    r"[A-Za-z]{1,6}[-_]?[0-9]{1,5}[A-Za-z0-9_]{0,6}"
    r"(?:(?:-|–|\.{2,3}|->|:)(?:[A-Za-z]{1,6}[-_]?)?[0-9]{1,5}[A-Za-z]?)?|to|-|->|–|\.\."
)
_USUAL_DESIGNATOR = re.compile(
    r"(?:[RCLUQDJPKFTXYSBHMEVW]|AN|ANT|BAT|BT|BZ|CN|CON|CR|DS|FB|FID|FL|IC|JP|LD|LED|LS|MH|MK|MP|OK|"
    r"PS|RN|RP|RT|RV|SP|SW|TP|TR|TVS|VD|VR|VT|XTAL|ZD)[0-9]{1,4}[A-Z]?"
)
_MOST_TOKENS = 50

_MPN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./+#(),_ -]{3,44}", re.ASCII)
_MEASURE = re.compile(
    r"[+-]?[0-9]+(?:[.,][0-9]+)?\s?"
    r"(?:[pnumkKMGRr](?:[FfHhVvAaWw]|[Oo]hms?|[Hh][Zz])?|[FfHhVvAaWw]|[Oo]hms?|[Hh][Zz])"
    r"[0-9]{0,3}(?:[\s,/_-].*)?"
)
_SKU = re.compile(r".+-ND|C[0-9]{3,9}", re.IGNORECASE)
_PACKAGE = re.compile(r"[RCLD]?_?(?:01005|0201|0402|0603|0805|1206|1210|2010|2512)", re.IGNORECASE)
_FEWEST_DIGITS = 7


def word_key(cell: str) -> str:
    """A cell's words for comparing: letters and digits, without case and accents."""
    if cell.isascii():
        return cell.translate(_ASCII_FOLD).lower() or cell.strip()
    folded = unicodedata.normalize("NFKD", cell)
    return "".join(filter(str.isalnum, folded)).lower() or cell.strip()


def is_dnp_word(cell: str) -> bool:
    """Whether the whole cell says that the part is left out."""
    text = cell.strip()
    return len(text) <= _LONGEST_WORDS and text[:1] in _DNP_STARTS and word_key(text) in DNP_WORDS


def is_left_out(cell: str, *, fitted: bool) -> bool | None:
    """What a mark says: True left out, False fitted, None nothing.

    `fitted` is for columns where a yes means that the part is there. In those, only a clear no
    leaves it out; any other word ("Mount", "top side") says that it is there.
    """
    key = word_key(cell)
    if not key:
        return None
    if key in DNP_WORDS:
        return True
    if fitted:
        return key in _NO
    if key in _YES:
        return True
    return False if key in _NO else None


def read_quantity(cell: str) -> Decimal | None:
    """The count in a cell such as `2`, `2 pcs`, `1,000`, `2,5` or `1 234`; None when there is none.

    A single comma before three digits groups thousands, any other single comma is a decimal mark;
    a single dot is always a decimal mark.
    """
    if len(cell) > _LONGEST_COUNT:
        return None
    match = _COUNT.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if match is None:
        return None
    digits = match[1].strip().rstrip(".,'")
    if sum(map(str.isdigit, digits)) > _MOST_DIGITS:
        return None
    plain = _plain_number(digits)
    return Decimal(plain) if plain is not None else None


def _plain_number(digits: str) -> str | None:
    """`digits` without grouping and with a decimal dot; None when its marks make no sense."""
    grouped = _GROUPED.fullmatch(digits)
    if grouped and (grouped[1] != "." or digits.count(".") > 1):
        return digits.replace(grouped[1], "")
    if "," in digits and "." in digits:
        decimal = max(digits, key=lambda mark: digits.rfind(mark) if mark in ",." else -1)
        other = "." if decimal == "," else ","
        digits = digits.replace(other, "")
    plain = digits.replace("'", "").replace(" ", "").replace(",", ".")
    return plain if plain.count(".") <= 1 else None


def looks_like_designators(cell: str) -> bool:
    """Whether the cell lists designators: `R1`, `C1, C2`, `D2..5`, `R1-R5`."""
    tokens = _tokens(cell)
    return bool(tokens) and all(map(_DESIGNATOR.fullmatch, tokens))


def mentions_designators(cell: str) -> bool:
    """Whether a usual designator stands anywhere in the cell, as in `TIME CARD - C3, C4`."""
    return any(map(_USUAL_DESIGNATOR.fullmatch, _tokens(cell)))


def _tokens(cell: str) -> list[str]:
    return [token for token in _SEPARATORS.split(cell, _MOST_TOKENS)[:_MOST_TOKENS] if token]


def looks_like_mpn(cell: str) -> bool:
    """Whether the cell could be a maker's part number rather than a value, a package or a SKU."""
    text = cell.strip()
    if not _MPN.fullmatch(text) or not any(map(str.isdigit, text)):
        return False
    if text.replace(".", "").isdigit():
        return len(text) >= _FEWEST_DIGITS
    return not (_MEASURE.fullmatch(text) or _SKU.fullmatch(text) or _PACKAGE.fullmatch(text))
