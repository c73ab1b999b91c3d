"""The values a catalog is made of. No files, no GraphQL; field names follow the schema's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class Company:
    """A maker or a seller."""

    id: str
    name: str
    aliases: tuple[str, ...]
    slug: str
    homepage_url: str | None = None
    display_flag: str | None = None
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a spec is about. `shortname` is what filters take."""

    id: str
    shortname: str
    name: str
    group: str
    value_type: str = "text"
    units_name: str = ""
    units_symbol: str = ""

    @property
    def short_displayname(self) -> str:
        """The name, where there is little room."""
        return self.name


@dataclass(frozen=True, slots=True)
class Spec:
    """One value of one attribute; `si_value` is in base units, empty for text."""

    attribute: Attribute
    value: str
    display_value: str
    si_value: str = ""
    value_type: str = "text"
    units: str = ""
    units_name: str = ""
    units_symbol: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A node in the tree; `path` holds the names from the root on, its own last."""

    id: str
    parent_id: str
    name: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one piece from `quantity` pieces on; `currency` as ISO 4217."""

    quantity: int
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One stock number of one seller. `inventory_level` below zero is a code, -1 to -4."""

    id: str
    seller: Company
    sku: str
    url: str
    inventory_level: int
    prices: tuple[Price, ...]
    is_authorized: bool
    is_broker: bool
    eligible_region: str | None = None
    packaging: str | None = None
    moq: int | None = None
    order_multiple: int | None = None
    factory_lead_days: int | None = None
    factory_pack_quantity: int | None = None
    on_order_quantity: int | None = None
    multipack_quantity: int | None = None

    @property
    def has_stock(self) -> bool:
        """Whether pieces are there: a known number, or the code for "in stock"."""
        return self.inventory_level > 0 or self.inventory_level == -2


@dataclass(frozen=True, slots=True)
class Credited:
    """A text or an address, with the one who gave it."""

    text: str
    credit: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one maker, with all that the files said of it.

    `recorded` is what a recorded answer held, field by field; None for a part of a feed.
    """

    id: str
    mpn: str
    maker: Company
    descriptions: tuple[Credited, ...]
    specs: tuple[Spec, ...]
    lifecycle: Lifecycle | None
    category: Category | None
    series: str | None
    datasheets: tuple[Credited, ...]
    images: tuple[Credited, ...]
    manufacturer_url: str | None
    free_sample_url: str | None
    offers: tuple[Offer, ...]
    recorded: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Maker and part number in one text."""
        return f"{self.maker.name} {self.mpn}"

    @property
    def short_description(self) -> str:
        """The first description, or nothing."""
        return self.descriptions[0].text if self.descriptions else ""

    @property
    def total_avail(self) -> int:
        """Stock over sellers that are no brokers; 1 where brokers alone have any (A:101000525138)."""
        told = (self.recorded or {}).get("totalAvail")
        if isinstance(told, int):
            return told
        regular = sum(max(o.inventory_level, 0) for o in self.offers if not o.is_broker)
        return regular or int(any(o.inventory_level > 0 for o in self.offers))
