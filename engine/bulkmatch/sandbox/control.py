"""The pages under /sandbox: what the sandbox saw, and switches to change it while it runs.

Only this machine can reach them. A page of another site that is open in a browser here cannot: the
Host must name this machine (so a name that is bound anew to 127.0.0.1 leads nowhere), an Origin must be
ours, and a change wants a header that such pages may not set.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bulkmatch.errors import SettingsError

from .account import Application
from .behaviours import behaviours
from .faults import FAULTS
from .json_nodes import list_of, node_of
from .settings import ADD_ONS, is_loopback
from .twin import Twin

CONTROL_HEADER: Final = "x-bulkmatch-sandbox"
"""A change is taken only with this header, whatever it says."""

_SHOWN_REQUESTS: Final = 50
Page = Callable[[Request], Awaitable[Response]]


def control_routes(twin: Twin) -> list[Route]:
    """The pages of a sandbox."""
    control = _Control(twin)
    shown: Mapping[str, Page] = {
        "": control.page,
        "/stats": control.stats,
        "/log": control.log,
        "/state": control.state,
        "/behaviours": control.behaviours,
    }
    changed: Mapping[str, Page] = {
        "/expire-tokens": control.expire_tokens,
        "/part-limit": control.part_limit,
        "/plan": control.plan,
        "/faults": control.faults,
        "/clear-log": control.clear_log,
    }
    return [
        *(
            Route(f"/sandbox{path}", _guarded(page), methods=["GET"])
            for path, page in shown.items()
        ),
        *(
            Route(f"/sandbox{path}", _guarded(page, is_change=True), methods=["POST"])
            for path, page in changed.items()
        ),
    ]


def _guarded(page: Page, *, is_change: bool = False) -> Page:
    """The page for those alone who are on this machine and no foreign site."""

    async def guarded(request: Request) -> Response:
        if not _is_ours(request.headers.get("host", "")):
            return JSONResponse({"error": "the Host must name this machine"}, 421)
        origin = request.headers.get("origin")
        if origin is not None and not _is_same(origin, request.headers.get("host", "")):
            return JSONResponse({"error": "another site may not do this"}, 403)
        if is_change and CONTROL_HEADER not in request.headers:
            return JSONResponse({"error": f"a change wants the header {CONTROL_HEADER}: 1"}, 403)
        return await page(request)

    return guarded


def _is_ours(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback(name)


def _is_same(origin: str, host: str) -> bool:
    return origin.lower() == f"http://{host.lower()}"


class _Control:
    """The pages; the state is the twin's."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    def __repr__(self) -> str:
        return f"_Control({self._twin.catalog!r})"

    async def page(self, _: Request) -> Response:
        """A page for people. It loads nothing from anywhere else."""
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}';"
            " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return HTMLResponse(_page().replace("NONCE", nonce), headers=headers)

    async def stats(self, _: Request) -> Response:
        """The counts so far."""
        return JSONResponse(asdict(self._twin.stats()))

    async def log(self, request: Request) -> Response:
        """The last requests, the oldest first; `?outcome=ok&operation=MatchSupply` picks some."""
        wanted = request.query_params
        entries = [asdict(entry) for entry in self._twin.journal.entries()]
        names = ("outcome", "operation", "fault", "client_id", "request_id")
        kept = [
            entry
            for entry in entries
            if all(entry[name] == wanted[name] for name in names if name in wanted)
        ]
        return JSONResponse(kept)

    async def state(self, _: Request) -> Response:
        """All that the page shows: counts, applications, faults, last requests."""
        twin = self._twin
        entries = [asdict(entry) for entry in twin.journal.entries()[-_SHOWN_REQUESTS:]]
        return JSONResponse(
            {
                "stats": asdict(twin.stats()),
                "applications": [_told(app) for app in twin.account.applications.values()],
                "add_ons": ADD_ONS,
                "faults": twin.faults.rules(),
                "seed": twin.faults.seed,
                "all_faults": FAULTS,
                "log": entries[::-1],
            }
        )

    async def behaviours(self, _: Request) -> Response:
        """Each behaviour, with how well it is known and from where."""
        return JSONResponse([behaviour._asdict() for behaviour in behaviours()])

    async def expire_tokens(self, request: Request) -> Response:
        """From now on, every token issued before is expired."""
        self._twin.tokens.expire_all()
        return await self.stats(request)

    async def clear_log(self, request: Request) -> Response:
        """Forget the requests so far, so that a test counts its own; parts stay charged."""
        self._twin.journal.clear()
        return await self.stats(request)

    async def part_limit(self, request: Request) -> Response:
        """Set a part limit: `{"limit": 100}`, or null for none; `client_id` for another application."""
        told = await _json(request)
        application = self._application(told)
        match told:
            case {"limit": None | int() as limit} if (
                application and not isinstance(limit, bool) and (limit or 0) >= 0
            ):
                application.meter.limit = limit
                return await self.stats(request)
            case _:
                return _wants('{"limit": parts} or {"limit": null}')

    async def plan(self, request: Request) -> Response:
        """Set what a plan lacks: `{"without": ["DATASHEETS"]}`."""
        told = await _json(request)
        application = self._application(told)
        match told:
            case {"without": [*names]} if application and set(map(str, names)) <= set(ADD_ONS):
                application.without = frozenset(map(str, names))
                return await self.stats(request)
            case _:
                return _wants(f'{{"without": [...]}} of {", ".join(ADD_ONS)}')

    async def faults(self, request: Request) -> Response:
        """Set the faults: `{"faults": ["429:share=0.1", "slow:seconds=2"], "seed": 1}`; none for `[]`."""
        told: Any = await _json(request)
        texts, seed = list_of(node_of(told).get("faults")), node_of(told).get("seed")
        if "faults" not in node_of(told) or not isinstance(seed, int | None):
            return _wants('{"faults": ["503:share=0.1,times=3"], "seed": 1}')
        known = self._twin.faults.seed if seed is None else seed
        try:
            self._twin.faults.set(map(str, texts), seed=known)
        except SettingsError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"faults": self._twin.faults.rules(), "seed": known})

    def _application(self, told: Any) -> Application | None:
        account = self._twin.account
        match told:
            case {"client_id": str() as client_id}:
                return account.applications.get(client_id)
            case _:
                return account.first


def _told(application: Application) -> Mapping[str, object]:
    """An application without its secret."""
    settings, meter = application.settings, application.meter
    return {
        "client_id": settings.client_id,
        "name": settings.name,
        "scopes": settings.scopes,
        "limit": meter.limit,
        "charged": meter.charged,
        "without": sorted(application.without),
    }


def _wants(told: str) -> Response:
    return JSONResponse({"error": f"wants {told}"}, 400)


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


@cache
def _page() -> str:
    return files("bulkmatch.sandbox").joinpath("control.html").read_text("utf-8")
