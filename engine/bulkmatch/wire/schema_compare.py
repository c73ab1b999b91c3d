"""Two schemas side by side: whether one lies within the other, and what one has more.

Speaks in places: `Type`, `Type.field`, `Type.field(argument:)`. Knows nothing of documents.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)

Field = GraphQLField | GraphQLInputField
Input = GraphQLArgument | GraphQLInputField


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one place of a schema, readable as a sentence."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def schema_of(sdl: str) -> GraphQLSchema:
    """Build a schema from its text, which may apply directives that nobody declared."""
    return build_schema(sdl, assume_valid=True, assume_valid_sdl=True)


def differences(ours: str, live: str) -> list[str]:
    """Say where ours does not lie within the live schema; empty when it does.

    Every type, field, argument, enum value and input field of ours must be there, with the same
    type, nullability and default. Descriptions and order do not matter.
    """
    theirs = schema_of(live).type_map
    found: list[Finding] = []
    for own_type in _types(schema_of(ours)):
        other = theirs.get(own_type.name)
        if other is None:
            found.append(Finding(own_type.name, "not in the live schema"))
        elif type(other) is not type(own_type):
            found.append(Finding(own_type.name, f"is {_kind(own_type)}, live {_kind(other)}"))
        else:
            found += _type_differences(own_type, other)
    return [str(finding) for finding in found]


def additions(
    ours: GraphQLSchema, live: GraphQLSchema, *, left_out: Collection[str]
) -> Iterator[Finding]:
    """Tell what the live schema has more on our types, but for what is left out on purpose.

    Of the roots only those of the supply side (`sup...`) count. A type is told with the field
    that leads to it.
    """
    for own_type in _types(ours):
        other = live.type_map.get(own_type.name)
        if other is None or type(other) is not type(own_type):
            continue
        for finding in _type_additions(own_type, other, known=ours.type_map):
            if finding.where not in left_out and _is_supply(finding.where, live):
                yield finding


def moved_defaults(ours: GraphQLSchema, live: GraphQLSchema) -> Iterator[Finding]:
    """Tell which fields of our inputs mean something else now when they are not sent.

    graphql-core tells this of arguments alone.
    """
    for own_type in _types(ours):
        other = live.type_map.get(own_type.name)
        if isinstance(own_type, GraphQLInputObjectType) and isinstance(
            other, GraphQLInputObjectType
        ):
            for name, field in own_type.fields.items():
                old, new = _default(field), _default(other.fields.get(name, field))
                if old != new:
                    yield Finding(f"{own_type.name}.{name}", f"default was {old}, is {new}")


def type_text_of(value: Field | Input) -> str:
    """The type as the schema writes it: `[SupSpec!]!`."""
    return str(value.type)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def type_name_of(value: Field | Input) -> str:
    """The name of the type without lists and exclamation marks: `SupSpec`."""
    return type_text_of(value).strip("[]!")


def _types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for named in schema.type_map.values():
        if not is_introspection_type(named) and not is_specified_scalar_type(named):
            yield named


def _kind(named: GraphQLNamedType) -> str:
    return type(named).__name__.removeprefix("GraphQL").removesuffix("Type").lower()


def _is_supply(where: str, schema: GraphQLSchema) -> bool:
    type_name, _, field_name = where.partition(".")
    is_root = schema.query_type is not None and type_name == schema.query_type.name
    return not is_root or field_name.startswith("sup")


def _fields(named: GraphQLNamedType) -> Mapping[str, Field]:
    if isinstance(named, GraphQLInputObjectType):
        inputs: Mapping[str, Field] = named.fields
        return inputs
    if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        outputs: Mapping[str, Field] = named.fields
        return outputs
    return {}


def _values(named: GraphQLNamedType) -> Collection[str]:
    return named.values if isinstance(named, GraphQLEnumType) else ()


def _arguments(field: Field) -> Mapping[str, GraphQLArgument]:
    return field.args if isinstance(field, GraphQLField) else {}


def _type_differences(own: GraphQLNamedType, other: GraphQLNamedType) -> Iterator[Finding]:
    for value in _values(own):
        if value not in _values(other):
            yield Finding(f"{own.name}.{value}", "not in the live schema")
    for name, field in _fields(own).items():
        where = f"{own.name}.{name}"
        live_field = _fields(other).get(name)
        if live_field is None:
            yield Finding(where, "not in the live schema")
        else:
            yield from _field_differences(where, field, live_field)


def _field_differences(where: str, own: Field, other: Field) -> Iterator[Finding]:
    yield from _value_differences(where, own, other)
    for name, argument in _arguments(own).items():
        place = f"{where}({name}:)"
        live_argument = _arguments(other).get(name)
        if live_argument is None:
            yield Finding(place, "not in the live schema")
        else:
            yield from _value_differences(place, argument, live_argument)


def _value_differences(where: str, own: Field | Input, other: Field | Input) -> Iterator[Finding]:
    if type_text_of(own) != type_text_of(other):
        yield Finding(where, f"is {type_text_of(own)}, live {type_text_of(other)}")
    if _default(own) != _default(other):
        yield Finding(where, f"has default {_default(own)}, live {_default(other)}")


def _default(value: Field | Input) -> str:
    """The default as the schema writes it, which tells null from none at all."""
    if isinstance(value, GraphQLField) or value.ast_node is None:
        return "none"
    written = value.ast_node.default_value
    return "none" if written is None else print_ast(written)


def _type_additions(
    own: GraphQLNamedType, other: GraphQLNamedType, *, known: Collection[str]
) -> Iterator[Finding]:
    for value in _values(other):
        if value not in _values(own):
            yield Finding(f"{own.name}.{value}", "new value")
    for name, field in _fields(other).items():
        where = f"{own.name}.{name}"
        own_field = _fields(own).get(name)
        if own_field is None:
            yield Finding(where, f"new field, {_described(field, known)}")
            continue
        for argument_name, argument in _arguments(field).items():
            if argument_name not in _arguments(own_field):
                yield Finding(
                    f"{where}({argument_name}:)", f"new argument, {type_text_of(argument)}"
                )


def _described(field: Field, known: Collection[str]) -> str:
    remark = "" if type_name_of(field) in known else " (a type new to us)"
    return type_text_of(field) + remark
