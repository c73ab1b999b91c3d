"""What an answer without data means: one table, with the API's documented bodies in it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import SHARED

from bulkmatch import (
    BadCredentials,
    BadQuery,
    NotEntitled,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.wire.refusal import entitlements, refusal, without_body
from bulkmatch.wire.retry_after import retry_after
from nexar_client import GraphQLError, Reply

DOCUMENTED = SHARED / "nexar" / "recorded" / "documented"
NOW = 1_790_000_000.0


def errors(*entries: dict[str, Any]) -> tuple[GraphQLError, ...]:
    return tuple(GraphQLError.from_json(entry) for entry in entries)


def refused(status: int, *entries: dict[str, Any], **headers: str) -> WireError:
    return refusal(Reply(status, headers, b""), errors(*entries), now=NOW)


TOKEN = "Token validation failed. Please provide a valid access token."
LIMIT = "You have exceeded your part limit of 605. Please upgrade your plan."
FIELD = "Unauthorized to access 'best_datasheet'. Please upgrade your Nexar subscription to include"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500, 503])
@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"message": LIMIT}, PartLimitReached),
        ({"message": TOKEN}, Unauthorized),
        ({"message": "x", "extensions": {"code": "AUTH_EXPIRED_TOKEN"}}, Unauthorized),
        ({"message": "x", "extensions": {"code": "AuthExpiredToken"}}, Unauthorized),
        ({"message": f"{FIELD} 'DATASHEETS'"}, NotEntitled),
        ({"message": "x", "extensions": {"code": "AUTH_NOT_AUTHORIZED"}}, BadCredentials),
    ],
)
def test_the_body_is_read_before_the_status(
    status: int, entry: dict[str, Any], kind: type[WireError]
) -> None:
    assert type(refused(status, entry)) is kind


@pytest.mark.parametrize(
    ("status", "entries", "kind", "billed"),
    [
        (400, [{"message": "The field `x` does not exist."}], BadQuery, 0),
        (200, [{"message": "odd"}], BadQuery, None),
        (200, [{"message": "odd", "path": ["b0", 3]}], BadQuery, None),
        (401, [{"message": "odd"}], Unauthorized, 0),
        (403, [{"message": "odd"}], BadCredentials, 0),
        (500, [{"message": "odd"}], Unanswered, None),
        (429, [{"message": "odd"}], Throttled, 0),
        (429, [], Throttled, 0),
        (401, [], Unauthorized, 0),
        (403, [], BadCredentials, 0),
        (502, [], Unanswered, None),
        (200, [], Unanswered, None),
        (302, [], Unanswered, None),
    ],
)
def test_what_is_not_known_is_told_by_the_status(
    status: int, entries: list[dict[str, Any]], kind: type[WireError], billed: int | None
) -> None:
    error = refused(status, *entries)
    assert type(error) is kind
    assert error.billed == billed
    assert error.status == status


def test_the_part_limit_is_told_with_its_number() -> None:
    error = refused(500, {"message": LIMIT})
    assert isinstance(error, PartLimitReached)
    assert error.limit == 605


def test_entitlements_are_told_in_our_words() -> None:
    told = errors(
        {"message": f"{FIELD} 'DATASHEETS'"}, {"message": "Unauthorized to access 'specs'"}
    )
    assert entitlements(told) == {
        "datasheets": f"{FIELD} 'DATASHEETS'",
        "specs": "Unauthorized to access 'specs'",
    }


def test_a_body_that_is_no_graphql_is_told_by_its_status() -> None:
    assert type(without_body(Reply(503, {}, b"<html>"), now=NOW)) is Unanswered
    assert type(without_body(Reply(429, {"retry-after": "7"}, b""), now=NOW)) is Throttled


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("", None),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Mon, 21 Sep 2026 14:13:30 GMT", 10.0),
        ("Mon, 21 Sep 1998 14:13:30 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(told: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": told}, now=NOW) == seconds


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="../shared/nexar is absent")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("error_invalid_token", Unauthorized),
        ("error_part_limit_exceeded", PartLimitReached),
        ("error_part_limit_third_party_shape", PartLimitReached),
        ("error_field_not_in_plan_message_only", NotEntitled),
        ("error_start_and_limit_out_of_range", BadQuery),
    ],
)
def test_the_documented_bodies_are_recognised(name: str, kind: type[WireError]) -> None:
    told = json.loads(Path(DOCUMENTED / f"{name}.json").read_text())
    assert type(refused(200, *told["errors"])) is kind
