"""The account's own counter: read under a user's token, found by the client id, told in clear errors."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bulkmatch.errors import (
    BadCredentials,
    SettingsError,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.model.plan import Counter
from bulkmatch.wire.meter import Metered, counter_of, counters_over
from bulkmatch.wire.transport import open_transport, origin

URL = "https://api.example.com/graphql"
TOKEN = "user-token-4711"
NOW = 1_795_132_800.0
READ_AT = datetime.fromtimestamp(NOW, UTC)

SUPPLY = {
    "id": "App-1",
    "name": "bulk",
    "scopes": [{"scope": "supply.domain"}],
    "supplyCounts": {"partCounter": 412, "partLimit": 2000},
}
DESIGN: dict[str, Any] = {"id": "app-2", "name": "design", "scopes": [], "supplyCounts": None}


def organizations(*applications: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"admOrganizations": [{"name": "Acme", "applications": list(applications)}]}}


async def read(
    answer: httpx.Response, seen: Callable[[httpx.Request], None] = lambda _: None
) -> tuple[Metered, ...]:
    def serve(request: httpx.Request) -> httpx.Response:
        seen(request)
        return answer

    async with open_transport(
        allowed=frozenset({origin(URL)}),
        connections=1,
        give_up_after=5,
        inner=httpx.MockTransport(serve),
    ) as transport:
        return await counters_over(transport, URL, TOKEN, clock=lambda: NOW)


async def test_every_application_is_told_with_its_counter() -> None:
    requests: list[httpx.Request] = []
    found = await read(httpx.Response(200, json=organizations(SUPPLY, DESIGN)), requests.append)
    counter = Counter("App-1", "bulk", 412, 2000, READ_AT)
    assert [one.counter for one in found] == [counter, None]
    assert str(found[0]) == "'bulk' of Acme: id App-1, supply.domain"
    [request] = requests
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    told = json.loads(request.content)
    assert told["operationName"] == "ReadCounters"
    assert "security" not in told["query"]
    assert "ecret" not in told["query"]


async def test_what_is_half_there_is_no_counter() -> None:
    broken = {**SUPPLY, "id": "app-3", "supplyCounts": {"partCounter": None, "partLimit": 5}}
    nameless = {**SUPPLY, "name": None}
    found = await read(httpx.Response(200, json=organizations(broken, nameless)))
    assert [(one.id, one.counter) for one in found] == [("app-3", None)]
    assert await read(httpx.Response(200, json={"data": {"admOrganizations": None}})) == ()


def error(message: str, code: str | None = None) -> dict[str, Any]:
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code}}]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (200, error("no", "AUTH_NOT_AUTHORIZED"), BadCredentials, "the scope user.access"),
        (200, error("Token validation failed", "AuthExpiredToken"), Unauthorized, "get a new one"),
        (401, error("no", "AuthInvalidToken"), Unauthorized, "get a new one"),
        (401, {}, Unauthorized, "get a new one"),
        (403, {}, BadCredentials, "an application's own token never may"),
        (502, {}, Unanswered, "502"),
        (200, organizations({**SUPPLY, "scopes": 5}), Unanswered, "could not be read, at"),
        (400, error("Cannot query field 'admOrganizations'"), WireError, "admOrganizations"),
        (200, error(f"the token {TOKEN} is odd"), WireError, r"the token \*\*\* is odd"),
    ],
)
async def test_what_goes_wrong_is_told_with_what_to_do(
    status: int, body: dict[str, Any], kind: type[WireError], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        await read(httpx.Response(status, json=body))
    assert TOKEN not in str(raised.value)


async def test_what_is_no_token_is_not_sent() -> None:
    async with open_transport(
        allowed=frozenset({origin(URL)}), connections=1, give_up_after=5
    ) as transport:
        with pytest.raises(SettingsError, match="copy it anew"):
            await counters_over(transport, URL, "a token\n", clock=lambda: NOW)


def metered(app_id: str, name: str, *, counts: bool = True) -> Metered:
    counter = Counter(app_id, name, 1, 2, READ_AT) if counts else None
    return Metered(app_id, name, "Acme", (), counter)


ONE, TWO, NO_SUPPLY = (
    metered("ID-1", "one"),
    metered("ID-2", "two"),
    metered("ID-3", "x", counts=False),
)


@pytest.mark.parametrize(
    ("client_id", "named", "meant"),
    [
        ("id-1", None, "ID-1"),
        ("id-2", None, "ID-2"),
        ("id-1", "two", "ID-2"),
        (None, "ID-2", "ID-2"),
        ("elsewhere", "One", "ID-1"),
    ],
)
def test_the_application_is_found_by_the_client_id_or_by_what_it_is_called(
    client_id: str | None, named: str | None, meant: str
) -> None:
    found = (ONE, TWO, NO_SUPPLY)
    assert counter_of(found, client_id=client_id, named=named).application_id == meant


@pytest.mark.parametrize(
    ("found", "client_id", "named", "words"),
    [
        ((ONE, TWO), "id-9", None, r"has the client id for its id; say which: --application ID"),
        ((ONE,), None, None, "without a client id nobody can tell .*'one' of Acme: id ID-1"),
        ((ONE, TWO), "id-1", "three", "the user sees no application 'three'; say which"),
        ((ONE, NO_SUPPLY), "id-3", None, "'x' has no supply side, so no part counter"),
        ((NO_SUPPLY,), "id-9", None, "sees no application with a supply side"),
        ((), "id-9", None, "sees no application with a supply side"),
        ((ONE, metered("ID-4", "ONE")), None, "one", "several applications are called 'one'"),
    ],
)
def test_where_it_is_not_clear_all_are_named(
    found: tuple[Metered, ...], client_id: str | None, named: str | None, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        counter_of(found, client_id=client_id, named=named)


def test_an_id_goes_before_a_name() -> None:
    called_like_an_id = metered("ID-5", "ID-1")
    assert counter_of((called_like_an_id, ONE), client_id="ID-1", named=None).application == "one"
