"""Searches: what they find, leave out, put first; offers by id; and the readings of the limit of 100."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema
from tests.sandbox.api import MATCH, Api

from bulkmatch.sandbox.matching import Question, match
from bulkmatch.sandbox.schema_file import older_text, schema_text

Open = Callable[..., Api]
SEARCH = """query ($q: String, $sort: String, $dir: SupSortDirection, $filters: Map, $stock: Boolean,
                   $sheet: Boolean, $start: Int, $limit: Int) {
  found: supSearchMpn(q: $q, sort: $sort, sortDir: $dir, filters: $filters, inStockOnly: $stock,
                      hasDatasheetOnly: $sheet, start: $start, limit: $limit) {
    hits results { part { mpn } description } appliedFilters { shortname name values displayValues }
  }
}"""
ROWS = (
    "manufacturer,mpn,sku,quantity,datasheet-url,price-break-1,price-usd-1,attributes\n"
    'B,AA-1,S1,5,,1,3.0,"{""resistance"": ""10 kΩ"", ""rohs"": ""Compliant""}"\n'
    'A,AA-2,S2,0,https://d.example.com/2.pdf,1,1.0,"{""resistance"": ""22 Ω""}"\n'
    'C,AA-3,S3,3,,1,2.0,"{""rohs"": ""Non-Compliant""}"\n'
)


@pytest.fixture
def api(open_api: Open, write_feed: Callable[..., Path]) -> Api:
    return open_api(catalogs=(write_feed(ROWS),))


async def found(api: Api, **asked: Any) -> list[str]:
    told = (await api.ask(SEARCH, {"q": "aa", **asked}))["found"]
    mpns = [result["part"]["mpn"] for result in told["results"] or ()]
    if "limit" not in asked:
        assert told["hits"] == len(mpns)
    return mpns


@pytest.mark.parametrize(
    ("sort", "direction", "order"),
    [
        ("resistance", "asc", ["AA-2", "AA-1", "AA-3"]),
        ("resistance", "desc", ["AA-1", "AA-2", "AA-3"]),
        ("rohs", "desc", ["AA-3", "AA-1", "AA-2"]),
        ("mpn", "desc", ["AA-3", "AA-2", "AA-1"]),
        ("manufacturer", "asc", ["AA-2", "AA-1", "AA-3"]),
        ("total_avail", "desc", ["AA-1", "AA-3", "AA-2"]),
        ("median_price_1000", "asc", ["AA-2", "AA-3", "AA-1"]),
    ],
)
async def test_results_are_sorted_as_asked_and_those_without_a_value_are_last(
    sort: str, direction: str, order: list[str], api: Api
) -> None:
    assert await found(api, sort=sort, dir=direction) == order


@pytest.mark.parametrize(
    ("asked", "mpns"),
    [
        ({"stock": True}, {"AA-1", "AA-3"}),
        ({"sheet": True}, {"AA-2"}),
        ({"filters": {"rohs": "Compliant"}}, {"AA-1"}),
        ({"filters": {"rohs": ["Compliant", "Non-Compliant"]}}, {"AA-1", "AA-3"}),
        ({"filters": {"lifecyclestatus": "Production"}}, set()),
        ({"filters": {"distributor_id": "1", "nobody_knows": "x"}}, {"AA-1", "AA-2", "AA-3"}),
    ],
)
async def test_results_are_left_out_as_asked(
    asked: dict[str, Any], mpns: set[str], api: Api
) -> None:
    assert set(await found(api, **asked)) == mpns


async def test_the_filters_that_were_taken_into_account_are_told(api: Api) -> None:
    filters = {"rohs": "Compliant", "distributor_id": "1"}
    told = (await api.ask(SEARCH, {"q": "aa", "filters": filters}))["found"]
    assert told["appliedFilters"] == [
        {
            "shortname": "rohs",
            "name": "RoHS",
            "values": ["Compliant"],
            "displayValues": ["Compliant"],
        }
    ]


async def test_pages_of_a_search_turn_and_are_charged(api: Api) -> None:
    assert await found(api, sort="mpn", limit=2) == ["AA-1", "AA-2"]
    assert await found(api, sort="mpn", limit=2, start=2) == ["AA-3"]
    assert (await api.stats())["parts_charged"] == 3


async def test_words_of_a_search_may_be_the_beginnings_of_words(open_api: Open) -> None:
    query = "query ($q: String) { supSearch(q: $q) { hits results { part { mpn } } } }"
    api = open_api()
    for q, hits in (
        ("nand tex", 1),
        ("SN74LS00N", 2),
        ("gat", 2),
        ('"OR" *', 0),
        ("-", 0),
        ("", 0),
    ):
        told = (await api.ask(query, {"q": q}))["supSearch"]
        assert (told["hits"], (told["results"] or []) == []) == (hits, hits == 0), q


async def test_offers_come_by_their_ids_and_are_not_charged(open_api: Open) -> None:
    api = open_api()
    part = match(api.twin.catalog, Question(mpn="SN74LS00N")).parts[0]
    query = """query ($r: [SupOfferReference!]!) {
      supPartOffers(country: "US", currency: "USD", references: $r, priceBreaks: [10]) {
        partId sellerId offer { sku prices { quantity } } } }"""
    wanted = [
        {"partId": part.id, "offerId": part.offers[3].id},
        {"partId": part.id, "offerId": "none"},
        {"partId": "none", "offerId": part.offers[0].id},
    ]
    first, *others = (await api.ask(query, {"r": wanted}))["supPartOffers"]
    assert (first["partId"], first["sellerId"]) == (part.id, part.offers[3].seller.id)
    assert first["offer"]["sku"] == "K-9"
    assert others == [None, None]
    assert (await api.stats())["parts_charged"] == 0
    many = await api.post(query, {"r": wanted[:1] * 101})
    assert "references must not contain more than 100 items" in many.text


TOO_MANY = "total number of parts requested must not exceed 4"
TWO = {"mpn": "SN74LS00N", "limit": 2}


@pytest.mark.parametrize(
    ("rule", "queries", "is_served"),
    [
        ("queries", [TWO] * 4, True),
        ("queries", [TWO] * 5, False),
        ("returned", [TWO] * 2, True),
        ("returned", [TWO] * 3, False),
        ("returned", [{"mpn": "NONE", "limit": 100}] * 4, True),
        ("sum-of-limits", [TWO] * 2, True),
        ("sum-of-limits", [TWO] * 3, False),
        ("sum-of-limits", [{"mpn": "NONE"}] * 2, False),
    ],
)
async def test_each_reading_of_the_limit_can_be_had(
    rule: str, queries: list[Any], is_served: bool, open_api: Open
) -> None:
    api = open_api(parts_rule=rule, max_queries=4)
    answer = await api.post(MATCH, {"queries": queries})
    assert (answer.status_code, "errors" not in answer.json()) == (200, is_served)
    if not is_served:
        told = answer.json()["errors"][0]["message"]
        assert told == (
            "queries must not contain more than 4 items" if rule == "queries" else TOO_MANY
        )
        assert (await api.stats())["parts_charged"] == 0


async def test_an_older_interface_does_not_know_the_newer_argument(open_api: Open) -> None:
    query = '{ supMultiMatch(queries: [{mpn: "SN74LS00N"}], rankingMethod: SUPPLY) { hits } }'
    assert (await open_api().post(query)).status_code == 200
    api = open_api(schema_version="2025-05")
    refused = await api.post(query)
    assert (refused.status_code, "rankingMethod" in refused.text) == (400, True)
    assert await api.match({"mpn": "SN74LS00N"})
    assert (await api.send("GET", "/graphql?sdl")).text == older_text()


def test_the_older_interface_differs_in_nothing_else() -> None:
    older, newer = build_schema(older_text()), build_schema(schema_text())
    assert set(older.type_map) == {*newer.type_map, "Time"}
    assert older.query_type is not None
    assert newer.query_type is not None
    for name, field in newer.query_type.fields.items():
        assert set(older.query_type.fields[name].args) == set(field.args) - {"rankingMethod"}
    offer = older.type_map["SupOffer"]
    assert isinstance(offer, GraphQLObjectType)
    assert str(offer.fields["updated"].type) == "Time!"
