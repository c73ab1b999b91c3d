"""Which parts answer a question, in which order. Pure: a catalog and a question in, parts out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .catalog import Catalog
from .parts import Offer, Part
from .recordings import question_text
from .spelling import mpn_key, sku_key


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

    @property
    def are_any(self) -> bool:
        """Whether anything is demanded."""
        return self.require_authorized_sellers or self.require_stock_available


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a question: `hits` in all, `parts` the page asked for."""

    hits: int
    parts: tuple[Part, ...]


def match(catalog: Catalog, question: Question, options: Options = Options()) -> Found:  # noqa: B008 - frozen
    """The parts that answer the question, the best first; as it was recorded, if it was."""
    if not options.are_any and (recorded := _recorded(catalog, question)):
        return recorded
    return match_by_rules(catalog, question, options)


def match_by_rules(
    catalog: Catalog,
    question: Question,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Found:
    """The same, whatever was recorded."""
    written = question.mpn or question.mpn_or_sku
    wanted = sorted(
        (part for part in _candidates(catalog, question) if _has(part, catalog, question, options)),
        key=lambda part: (*spelling_rank(part.mpn, written), *_popularity_rank(part)),
    )
    return page(wanted, question.start, question.limit)


def _recorded(catalog: Catalog, question: Question) -> Found | None:
    """The recorded answer to the very question: it may know of more hits than of parts."""
    asked = [
        (kind, number)
        for kind, number in (
            ("mpn", question.mpn),
            ("sku", question.sku),
            ("mpn_or_sku", question.mpn_or_sku),
        )
        if number
    ]
    if len(asked) != 1:
        return None
    ((kind, number),) = asked
    if (kind != "sku" and question.seller) or (kind == "sku" and question.manufacturer):
        return None
    company = question.seller if kind == "sku" else question.manufacturer
    told = catalog.recorded_answer(question_text(kind, number, company), question.reference)
    if told is None:
        return None
    return Found(told.hits, page(told.parts, question.start, question.limit).parts)


def page(parts: Sequence[Part], start: int, limit: int) -> Found:
    """The parts from `start` on, `limit` at most, and how many there are in all."""
    return Found(len(parts), tuple(parts[start : start + limit]))


def _candidates(catalog: Catalog, question: Question) -> Iterable[Part]:
    """The parts that the numbers alone allow; none for a question without any number."""
    sets: list[dict[str, Part]] = []
    if question.mpn:
        sets.append(_by_id(catalog.with_mpn(mpn_key(question.mpn))))
    if question.sku:
        sets.append(_by_id(catalog.with_sku(question.sku)))
    if question.mpn_or_sku:
        either = question.mpn_or_sku
        sets.append(_by_id((*catalog.with_mpn(mpn_key(either)), *catalog.with_sku(either))))
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
    sellers, sku = catalog.sellers.named(question.seller), sku_key(question.sku)
    for offer in part.offers:
        if offer.seller.id in sellers and sku in ("", sku_key(offer.sku)):
            yield offer


def spelling_rank(mpn: str, written: str) -> tuple[bool, bool]:
    return mpn != written, mpn.casefold() != written.casefold()


def _popularity_rank(part: Part) -> tuple[int, int, str]:
    return -len(part.offers), -part.total_avail, part.id
