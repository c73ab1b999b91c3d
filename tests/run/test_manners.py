"""The engine's manners: outages waited out and cut short, repeats, limits, deadlines."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import anyio
import httpx
import pytest
from tests.fakes import API_URL, TOKEN_URL, FakeApi, FakePart, settings, world

from bulkmatch import (
    BatchSent,
    CallLost,
    CircuitClosed,
    CircuitOpened,
    Engine,
    Event,
    FlightLimitLowered,
    Limits,
    Matched,
    NotSent,
    Outcome,
    Patience,
    Row,
    RunStopping,
    Settings,
    Skipped,
    SkipReason,
    SupplyPart,
    Waited,
    outcome_name,
)

PARTS = tuple(FakePart(f"PN-{n}") for n in range(900))
PATIENCE = Patience(attempt_timeout=5, give_up_after=600, attempts=3, backoff=0.5)
Broken = Callable[[httpx.Request], "httpx.Response | Exception | None"]


def rows(count: int) -> list[Row]:
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(count)]


def refused(request: httpx.Request) -> Exception:
    return httpx.ConnectError("refused", request=request)


def bad_gateway(request: httpx.Request) -> httpx.Response:
    return httpx.Response(502, text="<html>")


class Failing(FakeApi):
    """Down for the first `down_for` seconds of a test; `met` is what requests to `url` meet then.

    `sizes` holds (seconds since the beginning, questions) of every request that reached `url`.
    """

    down_for = 0.0
    url = API_URL
    broken: Broken = staticmethod(refused)

    def begin(self, down_for: float, broken: Broken = refused, url: str = API_URL) -> "Failing":
        self.began, self.down_for, self.broken, self.url = (
            anyio.current_time(),
            down_for,
            broken,
            url,
        )
        self.sizes: list[tuple[float, int]] = []
        return self

    @property
    def now(self) -> float:
        return anyio.current_time() - self.began

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if str(request.url) == self.url:
            self.sizes.append((self.now, request.content.count(b'"reference"')))
            if self.now < self.down_for:
                await anyio.sleep(self.latency)
                met = self.broken(request)
                if isinstance(met, Exception):
                    raise met
                if met is not None:
                    return met
        return await super().handle_async_request(request)


class Ran:
    """What a stream came to."""

    def __init__(self, outcomes: list[Outcome[SupplyPart]], events: list[Event]) -> None:
        self.names = [outcome_name(outcome) for outcome in outcomes]
        self.reasons = {o.reason for o in outcomes if isinstance(o, Skipped)}
        self.events = events

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


async def stream(api: FakeApi, count: int, given: Settings | None = None) -> Ran:
    events: list[Event] = []
    given = given or settings(patience=PATIENCE)
    async with Engine.open(given, world=world(api), observer=events.append) as engine:
        return Ran([outcome async for outcome in engine.enrich(rows(count))], events)


@pytest.mark.parametrize("broken", [refused, bad_gateway])
async def test_a_stream_waits_through_a_short_outage_and_loses_nothing(broken: Broken) -> None:
    api = Failing(PARTS).begin(60, broken)
    ran = await stream(api, 900)
    assert ran.names == ["matched"] * 900
    assert len(ran.of(CircuitClosed)) == 1
    assert 60 <= api.now < 130


async def test_while_it_lasts_nothing_goes_but_single_questions_ever_further_apart() -> None:
    api = Failing(PARTS).begin(60, bad_gateway)
    await stream(api, 900)
    opened = [at for at, size in api.sizes if at < 60 and size == 1]
    batches = [at for at, size in api.sizes if at < 60 and size > 1]
    assert all(at < 1 for at in batches), "what was under way when it began"
    assert len(batches) <= 8
    assert 4 <= len(opened) <= 9
    gaps = [later - sooner for sooner, later in pairwise(opened)]
    assert gaps[-1] > 2 * gaps[0]


async def test_slots_that_wait_for_their_turn_do_not_send_into_an_outage() -> None:
    limits = Limits(requests_per_minute=60, concurrency=8, queries_per_request=100)
    api = Failing(PARTS).begin(60, bad_gateway)
    api.latency = 0.1
    given = settings(patience=PATIENCE, limits=replace(limits, requests_per_minute=30))
    async with Engine.open(given, world=world(api)) as engine:
        await engine.match("PN-0")  # it fails until the outage is over, and its turn is used
        outcomes = [outcome async for outcome in engine.enrich(rows(900))]
        spend = await engine.budget.run()
    assert {outcome_name(outcome) for outcome in outcomes} == {"matched"}
    assert spend.unknown <= 12, "single questions at the most"


async def test_an_outage_that_lasts_ends_the_stream_with_the_reason() -> None:
    api = Failing(PARTS).begin(10_000)
    given = settings(patience=replace(PATIENCE, outage=100))
    async with Engine.open(given, world=world(api)) as engine:
        outcomes = [outcome async for outcome in engine.enrich(rows(900))]
        assert 100 <= api.now < 110
        assert engine.stopped is not None
        assert engine.stopped[0] is SkipReason.UNREACHABLE
        assert "the API cannot be reached" in engine.stopped[1]
        assert isinstance(engine.fatal, NotSent)
    assert {o.reason for o in outcomes if isinstance(o, Skipped)} == {SkipReason.UNREACHABLE}
    assert {outcome_name(outcome) for outcome in outcomes} == {"skipped"}


@pytest.mark.parametrize("url", [API_URL, TOKEN_URL])
async def test_single_calls_fail_fast_while_it_lasts_and_one_of_them_ends_it(url: str) -> None:
    api = Failing(PARTS).begin(1_000, refused, url)
    events: list[Event] = []
    given = settings(patience=replace(PATIENCE, outage=20))
    async with Engine.open(given, world=world(api), observer=events.append) as engine:
        first = await engine.match("PN-1")
        assert isinstance(first, Skipped)
        assert first.reason is SkipReason.UNREACHABLE
        answered: dict[float, str] = {}
        for n in range(2, 200):
            began = api.now
            outcome = await engine.match(f"PN-{n}")
            assert api.now - began < 3
            answered[began] = outcome_name(outcome)
            await anyio.sleep(7)
        assert engine.stopped is None
        assert engine.fatal is None
    assert {name for at, name in answered.items() if at < 1_000} == {"skipped"}
    assert {name for at, name in answered.items() if at > 1_070} == {"matched"}
    assert len([event for event in events if isinstance(event, RunStopping)]) == 1
    assert len([event for event in events if isinstance(event, CircuitClosed)]) == 1


async def test_a_new_stream_may_end_an_outage_that_another_gave_up_on() -> None:
    api = Failing(PARTS).begin(100)
    given = settings(patience=replace(PATIENCE, outage=20))
    async with Engine.open(given, world=world(api)) as engine:
        first = [outcome_name(outcome) async for outcome in engine.enrich(rows(300))]
        await anyio.sleep(200)
        second = [outcome_name(outcome) async for outcome in engine.enrich(rows(300))]
    assert (set(first), set(second)) == ({"skipped"}, {"matched"})


async def test_an_outage_that_lasts_is_no_reason_to_withhold_what_the_store_has() -> None:
    api = Failing(PARTS).begin(0)
    given = settings(patience=replace(PATIENCE, outage=20))
    async with Engine.open(given, world=world(api)) as engine:
        assert isinstance(await engine.match("PN-1", manufacturer="Acme"), Matched)
        api.begin(10_000)
        assert isinstance(await engine.match("PN-2"), Skipped)
        assert isinstance(await engine.match("PN-1", manufacturer="Acme"), Matched)


async def test_an_outage_stakes_at_most_a_batch_a_slot_and_some_single_questions() -> None:
    api = Failing(PARTS).begin(0)
    limits = Limits(requests_per_minute=60_000, concurrency=4)
    given = settings(limits=limits, patience=replace(PATIENCE, outage=60))

    def reset(request: httpx.Request) -> Exception:
        return httpx.ReadError("reset", request=request)

    api.begin(10_000, reset)
    async with Engine.open(given, world=world(api)) as engine:
        _ = [outcome async for outcome in engine.enrich(rows(900))]
        spend = await engine.budget.run()
    assert spend.unknown <= 4 * 100 + 20


async def test_repeats_are_a_share_of_requests_however_long_the_api_refuses() -> None:
    class Refusing(FakeApi):
        def answer(self, request: httpx.Request) -> httpx.Response:
            self.requests.append({})
            return httpx.Response(429)

    api = Refusing(PARTS)
    limits = Limits(requests_per_minute=60_000, queries_per_request=5)
    began = anyio.current_time()
    ran = await stream(api, 900, settings(limits=limits, patience=replace(PATIENCE, attempts=9)))
    seconds = anyio.current_time() - began
    repeats = sum(e.attempt > 1 for e in ran.of(BatchSent) if isinstance(e, BatchSent))
    firsts = len(api.requests) - repeats
    assert repeats <= 10 + 0.2 * firsts + 0.2 * seconds
    assert [event for event in ran.of(Waited) if getattr(event, "why", "") == "retry budget"]
    assert not {"missed", "matched"} & set(ran.names)


async def test_an_api_that_takes_three_at_a_time_gets_three_at_a_time() -> None:
    class Narrow(FakeApi):
        refused = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if str(request.url) == API_URL and self.in_flight >= 3:
                self.refused += 1
                return httpx.Response(429)
            return await super().handle_async_request(request)

    api = Narrow(PARTS, latency=1.0)
    limits = Limits(requests_per_minute=60_000, concurrency=16, queries_per_request=5)
    ran = await stream(api, 900, settings(limits=limits, patience=replace(PATIENCE, attempts=9)))
    assert ran.names == ["matched"] * 900
    assert api.refused < 180 * 0.3, "of these 13 at the very beginning"
    assert len(ran.of(FlightLimitLowered)) > 1


async def test_the_limit_does_not_hurt_who_is_not_refused() -> None:
    api = FakeApi(PARTS, latency=1.6)
    limits = Limits(requests_per_minute=300, concurrency=8, queries_per_request=10)
    began = anyio.current_time()
    ran = await stream(api, 900, settings(limits=limits))
    assert ran.names == ["matched"] * 900
    assert not ran.of(FlightLimitLowered)
    assert anyio.current_time() - began < 90 / 5 + 2 * 1.6


async def test_after_the_deadline_nothing_is_sent_and_what_is_in_flight_is_awaited() -> None:
    api = FakeApi(PARTS, latency=4.0)
    limits = Limits(requests_per_minute=60_000, concurrency=2, queries_per_request=10)
    given = settings(limits=limits, patience=replace(PATIENCE, deadline=10))
    async with Engine.open(given, world=world(api)) as engine:
        began = anyio.current_time()
        outcomes = [outcome async for outcome in engine.enrich(rows(900))]
        assert 10 <= anyio.current_time() - began <= 15
        assert engine.stopped == (SkipReason.DEADLINE, "the deadline of 10 s has passed")
        assert engine.fatal is None
        spend = await engine.budget.run()
    ran = Ran(outcomes, [])
    assert ran.names.count("matched") == api.charged == spend.settled
    assert ran.reasons == {SkipReason.DEADLINE}
    assert (spend.unknown, spend.reserved) == (0, 0)


async def test_a_deadline_waits_for_what_is_in_flight_no_longer_than_a_drain() -> None:
    api = FakeApi(PARTS, latency=40.0)
    patience = Patience(attempt_timeout=300, deadline=50, drain=5)
    async with Engine.open(settings(patience=patience), world=world(api)) as engine:
        began = anyio.current_time()
        outcomes = [outcome async for outcome in engine.enrich(rows(250))]
        assert anyio.current_time() - began == pytest.approx(55, abs=1)
        spend = await engine.budget.run()
    ran = Ran(outcomes, [])
    assert ran.names == ["skipped"] * 250
    assert ran.reasons == {SkipReason.DEADLINE}
    assert (spend.settled, spend.unknown, spend.reserved) == (0, 250, 0)


@pytest.mark.parametrize("is_told", [True, False], ids=["stopped", "closed"])
async def test_a_drain_ends_in_time_and_what_was_cut_off_is_booked_as_unknown(
    is_told: bool,
) -> None:
    api = FakeApi(PARTS, latency=40.0)
    events: list[Event] = []
    given = settings(patience=Patience(attempt_timeout=100, drain=5))
    outcomes: list[Outcome[SupplyPart]] = []

    async def read(engine: Engine[SupplyPart]) -> None:
        outcomes.append(await engine.match("PN-1"))

    began = anyio.current_time()
    async with anyio.create_task_group() as tasks:
        async with Engine.open(given, world=world(api), observer=events.append) as engine:
            tasks.start_soon(read, engine)
            await anyio.sleep(50)  # the token came after 40; the question is under way
            if is_told:
                engine.stop()
                await anyio.sleep(6)
                assert outcomes
    assert anyio.current_time() - began < 60
    assert [event.parts for event in events if isinstance(event, CallLost)] == [1]
    (outcome,) = outcomes
    assert isinstance(outcome, Skipped)
    assert "what it cost is unknown" in outcome.detail


async def test_a_drain_in_time_cuts_nothing_off() -> None:
    api = FakeApi(PARTS, latency=3.0)
    events: list[Event] = []
    async with anyio.create_task_group() as tasks:
        async with Engine.open(settings(), world=world(api), observer=events.append) as engine:
            tasks.start_soon(engine.match, "PN-1")
            await anyio.sleep(4)
    assert not [event for event in events if isinstance(event, CallLost)]
    assert api.charged == 1


async def test_an_engine_tells_what_it_waits_for() -> None:
    api = Failing(PARTS).begin(30)
    async with Engine.open(settings(patience=PATIENCE), world=world(api)) as engine:
        async with anyio.create_task_group() as tasks:
            for n in range(20):
                tasks.start_soon(engine.match, f"PN-{n}")
            await anyio.sleep(20)
            assert engine.waits_for.startswith("the API cannot be reached: ")
            assert engine.stopped is None
        assert engine.waits_for == ""


async def test_an_opened_circuit_says_why_and_when_the_next_probe_goes() -> None:
    ran = await stream(Failing(PARTS).begin(5), 30)
    (first, *_) = [event for event in ran.events if isinstance(event, CircuitOpened)]
    assert "refused" in first.why
    assert 0 < first.seconds <= PATIENCE.backoff
