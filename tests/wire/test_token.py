"""One token for all: single flight, renewed in time, shared by processes, never shown."""

import stat
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from tests.conftest import REAL
from tests.fakes import API_URL, SECRET, TOKEN_URL, FakeApi, settings, virtual_clock

from bulkmatch import BadCredentials, Credentials, NotSent, Settings, SettingsError, Throttled
from bulkmatch.model.event import ignore
from bulkmatch.wire.token import Token, TokenSource
from bulkmatch.wire.token_cache import token_file
from bulkmatch.wire.transport import open_transport, origin

ALLOWED = frozenset({origin(TOKEN_URL), origin(API_URL)})


class Scripted(httpx.AsyncBaseTransport):
    """Gives one answer to everything."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await anyio.lowlevel.checkpoint()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def fetch(inner: httpx.AsyncBaseTransport, given: Settings | None = None) -> Token:
    async with open_transport(
        allowed=ALLOWED, connections=1, give_up_after=5, inner=inner
    ) as transport:
        source = TokenSource(
            given or settings(), transport, clock=virtual_clock, cache=None, observer=ignore
        )
        return await source.token()


async def test_a_hundred_tasks_fetch_one_token() -> None:
    api = FakeApi()
    async with open_transport(
        allowed=ALLOWED, connections=4, give_up_after=5, inner=api
    ) as transport:
        source = TokenSource(
            settings(), transport, clock=virtual_clock, cache=None, observer=ignore
        )
        async with anyio.create_task_group() as tasks:
            for _ in range(100):
                tasks.start_soon(source.token)
    assert api.token_requests == 1


async def test_a_burst_of_refusals_of_one_token_refreshes_once() -> None:
    api = FakeApi()
    async with open_transport(
        allowed=ALLOWED, connections=4, give_up_after=5, inner=api
    ) as transport:
        source = TokenSource(
            settings(), transport, clock=virtual_clock, cache=None, observer=ignore
        )
        first = await source.token()
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(source.renew, first.generation)
        second = await source.token()
    assert api.token_requests == 2
    assert second.generation == first.generation + 1


async def test_a_token_is_renewed_before_it_expires() -> None:
    api = FakeApi(token_life=100.0)
    async with open_transport(
        allowed=ALLOWED, connections=1, give_up_after=5, inner=api
    ) as transport:
        source = TokenSource(
            settings(), transport, clock=virtual_clock, cache=None, observer=ignore
        )
        await source.token()
        await anyio.sleep(80)
        await source.token()
        assert api.token_requests == 1
        await anyio.sleep(15)
        await source.token()
    assert api.token_requests == 2


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (httpx.Response(400, json={"error": "invalid_client"}), BadCredentials, "NEXAR_CLIENT_ID"),
        (httpx.Response(401, json={"error": "invalid_client"}), BadCredentials, "invalid_client"),
        (httpx.Response(400, json={"error": "invalid_scope"}), BadCredentials, "NEXAR_SCOPE"),
        (httpx.Response(400, json={"error": "strange"}), BadCredentials, "strange"),
        (httpx.Response(429, headers={"retry-after": "9"}), Throttled, "slow down"),
        (httpx.Response(503, text="<html>"), NotSent, "503"),
        (httpx.Response(500, json={"error": "server_error"}), NotSent, "500"),
        (httpx.Response(200, text="[]"), NotSent, "without a token"),
        (httpx.Response(200, json={"access_token": ""}), NotSent, "without a token"),
        (httpx.ConnectError("refused"), NotSent, "cannot connect"),
        (httpx.ReadError("reset"), NotSent, "no answer"),
    ],
)
async def test_a_token_that_cannot_be_had_is_told_and_costs_nothing(
    answer: httpx.Response | Exception, kind: type[NotSent], told: str
) -> None:
    with pytest.raises(kind, match=told) as caught:
        await fetch(Scripted(answer))
    assert caught.value.billed == 0
    assert SECRET not in f"{caught.value!r}{caught.value}"


@pytest.mark.parametrize("life", ["3600.0", 3600, None, "soon", -5, float("inf")])
async def test_an_odd_life_is_taken_for_an_hour(life: Any) -> None:
    body = {"access_token": "t", "expires_in": life}
    import json

    token = await fetch(Scripted(httpx.Response(200, content=json.dumps(body))))
    assert token.expires_at - token.issued_at == 3600


async def test_a_secret_goes_to_no_other_host() -> None:
    given = settings(token_url="https://evil.example.net/token")
    with pytest.raises(SettingsError, match="evil.example.net"):
        await fetch(FakeApi(), given)


def test_neither_token_nor_secret_is_ever_shown() -> None:
    shown = f"{Token('t0ps3cret', 0, 1)!r}{Credentials('id', SECRET)!r}{settings()!r}"
    assert "t0ps3cret" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize("anyio_backend", REAL, indirect=True)
async def test_processes_share_a_token_through_a_file_of_their_own(tmp_path: Path) -> None:
    api, given = FakeApi(latency=0), settings(token_cache=tmp_path / "tokens")
    for _ in range(3):
        async with open_transport(
            allowed=ALLOWED, connections=1, give_up_after=5, inner=api
        ) as transport:
            source = TokenSource(
                given,
                transport,
                clock=lambda: 1_790_000_000.0,
                cache=token_file(given),
                observer=ignore,
            )
            assert (await source.token()).value == "token-1"
    assert api.token_requests == 1
    (kept,) = (tmp_path / "tokens").glob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert SECRET not in kept.read_text()
    assert "token-1" in kept.read_text()


@pytest.mark.parametrize("anyio_backend", REAL, indirect=True)
async def test_a_refused_token_in_the_file_is_replaced_once(tmp_path: Path) -> None:
    api, given = FakeApi(latency=0), settings(token_cache=tmp_path)
    sources = []
    async with open_transport(
        allowed=ALLOWED, connections=1, give_up_after=5, inner=api
    ) as transport:
        for _ in range(2):
            source = TokenSource(
                given,
                transport,
                clock=lambda: 1_790_000_000.0,
                cache=token_file(given),
                observer=ignore,
            )
            sources.append((source, await source.token()))
        renewed = set()
        for source, token in sources:
            await source.renew(token.generation)
            renewed.add((await source.token()).value)
    assert api.token_requests == 2
    assert len(renewed) == 1


@pytest.mark.parametrize("anyio_backend", REAL, indirect=True)
@pytest.mark.parametrize("content", ["", "[]", '{"token": 1}', "\x00\xff"])
async def test_a_torn_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    given = settings(token_cache=tmp_path)
    cache = token_file(given)
    assert cache is not None
    await cache.save(Token("t", 0, 1))
    (kept,) = tmp_path.glob("*.json")
    kept.write_text(content)
    assert await cache.load() is None


@pytest.mark.parametrize("anyio_backend", REAL, indirect=True)
async def test_a_folder_that_cannot_be_used_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    given = settings(token_cache=tmp_path / "file" / "tokens")
    cache = token_file(given)
    assert cache is not None
    await cache.acquire()
    await cache.save(Token("t", 0, 1))
    assert await cache.load() is None
    await cache.release()


def test_another_secret_has_another_file(tmp_path: Path) -> None:
    given = settings(token_cache=tmp_path)
    wrong = settings(token_cache=tmp_path, credentials=Credentials("client", "wrong"))
    assert repr(token_file(given)) != repr(token_file(wrong))
    assert SECRET not in repr(token_file(given))
