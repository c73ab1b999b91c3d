"""Builds a catalog from feeds. Several rows of one maker and part number are several offers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

from .catalog import MemoryCatalog
from .companies import Namer, maker_aliases
from .datafeed import FeedLine, read_feed
from .lifecycle import Lifecycle
from .parts import Attribute, Category, Company, Credited, Offer, Part, Spec
from .specs import attributes_of, known_attributes
from .spelling import stable_id

_QUANTITY_CODES = range(-4, 0)
_UNKNOWN_STOCK = -3


def load_catalog(paths: Sequence[Path] = ()) -> MemoryCatalog:
    """The catalog of these feeds together; without any, the packaged sample catalog.

    Raises `FeedError` with file and line for the first row that cannot be understood.
    """
    if not paths:
        packaged = files("bulkmatch.sandbox").joinpath("sample_catalog.csv")
        with as_file(packaged) as sample:
            return _load((sample,))
    return _load(paths)


def _load(paths: Sequence[Path]) -> MemoryCatalog:
    shelf = _Shelf()
    for path in paths:
        for line in read_feed(path):
            shelf.put(line)
    return shelf.catalog(_digest(paths))


def _digest(paths: Sequence[Path]) -> str:
    digest = sha256()
    for path in paths:
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@dataclass(slots=True)
class _Draft:
    """A part while its rows come in. The first row to say something is believed."""

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

    def learn(self, line: FeedLine, credit: str) -> None:
        """Take from a row what is not yet known."""
        if text := line.text("description"):
            self.descriptions.setdefault(text, Credited(text, credit))
        said = attributes_of(line)
        for spec in said.specs:
            self.specs.setdefault(spec.attribute.id, spec)
        for url in line.texts("datasheet-url"):
            self.datasheets.setdefault(url, Credited(url, credit))
        for url in line.texts("image-url"):
            self.images.setdefault(url, Credited(url, credit))
        self.lifecycle = _newer(self.lifecycle, said.lifecycle)
        self.series = self.series or said.series
        self.manufacturer_url = self.manufacturer_url or line.text("manufacturer-url")
        self.free_sample_url = self.free_sample_url or line.text("freesample-url")


class _Shelf:
    """All that was read so far."""

    def __init__(self) -> None:
        self._makers = Namer("maker", maker_aliases())
        self._sellers = Namer("seller")
        self._drafts: dict[tuple[str, str], _Draft] = {}
        self._categories: dict[str, Category] = {}

    def __repr__(self) -> str:
        return f"_Shelf({len(self._drafts)} parts)"

    def put(self, line: FeedLine) -> None:
        """Take in one row."""
        maker_id, mpn = self._makers.id_of(line.cells["manufacturer"]), line.cells["mpn"]
        draft = self._drafts.setdefault((maker_id, mpn), _Draft(mpn, maker_id))
        seller = line.text("seller") or seller_from_file(line.file)
        draft.learn(line, seller)
        draft.category_id = draft.category_id or self._category(line.text("category") or "")
        if line.text("sku"):
            draft.lines.append((self._sellers.id_of(seller), line))

    def catalog(self, digest: str) -> MemoryCatalog:
        """The catalog of all rows taken in."""
        makers, sellers = self._makers.companies(), self._sellers.companies()
        parts = [
            _part(draft, makers[draft.maker_id], sellers, self._categories)
            for draft in self._drafts.values()
        ]
        return MemoryCatalog(
            parts,
            digest=digest,
            makers=self._makers.book(),
            sellers=self._sellers.book(),
            categories=self._categories,
            attributes=_attributes(parts),
        )

    def _category(self, text: str) -> str | None:
        parent = ""
        path: tuple[str, ...] = ()
        for name in filter(None, (piece.strip() for piece in text.split(">>"))):
            path = (*path, name)
            category_id = stable_id("category", *path)
            self._categories.setdefault(category_id, Category(category_id, parent, name, path))
            parent = category_id
        return parent or None


def seller_from_file(file: Path) -> str:
    """The seller that a file's name tells: `arrow-electronics__2026.csv` is Arrow Electronics."""
    return file.stem.partition("__")[0].replace("-", " ").replace("_", " ").title()


def _part(
    draft: _Draft,
    maker: Company,
    sellers: Mapping[str, Company],
    categories: Mapping[str, Category],
) -> Part:
    return Part(
        id=stable_id("part", maker.id, draft.mpn),
        mpn=draft.mpn,
        maker=maker,
        descriptions=tuple(draft.descriptions.values()),
        specs=tuple(draft.specs.values()),
        lifecycle=draft.lifecycle,
        category=categories[draft.category_id] if draft.category_id else None,
        series=draft.series,
        datasheets=tuple(draft.datasheets.values()),
        images=tuple(draft.images.values()),
        manufacturer_url=draft.manufacturer_url,
        free_sample_url=draft.free_sample_url,
        offers=tuple(
            _offer(line, sellers[seller_id], draft, number)
            for number, (seller_id, line) in enumerate(draft.lines)
        ),
    )


def _offer(line: FeedLine, seller: Company, draft: _Draft, number: int) -> Offer:
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


def _attributes(parts: Iterable[Part]) -> Sequence[Attribute]:
    found = {attribute.id: attribute for attribute in known_attributes().values()}
    for part in parts:
        for spec in part.specs:
            found.setdefault(spec.attribute.id, spec.attribute)
    return tuple(found.values())
