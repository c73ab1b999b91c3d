"""The account behind a sandbox: its counter for its user, its months, and what its plan lacks."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.sandbox.api import MATCH, Api, Clock

from bulkmatch.errors import SettingsError
from bulkmatch.sandbox import SandboxSettings

Open = Callable[..., Api]
LS00 = {"mpn": "SN74LS00N", "limit": 2}
COUNTERS = """
{ admOrganizations { name applications {
  id name scopes { scope } supplyCounts { partCounter partLimit } } } }
"""
DAY = 86_400.0


async def counts(api: Api) -> tuple[int, int]:
    """Counter and limit, as the user sees them."""
    [organization] = (await api.ask_as_user(COUNTERS))["admOrganizations"]
    supply, design = organization["applications"]
    assert (supply["id"], supply["scopes"]) == ("sandbox", [{"scope": "supply.domain"}])
    assert design["supplyCounts"] is None
    return supply["supplyCounts"]["partCounter"], supply["supplyCounts"]["partLimit"]


async def test_the_user_sees_the_counter_and_asking_is_free(open_api: Open) -> None:
    api = open_api(part_limit=9)
    await api.match(LS00, LS00)
    assert await counts(api) == await counts(api) == (4, 9)
    assert await counts(open_api()) == (0, 1_000_000)


async def test_an_application_s_token_may_not_see_the_counter(api: Api) -> None:
    answer = await api.post(COUNTERS)
    told = answer.json()
    assert (answer.status_code, told["data"]) == (200, None)
    assert told["errors"][0]["extensions"]["code"] == "AUTH_NOT_AUTHORIZED"


async def test_the_user_s_token_asks_for_no_parts(api: Api) -> None:
    headers = {"token": api.twin.tokens.user_token()}
    answer = await api.post(MATCH, {"queries": [LS00]}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "AUTH_NOT_AUTHORIZED"
    assert (await api.stats())["parts_charged"] == 0


async def test_a_counter_that_lags_shows_yesterday(open_api: Open, clock: Clock) -> None:
    api = open_api(counter_lags=True)
    await api.match(LS00)
    assert (await counts(api))[0] == 0
    clock.now += DAY
    assert (await counts(api))[0] == 2


@pytest.mark.parametrize(("resets", "left"), [("monthly", 2), ("never", 0)])
async def test_the_counter_starts_anew_on_the_first_or_never(
    resets: str, left: int, open_api: Open, clock: Clock
) -> None:
    api = open_api(part_limit=2, part_limit_resets=resets, token_seconds=10**9)
    await api.match(LS00)
    refused = await api.post(MATCH, {"queries": [LS00]})
    assert "exceeded your part limit of 2" in refused.text
    clock.now += 11 * DAY  # the 1st of December
    answer = (await api.post(MATCH, {"queries": [LS00]})).json()
    found = (answer["data"] or {}).get("supMultiMatch", [{"parts": []}])
    assert sum(len(match["parts"]) for match in found) == left
    assert (await api.stats())["parts_charged"] == 2 + left


async def test_a_crossing_request_may_be_served_as_far_as_the_limit_goes(open_api: Open) -> None:
    api = open_api(part_limit=3, part_limit_crossing="partial")
    answer = await api.post(MATCH, {"queries": [LS00, LS00, {"mpn": "NC7SZ74K8X"}]})
    told = answer.json()
    parts = [len(match["parts"]) for match in told["data"]["supMultiMatch"]]
    assert (answer.status_code, parts) == (200, [2, 0, 1])
    assert [match["hits"] for match in told["data"]["supMultiMatch"]] == [2, 2, 1]
    assert "exceeded your part limit of 3" in told["errors"][0]["message"]
    assert (await api.stats())["parts_charged"] == 3
    ids = '{ supSearch(q: "gate") { hits } }'
    assert "exceeded your part limit" in (await api.post(ids)).text


async def test_over_several_aliases_the_first_are_served_first(open_api: Open) -> None:
    api = open_api(part_limit=3, part_limit_crossing="partial")
    fields = 'supMultiMatch(queries: [{mpn: "SN74LS00N", limit: 2}]) { parts { id } }'
    told = (await api.post(f"{{ b0: {fields} b1: {fields} }}")).json()
    assert [len(told["data"][alias][0]["parts"]) for alias in ("b0", "b1")] == [2, 0]


ASKED = """
{ supMultiMatch(queries: [{mpn: "SN74LS00N"}, {mpn: "NC7SZ74K8X"}]) { parts {
  mpn bestDatasheet { url } specs { value } estimatedFactoryLeadDays similarParts { id }
  cad { hasKicad } cadModels { hasSymbol } sellers { offers { sku } } } } }
"""


async def test_what_the_plan_lacks_is_empty_and_told_once_beside_the_rest(open_api: Open) -> None:
    whole: Any = (await open_api().post(ASKED)).json()
    assert "errors" not in whole
    without = ("TECH_SPECS", "DATASHEETS", "LEAD_TIME", "SIMILAR_PARTS", "CAD_MODELS")
    told = (await open_api(without=without).post(ASKED)).json()
    messages = sorted(error["message"] for error in told["errors"])
    assert len(messages) == 6
    assert (
        "Unauthorized to access 'best_datasheet'. Please upgrade your Nexar subscription to include "
        "'DATASHEETS'" in messages
    )
    for match, same in zip(
        told["data"]["supMultiMatch"], whole["data"]["supMultiMatch"], strict=True
    ):
        for part, other in zip(match["parts"], same["parts"], strict=True):
            assert (part["bestDatasheet"], part["specs"]) == (None, [])
            assert part["estimatedFactoryLeadDays"] is None
            assert (part["mpn"], part["sellers"]) == (other["mpn"], other["sellers"])
    assert any(part["specs"] for match in whole["data"]["supMultiMatch"] for part in match["parts"])


async def test_a_field_that_is_left_out_of_the_document_brings_no_error(open_api: Open) -> None:
    api = open_api(without=("TECH_SPECS",))
    query = """query ($specs: Boolean!) { supMultiMatch(queries: [{mpn: "SN74LS00N"}]) {
      parts { mpn specs @include(if: $specs) { value } } } }"""
    assert "errors" in (await api.post(query, {"specs": True})).json()
    assert "errors" not in (await api.post(query, {"specs": False})).json()


async def test_the_plan_can_be_changed_while_it_runs(open_api: Open) -> None:
    api = open_api(without=("TECH_SPECS",))
    answer = await api.send("POST", "/sandbox/plan", json={"without": []})
    assert answer.status_code == 200
    assert "errors" not in (await api.post(ASKED)).json()
    refused = await api.send("POST", "/sandbox/plan", json={"without": ["NONSENSE"]})
    assert (refused.status_code, "TECH_SPECS" in refused.text) == (400, True)


@pytest.mark.parametrize(
    "wrong",
    [{"without": ("NONSENSE",)}, {"part_limit_resets": "daily"}, {"part_limit_crossing": "half"}],
)
def test_plans_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="sandbox: "):
        SandboxSettings(**wrong)


def test_what_stands_in_a_request_and_in_an_account_is_told_without_secrets(
    open_api: Open,
) -> None:
    twin = open_api().twin
    assert "client_secret" not in repr(twin.account)
