"""What is asked: one question of a row, one ask of the API, one batch of asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskOptions:
    """What all queries of one alias share. `country` is ISO 3166-1 alpha-2, `currency` ISO 4217."""

    country: str = "US"
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """The distinct question that one or more rows ask.

    Without an `mpn` it asks for a seller's stock number, `sku`. With `is_either` the `mpn` may be a
    stock number too. The seller's name narrows a stock number down.
    """

    mpn: str
    manufacturer: str | None = None
    options: AskOptions = AskOptions()
    sku: str | None = None
    seller: str | None = None
    is_either: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One query of one request: a question with the page of hits that is wanted.

    `start` counts hits from 0; `limit` is the most parts that this ask can be billed for.
    `key` names the answer in the store: the same ask has the same key.
    """

    query: MatchQuery
    key: str
    start: int = 0
    limit: int = 1


@dataclass(frozen=True, slots=True)
class AliasGroup:
    """The asks of one alias; all share `options`."""

    options: AskOptions
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The asks sent in one document, grouped by alias, in sending order."""

    groups: tuple[AliasGroup, ...]

    @property
    def asks(self) -> tuple[Ask, ...]:
        """All asks, alias by alias."""
        return tuple(ask for group in self.groups for ask in group.asks)

    @property
    def ceiling(self) -> int:
        """The most parts this batch can be billed for: every ask at its limit.

        Source: Nexar support, article 101000476314 (part limits), read 2026-11-20.
        """
        return sum(ask.limit for ask in self.asks)
