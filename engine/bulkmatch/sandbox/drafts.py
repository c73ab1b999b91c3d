"""A part of a feed while its rows come in, and the part that they make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .datafeed import FeedLine
from .lifecycle import Lifecycle
from .parts import Category, Company, Credited, Offer, Part, Spec
from .specs import attributes_of
from .spelling import stable_id

_QUANTITY_CODES = range(-4, 0)
_UNKNOWN_STOCK = -3


@dataclass(slots=True)
class Draft:
    """What the rows of one part say. The first row to say something is believed."""

    mpn: str
    maker_id: str
    descriptions: dict[str, Credited] = field(default_factory=dict[str, Credited])
    specs: dict[str, Spec] = field(default_factory=dict[str, Spec])
    lifecycle: Lifecycle | None = None
    category_id: str | None = None
    series: str | None = None
    datasheets: dict[str, Credited] = field(default_factory=dict[str, Credited])
    images: dict[str, Credited] = field(default_factory=dict[str, Credited])
    manufacturer_url: str | None = None
    free_sample_url: str | None = None
    lines: list[tuple[str, FeedLine]] = field(default_factory=list[tuple[str, FeedLine]])

    def learn(self, line: FeedLine, seller: str, *, category_id: str | None) -> None:
        """Take from a seller's row what is not yet known."""
        if text := line.text("description"):
            self.descriptions.setdefault(text, Credited(text, seller))
        said = attributes_of(line)
        for spec in said.specs:
            self.specs.setdefault(spec.attribute.id, spec)
        for url in line.texts("datasheet-url"):
            self.datasheets.setdefault(url, Credited(url, seller))
        for url in line.texts("image-url"):
            self.images.setdefault(url, Credited(url, seller))
        self.lifecycle = _newer(self.lifecycle, said.lifecycle)
        self.series = self.series or said.series
        self.category_id = self.category_id or category_id
        self.manufacturer_url = self.manufacturer_url or line.text("manufacturer-url")
        self.free_sample_url = self.free_sample_url or line.text("freesample-url")
        if line.text("sku"):
            self.lines.append((seller, line))


@dataclass(frozen=True, slots=True)
class Drawer:
    """Makes parts of drafts. `seller_id` gives the id of a seller's name, whatever its spelling."""

    makers: Mapping[str, Company]
    sellers: Mapping[str, Company]
    seller_id: Callable[[str], str]
    categories: Mapping[str, Category]

    def part(self, draft: Draft) -> Part:
        """The part of all rows learnt."""
        maker = self.makers[draft.maker_id]
        return Part(
            id=stable_id("part", maker.id, draft.mpn),
            mpn=draft.mpn,
            maker=maker,
            descriptions=tuple(draft.descriptions.values()),
            specs=tuple(draft.specs.values()),
            lifecycle=draft.lifecycle,
            category=self.categories[draft.category_id] if draft.category_id else None,
            series=draft.series,
            datasheets=tuple(draft.datasheets.values()),
            images=tuple(draft.images.values()),
            manufacturer_url=draft.manufacturer_url,
            free_sample_url=draft.free_sample_url,
            offers=tuple(
                _offer(line, self.sellers[self.seller_id(seller)], draft, number)
                for number, (seller, line) in enumerate(draft.lines)
            ),
        )


def _offer(line: FeedLine, seller: Company, draft: Draft, number: int) -> Offer:
    is_broker = line.flag("broker", default=False)
    sku = line.cells["sku"]
    return Offer(
        id=stable_id("offer", seller.id, draft.maker_id, draft.mpn, sku, str(number)),
        seller=seller,
        sku=sku,
        url=line.text("distributor-url") or "",
        inventory_level=_inventory_level(line),
        prices=line.prices(),
        is_authorized=line.flag("authorized", default=not is_broker),
        is_broker=is_broker,
        eligible_region=line.text("eligible-region"),
        packaging=line.text("packaging"),
        moq=line.whole("moq"),
        order_multiple=line.whole("order-multiple"),
        factory_lead_days=line.whole("factory-lead-days"),
        factory_pack_quantity=line.whole("factory-pack-quantity"),
        on_order_quantity=line.whole("on-order-quantity"),
        multipack_quantity=line.pieces("multipack-quantity"),
    )


def _inventory_level(line: FeedLine) -> int:
    level = line.whole("quantity")
    if level is None:
        return _UNKNOWN_STOCK
    if level < 0 and level not in _QUANTITY_CODES:
        raise line.error(f"quantity wants a number or one of the codes -1 to -4, was {level}")
    return level


def _newer(known: Lifecycle | None, said: Lifecycle | None) -> Lifecycle | None:
    """The one observed later; an undated one never replaces what is known."""
    if known is None or said is None:
        return known or said
    if said.observed_on and (known.observed_on is None or said.observed_on > known.observed_on):
        return said
    return known
