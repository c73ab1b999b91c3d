"""Which parts answer a question, in which order. Pure: a catalog and a question in, parts out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .catalog import Catalog
from .parts import Offer, Part
from .spelling import mpn_key, name_key


@dataclass(frozen=True, slots=True)
class Question:
    """One query of supMultiMatch. Empty texts count as absent."""

    mpn: str = ""
    sku: str = ""
    mpn_or_sku: str = ""
    manufacturer: str = ""
    seller: str = ""
    start: int = 0
    limit: int = 3
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What every part of a match must have."""

    require_authorized_sellers: bool = False
    require_stock_available: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question: `hits` in all, `parts` the page asked for."""

    hits: int
    parts: tuple[Part, ...]


def match(catalog: Catalog, question: Question, options: Options = Options()) -> Found:  # noqa: B008 - frozen
    """The parts that answer the question, the best first."""
    written = question.mpn or question.mpn_or_sku
    wanted = sorted(
        (part for part in _candidates(catalog, question) if _has(part, catalog, question, options)),
        key=lambda part: (*_spelling_rank(part, written), *_popularity_rank(part)),
    )
    return page(wanted, question.start, question.limit)


def search_mpn(catalog: Catalog, q: str) -> list[Part]:
    """The parts whose number begins like the text, the exact one first."""
    key = mpn_key(q)
    parts = list(catalog.with_mpn_from(key)) if key else []
    return sorted(
        parts, key=lambda p: (mpn_key(p.mpn) != key, *_spelling_rank(p, q), *_popularity_rank(p))
    )


def search(catalog: Catalog, q: str) -> list[Part]:
    """The parts that hold every word of the text in number, maker or description."""
    words = [word for word in map(name_key, q.split()) if word]
    key = mpn_key(q)
    parts = [part for part in catalog.parts() if all(word in _text(part) for word in words)]
    return sorted(parts, key=lambda p: (mpn_key(p.mpn) != key, *_popularity_rank(p)))


def page(parts: Sequence[Part], start: int, limit: int) -> Found:
    """The parts from `start` on, `limit` at most, and how many there are in all."""
    return Found(len(parts), tuple(parts[start : start + limit]))


def keeps(part: Part, catalog: Catalog, filters: Mapping[str, Any]) -> bool:
    """Whether a search's filters let the part through: attributes by shortname, and manufacturer_id.

    Filters that nobody knows are passed over; `distributor_id` is one of them, since it removes no
    parts (altium.com example queries, read 2026-11-20).
    """
    for name, wanted in filters.items():
        values = _texts(wanted)
        if name == "manufacturer_id" and part.maker.id not in values:
            return False
        if name == "lifecyclestatus" and not (part.lifecycle and part.lifecycle.status in values):
            return False
        if name in _shortnames(catalog) and values.isdisjoint(_spec_values(part, name)):
            return False
    return True


def _texts(wanted: Any) -> set[str]:
    """A filter's wanted value, or its list of them, as texts."""
    if isinstance(wanted, list):
        return set(map(str, wanted))  # pyright: ignore[reportUnknownArgumentType]
    return {str(wanted)}


def _shortnames(catalog: Catalog) -> set[str]:
    return {attribute.shortname for attribute in catalog.attributes} - {"lifecyclestatus"}


def _spec_values(part: Part, shortname: str) -> set[str]:
    specs = (spec for spec in part.specs if spec.attribute.shortname == shortname)
    return {value for spec in specs for value in (spec.value, spec.display_value)}


def _candidates(catalog: Catalog, question: Question) -> Iterable[Part]:
    """The parts that the numbers alone allow; none for a question without any number."""
    sets: list[dict[str, Part]] = []
    if question.mpn:
        sets.append(_by_id(catalog.with_mpn(mpn_key(question.mpn))))
    if question.sku:
        sets.append(_by_id(catalog.with_sku(mpn_key(question.sku))))
    if question.mpn_or_sku:
        key = mpn_key(question.mpn_or_sku)
        sets.append(_by_id((*catalog.with_mpn(key), *catalog.with_sku(key))))
    if not sets:
        return ()
    first, *others = sets
    return [part for part in first.values() if all(part.id in other for other in others)]


def _by_id(parts: Iterable[Part]) -> dict[str, Part]:
    return {part.id: part for part in parts}


def _has(part: Part, catalog: Catalog, question: Question, options: Options) -> bool:
    if question.manufacturer and part.maker.id not in catalog.makers.named(question.manufacturer):
        return False
    if question.seller and not any(_asked_offers(part, catalog, question)):
        return False
    if options.require_authorized_sellers and not any(o.is_authorized for o in part.offers):
        return False
    return not options.require_stock_available or any(o.has_stock for o in part.offers)


def _asked_offers(part: Part, catalog: Catalog, question: Question) -> Iterator[Offer]:
    """The asked seller's offers; of the asked stock number where there is one."""
    sellers, sku = catalog.sellers.named(question.seller), mpn_key(question.sku)
    for offer in part.offers:
        if offer.seller.id in sellers and sku in ("", mpn_key(offer.sku)):
            yield offer


def _spelling_rank(part: Part, written: str) -> tuple[bool, bool]:
    return part.mpn != written, part.mpn.casefold() != written.casefold()


def _popularity_rank(part: Part) -> tuple[int, int, str]:
    return -len(part.offers), -part.total_avail, part.id


def _text(part: Part) -> str:
    return name_key(f"{part.name} {' '.join(d.text for d in part.descriptions)}")
