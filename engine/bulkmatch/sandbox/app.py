"""The sandbox's pages, as an ASGI app: GraphQL, tokens, and pages to look inside and to steer."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from .documents import Tally
from .journal import Entry
from .refusals import Payload, Refusal, bad_token
from .schema_file import schema_text
from .settings import SandboxSettings
from .twin import Twin

GRAPHQL_TYPE = "application/graphql-response+json"
_ABOUT = (
    "This is the bulkmatch sandbox: a simulation of the Nexar API with made-up offers.\n"
    "Send GraphQL here by POST; GET /graphql?sdl shows the schema, GET /sandbox/stats the counts.\n"
)
_GZIP_FROM_BYTES = 1_000


def create_app(settings: SandboxSettings, *, clock: Callable[[], float] = time.time) -> Starlette:
    """A sandbox of its own, with its own counters. Raises `FeedError` for a bad catalog."""
    return app_of(Twin(settings, clock))


def app_of(twin: Twin) -> Starlette:
    """The pages of a sandbox."""
    pages = _Pages(twin)
    routes = [
        Route("/graphql", pages.graphql, methods=["POST"]),
        Route("/graphql", pages.about, methods=["GET"]),
        Route("/connect/token", pages.token, methods=["POST"]),
        Route("/sandbox/stats", pages.stats, methods=["GET"]),
        Route("/sandbox/log", pages.log, methods=["GET"]),
        Route("/sandbox/expire-tokens", pages.expire_tokens, methods=["POST"]),
        Route("/sandbox/part-limit", pages.part_limit, methods=["POST"]),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=_GZIP_FROM_BYTES)]
    )


class _Pages:
    """The endpoints; the state is the twin's."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def __repr__(self) -> str:
        return f"_Pages({self._twin.catalog!r})"

    async def graphql(self, request: Request) -> Response:
        """Answer a document, and take it down in the journal."""
        await anyio.sleep(self._twin.settings.latency_seconds)
        content = await request.body()
        request_id, tally, now = str(uuid4()), Tally(), self._twin.clock()
        try:
            self._demand_token(request)
            status, payload = self._twin.reader.answer(
                _json(content), tally, now=now, request_id=request_id
            )
            outcome = "ok" if status == 200 else "document"
        except Refusal as refusal:
            status, payload, outcome = refusal.status, refusal.payload(), refusal.kind
        payload["extensions"] = {"requestId": request_id}
        self._twin.journal.note(
            Entry(
                now,
                request_id,
                tally.operation,
                tally.aliases,
                tally.queries,
                tally.parts,
                status,
                outcome,
            )
        )
        return _graphql_response(request, payload, status)

    async def about(self, request: Request) -> Response:
        """The schema for `?sdl`, otherwise what this is. Neither wants a token."""
        return PlainTextResponse(schema_text() if "sdl" in request.query_params else _ABOUT)

    async def token(self, request: Request) -> Response:
        """Issue a token for client credentials."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        self._twin.journal.note_token_request()
        status, body = self._twin.tokens.grant(form, request.headers.get("authorization", ""))
        return JSONResponse(
            body, status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"}
        )

    async def stats(self, _: Request) -> Response:
        """The counts so far."""
        return JSONResponse(asdict(self._twin.stats()))

    async def log(self, _: Request) -> Response:
        """The last requests, the oldest first."""
        return JSONResponse([asdict(entry) for entry in self._twin.journal.entries()])

    async def expire_tokens(self, request: Request) -> Response:
        """From now on, every token issued before is expired."""
        self._twin.tokens.expire_all()
        return await self.stats(request)

    async def part_limit(self, request: Request) -> Response:
        """Set the part limit: `{"limit": 100}`, or null for none."""
        match _json(await request.body()):
            case {"limit": None | int() as limit} if (
                not isinstance(limit, bool) and (limit or 0) >= 0
            ):
                self._twin.meter.limit = limit
                return await self.stats(request)
            case _:
                return JSONResponse({"error": 'wants {"limit": parts} or {"limit": null}'}, 400)

    def _demand_token(self, request: Request) -> None:
        verdict = self._twin.tokens.check(request.headers)
        if verdict != "ok":
            raise bad_token(verdict, status=self._twin.settings.auth_status)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _graphql_response(request: Request, payload: Payload, status: int) -> Response:
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    kind = GRAPHQL_TYPE if GRAPHQL_TYPE in request.headers.get("accept", "") else "application/json"
    return Response(content, status, media_type=f"{kind}; charset=utf-8")
