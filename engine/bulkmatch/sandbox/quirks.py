"""What real offers are like and made-up ones are not, put in on purpose: by switch, with seeded dice.

Shares are those of 4,374 recorded offers where they are known (facts, section 2, read 2026-11-20).
A part's dice depend on its id and the seed alone, so that every run and every order gives the same.
"""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from .parts import Company, Offer, Part, Price
from .spelling import stable_id

QUIRKS: Final[Mapping[str, str]] = {
    "stock-codes": "negative codes where a stock would stand (observed: 2 of 100 offers; here 1 of 10)",
    "mixed-currencies": "prices in EUR among those in USD (observed: 4 of 100; here 1 of 5)",
    "no-prices": "offers without any price (observed: 31 of 100)",
    "no-moq": "a null moq and a null packaging (observed: 39 and 83 of 100)",
    "high-moq": "a moq above the first price break (observed: 3 of 100; here 1 of 10)",
    "same-sku": "one seller lists a stock number twice (observed: 81 cases; here 1 of 10 offers)",
    "empty-currency": "a price whose currency is empty (observed; here 1 of 50 offers)",
    "no-sellers": "parts without any seller (observed; here 1 of 20)",
    "no-lifecycle": "parts without a lifecycle (observed; here 1 of 3)",
    "wrong-maker": "the number also listed under another maker (observed; here 1 of 20 parts)",
    "steady-links": "clickUrl stays the same (ours: the API's changes in every answer)",
    "plain-values": "displayValue without the age of a lifecycle (ours: the API tells it)",
}
"""Every switch, with what it does. The last two take away what is there otherwise."""

DISTORTIONS: Final = tuple(QUIRKS)[:-2]
"""Those that make offers more like real ones."""

_WRONG_MAKERS: Final = 20
_RATE: Final = Decimal("0.92")


@dataclass(frozen=True, slots=True)
class Quirks:
    """The switches that are on."""

    names: frozenset[str] = frozenset()
    seed: int = 0

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def made_of(self, part: Part, makers: Mapping[str, Company]) -> Iterator[Part]:
        """The part as it is shown, and its listing under a maker that does not make it."""
        dice = random.Random(f"{self.seed} {part.id}")  # noqa: S311 - no secrets here
        shown = self._part(part, dice) if self.names else part
        yield shown
        if "wrong-maker" in self and dice.random() < 1 / _WRONG_MAKERS:
            others = [maker for maker in makers.values() if maker.id != part.maker.id]
            if others:
                yield _under(dice.choice(others), shown)

    def _part(self, part: Part, dice: random.Random) -> Part:
        if "no-lifecycle" in self and dice.random() < 1 / 3:
            part = replace(part, lifecycle=None)
        if "no-sellers" in self and dice.random() < 1 / 20:
            return replace(part, offers=())
        offers = [shown for offer in part.offers for shown in self._offers(offer, dice)]
        return replace(part, offers=tuple(offers))

    def _offers(self, offer: Offer, dice: random.Random) -> Sequence[Offer]:
        if "stock-codes" in self and dice.random() < 0.1:
            offer = replace(offer, inventory_level=dice.choice((-1, -2, -3, -4)))
        if "no-moq" in self:
            moq = None if dice.random() < 0.39 else offer.moq
            offer = replace(
                offer, moq=moq, packaging=None if dice.random() < 0.83 else offer.packaging
            )
        if "high-moq" in self and offer.prices and dice.random() < 0.1:
            offer = replace(offer, moq=offer.prices[0].quantity * 10)
        offer = replace(offer, prices=self._prices(offer.prices, dice))
        if "same-sku" in self and dice.random() < 0.1:
            again = replace(offer, id=stable_id("again", offer.id), inventory_level=0)
            return offer, again
        return (offer,)

    def _prices(self, prices: tuple[Price, ...], dice: random.Random) -> tuple[Price, ...]:
        if "no-prices" in self and dice.random() < 0.31:
            return ()
        if "mixed-currencies" in self and dice.random() < 0.2:
            return _in_two_currencies(prices)
        if "empty-currency" in self and dice.random() < 0.02:
            return tuple(replace(price, currency="") for price in prices)
        return prices


def unknown_quirks(names: Collection[str]) -> list[str]:
    """The names that are no quirk."""
    return sorted(set(names) - set(QUIRKS))


def _in_two_currencies(prices: Sequence[Price]) -> tuple[Price, ...]:
    """The ladder's USD prices with their like in EUR before each."""
    known = {(price.quantity, price.currency) for price in prices}
    more = [
        Price(p.quantity, round(p.price * _RATE, 4), "EUR")
        for p in prices
        if p.currency == "USD" and (p.quantity, "EUR") not in known
    ]
    return tuple(sorted((*prices, *more), key=lambda p: (p.quantity, p.currency)))


def _under(maker: Company, part: Part) -> Part:
    """The part as a listing of another maker, with one offer and no word of its life."""
    return replace(
        part,
        id=stable_id("part", maker.id, part.mpn),
        maker=maker,
        lifecycle=None,
        offers=tuple(replace(o, id=stable_id("wrong", maker.id, o.id)) for o in part.offers[:1]),
    )
