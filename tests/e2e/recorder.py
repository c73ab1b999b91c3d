"""The sandbox behind an ear: it takes down every question that was asked, and under which reference."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.e2e.program import Served
from tests.fakes import aliases_of

from bulkmatch.core.normal import maker_key, mpn_identity
from bulkmatch.sandbox import SandboxSettings, create_app

Question = tuple[str, str, int, int]


@dataclass
class Ear:
    """An ASGI app around the sandbox's. `asked` counts questions, `named` knows references."""

    app: ASGIApp
    asked: Counter[Question] = field(default_factory=Counter[Question])
    named: dict[str, Question] = field(default_factory=dict[str, Question])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes; take it down first when it is a document.

        A document that has come is carried out and charged, whatever becomes of its sender.
        """
        if scope["type"] != "http" or scope["path"] != "/graphql":
            return await self.app(scope, receive, send)
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        if messages[-1]["type"] == "http.disconnect":
            return None
        self._hear(b"".join(message["body"] for message in messages))

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        return await self.app(scope, again, send)

    def _hear(self, body: bytes) -> None:
        for _, queries in aliases_of(json.loads(body)["variables"]):
            for query in queries:
                question = question_of(query)
                self.asked[question] += 1
                self.named[query["reference"]] = question


def question_of(query: dict[str, Any]) -> Question:
    """What a query asks, whatever its spelling: number, maker, and the page of hits."""
    asked = next(name for name in ("mpn", "mpnOrSku", "sku") if query.get(name))
    number, maker = mpn_identity(query[asked]), maker_key(query.get("manufacturer"))
    return f"{asked} {number}", maker, query["start"], query["limit"]


@contextmanager
def recording(*, latency: float) -> Generator[tuple[Served, Ear]]:
    """A sandbox that answers after `latency` seconds, in a thread, until the block is left."""
    ear = Ear(create_app(SandboxSettings(latency_seconds=latency)))
    config = uvicorn.Config(ear, lifespan="off", ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield Served(_environ(listener.getsockname()[1])), ear
        finally:
            server.should_exit = True
            thread.join()


def _environ(port: int) -> dict[str, str]:
    return {
        "NEXAR_API_URL": f"http://127.0.0.1:{port}/graphql",
        "NEXAR_TOKEN_URL": f"http://127.0.0.1:{port}/connect/token",
        "NEXAR_CLIENT_ID": "sandbox",
        "NEXAR_CLIENT_SECRET": "sandbox",
    }
