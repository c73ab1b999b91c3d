"""Refusals: tokens, limits and the part counter, with their bodies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.api import MATCH, Api, Clock

from bulkmatch.errors import SettingsError
from bulkmatch.sandbox import SandboxSettings

Open = Callable[..., Api]
ONE = {"queries": [{"mpn": "NC7SZ74K8X"}]}


def limit_error(limit: int) -> dict[str, Any]:
    message = (
        f"You have exceeded your part limit of {limit}. Please upgrade your plan. "
        "Contact us at api@nexar.com for assistance."
    )
    return {
        "message": message,
        "extensions": {"remote": {"message": message}, "schemaName": "Supply"},
    }


async def test_a_token_is_a_jwt_of_the_life_that_was_set(open_api: Open) -> None:
    answer = await open_api(token_seconds=120).grant(scope="supply.domain")
    body = answer.json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 120)
    assert body["access_token"].count(".") == 2
    assert answer.headers["cache-control"] == "no-store"


WRONG_GRANTS = {
    "a wrong secret": ({"client_secret": "guess"}, "invalid_client"),
    "another client": ({"client_id": "you"}, "invalid_client"),
    "a wrong scope": ({"scope": "supply.domain design.domain"}, "invalid_scope"),
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
}


@pytest.mark.parametrize("case", WRONG_GRANTS)
async def test_the_token_endpoint_refuses(case: str, api: Api) -> None:
    form, error = WRONG_GRANTS[case]
    answer = await api.grant(**form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("Basic c2FuZGJveDpzYW5kYm94", 200), ("Basic ????", 400), ("Basic c2FuZGJveDpuZWlu", 400)],
)
async def test_credentials_may_come_in_a_header(authorization: str, status: int, api: Api) -> None:
    answer = await api.send(
        "POST",
        "/connect/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": authorization},
    )
    assert answer.status_code == status


async def test_a_token_is_taken_from_either_header(api: Api) -> None:
    token = (await api.grant()).json()["access_token"]
    for headers in ({"Authorization": f"Bearer {token}"}, {"token": token}):
        assert (await api.post(MATCH, ONE, headers=headers)).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x.y.z"}, {"token": ""}])
async def test_a_missing_or_foreign_token_is_invalid(headers: dict[str, str], api: Api) -> None:
    answer = await api.post(MATCH, ONE, headers=headers)
    message = "Token validation failed. Please provide a valid access token."
    assert answer.status_code == 401
    assert answer.json()["errors"] == [
        {
            "message": message,
            "extensions": {
                "code": "AuthInvalidToken",
                "remote": {"message": message},
                "schemaName": "Supply",
            },
        }
    ]


async def test_a_token_of_another_sandbox_is_invalid(api: Api, open_api: Open) -> None:
    headers = await open_api().headers()
    answer = await api.post(MATCH, ONE, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "AuthInvalidToken"


async def test_a_token_expires_with_time(api: Api, clock: Clock) -> None:
    headers = await api.headers()
    clock.now += 86_399
    assert (await api.post(MATCH, ONE, headers=headers)).status_code == 200
    clock.now += 1
    answer = await api.post(MATCH, ONE, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "AuthExpiredToken"


async def test_all_tokens_can_be_made_to_expire_and_a_new_one_holds(open_api: Open) -> None:
    api = open_api(auth_status=200)
    old = await api.headers()
    await api.send("POST", "/sandbox/expire-tokens")
    answer = await api.post(MATCH, ONE, headers=old)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "AuthExpiredToken"
    token = (await api.grant()).json()["access_token"]
    assert "data" in (await api.post(MATCH, ONE, headers={"token": token})).json()


async def test_start_and_limit_out_of_range_are_told_one_by_one(api: Api) -> None:
    answer = await api.post('{ a: supSearchMpn(q: "x", start: 1001, limit: 101) { hits } }')
    body = answer.json()
    assert answer.status_code == 200
    assert "data" not in body
    assert body["errors"] == [
        {
            "message": message,
            "locations": [{"line": 1, "column": 3}],
            "path": ["a"],
            "extensions": {"remote": {"message": message, "path": ["a"]}, "schemaName": "Supply"},
        }
        for message in ("start must be between 0 and 1000", "limit must be between 0 and 100")
    ]


@pytest.mark.parametrize(
    ("query", "is_served"),
    [
        ({"start": 1000, "limit": 100}, True),
        ({"start": 0, "limit": 0}, True),
        ({"start": -1}, False),
        ({"limit": -1}, False),
        ({"limit": 101}, False),
    ],
)
async def test_a_match_checks_the_range_of_each_query(
    query: dict[str, int], is_served: bool, api: Api
) -> None:
    answer = await api.post(MATCH, {"queries": [{"mpn": "X"}, {"mpn": "X", **query}]})
    assert ("errors" not in answer.json()) is is_served


TWO_ALIASES = """query ($a: [SupPartMatchQuery!]!, $b: [SupPartMatchQuery!]!, $ids: [String!]!) {
  a: supMultiMatch(queries: $a) { hits } b: supMultiMatch(queries: $b) { hits } c: supParts(ids: $ids) { id }
}"""


@pytest.mark.parametrize(("more", "is_served"), [(0, True), (1, False)])
async def test_a_hundred_queries_and_ids_are_allowed_over_all_aliases(
    more: int, is_served: bool, api: Api
) -> None:
    queries = [{"mpn": "NC7SZ74K8X"}]
    answer = await api.post(
        TWO_ALIASES, {"a": queries * 60, "b": queries * (30 + more), "ids": ["1"] * 10}
    )
    assert ("errors" not in answer.json()) is is_served
    assert (await api.stats())["parts_charged"] == (90 if is_served else 0)
    if not is_served:
        assert [e["path"] for e in answer.json()["errors"]] == [["a"], ["b"], ["c"]]
        assert (
            answer.json()["errors"][0]["message"] == "queries must not contain more than 100 items"
        )


async def test_every_part_returned_is_charged_each_time(api: Api) -> None:
    queries: list[dict[str, Any]] = [
        {"mpn": "SN74LS00N"},
        {"mpn": "SN74LS00N", "limit": 1},
        {"mpn": "NOTHING"},
    ]
    await api.match(*queries)
    await api.match(*queries)
    await api.ask('{ supSearch(q: "gate", limit: 1) { results { part { id } } } }')
    stats = await api.stats()
    assert (stats["parts_charged"], stats["queries"]) == (7, 6)
    assert stats["parts_by_day"] == {"2026-11-20": 7}


@pytest.mark.parametrize("status", [200, 500])
async def test_an_exhausted_part_limit_is_told_under_either_status(
    status: int, open_api: Open
) -> None:
    api = open_api(part_limit=1, part_limit_status=status)
    await api.match({"mpn": "NC7SZ74K8X"})
    answer = await api.post(MATCH, {"queries": [{"mpn": "NOTHING"}]})
    body = answer.json()
    assert answer.status_code == status
    assert (body["errors"], body["data"]) == ([limit_error(1)], None)


async def test_a_limit_of_zero_serves_nothing_but_what_is_free(open_api: Open) -> None:
    api = open_api(part_limit=0)
    assert (await api.post(MATCH, ONE)).json()["errors"] == [limit_error(0)]
    assert await api.ask("{ supSellers { name } }") == {
        "supSellers": [{"name": "Alpha"}, {"name": "Beta"}, {"name": "Kappa"}]
    }


@pytest.mark.parametrize(("crossing", "charged"), [("serve", 4), ("refuse", 2)])
async def test_the_request_that_passes_the_limit_is_served_or_refused_whole(
    crossing: str, charged: int, open_api: Open
) -> None:
    api = open_api(part_limit=3, part_limit_crossing=crossing)
    two = {"queries": [{"mpn": "SN74LS00N"}]}
    first, second, third = [await api.post(MATCH, two) for _ in range(3)]
    assert "errors" not in first.json()
    assert ("errors" not in second.json()) is (crossing == "serve")
    assert third.json()["errors"] == [limit_error(3)]
    assert (await api.stats())["parts_charged"] == charged


async def test_the_part_limit_can_be_set_while_it_runs(api: Api) -> None:
    set_to = await api.send("POST", "/sandbox/part-limit", json={"limit": 0})
    assert set_to.json()["part_limit"] == 0
    assert "errors" in (await api.post(MATCH, ONE)).json()
    await api.send("POST", "/sandbox/part-limit", json={"limit": None})
    assert "errors" not in (await api.post(MATCH, ONE)).json()
    wrongs: list[Any] = [{"limit": -1}, {"limit": True}, {"limit": "9"}, {}, []]
    for wrong in wrongs:
        assert (await api.send("POST", "/sandbox/part-limit", json=wrong)).status_code == 400


BAD_DOCUMENTS: dict[str, tuple[str, Any]] = {
    "an unknown field": ("{ nope }", None),
    "an unknown argument": ("{ supSellers(nope: 1) { id } }", None),
    "no GraphQL at all": ("{", None),
    "a missing variable": (MATCH, {}),
    "an unknown input field": (MATCH, {"queries": [{"lifecycle": "x"}]}),
    "a null argument": (
        'query ($q: String) { supParts(ids: ["1"], country: $q) { id } }',
        {"q": None},
    ),
    "a mutation": ("mutation { x }", None),
    "two operations and no name": ("query A { __typename } query B { __typename }", None),
    "variables that are a list": ("{ __typename }", []),
}


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
async def test_what_cannot_be_executed_comes_under_400(case: str, api: Api) -> None:
    answer = await api.post(*BAD_DOCUMENTS[case])
    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"][0]["message"]
    assert (await api.stats())["refused"] == 1


@pytest.mark.parametrize(
    "content", ["", "[]", "nope", '{"query": 1}', '{"query": "{__typename}", "operationName": 1}']
)
async def test_a_body_that_is_no_request_comes_under_400(content: str, api: Api) -> None:
    headers = dict(await api.headers())
    answer = await api.send("POST", "/graphql", content=content, headers=headers)
    assert answer.status_code == 400


async def test_the_log_tells_what_was_asked(api: Api) -> None:
    await api.match({"mpn": "SN74LS00N"}, {"mpn": "X"})
    await api.post("{ nope }")
    await api.post(MATCH, ONE, headers={})
    log = (await api.send("GET", "/sandbox/log")).json()
    keys = ("operation", "aliases", "queries", "parts", "status", "outcome")
    assert [tuple(entry[key] for key in keys) for entry in log] == [
        ("Match", ["supMultiMatch"], 2, 2, 200, "ok"),
        (None, [], 0, 0, 400, "document"),
        (None, [], 0, 0, 401, "AuthInvalidToken"),
    ]
    stats = await api.stats()
    assert (stats["requests"], stats["graphql_requests"], stats["token_requests"]) == (4, 3, 1)


async def test_the_log_keeps_but_the_last_requests(open_api: Open) -> None:
    api = open_api(log_length=1)
    for number in range(3):
        await api.ask(f"query Q{number} {{ __typename }}")
    log = (await api.send("GET", "/sandbox/log")).json()
    assert [entry["operation"] for entry in log] == ["Q2"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "0.0.0.0"},
        {"host": "example.com"},
        {"host": "192.168.0.1"},
        {"port": 70_000},
        {"part_limit": -1},
        {"part_limit_status": 429},
        {"part_limit_crossing": "maybe"},
        {"auth_status": 403},
        {"max_queries": 0},
        {"latency_seconds": -1.0},
        {"log_length": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"^sandbox: "):
        SandboxSettings(**wrong)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_loopback_addresses_are_allowed(host: str) -> None:
    assert SandboxSettings(host=host, catalogs=(Path("x.csv"),)).host == host


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(SandboxSettings(client_secret="hush"))
