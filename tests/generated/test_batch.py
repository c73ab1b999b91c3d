"""Taking an answer to a batch apart: what was paid for is kept and counted, whatever came."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from nexar_client import (
    MATCH_FULL,
    MATCH_SUPPLY,
    BatchReply,
    GraphQLError,
    NotGraphQL,
    Reply,
    SupplyMatch,
    decode,
)

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "nexar" / "recorded"

Json = dict[str, JsonValue]


def part(**fields: JsonValue) -> Json:
    return {"id": "7", "mpn": "LM358", "manufacturer": {"id": "1", "name": "TI"}, **fields}


def match(reference: str = "r", *parts: Json | None, **fields: JsonValue) -> Json:
    return {"reference": reference, "hits": len(parts), "parts": list(parts), **fields}


def taken_apart(
    body: bytes | Json, *, alias_count: int = 2, status: int = 200
) -> BatchReply[SupplyMatch]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode(MATCH_SUPPLY, Reply(status, {}, text), alias_count=alias_count)


def references(reply: BatchReply[SupplyMatch]) -> list[list[str | None] | None]:
    return [
        None if found is None else [entry.reference for entry in found] for found in reply.aliases
    ]


@pytest.fixture
def recorded() -> list[Json]:
    if not RECORDED.exists():
        pytest.skip(f"recorded answers are not at {RECORDED}")
    return [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("*.json"))]


def test_matches_are_joined_by_alias_whatever_their_order_in_the_body() -> None:
    reply = taken_apart({"data": {"b1": [match("y", part())], "b0": [match("x", part(), part())]}})
    assert references(reply) == [["x"], ["y"]]
    assert (reply.part_count, reply.has_data, reply.broken) == (3, True, ())


def test_a_null_or_absent_alias_is_none_and_an_empty_one_is_not() -> None:
    reply = taken_apart({"data": {"b0": None, "b2": []}}, alias_count=3)
    assert reply.aliases == (None, None, ())


def test_parts_under_an_alias_that_nobody_sent_are_counted_and_joined_to_nothing() -> None:
    reply = taken_apart({"data": {"b0": [match("x", part())], "b9": [match("z", part(), part())]}})
    assert references(reply) == [["x"], None]
    assert reply.part_count == 3
    assert taken_apart({"data": {"__typename": "Query", "b0": []}}).part_count == 0


def test_a_broken_match_is_told_and_counted_and_the_others_are_kept() -> None:
    broken = match("bad", part(), part(mpn=None), part())
    reply = taken_apart({"data": {"b0": [match("a", part()), broken], "b1": [match("c", part())]}})
    assert references(reply) == [["a"], ["c"]]
    (told,) = reply.broken
    assert (told.alias, told.reference, told.part_count) == (0, "bad", 3)
    assert str(told.drift) == "b0.1.parts.1.mpn: expected string, got null"
    assert reply.part_count == 5


@pytest.mark.parametrize(
    "broken",
    [
        match("x", None, hits=1),
        {"reference": "x", "hits": 1},
        {"reference": "x", "hits": 1, "parts": None},
        {"reference": "x", "hits": None, "parts": []},
        {"reference": {"a": 1}, "hits": 0, "parts": []},
        match("x", part(manufacturer=None)),
        match("x", part(manufacturer={"id": "1"})),
        None,
        "x",
        [[]],
    ],
    ids=str,
)
def test_a_match_without_sense_never_looks_like_a_match_without_parts(broken: JsonValue) -> None:
    reply = taken_apart({"data": {"b0": [broken, match("good", part())], "b1": []}})
    assert references(reply) == [["good"], []]
    assert len(reply.broken) == 1


def test_a_null_among_the_parts_stands_for_a_part_returned() -> None:
    assert taken_apart({"data": {"b0": [match("x", None, part())]}}).part_count == 2


def test_one_object_in_place_of_a_list_is_read_as_the_only_match() -> None:
    reply = taken_apart({"data": {"b0": match("x", part())}})
    assert references(reply) == [["x"], None]


def test_null_and_missing_fields_read_as_none_and_differ_by_what_was_set() -> None:
    reply = taken_apart({"data": {"b0": [match("x", part(specs=None))]}})
    assert reply.aliases[0] is not None
    (found,) = reply.aliases[0][0].parts
    assert found.specs is None
    assert found.sellers is None
    assert "specs" in found.model_fields_set
    assert "sellers" not in found.model_fields_set
    assert reply.drifts == ()


def test_numbers_for_text_and_whole_floats_for_counts_are_taken() -> None:
    offers: JsonValue = [{"id": 5, "sku": 12.5, "moq": 3.0, "prices": [{"price": 1}]}]
    sellers: JsonValue = [{"company": {"id": 2401, "name": "Mouser"}, "offers": offers}]
    reply = taken_apart({"data": {"b0": [match("x", part(id=99, sellers=sellers))]}})
    assert reply.aliases[0] is not None
    (found,) = reply.aliases[0][0].parts
    assert found.id == "99"
    assert found.sellers is not None
    assert found.sellers[0].offers is not None
    offer = found.sellers[0].offers[0]
    assert (offer.id, offer.sku, offer.moq) == ("5", "12.5", 3)
    assert reply.drifts == ()


def test_a_value_without_sense_costs_itself_and_not_its_part() -> None:
    sellers: JsonValue = [
        {"company": {"id": "1", "name": None}, "offers": [None, {"sku": "a", "moq": "many"}]},
        None,
        {"company": {"id": "2", "name": "Kept"}, "offers": [{"updated": 5, "prices": "none"}]},
    ]
    reply = taken_apart({"data": {"b0": [match("x", part(sellers=sellers, totalAvail=[]))]}})
    assert reply.broken == ()
    assert reply.aliases[0] is not None
    (found,) = reply.aliases[0][0].parts
    assert (found.mpn, found.total_avail) == ("LM358", None)
    assert found.sellers is not None
    assert [seller.company and seller.company.name for seller in found.sellers] == [None, "Kept"]
    assert [str(drift) for drift in reply.drifts] == [
        "b0.0.parts.0.totalAvail: expected whole number, got list",
        "b0.0.parts.0.sellers.0.company.name: expected string, got null",
        "b0.0.parts.0.sellers.0.offers.0: expected object, got null",
        "b0.0.parts.0.sellers.0.offers.1.moq: expected whole number, got string",
        "b0.0.parts.0.sellers.1: expected object, got null",
        "b0.0.parts.0.sellers.2.offers.0.prices: expected list, got string",
    ]


def test_a_value_that_is_broken_everywhere_is_told_once() -> None:
    many = [match(str(i), part(totalAvail={}), part(totalAvail={})) for i in range(50)]
    reply = taken_apart({"data": {"b0": [*many]}})
    (drift,) = reply.drifts
    assert (drift.path, drift.kind) == ("b0.0.parts.0.totalAvail", "parts.*.totalAvail")
    assert drift.is_kept
    assert len(reply.aliases[0] or ()) == 50


def test_a_number_that_is_none_does_not_get_in() -> None:
    body = json.dumps({"data": {"b0": [match("x", part(totalAvail="?"))], "b1": []}}).encode()
    for word in (b"NaN", b"Infinity", b"-Infinity"):
        reply = taken_apart(body.replace(b'"?"', word))
        assert reply.aliases[0] is not None
        assert reply.aliases[0][0].parts[0].total_avail is None
    full = Reply(200, {}, body.replace(b'"totalAvail": "?"', b'"counts": {"x": NaN}'))
    found = decode(MATCH_FULL, full, alias_count=1).aliases[0]
    assert found is not None
    assert found[0].parts[0].counts == {"x": None}


def test_half_of_a_surrogate_pair_becomes_text_that_can_be_written() -> None:
    body = json.dumps({"data": {"b0": [match("x", part(shortDescription="?"))]}}).encode()
    reply = taken_apart(body.replace(b'"?"', b'"a\\ud800b \\ud83d\\ude00"'))
    assert reply.aliases[0] is not None
    text = reply.aliases[0][0].parts[0].short_description
    assert text is not None
    assert text.encode().decode() == "a?b \N{GRINNING FACE}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"[]",
        b"null",
        b"{}",
        b'{"message": "no"}',
        b'{"data": [1]}',
        b'{"data": "x"}',
        b'{"data": {"b0": [{"hits": 1, "parts": [{"id": "7", "mp',
        b'{"data": {"b0": [{"reference": "\xff\xfe"}]}}',
        b'{"data": ' + b"[" * 100_000,
        b'{"data": {"b0": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    ],
    ids=lambda body: str(body[:40]),
)
@pytest.mark.parametrize("status", [200, 502])
def test_what_is_no_graphql_answer_is_said_to_be_none(body: bytes, status: int) -> None:
    with pytest.raises(NotGraphQL) as told:
        taken_apart(body, status=status)
    assert told.value.reply.status == status
    assert told.value.reply.body == body


def test_a_byte_order_mark_does_no_harm() -> None:
    assert taken_apart(b'\xef\xbb\xbf{"data": {"b0": []}}').aliases == ((), None)


def test_the_body_counts_whatever_the_status() -> None:
    reply = taken_apart({"data": {"b0": [match("x", part())]}}, status=500)
    assert (references(reply), reply.reply.status) == ([["x"], None], 500)


def test_the_last_of_two_equal_keys_holds_on_both_ways() -> None:
    fast = taken_apart(b'{"data": {"b0": null, "b0": [{"hits": 1, "hits": 2, "parts": []}]}}')
    slow = taken_apart(b'{"data": {"b0": null, "b0": [{"hits": 1, "hits": 2, "parts": []}, 5]}}')
    assert fast.aliases == slow.aliases
    assert fast.aliases[0] is not None
    assert fast.aliases[0][0].hits == 2


@pytest.mark.parametrize(
    ("errors", "read"),
    [
        (None, ()),
        ([], ()),
        (
            [{"message": "m", "path": ["b0", 3], "extensions": {"code": "AuthInvalidToken"}}],
            (GraphQLError("m", ("b0", 3), "AuthInvalidToken"),),
        ),
        ([{"extensions": {"remote": {"message": "r"}}}], (GraphQLError("r", (), None),)),
        (
            [{"message": None, "path": "...", "extensions": None}, None, "text", 5],
            (
                GraphQLError("", (), None),
                GraphQLError("", (), None),
                GraphQLError("text", (), None),
                GraphQLError("5", (), None),
            ),
        ),
        ({"message": "alone", "path": [True, "b1"]}, (GraphQLError("alone", ("b1",), None),)),
    ],
)
def test_errors_are_read_from_any_json(errors: JsonValue, read: tuple[GraphQLError, ...]) -> None:
    reply = taken_apart({"errors": errors, "extensions": {"requestId": "q-1"}})
    assert reply.errors == read
    assert (reply.has_data, reply.aliases, reply.request_id) == (False, (None, None), "q-1")
    beside = taken_apart({"data": {"b0": [match("x", part()), None]}, "errors": errors})
    assert beside.errors == read


def test_extensions_of_another_shape_name_no_request() -> None:
    shapes: tuple[JsonValue, ...] = (None, [], "x", {"requestId": None}, {})
    for extensions in shapes:
        assert taken_apart({"data": None, "extensions": extensions}).request_id is None


def test_recorded_answers_are_read_whole_and_counted(recorded: list[Json]) -> None:
    count = sum(len(entry["parts"]) for entry in recorded if isinstance(entry["parts"], list))
    body: Json = {"data": {"b0": [*recorded[:5]], "b1": [*recorded[5:]]}}
    came = Reply(200, {}, json.dumps(body).encode())
    supply = decode(MATCH_SUPPLY, came, alias_count=2)
    full = decode(MATCH_FULL, came, alias_count=2)
    assert (supply.part_count, supply.broken, supply.drifts) == (count, (), ())
    assert (full.part_count, full.broken, full.drifts) == (count, (), ())


def test_a_recorded_answer_is_written_again_under_the_names_of_the_api(
    recorded: list[Json],
) -> None:
    for entry in recorded:
        known = SupplyMatch.model_validate(entry)
        written = json.loads(known.model_dump_json(by_alias=True, exclude_unset=True))
        assert_within(written, entry)
        again = SupplyMatch.model_validate_json(known.model_dump_json(by_alias=True))
        assert again == known


def assert_within(small: JsonValue, large: JsonValue) -> None:
    """Every value of the small one is in the large one, under the same names."""
    match small, large:
        case dict(), dict():
            for name, value in small.items():
                assert_within(value, large[name])
        case list(), list():
            assert len(small) == len(large)
            for one, other in zip(small, large, strict=True):
                assert_within(one, other)
        case _:
            assert str(small) == str(large) or small == large


def test_models_of_answers_are_frozen() -> None:
    found = SupplyMatch.model_validate(match("x", part()))
    with pytest.raises(ValidationError):
        found.hits = 5


def test_documents_are_kept_for_as_many_aliases_as_a_request_may_have() -> None:
    operation = MATCH_SUPPLY
    assert operation.compose(3) is operation.compose(3)
    assert operation.compose(500) == operation.compose(500)
    assert operation.compose(500) is not operation.compose(500)
    with pytest.raises(ValueError, match="at least one alias"):
        operation.compose(0)


JSON_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "mpn", "parts", "hits", "reference", "sellers", "name", "zz"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def places_in(value: JsonValue, place: tuple[int | str, ...] = ()) -> list[tuple[int | str, ...]]:
    found = [place] if place else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places_in(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places_in(inner, (*place, index))
    return found


def put(value: JsonValue, place: tuple[int | str, ...], new: JsonValue) -> None:
    inner: object = value
    for step in place[:-1]:
        assert isinstance(inner, dict | list)
        inner = inner[step]  # type: ignore[index]
    assert isinstance(inner, dict | list)
    inner[place[-1]] = new  # type: ignore[index]


WHOLE: Json = {
    "data": {
        "b0": [
            match("a", part(sellers=[{"company": {"name": "S"}, "offers": [{"moq": 1}]}]), part()),
            match("b"),
        ],
        "b1": [match("c", part(specs=[{"attribute": {"id": "910"}, "value": "EOL"}]))],
    },
    "extensions": {"requestId": "q"},
}


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(places_in(WHOLE)), new=JSON_VALUES)
def test_whatever_takes_the_place_of_one_value_nothing_else_is_lost(
    place: tuple[int | str, ...], new: JsonValue
) -> None:
    answer = copy.deepcopy(WHOLE)
    put(answer, place, new)
    try:
        reply = taken_apart(answer)
    except NotGraphQL:
        assert place == ("data",)
        return
    kept = [entry for found in reply.aliases for entry in found or ()]
    touched_match = place[:3]
    if len(touched_match) == 3:
        assert len(kept) + len(reply.broken) == 3
        assert len(kept) >= 2
    if len(place) > 5:
        assert reply.part_count == 3  # nothing within a part changes what is charged
    assert reply.part_count >= sum(len(entry.parts) for entry in kept)


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_answer_or_no_graphql_and_nothing_third(body: bytes) -> None:
    try:
        aliases = taken_apart(body).aliases
    except NotGraphQL:
        aliases = (None, None)
    assert len(aliases) == 2
