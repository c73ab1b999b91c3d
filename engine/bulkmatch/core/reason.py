"""Why a line ended as it did, in words that a person can act on."""

from collections.abc import Iterable, Sequence

from bulkmatch.core.candidate import Candidate
from bulkmatch.core.likeness import Likeness
from bulkmatch.core.packaging import packing_difference
from bulkmatch.model.outcome import ReviewKind
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import MatchQuery


def found_reason(query: MatchQuery, best: Candidate[PartLike]) -> str:
    """Why a part is taken."""
    name = best.part.manufacturer.name
    if best.relation is None:  # others may list the same characters with other punctuation
        return f"{_number(query, best)}, listed so by {name} alone"
    return f"{_number(query, best)}, {best.relation.reason}"


def missed_reason(query: MatchQuery) -> str:
    """Why there is nothing."""
    if not query.mpn:
        return f"nobody sells a part as {query.sku}"
    maker = ", with or without the maker" if query.manufacturer else ""
    return f"no part of that number{maker}"


def unseen_reason(parts: Sequence[PartLike], hits: int) -> str:
    """Why nothing is taken: there is more than was looked at."""
    return f"{hits} parts share this number; seen {len(parts)}: {_names(parts)}"


def several_reason(parts: Sequence[PartLike]) -> str:
    """Why nothing is taken: all of these are as near."""
    listed = ", ".join(dict.fromkeys(f"{part.mpn} by {part.manufacturer.name}" for part in parts))
    return f"{len(parts)} parts fit: {listed}"


def doubt_reason(
    kind: ReviewKind,
    query: MatchQuery,
    best: Candidate[PartLike],
    others: Sequence[PartLike],
    hits: int,
) -> str:
    """Why the best candidate is left to a person. `others` are all candidates, itself the first."""
    name, named = best.part.manufacturer.name, query.manufacturer
    match kind:
        case ReviewKind.TAKEN_OVER:
            story = best.relation.reason if best.relation else ""
            return f"{_number(query, best)}, but by {name}: {story}"
        case ReviewKind.MAKER_ALIAS:
            return f"{_number(query, best)}; the API knows {named} as {name}"
        case ReviewKind.OTHER_MAKER:
            more = f" and {hits - len(others)} more" if hits > len(others) else ""
            return f"nothing by {named}; {_number(query, best)}, listed by {_names(others)}{more}"
        case _:
            return _difference(query, best)


def _number(query: MatchQuery, best: Candidate[PartLike]) -> str:
    """How the number was recognised."""
    match best.likeness:
        case Likeness.EXACT:
            return "same number"
        case Likeness.VARIANT:
            return f"listed as {best.part.mpn}"
        case Likeness.OTHER_NAME:
            return f"{query.mpn} is another number of {best.part.mpn}"
        case Likeness.STOCK_NUMBER:
            return f"{query.sku or query.mpn} is a stock number of {best.part.mpn}"
        case _:
            return _difference(query, best)


def _difference(query: MatchQuery, best: Candidate[PartLike]) -> str:
    """In what the number of the best candidate differs."""
    found, wanted = best.part.mpn, query.mpn
    match best.likeness:
        case Likeness.PACKAGING:
            told = packing_difference(wanted, found, maker=best.maker)
            return f"{found} differs from {wanted} in packaging alone ({told})"
        case Likeness.BEGINNING:
            return f"{found} merely begins with {wanted}"
        case Likeness.LOOKS_ALIKE:
            return f"{found} has a 0 or a 1 where {wanted} has a letter"
        case Likeness.SAME_LETTERS:
            return (
                f"{found} differs from {wanted} by more than spelling"
                " (decimal points, separators and a + at the end count)"
            )
        case _ if query.sku:
            return f"the stock number {query.sku} leads to {found}"
        case _:
            return f"{found} is another number than {wanted}"


def _names(parts: Iterable[PartLike]) -> str:
    return ", ".join(dict.fromkeys(part.manufacturer.name for part in parts))
