"""Goodput under an API that refuses: the engine, against tenacity's back-off and a known limit.

Virtual time: latencies and limits are a model's, CPU costs nothing, so figures do not move with
the machine. The engine is the real one, from rows to bytes; what is virtual is the clock of the
event loop. The model refuses at once (10 ms) and answers after 200 ms, give or take 50; it lets
so many requests be in flight, or so many begin in each second, and says Retry-After: 1.
"""

import json
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

import anyio
import httpx
from tenacity import AsyncRetrying, retry_if_result, wait_random_exponential
from trio.testing import MockClock

from benchmarks.canned import API_URL, TOKEN_URL
from bulkmatch import Credentials, Engine, Limits, Row, Settings, World, outcome_name

REQUESTS, SLOTS, ROWS_EACH = 2_000, 32, 2
CAP, PER_SECOND = 8, 20
LATENCY, SPREAD, REFUSAL = 0.2, 0.05, 0.01


@dataclass
class ThrottlingApi(httpx.AsyncBaseTransport):
    """Takes `cap` requests at once or `per_second` in each second, and refuses the others."""

    cap: int | None = None
    per_second: int | None = None
    seed: int = 1
    accepted: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    _in_flight: int = field(default=0, init=False)
    _second: int = field(default=-1, init=False)
    _begun: int = field(default=0, init=False)
    _dice: random.Random = field(default_factory=random.Random, init=False)

    def __post_init__(self) -> None:
        """The same dice every time."""
        self._dice.seed(self.seed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """A token, an answer without hits, or 429."""
        if str(request.url) == TOKEN_URL:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 86_400})
        if not self._takes_one():
            self.refused += 1
            await anyio.sleep(REFUSAL)
            return httpx.Response(429, headers={"retry-after": "1"})
        self.accepted += 1
        self._in_flight += 1
        try:
            await anyio.sleep(LATENCY + self._dice.uniform(-SPREAD, SPREAD))
        finally:
            self._in_flight -= 1
        return httpx.Response(200, json={"data": {"b0": _matches(request)}})

    def _takes_one(self) -> bool:
        second = int(anyio.current_time())
        if second != self._second:
            self._second, self._begun = second, 0
        if self.per_second is not None and self._begun >= self.per_second:
            return False
        self._begun += 1
        return self.cap is None or self._in_flight < self.cap


def _matches(request: httpx.Request) -> list[dict[str, object]]:
    queries = json.loads(request.content)["variables"]["queries_0"]
    return [
        {"reference": query["reference"], "hits": 0, "error": None, "parts": []}
        for query in queries
    ]


async def by_engine(api: ThrottlingApi) -> None:
    """All rows through the engine, which knows of no limit but its own 32 slots."""
    settings = Settings(
        credentials=Credentials("id", "secret"),
        api_url=API_URL,
        token_url=TOKEN_URL,
        account="bench",
        limits=Limits(queries_per_request=ROWS_EACH, requests_per_minute=1e6, concurrency=SLOTS),
    )
    rows = [Row(f"PN-{n}", line=n) for n in range(REQUESTS * ROWS_EACH)]
    world = World(transport=api, dice=random.Random(api.seed).random)
    async with Engine.open(settings, world=world) as engine:
        names = [outcome_name(outcome) async for outcome in engine.enrich(rows)]
    assert names == ["missed"] * len(rows)


async def _post(client: httpx.AsyncClient, number: int) -> None:
    """One request, again and again until it is taken."""
    queries = [{"mpn": f"PN-{number}", "reference": str(n)} for n in range(ROWS_EACH)]
    async for attempt in AsyncRetrying(
        retry=retry_if_result(lambda status: status == 429),
        wait=wait_random_exponential(multiplier=0.1, max=60),
        sleep=anyio.sleep,
    ):
        with attempt:
            response = await client.post(API_URL, json={"variables": {"queries_0": queries}})
        if attempt.retry_state.outcome is not None and not attempt.retry_state.outcome.failed:
            attempt.retry_state.set_result(response.status_code)


def by_workers(count: int) -> Callable[[ThrottlingApi], Awaitable[None]]:
    """So many workers on one iterator, each with tenacity's random exponential back-off."""

    async def run(api: ThrottlingApi) -> None:
        random.seed(api.seed)  # tenacity's own dice
        numbers = iter(range(REQUESTS))

        async def work(client: httpx.AsyncClient, numbers: Iterator[int]) -> None:
            for number in numbers:
                await _post(client, number)

        async with httpx.AsyncClient(transport=api) as client, anyio.create_task_group() as tasks:
            for _ in range(count):
                tasks.start_soon(work, client, numbers)

    return run


@dataclass(frozen=True)
class Measured:
    """One way under one policy. `goodput` is a share of the best that the policy allows."""

    goodput: float
    rejected: float
    seconds: float


def measure(work: Callable[[ThrottlingApi], Awaitable[None]], api: ThrottlingApi) -> Measured:
    """Run in virtual time."""

    async def timed() -> float:
        began = anyio.current_time()
        await work(api)
        return anyio.current_time() - began

    clock = MockClock(autojump_threshold=0)
    seconds = anyio.run(timed, backend="trio", backend_options={"clock": clock})
    return Measured(_best(api) / seconds, api.refused / api.accepted, seconds)


def _best(api: ThrottlingApi) -> float:
    """Seconds that nobody can beat: the cap always full, or every second's share taken at once."""
    if api.cap is not None:
        return REQUESTS * LATENCY / api.cap
    assert api.per_second is not None, "one limit or the other"
    return REQUESTS / api.per_second - 1 + LATENCY


POLICIES = {
    f"{CAP} in flight": ThrottlingApi(cap=CAP),
    f"{PER_SECOND} a second": ThrottlingApi(per_second=PER_SECOND),
}
WAYS: dict[str, Callable[[ThrottlingApi], Awaitable[None]]] = {
    f"engine, up to {SLOTS} slots": by_engine,
    f"tenacity, {SLOTS} workers": by_workers(SLOTS),
    f"{CAP} workers, as if it were known": by_workers(CAP),
}
SEEDS = range(1, 4)


def main() -> None:
    """Print goodput and refusals of every way under both policies: the median of some seeds."""
    for policy, limited in POLICIES.items():
        print(f"  {policy}")
        for name, work in WAYS.items():
            runs = [measure(work, replace(limited, seed=seed)) for seed in SEEDS]
            middle = len(runs) // 2
            goodput = sorted(run.goodput for run in runs)
            rejected = sorted(run.rejected for run in runs)
            print(
                f"    {name:34} goodput {100 * goodput[middle]:4.0f} % (worst {100 * goodput[0]:.0f})"
                f"   refused {rejected[middle]:.2f} per accepted (worst {rejected[-1]:.2f})"
            )


if __name__ == "__main__":
    main()
