"""What is learnt of an account's plan outlives the run: part limits, and features that it lacks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest
from tests.fakes import FakeApi, FakePart, part_limit_error, settings, world

from bulkmatch import (
    BatchSettled,
    Engine,
    Event,
    FeatureMissing,
    Features,
    Limits,
    Matched,
    Outcome,
    PartLimitReached,
    Row,
    Settings,
    Skipped,
    SkipReason,
    Spend,
    StoreError,
    SupplyPart,
    World,
)
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet, Resets
from bulkmatch.store.sqlite import connect
from bulkmatch.store.store import Store
from bulkmatch.store.writer import Writer

PARTS = tuple(FakePart(f"PN-{n}") for n in range(60))
BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE_AT_A_TIME = Limits(requests_per_minute=60_000, concurrency=1, queries_per_request=10)
NO_SPECS = "Unauthorized to access 'specs'. Please upgrade to include 'TECH_SPECS'"


class Kept(Store):
    """A store in memory that outlives the engines that open it."""

    def __init__(self) -> None:
        super().__init__(Writer(connect(None), file=None, inline=True))

    def close(self) -> None:
        """Nothing: the next engine opens it again."""


class Desk:
    """One account over several runs: its API, its store, and the day."""

    def __init__(self, api: FakeApi, **changes: Any) -> None:
        self.api, self.store, self.now = api, Kept(), BEGAN
        self.settings = settings(limits=ONE_AT_A_TIME, **changes)
        self.events: list[Event] = []
        self.fatal: object = None

    async def run(self, count: int, given: Settings | None = None) -> list[Outcome[SupplyPart]]:
        """The outcomes of the first `count` parts."""
        around = World(
            clock=self.now.timestamp,
            dice=lambda: 0.5,
            transport=self.api,
            open_store=lambda _: self.store,
        )
        self.events = []
        async with Engine.open(
            given or self.settings, world=around, observer=self.events.append, run_id="r1"
        ) as engine:
            rows = [Row(f"PN-{n}", "Acme") for n in range(count)]
            outcomes = [outcome async for outcome in engine.enrich(rows)]
            self.fatal = engine.fatal
        return outcomes

    async def plan(self) -> KnownPlan:
        return await self.store.known_plan("test")

    async def spend(self) -> Spend:
        return await self.store.run_spend("r1")


def kinds(outcomes: list[Outcome[SupplyPart]]) -> tuple[int, int]:
    """How many matched, and how many were skipped for the part limit."""
    limited = [o for o in outcomes if isinstance(o, Skipped) and o.reason is SkipReason.PART_LIMIT]
    return sum(isinstance(o, Matched) for o in outcomes), len(limited)


async def test_after_the_limit_the_same_command_sends_nothing_and_serves_what_is_stored() -> None:
    desk = Desk(FakeApi(PARTS, part_limit=30))
    assert kinds(await desk.run(50)) == (30, 20)
    met = (await desk.plan()).met
    assert met == LimitMet(
        BEGAN, 30, "You have exceeded your part limit of 30. Please upgrade your plan."
    )
    requests, tokens = len(desk.api.requests), desk.api.token_requests
    desk.now = BEGAN + timedelta(hours=1)
    assert kinds(await desk.run(50)) == (30, 20)
    desk.now = BEGAN + timedelta(days=1)  # the answers are past their retention
    again = await desk.run(50)
    assert kinds(again) == (0, 50)
    assert (len(desk.api.requests), desk.api.token_requests) == (requests, tokens)
    assert isinstance(desk.fatal, PartLimitReached)
    assert desk.fatal.limit == 30
    told = again[-1]
    assert isinstance(told, Skipped)
    assert "nothing is sent before 2026-12-01 00:00 UTC" in told.detail


async def test_a_run_that_the_store_answers_whole_is_not_stopped_by_the_limit() -> None:
    desk = Desk(FakeApi(PARTS, part_limit=30))
    await desk.run(50)
    assert kinds(await desk.run(30)) == (30, 0)
    assert desk.fatal is None


async def test_after_the_month_s_turn_the_same_command_goes_on_by_itself() -> None:
    desk = Desk(FakeApi(PARTS, part_limit=30), retention=30 * 86_400.0)
    await desk.run(50)
    desk.now = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
    desk.api.part_limit = 60
    assert kinds(await desk.run(50)) == (50, 0)
    assert desk.api.charged == 50
    assert await desk.spend() == Spend(settled=50)
    assert (await desk.plan()).met is None


async def test_where_the_limit_is_for_life_the_month_s_turn_changes_nothing() -> None:
    desk = Desk(FakeApi(PARTS, part_limit=30), part_limit_resets=Resets.NEVER)
    await desk.run(50)
    desk.now = datetime(2027, 12, 1, 12, tzinfo=UTC)
    requests = len(desk.api.requests)
    outcomes = await desk.run(50)
    assert (kinds(outcomes), len(desk.api.requests)) == ((0, 50), requests)
    told = outcomes[0]
    assert isinstance(told, Skipped)
    assert "for life" in told.detail


async def test_whoever_asks_all_the_same_meets_the_limit_again_or_lifts_it() -> None:
    desk = Desk(FakeApi(PARTS, part_limit=30))
    await desk.run(50)
    requests = len(desk.api.requests)
    insisting = settings(limits=ONE_AT_A_TIME, heed_plan=False)
    desk.now = BEGAN + timedelta(hours=1)
    assert kinds(await desk.run(50, insisting)) == (30, 20)
    assert len(desk.api.requests) == requests + 1
    met = (await desk.plan()).met
    assert met is not None
    assert met.met_at == desk.now
    desk.api.part_limit = 100
    assert kinds(await desk.run(50, insisting)) == (50, 0)
    assert (await desk.plan()).met is None


@pytest.mark.parametrize("status", [200, 500])
async def test_a_crossing_request_that_is_refused_whole_costs_nothing(status: int) -> None:
    desk = Desk(FakeApi(PARTS))

    def refuses(api: FakeApi, request: httpx.Request) -> httpx.Response:
        return part_limit_error(10, status)

    desk.api.script = [lambda api, request: None, refuses]
    assert kinds(await desk.run(40)) == (10, 30)
    assert await desk.spend() == Spend(settled=10) == Spend(settled=desk.api.charged)


def emptied(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "parts": []}


@pytest.mark.parametrize(
    ("shown", "unknown"), [("emptied", 0), ("left out", 6)], ids=["emptied", "left out"]
)
async def test_a_crossing_request_that_is_served_in_part_is_booked_as_far_as_it_shows(
    shown: str, unknown: int
) -> None:
    desk = Desk(FakeApi(PARTS))

    def crosses(api: FakeApi, request: httpx.Request) -> httpx.Response:
        before = api.charged
        told = json.loads(api.answer(request).content)
        api.charged = before + 4
        entries = told["data"]["b0"]
        rest = [emptied(entry) for entry in entries[4:]] if shown == "emptied" else []
        told["data"]["b0"] = entries[:4] + rest
        limit = json.loads(part_limit_error(14).content)["errors"]
        return httpx.Response(200, json={**told, "errors": limit})

    desk.api.script = [lambda api, request: None, crosses]
    assert kinds(await desk.run(40)) == (14, 26)
    assert desk.api.charged == 14
    assert await desk.spend() == Spend(settled=14, unknown=unknown)
    met = (await desk.plan()).met
    assert met is not None
    assert met.limit == 14


async def test_where_one_of_several_aliases_met_the_limit_the_others_may_have_been_charged() -> (
    None
):
    """A field that may not be null takes all data with it, also what was counted already."""
    api = FakeApi(PARTS)

    def crosses(api: FakeApi, request: httpx.Request) -> httpx.Response:
        api.charged += 1
        error = json.loads(part_limit_error(1).content)["errors"][0]
        return httpx.Response(200, json={"data": None, "errors": [{**error, "path": ["b1"]}]})

    api.script = [crosses]
    events: list[Event] = []
    async with Engine.open(settings(), world=world(api), observer=events.append) as engine:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.match, "PN-1")

            async def other() -> None:
                await engine.match("PN-2", country="DE")

            tasks.start_soon(other)
        spend = await engine.budget.run()
    assert not [event for event in events if isinstance(event, BatchSettled)]
    assert spend == Spend(unknown=2)
    assert spend.used >= api.charged


def lacking_specs(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """The API's own answer, with the error beside it where specs were asked for."""
    told = json.loads(api.answer(request).content)
    if json.loads(request.content)["variables"]["withSpecs"]:
        told["errors"] = [{"message": NO_SPECS}]
    return httpx.Response(200, json=told)


