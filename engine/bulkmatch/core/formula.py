"""Text that a spreadsheet would run, made harmless for files without cell types (CSV)."""

import re
import unicodedata

_STARTS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def defuse(text: str) -> str:
    """`text` with an apostrophe in front when a spreadsheet could take it for a formula.

    That is text which begins with = + - @ (full-width and other compatible forms too), also behind
    blanks and invisible characters, or with a tab or a line break. Plain numbers such as -1, +5,
    -3.5 and 1e5 stay: they are values, and -1 to -4 are stock codes. A lone dash gets one as well:
    a rule without exceptions is one that can be trusted. Doing it twice changes nothing.
    """
    if not text or _NUMBER.fullmatch(text):
        return text
    if text[0] in _BREAKS or _first_visible(text) in _STARTS:
        return f"'{text}"
    return text


def _first_visible(text: str) -> str:
    """The first character that shows, in its plain form; empty when none does."""
    for char in text:
        if char in _STARTS or char.isalnum():
            return char
        if not (char.isspace() or unicodedata.category(char) in _INVISIBLE):
            return unicodedata.normalize("NFKC", char)[:1]
    return ""
