"""The engine under trouble: what is lost is said, what is paid is counted, the rest goes on."""

import json
from collections.abc import Callable

import anyio
import httpx
import pytest
from tests.fakes import SECRET, FakeApi, FakePart, refused_token, settings, world

from bulkmatch import (
    BadCredentials,
    BatchFailed,
    BatchSettled,
    CallLost,
    Engine,
    Event,
    Failed,
    Features,
    Limits,
    Matched,
    Outcome,
    Patience,
    Row,
    Settings,
    Skipped,
    SkipReason,
    Spend,
    SupplyPart,
    Unauthorized,
    outcome_name,
)

PARTS = tuple(FakePart(f"PN-{n}") for n in range(500))
QUICK = Patience(attempt_timeout=5, give_up_after=120, attempts=3, backoff=0.5)


def rows(count: int) -> list[Row]:
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]


class Ran:
    """What a run came to."""

    def __init__(self, outcomes: list[Outcome[SupplyPart]], spend: Spend, events: list[Event]):
        self.outcomes, self.spend, self.events = outcomes, spend, events
        self.names = [outcome_name(outcome) for outcome in outcomes]
        self.verdicts = [event.verdict for event in events if isinstance(event, BatchFailed)]


async def run(api: FakeApi, count: int = 50, given: Settings | None = None) -> Ran:
    events: list[Event] = []
    given = given or settings(patience=QUICK)
    async with Engine.open(given, world=world(api), observer=events.append) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(count))]
        spend = await engine.budget.run()
    assert [outcome.row.line for outcome in outcomes] == list(range(count))
    assert SECRET not in f"{events}{outcomes}"
    return Ran(outcomes, spend, events)


def once(answer: httpx.Response | Exception) -> Callable[[FakeApi, httpx.Request], httpx.Response]:
    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return answering


def let_through(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
    """Nothing special."""
    return None


def after_billing(
    answer: httpx.Response | Exception,
) -> Callable[[FakeApi, httpx.Request], httpx.Response]:
    """The API does its work and charges for it; then this is what comes back."""

    def answering(api: FakeApi, request: httpx.Request) -> httpx.Response:
        api.answer(request)
        return once(answer)(api, request)

    return answering


FREE = [
    pytest.param(httpx.ConnectError("refused"), id="refused"),
    pytest.param(httpx.Response(429, headers={"retry-after": "3"}), id="429"),
    pytest.param(httpx.Response(429), id="429-without-a-time"),
    pytest.param(httpx.Response(429, headers={"retry-after": "1e9"}), id="429-absurd"),
]
DEAR = [
    pytest.param(httpx.ReadError("reset"), id="reset"),
    pytest.param(httpx.RemoteProtocolError("cut"), id="cut"),
    pytest.param(httpx.Response(502, text="<html>bad gateway</html>"), id="502"),
    pytest.param(httpx.Response(200, text='{"data": {"b0": [{"refe'), id="truncated"),
    pytest.param(httpx.Response(200, text="<html>maintenance</html>"), id="html"),
    pytest.param(httpx.Response(200, text=""), id="empty"),
]


@pytest.mark.parametrize("fault", FREE)
async def test_what_is_proven_free_is_released_and_asked_again(
    fault: httpx.Response | Exception,
) -> None:
    api = FakeApi(PARTS, script=[once(fault)])
    ran = await run(api)
    assert ran.names == ["matched"] * 50
    assert ran.spend == Spend(settled=50)
    assert ran.verdicts == ["Retry"]
    assert api.charged == 50


@pytest.mark.parametrize("fault", DEAR)
async def test_what_may_have_been_billed_counts_as_unknown(
    fault: httpx.Response | Exception,
) -> None:
    api = FakeApi(PARTS, script=[after_billing(fault)])
    ran = await run(api)
    assert ran.names == ["matched"] * 50
    assert ran.spend == Spend(settled=50, unknown=50)
    assert ran.spend.used >= api.charged == 100


@pytest.mark.parametrize("status", [401, 200])
@pytest.mark.parametrize("code", ["AuthInvalidToken", "AuthExpiredToken", "AUTH_EXPIRED_TOKEN"])
async def test_a_token_refused_in_the_middle_is_refreshed_once(code: str, status: int) -> None:
    limits = Limits(requests_per_minute=60_000, concurrency=8, queries_per_request=10)
    api = FakeApi(PARTS, latency=1.0)
    api.script = [let_through] * 8
    api.script += [once(refused_token(code, status))] * 8
    ran = await run(api, 300, settings(limits=limits, patience=QUICK))
    assert ran.names == ["matched"] * 300
    assert api.token_requests == 2
    assert api.charged == 300 == ran.spend.settled
    assert ran.verdicts == ["Refresh"] * 8


async def test_a_burst_of_refused_tokens_is_outlived() -> None:
    limits = Limits(requests_per_minute=60_000, concurrency=1, queries_per_request=10)
    api = FakeApi(PARTS, script=[once(refused_token())] * 4)
    ran = await run(api, 30, settings(limits=limits))
    assert ran.names == ["matched"] * 30
    assert api.token_requests == 5
    assert api.charged == 30 == ran.spend.settled


async def test_tokens_refused_again_and_again_stop_the_run_with_a_clear_error() -> None:
    api = FakeApi(PARTS, script=[once(refused_token())] * 99)
    async with Engine.open(settings(patience=QUICK), world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(30))]
        fatal = engine.fatal
    assert isinstance(fatal, Unauthorized)
    assert {o.reason for o in outcomes if isinstance(o, Skipped)} == {SkipReason.STOPPED}
    assert api.token_requests == QUICK.attempts
    assert api.charged == 0


