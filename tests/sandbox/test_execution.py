"""Our own executor against graphql-core's: whatever is asked, both must say the same."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    build_schema,
    execute_sync,
    get_named_type,
    is_leaf_type,
    parse,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox.api import FEED, Api, Clock
from tests.sandbox.test_recordings import RICH

from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.account import Beside
from bulkmatch.sandbox.execution import Planner, offers_of, sellers_of
from bulkmatch.sandbox.naming import snake_case
from bulkmatch.sandbox.offer_views import Asking
from bulkmatch.sandbox.recorded import part_of
from bulkmatch.sandbox.recorded_views import part_view
from bulkmatch.sandbox.schema_file import pinned_schema, schema_text

SCHEMA = build_schema(schema_text())
ARGUMENTS = {
    ("SupPart", "sellers"): ("", "(includeBrokers: true)", "(authorizedOnly: true, limit: 1)"),
    ("SupPartSeller", "offers"): ("", "(priceBreaks: [1, 50])"),
}
WRAPS = (
    "{0}",
    "... {{ {0} }}",
    "... @include(if: $yes) {{ {0} }}",
    "... @skip(if: $yes) {{ {0} }}",
    "{0} {0}",
)


def selected(draw: Callable[..., Any], kind: GraphQLObjectType, depth: int) -> str:
    """A selection of some fields, under aliases and in fragments of all kinds."""
    names = draw(
        st.lists(st.sampled_from(sorted(kind.fields)), min_size=1, max_size=5, unique=True)
    )
    told: list[str] = ["__typename"]
    for name in names:
        inner = get_named_type(kind.fields[name].type)
        below = ""
        if not is_leaf_type(inner):
            if depth == 0:
                continue
            assert isinstance(inner, GraphQLObjectType)
            below = selected(draw, inner, depth - 1)
        arguments = draw(st.sampled_from(ARGUMENTS.get((kind.name, name), ("",))))
        alias = f"a{len(told)}: " if arguments or draw(st.booleans()) else ""
        field = f"{alias}{name}{arguments}{below}"
        told.append(draw(st.sampled_from(WRAPS)).format(field))
    return " { " + " ".join(told) + " }"


@st.composite
def documents(draw: Callable[..., Any]) -> str:
    kind = SCHEMA.type_map["SupPart"]
    assert isinstance(kind, GraphQLObjectType)
    return f"query ($yes: Boolean!) {{ supParts(ids: []) {selected(draw, kind, 4)} }}"


def resolved(source: Any, info: GraphQLResolveInfo, /, **arguments: Any) -> Any:
    """How graphql-core reads a field of our values."""
    if info.field_name == "supParts":
        return source
    snake = {snake_case(name): value for name, value in arguments.items()}
    if (info.parent_type.name, info.field_name) == ("SupPart", "sellers"):
        return sellers_of(source, **snake)
    if (info.parent_type.name, info.field_name) == ("SupPartSeller", "offers"):
        return offers_of(source, **snake)
    return getattr(source, snake_case(info.field_name))


API = Api(SandboxSettings(catalogs=(FEED,)), Clock())
ASKING = Asking(API.twin.catalog, "EUR", "US", date(2026, 11, 20), "r")
PARTS = [
    *(part_view(p, ASKING) for p in API.twin.catalog.parts()),
    part_view(part_of(RICH), ASKING),
]


@given(documents(), st.booleans())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
def test_both_executors_say_the_same(text: str, yes: bool) -> None:
    document = parse(text)
    theirs = execute_sync(
        SCHEMA, document, PARTS, variable_values={"yes": yes}, field_resolver=resolved
    )
    assert theirs.errors is None, text
    schema = pinned_schema()
    planner = Planner(schema, document, {"yes": yes}, Beside({}))
    assert schema.query_type is not None
    operation: Any = document.definitions[0]
    nodes = planner.fields([operation.selection_set])["supParts"]
    ours = planner.shown(schema.query_type.fields["supParts"], nodes, PARTS)
    assert theirs.data is not None
    assert json.dumps(normal(ours)) == json.dumps(normal(theirs.data["supParts"]))


def normal(told: Any) -> Any:
    """Numbers as floats: JSON does not tell 1 from 1.0. The order of fields counts."""
    if isinstance(told, dict):
        return {name: normal(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [normal(value) for value in told]
    return float(told) if isinstance(told, int) and not isinstance(told, bool) else told
