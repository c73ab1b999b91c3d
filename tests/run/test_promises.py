"""What once broke a promise: each story here was found by simulation or review."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import sqlalchemy as sa
from tests.conftest import REAL
from tests.fakes import (
    SECRET,
    Answering,
    FakeApi,
    FakePart,
    aliases_of,
    refused_token,
    settings,
    world,
)

from bulkmatch import (
    BadCredentials,
    Credentials,
    Engine,
    EngineError,
    Event,
    Failed,
    Limits,
    Matched,
    Outcome,
    PartLimitReached,
    Patience,
    Row,
    Settings,
    SettingsError,
    Skipped,
    SkipReason,
    Spend,
    StoreError,
    SupplyPart,
    outcome_name,
)
from bulkmatch.model.money import Call, StoredAnswer
from bulkmatch.store import Store, open_store
from bulkmatch.store.schema import answer

PARTS = tuple(FakePart(f"PN-{n}") for n in range(800))
LIMIT = "You have exceeded your part limit of 100. Please upgrade your plan."
EXPIRED = "Token validation failed. Please provide a valid access token."
SPECS = "Unauthorized to access 'specs'. Please upgrade to include 'TECH_SPECS'"
QUICK = Patience(attempt_timeout=5, give_up_after=120, attempts=3, backoff=0.5)


def rows(count: int) -> list[Row]:
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]


class Told:
    """What a run came to."""

    def __init__(self, outcomes: list[Outcome[SupplyPart]], spend: Spend, events: list[Event]):
        self.outcomes, self.spend, self.events = outcomes, spend, events
        self.names = [outcome_name(outcome) for outcome in outcomes]
        self.reasons = {o.reason for o in outcomes if isinstance(o, Skipped)}


async def run(api: FakeApi, count: int, given: Settings | None = None) -> Told:
    events: list[Event] = []
    given = given or settings(patience=QUICK)
    async with Engine.open(given, world=world(api), observer=events.append) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(count))]
        return Told(outcomes, await engine.budget.run(), events)


def empty_entries(errors: list[dict[str, Any]], *, hits: int = 0) -> Answering:
    """Every query is answered with nothing, and errors stand beside it."""

    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        data = {
            f"b{alias}": [
                {"reference": query["reference"], "hits": hits, "error": None, "parts": []}
                for query in queries
            ]
            for alias, queries in aliases_of(told["variables"])
        }
        return httpx.Response(200, json={"data": data, "errors": errors})

    return answering


@pytest.mark.parametrize("hits", [0, 1])
async def test_a_part_limit_beside_empty_entries_is_no_miss(hits: int) -> None:
    api = FakeApi(PARTS, script=[empty_entries([{"message": LIMIT}], hits=hits)] * 9)
    told = await run(api, 10)
    assert told.names == ["skipped"] * 10
    assert told.reasons == {SkipReason.PART_LIMIT}


async def test_a_token_refused_beside_empty_entries_is_refreshed_and_nothing_missed() -> None:
    error = {"message": EXPIRED, "extensions": {"code": "AuthExpiredToken"}}
    api = FakeApi(PARTS, script=[empty_entries([error])])
    assert (await run(api, 10)).names == ["matched"] * 10
    assert api.token_requests == 2


async def test_an_error_at_an_empty_entry_makes_it_no_miss() -> None:
    failed = "The remote schema failed."
    errors = [{"message": failed, "path": ["b0", n, "parts"]} for n in range(10)]
    api = FakeApi(PARTS, script=[empty_entries(errors)] * 2)
    assert (await run(api, 10)).names == ["matched"] * 10


async def test_an_error_at_one_entry_casts_no_doubt_on_the_others() -> None:
    errors = [{"message": "The remote schema failed.", "path": ["b0", 0, "parts"]}]
    api = FakeApi((FakePart("PN-0"),), script=[empty_entries(errors)])
    told = await run(api, 30)
    assert told.names == ["matched"] + ["missed"] * 29
    assert told.spend.unknown == 1


async def test_a_token_refused_beside_answers_is_renewed_each_time() -> None:
    def beside(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        if "data" not in told:
            return api.answer(request)
        told["data"]["b0"] = told["data"]["b0"][:4]
        api.good_tokens.clear()
        error = {"message": EXPIRED, "extensions": {"code": "AuthExpiredToken"}}
        return httpx.Response(200, json={**told, "errors": [error]})

    api = FakeApi(PARTS, script=[beside] * 2)
    told = await run(api, 10)
    assert told.names == ["matched"] * 10
    assert api.token_requests == 3


async def test_told_to_slow_down_beside_answers_everybody_waits() -> None:
    def beside(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        told["data"]["b0"] = told["data"]["b0"][:4]
        errors = [{"message": "too many", "extensions": {"code": "TOO_MANY_REQUESTS"}}]
        return httpx.Response(200, json={**told, "errors": errors})

    api = FakeApi(PARTS, script=[beside])
    began = anyio.current_time()
    given = settings(patience=Patience(backoff=30.0, backoff_most=60.0))
    assert (await run(api, 10, given)).names == ["matched"] * 10
    assert anyio.current_time() - began >= 30


async def test_a_limit_crossed_in_the_middle_of_an_answer_keeps_what_came() -> None:
    def crossing(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        told["data"]["b0"] = told["data"]["b0"][:3]
        return httpx.Response(200, json={**told, "errors": [{"message": LIMIT}]})

    api = FakeApi(PARTS, script=[crossing] * 9)
    told = await run(api, 10)
    assert told.names == ["matched"] * 3 + ["skipped"] * 7
    assert told.reasons == {SkipReason.PART_LIMIT}
    assert told.spend.used >= api.charged


async def test_a_part_beside_no_hits_is_still_a_part() -> None:
    def miscounted(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        for match in told["data"]["b0"]:
            match["hits"] = 0
        return httpx.Response(200, json=told)

    assert (await run(FakeApi(PARTS, script=[miscounted]), 2)).names == ["matched"] * 2


async def test_parts_emptied_by_the_plan_are_asked_again_and_booked_as_unknown() -> None:
    def emptied(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        for match in told["data"]["b0"]:
            match["parts"] = None
        return httpx.Response(200, json={**told, "errors": [{"message": SPECS}]})

    api = FakeApi(PARTS, script=[emptied])
    told = await run(api, 10)
    assert told.names == ["matched"] * 10
    assert told.spend.used >= api.charged == 20
    assert api.requests[-1]["variables"]["withSpecs"] is False


async def test_a_limit_told_after_many_other_words_is_heard() -> None:
    errors = [{"message": f"Something odd about line {n} of this request"} for n in range(20)]
    body = {"data": None, "errors": [*errors, {"message": LIMIT}]}
    api = FakeApi(PARTS, script=[lambda *_: httpx.Response(500, json=body)] * 9)
    async with Engine.open(settings(), world=world(api)) as engine:
        await engine.match("PN-1")
        assert isinstance(engine.fatal, PartLimitReached)
        assert engine.fatal.limit == 100


async def test_a_plan_that_lacks_what_nobody_asks_for_is_not_asked_for_ever() -> None:
    body = {"data": None, "errors": [{"message": "Unauthorized to access 'x_ray'."}]}
    api = FakeApi(PARTS, script=[lambda *_: httpx.Response(200, json=body)] * 99)
    told = await run(api, 10)
    assert told.names == ["skipped"] * 10
    assert told.spend.used <= 10


async def test_an_outage_costs_one_batch_a_slot_and_then_single_questions() -> None:
    began = anyio.current_time()

    def down(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
        is_down = anyio.current_time() - began < 20
        return httpx.Response(502, text="<html>") if is_down else None

    api = FakeApi(PARTS, script=[down] * 999)
    told = await run(api, 800, settings())
    assert told.names == ["matched"] * 800
    assert told.spend.unknown <= 8 * 100 + 6


async def test_an_outage_with_one_slot_costs_one_batch_and_then_single_questions() -> None:
    def down(api: FakeApi, request: httpx.Request) -> httpx.Response:
        return httpx.Response(502, text="<html>")

    limits = Limits(requests_per_minute=60_000, concurrency=1)
    told = await run(FakeApi(PARTS, script=[down] * 999), 300, settings(limits=limits))
    assert set(told.names) == {"skipped"}
    assert told.reasons == {SkipReason.UNREACHABLE}
    assert told.spend.used <= 100 + 12


async def test_a_line_that_hangs_takes_nobody_with_it() -> None:
    class Slow(FakeApi):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await request.aread()
            if b'"PN-13"' in request.content:
                await anyio.sleep(10_000)
            return await super().handle_async_request(request)

    told = await run(Slow(PARTS), 100, settings())
    assert told.names.count("matched") >= 95


async def test_one_bad_question_asked_again_and_again_ends_nothing() -> None:
    bad = poison(13, answer=lambda: httpx.Response(500, text="oops"))
    api = FakeApi(PARTS, script=[bad] * 999)
    async with Engine.open(settings(patience=QUICK), world=world(api)) as engine:
        for _ in range(15):
            assert isinstance(await engine.match("PN-13"), Failed)
        assert isinstance(await engine.match("PN-2"), Matched)


async def test_a_token_endpoint_that_hangs_ends_the_run() -> None:
    class Hung(FakeApi):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "token" in str(request.url):
                self.token_requests += 1
                await anyio.sleep(10_000)
            return await super().handle_async_request(request)

    api = Hung(PARTS)
    began = anyio.current_time()
    told = await run(api, 4_000, settings())
    assert told.names.count("skipped") > 3_000
    assert anyio.current_time() - began < 700
    assert api.token_requests <= 10


async def test_a_stream_first_read_when_its_engine_is_closed_says_so() -> None:
    async with Engine.open(settings(), world=world(FakeApi(PARTS))) as engine:
        late = engine.enrich(rows(3))
    with pytest.raises(EngineError, match="closed"):
        _ = [outcome async for outcome in late]


async def test_a_line_error_that_echoes_the_token_is_hushed() -> None:
    def echo(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        for match in told["data"]["b0"]:
            match["error"] = f"bad {request.headers['authorization']}"
        return httpx.Response(200, json=told)

    told = await run(FakeApi(PARTS, script=[echo]), 2)
    assert told.names == ["failed"] * 2
    assert "token-1" not in f"{told.outcomes}"


async def test_a_good_token_serves_on_when_renewing_it_early_fails() -> None:
    api = Desk(PARTS, token_life=3_000.0)
    api.answers = [httpx.Response(503, text="later")] * 9
    async with Engine.open(settings(), world=world(api)) as engine:
        await engine.match("PN-1")
        await anyio.sleep(2_750)
        assert isinstance(await engine.match("PN-2"), Matched)
    assert api.token_requests == 2


async def test_after_a_lost_answer_one_question_goes_first() -> None:
    def lost(api: FakeApi, request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    api = FakeApi(PARTS, script=[lost])
    told = await run(api, 100)
    sizes = [len(told["variables"]["queries_0"]) for told in api.requests]
    assert sizes == [1, 50, 49]
    assert told.spend == Spend(settled=100, unknown=100)


def poison(*numbers: int, answer: Callable[[], httpx.Response]) -> Answering:
    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
        texts = (f'"PN-{n}"'.encode() for n in numbers)
        return answer() if any(text in request.content for text in texts) else None

    return answering


async def test_a_poison_line_without_a_path_stands_alone() -> None:
    body = {"data": None, "errors": [{"message": "Unexpected Execution Error"}]}
    bad = poison(13, answer=lambda: httpx.Response(200, json=body))
    told = await run(FakeApi(PARTS, script=[bad] * 999), 300)
    assert (told.names.count("matched"), told.names.count("failed")) == (299, 1)


async def test_three_neighbouring_poison_lines_do_not_pass_for_an_outage() -> None:
    bad = poison(12, 13, 14, answer=lambda: httpx.Response(500, text="oops"))
    limits = Limits(requests_per_minute=60_000, concurrency=1, queries_per_request=50)
    given = settings(limits=limits, patience=QUICK)
    told = await run(FakeApi(PARTS, script=[bad] * 999), 200, given)
    assert (told.names.count("matched"), told.names.count("failed")) == (197, 3)


async def test_an_api_that_fails_whatever_it_is_asked_ends_the_run() -> None:
    api = FakeApi(PARTS, script=[lambda *_: httpx.Response(500, text="oops")] * 9_999)
    told = await run(api, 800)
    assert told.names.count("skipped") > 700
    assert told.spend.used < 2_500


async def test_a_paragraph_is_no_part_number_and_stops_nobody() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        outcome = await engine.match("X" * 100_000)
    assert isinstance(outcome, Skipped)
    assert not api.requests


@pytest.mark.parametrize("change", [{"country": "moon"}, {"currency": "\ud800"}], ids=str)
async def test_one_callers_odd_option_is_his_own_error(change: dict[str, str]) -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(), world=world(api)) as engine:
        with pytest.raises(SettingsError, match="capital letters"):
            await engine.match("PN-1", **change)
        assert isinstance(await engine.match("PN-1"), Matched)


class Desk(FakeApi):
    """A token endpoint that answers as it is told, from the second request on."""

    answers: Sequence[httpx.Response] = ()
    first_is_good = True

    def _token(self, request: httpx.Request) -> httpx.Response:
        number = self.token_requests - self.first_is_good
        if 0 <= number < len(self.answers):
            self.token_requests += 1
            return self.answers[number]
        return super()._token(request)


async def test_a_refresh_that_fails_once_is_tried_again() -> None:
    def revoked(api: FakeApi, request: httpx.Request) -> httpx.Response:
        api.good_tokens.clear()
        return refused_token()

    api = Desk(PARTS, script=[revoked])
    api.answers = [httpx.Response(503, text="later")]
    assert (await run(api, 30)).names == ["matched"] * 30
    assert api.token_requests == 3


async def test_a_wrong_secret_is_tried_once_for_all() -> None:
    api = FakeApi(PARTS)
    told = await run(api, 800, settings(credentials=Credentials("client", "wrong")))
    assert told.names == ["skipped"] * 800
    assert api.token_requests == 1


async def test_a_busy_token_endpoint_is_not_asked_by_everybody() -> None:
    api = Desk(PARTS)
    api.first_is_good, api.answers = False, [httpx.Response(429)] * 99
    told = await run(api, 800)
    assert told.names == ["failed"] * 800
    assert api.token_requests <= 12


@pytest.mark.parametrize("token", ["tok-SECRET\n", "tøken", "a b", ""])
async def test_a_token_that_cannot_stand_in_a_header_is_neither_sent_nor_shown(token: str) -> None:
    api = Desk(PARTS)
    api.first_is_good = False
    api.answers = [httpx.Response(200, json={"access_token": token, "expires_in": 100})] * 99
    told = await run(api, 1)
    assert told.names == ["skipped"]
    assert told.reasons == {SkipReason.UNREACHABLE}
    assert "SECRET" not in f"{told.events}{told.outcomes}"


async def test_secrets_that_others_echo_are_not_repeated() -> None:
    desk = Desk(PARTS)
    desk.first_is_good = False
    desk.answers = [httpx.Response(400, json={"error": f"invalid {SECRET}"})]
    async with Engine.open(settings(), world=world(desk)) as engine:
        outcome = await engine.match("PN-1")
        assert isinstance(engine.fatal, BadCredentials)
        assert SECRET not in f"{outcome}{engine.fatal}"

    def echo(api: FakeApi, request: httpx.Request) -> httpx.Response:
        message = f"bad header {request.headers['authorization']}"
        return httpx.Response(400, json={"errors": [{"message": message}]})

    told = await run(FakeApi(PARTS, script=[echo]), 1)
    assert "token-1" not in f"{told.events}{told.outcomes}"


async def test_a_stream_read_outside_its_engine_says_that_it_was_cut_off() -> None:
    api = FakeApi(PARTS, latency=1.0)
    names: list[str] = []

    async def read(engine: Engine[SupplyPart]) -> None:
        with pytest.raises(EngineError, match="closed before all rows"):
            async for outcome in engine.enrich(rows(500)):
                names.append(outcome_name(outcome))

    async with anyio.create_task_group() as tasks:
        async with Engine.open(settings(window=150), world=world(api)) as engine:
            tasks.start_soon(read, engine)
            await anyio.sleep(1.5)
        with pytest.raises(EngineError, match="closed"):
            engine.enrich(rows(1))
    assert len(names) < 500


async def test_answers_past_their_retention_do_not_stay_in_an_engine_that_works_on() -> None:
    api, store = FakeApi(PARTS), open_store(None)
    at_hand = replace(world(api), open_store=lambda path: store)
    async with Engine.open(settings(retention=60.0), world=at_hand) as engine:
        for n in range(3):
            await engine.match(f"PN-{n}")
            await anyio.sleep(400)
        await engine.match("PN-9")
        kept = sa.select(sa.func.count()).select_from(answer)
        left = await store._writer.run(lambda connection: connection.execute(kept).scalar_one())
    assert (api.charged, left) == (4, 1)


class SlowStore(Store):
    """A store whose look-ups take their time."""

    seconds = 0.0

    async def load(self, keys: Sequence[str], *, now: datetime) -> Mapping[str, StoredAnswer]:
        await anyio.sleep(self.seconds)
        return await super().load(keys, now=now)


async def test_an_engine_left_while_a_slot_waits_for_its_turn_closes() -> None:
    api, store = FakeApi(PARTS), SlowStore(open_store(None)._writer)
    at_hand = replace(world(api), open_store=lambda path: store)
    limits = Limits(requests_per_minute=1, concurrency=1)
    with anyio.fail_after(1_000):
        async with anyio.create_task_group() as tasks:
            async with Engine.open(settings(limits=limits), world=at_hand) as engine:
                await engine.match("PN-1")  # uses the pace's only turn
                tasks.start_soon(engine.match, "PN-2")
                await anyio.sleep(1)
                store.seconds = 2.0
                tasks.start_soon(engine.match, "PN-3")
                await anyio.sleep(1)


class FullDisk(Store):
    """A store that cannot give parts back."""

    async def release(self, call: Call, *, cause: str, now: datetime) -> None:
        raise StoreError("the disk is full")


async def test_a_store_that_fails_wakes_those_who_wait_for_parts() -> None:
    api = FakeApi(PARTS, latency=2.0, script=[lambda *_: httpx.Response(429)] * 9)
    store = FullDisk(open_store(None)._writer)
    at_hand = replace(world(api), open_store=lambda path: store)
    limits = Limits(requests_per_minute=60_000, queries_per_request=10, concurrency=2)
    began = anyio.current_time()
    async with Engine.open(settings(budget=10, limits=limits), world=at_hand) as engine:
        names = [outcome_name(outcome) async for outcome in engine.enrich(rows(20))]
        assert isinstance(engine.fatal, StoreError)
    assert set(names) <= {"failed", "skipped"}
    assert anyio.current_time() - began < 60


@pytest.mark.parametrize("anyio_backend", REAL, indirect=True)
@pytest.mark.parametrize("budget", [0, 35, 130])
async def test_a_short_budget_on_disk_ends_at_once_and_to_the_last_part(
    tmp_path: Path, budget: int
) -> None:
    api = FakeApi(PARTS, latency=0.0)
    given = settings(store=tmp_path / "store.sqlite", budget=budget)
    told = await run(api, 300, given)
    assert told.names.count("matched") == budget == api.charged
    assert not [outcome for outcome in told.outcomes if isinstance(outcome, Failed)]
    assert told.reasons == {SkipReason.BUDGET}
