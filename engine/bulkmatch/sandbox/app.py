"""The sandbox's pages, as an ASGI app: GraphQL, tokens and logins; `control` has those to steer it."""

import json
import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bulkmatch.errors import SettingsError

from .control import control_routes
from .documents import Asker, Tally
from .faults import HEADER, REFUSING, Rule
from .journal import Entry
from .refusals import Payload, Refusal, bad_document, bad_token, upper_case
from .schema_file import older_text, schema_text
from .settings import SandboxSettings
from .spoiling import in_place, spoilt
from .twin import Twin

GRAPHQL_TYPE = "application/graphql-response+json"
_ABOUT = (
    "This is the bulkmatch sandbox: a simulation of the Nexar API with made-up offers.\n"
    "Send GraphQL here by POST; GET /graphql?sdl shows the schema, GET /sandbox what goes on.\n"
)
_GZIP_FROM_BYTES = 1_000
_GZIP_LEVEL = 1  # a big answer must not cost more to press than to make


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
        Route("/connect/authorize", pages.authorize, methods=["GET"]),
        *control_routes(twin),
    ]
    gzip = Middleware(GZipMiddleware, minimum_size=_GZIP_FROM_BYTES, compresslevel=_GZIP_LEVEL)
    return Starlette(routes=routes, middleware=[gzip])


class _Pages:
    """The endpoints; the state is the twin's."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def __repr__(self) -> str:
        return f"_Pages({self._twin.catalog!r})"

    async def graphql(self, request: Request) -> Response:
        """Answer a document, and take it down in the journal."""
        content = (
            await request.body()
        )  # before the wait: what has come is charged, whoever hangs up
        await anyio.sleep(self._twin.settings.latency_seconds)
        request_id, tally, now = str(uuid4()), Tally(), self._twin.clock()
        try:
            fault = self._twin.faults.strike(request.headers.get(HEADER))
        except SettingsError as error:
            return _graphql_response(request, bad_document(str(error)).payload(), 400)
        if fault and fault.kind == "slow":
            await anyio.sleep(fault.seconds)
        status, payload, outcome = self._answer(request, content, tally, fault, request_id)
        payload["extensions"] = {"requestId": request_id}
        client_id = self._twin.tokens.claims(request.headers).client_id or None
        entry = Entry(
            now,
            request_id,
            tally.operation,
            tally.aliases,
            tally.queries,
            tally.parts,
            int(fault.kind) if fault and fault.kind.isdigit() else status,
            outcome,
            fault.kind if fault else None,
            client_id,
        )
        self._twin.journal.note(entry)
        return self._sent(request, payload, status, fault, request_id)

    def _answer(
        self, request: Request, content: bytes, tally: Tally, fault: Rule | None, request_id: str
    ) -> tuple[int, Payload, str]:
        """Status, body and outcome; a fault in place of an answer is an outcome too."""
        if fault and fault.kind in REFUSING and not fault.is_charged:
            return 0, {}, f"fault {fault.kind}"
        twin, now = self._twin, self._twin.clock()
        try:
            if fault and fault.kind == "expire":
                twin.tokens.expire_all()
            self._demand_token(request)
            claims = twin.tokens.claims(request.headers)
            application = twin.account.applications[claims.client_id]
            asker = Asker(application, claims.scopes, now, request_id)
            if fault and fault.kind == "quota":
                application.meter.limit = application.meter.counted(asker.at.date())
            payload = twin.reader.answer(_json(content), tally, asker)
        except Refusal as refusal:
            return refusal.status, refusal.payload(), refusal.kind
        else:
            return 200, payload, "ok"

    def _sent(
        self, request: Request, payload: Payload, status: int, fault: Rule | None, request_id: str
    ) -> Response:
        if fault is None:
            return _graphql_response(request, payload, status)
        if fault.kind in REFUSING:
            instead = in_place(fault, request_id)
            return Response(
                instead.content, instead.status, dict(instead.headers), media_type=instead.kind
            )
        dice = random.Random(f"{self._twin.faults.seed} {request_id}")  # noqa: S311 - no secrets here
        answer = _graphql_response(request, spoilt(fault, payload, dice), status)
        if fault.kind == "truncated":
            half = bytes(answer.body)[: len(answer.body) // 2]
            return Response(half, status, media_type=answer.media_type)
        return _Cut(answer) if fault.kind == "cut" else answer

    async def about(self, request: Request) -> Response:
        """The schema for `?sdl`, otherwise what this is. Neither wants a token."""
        if "sdl" not in request.query_params:
            return PlainTextResponse(_ABOUT)
        is_older = self._twin.settings.schema_version == "2025-05"
        return PlainTextResponse(older_text() if is_older else schema_text())

    async def token(self, request: Request) -> Response:
        """Issue a token."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        self._twin.journal.note_token_request()
        status, body = self._twin.grants.grant(form, request.headers.get("authorization", ""))
        return JSONResponse(
            body, status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"}
        )

    async def authorize(self, request: Request) -> Response:
        """Log the sandbox's one user in, without asking, and send the browser back."""
        turn = self._twin.logins.authorize(dict(request.query_params))
        if turn.location is None:
            return PlainTextResponse(turn.told, 400)
        return RedirectResponse(turn.location, 302, headers={"Cache-Control": "no-store"})

    def _demand_token(self, request: Request) -> None:
        verdict = self._twin.tokens.check(request.headers)
        if verdict != "ok":
            settings = self._twin.settings
            code = upper_case(verdict) if settings.upper_case_codes else verdict
            raise bad_token(code, status=settings.auth_status)


class _Cut(Response):
    """An answer whose connection ends in its middle."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise the whole, send half, and leave."""
        content = bytes(self._answer.body)
        headers = [
            (name, value) for name, value in self._answer.raw_headers if name != b"content-encoding"
        ]
        await send(
            {"type": "http.response.start", "status": self._answer.status_code, "headers": headers}
        )
        half = content[: len(content) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _graphql_response(request: Request, payload: Payload, status: int) -> Response:
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    kind = GRAPHQL_TYPE if GRAPHQL_TYPE in request.headers.get("accept", "") else "application/json"
    return Response(content, status, media_type=f"{kind}; charset=utf-8")
