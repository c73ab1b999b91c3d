"""A maker's word for where a part is in its life, turned into the API's five words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from .spelling import name_key

# The API's own words (A:101000434626, read 2026-11-20), each with what feeds say for it. The
# feeds' words follow real feeds; a word that is not here (such as "Discontinued at Digi-Key", which
# says nothing of the maker) gives no lifecycle status.
_WORDS: Final = {
    "New": "new, new product, preview, introduction, coming soon, pre-release",
    "Production": "production, active, in production, mass production, full production, released,"
    " preferred",
    "NRND": "nrnd, not for new designs, not recommended for new designs, not recommended,"
    " not recommended for new design",
    "EOL": "eol, end of life, last time buy, ltb, last buy, lifetime buy, to be discontinued,"
    " discontinuation announced, last shipment",
    "Obsolete": "obsolete, discontinued, inactive, retired, out of production",
}
_STATUS: Final = {
    name_key(word): status for status, words in _WORDS.items() for word in words.split(",")
}


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What a feed said: `status` in the API's words (None for a word nobody knows), `raw` in its own."""

    status: str | None
    raw: str
    observed_on: date | None

    def shown(self, word: str, today: date) -> str:
        """The word with the API's remark on its age: `Production (Last Updated: 2 days ago)`."""
        if self.observed_on is None:
            return word
        return f"{word} (Last Updated: {_ago((today - self.observed_on).days)})"


def lifecycle_from_word(raw: str, observed_on: date | None = None) -> Lifecycle:
    """The lifecycle that a feed's word means."""
    return Lifecycle(_STATUS.get(name_key(raw)), raw, observed_on)


def _ago(days: int) -> str:
    if days <= 0:
        return "today"
    for unit, length in (("year", 365), ("month", 30), ("day", 1)):
        count = days // length
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "today"  # pragma: no cover - a positive number of days is at least one day
