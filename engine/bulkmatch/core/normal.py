"""Clean part numbers as people and spreadsheets leave them, and the keys they are compared by."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
# Control, format and surrogate characters: nobody sees them, no part number has them.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
# ".5" is not "5"; a comma counts only inside a number: makers set it before packing codes, which
# are three digits at the end (`BC817,215`).
_KEPT_DOT = re.compile(r"\.(?=\d)|(?<=\d),(?=\d)(?!\d{3}$)")
_PLACEHOLDERS = frozenset(
    (  # noqa: SIM905 - a list of words reads best as words
        "na none null nil tbd tbc tba todo dnp dni dnf nopop donotpopulate donotinstall donotfit "
        "donotplace notfitted notpopulated notused unused unknown generic any various seenote "
        "seenotes notapplicable noparam nomatch missing blank empty placeholder x xx xxx xxxx custom"
    ).split()
)


def clean(text: str) -> str:
    """The text without invisible characters, look-alike dashes and spare spaces; case is kept."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if c.isspace() else c for c in text)
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFKC", visible).translate(_DASHES).split())


def mpn_key(mpn: str) -> str:
    """The API's own equality: letters and digits only, whatever their case.

    Source: 136 recorded answers (facts, section 1), read 2026-11-20. Parts that share this key may
    differ electrically: `1.5SMC6.8CA` and `1.5SMC68CA`; see `mpn_identity`.
    """
    return "".join(c for c in clean(mpn).casefold() if c.isalnum())


def mpn_identity(mpn: str) -> str:
    """What makes two spellings the same part number: the key, with decimal points kept."""
    marked = _KEPT_DOT.sub("·", clean(mpn).casefold())
    return "".join(c for c in marked if c.isalnum() or c == "·")


def is_same_number(one: str, other: str) -> bool:
    """Whether two spellings are the same part number: alike, and no separator contradicts.

    Leaving separators out is a spelling; `10-033` and `100-33` are two numbers.
    """
    if mpn_identity(one) != mpn_identity(other):
        return False
    left, right = _separated(one), _separated(other)
    return left <= right or right <= left


def _separated(mpn: str) -> frozenset[int]:
    """Before which letters and digits, counted from 0, the spelling has a separator."""
    found: set[int] = set()
    count = 0
    was_separator = False
    for character in clean(mpn):
        if not character.isalnum():
            was_separator = True
            continue
        if was_separator and count:
            found.add(count)
        was_separator = False
        count += 1
    return frozenset(found)


def maker_key(name: str | None) -> str:
    """A maker's name for comparing: letters and digits only, whatever their case; empty for none."""
    return "".join(c for c in clean(name or "").casefold() if c.isalnum())


def maker_name(text: str | None) -> str | None:
    """The maker as cleaned, None when the text names nobody: a dash, nothing, `N/A`, `any`."""
    return None if is_placeholder(text or "") else clean(text or "")


def is_placeholder(mpn: str) -> bool:
    """Whether the text stands for "no part number": no letter or digit at all, or a known filler."""
    key = mpn_key(mpn)
    return not key or key in _PLACEHOLDERS
