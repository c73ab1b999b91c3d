"""The token endpoint: gives tokens, takes them back, and notices who asks without need."""

import random

import anyio
import httpx
from tests.fakes import SECRET
from tests.simulation.faults import DeskFault, Weather
from tests.simulation.mortal import Mortal
from tests.simulation.watch import Watch

AGES = 1_000.0
_DUE = 0.85  # a token in this part of its life may be renewed
_LIVES: tuple[object, ...] = ("abc", -1, 0, None, 1e300, [], "60")
# A token, and what may not be sent in a header.
_TOKENS: tuple[object, ...] = (None, 7, "", "token-a\r\nx: y", "token-ä", ["token-l"], {})


class Desk:
    """`good` are the tokens that the API accepts; `is_calm` says that nobody's clock jumps.

    A process that has a token which was never refused and is not due has no cause to ask.
    """

    def __init__(self, dice: random.Random, watch: Watch, weather: Weather, life: float) -> None:
        self._dice, self._watch, self._weather, self._life = dice, watch, weather, life
        self._count = 0
        self._last: dict[str, tuple[str, float]] = {}
        self._asking: set[str] = set()
        self._refused: set[str] = set()
        self.good: set[str] = set()
        self.is_calm = True

    def refuse(self, request: httpx.Request) -> None:
        """The request's token was refused, in whatever words."""
        self._refused.add(request.headers.get("authorization", "").removeprefix("Bearer "))

    def revoke(self) -> None:
        """No token is good any more."""
        self.good.clear()

    async def serve(self, request: httpx.Request, process: Mortal) -> httpx.Response:
        """One token request."""
        fault = self._weather.next_at_desk()
        process.tell(f"token request meets: {fault or 'no fault'}")
        self._check_cause(process)
        self._asking.add(process.name)
        try:
            return await self._answered(fault, request, process)
        finally:
            self._asking.discard(process.name)

    async def _answered(
        self, fault: DeskFault | None, request: httpx.Request, process: Mortal
    ) -> httpx.Response:
        await anyio.sleep(self._dice.random())
        match fault:
            case DeskFault.DOWN:
                raise httpx.ConnectError("refused")
            case DeskFault.SLOW:
                await anyio.sleep(AGES)
            case DeskFault.THROTTLED:
                return httpx.Response(429, json={"error": "slow_down"})
            case DeskFault.THROTTLED_AFTER:
                return httpx.Response(429, headers={"retry-after": "7"})
            case DeskFault.BROKEN:
                return httpx.Response(500, json={"error": "oops"})
            case DeskFault.HTML:
                return httpx.Response(200, text="<html>")
            case DeskFault.NO_TOKEN:
                return httpx.Response(200, json={"access_token": self._dice.choice(_TOKENS)})
            case _:
                pass
        return self._issue(request, process, fault)

    def _issue(
        self, request: httpx.Request, process: Mortal, fault: DeskFault | None
    ) -> httpx.Response:
        if SECRET not in request.content.decode():
            return httpx.Response(400, json={"error": "invalid_client"})
        self._count += 1
        token = f"token-{self._count}"
        if fault is not DeskFault.OTHER:
            self.good.add(token)
        life: object = self._life
        if fault is DeskFault.ODD_LIFE:
            life = self._dice.choice(_LIVES)
            self._refused.add(token)  # nobody knows when it is due
        self._last[process.name] = token, anyio.current_time()
        return httpx.Response(200, json={"access_token": token, "expires_in": life})

    def _check_cause(self, process: Mortal) -> None:
        if not self.is_calm:
            return
        token, issued_at = self._last.get(process.name, (None, 0.0))
        is_due = anyio.current_time() - issued_at >= self._life * _DUE
        has_cause = token is None or token in self._refused or is_due
        self._watch.expect(
            holds=has_cause and process.name not in self._asking,
            promise="one refresh for all",
            how=f"{process.name} asks for a token: it has {token}, or is asking already",
        )
