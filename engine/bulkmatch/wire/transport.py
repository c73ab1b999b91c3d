"""Bytes to an allowed host and back. Knows HTTP, and nothing of GraphQL, tokens or parts."""

from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import anyio
import httpx

from bulkmatch.core.check import is_loopback
from bulkmatch.errors import NotSent, SettingsError, Unanswered
from nexar_client import Reply

# The largest answers known are some 25 MB (100 parts with all fields); beyond this it is a fault.
_MOST_BYTES = 256 * 1024 * 1024
# Seconds; reading may take all that an exchange may. Nobody waits for the pool by the rules below.
_CONNECT_TIMEOUT, _WRITE_TIMEOUT, _POOL_TIMEOUT = 20.0, 30.0, 20.0
_KEEP_ALIVE = 120.0
# httpcore 1.0 looks through all its connections for every request: beyond so many a client takes
# 3 to 15 ms of CPU a request, and clients of so many share the load (measured 2026-11-20).
_MOST_CONNECTIONS, _SHARD = 64, 16
_ACCEPT = "application/graphql-response+json, application/json"


class Transport:
    """POSTs to the hosts it was told of and to no other; never follows a redirect.

    Pool rules: as many kept connections as open ones, and the caller never has more requests in
    flight than connections (httpcore keeps dead connections otherwise; measured 2026-11-20). Each
    request takes the client with the fewest in flight, so the rule holds for every one of them.

    A kept connection that the server has closed is replaced unnoticed; one that breaks under a
    request is `Unanswered`, since nobody can tell whether the request was served.
    """

    def __init__(
        self,
        clients: Sequence[httpx.AsyncClient],
        *,
        allowed: frozenset[str],
        give_up_after: float,
    ) -> None:
        self._clients, self._allowed, self._give_up_after = clients, allowed, give_up_after
        self._in_flight = [0] * len(clients)

    async def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> Reply:
        """One request, one answer, whatever its status.

        Raises `NotSent` when no connection was made, `Unanswered` when no whole answer came.
        """
        if origin(url) not in self._allowed:
            raise SettingsError(f"{origin(url)} is not on the list of hosts that secrets may go to")
        try:
            with anyio.fail_after(self._give_up_after):
                return await self._exchange(url, content, headers)
        except TimeoutError as error:
            raise Unanswered(f"no answer within {self._give_up_after:g} s") from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(f"cannot connect to {origin(url)}: {_told(error)}") from error
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            # Its text may quote a header, and with it the token.
            kind = type(error).__name__
            raise NotSent(f"cannot send to {origin(url)}: {kind}") from None
        except httpx.RequestError as error:
            raise Unanswered(f"the connection broke before the answer: {_told(error)}") from error

    async def _exchange(self, url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        sent = {"accept": _ACCEPT, **headers}
        with self._least_busy() as client:
            return await self._read(client, url, content, sent)

    @contextmanager
    def _least_busy(self) -> Generator[httpx.AsyncClient]:
        """The client with the fewest requests in flight, counted as one more."""
        number = self._in_flight.index(min(self._in_flight))
        self._in_flight[number] += 1
        try:
            yield self._clients[number]
        finally:
            self._in_flight[number] -= 1

    async def _read(
        self, client: httpx.AsyncClient, url: str, content: bytes, headers: Mapping[str, str]
    ) -> Reply:
        async with client.stream("POST", url, content=content, headers=headers) as response:
            body = await _body(response)
            told = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, told, body)

    def __repr__(self) -> str:
        return f"Transport(allowed={sorted(self._allowed)}, in_flight={self._in_flight})"


@asynccontextmanager
async def open_transport(
    *,
    allowed: frozenset[str],
    connections: int,
    give_up_after: float,
    inner: httpx.AsyncBaseTransport | None = None,
) -> AsyncGenerator[Transport, None]:
    """A transport for at most `connections` requests at once, each given up on after so many seconds.

    `inner` takes the network's place in tests.
    """
    timeout = httpx.Timeout(
        give_up_after,
        connect=min(_CONNECT_TIMEOUT, give_up_after),
        write=min(_WRITE_TIMEOUT, give_up_after),
        pool=min(_POOL_TIMEOUT, give_up_after),
    )
    trust_env = inner is None and not all(map(_is_here, allowed))
    # Made once for all clients: it takes 16 ms and more (measured 2026-11-20).
    verify = httpx.create_ssl_context(trust_env=trust_env) if inner is None else True
    sizes = shards(connections) if inner is None else (connections,)
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=inner,
                    verify=verify,
                    limits=_limits(size),
                    timeout=timeout,
                    follow_redirects=False,
                    trust_env=trust_env,
                )
            )
            for size in sizes
        ]
        yield Transport(clients, allowed=allowed, give_up_after=give_up_after)


async def _body(response: httpx.Response) -> bytes:
    """The whole body. One that breaks off has a status, unlike an answer that never came."""
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _MOST_BYTES:
                told = f"the answer is larger than {_MOST_BYTES} bytes"
                raise Unanswered(told, status=response.status_code)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError) as error:
        told = f"the answer broke off after {len(body)} bytes: {_told(error)}"
        raise Unanswered(told, status=response.status_code) from error
    return bytes(body)


def shards(connections: int) -> tuple[int, ...]:
    """How many connections each client has: one client, or several of the same size for many."""
    if connections <= _MOST_CONNECTIONS:
        return (connections,)
    return (_SHARD,) * -(-connections // _SHARD)


def _limits(connections: int) -> httpx.Limits:
    return httpx.Limits(
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=_KEEP_ALIVE,
    )


def origin(url: str) -> str:
    """Scheme, host and port of an address: what a secret is allowed to go to."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _is_here(address: str) -> bool:
    """Whether an origin is this machine: no proxy of the environment may see what goes there."""
    return is_loopback(urlsplit(address).hostname or "")


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
