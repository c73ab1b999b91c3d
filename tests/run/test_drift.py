"""Answers that no longer fit the schema: what can be kept is kept, told once, and paid for once."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.fakes import SECRET, FakeApi, FakePart, settings, world

from bulkmatch import (
    Engine,
    Event,
    Failed,
    Limits,
    Matched,
    Outcome,
    Row,
    SchemaDrifted,
    Spend,
    SupplyPart,
    Tally,
)

PARTS = tuple(FakePart(f"PN-{n}") for n in range(40))
SECRETIVE = "vendor-secret-42"
Json = dict[str, Any]


class DriftingApi(FakeApi):
    """Puts `value` where `steps` lead to in each part, or in each match, of the lines in `lines`."""

    def __init__(
        self,
        *steps: str | int,
        value: object,
        lines: range = range(40),
        errors: list[Json] | None = None,
    ) -> None:
        super().__init__(PARTS)
        self._steps, self._value, self._lines = steps, value, lines
        self._errors = errors

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The API's own answer, in another shape."""
        told = json.loads(super().answer(request).content)
        for index, match in enumerate(told["data"]["b0"]):
            number = int(self.requests[-1]["variables"]["queries_0"][index]["mpn"][3:])
            if number in self._lines:
                self._bend(match)
        if self._errors:
            told["errors"] = self._errors
        return httpx.Response(200, json=told)

    def _bend(self, match: Json) -> None:
        *way, last = self._steps
        holder: Any = match
        for step in way:
            holder = holder.setdefault(step, {}) if isinstance(step, str) else holder[step]
        holder[last] = self._value


class Ran:
    """What a run came to."""

    def __init__(
        self, outcomes: list[Outcome[SupplyPart]], spend: Spend, events: list[Event], tally: Tally
    ) -> None:
        self.outcomes, self.spend, self.tally = outcomes, spend, tally
        self.drifts = [event for event in events if isinstance(event, SchemaDrifted)]
        self.failed = {o.row.line: str(o.cause) for o in outcomes if isinstance(o, Failed)}
        self.parts = {o.row.line: o.part for o in outcomes if isinstance(o, Matched)}
        assert SECRETIVE not in f"{events}{self.failed}{tally}"
        assert SECRET not in f"{events}{self.failed}{tally}"


async def run(api: FakeApi, count: int = 40, *, per_request: int = 10) -> Ran:
    events: list[Event] = []
    limits = Limits(requests_per_minute=60_000, concurrency=1, queries_per_request=per_request)
    given = settings(limits=limits)
    async with Engine.open(given, world=world(api), observer=events.append) as engine:
        rows = [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]
        outcomes = [outcome async for outcome in engine.enrich(rows)]
        return Ran(outcomes, await engine.budget.run(), events, engine.tally)


async def test_a_value_of_another_type_is_left_out_and_told_once_with_its_path() -> None:
    ran = await run(
        DriftingApi("parts", 0, "medianPrice1000", "price", value=SECRETIVE, lines=range(3, 40))
    )
    assert len(ran.parts) == 40
    assert ran.spend == Spend(settled=40)
    assert ran.drifts == [
        SchemaDrifted(
            "b0.3.parts.0.medianPrice1000.price", "expected number, got string", is_kept=True
        )
    ]
    assert ran.tally.schema_drift == (
        "b0.3.parts.0.medianPrice1000.price: expected number, got string",
    )
    price = ran.parts[5].median_price_1000
    assert price is not None
    assert price.price is None


KEPT: list[tuple[tuple[str | int, ...], object, str]] = [
    (("parts", 0, "totalAvail"), SECRETIVE, "expected whole number, got string"),
    (("parts", 0, "totalAvail"), 1.5, "expected whole number, got number"),
    (("parts", 0, "shortDescription"), {"x": SECRETIVE}, "expected string, got object"),
    (("parts", 0, "sellers"), SECRETIVE, "expected list, got string"),
    (("parts", 0, "sellers"), [SECRETIVE], "expected object, got string"),
    (("parts", 0, "sellers"), [{"isBroker": SECRETIVE}], "expected boolean, got string"),
    (("parts", 0, "sellers"), [{"company": {}}], "expected a value, got nothing"),
    (("parts", 0, "bestDatasheet"), [SECRETIVE], "expected object, got list"),
]


