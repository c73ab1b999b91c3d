"""Parts, looks and asks for the tests of decisions."""

from dataclasses import dataclass

from bulkmatch.core.judge import Look
from bulkmatch.core.plan import Asker
from bulkmatch.model.match import Match
from bulkmatch.model.query import MatchQuery

ASKER = Asker("test")


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """The least that a part is; `maker` is the maker's name."""

    mpn: str
    maker: str

    @property
    def id(self) -> str:
        return f"{self.mpn}/{self.maker}"

    @property
    def manufacturer(self) -> Maker:
        return Maker(self.maker)


def look(
    mpn: str,
    maker: str | None,
    *parts: Part,
    hits: int | None = None,
    start: int = 0,
    limit: int = 1,
) -> Look[Part]:
    """What a look brought: `parts`, which are all hits unless `hits` says more."""
    ask = ASKER.ask(MatchQuery(mpn, maker), start=start, limit=limit)
    return Look(ask, Match(start + len(parts) if hits is None else hits, parts))
