"""A catalog's offers as the schema shows them to one request: converted prices, fresh links.

Attributes are named as the schema's fields, in snake case; `binding` finds them by that name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from .catalog import Catalog
from .parts import Company, Offer, Price
from .rates import converted, rate

SITE = "https://octopart.example.com"


@dataclass(frozen=True, slots=True)
class Asking:
    """What the request said that all its parts depend on. `currency` has a known rate.

    `is_plain`: values are shown without the API's remarks on their age. Links are made of
    `request_id`, so that they differ from answer to answer.
    """

    catalog: Catalog
    currency: str
    country: str
    today: date
    request_id: str
    is_plain: bool = False
    organizations: tuple[object, ...] = ()


class PriceView(NamedTuple):
    """A price in its own currency and in the one asked for."""

    quantity: int
    price: float
    currency: str
    converted_price: float
    converted_currency: str
    conversion_rate: float


class OfferView:
    """One offer, as one request sees it."""

    is_custom_pricing = False

    def __init__(
        self, offer: Offer, asking: Asking, price_breaks: Sequence[int] | None = None
    ) -> None:
        self._offer, self._asking, self._price_breaks = offer, asking, price_breaks
        self.id, self.sku, self.packaging = offer.id, offer.sku, offer.packaging
        self.inventory_level, self.moq = offer.inventory_level, offer.moq
        self.order_multiple, self.factory_lead_days = offer.order_multiple, offer.factory_lead_days
        self.eligible_region, self.on_order_quantity = (
            offer.eligible_region,
            offer.on_order_quantity,
        )
        self.factory_pack_quantity = offer.factory_pack_quantity
        self.multipack_quantity = offer.multipack_quantity

    def __repr__(self) -> str:
        return f"OfferView({self._offer.seller.name}, {self.sku})"

    @property
    def prices(self) -> list[PriceView]:
        """The price ladder; of the quantities asked for alone, where any were named."""
        return [price_view(price, self._asking.currency) for price in self._wanted_prices()]

    @property
    def click_url(self) -> str:
        """Another text in every answer, as the API's signed redirects are."""
        text = f"{self._asking.request_id}/{self.id}"
        return f"{SITE}/click?t={blake2b(text.encode(), digest_size=24).hexdigest()}"

    @property
    def updated(self) -> str:
        """The last midnight: the API says of its figures "updated daily" (A:101000436377)."""
        return f"{self._asking.today.isoformat()}T00:00:00Z"

    def _wanted_prices(self) -> Iterable[Price]:
        if self._price_breaks is None:
            return self._offer.prices
        return [
            Price(quantity, price.price, price.currency)
            for quantity in self._price_breaks
            for price in reached_prices(self._offer.prices, quantity)
        ]


class SellerView:
    """One seller of a part, with its offers."""

    ships_to_countries: tuple[()] = ()
    country: str | None = None

    def __init__(self, company: Company, offers: Sequence[Offer], asking: Asking) -> None:
        self.company, self._offers, self._asking = company, tuple(offers), asking
        self.is_authorized = any(offer.is_authorized for offer in offers) or not offers
        self.is_broker = any(offer.is_broker for offer in offers)
        self.is_rfq = bool(offers) and all(offer.inventory_level == -4 for offer in offers)

    def __repr__(self) -> str:
        return f"SellerView({self.company.name}, {len(self._offers)} offers)"

    def offers(self, price_breaks: Sequence[int] | None = None) -> list[OfferView]:
        """The offers, in the file's order."""
        return [OfferView(offer, self._asking, price_breaks) for offer in self._offers]


def reached_prices(prices: Sequence[Price], quantity: int) -> list[Price]:
    """The price that holds at a quantity, for each currency that has one."""
    best: dict[str, Price] = {}
    for price in prices:
        if price.quantity <= quantity:
            best[price.currency] = price
    return list(best.values())


def price_view(price: Price, currency: str) -> PriceView:
    conversion_rate = rate(price.currency, currency)
    return PriceView(
        price.quantity,
        float(price.price),
        price.currency,
        converted(price.price, conversion_rate),
        currency,
        conversion_rate,
    )
