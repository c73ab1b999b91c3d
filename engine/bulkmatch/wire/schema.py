"""The pinned schema against a live one: what would break our documents, what is dangerous, what is new.

Pure functions on text, but for the packaged copies that the last three read. Must not know how
an endpoint is reached. Loads graphql-core: import it where it is used.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import cast

from graphql import (
    BreakingChange,
    DangerousChange,
    DangerousChangeType,
    GraphQLError,
    GraphQLSchema,
    IntrospectionQuery,
    build_client_schema,
    find_breaking_changes,
    find_dangerous_changes,
    get_introspection_query,
    lexicographic_sort_schema,
    parse,
    print_schema,
    validate,
)

from bulkmatch.errors import SettingsError, WireError

from .schema_compare import Finding, additions, differences, moved_defaults, schema_of
from .schema_usage import place_of, used_places

__all__ = [
    "Finding",
    "SchemaReport",
    "check",
    "differences",
    "documents",
    "introspection_query",
    "left_out",
    "pinned_schema",
    "sdl_from_introspection",
]

# Told as news instead.
_ADDITIONS = frozenset(
    {DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED}
)


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What a live schema means for our documents.

    `breaks`: a document is refused, or what it reads has changed its type. `dangerous`: a default
    or an enum that we rely on has moved, or something pinned but unused has changed. `news`: what
    the live schema has more on the types that we pin.
    """

    breaks: tuple[Finding, ...]
    dangerous: tuple[Finding, ...]
    news: tuple[Finding, ...]

    @property
    def is_broken(self) -> bool:
        """Whether a document of ours would fail."""
        return bool(self.breaks)


def introspection_query() -> str:
    """The document that asks an endpoint for its schema, with descriptions.

    Asks for nothing younger than the GraphQL of 2018, so that any server answers it.
    """
    return get_introspection_query(descriptions=True)


def sdl_from_introspection(payload: Mapping[str, object]) -> str:
    """The schema as sorted text, from the answer to `introspection_query`.

    Takes the whole answer or its `data` alone. Raises WireError where it holds no schema.
    """
    content = payload.get("data", payload)
    if not isinstance(content, dict) or "__schema" not in content:
        raise WireError(f"wanted an introspection answer with __schema, got {_told(payload)}")
    try:
        # The builder checks the shape itself: that is what the exceptions below are for.
        schema = build_client_schema(cast("IntrospectionQuery", content))
    except (GraphQLError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise WireError(f"the introspection answer makes no schema: {error}") from error
    return print_schema(lexicographic_sort_schema(schema)) + "\n"


def check(
    documents: Mapping[str, str], *, pinned: str, live: str, left_out: Collection[str] = ()
) -> SchemaReport:
    """Compare both schemas as far as the documents, by operation name, are concerned.

    `left_out` are places that are known and are no news. Raises SettingsError where one of the
    schemas is no schema.
    """
    old, new = _built("pinned", pinned), _built("live", live)
    used = used_places(old, documents.values())
    changes = find_breaking_changes(old, new)
    breaks = [*_refusals(documents, new), *(_finding(c) for c in changes if place_of(c) in used)]
    dangerous = [
        *moved_defaults(old, new),
        *(_finding(c) for c in find_dangerous_changes(old, new) if not _is_told_elsewhere(c)),
        *(
            _finding(c, " (none of our documents uses it)")
            for c in changes
            if place_of(c) not in used
        ),
    ]
    news = additions(old, new, left_out=frozenset(left_out))
    return SchemaReport(breaks=tuple(breaks), dangerous=tuple(dangerous), news=tuple(news))


def pinned_schema() -> str:
    """The schema that our documents and models were generated from."""
    return _packaged("schema.graphql")


def documents() -> Mapping[str, str]:
    """Our documents by operation name, as they are sent under one alias."""
    from nexar_client.documents import DOCUMENTS

    return DOCUMENTS


def left_out() -> frozenset[str]:
    """The places that the interface had when it was pinned, and that we leave out on purpose."""
    lines = _packaged("left_out.txt").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _packaged(name: str) -> str:
    return resources.files("nexar_client").joinpath(name).read_text(encoding="utf-8")


def _built(which: str, sdl: str) -> GraphQLSchema:
    try:
        return schema_of(sdl)
    except (GraphQLError, TypeError) as error:
        raise SettingsError(f"the {which} schema is no schema: {error}") from error


def _refusals(documents: Mapping[str, str], live: GraphQLSchema) -> Iterator[Finding]:
    for name, document in documents.items():
        for error in validate(live, parse(document)):
            yield Finding(name, f"refused: {error.message}")


def _is_told_elsewhere(change: DangerousChange) -> bool:
    """Additions are news; defaults of input fields are ours to tell (graphql-core 3.3 does too)."""
    is_default = "DEFAULT_VALUE" in change.type.name
    return change.type in _ADDITIONS or (is_default and "(" not in place_of(change))


def _finding(change: BreakingChange | DangerousChange, remark: str = "") -> Finding:
    return Finding(place_of(change), change.description.rstrip(".") + remark)


def _told(payload: Mapping[str, object]) -> str:
    errors = payload.get("errors")
    return f"errors {errors!r}" if errors else f"the keys {sorted(payload)}"
