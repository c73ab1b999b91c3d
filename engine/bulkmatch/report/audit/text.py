"""Texts of others as people may see them: nothing that hides, reorders or breaks what stands around.

Knows nothing of formats; machine formats keep texts as they are.
"""

import re
from datetime import datetime
from decimal import Decimal

from bulkmatch.model.audit import Context, Fact, FactName, WhereUsed

# Controls, bidirectional controls (UAX #9), zero-width characters, line separators, surrogates and
# noncharacters: invisible, or not allowed in XML 1.0.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")
_LINK = re.compile(r"https://[!#$%&()*+,./0-9:;=?@A-Z_a-z~-]+")
_LONGEST_LINK = 2_000
MOST_CHARS = 400


def shown(text: str | None, most: int = MOST_CHARS) -> str:
    """One line of at most so many characters; what cannot be seen becomes U+FFFD, which can."""
    plain = _HIDDEN.sub("\ufffd", _BLANKS.sub(" ", text or "")).strip()
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def safe_link(url: str | None) -> str:
    """The address when it is https and needs no escaping, else nothing."""
    fits = url and len(url) <= _LONGEST_LINK and _LINK.fullmatch(url)
    return url if url and fits else ""


def day(at: datetime | None) -> str:
    """The day, ISO 8601, in UTC as all instants are kept."""
    return f"{at:%Y-%m-%d}" if at else ""


def minute(at: datetime | None) -> str:
    """The instant to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def number(amount: Decimal | None) -> str:
    """A quantity without an exponent, empty for none."""
    return "" if amount is None else f"{amount:f}"


def fact_words(fact: Fact, context: Context) -> str:
    """A fact's value with its unit."""
    match fact.name, fact.value:
        case FactName.LEAD_TIME, int():
            return f"{fact.value} days"
        case FactName.PRICE, value if value is not None:
            pieces = f" at {fact.quantity:,}" if fact.quantity else ""
            return f"{fact.words} {context.currency}{pieces}"
        case _, int():
            return f"{fact.value:,}"
        case _:
            return fact.words


def place_words(use: WhereUsed) -> str:
    """File, sheet and line in one text."""
    sheet = f" [{use.sheet}]" if use.sheet else ""
    return f"{use.bom}{sheet}:{use.line}"
