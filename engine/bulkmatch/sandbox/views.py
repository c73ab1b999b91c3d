"""A catalog's parts as the schema shows them to one request.

Attributes are named as the schema's fields, in snake case; `binding` finds them by that name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from urllib.parse import quote

from .catalog import Catalog
from .offer_views import SITE, Asking, PriceView, SellerView, price_view, reached_prices
from .parts import Attribute, Category, Credited, Offer, Part, Price, Spec
from .specs import attribute_named
from .spelling import slug, stable_id


@dataclass(frozen=True, slots=True)
class CreditedView:
    """A description, picture or document with its source; fields of each that we do not know are null."""

    text: str
    url: str
    name: str
    credit_string: str
    credit_url: str = ""
    mime_type: str = ""
    page_count: int | None = None
    created_at: str | None = None


@dataclass(frozen=True, slots=True)
class CollectionView:
    """Documents of one kind."""

    name: str
    documents: tuple[CreditedView, ...]


@dataclass(frozen=True, slots=True)
class SeriesView:
    """The maker's series that a part belongs to."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class NoCadModels:
    """What the schema shows of a part without any drawing: catalogs hold none."""

    has_symbol: bool = False
    has_footprint: bool = False
    has3d_model: bool = False
    highest_level: int = 0
    viewer_download_url: str | None = None
    models: tuple[()] = ()


class CategoryView:
    """A node of the tree, with its neighbours. Computed when asked for."""

    def __init__(self, category: Category, catalog: Catalog) -> None:
        self._category, self._catalog = category, catalog
        self.id, self.parent_id, self.name = category.id, category.parent_id or "0", category.name

    def __repr__(self) -> str:
        return f"CategoryView({self.path})"

    @property
    def path(self) -> str:
        """Slugs from the root on."""
        return "/" + "/".join(slug(name) for name in self._category.path)

    @property
    def ancestors(self) -> list["CategoryView"]:
        """The nodes above, the root first."""
        above: list[CategoryView] = []
        category = self._catalog.categories.get(self._category.parent_id)
        while category is not None:
            above.insert(0, CategoryView(category, self._catalog))
            category = self._catalog.categories.get(category.parent_id)
        return above

    @property
    def children(self) -> list["CategoryView"]:
        """The nodes right below."""
        every = self._catalog.categories.values()
        return [CategoryView(c, self._catalog) for c in every if c.parent_id == self.id]

    @property
    def relevant_attributes(self) -> list[Attribute]:
        """The attributes that the node's parts carry."""
        return self._catalog.attributes_below(self._category)

    @property
    def num_parts(self) -> int:
        """Parts in this node and below it."""
        return self._catalog.parts_below(self._category)


class PartView:
    """One part, as one request sees it."""

    generic_mpn = ""
    aka_mpns: tuple[str, ...] = ()
    reference_designs: tuple[()] = ()
    similar_parts: tuple[()] = ()
    sim_models: tuple[()] = ()
    cad: None = None
    cad_request_url: None = None
    cad_models = NoCadModels()
    counts: Mapping[str, int] = {}

    def __init__(self, part: Part, asking: Asking) -> None:
        self._part, self._asking = part, asking
        self.id, self.mpn, self.name = part.id, part.mpn, part.name
        self.manufacturer = part.maker
        self.manufacturer_url, self.free_sample_url = part.manufacturer_url, part.free_sample_url
        self.short_description = part.short_description

    def __repr__(self) -> str:
        return f"PartView({self.name})"

    @property
    def slug(self) -> str:
        """The old kind of address: number, maker and id."""
        return f"/{slug(self.mpn)}-{self._part.maker.slug}-{self.id}"

    @property
    def octopart_url(self) -> str:
        """The new kind of address: maker and number. It leads nowhere."""
        return f"{SITE}/part/{self._part.maker.slug}/{quote(self.mpn, safe='')}"

    @property
    def descriptions(self) -> list[CreditedView]:
        """All descriptions, each with its seller."""
        return [_credited(d, "") for d in self._part.descriptions]

    @property
    def images(self) -> list[CreditedView]:
        """All pictures."""
        return [_credited(i, "image") for i in self._part.images]

    @property
    def best_image(self) -> CreditedView | None:
        """The first picture."""
        return next(iter(self.images), None)

    @property
    def document_collections(self) -> list[CollectionView]:
        """The datasheets, as the one kind of document that there is."""
        sheets = tuple(_credited(d, "Datasheet") for d in self._part.datasheets)
        return [CollectionView("Datasheets", sheets)] if sheets else []

    @property
    def best_datasheet(self) -> CreditedView | None:
        """The first datasheet."""
        return next((_credited(d, "Datasheet") for d in self._part.datasheets), None)

    @property
    def category(self) -> CategoryView | None:
        """Where the part stands in the tree."""
        category = self._part.category
        return CategoryView(category, self._asking.catalog) if category else None

    @property
    def series(self) -> SeriesView | None:
        """The maker's series."""
        name = self._part.series
        maker = self._part.maker
        return (
            SeriesView(stable_id("series", maker.id, name), name, f"{SITE}/s/{slug(name)}")
            if name
            else None
        )

    @cached_property
    def specs(self) -> list[Spec]:
        """Technical values, then the lifecycle in the API's word and in the maker's own."""
        return [*self._part.specs, *self._lifecycle_specs()]

    @property
    def total_avail(self) -> int:
        """Stock over sellers that are no brokers."""
        return self._part.total_avail

    @property
    def avg_avail(self) -> float:
        """The same number: a catalog knows but one day."""
        return float(self._part.total_avail)

    @property
    def estimated_factory_lead_days(self) -> int | None:
        """The shortest lead time that a seller states."""
        days = (offer.factory_lead_days for offer in self._part.offers)
        return min((d for d in days if d is not None), default=None)

    @property
    def median_price1000(self) -> PriceView | None:
        """The median of what 1000 pieces cost: known in USD, converted."""
        prices = [
            price.price
            for offer in self._part.offers
            for price in reached_prices(offer.prices, 1_000)
            if price.currency == "USD"
        ]
        return (
            price_view(Price(1_000, median(prices), "USD"), self._asking.currency)
            if prices
            else None
        )

    def sellers(self) -> list[SellerView]:
        """Who sells the part, brokers too, the authorised ones first."""
        by_seller: dict[str, list[Offer]] = {}
        for offer in self._part.offers:
            by_seller.setdefault(offer.seller.id, []).append(offer)
        views = [SellerView(o[0].seller, o, self._asking) for o in by_seller.values()]
        return sorted(views, key=lambda seller: not seller.is_authorized)

    def _lifecycle_specs(self) -> Iterable[Spec]:
        life = self._part.lifecycle
        if life is None:
            return
        for attribute, word in (
            ("lifecyclestatus", life.status),
            ("manufacturerlifecyclestatus", life.raw),
        ):
            if word is not None:
                shown = word if self._asking.is_plain else life.shown(word, self._asking.today)
                yield Spec(attribute_named(attribute), word, shown)


def _credited(credited: Credited, name: str) -> CreditedView:
    kind = "application/pdf" if name == "Datasheet" else ""
    return CreditedView(credited.text, credited.text, name, credited.credit, mime_type=kind)
