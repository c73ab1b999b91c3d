"""Answers before which nothing is charged, and bodies that come in pieces."""

import random
from collections.abc import AsyncIterator, Callable
from email.utils import formatdate

import anyio
import httpx
from tests.fakes import part_limit_error, refused_token
from tests.simulation.faults import Fault
from tests.simulation.mangle import PLAN

_FAR = "Wed, 21 Oct 2099 07:28:00 GMT"
_ABSURD = ("-5", "1e9", "nan", "inf", "abc", "", "Thu, 01 Jan 1970 00:00:00 GMT", _FAR)
_EMPTY = ("", "{}", "[]", "null", '{"data": []}', '{"errors": []}', '"ok"')
_GATEWAY = "<html>The server is on fire.</html>"
_LIMIT = 5
Pause = Callable[[], float]


def untouched(
    fault: Fault, request: httpx.Request, dice: random.Random, now: Callable[[], float]
) -> httpx.Response | None:
    """The answer to a request that was not processed; None for faults that let it through."""
    match fault:
        case Fault.HTML:
            return httpx.Response(200, text="<html>")
        case Fault.EMPTY:
            return httpx.Response(200, text=dice.choice(_EMPTY))
        case Fault.REDIRECT:
            return httpx.Response(307, headers={"location": "https://evil.example.com/graphql"})
        case Fault.FORBIDDEN:
            return httpx.Response(403, text=_GATEWAY)
        case Fault.BAD_GATEWAY:
            return httpx.Response(502, text=_GATEWAY)
        case Fault.UNAVAILABLE:
            return httpx.Response(503)
        case Fault.GATEWAY_TIMEOUT:
            return httpx.Response(504, text=_GATEWAY)
        case Fault.LIMIT_200 | Fault.LIMIT_500:
            return part_limit_error(_LIMIT, 200 if fault is Fault.LIMIT_200 else 500)
        case _:
            return _slowed(fault, dice, now) or _refused(fault, request, dice)


def _slowed(fault: Fault, dice: random.Random, now: Callable[[], float]) -> httpx.Response | None:
    """Too many requests, in all the ways in which that is told."""
    match fault:
        case Fault.THROTTLED:
            return httpx.Response(429, text="slow")
        case Fault.THROTTLED_SECONDS:
            return httpx.Response(429, headers={"retry-after": dice.choice(["0", "1", "3", "7"])})
        case Fault.THROTTLED_DATE:
            at = formatdate(now() + dice.choice([-10, 2, 9]), usegmt=True)
            return httpx.Response(429, headers={"retry-after": at})
        case Fault.THROTTLED_ABSURD:
            return httpx.Response(429, headers={"retry-after": dice.choice(_ABSURD)})
        case Fault.THROTTLED_BODY:
            error = {"message": "slow down", "extensions": {"code": "TOO_MANY_REQUESTS"}}
            return httpx.Response(200, json={"errors": [error], "data": None})
        case _:
            return None


def _refused(fault: Fault, request: httpx.Request, dice: random.Random) -> httpx.Response | None:
    """The answers that say no; several echo the token."""
    echo = request.headers["authorization"]
    crash = {"message": f"Unexpected Execution Error, asked by {echo}", "path": ["b0"]}
    match fault:
        case Fault.TOKEN_401:
            return refused_token(dice.choice(["AuthInvalidToken", "AUTH_EXPIRED_TOKEN"]))
        case Fault.TOKEN_200:
            return refused_token("AuthExpiredToken", 200)
        case Fault.CRASH_500 | Fault.CRASH_NULL:
            status = 500 if fault is Fault.CRASH_500 else 200
            return httpx.Response(status, json={"errors": [crash], "data": None})
        case Fault.PLAN_NULL:
            return httpx.Response(200, json={"errors": [{"message": PLAN}], "data": None})
        case Fault.ECHO:
            return httpx.Response(400, json={"errors": [{"message": f"bad header {echo}"}]})
        case _:
            return None


def instead(fault: Fault, response: httpx.Response, dice: random.Random) -> httpx.Response | None:
    """What comes in place of an answer that was charged; None where the answer comes."""
    match fault:
        case Fault.RESET_AFTER:
            raise httpx.RemoteProtocolError("cut")
        case Fault.TRUNCATED:
            return httpx.Response(
                200, content=response.content[: dice.randrange(len(response.content))]
            )
        case Fault.BAD_GATEWAY_AFTER:
            return httpx.Response(502, text="bad")
        case Fault.GATEWAY_TIMEOUT_AFTER:
            return httpx.Response(504, text="late")
        case Fault.CRASH_AFTER:
            return httpx.Response(500)
        case _:
            return None


class Pieces(httpx.AsyncByteStream):
    """A body in pieces with pauses between; `error` breaks it off in the middle.

    `hung_up` is called when the reader did not stay, `ended` in any case.
    """

    def __init__(
        self,
        body: bytes,
        *,
        pause: Pause,
        error: Exception | None,
        hung_up: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._body, self._pause, self._error = body, pause, error
        self._hung_up, self._ended = hung_up, ended

    async def __aiter__(self) -> AsyncIterator[bytes]:
        third = len(self._body) // 3 + 1
        try:
            for at in range(0, len(self._body), third):
                await anyio.sleep(self._pause())
                yield self._body[at : at + third]
                if self._error is not None:
                    raise self._error
        except httpx.HTTPError:
            raise
        except BaseException:
            self._hung_up()
            raise

    async def aclose(self) -> None:
        """The reader is done with it."""
        self._ended()