def asked_specs(api: FakeApi) -> list[bool]:
    return [told["variables"]["withSpecs"] for told in api.requests]


async def test_what_the_plan_lacks_is_learnt_once_for_all_runs_of_the_account() -> None:
    desk = Desk(FakeApi(PARTS, script=[lacking_specs] * 99))
    await desk.run(20)
    assert asked_specs(desk.api) == [True, False]
    assert (await desk.plan()).features == (FeatureNote("specs", False, BEGAN, NO_SPECS),)
    assert FeatureMissing("specs") in desk.events
    desk.now = BEGAN + timedelta(days=2)
    outcomes = await desk.run(20)
    assert asked_specs(desk.api) == [True, False, False, False]
    assert FeatureMissing("specs") not in desk.events
    lacking = {o.provenance.not_entitled for o in outcomes if isinstance(o, Matched)}
    assert lacking == {frozenset({"specs"})}


async def test_what_comes_out_of_the_store_still_says_what_the_plan_lacked() -> None:
    desk = Desk(FakeApi(PARTS, script=[lacking_specs] * 99))
    await desk.run(20)
    outcomes = await desk.run(20)
    assert len(desk.api.requests) == 2
    told = [o.provenance for o in outcomes if isinstance(o, Matched)]
    assert {(one.from_store, one.not_entitled) for one in told} == {(True, frozenset({"specs"}))}


