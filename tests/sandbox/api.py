"""A sandbox without a socket, the way a client sees it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from bulkmatch.sandbox import SandboxSettings
from bulkmatch.sandbox.app import app_of
from bulkmatch.sandbox.twin import Twin

FEED = Path(__file__).parent / "samples" / "synthetic-stock__feed.csv"
BEGAN_AT = 1_795_132_800.0  # 2026-11-20 00:00:00 UTC


class Clock:
    """The sandbox's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = BEGAN_AT

    def __call__(self) -> float:
        return self.now


class Api:
    """Speaks HTTP with a sandbox of its own. Gets a token when it first needs one."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self.twin = Twin(settings, clock)
        self.app = app_of(self.twin)
        self._headers: Mapping[str, str] | None = None

    async def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            request["headers"] = {"X-Bulkmatch-Sandbox": "1", **(request.get("headers") or {})}
            return await client.request(method, path, **request)

    async def grant(self, **form: str) -> httpx.Response:
        """The token endpoint's answer; the right credentials unless others are given."""
        rightly = {
            "grant_type": "client_credentials",
            "client_id": "sandbox",
            "client_secret": "sandbox",
        }
        return await self.send("POST", "/connect/token", data={**rightly, **form})

    async def headers(self) -> Mapping[str, str]:
        """Headers with a token that is asked for once."""
        if self._headers is None:
            token = (await self.grant()).json()["access_token"]
            self._headers = {"Authorization": f"Bearer {token}"}
        return self._headers

    async def post(
        self, query: str, variables: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer to a document; with a token unless other headers are given."""
        sent = await self.headers() if headers is None else headers
        body = {"query": query, "variables": variables}
        return await self.send("POST", "/graphql", json=body, headers=dict(sent))

    async def ask(self, query: str, variables: Any = None) -> Any:
        """The data of an answer without errors."""
        response = await self.post(query, variables)
        assert response.status_code == 200, response.text
        assert "errors" not in response.json(), response.text
        return response.json()["data"]

    async def ask_as_user(self, query: str) -> Any:
        """The data of an answer without errors to the user's own token."""
        headers = {"Authorization": f"Bearer {self.twin.tokens.user_token()}"}
        response = await self.post(query, headers=headers)
        assert "errors" not in response.json(), response.text
        return response.json()["data"]

    async def match(self, *queries: Mapping[str, Any], options: Any = None) -> Any:
        """The answers to queries, with what most tests look at."""
        data = await self.ask(MATCH, {"queries": queries, "options": options})
        return data["supMultiMatch"]

    async def stats(self) -> Any:
        """What the sandbox counted."""
        return (await self.send("GET", "/sandbox/stats")).json()


MATCH = """
query Match($queries: [SupPartMatchQuery!]!, $options: SupPartMatchOptions) {
  supMultiMatch(queries: $queries, options: $options) {
    reference hits error parts { id mpn manufacturer { name } }
  }
}
"""


def found(answer: Any) -> list[tuple[str, str]]:
    """Part numbers and makers of an answer, in order."""
    return [(part["mpn"], part["manufacturer"]["name"]) for part in answer["parts"]]
