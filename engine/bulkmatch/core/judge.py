"""What a question's answers mean: whether to look again, and how sure a match is.

A wrong electrical part is worse than a miss, so a part is taken without review only when the number
is its own (as written, in other punctuation, or by another name of the same part) and its maker is
the one that was named, or the only one there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from bulkmatch.core.candidate import Candidate, candidate, ranked
from bulkmatch.core.likeness import Likeness
from bulkmatch.core.makers import NO_MAKERS, Kinship, Makers
from bulkmatch.core.normal import mpn_identity, mpn_key
from bulkmatch.core.plan import Asker, is_straight
from bulkmatch.core.reason import (
    doubt_reason,
    found_reason,
    missed_reason,
    several_reason,
    unseen_reason,
)
from bulkmatch.core.trials import trials
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import MatchKind, ReviewKind
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, MatchQuery

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)

_TAKEN = {
    Likeness.EXACT: MatchKind.EXACT,
    Likeness.VARIANT: MatchKind.VARIANT,
    Likeness.OTHER_NAME: MatchKind.OTHER_NAME,
    Likeness.STOCK_NUMBER: MatchKind.STOCK_NUMBER,
}
_NEAR = {
    Likeness.PACKAGING: ReviewKind.PACKAGING,
    Likeness.BEGINNING: ReviewKind.SUGGESTION,
    Likeness.LOOKS_ALIKE: ReviewKind.SUGGESTION,
}


@dataclass(frozen=True, slots=True)
class Look(Generic[P_co]):
    """One ask and what it brought."""

    ask: Ask
    match: Match[P_co]


@dataclass(frozen=True, slots=True)
class Found(Generic[P_co]):
    """One part, taken without review."""

    kind: MatchKind
    part: P_co
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt(Generic[P_co]):
    """Candidates for a person to decide on, best first."""

    kind: ReviewKind
    parts: tuple[P_co, ...]
    hits: int
    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """The API knows no such part."""

    reason: str


Finding = Found[P] | Doubt[P] | Nothing


def next_ask(
    query: MatchQuery, looks: Sequence[Look[PartLike]], *, asker: Asker, second_look: int
) -> Ask | None:
    """The next ask that a question needs, None when its answers are enough to judge it.

    First one part, with the maker. Nothing found: the next trial, which costs nothing either until
    something is found. Doubtful: the rest of the hits from where the last page ended, when
    `second_look` parts show all of them. Without a maker the next hit alone comes before the rest:
    when it is another maker's, nothing that follows can decide between the two.
    """
    last = looks[-1] if looks else None
    if last is None or (last.match.hits == 0 and not last.ask.start):
        return _next_trial(query, looks, asker=asker, guesses=second_look > 0)
    pages = [look for look in looks if look.match.parts]
    seen = last.ask.start + len(last.match.parts)
    unseen, left = last.match.hits - seen, 1 + second_look - seen
    if not last.match.parts or not 0 < unseen <= left or not is_straight(pages[0].ask, query):
        return None
    if _is_settled(query, pages, asker.makers):
        return None
    is_first = query.manufacturer is None and len(pages) == 1
    return asker.ask(_in_order(pages[0]), start=seen, limit=1 if is_first else unseen)


def _in_order(look: Look[PartLike]) -> MatchQuery:
    """The query whose hits come in the order of this look's, so that a further page adds to it.

    The API puts the very spelling first (facts, section 1), and the page may have been asked for in
    another row's spelling of the number; what came first is the spelling that it was.
    """
    query, first = look.ask.query, look.match.parts[0].mpn
    return replace(query, mpn=first) if mpn_key(first) == mpn_key(query.mpn) else query


def is_asked_out(query: MatchQuery, looks: Sequence[Look[PartLike]], asker: Asker) -> bool:
    """Whether all has been asked that says that there is no such part; guesses may be left."""
    return _next_trial(query, looks, asker=asker, guesses=False) is None


def _next_trial(
    query: MatchQuery, looks: Sequence[Look[PartLike]], *, asker: Asker, guesses: bool
) -> Ask | None:
    asked = {look.ask.key for look in looks}
    tried = (asker.ask(trial) for trial in trials(query, makers=asker.makers, guesses=guesses))
    return next((ask for ask in tried if ask.key not in asked), None)


def _is_settled(query: MatchQuery, pages: Sequence[Look[PartLike]], makers: Makers) -> bool:
    """Whether no further hit could change the judgement.

    It is the very number of the very maker; or none was named, and two makers are as near.
    """
    best, *others = _seen(query, pages, makers)
    if best.relation is not None:
        return best.is_makers and best.likeness is Likeness.EXACT
    return any(other.rank == best.rank and other.maker != best.maker for other in others)


def _seen(query: MatchQuery, looks: Iterable[Look[P]], makers: Makers) -> list[Candidate[P]]:
    """The parts that were seen, the best first."""
    return ranked(
        candidate(query, look.ask, part, makers=makers)
        for look in looks
        for part in look.match.parts
    )


def judge(query: MatchQuery, looks: Sequence[Look[P]], *, makers: Makers = NO_MAKERS) -> Finding[P]:
    """What `looks` say about a row's own question. `looks` holds at least one look."""
    # Looks may be hours apart and disagree: the highest count leaves most room for doubt.
    hits = max(look.match.hits for look in looks)
    seen = _seen(query, looks, makers)
    return _decide(query, seen, hits) if seen else Nothing(missed_reason(query))


