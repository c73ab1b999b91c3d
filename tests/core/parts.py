"""Parts, looks and asks for the tests of decisions."""

from dataclasses import dataclass

from bulkmatch.core.judge import Look
from bulkmatch.core.makers import Maker as KnownMaker
from bulkmatch.core.makers import Makers, Takeover
from bulkmatch.core.plan import Asker
from bulkmatch.model.match import Match
from bulkmatch.model.query import MatchQuery

ASKER = Asker("test")
TABLE = Makers(
    known=[
        KnownMaker("Texas Instruments", ("TI",)),
        KnownMaker("Fairchild Semiconductor", ("Fairchild",)),
        KnownMaker("onsemi", ("ON Semiconductor", "ON")),
        KnownMaker("Advanced Monolithic Systems", ("AMS",)),
        KnownMaker("ams-OSRAM", ("AMS",)),
    ],
    takeovers=[Takeover("Fairchild Semiconductor", "onsemi", 2016, "a notice")],
)
KNOWING = Asker("test", TABLE)


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


@dataclass(frozen=True, slots=True)
class Company:
    """A seller by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Stock:
    """An offer by its stock number."""

    sku: str | None


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller with its offers."""

    company: Company | None
    offers: tuple[Stock, ...] | None


@dataclass(frozen=True, slots=True)
class FullerPart(Part):
    """A part that tells its other numbers and who sells it."""

    aka_mpns: tuple[str, ...] | None = None
    generic_mpn: str | None = None
    sellers: tuple[Seller, ...] | None = None


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
