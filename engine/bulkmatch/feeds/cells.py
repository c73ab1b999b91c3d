"""What single cells say: quantities, and marks of parts left out."""

import re
import unicodedata
from decimal import Decimal

_DNP_SPELLINGS = frozenset({
    "dnp", "dni", "dnf", "dns", "dnm", "nopop", "npop", "nofit", "nostuff", "nomount", "noload",
    "noplace", "donotpopulate", "donotinstall", "donotfit", "donotplace", "donotmount", "donotstuff",
    "donotassemble", "donotload", "notpopulated", "notfitted", "notmounted", "notinstalled",
    "notplaced", "notassembled", "notstuffed", "notloaded", "notpopulate", "unpopulated", "unfitted",
    "unplaced", "unmounted", "depopulate", "depopulated", "depop", "omit", "omitted", "dnpd", "dnpdni",
    "nichtbestuckt", "nichtbestucken", "nonmonte", "nemonter", "nepasmonter", "nomontar",
    "nomontado", "nonmontare", "nonmontato", "naomontar", "nietmonteren", "nietplaatsen",
    "不贴", "不焊", "不装", "不贴片", "空贴", "不上件", "未実装", "実装しない", "実装なし",
    "не устанавливать", "неустанавливать", "не монтировать", "немонтировать", "미실장",
})  # fmt: skip
_ASCII_FOLD = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())
_LONGEST_WORDS, _LONGEST_VALUE = 32, 200
_YES = frozenset(
    {
        "yes",
        "y",
        "x",
        "1",
        "true",
        "ja",
        "j",
        "oui",
        "si",
        "wahr",
        "vrai",
        "是",
        "да",
        "○",
        "✓",
        "✔",
        "☑",
    }
)
_NO = frozenset(
    {"no", "n", "0", "false", "nein", "non", "ni", "nf", "nc", "np", "nm", "ns", "nl", "nb", "falsch", "faux",
     "not", "否", "нет", "nao", "nee", "never", "excluded", "×", "✗", "✘"}
)  # fmt: skip
# A value or comment that begins or ends so: `DNP 10k`, `NA(1k/R0603)`, `10k/NC`, `4k7 (DNP)`. What
# could be a unit or a name (nF, NC switches) counts only where a mark sets it off.
_MARKED_START = re.compile(
    r"(?:DNP|DNI|DNF|DNS|DNM|NO[ -]?POP|NO[ -]?STUFF|NOT? FIT(?:TED)?|DO NOT (?:POPULATE|FIT|PLACE|"
    r"INSTALL|MOUNT|STUFF))(?:[\s/_(:,;-].*)|(?:NA|NC|NF|NM|NI|NP)(?:[(/].*\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_MARKED_END = re.compile(
    r".*\S(?:[\s/_,;(\[*-]+)(?:DNP|DNI|DNF|DNS|NO[ -]?POP|NO[ -]?STUFF|DO NOT (?:POPULATE|FIT|PLACE|"
    r"INSTALL|MOUNT|STUFF)|NOT (?:FITTED|POPULATED|MOUNTED|PLACED))[)\]*!.]*|.*\S[/_(](?:NC|NM)\)?",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(
    r"(?:NF|NI|NC|NM|NP|DNP|DNI|DNF|DNS|NOT? FIT(?:TED)?|NOT (?:POPULATED|MOUNTED|PLACED)|DO NOT "
    r"(?:POPULATE|FIT|PLACE|INSTALL|MOUNT|STUFF)|NO[ -]?POP)\s*[(:=\[]\s*([^()\[\]]+)[)\]]?",
    re.IGNORECASE,
)
_SET_OFF = re.compile(
    r"([A-Za-z]{1,6}[0-9]{1,5}[A-Za-z]?)\s*[(\[](?:DNP|DNI|DNF|NF|NC|NM|NI)[)\]]", re.IGNORECASE
)

_COUNT = re.compile(r"\+?([0-9][0-9.,' ]*)([^0-9.,]{0,20}\.?)", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}([,.' ])[0-9]{3}(?:\1[0-9]{3})*", re.ASCII)
_MOST_DIGITS = 15
_LONGEST_COUNT = 40


def word_key(cell: str) -> str:
    """A cell's words for comparing: letters and digits, without case and accents."""
    if cell.isascii():
        return cell.translate(_ASCII_FOLD).lower() or cell.strip()
    folded = unicodedata.normalize("NFKD", cell)
    return "".join(filter(str.isalnum, folded)).lower() or cell.strip()


DNP_WORDS = frozenset(map(word_key, _DNP_SPELLINGS))
# What a whole value says in its short form; NP and NA mean other things too.
_BARE = frozenset({"nc", "nm", "nf", "ni"}) | DNP_WORDS


def is_dnp_word(cell: str) -> bool:
    """Whether the whole cell says that the part is left out."""
    text = cell.strip()
    return 0 < len(text) <= _LONGEST_WORDS and word_key(text) in DNP_WORDS


def is_marked_out(value: str) -> bool:
    """Whether a value or comment says at its start or end that the part is left out."""
    text = value.strip()
    if not text or len(text) > _LONGEST_VALUE:
        return False
    return word_key(text) in _BARE or bool(
        _MARKED_START.fullmatch(text) or _MARKED_END.fullmatch(text)
    )


def listed_out(cell: str) -> str:
    """The designators that a mark lists: those of `NF(C12 C19)`, `DNP: R1, R2`, `R5(DNP)`."""
    match = _LISTED.fullmatch(cell.strip())
    if match:
        return match[1]
    return ", ".join(_SET_OFF.findall(cell))


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