@pytest.mark.parametrize(("steps", "value", "problem"), KEPT, ids=str)
async def test_a_field_that_can_be_done_without_costs_itself_alone(
    steps: tuple[str | int, ...], value: object, problem: str
) -> None:
    api = DriftingApi(*steps, value=value)
    ran = await run(api)
    assert len(ran.parts) == 40
    (drift,) = ran.drifts
    assert drift.path.startswith("b0.0." + ".".join(map(str, steps)))
    assert (drift.problem, drift.is_kept) == (problem, True)
    assert ran.spend == Spend(settled=40)
    assert api.charged == 40


BROKEN: list[tuple[tuple[str | int, ...], object, str]] = [
    (("parts", 0, "id"), None, "b0.0.parts.0.id: expected string, got null"),
    (("parts", 0, "mpn"), {"x": SECRETIVE}, "b0.0.parts.0.mpn: expected string, got object"),
    (("parts", 0, "manufacturer"), None, "b0.0.parts.0.manufacturer: expected object, got null"),
    (
        ("parts", 0, "manufacturer"),
        {"id": SECRETIVE},
        "b0.0.parts.0.manufacturer.name: expected a value, got nothing",
    ),
    (("parts", 0), None, "b0.0.parts.0: expected object, got null"),
    (("parts", 0), SECRETIVE, "b0.0.parts.0: expected object, got string"),
    (("hits",), SECRETIVE, "b0.0.hits: expected whole number, got string"),
]


@pytest.mark.parametrize(("steps", "value", "told"), BROKEN, ids=str)
async def test_a_part_without_its_identity_fails_its_own_line_which_is_paid_for_once(
    steps: tuple[str | int, ...], value: object, told: str
) -> None:
    api = DriftingApi(*steps, value=value, lines=range(10, 12))
    ran = await run(api)
    assert ran.failed.keys() == {10, 11}
    assert told in ran.failed[10]
    assert told.replace("b0.0", "b0.1") in ran.failed[11]
    assert [f"{drift.path}: {drift.problem}" for drift in ran.drifts] == [told]
    assert not ran.drifts[0].is_kept
    assert ran.spend == Spend(settled=40)
    assert (api.charged, max(api.asked.values())) == (40, 1)


async def test_one_broken_part_among_good_ones_fails_the_line_and_is_not_passed_over() -> None:
    two = (FakePart("PN-1", "Acme"), FakePart("PN.1", "Acme"))

    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        for match in told["data"]["b0"]:
            match["parts"].append({"id": None, "mpn": SECRETIVE})
        return httpx.Response(200, json=told)

    ran = await run(FakeApi(two, script=[answering] * 9), 2)
    assert "b0.1.parts.1.id: expected string, got null" in ran.failed[1]
    assert ran.spend.used >= 2


async def test_answers_that_cannot_be_told_apart_are_not_asked_for_again() -> None:
    api = DriftingApi("reference", value={"id": SECRETIVE})
    ran = await run(api, 20)
    assert len(ran.failed) == 20
    assert "b0.0.reference: expected string, got object" in ran.failed[0]
    assert ran.spend == Spend(settled=20)
    assert (api.charged, len(ran.drifts)) == (20, 1)


async def test_nulls_beside_errors_are_no_drift() -> None:
    api = DriftingApi(
        "parts", value=None, lines=range(3), errors=[{"message": "The remote schema failed."}]
    )
    ran = await run(api, 10)
    assert ran.drifts == []


async def test_each_path_is_told_once_whatever_the_number_of_answers() -> None:
    class Both(DriftingApi):
        def _bend(self, match: Json) -> None:
            super()._bend(match)
            match["parts"][0]["sellers"] = [None, {"offers": [{"moq": "many"}, {"moq": []}]}]

    ran = await run(Both("parts", 0, "totalAvail", value="?"), per_request=4)
    assert [f"{drift.path}: {drift.problem}" for drift in ran.drifts] == [
        "b0.0.parts.0.totalAvail: expected whole number, got string",
        "b0.0.parts.0.sellers.0: expected object, got null",
        "b0.0.parts.0.sellers.1.offers.0.moq: expected whole number, got string",
        "b0.0.parts.0.sellers.1.offers.1.moq: expected whole number, got list",
    ]
    assert len(ran.parts) == 40


@pytest.mark.parametrize(
    "change",
    [lambda part: part, lambda part: {**part, "newField": {"x": [1]}}],
    ids=["nothing", "a field"],
)
async def test_what_fits_and_what_is_new_is_no_drift(change: Callable[[Json], Json]) -> None:
    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        for match in told["data"]["b0"]:
            match["parts"] = [change(part) for part in match["parts"]]
        return httpx.Response(200, json=told)

    ran = await run(FakeApi(PARTS, script=[answering] * 9), 10)
    assert (ran.drifts, len(ran.parts)) == ([], 10)
