"""Answers are joined by alias and reference, never by position; all that came is paid for."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.batch import group
from bulkmatch.core.plan import Asker
from bulkmatch.model.match import Answer, Drift
from bulkmatch.model.query import AskOptions, Batch, MatchQuery
from bulkmatch.model.settings import Limits
from bulkmatch.wire.decode import join, references
from nexar_client import MATCH_SUPPLY, Reply, SupplyPart, decode

TAG = "call"
WHOLE = "expected whole number"


def batch_of(count: int, *, per_alias: int = 3) -> Batch:
    asker = Asker("test")
    asks = [asker.ask(MatchQuery(f"PN-{n}", None, AskOptions())) for n in range(count)]
    return group(asks, limits=Limits(queries_per_alias=per_alias))


def entry(reference: str | None, mpn: str, **changes: Any) -> dict[str, Any]:
    part = {"id": mpn, "mpn": mpn, "manufacturer": {"name": "Acme"}}
    return {"reference": reference, "hits": 1, "parts": [part], "error": None, **changes}


def answer(batch: Batch, data: dict[str, Any] | None, **more: Any) -> Answer[SupplyPart]:
    import json

    body = json.dumps({"data": data, **more}).encode()
    reply = decode(MATCH_SUPPLY, Reply(200, {}, body), alias_count=len(batch.groups))
    return join(batch, reply, tag=TAG)


def whole(batch: Batch) -> dict[str, list[dict[str, Any]]]:
    """A right answer, in order."""
    data: dict[str, list[dict[str, Any]]] = {f"b{n}": [] for n in range(len(batch.groups))}
    for reference, (alias, ask) in references(batch, tag=TAG).items():
        data[f"b{alias}"].append(entry(reference, ask.query.mpn))
    return data


def found(told: Answer[SupplyPart]) -> dict[str, str]:
    return {key: match.parts[0].mpn for key, match in told.matches.items()}


def test_a_whole_answer_is_joined() -> None:
    batch = batch_of(7)
    told = answer(batch, whole(batch))
    assert found(told) == {ask.key: ask.query.mpn for ask in batch.asks}
    assert (told.part_count, told.missing, told.refusals) == (7, (), {})


@given(st.integers(0, 1_000_000), st.integers(1, 12))
def test_no_disorder_puts_an_answer_on_another_line(seed: int, count: int) -> None:
    batch, dice = batch_of(count), random.Random(seed)
    data = whole(batch)
    entries = [match for matches in data.values() for match in matches]
    for matches in data.values():
        dice.shuffle(matches)
        matches += [dict(dice.choice(entries)) for _ in range(dice.randrange(3))]
        matches += [entry(f"other-{n}", "FOREIGN") for n in range(dice.randrange(2))]
        matches += [entry(None, "NAMELESS") for _ in range(dice.randrange(2))]
        del matches[: dice.randrange(2)]
    told = answer(batch, data)
    wanted = {ask.key: ask.query.mpn for ask in batch.asks}
    assert all(wanted[key] == mpn for key, mpn in found(told).items())
    assert {ask.key for ask in told.missing} == set(wanted) - set(found(told))
    assert told.part_count == sum(len(matches) for matches in data.values())


def test_a_right_reference_under_the_wrong_alias_is_foreign() -> None:
    batch = batch_of(6)
    data = whole(batch)
    data["b0"], data["b1"] = data["b1"], data["b0"]
    told = answer(batch, data)
    assert not told.matches
    assert len(told.missing) == 6
    assert told.part_count == 6


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"error": "upstream timeout"}, "upstream timeout"),
        ({"hits": 3, "parts": []}, "3 hits but returned no part"),
        ({"hits": "many"}, "could not be read"),
    ],
)
def test_an_entry_with_a_problem_is_neither_match_nor_miss(
    changes: dict[str, Any], problem: str
) -> None:
    batch = batch_of(2)
    data = whole(batch)
    data["b0"][0].update(changes)
    told = answer(batch, data)
    first, second = batch.asks
    assert problem in told.refusals[first.key]
    assert set(told.matches) == {second.key}


def test_a_null_alias_leaves_its_asks_missing_and_the_others_whole() -> None:
    batch = batch_of(6)
    told = answer(batch, {**whole(batch), "b1": None}, errors=[{"message": "odd", "path": ["b1"]}])
    assert set(found(told)) == {ask.key for ask in batch.groups[0].asks}
    assert told.missing == batch.groups[1].asks


def test_parts_under_an_alias_that_nobody_sent_are_paid_for() -> None:
    batch = batch_of(1)
    told = answer(batch, {**whole(batch), "b9": [entry("x", "FOREIGN")]})
    assert told.part_count == 2


def test_what_is_stored_reads_back_the_same() -> None:
    from bulkmatch import SUPPLY

    batch = batch_of(1)
    match = answer(batch, whole(batch)).matches[batch.asks[0].key]
    assert SUPPLY.read(match.payload) == match


def test_a_field_outside_the_plan_is_told_and_the_rest_kept() -> None:
    batch = batch_of(1)
    message = "Unauthorized to access 'specs'. Please upgrade your Nexar subscription to include 'TECH_SPECS'"
    told = answer(batch, whole(batch), errors=[{"message": message, "path": ["b0", 0, "parts"]}])
    assert told.not_entitled == {"specs"}
    assert len(told.matches) == 1


def test_references_that_nobody_can_read_end_their_asks_and_no_other() -> None:
    batch = batch_of(6)
    data = whole(batch)
    data["b0"][1]["reference"] = {"id": 1}
    data["b1"][0]["reference"] = [1]
    del data["b1"][2]
    told = answer(batch, data)
    asks = batch.asks
    assert told.refusals == {
        asks[1].key: "the answer could not be read: b0.1.reference: expected string, got object"
    }
    assert set(told.missing) == {
        asks[3],
        asks[5],
    }  # one of them was passed over, nobody knows which
    assert told.part_count == 5


def test_what_does_not_fit_is_told_once_with_its_path_and_types_and_never_its_value() -> None:
    batch = batch_of(6)
    data = whole(batch)
    for match in (*data["b0"], *data["b1"]):
        match["parts"][0]["totalAvail"] = "secret"
    data["b1"][0]["parts"][0]["mpn"] = None
    told = answer(batch, data)
    assert told.drifts == (
        Drift(
            "b0.0.parts.0.totalAvail", "parts.*.totalAvail", f"{WHOLE}, got string", is_kept=True
        ),
        Drift("b1.0.parts.0.mpn", "parts.*.mpn", "expected string, got null", is_kept=False),
    )
    assert "secret" not in f"{told.refusals}{told.drifts}"
    assert len(told.matches) == 5


def test_a_null_beside_an_error_is_no_drift() -> None:
    batch = batch_of(2)
    data = whole(batch)
    data["b0"][1]["parts"] = None
    assert [drift.path for drift in answer(batch, data).drifts] == ["b0.1.parts"]
    assert answer(batch, data, errors=[{"message": "odd", "path": ["b0", 1]}]).drifts == ()
