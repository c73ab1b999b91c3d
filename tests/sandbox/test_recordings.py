"""Folders of recorded answers: what is found in them, whatever stands around it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sandbox.api import MATCH, Api, Clock, found
from tests.sandbox.test_graphql import OFFERS, selection

from bulkmatch.errors import FeedError
from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.recordings import read_recordings
from bulkmatch.sandbox.schema_file import schema_text

Write = Callable[..., Path]


def part(mpn: str = "X-1", maker: str = "Acme", **more: Any) -> dict[str, Any]:
    return {"id": f"{maker} {mpn}", "mpn": mpn, "manufacturer": {"name": maker}, **more}


def answer(*parts: Any, hits: int | None = None, **more: Any) -> dict[str, Any]:
    return {"hits": len(parts) if hits is None else hits, "parts": list(parts), **more}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(told: Any, name: str = "answer.json") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(told), "utf-8")
        return tmp_path

    return written


def api_of(folder: Path, **settings: Any) -> Api:
    return Api(SandboxSettings(recorded=(folder,), **settings), Clock())


SHAPES: dict[str, Any] = {
    "an answer by itself": answer(part()),
    "a list of answers": [answer(part()), answer()],
    "a GraphQL answer": {"data": {"supMultiMatch": [answer(part())]}},
    "under an alias": {"data": {"b0": [answer(part())]}, "extensions": {"requestId": "r"}},
    "a search": {"data": {"supSearchMpn": {"hits": 1, "results": [{"part": part()}]}}},
    "parts by id": {"data": {"supParts": [part(), None]}},
    "deep inside": {"recorded": {"by": "us", "answers": [{"answer": answer(part())}]}},
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_answers_are_found_in_any_shape(shape: str, write: Write) -> None:
    api = api_of(write(SHAPES[shape]))
    (told,) = await api.match({"mpn": "x1"})
    assert (told["hits"], found(told)) == (1, [("X-1", "Acme")])


async def test_folders_in_folders_and_files_without_answers_are_no_trouble(write: Write) -> None:
    write({"error": "invalid_scope"}, "token.json")
    write([], "empty.json")
    write(answer(part("Y-2")), "more/deeper/one.json")
    folder = write(answer(part()))
    (folder / "notes.txt").write_text("no JSON")
    (folder / "two.jsonl").write_text(
        "\n".join(json.dumps(answer(part(mpn))) for mpn in ("Z-3", "Z-4")) + "\n"
    )
    api = api_of(folder)
    assert [
        m["hits"] for m in await api.match(*({"mpn": m} for m in ("X1", "Y2", "Z3", "Z4")))
    ] == [1] * 4


def test_a_file_that_is_no_json_is_named(write: Write) -> None:
    folder = write(answer(part()))
    (folder / "broken.json").write_text("{")
    with pytest.raises(FeedError, match=r"broken\.json"):
        read_recordings((folder,))


async def test_hits_may_be_more_than_parts_and_pages_turn(write: Write) -> None:
    parts = [part(maker=maker) for maker in ("B", "A", "C")]
    api = api_of(write(answer(*parts, hits=7)))
    whole, second = await api.match(
        {"mpn": "X1", "limit": 9}, {"mpn": "X-1", "start": 1, "limit": 1}
    )
    assert (whole["hits"], [maker for _, maker in found(whole)]) == (7, ["B", "A", "C"])
    assert (second["hits"], found(second)) == (7, [("X-1", "A")])


async def test_a_name_of_a_file_teaches_another_name_of_the_maker(write: Write) -> None:
    write(answer(part("Y-2", "Broadcom")), "z.json")
    api = api_of(write(answer(part("X-1", "Broadcom")), "mpn_Old_Name_X-1.json"))
    recorded, learnt, unknown = await api.match(
        {"mpn": "X-1", "manufacturer": "old name"},
        {"mpn": "Y-2", "manufacturer": "Old-Name"},
        {"mpn": "Y-2", "manufacturer": "Other"},
    )
    assert [m["hits"] for m in (recorded, learnt, unknown)] == [1, 1, 0]


SELLERS = [{"company": {"name": "RS"}, "offers": [{"sku": "0166-327"}]}]


@pytest.mark.parametrize("sku", ["166327", "0166-327", "166-327"])
async def test_a_stock_number_is_found_without_its_zeros(sku: str, write: Write) -> None:
    told = answer(part(sellers=SELLERS))
    api = api_of(write(told, "sku_RS_Components_166-327.json"))
    by_name, by_alias, other = await api.match(
        {"sku": sku, "seller": "RS"},
        {"sku": sku, "seller": "RS Components"},
        {"sku": sku, "seller": "Mouser"},
    )
    assert [m["hits"] for m in (by_name, by_alias, other)] == [1, 1, 0]


async def test_two_answers_to_one_question_are_told_apart_by_their_references(write: Write) -> None:
    told = [answer(part(shortDescription=text), reference=text) for text in ("old", "new")]
    api = api_of(write(told))
    query = "query ($q: [SupPartMatchQuery!]!) { supMultiMatch(queries: $q) { parts { shortDescription } } }"
    data = await api.ask(
        query, {"q": [{"mpn": "X1", "reference": r} for r in ("new", "old", "none")]}
    )
    shown = [m["parts"][0]["shortDescription"] for m in data["supMultiMatch"]]
    assert shown == ["new", "old", "old"]


async def test_questions_beside_the_answers_are_believed(write: Write) -> None:
    told = {
        "variables": {"queries": [{"mpn": "X-1", "manufacturer": "Was", "reference": "q1"}]},
        "data": {"supMultiMatch": [answer(part(maker="Is"), reference="q1", hits=2)]},
    }
    (match,) = await api_of(write(told)).match({"mpn": "X-1", "manufacturer": "was"})
    assert (match["hits"], found(match)) == (2, [("X-1", "Is")])


RICH = part(
    shortDescription="a part",
    totalAvail=12,
    medianPrice1000={"quantity": 1000, "price": 0.5, "currency": "USD"},
    category={"id": "6", "name": "ICs", "path": "/electronic-parts/ics"},
    specs=[{"attribute": {"id": "910", "shortname": "lifecyclestatus", "name": "L"},
            "displayValue": "Production (Last Updated: 2 days ago)"}],
    similarParts=[part("S-9")],
    images=[{"url": "https://i.example.com/1.png"}],
    unknownField={"of": "another profile"},
    sellers=[
        {
            "company": {"name": "Alpha", "id": "7", "homepageUrl": "https://a.example.com"},
            "isAuthorized": False,
            "offers": [
                {
                    "sku": "A-1",
                    "inventoryLevel": 5,
                    "clickUrl": "https://a.example.com/click",
                    "prices": [
                        {"quantity": 1, "price": 1, "currency": "EUR", "convertedPrice": 2.5,
                         "convertedCurrency": "USD", "conversionRate": 2.5},
                    ],
                }
            ],
        },
        {"company": {"name": "Empty"}, "offers": []},
    ],
)  # fmt: skip


async def test_every_field_of_the_schema_can_be_asked_of_a_recorded_part(write: Write) -> None:
    kind = build_schema(schema_text()).type_map["SupPart"]
    assert isinstance(kind, GraphQLObjectType)
    api = api_of(write(answer(RICH, part("Y", sellers=None, specs=None), part("Z"))))
    query = (
        "query ($q: [SupPartMatchQuery!]!) { supMultiMatch(queries: $q) "
        f"{{ parts {selection(kind, 5)} }} }}"
    )
    data = await api.ask(query, {"q": [{"mpn": "X1"}, {"mpn": "Y"}, {"mpn": "Z"}]})
    rich, bare, _ = (match["parts"][0] for match in data["supMultiMatch"])
    assert (rich["totalAvail"], rich["medianPrice1000"]["price"]) == (12, 0.5)
    assert rich["similarParts"][0]["mpn"] == "S-9"
    assert rich["specs"][0]["value"] == "Production"
    assert (bare["sellers"], bare["specs"], bare["shortDescription"]) == ([], [], "")


@pytest.mark.parametrize(("currency", "price"), [("USD", 2.5), ("EUR", 1.0), ("GBP", 1.09 / 1.28)])
async def test_a_recorded_price_is_converted_when_another_currency_is_asked(
    currency: str, price: float, write: Write
) -> None:
    api = api_of(write(answer(RICH)))
    data = await api.ask(OFFERS, {"q": [{"mpn": "X1"}], "currency": currency})
    (offer,) = data["supMultiMatch"][0]["parts"][0]["sellers"][0]["offers"]
    assert offer["clickUrl"] == "https://a.example.com/click"
    assert offer["prices"][0]["convertedPrice"] == pytest.approx(price)
    assert offer["prices"][0]["convertedCurrency"] == currency


async def test_price_breaks_hold_for_recorded_offers(write: Write) -> None:
    data = await api_of(write(answer(RICH))).ask(OFFERS, {"q": [{"mpn": "X1"}], "breaks": [50]})
    prices = data["supMultiMatch"][0]["parts"][0]["sellers"][0]["offers"][0]["prices"]
    assert [(p["quantity"], p["price"]) for p in prices] == [(50, 1.0)]


async def test_recordings_and_feeds_stand_in_one_catalog(write: Write, write_feed: Write) -> None:
    folder = write(answer(part()), "in/answer.json") / "in"
    api = api_of(folder, catalogs=(write_feed("manufacturer,mpn\nOther,X1\n"),))
    recorded, other = await api.match({"mpn": "X1"}, {"mpn": "X1", "manufacturer": "other"})
    assert (recorded["hits"], found(other)) == (1, [("X1", "Other")])


NAMES = (
    *("id", "mpn", "manufacturer", "name", "hits", "parts", "specs", "attribute", "displayValue"),
    *("sellers", "company", "offers", "sku", "prices", "quantity", "price", "currency", "category"),
    *("path", "reference", "results", "part", "url", "aliases", "bestDatasheet", "totalAvail"),
    *("queries", "variables", "moq"),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
async def test_no_recording_however_odd_breaks_an_answer(
    anyio_backend_name: str, tmp_path_factory: pytest.TempPathFactory, told: Any
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.json").write_text(json.dumps([answer(part(odd=told)), told]), "utf-8")
    if isinstance(told, dict):
        (folder / "part.json").write_text(json.dumps({"mpn": "X-1", "specs": [], **told}), "utf-8")
    api = api_of(folder)
    for listed in api.twin.catalog.parts():
        kind = build_schema(schema_text()).type_map["SupPart"]
        assert isinstance(kind, GraphQLObjectType)
        query = f"query ($ids: [String!]!) {{ supParts(ids: $ids) {selection(kind, 4)} }}"
        assert (await api.post(query, {"ids": [listed.id]})).status_code == 200
    assert (await api.post(MATCH, {"queries": [{"mpn": "X1"}]})).status_code == 200
