"""Answers one GraphQL document: read it, check it, charge it, and only then execute it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from ariadne import graphql_sync  # pyright: ignore[reportUnknownVariableType]
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    get_operation_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values

from .binding import executable_schema
from .catalog import Catalog
from .journal import Meter
from .offer_views import Asking
from .rates import target_currency
from .refusals import Payload, Refusal, bad_arguments, bad_document, part_limit_exceeded
from .roots import ROOTS, Arguments, Root, RootAnswer
from .settings import SandboxSettings

# ariadne logs every refused document as an error; who wants to see that adds a listener.
_LOG = logging.getLogger("bulkmatch.sandbox")
_LOG.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of `Query` in a document, under its response key."""

    key: str
    node: FieldNode
    root: Root
    arguments: Arguments

    @property
    def count(self) -> int:
        """How many queries or ids it holds."""
        return self.root.count(self.arguments)


@dataclass(slots=True)
class Tally:
    """What a request turned out to be; filled in as far as it was understood."""

    operation: str | None = None
    aliases: tuple[str, ...] = ()
    queries: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Answers the documents of one sandbox. `meter` is shared and changes."""

    settings: SandboxSettings
    catalog: Catalog
    meter: Meter

    def answer(
        self, body: Any, tally: Tally, *, now: float, request_id: str
    ) -> tuple[int, Payload]:
        """Status and body. Raises `Refusal` when the request is answered with errors alone."""
        body = checked_body(body)

        def prepare(_: object, name: str | None, variables: Any, document: DocumentNode) -> Payload:
            asks = asks_of(document, name, variables or {}, tally)
            return self._prepared(asks, tally, datetime.fromtimestamp(now, UTC), request_id)

        executed, payload = graphql_sync(  # pyright: ignore[reportUnknownVariableType]
            executable_schema(), body, root_value=prepare, logger=_LOG
        )
        return (200 if executed else 400), cast("Payload", payload)

    def _prepared(
        self, asks: list[Ask], tally: Tally, now: datetime, request_id: str
    ) -> dict[str, Any]:
        """The value of every root field, charged for; or a refusal, and nothing is charged."""
        self._check(asks)
        answers = {ask.key: self._answer(ask, now, request_id) for ask in asks}
        parts = sum(answer.parts for answer in answers.values())
        if any(ask.root.is_charged for ask in asks) and not self.meter.admits(parts):
            limit = self.meter.limit or 0
            raise part_limit_exceeded(limit, status=self.settings.part_limit_status)
        self.meter.charge(parts, day=now.date().isoformat())
        tally.parts = parts
        return {key: answer.value for key, answer in answers.items()}

    def _check(self, asks: list[Ask]) -> None:
        problems = [
            (ask.node, ask.key, text) for ask in asks for text in ask.root.problems(ask.arguments)
        ]
        most = self.settings.max_queries
        if sum(ask.count for ask in asks) > most:
            problems += [
                (ask.node, ask.key, f"{ask.root.counted} must not contain more than {most} items")
                for ask in asks
                if ask.count
            ]
        if problems:
            raise bad_arguments(problems)

    def _answer(self, ask: Ask, now: datetime, request_id: str) -> RootAnswer:
        asking = Asking(
            catalog=self.catalog,
            currency=target_currency(ask.arguments.get("currency", "USD")),
            country=ask.arguments.get("country", "US"),
            today=now.date(),
            request_id=request_id,
        )
        return ask.root.answer(ask.arguments, asking)


def checked_body(body: Any) -> dict[str, Any]:
    """The request's JSON, if it is a GraphQL request at all."""
    request = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    if not isinstance(request.get("query"), str):
        raise bad_document("The request must be a JSON object with a `query` string.")
    if not isinstance(request.get("variables"), dict | None):
        raise bad_document("`variables` must be an object or null.")
    if not isinstance(request.get("operationName"), str | None):
        raise bad_document("`operationName` must be a string or null.")
    return request


def asks_of(
    document: DocumentNode, name: str | None, variables: Mapping[str, Any], tally: Tally
) -> list[Ask]:
    """The root fields of a valid document that belong to us, directives applied."""
    operation = get_operation_ast(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        raise bad_document("The operation could not be found, or is not a query.")
    schema = executable_schema()
    query_type = schema.query_type
    assert query_type is not None
    values = _variable_values(operation, variables)
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    fields: dict[str, FieldNode] = {}
    for node in _root_fields(operation.selection_set, fragments, values):
        fields.setdefault(node.alias.value if node.alias else node.name.value, node)
    asks = [
        Ask(key, node, ROOTS[field], _argument_values(query_type.fields[field], node, values))
        for key, node in fields.items()
        if (field := node.name.value) in ROOTS
    ]
    tally.operation = operation.name.value if operation.name else None
    tally.aliases = tuple(ask.key for ask in asks)
    tally.queries = sum(ask.count for ask in asks)
    return asks


def _root_fields(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], values: Any
) -> Iterator[FieldNode]:
    """The fields of `Query` that a valid document selects, through its fragments."""
    for node in selected.selections:
        if not _is_included(node, values):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments, values)
        elif isinstance(node, FragmentSpreadNode):
            yield from _root_fields(fragments[node.name.value].selection_set, fragments, values)


def _is_included(node: SelectionNode, values: Any) -> bool:
    """What `@skip` and `@include` say."""
    skip = get_directive_values(GraphQLSkipDirective, node, values)
    include = get_directive_values(GraphQLIncludeDirective, node, values)
    return not (skip and skip["if"]) and (include is None or bool(include["if"]))


def _variable_values(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Any:
    """The values as graphql-core has them: a dict in 3.2, an object of its own in 3.3."""
    values = get_variable_values(
        executable_schema(), operation.variable_definitions or (), dict(variables), max_errors=50
    )
    if isinstance(values, list):
        raise Refusal("variables", [dict(error.formatted) for error in values], status=400)
    return values


def _argument_values(field: Any, node: FieldNode, values: Any) -> Arguments:
    try:
        return get_argument_values(field, node, values)
    except GraphQLError as error:
        raise Refusal("arguments", [dict(error.formatted)], status=400) from error
