"""A run under way: what the screen is told while nothing can be sent."""

from itertools import groupby

import anyio
import httpx
from tests.fakes import API_URL, FakeApi, FakePart, settings, world

from bulkmatch import Engine, Row
from bulkmatch.cli.digest import Digest
from bulkmatch.cli.drive import Drive
from bulkmatch.cli.progress import Moment, plain

PARTS = tuple(FakePart(f"PN-{n}") for n in range(30))


class Down(FakeApi):
    """Cannot be reached until `back_at`, then asks to slow down until `well_at`."""

    back_at = well_at = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == API_URL and anyio.current_time() < self.back_at:
            raise httpx.ConnectError("refused", request=request)
        if str(request.url) == API_URL and anyio.current_time() < self.well_at:
            return httpx.Response(429, headers={"retry-after": "30"})
        return await super().handle_async_request(request)


async def test_the_screen_says_what_a_run_waits_for_until_it_gets_on() -> None:
    api = Down(PARTS)
    api.back_at = anyio.current_time() + 30
    api.well_at = api.back_at + 40
    rows = [Row(part.mpn, "Acme") for part in PARTS]
    shown: list[Moment] = []
    async with Engine.open(settings(), world=world(api)) as engine:
        drive = Drive(engine, rows, (), Digest(), shown.append, 0.5)
        ran = await drive.run()
    assert ran.stopped is None
    reasons = [reason for reason, _ in groupby(moment.waiting for moment in shown)]
    assert reasons[0] == ""
    unreachable = (
        "the API cannot be reached: cannot connect to https://api.example.com:443: refused"
    )
    assert reasons[1:3] == [unreachable, "the API asked us to slow down"]
    assert all(moment.stopping == "" for moment in shown)
    assert any(plain(moment).endswith(f"waiting: {unreachable}") for moment in shown)