async def test_wrong_credentials_stop_the_run_before_anything_is_asked() -> None:
    api = FakeApi(PARTS)
    from bulkmatch import Credentials

    given = settings(credentials=Credentials("client", "wrong"))
    async with Engine.open(given, world=world(api)) as engine:
        outcome = await engine.match("PN-1")
        fatal = engine.fatal
    assert isinstance(outcome, Skipped)
    assert isinstance(fatal, BadCredentials)
    assert api.token_requests == 1
    assert not api.requests


def poisoned(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
    """Any request that asks for PN-13 fails, after its other parts were charged."""
    if '"PN-13"' in request.content.decode():
        error = {"message": "Unexpected Execution Error", "path": ["b0"]}
        return httpx.Response(200, json={"data": None, "errors": [error]})
    return None


async def test_a_failing_batch_is_halved_until_the_poison_line_stands_alone() -> None:
    api = FakeApi(PARTS, script=[poisoned] * 99)
    ran = await run(api, 64)
    assert ran.names.count("matched") == 63
    (failed,) = (outcome for outcome in ran.outcomes if isinstance(outcome, Failed))
    assert failed.row.mpn == "PN-13"
    assert "Unexpected Execution Error" in str(failed.cause)
    assert len(api.requests) + ran.verdicts.count("Split") <= 1 + 2 * 6
    assert ran.spend.settled == 63 == api.charged


async def test_a_batch_that_only_brings_500_is_halved_too() -> None:
    def broken(api: FakeApi, request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500, text="oops") if b'"PN-13"' in request.content else None

    ran = await run(FakeApi(PARTS, script=[broken] * 99), 16)
    assert ran.names.count("matched") == 15
    assert ran.names.count("failed") == 1


async def test_a_refused_document_stops_the_run_at_no_cost() -> None:
    body = {"errors": [{"message": "The field `cad` does not exist on the type `SupPart`."}]}
    api = FakeApi(PARTS, script=[once(httpx.Response(400, json=body))] * 99)
    ran = await run(api, 300)
    assert set(ran.names) == {"skipped"}
    assert ran.spend == Spend()
    assert len(ran.verdicts) <= 8


async def test_an_api_that_cannot_be_reached_ends_the_run_and_not_row_by_row() -> None:
    api = FakeApi(PARTS, script=[once(httpx.ConnectError("refused"))] * 999)
    limits = Limits(requests_per_minute=60_000, concurrency=1, queries_per_request=10)
    ran = await run(api, 300, settings(limits=limits, patience=QUICK))
    reasons = {outcome.reason for outcome in ran.outcomes if isinstance(outcome, Skipped)}
    assert (set(ran.names), reasons) == ({"skipped"}, {SkipReason.UNREACHABLE})
    assert len(ran.verdicts) <= 15


def forgetful(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """Every answer lacks its first entry."""
    told = json.loads(api.answer(request).content)
    for matches in told["data"].values():
        del matches[0]
    return httpx.Response(200, json=told)


async def test_a_line_that_the_answer_passed_over_is_asked_again_and_not_forever() -> None:
    api = FakeApi(PARTS, script=[forgetful])
    lacking = await run(api, 20)
    assert lacking.names == ["matched"] * 20
    assert api.charged == 21
    assert lacking.spend == Spend(settled=20, unknown=1)
    silent = FakeApi(PARTS, script=[forgetful] * 99)
    ran = await run(silent, 3)
    assert ran.names.count("failed") >= 1
    assert silent.asked["PN-0"] <= 3
    assert ran.spend.used >= silent.charged


async def test_what_the_plan_lacks_is_left_out_and_said() -> None:
    message = "Unauthorized to access 'specs'. Please upgrade to include 'TECH_SPECS'"

    def partial(api: FakeApi, request: httpx.Request) -> httpx.Response:
        told = json.loads(api.answer(request).content)
        return httpx.Response(200, json={**told, "errors": [{"message": message}]})

    limits = Limits(requests_per_minute=60_000, concurrency=1)
    api = FakeApi(PARTS, script=[partial])
    ran = await run(api, 150, settings(limits=limits))
    assert ran.names == ["matched"] * 150
    asked = [told["variables"]["withSpecs"] for told in api.requests]
    assert asked == [True, False]
    assert {
        outcome.provenance.not_entitled for outcome in ran.outcomes if isinstance(outcome, Matched)
    } == {frozenset({"specs"})}


async def test_an_answer_emptied_by_the_plan_is_asked_again_without_the_field() -> None:
    message = "Unauthorized to access 'best_datasheet'. Please upgrade to include 'DATASHEETS'"

    def emptied(api: FakeApi, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": None, "errors": [{"message": message}]})

    api = FakeApi(PARTS, script=[emptied])
    ran = await run(api, 10)
    assert ran.names == ["matched"] * 10
    assert ran.verdicts == ["Narrow"]
    assert api.requests[0]["variables"]["withDatasheets"] is False
    assert ran.spend == Spend(settled=10, unknown=10)


async def test_features_that_are_off_are_never_asked_for() -> None:
    api = FakeApi(PARTS)
    await run(api, 1, settings(features=Features(specs=False, lead_time=False)))
    variables = api.requests[0]["variables"]
    assert (variables["withSpecs"], variables["withLeadTime"]) == (False, False)


async def test_stopping_awaits_what_is_in_flight_and_skips_the_rest() -> None:
    api = FakeApi(PARTS, latency=2.0)
    limits = Limits(requests_per_minute=60_000, concurrency=2, queries_per_request=10)
    async with Engine.open(settings(limits=limits), world=world(api)) as engine:
        outcomes: list[Outcome[SupplyPart]] = []
        async with anyio.create_task_group() as tasks:

            async def read() -> None:
                async for outcome in engine.enrich(rows(200)):
                    outcomes.append(outcome)

            tasks.start_soon(read)
            await anyio.sleep(3)
            engine.stop(detail="asked to")
        spend = await engine.budget.run()
    names = [outcome_name(outcome) for outcome in outcomes]
    assert (names.count("matched"), names.count("skipped")) == (20, 180)
    assert spend == Spend(settled=20)


async def test_a_cancelled_caller_leaves_the_books_right() -> None:
    api = FakeApi(PARTS, latency=2.0)
    async with Engine.open(settings(), world=world(api)) as engine:
        with anyio.move_on_after(1.0):
            await engine.match("PN-1")
        outcome = await engine.match("PN-1")
        spend = await engine.budget.run()
    assert isinstance(outcome, Matched)
    assert api.charged == 1 == spend.settled


async def test_a_caller_that_leaves_before_its_turn_costs_nothing() -> None:
    api = FakeApi(PARTS)
    async with Engine.open(settings(linger=5.0), world=world(api)) as engine:
        with anyio.move_on_after(1.0):
            await engine.match("PN-1")
        await engine.match("PN-2")
    assert api.asked == {"PN-2": 1}


async def test_leaving_the_engine_books_what_is_in_flight() -> None:
    api = FakeApi(PARTS, latency=2.0)
    events: list[Event] = []
    async with anyio.create_task_group() as tasks:
        async with Engine.open(settings(), world=world(api), observer=events.append) as engine:
            tasks.start_soon(engine.match, "PN-1")
            await anyio.sleep(3)
    assert [event.parts for event in events if isinstance(event, BatchSettled)] == [1]
    assert not [event for event in events if isinstance(event, CallLost)]


async def test_cancelling_the_engine_counts_what_is_in_flight_as_unknown() -> None:
    api = FakeApi(PARTS, latency=2.0)
    events: list[Event] = []
    with anyio.CancelScope() as scope:
        async with Engine.open(settings(), world=world(api), observer=events.append) as engine:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(engine.match, "PN-1")
                await anyio.sleep(3)
                scope.cancel()
    assert [event.parts for event in events if isinstance(event, CallLost)] == [1]


async def test_two_engines_in_one_process_do_not_disturb_each_other() -> None:
    one, two = FakeApi(PARTS), FakeApi(PARTS, part_limit=0)
    async with (
        Engine.open(settings(), world=world(one)) as left,
        Engine.open(settings(budget=5), world=world(two)) as right,
    ):
        first = [outcome_name(o) async for o in left.enrich(rows(20))]
        second = [outcome_name(o) async for o in right.enrich(rows(20))]
        assert left.stopped is None
        assert right.stopped is not None
    assert (set(first), set(second)) == ({"matched"}, {"skipped"})
    assert (one.charged, two.charged) == (20, 0)
