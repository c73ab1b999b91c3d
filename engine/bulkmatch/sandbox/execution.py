"""Executes a checked selection over our values, with its plan made once for each request.

graphql-core reads, checks and coerces; it also executes introspection. For parts its executor is
left alone: it spends microseconds on each field, and an answer has a hundred thousand. Tests compare
the two field by field. Here nothing can fail: all values were made before (see `roots`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    execute_sync,  # pyright: ignore[reportUnknownVariableType]
    get_directive_values,
)
from graphql.execution.values import get_argument_values

from .account import Beside
from .naming import snake_case
from .schema_file import is_list_of, is_never_null, named

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object becomes: `keys` in order, `plain` read at once, the others one by one."""

    keys: Mapping[str, Any]
    plain_keys: tuple[str, ...]
    plain: Callable[[Any], Any]
    reads: tuple[tuple[str, Read], ...]
    inner: tuple[tuple[str, "Shape", bool], ...]

    def of(self, source: Any) -> dict[str, Any]:
        """The object's JSON."""
        shown = dict(self.keys)
        if self.plain_keys:
            told = self.plain(source)
            shown.update(zip(self.plain_keys, told, strict=True))
        for key, read in self.reads:
            shown[key] = read(source)
        for key, shape, is_list in self.inner:
            value = shown[key]
            if value is None:
                continue
            shown[key] = shape.each(value) if is_list else shape.of(value)
        return shown

    def each(self, sources: Sequence[Any]) -> list[Any]:
        """The JSON of several; null where there is none."""
        of = self.of
        return [None if source is None else of(source) for source in sources]


@dataclass(slots=True)
class Planner:
    """Makes the shapes of one request. `values` are the coerced variables."""

    schema: GraphQLSchema
    document: DocumentNode
    values: Any
    beside: Beside
    fragments: Mapping[str, FragmentDefinitionNode] = field(init=False)
    _made: dict[tuple[str, tuple[int, ...]], Shape] = field(
        init=False, default_factory=dict[tuple[str, tuple[int, ...]], Shape]
    )

    def __post_init__(self) -> None:
        """Find the fragments."""
        self.fragments = {
            d.name.value: d
            for d in self.document.definitions
            if isinstance(d, FragmentDefinitionNode)
        }

    def fields(self, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """The selected fields under their response keys, fragments and directives applied."""
        found: dict[str, list[FieldNode]] = {}
        for selected in sets:
            for node in self._nodes(selected):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
        return found

    def shown(self, kind: GraphQLField, nodes: Sequence[FieldNode], value: Any) -> Any:
        """The JSON of a root field's value."""
        shape = self._inner(kind, nodes)
        if shape is None or value is None:
            return value
        is_list = is_list_of(kind)
        return shape.each(value) if is_list else shape.of(value)

    def introspected(
        self, operation: OperationDefinitionNode, nodes: Sequence[FieldNode], variables: Any
    ) -> Mapping[str, Any]:
        """What the schema says of itself, by response key."""
        alone = OperationDefinitionNode(
            operation=operation.operation,
            variable_definitions=operation.variable_definitions,
            directives=(),
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        document = DocumentNode(definitions=(alone, *self.fragments.values()))
        return execute_sync(self.schema, document, variable_values=variables).data or {}

    def _nodes(self, selected: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selected.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._nodes(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._nodes(self.fragments[node.name.value].selection_set)

    def _is_included(self, node: SelectionNode) -> bool:
        """What `@skip` and `@include` say."""
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.values)
        include = get_directive_values(GraphQLIncludeDirective, node, self.values)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _inner(self, kind: GraphQLField, nodes: Sequence[FieldNode]) -> Shape | None:
        inner = named(kind)
        if not isinstance(inner, GraphQLObjectType):
            return None
        return self._shape(inner, [n.selection_set for n in nodes if n.selection_set])

    def _shape(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Shape:
        fields = self.fields(sets)
        made_of = (kind.name, tuple(id(node) for nodes in fields.values() for node in nodes))
        if made_of not in self._made:
            self._made[made_of] = self._planned(kind, fields)
        return self._made[made_of]

    def _planned(self, kind: GraphQLObjectType, fields: Mapping[str, list[FieldNode]]) -> Shape:
        keys: dict[str, Any] = {}
        plain: dict[str, str] = {}
        reads: list[tuple[str, Read]] = []
        inner: list[tuple[str, Shape, bool]] = []
        for key, nodes in fields.items():
            name = nodes[0].name.value
            keys[key] = kind.name if name == "__typename" else None
            if name == "__typename":
                continue
            described = kind.fields[name]
            read = self._special(kind, described, nodes[0])
            if read is None:
                plain[key] = snake_case(name)
            else:
                reads.append((key, read))
            shape = self._inner(described, nodes)
            if shape is not None:
                inner.append((key, shape, is_list_of(described)))
        return Shape(keys, tuple(plain), _getter(tuple(plain.values())), tuple(reads), tuple(inner))

    def _special(
        self, kind: GraphQLObjectType, described: GraphQLField, node: FieldNode
    ) -> Read | None:
        """How a field is read that is no mere attribute; None for all others."""
        name = node.name.value
        read = _ARGUED.get((kind.name, name))
        if read is not None:
            arguments = get_argument_values(described, node, self.values)
            argued = read

            def asked(source: Any) -> Any:
                return argued(source, **arguments)

            return asked
        if kind.name == "SupPart" and snake_case(name) in self.beside.lacking:
            return self._refused(snake_case(name), described)
        if named(described).name == "ID":
            plain = attrgetter(snake_case(name))
            return lambda source: None if (told := plain(source)) is None else str(told)
        return None

    def _refused(self, name: str, described: GraphQLField) -> Read:
        """A part's field that the plan does not open: null, or empty where it may not be null.

        What a field that may not be null becomes is not known (facts, section 4); drawings are
        empty in any case.
        """
        is_list = is_list_of(described)
        may_be_null = not is_never_null(described)
        plain = attrgetter(name)

        def refused(source: Any) -> Any:
            self.beside.refuse(name)
            if may_be_null:
                return None
            return [] if is_list else plain(source)

        return refused


def _getter(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """Reads all attributes at once, as a tuple."""
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda source: (only(source),)
    return attrgetter(*names) if names else lambda _: ()


def sellers_of(
    part: Any,
    *,
    include_brokers: bool = False,
    authorized_only: bool = False,
    custom_pricing_only: bool = False,
    start: int | None = None,
    limit: int | None = None,
) -> list[Any]:
    """The sellers that the arguments leave."""
    kept = [
        seller
        for seller in part.sellers()
        if (include_brokers or not seller.is_broker)
        and (seller.is_authorized or not authorized_only)
        and not custom_pricing_only
    ]
    begin = max(start or 0, 0)
    return kept[begin:] if limit is None else kept[begin : begin + max(limit, 0)]


def offers_of(seller: Any, *, price_breaks: list[int] | None = None) -> list[Any]:
    """The seller's offers."""
    offers: list[Any] = seller.offers(price_breaks)
    return offers


_ARGUED: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("SupPart", "sellers"): sellers_of,
    ("SupPartSeller", "offers"): offers_of,
}
