"""The pages under /sandbox: what they tell, what they change, and whom they refuse."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.sandbox.api import MATCH, Api

from bulkmatch.sandbox import AppSettings

Open = Callable[..., Api]
CONTROL = {"X-Bulkmatch-Sandbox": "1"}


async def raw(api: Api, method: str, path: str, **headers: str) -> httpx.Response:
    """A request with these headers and no others of ours."""
    transport = httpx.ASGITransport(api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.request(method, path, headers=told, json={})


@pytest.mark.parametrize("path", ["", "/stats", "/log", "/state", "/behaviours"])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:8080", 200),
        ("evil.example.com", 421),
        ("127.0.0.1.evil.example.com:8080", 421),
        ("192.168.0.7", 421),
        ("[nonsense", 421),
    ],
)
async def test_only_a_host_of_this_machine_is_answered(
    host: str, status: int, path: str, api: Api
) -> None:
    assert (await raw(api, "GET", f"/sandbox{path}", host=host)).status_code == status


@pytest.mark.parametrize("path", ["expire-tokens", "part-limit", "plan", "faults", "clear-log"])
async def test_a_change_from_another_site_is_refused(path: str, api: Api) -> None:
    page = f"/sandbox/{path}"
    assert (await raw(api, "POST", page)).status_code == 403
    foreign = await raw(api, "POST", page, origin="https://evil.example.com", **CONTROL)
    assert foreign.status_code == 403
    rebound = await raw(api, "POST", page, host="evil.example.com", **CONTROL)
    assert rebound.status_code == 421
    own = await raw(api, "POST", page, origin="http://127.0.0.1:8080", **CONTROL)
    assert own.status_code in (200, 400)
    assert (await raw(api, "OPTIONS", page)).headers.get("access-control-allow-origin") is None


async def test_the_page_loads_nothing_from_elsewhere_and_runs_no_foreign_script(api: Api) -> None:
    answer = await api.send("GET", "/sandbox")
    policy = answer.headers["content-security-policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', answer.text))
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in policy
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", answer.text)
    assert " style=" not in answer.text
    assert "innerHTML" not in answer.text
    assert (await api.send("GET", "/sandbox")).text != answer.text


async def test_the_log_tells_what_was_seen_and_can_be_asked_for_some_of_it(api: Api) -> None:
    await api.match({"mpn": "SN74LS00N"}, {"mpn": "NC7SZ74K8X"})
    await api.post("{ nope }")
    log = (await api.send("GET", "/sandbox/log")).json()
    assert [(e["operation"], e["queries"], e["parts"], e["outcome"]) for e in log] == [
        ("Match", 2, 3, "ok"),
        (None, 0, 0, "document"),
    ]
    assert log[0]["client_id"] == "sandbox"
    picked = (await api.send("GET", "/sandbox/log?outcome=document")).json()
    assert picked == log[1:]
    stats = await api.stats()
    assert stats["by_operation"] == {"Match": 1, "(no name)": 1}
    cleared = (await api.send("POST", "/sandbox/clear-log")).json()
    assert (cleared["graphql_requests"], cleared["parts_charged"]) == (0, 3)
    assert (await api.send("GET", "/sandbox/log")).json() == []


async def test_the_state_holds_all_that_the_page_shows_and_no_secret(open_api: Open) -> None:
    api = open_api(apps=(AppSettings("other", "very-secret", part_limit=5),), faults=("slow",))
    state: Any = await api.send("GET", "/sandbox/state")
    told = state.json()
    assert [app["client_id"] for app in told["applications"]] == ["sandbox", "other", "design-only"]
    assert told["applications"][1]["limit"] == 5
    assert told["faults"] == ["slow"]
    assert "very-secret" not in state.text


async def test_each_application_is_steered_by_its_name(open_api: Open) -> None:
    api = open_api(apps=(AppSettings("other", "s"),))
    for page, change in (("part-limit", {"limit": 3}), ("plan", {"without": ["TECH_SPECS"]})):
        answer = await api.send("POST", f"/sandbox/{page}", json={**change, "client_id": "other"})
        assert answer.status_code == 200
        nobody = await api.send("POST", f"/sandbox/{page}", json={**change, "client_id": "none"})
        assert nobody.status_code == 400
    other = api.twin.account.applications["other"]
    assert (other.meter.limit, sorted(other.without)) == (3, ["TECH_SPECS"])
    assert api.twin.meter.limit is None
    assert not api.twin.account.first.without


async def test_behaviours_can_be_read(api: Api) -> None:
    told = (await api.send("GET", "/sandbox/behaviours")).json()
    assert {"topic", "text", "status", "source", "switch"} == set(told[0])


async def test_the_api_itself_asks_for_no_such_header(api: Api) -> None:
    headers = {**await api.headers(), "Origin": "https://some.example.com"}
    assert (await api.post(MATCH, {"queries": []}, headers=headers)).status_code == 200
