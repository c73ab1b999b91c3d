"""Finds the pinned schema, packaged beside the generated client, without importing the client."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,  # pyright: ignore[reportUnknownVariableType]
    is_list_type,
)

from bulkmatch.errors import SettingsError

from .naming import snake_case

_RANKING = re.compile(r'\n    "[^"\n]*"\n    rankingMethod: [^\n]*')


def schema_path() -> Path:
    """The packaged schema.graphql."""
    spec = find_spec("nexar_client")
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder) / "schema.graphql"
        if file.is_file():
            return file
    raise SettingsError(
        "sandbox: schema.graphql is not packaged with nexar_client; install bulkmatch anew"
    )


@cache
def schema_text() -> str:
    """The schema as it is written."""
    return schema_path().read_text("utf-8")


@cache
def pinned_schema() -> GraphQLSchema:
    """The schema, with the names of its arguments and inputs in snake case."""
    return _named(schema_text())


@cache
def older_schema() -> GraphQLSchema:
    """The schema as it was before 2025-06-24: without `rankingMethod`, and `SupOffer.updated` a `Time`.

    Source: dated snapshots of the interface (facts, sections 1 and 5), read 2026-11-20.
    """
    return _named(older_text())


@cache
def older_text() -> str:
    """The same, as it is written."""
    without = _RANKING.sub("", schema_text())
    return without.replace("updated: DateTime!\n", "updated: Time!\n", 1) + "\nscalar Time\n"


def _named(text: str) -> GraphQLSchema:
    schema = build_schema(text)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                field.out_name = snake_case(name)
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for described in kind.fields.values():
                for name, argument in described.args.items():
                    argument.out_name = snake_case(name)
    return schema


def named(field: Any) -> GraphQLNamedType:
    """The type of a field, without its lists and exclamation marks."""
    kind = field.type
    found: Any = get_named_type(kind)  # pyright: ignore[reportUnknownVariableType]
    return cast("GraphQLNamedType", found)


def is_list_of(field: Any) -> bool:
    """Whether a field holds a list."""
    return is_list_type(get_nullable_type(field.type))


def is_never_null(field: Any) -> bool:
    """Whether a field always holds something."""
    return isinstance(field.type, GraphQLNonNull)
