"""What a client sees of parts, makers and sellers through GraphQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    build_schema,
    get_named_type,
    is_leaf_type,
)
from tests.sandbox.api import FEED, Api, Clock, found

from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.naming import snake_case
from bulkmatch.sandbox.offer_views import Asking, SellerView
from bulkmatch.sandbox.roots import ROOTS
from bulkmatch.sandbox.schema_file import schema_text
from bulkmatch.sandbox.twin import Twin
from bulkmatch.sandbox.views import CategoryView, PartView

LS00 = {"mpn": "SN74LS00N", "manufacturer": "TI"}


def selection(kind: GraphQLOutputType, depth: int) -> str:
    """Every field of a type, down to a depth."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    assert isinstance(named, GraphQLObjectType)
    fields = [
        f"{name}{selection(field.type, depth - 1)}"
        for name, field in named.fields.items()
        if depth > 1 or is_leaf_type(get_named_type(field.type))
    ]
    return f" {{ {' '.join(fields)} }}"


async def test_every_field_of_every_part_has_a_value_that_the_schema_allows(api: Api) -> None:
    schema = build_schema(schema_text())
    part = schema.type_map["SupPart"]
    assert isinstance(part, GraphQLObjectType)
    fields = selection(part, 5)
    mpns = ["SN74LS00N", "NC7SZ74K8X", "SKHHLQA010", "HLMP-K150", "15SMC68CA", "C0603C103K5RACTU"]
    query = f"query ($q: [SupPartMatchQuery!]!) {{ supMultiMatch(queries: $q) {{ hits parts {fields} }} }}"
    data = await api.ask(query, {"q": [{"mpn": mpn, "limit": 9} for mpn in mpns]})
    assert [match["hits"] for match in data["supMultiMatch"]] == [2, 1, 2, 1, 2, 2]


OFFER_ID = load_catalog((FEED,)).with_mpn("sn74ls00n")[0].offers[0].id
OFFERS_BY_ID = (
    '(country: "US", currency: "USD",'
    f' references: [{{partId: "437786556142893", offerId: "{OFFER_ID}"}}])'
)


async def test_every_root_answers_with_all_its_fields(api: Api) -> None:
    query_type = build_schema(schema_text()).query_type
    assert query_type is not None
    assert set(query_type.fields) == set(ROOTS)
    given = {
        "supMultiMatch": '(queries: [{mpn: "SN74LS00N"}])',
        "supParts": '(ids: ["437786556142893"])',
        "supPartOffers": OFFERS_BY_ID,
        "supSuggest": '(q: "sn")',
        "supSearch": '(q: "gate")',
        "supSearchMpn": '(q: "c0603")',
    }
    for name, field in query_type.fields.items():
        query = f"{{ {name}{given.get(name, '')}{selection(field.type, 4)} }}"
        ask = api.ask_as_user if name.startswith("adm") else api.ask
        data = await ask(query)
        assert data[name] not in ([], [None]), name


async def test_answers_stand_in_the_order_of_the_queries_with_their_references(api: Api) -> None:
    first, second, third = await api.match(
        {"mpn": "NOTHING", "reference": "b"}, {"mpn": "NC7SZ74K8X"}, {**LS00, "reference": "a"}
    )
    assert [m["reference"] for m in (first, second, third)] == ["b", None, "a"]
    assert (first["hits"], first["parts"], first["error"]) == (0, [], None)
    assert found(third) == [("SN74LS00N", "Texas Instruments")]


async def test_aliased_matches_of_one_document_each_get_their_own_answer(api: Api) -> None:
    data = await api.ask(
        """query ($b0: [SupPartMatchQuery!]!, $b1: [SupPartMatchQuery!]!) {
          b0: supMultiMatch(queries: $b0) { hits } b1: supMultiMatch(queries: $b1, currency: "EUR") { hits }
        }""",
        {"b0": [{"mpn": "SN74LS00N"}, {"mpn": "X"}], "b1": [{"mpn": "NC7SZ74K8X"}]},
    )
    assert data == {"b0": [{"hits": 2}, {"hits": 0}], "b1": [{"hits": 1}]}


