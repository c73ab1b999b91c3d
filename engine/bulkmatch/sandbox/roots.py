"""What each field of `Query` asks, what is wrong with it, and what answers it.

A document is read, checked and charged as a whole before any of it is executed; execution then
only picks the values that were made here. Arguments arrive in snake case (see `binding`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from .matching import Options, Question, match
from .offer_views import Asking
from .parts import Company, Part
from .recorded_views import RecordedPart, part_view
from .searching import Applied, Search, applied_filters, found_by, found_by_mpn
from .settings import SUPPLY_SCOPE, USER_SCOPE
from .spelling import mpn_key
from .views import CategoryView, PartView

Arguments = Mapping[str, Any]
_START, _LIMIT = range(1_001), range(101)  # A:101000460513, read 2026-11-20
_DEFAULT_SEARCH_LIMIT = 10  # A:101000434614, read 2026-11-20
_SUGGESTIONS = 10


@dataclass(frozen=True, slots=True)
class RootAnswer:
    """The value of one field of `Query`, and how many parts it returns."""

    value: Any
    parts: int = 0


@dataclass(frozen=True, slots=True)
class MatchView:
    """The answer to one query of a match. `error` has never been seen set."""

    reference: str | None
    hits: int
    parts: Sequence[PartView | RecordedPart]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ResultView:
    """One hit of a search."""

    part: PartView | RecordedPart
    description: str
    aka_mpn: str | None = None


@dataclass(frozen=True, slots=True)
class ResultSetView:
    """What a search found; `results` is null when nothing matched."""

    hits: int
    results: list[ResultView] | None
    warnings: tuple[str, ...] | None = None
    applied_category: None = None
    applied_filters: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """One completion."""

    text: str
    in_manufacturer_name: str
    in_category_name: str
    in_category_id: str
    in_part_id: str


def answer_multi_match(arguments: Arguments, asking: Asking) -> RootAnswer:
    """One answer for each query, in the order of the queries."""
    options: Arguments = arguments.get("options") or {}
    wants = Options(
        bool(options.get("require_authorized_sellers")),
        bool(options.get("require_stock_available")),
    )
    answers = [_match(query, wants, asking) for query in arguments["queries"]]
    return RootAnswer(answers, sum(len(answer.parts) for answer in answers))


def _match(query: Mapping[str, Any], options: Options, asking: Asking) -> MatchView:
    known = {name: value for name, value in query.items() if value is not None}
    question = Question(**known)
    found = match(asking.catalog, question, options)
    return MatchView(question.reference, found.hits, _views(found.parts, asking))


def answer_parts(arguments: Arguments, asking: Asking) -> RootAnswer:
    """The parts of these ids, in their order; null where an id is unknown."""
    parts = [asking.catalog.part(part_id) for part_id in arguments["ids"]]
    views = [part_view(part, asking) if part else None for part in parts]
    return RootAnswer(views, sum(view is not None for view in views))


@dataclass(frozen=True, slots=True)
class OfferOfPartView:
    """One offer, asked for by its id."""

    part_id: str
    seller_id: str
    offer: Any


def answer_part_offers(arguments: Arguments, asking: Asking) -> RootAnswer:
    """The offers of these ids, in their order; null where one is unknown. They count as no parts."""
    breaks = arguments.get("price_breaks")
    return RootAnswer([_offer(told, breaks, asking) for told in arguments["references"]])


def _offer(told: Mapping[str, str], breaks: Any, asking: Asking) -> OfferOfPartView | None:
    part = asking.catalog.part(told["part_id"])
    for seller in part_view(part, asking).sellers() if part else ():
        for offer in seller.offers(breaks):
            if str(offer.id) == told["offer_id"]:
                return OfferOfPartView(told["part_id"], str(seller.company.id), offer)
    return None


def answer_search(arguments: Arguments, asking: Asking) -> RootAnswer:
    """A search over all words; nothing for an empty text."""
    return _results(found_by(_search(arguments), asking.catalog), arguments, asking)


def answer_search_mpn(arguments: Arguments, asking: Asking) -> RootAnswer:
    """A search by the beginning of a part number."""
    return _results(found_by_mpn(_search(arguments), asking.catalog), arguments, asking)


def _search(arguments: Arguments) -> Search:
    start, limit = _window(arguments)
    return Search(
        arguments.get("q") or "",
        start,
        limit,
        sort=arguments.get("sort") or "",
        is_descending=arguments.get("sort_dir") == "desc",
        in_stock_only=bool(arguments.get("in_stock_only")),
        has_datasheet_only=bool(arguments.get("has_datasheet_only")),
        filters=arguments.get("filters") or {},
    )


def _results(found: tuple[int, list[Part]], arguments: Arguments, asking: Asking) -> RootAnswer:
    hits, parts = found
    views = [ResultView(part_view(p, asking), p.short_description) for p in parts]
    applied = applied_filters(arguments.get("filters") or {}, asking.catalog)
    shown = ResultSetView(hits, views or None, applied_filters=applied)
    return RootAnswer(shown, len(views))


def answer_suggest(arguments: Arguments, asking: Asking) -> RootAnswer:
    """Part numbers that begin like the text."""
    key, category_id = mpn_key(arguments["q"]), arguments.get("category_id")
    parts = map(asking.catalog.open, asking.catalog.listed_from(key))
    wanted = (p for p in parts if category_id in (None, "", p.category and p.category.id))
    return RootAnswer([_suggestion(part) for part in islice(wanted, _SUGGESTIONS)])


def _suggestion(part: Part) -> SuggestionView:
    category = part.category
    name, category_id = (category.name, category.id) if category else ("", "")
    return SuggestionView(part.mpn, part.maker.name, name, category_id, part.id)


def answer_manufacturers(arguments: Arguments, asking: Asking) -> RootAnswer:
    """Makers with their aliases."""
    least = arguments.get("min_number_of_active_parts") or 0
    counts: Mapping[str, int] = asking.catalog.parts_by_maker if least else {}
    named = _companies(asking.catalog.makers, arguments)
    return RootAnswer([maker for maker in named if counts.get(maker.id, 0) >= least])


def answer_sellers(arguments: Arguments, asking: Asking) -> RootAnswer:
    """Sellers, brokers too; none has custom prices."""
    if arguments.get("custom_pricing_only"):
        return RootAnswer([])
    return RootAnswer(list(_companies(asking.catalog.sellers, arguments)))


def _companies(companies: Iterable[Company], arguments: Arguments) -> Iterator[Company]:
    ids, slugs = arguments.get("ids"), arguments.get("slugs")
    for company in companies:
        if (ids is None or company.id in ids) and (slugs is None or company.slug in slugs):
            yield company


def answer_categories(arguments: Arguments, asking: Asking) -> RootAnswer:
    """The nodes of the tree; none below the root `Application`, which catalogs do not know."""
    catalog = asking.catalog
    known = () if arguments.get("root") == "Application" else catalog.categories.values()
    views = [CategoryView(category, catalog) for category in known]
    ids, paths = arguments.get("ids"), arguments.get("paths")
    return RootAnswer(
        [v for v in views if (ids is None or v.id in ids) and (paths is None or v.path in paths)]
    )


def answer_attributes(arguments: Arguments, asking: Asking) -> RootAnswer:
    """Every attribute that a spec can carry."""
    return RootAnswer(list(asking.catalog.attributes))


def answer_organizations(arguments: Arguments, asking: Asking) -> RootAnswer:
    """The account, as its user sees it."""
    return RootAnswer(list(asking.organizations))


def cut(answer: RootAnswer, room: int) -> RootAnswer:
    """A match's answer with so many parts at most: an entry that does not fit keeps its hits alone."""
    kept: list[MatchView] = []
    parts = 0
    for entry in answer.value:
        fits = parts + len(entry.parts) <= room
        parts += len(entry.parts) if fits else 0
        kept.append(entry if fits else replace(entry, parts=[]))
    return RootAnswer(kept, parts)


