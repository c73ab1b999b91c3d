"""Ties the schema to our values: fields to attributes, camel case to snake case."""

import re
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, Final

from ariadne import SchemaBindable, make_executable_schema
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema

from .offer_views import OfferView, SellerView
from .schema_file import schema_text
from .views import PartView

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def executable_schema() -> GraphQLSchema:
    """The pinned schema with our values behind it. Holds no state of any sandbox."""
    return make_executable_schema(schema_text(), _Attributes())


def snake_case(name: str) -> str:
    """`isAuthorized` as Python writes it; digits do not begin a word."""
    return _HUMP.sub("_", name).lower()


def _sellers(
    part: PartView,
    _: GraphQLResolveInfo,
    *,
    include_brokers: bool,
    authorized_only: bool,
    custom_pricing_only: bool = False,
    start: int | None = None,
    limit: int | None = None,
) -> list[SellerView]:
    kept = [
        seller
        for seller in part.sellers()
        if (include_brokers or not seller.is_broker)
        and (seller.is_authorized or not authorized_only)
        and not custom_pricing_only
    ]
    begin = max(start or 0, 0)
    return kept[begin:] if limit is None else kept[begin : begin + max(limit, 0)]


def _offers(
    seller: SellerView, _: GraphQLResolveInfo, *, price_breaks: list[int] | None = None
) -> list[OfferView]:
    return seller.offers(price_breaks)


def _prepared(root: dict[str, Any], info: GraphQLResolveInfo, /, **_: object) -> Any:
    """What was made for this field before execution began; see `roots`."""
    return root[str(info.path.key)]


_RESOLVERS: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    ("SupPart", "sellers"): _sellers,
    ("SupPartSeller", "offers"): _offers,
}


class _Attributes(SchemaBindable):
    """Gives every field a resolver and every argument a Python name."""

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        """Called once, by ariadne."""
        for name, kind in schema.type_map.items():
            if isinstance(kind, GraphQLInputObjectType):
                for input_name, input_field in kind.fields.items():
                    input_field.out_name = snake_case(input_name)
            if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
                self._bind(kind, is_root=kind is schema.query_type)

    @staticmethod
    def _bind(kind: GraphQLObjectType, *, is_root: bool) -> None:
        for name, field in kind.fields.items():
            for argument_name, argument in field.args.items():
                argument.out_name = snake_case(argument_name)
            special = _RESOLVERS.get((kind.name, name))
            field.resolve = special or (_prepared if is_root else _reader(snake_case(name)))


def _reader(attribute: str) -> Callable[..., Any]:
    read = attrgetter(attribute)

    def resolve(source: object, _: GraphQLResolveInfo, /, **__: object) -> Any:
        return read(source)

    return resolve
