"""Clean part numbers as people and spreadsheets leave them, and the keys they are compared by."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
# Letters of other alphabets that look like Latin ones and get into part numbers from keyboards and
# PDF files (after Unicode's confusables, UTS 39). O and 0, I and 1 are told apart by every maker, so
# they are never folded: see `misread`.
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧομ",
    "ABESIJKMHOPCTYXaeopcyxsijABEZHIKMNOPTYXou",
)
# Marks that NFKC would turn into letters: `ABC™` is no `ABCTM`.
_MARKS = dict.fromkeys(map(ord, "™℠®©"), None)
_O_FOR_ZERO = re.compile(r"(?<=\d)[Oo]+(?=\d)")
_L_FOR_ONE = re.compile(r"(?<=\d)[Il]+(?=\d)")
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
    """The text as it can be sent: no invisible characters, look-alikes or spare spaces; case is kept.

    A word takes Latin letters for Cyrillic and Greek ones when that makes all of it ASCII: `КТ-315`
    becomes `KT-315`, a word of Russian stays as it is.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(map(_latin, _plain(text).split()))


def has_look_alikes(text: str) -> bool:
    """Whether cleaning takes Latin letters for those of another alphabet."""
    return not text.isascii() and _plain(text) != clean(text)


def _latin(word: str) -> str:
    folded = word.translate(_LOOK_ALIKES)
    return folded if folded.isascii() else word


def _plain(text: str) -> str:
    """The text in one form of each character: full width, superscripts, dashes and spaces are plain."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    told = spaced.translate(_MARKS)
    visible = "".join(c for c in told if unicodedata.category(c) not in _INVISIBLE)
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

    Leaving separators out is a spelling; `10-033` and `100-33` are two numbers. So are `MAX232CPE`
    and `MAX232CPE+`, of which one has lead in it.
    """
    if mpn_identity(one) != mpn_identity(other) or _has_plus(one) != _has_plus(other):
        return False
    left, right = _separated(one), _separated(other)
    return left <= right or right <= left


def _has_plus(mpn: str) -> bool:
    return clean(mpn).endswith("+")


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


def misread(mpn: str) -> str | None:
    """The number with 0 for an O and 1 for an l that stand between digits, None where none do.

    A guess to look for when nothing else was found, and never the same number.
    """
    number = clean(mpn)
    told = _O_FOR_ZERO.sub(lambda m: "0" * len(m[0]), number)
    told = _L_FOR_ONE.sub(lambda m: "1" * len(m[0]), told)
    return None if told == number else told


def is_placeholder(mpn: str) -> bool:
    """Whether the text stands for "no part number": no letter or digit at all, or a known filler."""
    key = mpn_key(mpn)
    return not key or key in _PLACEHOLDERS