def _views(parts: Iterable[Part], asking: Asking) -> list[PartView | RecordedPart]:
    return [part_view(part, asking) for part in parts]


def _window(arguments: Arguments) -> tuple[int, int]:
    start, limit = arguments.get("start"), arguments.get("limit")
    return start or 0, _DEFAULT_SEARCH_LIMIT if limit is None else limit


def _no_problems(arguments: Arguments) -> Iterator[str]:
    return iter(())


def _match_problems(arguments: Arguments) -> Iterator[str]:
    for query in arguments["queries"]:
        yield from _range_problems(query.get("start", 0), query.get("limit", 3))


def _search_problems(arguments: Arguments) -> Iterator[str]:
    yield from _range_problems(*_window(arguments))


def _range_problems(start: int, limit: int) -> Iterator[str]:
    """Source: a recorded answer of supSearchMpn (facts, section 1), read 2026-11-20."""
    if start not in _START:
        yield "start must be between 0 and 1000"
    if limit not in _LIMIT:
        yield "limit must be between 0 and 100"


@dataclass(frozen=True, slots=True)
class Root:
    """One field of `Query`. `counted` names the list whose length the request limit is about.

    `scope` is what a token must be good for.
    """

    answer: Callable[[Arguments, Asking], RootAnswer]
    problems: Callable[[Arguments], Iterator[str]] = _no_problems
    counted: str | None = None
    is_charged: bool = False
    scope: str = SUPPLY_SCOPE

    def count(self, arguments: Arguments) -> int:
        """How many queries or ids the field holds."""
        asked: Sequence[object] = arguments[self.counted] if self.counted else ()
        return len(asked)


ROOTS: Final[Mapping[str, Root]] = {
    "supMultiMatch": Root(answer_multi_match, _match_problems, "queries", is_charged=True),
    "supParts": Root(answer_parts, counted="ids", is_charged=True),
    "supPartOffers": Root(answer_part_offers, counted="references"),
    "supSearch": Root(answer_search, _search_problems, is_charged=True),
    "supSearchMpn": Root(answer_search_mpn, _search_problems, is_charged=True),
    "supSuggest": Root(answer_suggest),
    "supManufacturers": Root(answer_manufacturers),
    "supSellers": Root(answer_sellers),
    "supCategories": Root(answer_categories),
    "supAttributes": Root(answer_attributes),
    "admOrganizations": Root(answer_organizations, scope=USER_SCOPE),
}
