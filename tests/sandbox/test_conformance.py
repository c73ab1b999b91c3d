"""Real answers of the API, loaded as a catalog and asked again: the sandbox must say the same.

Nothing that was recorded may differ, whatever of it is asked. The recordings lie beside the
project and are not part of it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, build_schema
from tests.sandbox.api import Api, Clock

from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.matching import Question, match_by_rules
from bulkmatch.sandbox.schema_file import schema_text
from nexar_client import NexarClient, Reply, SupPartMatchQuery

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "nexar" / "recorded"
FILES = sorted(RECORDED.glob("*.json"))
SPELT = {"LM2611BMF_NOPB": "LM2611BMF/NOPB"}  # a slash cannot stand in a file's name
RECORDED_WITH_LIMIT = 5

pytestmark = pytest.mark.skipif(not FILES, reason=f"no recorded answers at {RECORDED}")


def question(file: Path) -> dict[str, str]:
    """What was asked, as the file's name tells it."""
    kind, _, rest = file.stem.partition("_")
    number = next((n for n in SPELT if rest.endswith(n)), rest.rpartition("_")[2])
    company = rest.removesuffix(f"_{number}").replace("_", " ")
    asked = {kind: SPELT.get(number, number)}
    if company != "unk":
        asked["manufacturer" if kind == "mpn" else "seller"] = company
    return asked


def selection(kind: GraphQLObjectType, told: Mapping[str, Any]) -> str:
    """A selection of every field that an object has."""
    fields: list[str] = []
    for name, value in told.items():
        inner: Any = kind.fields[name].type
        while isinstance(inner, GraphQLNonNull | GraphQLList):
            inner = inner.of_type
        below = merged(value) if isinstance(inner, GraphQLObjectType) else None
        fields.append(name if below is None else f"{name} {selection(inner, below)}")
    return "{ " + " ".join(fields or ["__typename"]) + " }"


def merged(value: Any) -> dict[str, Any]:
    """The fields of an object, or of all objects in a list together."""
    if isinstance(value, dict):
        return value
    together: dict[str, Any] = {}
    for inner in value or ():
        for name, told in inner.items():
            known = together.get(name)
            together[name] = [*known, *told] if isinstance(known, list) else known or told
    return together


@pytest.fixture(scope="module")
def recorded() -> Api:
    """A sandbox over all recordings."""
    return Api(SandboxSettings(recorded=(RECORDED,)), Clock())


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
async def test_every_recorded_field_is_answered_as_it_was_recorded(
    file: Path, recorded: Api
) -> None:
    answer = json.loads(file.read_text("utf-8"))
    match = build_schema(schema_text()).type_map["SupPartMatch"]
    assert isinstance(match, GraphQLObjectType)
    query = (
        "query ($q: [SupPartMatchQuery!]!) { supMultiMatch(queries: $q) "
        f"{selection(match, answer)} }}"
    )
    asked = {**question(file), "reference": answer["reference"], "limit": RECORDED_WITH_LIMIT}
    data = await recorded.ask(query, {"q": [asked]})
    parts = [part or {"__typename": "SupPart"} for part in answer["parts"]]
    assert data["supMultiMatch"] == [{**answer, "parts": parts}]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
async def test_the_generated_client_reads_the_same_parts_in_the_same_order(
    file: Path, recorded: Api
) -> None:
    answer = json.loads(file.read_text("utf-8"))

    async def send(document: str, _: str, variables: Mapping[str, object]) -> Reply:
        response = await recorded.post(document, dict(variables))
        return Reply(response.status_code, dict(response.headers), response.content)

    query = SupPartMatchQuery.model_validate({**question(file), "limit": RECORDED_WITH_LIMIT})
    matches = (await NexarClient(send).match_supply(queries=[query])).sup_multi_match
    assert matches is not None
    (match,) = matches
    assert match.hits == answer["hits"]
    assert [(p.mpn, p.manufacturer.name, p.id) for p in match.parts] == [
        (p["mpn"], p["manufacturer"]["name"], p["id"]) for p in answer["parts"]
    ]
    parts: list[Any] = list(match.parts)
    for part, told in zip(parts, answer["parts"], strict=True):
        assert [(s.company.name, len(s.offers)) for s in part.sellers] == [
            (s["company"]["name"], len(s["offers"])) for s in told["sellers"]
        ]
        for offer, raw in zip(offers(part), raw_offers(told), strict=True):
            assert (offer.sku, offer.moq, offer.inventory_level, offer.click_url) == (
                *(raw["sku"], raw["moq"], raw["inventoryLevel"], raw["clickUrl"]),
            )
            assert [(p.quantity, p.price, p.currency) for p in offer.prices] == [
                (p["quantity"], p["price"], p["currency"]) for p in raw["prices"]
            ]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_rules_alone_find_the_same_parts_in_the_same_order(file: Path, recorded: Api) -> None:
    answer = json.loads(file.read_text("utf-8"))
    asked = question(file)
    found = match_by_rules(recorded.twin.catalog, Question(**asked, limit=5))  # type: ignore[arg-type]
    assert [(p.mpn, p.maker.name, p.id) for p in found.parts] == [
        (p["mpn"], p["manufacturer"]["name"], p["id"]) for p in answer["parts"]
    ]


def test_there_is_nothing_in_the_folder_that_stops_it_and_no_part_is_lost() -> None:
    ids = {part["id"] for file in FILES for part in json.loads(file.read_text("utf-8"))["parts"]}
    catalog = load_catalog(recorded=(RECORDED,))
    assert catalog.part_count == len(ids)
    assert {part.id for part in catalog.parts()} == ids


def offers(part: Any) -> Iterator[Any]:
    return (offer for seller in part.sellers for offer in seller.offers)


def raw_offers(told: Mapping[str, Any]) -> Iterator[Any]:
    return (offer for seller in told["sellers"] for offer in seller["offers"])