def _decide(query: MatchQuery, seen: list[Candidate[P]], hits: int) -> Finding[P]:
    best, parts = seen[0], tuple(candidate.part for candidate in seen)
    rivals = [other for other in seen if _is_rival(best, other)]
    is_all_seen = hits <= len(seen)
    if best.can_be_taken and _is_alone(best, rivals, is_all_seen=is_all_seen):
        return Found(_TAKEN[best.likeness], best.part, found_reason(query, best))
    if best.can_be_taken and not is_all_seen:
        return Doubt(ReviewKind.AMBIGUOUS, parts, hits, unseen_reason(parts, hits))
    if best.can_be_taken or len({rival.maker for rival in rivals}) > 1:
        told = several_reason([rival.part for rival in rivals])
        return Doubt(ReviewKind.AMBIGUOUS, parts, hits, told)
    kind = _review_kind(best)
    return Doubt(kind, parts, hits, doubt_reason(kind, query, best, parts, hits))


def _is_rival(best: Candidate[PartLike], other: Candidate[PartLike]) -> bool:
    """Whether the other one could be meant as well as the best, which is its own rival.

    Beside a number in another spelling that is every further spelling, also one that contradicts.
    """
    if other.rank == best.rank:
        return True
    is_same_number = mpn_identity(other.part.mpn) == mpn_identity(best.part.mpn)
    return best.likeness is Likeness.VARIANT and is_same_number and other.is_makers


def _is_alone(
    best: Candidate[PartLike], rivals: Iterable[Candidate[PartLike]], *, is_all_seen: bool
) -> bool:
    """Whether nothing else that was seen, or may be there unseen, could be meant."""
    if best.likeness is Likeness.EXACT:
        is_only_maker = len({rival.maker for rival in rivals}) == 1
        return best.relation is not None or (is_all_seen and is_only_maker)
    return is_all_seen and len({(rival.maker, rival.part.mpn) for rival in rivals}) == 1


def _review_kind(best: Candidate[PartLike]) -> ReviewKind:
    """Why the best candidate is not taken."""
    if best.relation is None or best.is_makers or best.likeness > Likeness.PACKAGING:
        return _NEAR.get(best.likeness, ReviewKind.OTHER_NUMBER)
    if best.relation.kinship is Kinship.TAKEN_OVER:
        return ReviewKind.TAKEN_OVER
    return ReviewKind.MAKER_ALIAS if best.by_api else ReviewKind.OTHER_MAKER
