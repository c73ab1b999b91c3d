"""Parts as a recorded answer holds them. Any fields may be there or not; none is lost.

What matching and filters need is taken from the fields; the fields themselves stay in
`Part.recorded`, where `recorded_views` reads them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from .filing import shelved
from .json_nodes import Node, list_of, node_of, nodes, text
from .lifecycle import lifecycle_from_word
from .parts import Attribute, Category, Company, Credited, Offer, Part, Price, Spec
from .shelf import Filed
from .spelling import mpn_key, name_key, slug, stable_id

_QUESTION: Final = frozenset(
    {"mpn", "sku", "mpnOrSku", "manufacturer", "seller", "reference", "start", "limit"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A recorded answer: how many parts matched, and those that came back."""

    hits: int
    parts: tuple[Part, ...]


def answer_of(hits: int, body: str) -> Answer:
    """The answer of a body that `answer_body` made."""
    return Answer(hits, tuple(part_of(node) for node in json.loads(body)))


def answer_body(parts: Sequence[Node]) -> str:
    """The parts of an answer as text."""
    return json.dumps(list(parts), ensure_ascii=False, separators=(",", ":"))


def recorded_part(body: str) -> Part:
    """The part of a body that `filed_part` made."""
    return part_of(json.loads(body))


def filed_part(node: Node) -> Filed:
    """A recorded part, ready for the shelf."""
    body = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    return shelved(part_of(node), body, is_recorded=True)


def part_of(node: Node) -> Part:
    """What a recorded part says, as far as it says it."""
    maker, mpn = company_of(node.get("manufacturer"), "maker"), text(node, "mpn")
    specs = tuple(spec for raw in nodes(node, "specs") if (spec := _spec(raw)))
    descriptions = (
        node.get("shortDescription"),
        *(d.get("text") for d in nodes(node, "descriptions")),
    )
    sheets = (node_of(node.get("bestDatasheet")), *_documents(node))
    return Part(
        id=part_id(node),
        mpn=mpn,
        maker=maker,
        descriptions=_credited(descriptions),
        specs=specs,
        lifecycle=next(_lifecycles(specs), None),
        category=_category(node.get("category")),
        series=text(node_of(node.get("series")), "name") or None,
        datasheets=_credited(sheet.get("url") for sheet in sheets),
        images=_credited(image.get("url") for image in nodes(node, "images")),
        manufacturer_url=text(node, "manufacturerUrl") or None,
        free_sample_url=text(node, "freeSampleUrl") or None,
        offers=tuple(
            _offer(offer, seller)
            for seller in nodes(node, "sellers")
            for offer in nodes(seller, "offers")
        ),
        recorded=node,
    )


def part_id(node: Node) -> str:
    """The part's own id, or one made of maker and number."""
    told = node.get("id")
    if told not in (None, ""):
        return str(told)
    maker = company_of(node.get("manufacturer"), "maker")
    return stable_id("part", maker.id, text(node, "mpn"))


def company_of(told: Any, kind: str) -> Company:
    """A maker or a seller; one that is only named gets an id of its own."""
    node = node_of(told) or {"name": told if isinstance(told, str) else ""}
    name = text(node, "name")
    return Company(
        id=str(node.get("id") or stable_id(kind, name_key(name) or name)),
        name=name,
        aliases=tuple(map(str, list_of(node.get("aliases")))),
        slug=text(node, "slug") or slug(name),
        homepage_url=text(node, "homepageUrl") or None,
        display_flag=node.get("displayFlag"),
        is_verified=bool(node.get("isVerified")),
    )


def seller_of(node: Node) -> Company:
    """The company of a recorded seller."""
    return company_of(node.get("company"), "seller")


def attributes_in(node: Node) -> Iterator[Attribute]:
    """The attributes that a recorded part carries."""
    return (spec.attribute for raw in nodes(node, "specs") if (spec := _spec(raw)))


def category_in(node: Node) -> Category | None:
    """The category that a recorded part stands in."""
    return _category(node.get("category"))


def is_part(node: Node) -> bool:
    """Whether an object is a part: it has a number, and a maker, sellers or specs; no question has."""
    mpn, maker = node.get("mpn"), node.get("manufacturer")
    told = {"manufacturer", "sellers", "specs", "octopartUrl"} & set(node)
    is_question = set(node) <= _QUESTION and not isinstance(maker, dict)
    return isinstance(mpn, str) and bool(mpn_key(mpn)) and bool(told) and not is_question


def _credited(texts: Iterable[Any]) -> tuple[Credited, ...]:
    return tuple(
        Credited(text, "") for text in dict.fromkeys(texts) if isinstance(text, str) and text
    )


def _documents(node: Node) -> Iterator[Node]:
    return (
        d
        for collection in nodes(node, "documentCollections")
        for d in nodes(collection, "documents")
    )


def _spec(raw: Node) -> Spec | None:
    told = node_of(raw.get("attribute"))
    name = text(told, "name") or text(told, "shortname")
    if not name and not told.get("id"):
        return None
    shortname = text(told, "shortname") or name_key(name)
    attribute = Attribute(
        str(told.get("id") or stable_id("attribute", shortname)),
        shortname,
        name or shortname,
        text(told, "group"),
    )
    shown = text(raw, "displayValue")
    value = text(raw, "value") or shown.partition(" (Last Updated:")[0]
    return Spec(attribute, value, shown or value, text(raw, "siValue"))


def _lifecycles(specs: Iterable[Spec]) -> Iterator[Any]:
    return (
        lifecycle_from_word(s.value) for s in specs if s.attribute.shortname == "lifecyclestatus"
    )


def _category(told: Any) -> Category | None:
    node = node_of(told)
    if not node:
        return None
    name, path = text(node, "name"), text(node, "path")
    names = tuple(filter(None, path.split("/"))) or (name,)
    category_id = str(node.get("id") or stable_id("category", *names))
    return Category(category_id, str(node.get("parentId") or ""), name, names)


def _offer(raw: Node, seller: Node) -> Offer:
    company, sku = seller_of(seller), text(raw, "sku")
    is_broker = bool(seller.get("isBroker"))
    is_authorized = seller.get("isAuthorized")
    return Offer(
        id=str(raw.get("id") or stable_id("offer", company.id, sku)),
        seller=company,
        sku=sku,
        url="",
        inventory_level=_whole(raw, "inventoryLevel") or 0,
        prices=tuple(price for told in nodes(raw, "prices") if (price := _price(told))),
        is_authorized=not is_broker if is_authorized is None else bool(is_authorized),
        is_broker=is_broker,
        eligible_region=raw.get("eligibleRegion"),
        packaging=raw.get("packaging"),
        moq=_whole(raw, "moq"),
        order_multiple=_whole(raw, "orderMultiple"),
        factory_lead_days=_whole(raw, "factoryLeadDays"),
        factory_pack_quantity=_whole(raw, "factoryPackQuantity"),
        on_order_quantity=_whole(raw, "onOrderQuantity"),
        multipack_quantity=_whole(raw, "multipackQuantity"),
    )


def _whole(raw: Node, name: str) -> int | None:
    told = raw.get(name)
    return int(told) if isinstance(told, int | float) else None


def _price(raw: Node) -> Price | None:
    try:
        price = Decimal(str(raw.get("price")))
    except InvalidOperation:
        return None
    return Price(_whole(raw, "quantity") or 1, price, text(raw, "currency"))
