"""How the API says no: the bodies, word for word where they are documented."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError

from bulkmatch.errors import EngineError

SCHEMA_NAME = "Supply"
"""Source: recorded errors, `extensions.schemaName` (facts, section 1), read 2026-11-20."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

Payload = dict[str, Any]
"""JSON, on its way out."""


class Refusal(EngineError):
    """A request that is answered with errors alone, under `status`.

    `has_data`: whether the body says `"data": null`; recorded errors differ in that.
    """

    def __init__(
        self, kind: str, errors: Sequence[Payload], *, status: int, has_data: bool = False
    ) -> None:
        super().__init__(f"{kind}: {errors[0]['message'] if errors else 'refused'}")
        self.kind, self.errors, self.status = kind, tuple(errors), status
        self.has_data = has_data

    def payload(self) -> Payload:
        """The answer's body."""
        body: Payload = {"errors": list(self.errors)}
        return body | {"data": None} if self.has_data else body


def bad_token(code: str, *, status: int) -> Refusal:
    """A missing, invalid or expired token. Source: A:101000452406, read 2026-11-20."""
    message = "Token validation failed. Please provide a valid access token."
    error = _remote_error(message, {"code": code})
    return Refusal(code, [error], status=status)


def part_limit_exceeded(limit: int, *, status: int) -> Refusal:
    """No parts are left. Source: A:101000437414, read 2026-11-20."""
    return Refusal("part limit", [part_limit_error(limit)], status=status, has_data=True)


def not_entitled(name: str, add_on: str) -> Payload:
    """The error beside an answer whose part field `name` the plan does not open.

    Source: a live test of April 2026 (facts, section 4), read 2026-11-20. One error for each field,
    and without a path, is assumed.
    """
    return _remote_error(
        f"Unauthorized to access '{name}'. Please upgrade your Nexar subscription to include '{add_on}'"
    )


def part_limit_error(limit: int) -> Payload:
    """The part limit's error, to stand beside what was served before it was met."""
    return _remote_error(_part_limit_words(limit))


def upper_case(code: str) -> str:
    """The newer spelling of a code: `AUTH_INVALID_TOKEN`. Seen in nexar-design-render-demo."""
    return _HUMP.sub("_", code).upper()


def not_allowed(name: str) -> Refusal:
    """A token whose scopes do not cover a field of `Query`.

    Text and code are those of the API's gateway software; that the API answers so is assumed.
    """
    message = "The current user is not authorized to access this resource."
    error = {"message": message, "path": [name], "extensions": {"code": "AUTH_NOT_AUTHORIZED"}}
    return Refusal("scope", [error], status=200, has_data=True)


def bad_arguments(problems: Iterable[tuple[FieldNode, str, str]]) -> Refusal:
    """Arguments out of range, one error for each: field, response key, message.

    The shape is that of a recorded answer of supSearchMpn; its HTTP status was not recorded.
    """
    errors = [
        {
            **GraphQLError(message, nodes=[node], path=[key]).formatted,
            "extensions": {
                "remote": {"message": message, "path": [key]},
                "schemaName": SCHEMA_NAME,
            },
        }
        for node, key, message in problems
    ]
    return Refusal("arguments", errors, status=200)


def bad_document(message: str) -> Refusal:
    """A body or document that cannot be executed."""
    return Refusal("document", [{"message": message}], status=400)


def _part_limit_words(limit: int) -> str:
    return (
        f"You have exceeded your part limit of {limit}. Please upgrade your plan. "
        "Contact us at api@nexar.com for assistance."
    )


def _remote_error(message: str, extensions: Mapping[str, str] | None = None) -> Payload:
    remote = {"message": message}
    return {
        "message": message,
        "extensions": {**(extensions or {}), "remote": remote, "schemaName": SCHEMA_NAME},
    }