async def test_three_parts_come_unless_limit_says_otherwise(
    open_api: Callable[..., Api], write_feed: Callable[..., Any]
) -> None:
    makers = "".join(f"Maker {n},X1\n" for n in range(5))
    api = open_api(catalogs=(write_feed(f"manufacturer,mpn\n{makers}"),))
    counts = [
        (m["hits"], len(m["parts"]))
        for m in await api.match(
            {"mpn": "x1"}, {"mpn": "x1", "limit": 5}, {"mpn": "x1", "start": 4}
        )
    ]
    assert counts == [(5, 3), (5, 5), (5, 1)]


async def test_options_are_taken_from_the_request(api: Api) -> None:
    (answer,) = await api.match({"mpn": "HLMP-K150"}, options={"requireAuthorizedSellers": True})
    (filtered,) = await api.match(
        {"mpn": "HLMP-K150"}, options={"filters": {"distributor_id": "1"}}
    )
    assert (answer["hits"], filtered["hits"]) == (0, 1)


async def test_a_skipped_field_is_neither_answered_nor_charged(api: Api) -> None:
    query = """query ($no: Boolean!) {
      a: supMultiMatch(queries: [{mpn: "NC7SZ74K8X"}]) @skip(if: $no) { parts { id } }
      ...More
    }
    fragment More on Query { b: supMultiMatch(queries: [{mpn: "HLMP-K150"}]) { hits } }"""
    assert await api.ask(query, {"no": True}) == {"b": [{"hits": 1}]}
    assert (await api.stats())["parts_charged"] == 1


SELLERS = """query ($q: [SupPartMatchQuery!]!, $currency: String! = "USD") {
  supMultiMatch(queries: $q, currency: $currency) { parts {
    plain: sellers { ...S }
    all: sellers(includeBrokers: true) { ...S }
    authorized: sellers(authorizedOnly: true) { ...S }
    second: sellers(includeBrokers: true, start: 1, limit: 1) { ...S }
    custom: sellers(customPricingOnly: true) { ...S }
  } }
}
fragment S on SupPartSeller { company { name } isAuthorized isBroker isRfq }"""


async def test_sellers_are_filtered_as_asked(api: Api) -> None:
    data = await api.ask(SELLERS, {"q": [LS00]})
    part = data["supMultiMatch"][0]["parts"][0]
    names = {key: [seller["company"]["name"] for seller in part[key]] for key in part}
    assert names == {
        "plain": ["Alpha", "Beta"],
        "all": ["Alpha", "Beta", "Kappa"],
        "authorized": ["Alpha"],
        "second": ["Beta"],
        "custom": [],
    }
    assert [s["isAuthorized"] for s in part["all"]] == [True, False, False]
    assert [s["isBroker"] for s in part["all"]] == [False, False, True]


async def test_a_seller_that_only_quotes_says_so(api: Api) -> None:
    data = await api.ask(SELLERS, {"q": [{"mpn": "NC7SZ74K8X"}]})
    assert data["supMultiMatch"][0]["parts"][0]["plain"][0]["isRfq"] is True


OFFERS = """query ($q: [SupPartMatchQuery!]!, $currency: String! = "USD", $breaks: [Int!]) {
  supMultiMatch(queries: $q, currency: $currency) { parts {
    medianPrice1000 { convertedPrice convertedCurrency } totalAvail avgAvail estimatedFactoryLeadDays
    sellers { offers(priceBreaks: $breaks) {
      sku inventoryLevel clickUrl updated
      prices { quantity price currency convertedPrice convertedCurrency conversionRate }
    } }
  } }
}"""


async def offers(api: Api, **variables: Any) -> Any:
    data = await api.ask(OFFERS, {"q": [LS00], **variables})
    return data["supMultiMatch"][0]["parts"][0]


async def test_prices_are_converted_to_the_currency_asked_for(api: Api) -> None:
    alpha = (await offers(api, currency="EUR"))["sellers"][0]["offers"][0]
    assert [(p["quantity"], p["price"], p["currency"]) for p in alpha["prices"]] == [
        (1, 0.46, "EUR"),
        (1, 0.5, "USD"),
        (100, 0.28, "EUR"),
        (100, 0.3, "USD"),
    ]
    for price in alpha["prices"]:
        assert price["convertedCurrency"] == "EUR"
        assert price["convertedPrice"] == price["price"] * price["conversionRate"]
    assert alpha["prices"][1]["convertedPrice"] == pytest.approx(0.5 / 1.09)


