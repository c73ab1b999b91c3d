"""Makers' names as they are compared: without accents, legal forms and punctuation.

Knows no maker. What two names have in common beyond their spelling is for `makers` to say.
"""

import re
import unicodedata
from collections.abc import Iterator

from bulkmatch.core.normal import clean

_WORD = re.compile(r"[^\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
_ASIDE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_BETWEEN = re.compile(r"\s*[/~|;+]\s*|\s+-\s+|,\s+(?!inc|ltd|llc|corp|co\b|gmbh)", re.IGNORECASE)
# Legal forms and countries at the end of a name say nothing of what is made.
_LEGAL = frozenset(
    (  # noqa: SIM905 - a list of words reads best as words
        "inc incorporated corp corporation co company ltd limited llc lp plc gmbh ag kg kgaa se sa spa "
        "sas srl bv nv oy ab asa aps pte pty kk kaisha kabushiki holding holdings usa us america "
        "americas europe asia north international intl"
    ).split()
)
# Words that makers and catalogs add, leave out and cut short: `Winbond Elec`, `Winbond Electronics`.
_GENERIC = {
    word: words[0]
    for words in (
        ("semiconductor", "semiconductors", "semicon", "semi", "semic"),
        ("electronics", "electronic", "elec", "electronica", "elektronik"),
        ("technology", "technologies", "tech"),
        ("component", "components"),
        ("connector", "connectors"),
        ("microelectronics", "micro", "microelectronic"),
        ("industries", "industry", "industrial"),
        ("manufacturing", "mfg", "manufacture"),
        ("optoelectronics", "opto"),
        ("products", "product"),
        ("solutions", "solution"),
        ("group",),
    )
    for word in words
}


def maker_keys(text: str) -> tuple[str, ...]:
    """The keys of a name, the most literal first: as it stands, umlauts written out, without asides.

    Two names with a key in common are spelt alike. Empty for a text without a letter or digit.
    """
    plain = clean(text).casefold()
    outside = _ASIDE.sub(" ", plain)
    forms = (plain, plain.translate(_UMLAUTS), outside, outside.translate(_UMLAUTS))
    return tuple(dict.fromkeys(key for form in forms if (key := "".join(_words(form)))))


def pieces(text: str) -> tuple[str, ...]:
    """The names in a text that holds several: `ON Semiconductor / Fairchild`, `CJ (Changjiang)`."""
    told = clean(text)
    found = [*_BETWEEN.split(_ASIDE.sub(" / ", told)), *_ASIDE.findall(told)]
    names = tuple(dict.fromkeys(name.strip() for name in found if maker_keys(name)))
    return names if len(names) > 1 else ()


def short_forms(text: str) -> tuple[str, frozenset[str]]:
    """The name without generic words at its end, and these words in their full form.

    Two names are one when they agree in the first, and the words of one are among the other's.
    """
    words = [_GENERIC.get(word, word) for word in _words(clean(text).casefold())]
    kept = len(words)
    while kept > 1 and words[kept - 1] in _GENERIC:
        kept -= 1
    return "".join(words[:kept]), frozenset(words[kept:])


def _words(text: str) -> tuple[str, ...]:
    """The words without accents, `and` and `the`, and without legal forms at the end."""
    words = [word for word in _split(text) if word not in ("and", "the")]
    kept = len(words)
    while kept > 1 and words[kept - 1] in _LEGAL:
        kept -= 1
    return tuple(words[:kept])


def _split(text: str) -> Iterator[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    yield from _WORD.findall(bare.replace(".", "").replace("'", ""))
