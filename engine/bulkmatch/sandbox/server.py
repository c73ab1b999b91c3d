"""Runs a sandbox on a real socket of this machine: in a thread, or until somebody stops it."""

import logging
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

from bulkmatch.errors import SettingsError

from .settings import SandboxSettings

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

    from .journal import SandboxStats
    from .twin import Twin

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_DRAIN_SECONDS = 2
_WATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """Where a sandbox answers and how to get in. `stats()` may be called from any thread.

    `user_token` is that of its one user, who may read the part counter.
    """

    api_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    catalog_digest: str
    part_count: int
    stats: "Callable[[], SandboxStats]" = field(repr=False)
    user_token: str = field(default="", repr=False)


def create_app(settings: SandboxSettings, *, clock: Callable[[], float] = time.time) -> "Starlette":
    """A sandbox as an ASGI app, for tests without a socket. Raises `FeedError` for a bad catalog."""
    from .app import create_app as create

    return create(settings, clock=clock)


@contextmanager
def serve_in_thread(settings: SandboxSettings) -> Generator[RunningSandbox]:
    """A sandbox that listens for as long as the block runs, in a daemon thread of this process.

    Raises `SettingsError` when the address cannot be had, `FeedError` for a bad catalog.
    """
    with _serving(settings) as (running, _):
        yield running


def serve_forever(settings: SandboxSettings, announce: Callable[[RunningSandbox], None]) -> None:
    """Serve until Ctrl-C; `announce` is called once, when the sandbox listens.

    Raises as `serve_in_thread` does, and `SettingsError` when the server ends by itself.
    """
    with suppress(KeyboardInterrupt), _serving(settings) as (running, ended):
        announce(running)
        while not ended.wait(_WATCH_SECONDS):
            pass
        raise SettingsError("sandbox: the server ended by itself")


@contextmanager
def _serving(settings: SandboxSettings) -> Generator[tuple[RunningSandbox, Event]]:
    """A sandbox at work, and the event of its end.

    The event is waited for, not the thread: a Ctrl-C within `Thread.join` makes Python 3.11 take
    the thread for ended, and then its listener would be closed under it.
    """
    from .twin import Twin

    twin = Twin(settings, time.time)
    with _listening(settings) as listener:
        told, ended = Event(), Event()
        server = _server(twin, told)
        thread = Thread(target=_run, args=(server, listener, told, ended), name="bulkmatch-sandbox")
        thread.daemon = True
        thread.start()
        try:
            if not (told.wait(_START_SECONDS) and server.started):
                raise SettingsError("sandbox: the server did not start")
            yield _running(twin, listener.getsockname()[1]), ended
        finally:
            server.should_exit = True
            ended.wait(_STOP_SECONDS)
            thread.join(_STOP_SECONDS)


def _server(twin: "Twin", told: Event) -> "uvicorn.Server":
    """A quiet server that sets the event when it listens.

    A connection that is cut on demand is an error to uvicorn, which it would tell on stderr.
    """
    import uvicorn

    from .app import app_of

    logging.getLogger("uvicorn.error").addHandler(logging.NullHandler())

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            told.set()

    return Server(
        uvicorn.Config(
            app_of(twin),
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )


def _run(server: "uvicorn.Server", listener: socket.socket, told: Event, ended: Event) -> None:
    try:
        server.run([listener])
    finally:
        told.set()  # whoever waits for the start sees that there will be none
        ended.set()


@contextmanager
def _listening(settings: SandboxSettings) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise SettingsError(f"sandbox: cannot listen on {where}: {error.strerror}") from error
        yield listener


def _running(twin: "Twin", port: int) -> RunningSandbox:
    settings = twin.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return RunningSandbox(
        api_url=f"http://{host}:{port}/graphql",
        token_url=f"http://{host}:{port}/connect/token",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        catalog_digest=twin.catalog.digest,
        part_count=twin.catalog.part_count,
        stats=twin.stats,
        user_token=twin.tokens.user_token(),
    )