async def test_an_unknown_currency_falls_back_to_dollars(api: Api) -> None:
    alpha = (await offers(api, currency="XXX"))["sellers"][0]["offers"][0]
    assert {price["convertedCurrency"] for price in alpha["prices"]} == {"USD"}


async def test_price_breaks_ask_for_the_price_at_quantities(api: Api) -> None:
    alpha = (await offers(api, breaks=[50, 5000]))["sellers"][0]["offers"][0]
    assert [(p["quantity"], p["price"], p["currency"]) for p in alpha["prices"]] == [
        (50, 0.46, "EUR"),
        (50, 0.5, "USD"),
        (5000, 0.28, "EUR"),
        (5000, 0.3, "USD"),
    ]


async def test_the_median_at_a_thousand_is_that_of_the_dollar_prices(api: Api) -> None:
    part = await offers(api)
    assert part["medianPrice1000"] == {
        "convertedPrice": pytest.approx(0.35),
        "convertedCurrency": "USD",
    }
    assert (part["totalAvail"], part["avgAvail"], part["estimatedFactoryLeadDays"]) == (
        1050,
        1050.0,
        42,
    )


async def test_links_are_new_in_every_answer_and_figures_are_of_today(api: Api) -> None:
    first, second = [(await offers(api))["sellers"][0]["offers"][0] for _ in range(2)]
    assert first["clickUrl"] != second["clickUrl"]
    assert first["updated"] == second["updated"] == "2026-11-20T00:00:00Z"


SPECS = """query ($q: [SupPartMatchQuery!]!) { supMultiMatch(queries: $q) { parts { specs {
  attribute { id shortname group } value displayValue } } } }"""


async def test_a_lifecycle_comes_as_two_specs_with_its_age(api: Api, clock: Clock) -> None:
    clock.now += 86_400
    data = await api.ask(SPECS, {"q": [LS00]})
    specs = {s["attribute"]["id"]: s for s in data["supMultiMatch"][0]["parts"][0]["specs"]}
    assert specs["910"] == {
        "attribute": {"id": "910", "shortname": "lifecyclestatus", "group": "Supply Chain"},
        "value": "Production",
        "displayValue": "Production (Last Updated: 3 days ago)",
    }
    assert specs["942"]["displayValue"] == "PRODUCTION (Last Updated: 3 days ago)"
    assert (specs["610"]["value"], specs["683"]["value"]) == ("Compliant", "No SVHC")


async def test_a_part_without_lifecycle_has_no_such_spec(api: Api) -> None:
    data = await api.ask(SPECS, {"q": [{"mpn": "NC7SZ74K8X"}]})
    assert data["supMultiMatch"][0]["parts"][0]["specs"] == []


async def test_parts_come_by_id_and_null_stands_for_an_unknown_one(api: Api) -> None:
    (answer,) = await api.match(LS00)
    part_id = answer["parts"][0]["id"]
    data = await api.ask(
        "query ($ids: [String!]!) { supParts(ids: $ids) { mpn } }", {"ids": [part_id, "1"]}
    )
    assert data == {"supParts": [{"mpn": "SN74LS00N"}, None]}
    assert (await api.stats())["parts_charged"] == 2


SEARCHES = {
    "words": ('supSearch(q: "nand gate")', 2),
    "no words": ('supSearch(q: " ")', 0),
    "one page": ('supSearch(q: "gate", limit: 1)', 2),
    "the beginning": ('supSearchMpn(q: "1.5smc")', 2),
    "in stock": ('supSearchMpn(q: "1.5smc", inStockOnly: true)', 1),
    "with datasheet": ('supSearch(q: "gate", hasDatasheetOnly: true)', 1),
    "a lifecycle": ('supSearch(q: "gate", filters: {lifecyclestatus: "Production"})', 1),
    "lifecycles": (
        'supSearch(q: "gate", filters: {lifecyclestatus: ["Production", "Obsolete"]})',
        2,
    ),
    "an attribute": ('supSearchMpn(q: "C0603", filters: {capacitance: "10 nF"})', 2),
    "another value": ('supSearchMpn(q: "C0603", filters: {capacitance: "1 nF"})', 0),
    "another maker": ('supSearchMpn(q: "C0603", filters: {manufacturer_id: "1"})', 0),
    "a distributor": ('supSearchMpn(q: "C0603", filters: {distributor_id: "1"})', 2),
}


