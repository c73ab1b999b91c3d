"""What the engine needs of a part, and the plain facts that outputs show of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable


class MakerLike(Protocol):
    """A maker as the generated fragments have it."""

    @property
    def name(self) -> str: ...


class PartLike(Protocol):
    """All that the engine asks of a part type; every generated part fragment has it."""

    @property
    def id(self) -> str: ...
    @property
    def mpn(self) -> str: ...
    @property
    def manufacturer(self) -> MakerLike: ...


@runtime_checkable
class OtherwiseNumbered(Protocol):
    """A part that tells its other numbers: all profiles of ours do, a profile of your own may not.

    `aka_mpns` are other part numbers of the same part; `generic_mpn` is its number without the
    letters for packing and the like, often empty.
    """

    @property
    def aka_mpns(self) -> Sequence[str] | None: ...
    @property
    def generic_mpn(self) -> str | None: ...


class OfferLike(Protocol):
    """An offer, as far as stock numbers go."""

    @property
    def sku(self) -> str | None: ...


class SellerLike(Protocol):
    """A seller of a part with its offers."""

    @property
    def company(self) -> MakerLike | None: ...
    @property
    def offers(self) -> Sequence[OfferLike] | None: ...


@runtime_checkable
class Sold(Protocol):
    """A part that tells who sells it."""

    @property
    def sellers(self) -> Sequence[SellerLike] | None: ...


class Lifecycle(StrEnum):
    """The words of attribute 910, `lifecyclestatus`, and the two ways of not knowing.

    Source: Nexar support, article 101000434626, read 2026-11-20.
    """

    NEW = "New"
    PRODUCTION = "Production"
    NRND = "NRND"
    EOL = "EOL"
    OBSOLETE = "Obsolete"
    UNKNOWN = "unknown"
    NOT_ENTITLED = "not in plan"


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """A unit price from `quantity` pieces on, as the seller states it.

    `converted` is the same price in `converted_currency`, as the API converted it.
    """

    quantity: int
    price: Decimal
    currency: str
    converted: Decimal | None = None
    converted_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One seller's offer of one part.

    `stock` is a count of pieces, or a code: -1 non-stocked, -2 in stock (amount unknown),
    -3 unknown, -4 ask for a quote; None where the answer has none.
    Source: Octopart datafeed format, `quantity`, read 2026-11-20.
    """

    seller: str
    sku: str
    stock: int | None
    is_authorized: bool
    is_broker: bool
    moq: int | None = None
    order_multiple: int | None = None
    packaging: str | None = None
    lead_days: int | None = None
    prices: tuple[PriceBreak, ...] = ()


@dataclass(frozen=True, slots=True)
class PartFacts:
    """The facts of a part that outputs show, read off any profile's fragment.

    `lead_days` is the maker's estimated lead time in days. A field that the plan does not include
    is named in `not_entitled` and is neither unknown nor missing. `maker_word` is the maker's own
    word for the lifecycle, `lifecycle_age_days` how long ago its source says that it was seen.
    `similar_count` is None where similar parts were not asked for.
    """

    mpn: str
    manufacturer: str
    lifecycle: Lifecycle
    description: str = ""
    octopart_url: str | None = None
    datasheet_url: str | None = None
    lead_days: int | None = None
    total_available: int | None = None
    rohs: str | None = None
    offers: tuple[Offer, ...] = ()
    not_entitled: frozenset[str] = frozenset()
    maker_word: str | None = None
    lifecycle_age_days: int | None = None
    reach: str | None = None
    category: str = ""
    similar_count: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPrice:
    """The best unit price for a quantity, with the offer that gives it."""

    unit: Decimal
    currency: str
    seller: str
    quantity: int
