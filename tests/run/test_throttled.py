"""An API or a token endpoint that says "slow down" for minutes: waited out, never failed for it."""

import anyio
import httpx
import pytest
from tests.fakes import API_URL, TOKEN_URL, FakeApi, FakePart, settings, world

from bulkmatch import (
    Engine,
    Failed,
    Limits,
    Outcome,
    Patience,
    Row,
    Settings,
    SupplyPart,
    Throttled,
    outcome_name,
)

PARTS = tuple(FakePart(f"PN-{n}") for n in range(500))
LIMITS = Limits(requests_per_minute=300, queries_per_request=20)


class Storm(FakeApi):
    """Answers 429 at `url` for the first `lasts` seconds, with `retry_after` where it is given."""

    url, lasts = API_URL, 0.0
    retry_after: int | None = None

    def begin(self, url: str, *, lasts: float, retry_after: int | None = None) -> "Storm":
        self.url, self.lasts, self.retry_after = url, lasts, retry_after
        self.began = anyio.current_time()
        self.refused = 0
        return self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        is_over = anyio.current_time() - self.began >= self.lasts
        if is_over or str(request.url) != self.url:
            return await super().handle_async_request(request)
        await request.aread()
        await anyio.sleep(self.latency)
        self.refused += 1
        told = {} if self.retry_after is None else {"retry-after": str(self.retry_after)}
        return httpx.Response(429, headers=told)


async def stream(api: FakeApi, given: Settings) -> list[Outcome[SupplyPart]]:
    rows = [Row(f"PN-{n}", "Acme", line=n) for n in range(500)]
    async with Engine.open(given, world=world(api)) as engine:
        return [outcome async for outcome in engine.enrich(rows)]


@pytest.mark.parametrize("url", [API_URL, TOKEN_URL])
@pytest.mark.parametrize(
    ("lasts", "retry_after"), [(60, None), (600, None), (180, 30), (600, 120), (600, 700)]
)
async def test_a_storm_of_refusals_fails_no_row_and_is_hardly_knocked_at(
    url: str, lasts: float, retry_after: int | None
) -> None:
    api = Storm(PARTS).begin(url, lasts=lasts, retry_after=retry_after)
    outcomes = await stream(api, settings(limits=LIMITS))
    assert {outcome_name(outcome) for outcome in outcomes} == {"matched"}
    assert api.refused <= 20 + lasts / 30
    assert anyio.current_time() - api.began < max(lasts, retry_after or 0) + 150


async def test_who_gives_up_on_a_storm_says_that_it_was_one() -> None:
    api = Storm(PARTS).begin(API_URL, lasts=10_000)
    patience = Patience(give_up_after=100)
    async with Engine.open(settings(patience=patience), world=world(api)) as engine:
        outcome = await engine.match("PN-1")
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.cause, Throttled)
    assert str(outcome.cause) == "gave up after 100 s: the API asked us to slow down"


async def test_a_failure_after_many_refusals_is_the_first_failure() -> None:
    class Hiccup(Storm):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.refused == 6:
                self.refused += 1
                raise httpx.ConnectError("refused", request=request)
            return await super().handle_async_request(request)

    api = Hiccup(PARTS).begin(API_URL, lasts=90)
    patience = Patience(attempts=3)
    async with Engine.open(settings(patience=patience), world=world(api)) as engine:
        assert outcome_name(await engine.match("PN-1", manufacturer="Acme")) == "matched"
    assert api.refused > 6


async def test_an_engine_tells_that_it_was_asked_to_slow_down() -> None:
    api = Storm(PARTS).begin(API_URL, lasts=40, retry_after=30)
    async with Engine.open(settings(), world=world(api)) as engine:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(engine.match, "PN-1")
            await anyio.sleep(5)
            assert engine.waits_for == "the API asked us to slow down"
        assert engine.waits_for == ""
