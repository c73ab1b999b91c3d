"""Logins and tokens: codes, PKCE, refresh tokens, applications, and the token endpoint's limits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.sandbox.api import MATCH, Api, Clock

from bulkmatch.errors import SettingsError
from bulkmatch.sandbox import AppSettings, SandboxSettings
from bulkmatch.sandbox.accounts import read_accounts
from bulkmatch.sandbox.logins import challenge_of

Open = Callable[..., Api]
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REDIRECT = "http://localhost:3000/login"
SCOPES = "openid profile email user.access supply.domain offline_access"
COUNTERS = "{ admOrganizations { applications { id supplyCounts { partCounter partLimit } } } }"
ONE = {"queries": [{"mpn": "NC7SZ74K8X"}]}


async def login(api: Api, **asked: str) -> httpx.Response:
    rightly = {
        "response_type": "code",
        "client_id": "sandbox",
        "redirect_uri": REDIRECT,
        "scope": SCOPES,
        "state": "s1",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    }
    return await api.send("GET", "/connect/authorize", params={**rightly, **asked})


async def code_of(api: Api, **asked: str) -> str:
    location = urlsplit((await login(api, **asked)).headers["location"])
    told = parse_qs(location.query)
    assert told["state"] == ["s1"]
    return told["code"][0]


async def redeem(api: Api, code: str, **form: str) -> httpx.Response:
    rightly = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    return await api.grant(grant_type="authorization_code", **{**rightly, **form})


def test_the_challenge_is_that_of_the_standard() -> None:
    assert challenge_of(VERIFIER) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_a_login_brings_a_user_s_token_that_sees_the_counter_and_asks_for_parts(
    api: Api,
) -> None:
    body = (await redeem(api, await code_of(api))).json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 86_400, SCOPES)
    assert body["id_token"].count(".") == 2
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await api.post(MATCH, ONE, headers=headers)).json()["data"]["supMultiMatch"]
    told = (await api.post(COUNTERS, headers=headers)).json()["data"]["admOrganizations"]
    assert told[0]["applications"][0]["supplyCounts"]["partCounter"] == 1


async def test_a_refresh_token_brings_new_tokens_of_no_more_scopes(api: Api) -> None:
    body = (await redeem(api, await code_of(api))).json()
    refreshed = await api.grant(grant_type="refresh_token", refresh_token=body["refresh_token"])
    assert refreshed.json()["access_token"] != body["access_token"]
    fewer = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert (await api.grant(**fewer, scope="supply.domain")).json()["scope"] == "supply.domain"
    more = await api.grant(**fewer, scope="supply.domain design.domain")
    assert (more.status_code, more.json()) == (400, {"error": "invalid_scope"})
    foreign = await api.grant(**fewer, client_id="design-only")
    assert foreign.json() == {"error": "invalid_grant"}
    unknown = await api.grant(grant_type="refresh_token", refresh_token="none")
    assert unknown.json() == {"error": "invalid_grant"}


async def test_without_offline_access_there_is_no_refresh_token(api: Api) -> None:
    body = (await redeem(api, await code_of(api, scope="openid user.access"))).json()
    assert "refresh_token" not in body


async def test_a_code_holds_once_and_for_five_minutes(api: Api, clock: Clock) -> None:
    code = await code_of(api)
    assert (await redeem(api, code)).status_code == 200
    assert (await redeem(api, code)).json() == {"error": "invalid_grant"}
    late = await code_of(api)
    clock.now += 300
    assert (await redeem(api, late)).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": "short"},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:3001/login"},
        {"client_id": "design-only"},
        {"code": "none"},
    ],
)
async def test_a_code_that_is_redeemed_wrongly_brings_nothing(
    wrong: dict[str, str], api: Api
) -> None:
    code = await code_of(api)
    answer = await redeem(api, **{"code": code, **wrong})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "design.domain"}, "invalid_scope"),
    ],
)
async def test_a_wrong_login_is_sent_back_with_its_error(
    asked: dict[str, str], error: str, api: Api
) -> None:
    answer = await login(api, **asked)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {
        "error": [error],
        "state": ["s1"],
    }


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example.com/login",
        "http://localhost:3000/login/more",
        "http://localhost:3000/login?x=1",
        "http://127.0.0.1@evil.example.com/login",
        "http://user@127.0.0.1/login",
        "http://127.0.0.1:nonsense/login",
        "http://127.0.0.1:9/elsewhere",
        "",
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(redirect: str, api: Api) -> None:
    answer = await login(api, redirect_uri=redirect)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert (await login(api, client_id="nobody")).status_code == 400


async def test_any_port_of_this_machine_will_do(api: Api) -> None:
    redirect = "http://127.0.0.1:51234/login"
    code = await code_of(api, redirect_uri=redirect)
    assert (await redeem(api, code, redirect_uri=redirect)).status_code == 200


async def test_the_token_endpoint_has_the_documented_limits(open_api: Open, clock: Clock) -> None:
    api = open_api(limits_tokens=True)
    statuses = [(await api.grant()).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    clock.now += 1
    assert (await api.grant()).status_code == 200
    last = await api.grant()
    for _ in range(250):
        clock.now += 1
        last = await api.grant()
    assert (last.status_code, last.json()) == (429, {"error": "too_many_requests"})
    clock.now += 900
    assert (await api.grant()).status_code == 200


OTHER = AppSettings("other", "secret-2", "another", part_limit=1, without=("TECH_SPECS",))


async def test_applications_count_apart_and_have_plans_of_their_own(open_api: Open) -> None:
    api = open_api(apps=(OTHER,), part_limit_crossing="refuse")
    token = (await api.grant(client_id="other", client_secret="secret-2")).json()["access_token"]
    query = '{ supMultiMatch(queries: [{mpn: "NC7SZ74K8X"}]) { parts { specs { value } } } }'
    first = (await api.post(query, headers={"token": token})).json()
    assert "'TECH_SPECS'" in first["errors"][0]["message"]
    second = (await api.post(query, headers={"token": token})).json()
    assert "exceeded your part limit of 1" in second["errors"][0]["message"]
    assert "errors" not in (await api.post(query)).json()
    told = (await api.ask_as_user(COUNTERS))["admOrganizations"][0]["applications"]
    counts = {app["id"]: app["supplyCounts"] for app in told}
    assert counts["other"] == {"partCounter": 1, "partLimit": 1}
    assert counts["sandbox"]["partCounter"] == 1
    assert (await api.stats())["parts_charged"] == 2


async def test_an_application_of_another_domain_gets_no_parts(api: Api) -> None:
    token = (await api.grant(client_id="design-only")).json()["access_token"]
    answer = (await api.post(MATCH, ONE, headers={"token": token})).json()
    assert answer["errors"][0]["extensions"]["code"] == "AUTH_NOT_AUTHORIZED"
    assert (await api.grant(client_id="design-only", scope="supply.domain")).status_code == 400


async def test_codes_may_be_spelt_the_newer_way(open_api: Open) -> None:
    answer = await open_api(upper_case_codes=True).post(MATCH, ONE, headers={})
    assert answer.json()["errors"][0]["extensions"]["code"] == "AUTH_INVALID_TOKEN"


def test_accounts_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "apps.toml"
    file.write_text(
        '[[app]]\nclient_id = "a"\nclient_secret = "s"\npart_limit = 100\npart_limit_resets = "never"\n'
        'scopes = ["supply.domain"]\nwithout = ["DATASHEETS"]\n'
        '[[app]]\nclient_id = "b"\nclient_secret = "t"\n'
    )
    first, second = read_accounts(file)
    assert (first.client_id, first.part_limit, first.without) == ("a", 100, ("DATASHEETS",))
    assert (second.client_id, second.part_limit) == ("b", None)
    assert "secret" not in repr(first)


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "",
        "app = 3",
        "[[app]]\nclient_id = 'a'",
        "[[app]]\nclient_id = 'a'\nclient_secret = 's'\ncolour = 'red'",
        "[[app]]\nclient_id = 'a'\nclient_secret = 's'\npart_limit = 'many'",
        "[[app]]\nclient_id = 'a'\nclient_secret = 's'\npart_limit = -1",
        "[[app]]\nclient_id = 'a'\nclient_secret = 's'\nscopes = 'supply.domain'",
        "[[app]]\nclient_id = 'a'\nclient_secret = 's'\npart_limit_resets = 'daily'",
    ],
)
def test_a_file_that_tells_no_accounts_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "apps.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="sandbox: "):
        read_accounts(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_accounts(tmp_path / "none.toml")


def test_two_applications_of_one_id_are_refused() -> None:
    twice: Any = (AppSettings("a", "s"), AppSettings("a", "t"))
    with pytest.raises(SettingsError, match="one client id"):
        SandboxSettings(apps=twice)
