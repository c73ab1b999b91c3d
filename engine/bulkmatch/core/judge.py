"""What a question's answers mean: whether to look again, and how sure a match is.

A wrong electrical part is worse than a miss, so only an exact number and a mere variant of its
spelling are taken without review.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bulkmatch.core.normal import clean, is_same_number, maker_key, maker_name, mpn_identity
from bulkmatch.core.plan import Asker
from bulkmatch.model.match import Match
from bulkmatch.model.outcome import MatchKind, ReviewKind
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, MatchQuery

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)


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

    First one part, with the maker. Nothing found: once more without the maker (a question without
    hits costs nothing). Doubtful: the rest of the hits from where the first page ended, when
    `second_look` parts show all of them.
    """
    if not looks:
        return asker.ask(query)
    last = looks[-1]
    if last.match.hits == 0 and last.ask.query.manufacturer and not last.ask.start:
        return asker.ask(MatchQuery(query.mpn, None, query.options))
    seen = len(last.match.parts)
    unseen = last.match.hits - last.ask.start - seen
    if last.ask.start or not seen or not 0 < unseen <= second_look or not _is_doubtful(query, last):
        return None
    return asker.ask(last.ask.query, start=seen, limit=unseen)


def _is_doubtful(query: MatchQuery, look: Look[PartLike]) -> bool:
    """Whether seeing more hits could change the judgement."""
    if _dropped_maker(query, look):
        return False
    return not (query.manufacturer and _is_exact(query.mpn, look.match.parts[0]))


def judge(mpn: str, manufacturer: str | None, looks: Sequence[Look[P]]) -> Finding[P]:
    """What `looks` say about a row's own spelling of `mpn`. `looks` holds at least one look."""
    maker = maker_name(manufacturer)
    # Looks may be hours apart and disagree: the highest count leaves most room for doubt.
    hits = max(look.match.hits for look in looks)
    if hits == 0:
        return Nothing(_nothing(maker))
    parts = tuple(part for look in looks for part in look.match.parts)
    if maker and looks[0].match.hits == 0:
        return Doubt(
            ReviewKind.OTHER_MAKER, _ranked(mpn, parts), hits, _other_maker(maker, parts, hits)
        )
    exact = [part for part in parts if _is_exact(mpn, part)]
    if exact and (maker or hits == len(parts)):
        return _among(MatchKind.EXACT, exact, maker, parts, hits, mpn)
    variants = [part for part in parts if mpn_identity(part.mpn) == mpn_identity(mpn)]
    if hits > len(parts):
        return Doubt(ReviewKind.AMBIGUOUS, _ranked(mpn, parts), hits, _unseen(parts, hits))
    if variants:
        finding = _among(MatchKind.VARIANT, variants, maker, parts, hits, mpn)
        if isinstance(finding, Doubt) or is_same_number(finding.part.mpn, mpn):
            return finding
    return Doubt(ReviewKind.OTHER_NUMBER, parts, hits, _other_number(mpn, parts))


def _among(
    kind: MatchKind, alike: list[P], maker: str | None, parts: tuple[P, ...], hits: int, mpn: str
) -> Found[P] | Doubt[P]:
    """Decide between parts whose numbers are equally near: the named maker's, or the only one."""
    named = [part for part in alike if maker_key(part.manufacturer.name) == maker_key(maker)]
    chosen = named or alike
    spellings = {(maker_key(part.manufacturer.name), part.mpn) for part in chosen}
    makers = {maker_key(part.manufacturer.name) for part in chosen}
    if len(makers) > 1 or (kind is MatchKind.VARIANT and len(spellings) > 1):
        return Doubt(ReviewKind.AMBIGUOUS, _ranked(mpn, parts), hits, _several(chosen))
    return Found(kind, chosen[0], _why(kind, chosen[0], maker))


def _is_exact(mpn: str, part: PartLike) -> bool:
    return clean(part.mpn) == clean(mpn)


def _dropped_maker(query: MatchQuery, look: Look[PartLike]) -> bool:
    return bool(query.manufacturer) and not look.ask.query.manufacturer


def _ranked(mpn: str, parts: tuple[P, ...]) -> tuple[P, ...]:
    """Nearest spelling first; the API's own order among equals."""
    return tuple(
        sorted(
            parts,
            key=lambda part: (
                not _is_exact(mpn, part),
                not is_same_number(part.mpn, mpn),
            ),
        )
    )


def _why(kind: MatchKind, part: PartLike, maker: str | None) -> str:
    number = "same number" if kind is MatchKind.EXACT else f"listed as {part.mpn}"
    name = part.manufacturer.name
    if maker is None:  # others may list the same characters with other punctuation
        return f"{number}, listed so by {name} alone"
    if maker_key(maker) == maker_key(name):
        return f"{number}, same maker"
    return f"{number}; the API knows {maker} as {name}"


def _nothing(maker: str | None) -> str:
    return (
        "no part of that number, with or without the maker" if maker else "no part of that number"
    )


def _other_maker(maker: str, parts: Sequence[PartLike], hits: int) -> str:
    more = f" and {hits - len(parts)} more" if hits > len(parts) else ""
    return f"nothing by {maker}; listed by {_names(parts)}{more}"


def _other_number(mpn: str, parts: Sequence[PartLike]) -> str:
    numbers = ", ".join(dict.fromkeys(part.mpn for part in parts))
    return f"{numbers} differs from {clean(mpn)} by more than spelling (decimal points and separators count)"


def _several(parts: Sequence[PartLike]) -> str:
    listed = ", ".join(dict.fromkeys(f"{part.mpn} by {part.manufacturer.name}" for part in parts))
    return f"{len(parts)} parts fit: {listed}"


def _unseen(parts: Sequence[PartLike], hits: int) -> str:
    return f"{hits} parts share this number; seen {len(parts)}: {_names(parts)}"


def _names(parts: Sequence[PartLike]) -> str:
    return ", ".join(dict.fromkeys(part.manufacturer.name for part in parts))
