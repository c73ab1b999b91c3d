"""Recorded parts as the schema shows them: each field as it was recorded, the others made up.

A field that was not recorded comes from the view of the same part, seller or offer of a feed;
where that knows nothing either, from the schema: null, or an empty value of the field's type.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from graphql import GraphQLObjectType

from .json_nodes import Node, node_of, nodes, nodes_of
from .naming import snake_case
from .offer_views import Asking, OfferView, SellerView
from .parts import Part
from .recorded import is_part, part_of, seller_of
from .schema_file import is_list_of, is_never_null, named, pinned_schema
from .views import PartView

_EMPTY: Final[Mapping[str, Any]] = {"Int": 0, "Float": 0.0, "Boolean": False, "Map": {}}


class _Field(NamedTuple):
    """One field of a type: its name in JSON, what it holds, and what stands for nothing."""

    name: str
    kind: str
    is_object: bool
    is_list: bool
    is_needed: bool
    empty: Any


@cache
def _fields(kind: str) -> Mapping[str, _Field]:
    """The fields of a type, by the names of attributes."""
    described = pinned_schema().type_map[kind]
    assert isinstance(described, GraphQLObjectType)
    found: dict[str, _Field] = {}
    for name, told in described.fields.items():
        inner, is_list, is_needed = named(told), is_list_of(told), is_never_null(told)
        empty: Any = [] if is_list else _EMPTY.get(inner.name, "")
        found[snake_case(name)] = _Field(
            name,
            inner.name,
            isinstance(inner, GraphQLObjectType),
            is_list,
            is_needed,
            empty if is_needed else None,
        )
    return found


class RecordedNode:
    """A recorded object of a type. `made` shows what was not recorded; it may know nothing."""

    def __init__(self, kind: str, node: Node, made: object = None) -> None:
        self._kind, self._node, self._made = kind, node, made

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._kind})"

    def __getattr__(self, name: str) -> Any:
        field = _fields(self._kind).get(name)
        if field is None:
            raise AttributeError(name)
        made = getattr(self._made, name, None)
        if field.name in self._node:
            told = self._node[field.name]
            if (told is None and not field.is_needed) or _fits(told, field):
                return _shown(told, field, made)
        if made is None and field.is_needed and field.is_object and not field.is_list:
            return RecordedNode(field.kind, {})
        return field.empty if made is None else made


def _fits(told: Any, field: _Field) -> bool:
    """Whether a recorded value has the shape that the schema wants."""
    if field.is_list:
        return isinstance(told, list)
    if field.is_object:
        return isinstance(told, dict)
    return told is not None and (field.kind == "Map" or not isinstance(told, list | dict))


def _shown(told: Any, field: _Field, made: object) -> Any:
    if not field.is_object or told is None:
        return told
    if field.is_list:
        return [RecordedNode(field.kind, inner) for inner in nodes_of(told)]
    return RecordedNode(field.kind, node_of(told), made)


class RecordedPart(RecordedNode):
    """A recorded part."""

    def __init__(self, part: Part, asking: Asking) -> None:
        assert part.recorded is not None
        super().__init__("SupPart", part.recorded, PartView(part, asking))
        self._part, self._asking = part, asking

    @property
    def specs(self) -> list[RecordedNode]:
        """The specs that have an attribute."""
        told = [raw for raw in nodes(self._node, "specs") if raw.get("attribute")]
        made = self._part.specs
        pairs = (
            zip(told, made, strict=True) if len(told) == len(made) else ((t, None) for t in told)
        )
        return [_Spec(raw, spec) for raw, spec in pairs]

    @property
    def similar_parts(self) -> list["RecordedPart"]:
        """The parts that were recorded as similar."""
        told = [raw for raw in nodes(self._node, "similarParts") if is_part(raw)]
        return [RecordedPart(part_of(raw), self._asking) for raw in told]

    def sellers(self) -> list["RecordedSeller"]:
        """The sellers in the order in which they were recorded."""
        offers = iter(self._part.offers)
        return [
            RecordedSeller(seller, [next(offers) for _ in nodes(seller, "offers")], self._asking)
            for seller in nodes(self._node, "sellers")
        ]


class _Spec(RecordedNode):
    def __init__(self, node: Node, made: object) -> None:
        super().__init__("SupSpec", node, made)


class RecordedSeller(RecordedNode):
    """A recorded seller of a part, with what it offers."""

    def __init__(self, node: Node, offers: Sequence[Any], asking: Asking) -> None:
        self._offers, self._asking = offers, asking
        view = SellerView(seller_of(node), offers, asking)
        super().__init__("SupPartSeller", node, view)

    def offers(self, price_breaks: Sequence[int] | None = None) -> list["RecordedOffer"]:
        """The offers in the order in which they were recorded."""
        pairs = zip(nodes(self._node, "offers"), self._offers, strict=True)
        left_out = () if price_breaks is None else ("prices",)
        return [
            RecordedOffer(
                {name: told for name, told in raw.items() if name not in left_out},
                OfferView(offer, self._asking, price_breaks),
                self._asking,
            )
            for raw, offer in pairs
        ]


class RecordedOffer(RecordedNode):
    """A recorded offer. Prices are converted to the currency asked for unless they were already."""

    def __init__(self, node: Node, made: OfferView, asking: Asking) -> None:
        super().__init__("SupOffer", node, made)
        self._asking = asking

    @property
    def prices(self) -> Sequence[object]:
        """The price ladder."""
        told, made = nodes(self._node, "prices"), self._made
        assert isinstance(made, OfferView)
        if "prices" not in self._node:
            return made.prices
        views = made.prices
        if len(told) != len(views):  # a price that is no number
            return [RecordedNode("SupPricePoint", raw) for raw in told]
        return [self._price(raw, view) for raw, view in zip(told, views, strict=True)]

    def _price(self, raw: Node, made: object) -> RecordedNode:
        was_converted = raw.get("convertedCurrency") in (None, self._asking.currency)
        kept = {"quantity", "price", "currency"}
        node = raw if was_converted else {k: v for k, v in raw.items() if k in kept}
        return RecordedNode("SupPricePoint", node, made)


def part_view(part: Part, asking: Asking) -> PartView | RecordedPart:
    """The part as the request sees it."""
    return PartView(part, asking) if part.recorded is None else RecordedPart(part, asking)
