"""A part that was seen, and how it stands to what a line asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bulkmatch.core.likeness import Likeness, likeness
from bulkmatch.core.makers import Kinship, Makers, Relation
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import Ask, MatchQuery

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[P_co]):
    """A part with its likeness to the number, and its maker's to the named one.

    `maker` is the key of its maker's name. `relation` is None when no maker was named. `by_api`
    says that the API gave the part when it was asked for the named maker.
    """

    part: P_co
    maker: str
    likeness: Likeness
    relation: Relation | None
    by_api: bool

    @property
    def is_makers(self) -> bool:
        """Whether the maker is no obstacle: the named one, or none was named."""
        return self.relation is None or self.relation.kinship is Kinship.SAME

    @property
    def can_be_taken(self) -> bool:
        """Whether it may be taken without review, if no other is as near."""
        return self.is_makers and self.likeness.is_own_number

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """What sorts candidates, the best first."""
        return not self.can_be_taken, self.likeness, not self.is_makers


def candidate(query: MatchQuery, ask: Ask, part: P, *, makers: Makers) -> Candidate[P]:
    """How a part that an ask brought stands to a line's own question."""
    name = part.manufacturer.name
    maker = makers.key(name)
    return Candidate(
        part,
        maker,
        likeness(query, part, maker=maker),
        makers.relation(query.manufacturer, name) if query.manufacturer else None,
        by_api=ask.query.manufacturer is not None,
    )


def ranked(candidates: Iterable[Candidate[P]]) -> list[Candidate[P]]:
    """The distinct parts, the best first, those as good in the order in which the API had them."""
    distinct: dict[str, Candidate[P]] = {}
    for seen in candidates:
        distinct.setdefault(seen.part.id, seen)
    return sorted(distinct.values(), key=lambda seen: seen.rank)
