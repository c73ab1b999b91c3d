"""Clean part numbers as people and spreadsheets leave them, and the keys they are compared by."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_KEPT_DOT = re.compile(r"(?<=\d)[.,](?=\d)")
_PLACEHOLDERS = frozenset(
    (  # noqa: SIM905 - a list of words reads best as words
        "na none null nil tbd tbc tba todo dnp dni dnf nopop donotpopulate donotinstall donotfit "
        "donotplace notfitted notpopulated notused unused unknown generic any various seenote "
        "seenotes notapplicable noparam nomatch missing blank empty placeholder x xx xxx xxxx custom"
    ).split()
)


def clean(text: str) -> str:
    """The text without invisible characters, look-alike dashes and spare spaces; case is kept."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    visible = (c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join("".join(" " if c.isspace() else c for c in visible).split())


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


def maker_key(name: str | None) -> str:
    """A maker's name for comparing: letters and digits only, whatever their case; empty for none."""
    return "".join(c for c in clean(name or "").casefold() if c.isalnum())


def is_placeholder(mpn: str) -> bool:
    """Whether the text stands for "no part number": no letter or digit at all, or a known filler."""
    key = mpn_key(mpn)
    return not key or key in _PLACEHOLDERS
