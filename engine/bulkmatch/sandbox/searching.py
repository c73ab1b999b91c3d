"""Which parts a search finds, in which order. Listed parts are opened only when it must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any, Final

from .catalog import Catalog
from .json_nodes import list_of
from .matching import spelling_rank
from .offer_views import reached_prices
from .parts import Part
from .shelf import Listed
from .spelling import mpn_key


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks. `sort` is an attribute's shortname, or one of the names below."""

    q: str
    start: int
    limit: int
    sort: str = ""
    is_descending: bool = False
    in_stock_only: bool = False
    has_datasheet_only: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def wants_parts(self) -> bool:
        """Whether every part that is found has to be looked into."""
        return bool(self.sort or self.in_stock_only or self.has_datasheet_only or self.filters)


@dataclass(frozen=True, slots=True)
class Applied:
    """A filter that a search took into account."""

    shortname: str
    name: str
    values: tuple[str, ...]
    display_values: tuple[str, ...]
    units_symbol: str | None = None


def found_by_mpn(search: Search, catalog: Catalog) -> tuple[int, list[Part]]:
    """Hits and the page of parts whose number begins like the text, the exact one first."""
    key = mpn_key(search.q)
    listed = sorted(
        catalog.listed_from(key),
        key=lambda p: (p.key != key, *spelling_rank(p.mpn, search.q), -p.offers, -p.avail, p.id),
    )
    return _page(search, listed, catalog)


def found_by(search: Search, catalog: Catalog) -> tuple[int, list[Part]]:
    """Hits and the page of parts that hold every word in number, maker or description."""
    key = mpn_key(search.q)
    listed = sorted(
        catalog.listed_with(search.q), key=lambda p: (p.key != key, -p.offers, -p.avail, p.id)
    )
    return _page(search, listed, catalog)


def _page(search: Search, listed: list[Listed], catalog: Catalog) -> tuple[int, list[Part]]:
    end = search.start + search.limit
    if not search.wants_parts:
        return len(listed), [catalog.open(part) for part in listed[search.start : end]]
    parts = [part for part in map(catalog.open, listed) if _passes(part, search, catalog)]
    ordered = _sorted(parts, search)
    return len(ordered), ordered[search.start : end]


def _passes(part: Part, search: Search, catalog: Catalog) -> bool:
    if search.in_stock_only and not any(offer.has_stock for offer in part.offers):
        return False
    if search.has_datasheet_only and not part.datasheets:
        return False
    return keeps(part, catalog, search.filters)


def keeps(part: Part, catalog: Catalog, filters: Mapping[str, Any]) -> bool:
    """Whether a search's filters let the part through: attributes by shortname, and manufacturer_id.

    Filters that nobody knows are passed over; `distributor_id` is one of them, since it removes no
    parts (altium.com example queries, read 2026-11-20).
    """
    for name, wanted in filters.items():
        values = set(_texts(wanted))
        if name == "manufacturer_id" and part.maker.id not in values:
            return False
        if name == "lifecyclestatus":
            if not (part.lifecycle and part.lifecycle.status in values):
                return False
        elif name in catalog.shortnames and values.isdisjoint(_spec_values(part, name)):
            return False
    return True


def applied_filters(filters: Mapping[str, Any], catalog: Catalog) -> tuple[Applied, ...]:
    """The filters that are those of attributes."""
    names = {attribute.shortname: attribute.name for attribute in catalog.attributes}
    return tuple(
        Applied(name, names[name], values, values)
        for name, wanted in filters.items()
        if name in names and (values := tuple(_texts(wanted)))
    )


def _texts(wanted: Any) -> list[str]:
    """A filter's wanted value, or its list of them, as texts."""
    return [str(value) for value in list_of(wanted) or [wanted]]


def _spec_values(part: Part, shortname: str) -> set[str]:
    specs = (spec for spec in part.specs if spec.attribute.shortname == shortname)
    return {value for spec in specs for value in (spec.value, spec.display_value)}


def _sorted(parts: list[Part], search: Search) -> list[Part]:
    """By the wanted value; the others keep their order, and parts without it stand last."""
    if not search.sort:
        return parts
    told = [(_sort_value(part, search.sort), part) for part in parts]
    with_value = [pair for pair in told if pair[0] is not None]
    with_value.sort(key=lambda pair: _sort_key(pair[0]), reverse=search.is_descending)
    return [p for _, p in with_value] + [p for value, p in told if value is None]


def _sort_value(part: Part, name: str) -> Any:
    read = _SORTS.get(name)
    return read(part) if read else _spec_number(part, name)


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Numbers before texts, so that all values of an attribute can be compared."""
    return isinstance(value, str), value


def _spec_number(part: Part, shortname: str) -> Decimal | str | None:
    for spec in part.specs:
        if spec.attribute.shortname == shortname:
            try:
                number = Decimal(spec.si_value or spec.value)
            except InvalidOperation:
                return spec.value.casefold()
            return number if number.is_finite() else spec.value
    return None


def _price_at_1000(part: Part) -> Any:
    prices = [
        price.price
        for offer in part.offers
        for price in reached_prices(offer.prices, 1_000)
        if price.currency == "USD"
    ]
    return median(prices) if prices else None


_SORTS: Final[Mapping[str, Callable[[Part], Any]]] = {
    "mpn": lambda part: part.mpn.casefold(),
    "manufacturer": lambda part: part.maker.name.casefold(),
    "total_avail": lambda part: part.total_avail,
    "median_price_1000": _price_at_1000,
}
