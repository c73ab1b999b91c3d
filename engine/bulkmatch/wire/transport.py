"""Bytes to an allowed host and back. Knows HTTP, and nothing of GraphQL, tokens or parts."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import anyio
import httpx

from bulkmatch.core.check import is_loopback
from bulkmatch.errors import NotSent, SettingsError, Unanswered
from nexar_client import Reply

# The largest answers known are some 25 MB (100 parts with all fields); beyond this it is a fault.
_MOST_BYTES = 256 * 1024 * 1024
_CONNECT_TIMEOUT = 20.0
_KEEP_ALIVE = 120.0
_ACCEPT = "application/graphql-response+json, application/json"


class Transport:
    """POSTs to the hosts it was told of and to no other; never follows a redirect.

    Pool rules: as many kept connections as open ones, and the caller never has more requests in
    flight than connections (httpcore keeps dead connections otherwise; measured 2026-11-20).
    """

    def __init__(
        self, client: httpx.AsyncClient, *, allowed: frozenset[str], give_up_after: float
    ) -> None:
        self._client, self._allowed, self._give_up_after = client, allowed, give_up_after

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
        async with self._client.stream("POST", url, content=content, headers=sent) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise Unanswered(
                        f"the answer is larger than {_MOST_BYTES} bytes",
                        status=response.status_code,
                    )
            told = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, told, bytes(body))

    def __repr__(self) -> str:
        return f"Transport(allowed={sorted(self._allowed)})"


@asynccontextmanager
async def open_transport(
    *,
    allowed: frozenset[str],
    connections: int,
    give_up_after: float,
    inner: httpx.AsyncBaseTransport | None = None,
) -> AsyncGenerator[Transport, None]:
    """A transport whose pool holds `connections`; an exchange is given up on after so many seconds.

    `inner` takes the network's place in tests.
    """
    limits = httpx.Limits(
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=_KEEP_ALIVE,
    )
    async with httpx.AsyncClient(
        transport=inner,
        limits=limits,
        timeout=httpx.Timeout(give_up_after, connect=min(_CONNECT_TIMEOUT, give_up_after)),
        follow_redirects=False,
        trust_env=inner is None and not all(map(_is_here, allowed)),
    ) as client:
        yield Transport(client, allowed=allowed, give_up_after=give_up_after)


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