async def test_after_a_month_what_was_lacking_is_asked_for_again() -> None:
    desk = Desk(FakeApi(PARTS, script=[lacking_specs] * 99))
    await desk.run(10)
    desk.now = BEGAN + timedelta(days=31)
    await desk.run(10)
    assert asked_specs(desk.api) == [True, True]
    [note] = (await desk.plan()).features
    assert (note.is_included, note.learnt_at) == (False, desk.now)
    desk.api.script = []
    desk.now += timedelta(days=31)
    await desk.run(10)
    [note] = (await desk.plan()).features
    assert (note.is_included, note.learnt_at) == (True, desk.now)


async def test_whoever_does_not_heed_the_plan_learns_it_afresh() -> None:
    desk = Desk(FakeApi(PARTS, script=[lacking_specs] * 99))
    await desk.run(10)
    desk.api.script = []
    desk.now += timedelta(days=2)
    asks_all = Features(cad=True)
    await desk.run(10, settings(limits=ONE_AT_A_TIME, heed_plan=False, features=asks_all))
    assert asked_specs(desk.api) == [True, True]
    known = {note.feature: note.is_included for note in (await desk.plan()).features}
    assert known == {"specs": True, "datasheets": True, "lead_time": True, "cad": True}


async def test_what_nobody_asks_for_is_not_told_as_lacking() -> None:
    desk = Desk(FakeApi(PARTS))
    notes = [FeatureNote(name, False, BEGAN) for name in ("cad", "lifecycle", "specs")]
    await desk.store.note_features("test", notes)
    outcomes = await desk.run(5)
    lacking = {o.provenance.not_entitled for o in outcomes if isinstance(o, Matched)}
    assert lacking == {frozenset({"lifecycle", "specs"})}


async def test_an_answer_that_the_plan_emptied_is_remembered_though_no_other_followed() -> None:
    def empty(api: FakeApi, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": None, "errors": [{"message": NO_SPECS}]})

    desk = Desk(FakeApi(PARTS, script=[empty]), budget=10)
    await desk.run(10)
    assert (await desk.plan()).features == (FeatureNote("specs", False, BEGAN, NO_SPECS),)


async def test_a_store_that_cannot_take_it_down_stops_nothing() -> None:
    class Forgetful(Kept):
        async def note_features(self, account: str, notes: object) -> None:
            raise StoreError("the disk is full")

        note_limit = note_features  # type: ignore[assignment]

    desk = Desk(FakeApi(PARTS, part_limit=30, script=[lacking_specs] * 99))
    desk.store = Forgetful()
    assert kinds(await desk.run(20)) == (20, 0)
    desk.api.script = []
    assert kinds(await desk.run(50)) == (30, 20)
    assert (await desk.plan()) == KnownPlan()