@pytest.mark.parametrize("case", SEARCHES)
async def test_a_search_finds(case: str, api: Api) -> None:
    field, hits = SEARCHES[case]
    data = await api.ask(f"{{ s: {field} {{ hits results {{ part {{ mpn }} description }} }} }}")
    assert data["s"]["hits"] == hits
    assert (data["s"]["results"] is None) is (hits == 0)
    if case == "one page":
        assert len(data["s"]["results"]) == 1


async def test_suggestions_makers_sellers_categories_and_attributes_cost_nothing(api: Api) -> None:
    data = await api.ask("""{
      supSuggest(q: "sn74") { text inManufacturerName inCategoryName inPartId }
      supManufacturers { name aliases slug }
      supSellers { name }
      supCategories { name path numParts parentId ancestors { name } children { name } }
      supAttributes { id shortname }
    }""")
    assert [s["inManufacturerName"] for s in data["supSuggest"]] == [
        "Texas Instruments",
        "Motorola",
    ]
    makers = {maker["name"]: maker["aliases"] for maker in data["supManufacturers"]}
    assert "Fairchild" in makers["onsemi"]
    assert "TI" in makers["Texas Instruments"]
    assert [seller["name"] for seller in data["supSellers"]] == ["Alpha", "Beta", "Kappa"]
    logic = next(c for c in data["supCategories"] if c["name"] == "Logic")
    assert (logic["path"], logic["numParts"]) == ("/semiconductors/logic", 3)
    assert (logic["ancestors"], logic["children"]) == (
        [{"name": "Semiconductors"}],
        [{"name": "Gates"}],
    )
    assert {"id": "910", "shortname": "lifecyclestatus"} in data["supAttributes"]
    assert (await api.stats())["parts_charged"] == 0


async def test_lists_are_narrowed_by_their_arguments(api: Api) -> None:
    data = await api.ask("""{
      slug: supManufacturers(slugs: ["kemet"]) { name }
      busy: supManufacturers(minNumberOfActiveParts: 2) { name }
      custom: supSellers(customPricingOnly: true) { name }
      path: supCategories(paths: ["/semiconductors/logic/gates"]) { name }
      uses: supCategories(root: Application) { name }
      none: supSuggest(q: "--") { text }
      elsewhere: supSuggest(q: "sn74", categoryId: "1") { text }
    }""")
    assert data == {
        "slug": [{"name": "KEMET"}],
        "busy": [{"name": "KEMET"}, {"name": "Littelfuse"}],
        "custom": [],
        "path": [{"name": "Gates"}],
        "uses": [],
        "none": [],
        "elsewhere": [],
    }


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("isAuthorized", "is_authorized"),
        ("medianPrice1000", "median_price1000"),
        ("has3dModel", "has3d_model"),
        ("mpnOrSku", "mpn_or_sku"),
        ("id", "id"),
    ],
)
def test_names_are_turned_to_snake_case(name: str, snake: str) -> None:
    assert snake_case(name) == snake


def test_whatever_holds_state_says_so() -> None:
    twin = Twin(SandboxSettings(catalogs=(FEED,), part_limit=9), Clock())
    part = twin.catalog.with_mpn("sn74ls00n")[0]
    asking = Asking(twin.catalog, "USD", "US", date(2026, 11, 20), "r")
    seller = SellerView(part.offers[0].seller, part.offers, asking)
    assert part.category is not None
    assert [
        repr(each)
        for each in (
            twin.meter,
            twin.tokens,
            twin.journal,
            PartView(part, asking),
            seller,
            seller.offers()[0],
            CategoryView(part.category, twin.catalog),
        )
    ] == [
        "Meter(0 of 9)",
        "TokenDesk(generation 0)",
        "Journal(0 requests)",
        "PartView(Texas Instruments SN74LS00N)",
        "SellerView(Alpha, 4 offers)",
        "OfferView(Alpha, S-1)",
        "CategoryView(/semiconductors/logic/gates)",
    ]
