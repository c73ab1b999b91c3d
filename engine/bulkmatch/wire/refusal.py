"""What an answer that is no data means: the body first, then the status."""

import re
from collections.abc import Sequence

from bulkmatch.errors import (
    BadCredentials,
    BadQuery,
    NotEntitled,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.wire.entitlement import feature_of
from bulkmatch.wire.retry_after import retry_after
from nexar_client import GraphQLError, Reply

# Texts and codes of the API: facts, sections 3 to 5 (A:101000452406, A:101000437414 and recorded
# answers), read 2026-11-20. Statuses are not documented, so texts come first.
_PART_LIMIT = re.compile(r"exceeded your part limit(?: of (\d+))?", re.IGNORECASE)
_NOT_ENTITLED = re.compile(r"Unauthorized to access '(\w+)'(?:.*?include '(\w+)')?", re.IGNORECASE)
_BAD_TOKEN_CODES = frozenset({"authinvalidtoken", "authexpiredtoken", "authnotauthenticated"})
_NOT_ALLOWED_CODES = frozenset({"authnotauthorized", "authworkspaceaccess"})
_SLOW_DOWN_CODES = frozenset({"toomanyrequests", "ratelimited", "ratelimitexceeded"})
_TOLD = 300  # as much of a foreign text as a message holds


def refusal(reply: Reply, errors: Sequence[GraphQLError], *, now: float) -> WireError:
    """The one error that an answer without data stands for. `now` is seconds since the epoch."""
    status = reply.status
    whole = "; ".join(dict.fromkeys(error.message for error in errors if error.message))
    told, codes = whole[:_TOLD], {_code(error) for error in errors}
    if limit := _PART_LIMIT.search(whole):
        parts = int(limit[1]) if limit[1] else None
        return PartLimitReached(
            limit[0] if len(whole) > _TOLD else told, limit=parts, status=status
        )
    if codes & _BAD_TOKEN_CODES or "token validation failed" in whole.casefold():
        return Unauthorized(told, status=status)
    if features := entitlements(errors):
        return NotEntitled(told, features=frozenset(features), status=status)
    if codes & _NOT_ALLOWED_CODES:
        return BadCredentials(f"the token may not use this API: {told}", status=status)
    if codes & _SLOW_DOWN_CODES or status == 429:
        return _throttled(reply, now)
    if not errors:
        return without_body(reply, now=now)
    if status in (401, 403):
        return _barred(status, told)
    if status >= 500:
        return Unanswered(f"the API failed with {status}: {told}", status=status)
    return _bad_query(reply, told, errors)


def is_grave(error: GraphQLError) -> bool:
    """Whether an error may be why parts are missing; what the plan lacks only empties fields."""
    return _NOT_ENTITLED.search(error.message) is None


def without_body(reply: Reply, *, now: float) -> WireError:
    """What the status alone says, when the body is not GraphQL."""
    match reply.status:
        case 429:
            return _throttled(reply, now)
        case 401 | 403:
            return _barred(reply.status, "no reason given")
        case status:
            return Unanswered(f"the API answered {status} without GraphQL in it", status=status)


def entitlements(errors: Sequence[GraphQLError]) -> dict[str, str]:
    """The features that the plan lacks, in our names, each with what the API said of it.

    The API names add-on or field ("DATASHEETS").
    """
    found = ((_NOT_ENTITLED.search(error.message), error.message) for error in errors)
    return {feature_of(match[2] or match[1]): told[:_TOLD] for match, told in found if match}


def _bad_query(reply: Reply, told: str, errors: Sequence[GraphQLError]) -> BadQuery:
    """An error with a path, or beside a `data` of null, arose while the request was carried out.

    Source: GraphQL spec, section 7.1, read 2026-11-20.
    """
    executed = any(error.path for error in errors) or b'"data"' in reply.body
    error = BadQuery(f"the API refused the request: {told}", executed=executed, status=reply.status)
    if reply.status != 400:
        error.billed = None
    return error


def _barred(status: int, told: str) -> WireError:
    if status == 401:
        return Unauthorized(f"the token was refused (401): {told}", status=status)
    return BadCredentials(f"access was refused (403): {told}", status=status)


def _throttled(reply: Reply, now: float) -> Throttled:
    return Throttled(retry_after=retry_after(reply.headers, now=now), status=reply.status)


def _code(error: GraphQLError) -> str:
    """A code in one spelling: `AUTH_INVALID_TOKEN` and `AuthInvalidToken` are the same."""
    return (error.code or "").replace("_", "").casefold()
