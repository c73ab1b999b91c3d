"""A small API of our own making: it counts every part it returns, and can be told to misbehave.

It stands behind the real transport (an `httpx` transport), so everything from the engine to the
bytes is the real thing. Time is whatever the event loop says.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import anyio
import httpx

from bulkmatch import Credentials, Settings, World
from bulkmatch.core.normal import maker_key, mpn_key

API_URL = "https://api.example.com/graphql"
TOKEN_URL = "https://identity.example.com/connect/token"
SECRET = "s3cr3t-of-the-test"

Answering = Callable[["FakeApi", httpx.Request], "httpx.Response | None"]


@dataclass(frozen=True)
class FakePart:
    """A part that the fake API knows."""

    mpn: str
    maker: str = "Acme"

    @cached_property
    def key(self) -> str:
        """What the API compares numbers by."""
        return mpn_key(self.mpn)

    def to_json(self) -> dict[str, Any]:
        """The part with the least that an answer holds."""
        return {
            "id": f"{self.mpn}/{self.maker}",
            "mpn": self.mpn,
            "manufacturer": {"id": self.maker, "name": self.maker},
            "shortDescription": f"{self.mpn} of {self.maker}",
        }


@dataclass
class FakeApi(httpx.AsyncBaseTransport):
    """Answers matches of `parts`; `charged` is the account's own count.

    `latency` is seconds per request. `script` is asked first, request by request: what it
    returns is the answer, None lets the API answer by itself.
    """

    parts: Sequence[FakePart] = ()
    latency: float = 0.1
    part_limit: int | None = None
    token_life: float = 86_400.0
    script: list[Answering] = field(default_factory=list[Answering])
    charged: int = 0
    token_requests: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    asked: Counter[str] = field(default_factory=Counter[str])
    good_tokens: set[str] = field(default_factory=set[str])
    in_flight: int = 0
    most_in_flight: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, after its latency."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await request.aread()
            await anyio.sleep(self.latency)
            if str(request.url) == TOKEN_URL:
                return self._token(request)
            if self.script:
                scripted = self.script.pop(0)(self, request)
                if scripted is not None:
                    return scripted
            return self.answer(request)
        finally:
            self.in_flight -= 1

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.token_requests += 1
        if SECRET not in request.content.decode():
            return httpx.Response(400, json={"error": "invalid_client"})
        token = f"token-{self.token_requests}"
        self.good_tokens.add(token)
        told = {"access_token": token, "expires_in": self.token_life, "token_type": "Bearer"}
        return httpx.Response(200, json=told)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The API's own answer."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.good_tokens:
            return refused_token()
        told = json.loads(request.content)
        self.requests.append(told)
        if self.part_limit is not None and self.charged >= self.part_limit:
            return part_limit_error(self.part_limit)
        data = {
            f"b{alias}": [self.match(query) for query in queries]
            for alias, queries in aliases_of(told["variables"])
        }
        return httpx.Response(200, json={"data": data, "extensions": {"requestId": "r1"}})

    def match(self, query: dict[str, Any]) -> dict[str, Any]:
        """One match, charged."""
        number = query.get("mpn") or query.get("mpnOrSku") or query["sku"]
        self.asked[number] += 1
        key = mpn_key(number)
        hits = [
            part
            for part in self.parts
            if part.key == key
            and maker_key(query.get("manufacturer")) in ("", maker_key(part.maker))
        ]
        hits.sort(key=lambda part: part.mpn != number)
        page = hits[query["start"] : query["start"] + query["limit"]]
        self.charged += len(page)
        return {
            "reference": query["reference"],
            "hits": len(hits),
            "error": None,
            "parts": [part.to_json() for part in page],
        }


def aliases_of(variables: dict[str, Any]) -> Iterable[tuple[int, list[dict[str, Any]]]]:
    """The queries of each alias, in order."""
    alias = 0
    while f"queries_{alias}" in variables:
        yield alias, variables[f"queries_{alias}"]
        alias += 1


def refused_token(code: str = "AuthInvalidToken", status: int = 401) -> httpx.Response:
    """A token refused, in the API's words (facts, section 3)."""
    message = "Token validation failed. Please provide a valid access token."
    error = {"message": message, "extensions": {"code": code, "schemaName": "Supply"}}
    return httpx.Response(status, json={"errors": [error], "extensions": {"requestId": "r0"}})


def part_limit_error(limit: int, status: int = 200) -> httpx.Response:
    """The part limit, in the API's words (facts, section 4)."""
    message = f"You have exceeded your part limit of {limit}. Please upgrade your plan."
    return httpx.Response(status, json={"errors": [{"message": message}], "data": None})


def settings(**changes: Any) -> Settings:
    """Settings for the fake API: in memory, no pace to speak of."""
    from bulkmatch import Limits

    told: dict[str, Any] = {
        "credentials": Credentials("client", SECRET),
        "api_url": API_URL,
        "token_url": TOKEN_URL,
        "account": "test",
        "limits": Limits(requests_per_minute=60_000),
    }
    return Settings(**{**told, **changes})


def world(api: FakeApi, *, dice: float = 0.5) -> World:
    """The world of a test: virtual seconds since some day in 2026, even dice, the fake API."""
    return World(clock=virtual_clock, dice=lambda: dice, transport=api)


def virtual_clock() -> float:
    """Seconds since the epoch, by the event loop's clock."""
    return 1_790_000_000.0 + anyio.current_time() % 1_000_000
