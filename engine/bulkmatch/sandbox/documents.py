"""Answers one GraphQL document: read it, check it, charge it, and only then execute it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_argument_values, get_variable_values

from .account import Account, Application, Beside
from .catalog import Catalog
from .execution import Planner
from .offer_views import Asking
from .rates import target_currency
from .refusals import (
    Payload,
    Refusal,
    bad_arguments,
    bad_document,
    not_allowed,
    part_limit_error,
    part_limit_exceeded,
)
from .roots import ROOTS, Arguments, Root, RootAnswer, cut
from .schema_file import older_schema, pinned_schema
from .settings import SandboxSettings

_DOCUMENTS = 64  # a client sends few texts, again and again
_TOO_MANY_PARTS = "total number of parts requested must not exceed {}"  # A:101000434620


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of `Query` in a document, under its response key."""

    key: str
    nodes: tuple[FieldNode, ...]
    root: Root
    arguments: Arguments

    @property
    def node(self) -> FieldNode:
        """Where the field stands first."""
        return self.nodes[0]

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
class Asker:
    """Who asks, when, and under which name of the request."""

    application: Application
    scopes: Collection[str]
    now: float
    request_id: str

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromtimestamp(self.now, UTC)


@dataclass(frozen=True, slots=True)
class Reader:
    """Answers the documents of one sandbox. `account` is shared and changes."""

    settings: SandboxSettings
    catalog: Catalog
    account: Account

    @property
    def schema(self) -> GraphQLSchema:
        """The schema of the version that was set."""
        return older_schema() if self.settings.schema_version == "2025-05" else pinned_schema()

    def answer(self, body: Any, tally: Tally, asker: Asker) -> Payload:
        """The answer. Raises `Refusal` when the request is answered with errors alone."""
        body = checked_body(body)
        variables: Mapping[str, Any] = body.get("variables") or {}
        document = self._document(body["query"])
        operation = _operation(document, body.get("operationName"))
        values = _variable_values(self.schema, operation, variables)
        beside = Beside(asker.application.lacking())
        planner = Planner(self.schema, document, values, beside)
        fields = planner.fields([operation.selection_set])
        asks = self._asks(fields, values)
        tally.operation = operation.name.value if operation.name else None
        tally.aliases = tuple(asks)
        tally.queries = sum(ask.count for ask in asks.values())
        for ask in asks.values():
            if ask.root.scope not in asker.scopes:
                raise not_allowed(ask.key)
        answers = self._prepared(asks, tally, beside, asker)
        introspected = [n for nodes in fields.values() for n in nodes if _is_introspection(n)]
        told: Mapping[str, Any] = {}
        if introspected:
            told = planner.introspected(operation, introspected, variables)
        shown = {
            key: self._shown(planner, asks[key], answers[key])
            if key in asks
            else told.get(key, "Query")
            for key in fields
        }
        errors = beside.all_errors()
        return {"data": shown, **({"errors": errors} if errors else {})}

    def _document(self, text: str) -> DocumentNode:
        document, errors = _checked(text, self.settings.schema_version)
        if errors:
            raise Refusal("document", [dict(error.formatted) for error in errors], status=400)
        assert document is not None
        return document

    def _asks(self, fields: Mapping[str, list[FieldNode]], values: Any) -> dict[str, Ask]:
        query_type = self.schema.query_type
        assert query_type is not None
        return {
            key: Ask(
                key,
                tuple(nodes),
                ROOTS[name],
                _argument_values(query_type.fields[name], nodes[0], values),
            )
            for key, nodes in fields.items()
            if (name := nodes[0].name.value) in ROOTS
        }

    def _shown(self, planner: Planner, ask: Ask, answer: RootAnswer) -> Any:
        query_type = self.schema.query_type
        assert query_type is not None
        return planner.shown(query_type.fields[ask.node.name.value], ask.nodes, answer.value)

    def _prepared(
        self, asks: Mapping[str, Ask], tally: Tally, beside: Beside, asker: Asker
    ) -> dict[str, RootAnswer]:
        """The value of every root field, charged for; or a refusal, and nothing is charged."""
        self._check(list(asks.values()))
        answers = {key: self._answer(ask, asker) for key, ask in asks.items()}
        self._check_returned(asks, answers)
        if any(ask.root.is_charged for ask in asks.values()):
            answers = self._within_limit(asks, answers, beside, asker)
        tally.parts = sum(answer.parts for answer in answers.values())
        asker.application.meter.charge(tally.parts, today=asker.at.date())
        return answers

    def _within_limit(
        self,
        asks: Mapping[str, Ask],
        answers: dict[str, RootAnswer],
        beside: Beside,
        asker: Asker,
    ) -> dict[str, RootAnswer]:
        """The answers as far as the part limit goes: in the order of the document, matches alone."""
        meter, parts = asker.application.meter, sum(answer.parts for answer in answers.values())
        room, limit = meter.admits(parts, today=asker.at.date()), meter.limit or 0
        can_cut = all(ask.node.name.value == "supMultiMatch" for ask in asks.values())
        if room is None or (room < parts and not can_cut):
            raise part_limit_exceeded(limit, status=self.settings.part_limit_status)
        if room == parts:
            return answers
        beside.errors.append(part_limit_error(limit))
        served: dict[str, RootAnswer] = {}
        for key, answer in answers.items():
            served[key] = cut(answer, room)
            room -= served[key].parts
        return served

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
        if self.settings.parts_rule == "sum-of-limits":
            problems += self._too_many(asks, sum(_limits(ask) for ask in asks))
        if problems:
            raise bad_arguments(problems)

    def _check_returned(self, asks: Mapping[str, Ask], answers: Mapping[str, RootAnswer]) -> None:
        if self.settings.parts_rule != "returned":
            return
        matches = [ask for ask in asks.values() if ask.root.counted == "queries"]
        problems = self._too_many(matches, sum(answers[ask.key].parts for ask in matches))
        if problems:
            raise bad_arguments(problems)

    def _too_many(self, asks: Collection[Ask], parts: int) -> list[tuple[FieldNode, str, str]]:
        most = self.settings.max_queries
        if parts <= most:
            return []
        matches = [ask for ask in asks if ask.root.counted == "queries"]
        return [(ask.node, ask.key, _TOO_MANY_PARTS.format(most)) for ask in matches]

    def _answer(self, ask: Ask, asker: Asker) -> RootAnswer:
        quirks = self.settings.quirks
        asking = Asking(
            catalog=self.catalog,
            currency=target_currency(ask.arguments.get("currency", "USD")),
            country=ask.arguments.get("country", "US"),
            today=asker.at.date(),
            request_id="" if "steady-links" in quirks else asker.request_id,
            is_plain="plain-values" in quirks,
            organizations=self.account.organizations(asker.at.date()),
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


@lru_cache(_DOCUMENTS)
def _checked(text: str, version: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """A document, and what is wrong with it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    schema = older_schema() if version == "2025-05" else pinned_schema()
    return document, tuple(validate(schema, document))


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operation = get_operation_ast(document, name)
    if operation is None or operation.operation is not OperationType.QUERY:
        raise bad_document("The operation could not be found, or is not a query.")
    return operation


def _is_introspection(node: FieldNode) -> bool:
    return node.name.value in ("__schema", "__type")


def _limits(ask: Ask) -> int:
    """The parts that a match asks for."""
    if ask.root.counted != "queries":
        return 0
    return sum(query.get("limit", 3) for query in ask.arguments["queries"])


def _variable_values(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Any:
    """The values as graphql-core has them: a dict in 3.2, an object of its own in 3.3."""
    values = get_variable_values(
        schema, operation.variable_definitions or (), dict(variables), max_errors=50
    )
    if isinstance(values, list):
        raise Refusal("variables", [dict(error.formatted) for error in values], status=400)
    return values


def _argument_values(field: Any, node: FieldNode, values: Any) -> Arguments:
    try:
        return get_argument_values(field, node, values)
    except GraphQLError as error:
        raise Refusal("arguments", [dict(error.formatted)], status=400) from error
