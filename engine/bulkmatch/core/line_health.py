"""How a line of a BOM stands over all parts that it may be built with."""

from collections.abc import Sequence

from bulkmatch.core.finding_words import REASONS
from bulkmatch.core.part_states import rank_of
from bulkmatch.model.audit import Health, LineHealth, OptionHealth, WhereUsed
from bulkmatch.model.policy import StateKind


def line_health(use: WhereUsed, options: Sequence[OptionHealth]) -> LineHealth:
    """The line with the best of its options; of equals the one that the file names first."""
    if not options:
        return LineHealth(use, Health.UNCHECKED, "nothing to ask for")
    best = min(range(len(options)), key=lambda at: rank_of(options[at].health))
    chosen = options[best]
    words = chosen.words
    if best:
        first = options[0]
        words = f"use {chosen.mpn} ({chosen.words}); {first.mpn}: {first.words}"
    return LineHealth(use, chosen.health, words, tuple(options), best)


def option_words(states: Sequence[StateKind], *, is_seen: bool) -> str:
    """Why an option stands as it does."""
    if not is_seen:
        return "not looked at yet"
    return "; ".join(REASONS[state] for state in states) or "nothing speaks against it"
