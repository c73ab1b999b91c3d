"""The token endpoint: gives tokens, takes them back, and notices who asks without need."""

import random

import anyio
import httpx
from tests.fakes import SECRET
from tests.simulation.faults import DeskFault, Weather
from tests.simulation.watch import Watch

_AGES = 1_000.0
_DUE = 0.85  # a token in this part of its life may be renewed


class Desk:
    """`good` are the tokens that the API accepts; `is_calm` says that nobody's clock jumps.

    A process that has a token which was never refused and is not due has no cause to ask.
    """

    def __init__(self, dice: random.Random, watch: Watch, weather: Weather, life: float) -> None:
        self._dice, self._watch, self._weather, self._life = dice, watch, weather, life
        self._count = 0
        self._last: str | None = None
        self._issued_at = 0.0
        self._refused: set[str] = set()
        self.good: set[str] = set()
        self.is_calm = True

    def forget(self) -> None:
        """A new process has no token in memory."""
        self._last = None

    def refuse(self, request: httpx.Request) -> None:
        """The request's token was refused, in whatever words."""
        self._refused.add(request.headers.get("authorization", "").removeprefix("Bearer "))

    def revoke(self) -> None:
        """No token is good any more."""
        self.good.clear()

    async def serve(self, request: httpx.Request) -> httpx.Response:
        """One token request."""
        fault = self._weather.next_at_desk()
        self._watch.tell(f"token request meets: {fault or 'no fault'}")
        self._watch.expect(
            holds=not self.is_calm or self._has_cause(),
            promise="one refresh for all",
            how=f"{self._last} was replaced though nobody had refused it",
        )
        await anyio.sleep(self._dice.random())
        match fault:
            case DeskFault.DOWN:
                raise httpx.ConnectError("refused")
            case DeskFault.SLOW:
                await anyio.sleep(_AGES)
            case DeskFault.THROTTLED:
                return httpx.Response(429, json={"error": "slow_down"})
            case DeskFault.THROTTLED_AFTER:
                return httpx.Response(429, headers={"retry-after": "7"})
            case DeskFault.BROKEN:
                return httpx.Response(500, json={"error": "oops"})
            case DeskFault.HTML:
                return httpx.Response(200, text="<html>")
            case _:
                pass
        return self._issue(request, is_good=fault is not DeskFault.OTHER)

    def _issue(self, request: httpx.Request, *, is_good: bool) -> httpx.Response:
        if SECRET not in request.content.decode():
            return httpx.Response(400, json={"error": "invalid_client"})
        self._count += 1
        token = f"token-{self._count}"
        if is_good:
            self.good.add(token)
        self._last, self._issued_at = token, anyio.current_time()
        return httpx.Response(200, json={"access_token": token, "expires_in": self._life})

    def _has_cause(self) -> bool:
        is_due = anyio.current_time() - self._issued_at >= self._life * _DUE
        return self._last is None or self._last in self._refused or is_due
