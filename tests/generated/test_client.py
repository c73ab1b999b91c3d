"""What the generated methods send, and that no value ever becomes part of a document."""

import json
from collections.abc import Mapping

import pytest
from graphql import build_schema, parse
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode

from bulkmatch.wire.schema import pinned_schema
from nexar_client import (
    DOCUMENTS,
    MATCH_SUPPLY,
    UNSET,
    MatchFullItem,
    MatchSupplyItem,
    NexarClient,
    NotGraphQL,
    Reply,
    SupPartMatchOptions,
    SupPartMatchQuery,
    UnsetType,
    Unsuccessful,
)


class Wire:
    """Stands for the network: keeps what was sent, gives the answer that it was made with."""

    def __init__(self, answer: object) -> None:
        self.body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.sent: list[tuple[str, str, Mapping[str, object]]] = []

    async def send(self, document: str, name: str, variables: Mapping[str, object]) -> Reply:
        self.sent.append((document, name, variables))
        return Reply(200, {"content-type": "application/json"}, self.body)


FOUND = {
    "reference": "r",
    "hits": 1,
    "parts": [{"id": 1, "mpn": "X", "manufacturer": {"name": "M"}}],
}


def item(
    mpn: str, *, country: str | UnsetType = UNSET, currency: str | UnsetType = UNSET
) -> MatchSupplyItem:
    query = SupPartMatchQuery(mpn=mpn, limit=1, reference=mpn)
    return MatchSupplyItem(queries=[query], country=country, currency=currency)


async def test_a_batch_sends_one_document_with_an_alias_for_each_item() -> None:
    wire = Wire({"data": {"b0": [FOUND], "b1": [FOUND]}})
    items = [item("A"), item("B", country="DE", currency="EUR")]
    reply = await NexarClient(wire.send).match_supply_batch(items, with_specs=False)
    ((document, name, variables),) = wire.sent
    assert name == "MatchSupply"
    assert document == MATCH_SUPPLY.compose(2)
    assert variables == {
        "queries_0": [{"mpn": "A", "limit": 1, "reference": "A"}],
        "queries_1": [{"mpn": "B", "limit": 1, "reference": "B"}],
        "country_1": "DE",
        "currency_1": "EUR",
        "authorizedOnly": False,
        "includeBrokers": False,
        "withSpecs": False,
        "withDatasheets": True,
        "withLeadTime": True,
    }
    assert reply.part_count == 2


async def test_options_go_under_the_names_of_the_schema_and_only_what_was_set() -> None:
    wire = Wire({"data": {"b0": []}})
    options = SupPartMatchOptions(require_stock_available=True, filters={"lifecyclestatus": "EOL"})
    asked = MatchFullItem(queries=(SupPartMatchQuery(mpn_or_sku="A"),), options=options)
    await NexarClient(wire.send).match_full_batch([asked])
    variables = wire.sent[0][2]
    assert variables["queries_0"] == [{"mpnOrSku": "A"}]
    assert variables["options_0"] == {
        "requireStockAvailable": True,
        "filters": {"lifecyclestatus": "EOL"},
    }
    assert (variables["withCad"], variables["withSimilarParts"]) == (True, False)


async def test_what_is_sent_is_json_and_fits_the_variables_of_its_document() -> None:
    wire = Wire({"data": {"b0": []}})
    await NexarClient(wire.send).match_supply_batch([item("A", country="DE"), item("B")])
    document, _, variables = wire.sent[0]
    assert json.loads(json.dumps(variables)) == variables
    (query,) = (n for n in parse(document).definitions if isinstance(n, OperationDefinitionNode))
    schema = build_schema(pinned_schema())
    coerced = get_variable_values(schema, query.variable_definitions, dict(variables))
    assert isinstance(coerced, dict), coerced
    assert (coerced["country_0"], coerced["country_1"]) == ("DE", "US")


@pytest.mark.parametrize(
    "text", ['") { evil } #', "{i}", "$queries_0", "fragment", '"""', "b0: x", "\n}"]
)
async def test_no_text_of_a_value_is_ever_in_a_document(text: str) -> None:
    wire = Wire({"data": {}})
    asked = MatchSupplyItem(
        queries=[SupPartMatchQuery(mpn=text, manufacturer=text, reference=text)],
        country=text,
        currency=text,
    )
    await NexarClient(wire.send).match_supply_batch([asked, asked])
    assert wire.sent[0][0] == MATCH_SUPPLY.compose(2)


async def test_a_plain_operation_sends_its_own_document_and_gives_its_model() -> None:
    wire = Wire({"data": {"supMultiMatch": [FOUND]}})
    found = await NexarClient(wire.send).match_supply(queries=[SupPartMatchQuery(mpn="X")])
    assert found.sup_multi_match is not None
    assert found.sup_multi_match[0].parts[0].mpn == "X"
    document, name, variables = wire.sent[0]
    assert (document, name) == (DOCUMENTS["MatchSupply"], "MatchSupply")
    assert (variables["queries"], variables["country"]) == ([{"mpn": "X"}], "US")
    assert "options" not in variables


async def test_a_plain_operation_with_errors_raises_them_with_the_data_that_came() -> None:
    wire = Wire(
        {"data": {"supMultiMatch": None}, "errors": [{"message": "no"}, {"message": "way"}]}
    )
    with pytest.raises(Unsuccessful, match="no; way") as told:
        await NexarClient(wire.send).match_supply(queries=[])
    assert told.value.data == {"supMultiMatch": None}
    assert [error.message for error in told.value.errors] == ["no", "way"]


async def test_a_plain_operation_without_a_graphql_answer_says_so() -> None:
    with pytest.raises(NotGraphQL):
        await NexarClient(Wire(b"<html>").send).match_supply(queries=[])
    empty = await NexarClient(Wire({"data": None}).send).match_supply(queries=[])
    assert empty.sup_multi_match is None


async def test_a_reply_does_not_show_its_body() -> None:
    reply = Reply(200, {"x-token": "secret"}, b"secret")
    assert "secret" not in repr(reply)
    assert "Wire" in repr(NexarClient(Wire({}).send))
