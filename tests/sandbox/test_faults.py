"""What goes wrong on demand: by rule, by header, and by the page that steers."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.sandbox.api import FEED, MATCH, Api

from bulkmatch.errors import SettingsError
from bulkmatch.sandbox import RunningSandbox, SandboxSettings, serve_in_thread
from bulkmatch.sandbox.faults import FAULTS, FaultDesk, Rule, rule_from_text

Open = Callable[..., Api]
QUERIES = {
    "queries": [
        {"mpn": "SN74LS00N", "reference": "a"},
        {"mpn": "NC7SZ74K8X", "reference": "b"},
        {"mpn": "HLMP-K150", "reference": "c"},
    ]
}


async def hit(api: Api, fault: str, query: str = MATCH, variables: Any = QUERIES) -> httpx.Response:
    """The answer to a request with a fault of its own."""
    headers = {**await api.headers(), "X-Sandbox-Fault": fault}
    return await api.post(query, variables, headers=headers)


def references(answer: httpx.Response) -> list[str]:
    return [match["reference"] for match in answer.json()["data"]["supMultiMatch"]]


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("429", 429, "application/json"),
        ("500", 500, "application/json"),
        ("502", 502, "text/html"),
        ("503", 503, "text/plain"),
        ("504", 504, "text/html"),
        ("html", 200, "text/html"),
    ],
)
async def test_a_refusal_on_demand_charges_nothing_unless_it_says_so(
    fault: str, status: int, kind: str, api: Api
) -> None:
    answer = await hit(api, fault)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)
    assert (await api.stats())["parts_charged"] == 0
    charged = await hit(api, f"{fault}:charged=yes")
    assert charged.status_code == status
    stats = await api.stats()
    assert (stats["parts_charged"], stats["by_fault"]) == (4, {fault: 2})
    assert (stats["by_outcome"], stats["refused"]) == ({f"fault {fault}": 1, "ok": 1}, 1)


async def test_retry_after_comes_when_it_is_asked_for(api: Api) -> None:
    assert "retry-after" not in (await hit(api, "429")).headers
    assert (await hit(api, "429:retry-after=7")).headers["retry-after"] == "7"


async def test_a_truncated_answer_is_charged_and_no_json(api: Api) -> None:
    answer = await hit(api, "truncated")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert (await api.stats())["parts_charged"] == 4


async def test_errors_stand_beside_the_data_or_in_its_place(api: Api) -> None:
    beside, alone = await hit(api, "errors"), await hit(api, "null-data")
    assert references(beside) == ["a", "b", "c"]
    assert beside.json()["errors"][0]["extensions"]["schemaName"] == "Supply"
    assert (alone.json()["data"], len(alone.json()["errors"])) == (None, 1)
    assert (await api.stats())["parts_charged"] == 8


async def test_match_entries_come_twice_or_not_at_all_or_in_another_order(api: Api) -> None:
    twice, gone = references(await hit(api, "duplicate")), references(await hit(api, "missing"))
    assert (len(twice), set(twice)) == (4, {"a", "b", "c"})
    assert (len(gone), len(set(gone))) == (2, 2)
    orders = {tuple(references(await hit(api, "reorder"))) for _ in range(12)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("a", "b", "c")}


async def test_parts_and_results_may_be_null(api: Api) -> None:
    entries = (await hit(api, "null-parts")).json()["data"]["supMultiMatch"]
    assert sum(entry["parts"] is None for entry in entries) == 1
    search = '{ supSearchMpn(q: "sn74") { hits results { part { mpn } } } }'
    told = (await hit(api, "null-parts", search, None)).json()["data"]["supSearchMpn"]
    assert (told["results"], told["hits"]) == (None, 2)


async def test_tokens_expire_and_quotas_end_in_the_middle(api: Api) -> None:
    expired = await hit(api, "expire")
    assert expired.json()["errors"][0]["extensions"]["code"] == "AuthExpiredToken"
    api._headers = None
    assert references(await hit(api, "slow:seconds=0")) == ["a", "b", "c"]
    ended = await hit(api, "quota")
    assert "exceeded your part limit of 4" in ended.json()["errors"][0]["message"]
    assert "exceeded" in (await api.post(MATCH, QUERIES)).text


async def test_a_slow_answer_is_a_whole_one(api: Api) -> None:
    assert references(await hit(api, "slow:seconds=0.01")) == ["a", "b", "c"]


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSandbox]:
    with serve_in_thread(SandboxSettings(catalogs=(FEED,))) as served:
        yield served


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_cut_connection_is_charged_and_the_next_one_holds(
    encoding: str, running: RunningSandbox
) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    token = httpx.post(running.token_url, data=form).json()["access_token"]
    headers = {"token": token, "Accept-Encoding": encoding}
    body = {"query": MATCH, "variables": QUERIES}
    before = running.stats().parts_charged
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(running.api_url, json=body, headers={**headers, "X-Sandbox-Fault": "cut"})
    assert running.stats().parts_charged == before + 4
    assert httpx.post(running.api_url, json=body, headers=headers).status_code == 200


@pytest.mark.parametrize("text", FAULTS)
def test_every_fault_can_be_told_and_is_told_back(text: str) -> None:
    assert rule_from_text(text) == Rule(text)
    full = f"{text}:share=0.5,after=2,times=3,seconds=0.25,retry-after=4,charged=yes"
    assert rule_from_text(full) == Rule(text, 0.5, 2, 3, 0.25, 4, is_charged=True)
    assert str(rule_from_text(full)) == full


@pytest.mark.parametrize(
    "text",
    [
        *("", "418", "503:share=2", "503:share=x", "503:times=0", "503:after=-1", "503:colour=red"),
        *("slow:seconds=inf", "slow:seconds=-1", "429:retry-after=-1", "500:charged=maybe"),
    ],
)
async def test_what_is_no_fault_is_told(text: str, open_api: Open) -> None:
    with pytest.raises(SettingsError, match="sandbox: "):
        rule_from_text(text)
    with pytest.raises(SettingsError, match="sandbox: "):
        open_api(faults=(text,))
    if text:
        answer = await hit(open_api(), text)
        assert (answer.status_code, "sandbox: " in answer.text) == (400, True)


def test_the_same_seed_strikes_the_same_requests() -> None:
    def struck(seed: int) -> list[str]:
        desk = FaultDesk(("503:share=0.3", "429:share=0.2,times=4"), seed=seed)
        return [rule.kind if (rule := desk.strike(None)) else "" for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    counts = Counter(struck(1))
    assert 40 <= counts["503"] <= 80
    assert 1 <= counts["429"] <= 4


def test_a_rule_waits_strikes_and_is_over() -> None:
    desk = FaultDesk(("500:after=1,times=2",))
    assert [bool(desk.strike(None)) for _ in range(5)] == [False, True, True, False, False]


async def test_faults_by_setting_and_by_page(open_api: Open) -> None:
    api = open_api(faults=("503:times=1",))
    assert [(await api.post(MATCH, QUERIES)).status_code for _ in range(2)] == [503, 200]
    told = await api.send("POST", "/sandbox/faults", json={"faults": ["429:times=1"], "seed": 3})
    assert told.json() == {"faults": ["429:times=1"], "seed": 3}
    assert [(await api.post(MATCH, QUERIES)).status_code for _ in range(2)] == [429, 200]
    wrongs: list[Any] = [{"faults": ["418"]}, {"seed": 1}, {"faults": [], "seed": "x"}, []]
    for wrong in wrongs:
        answer = await api.send("POST", "/sandbox/faults", json=wrong)
        assert (answer.status_code, "error" in answer.json()) == (400, True)
    assert (await api.send("POST", "/sandbox/faults", json={"faults": []})).json()["faults"] == []
