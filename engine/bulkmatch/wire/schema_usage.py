"""What documents use of a schema, as places, and which place a change of the schema is about."""

import re
from collections.abc import Iterable

from graphql import (
    BreakingChange,
    BreakingChangeType,
    DangerousChange,
    DangerousChangeType,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    NamedTypeNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from .schema_compare import type_name_of

_ABOUT_ARGUMENT = frozenset(
    {
        BreakingChangeType.ARG_REMOVED,
        BreakingChangeType.ARG_CHANGED_KIND,
        DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    }
)
# graphql-core 3.2 says "Query.parts arg ids", 3.3 "Query.parts(ids:)"; so with the others.
_ARGUMENT = re.compile(r"(\w+\.\w+)(?: arg |\()(\w+)")
_ADDED_INPUT_FIELD = re.compile(
    r"field \w+ on input type (\w+) was added|required field (\w+)\.\w+ was added"
)
_ENUM_VALUE = re.compile(r"^(\w+) was (?:removed from|added to) enum type (\w+)\.")
_FIELD = re.compile(r"\w+\.\w+")
_TYPE = re.compile(r"(?:interface|union) type (\w+)|^(?:Standard scalar )?(\w+)")


def used_places(schema: GraphQLSchema, documents: Iterable[str]) -> frozenset[str]:
    """Every type, field and argument that the documents name, and all that their inputs hold."""
    used: set[str] = set()
    for document in documents:
        type_info = TypeInfo(schema)
        visit(parse(document), TypeInfoVisitor(type_info, _Collector(schema, type_info, used)))
    return frozenset(used)


def place_of(change: BreakingChange | DangerousChange) -> str:
    """The place that a change is about; graphql-core tells it in a sentence alone.

    A required argument that was added is about its field, and a required input field about its
    type: whoever uses that must give it.
    """
    text = change.description
    if change.type in _ABOUT_ARGUMENT and (found := _ARGUMENT.search(text)):
        return f"{found[1]}({found[2]}:)"
    if found := _ADDED_INPUT_FIELD.search(text):
        return str(found[1] or found[2])
    if found := _ENUM_VALUE.search(text):
        return f"{found[2]}.{found[1]}"
    if found := _FIELD.search(text):
        return found[0]
    found = _TYPE.search(text)
    return (found[1] or found[2]) if found else text


class _Collector(Visitor):
    """Writes down each place as the walk passes it."""

    def __init__(self, schema: GraphQLSchema, type_info: TypeInfo, used: set[str]) -> None:
        super().__init__()
        self._schema, self._type_info, self._used = schema, type_info, used

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._type_info.get_parent_type()
        if parent is not None:
            where = f"{parent.name}.{node.name.value}"
            self._used |= {parent.name, where}
            self._used |= {f"{where}({argument.name.value}:)" for argument in node.arguments or ()}

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
        """A variable's type: the caller may fill in whatever it holds."""
        self._add_input(self._schema.type_map.get(node.name.value))

    def _add_input(self, named: GraphQLNamedType | None) -> None:
        if named is None or named.name in self._used:
            return
        self._used.add(named.name)
        if isinstance(named, GraphQLEnumType):
            self._used |= {f"{named.name}.{value}" for value in named.values}
        elif isinstance(named, GraphQLInputObjectType):
            for name, field in named.fields.items():
                self._used.add(f"{named.name}.{name}")
                self._add_input(self._schema.type_map.get(type_name_of(field)))
