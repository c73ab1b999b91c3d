"""The pool on real sockets: kept connections, those that a server closes, and many at once."""

from collections.abc import Awaitable, Callable
from importlib.metadata import requires

import anyio
import httpx
import pytest
from anyio.abc import SocketStream
from tests.conftest import REAL

from bulkmatch.errors import NotSent, SettingsError, Unanswered
from bulkmatch.wire.transport import Transport, open_transport, origin, shards

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
pytestmark = pytest.mark.parametrize("anyio_backend", REAL, indirect=True)


class Server:
    """Answers requests on 127.0.0.1; `closes_after` answers it closes a connection.

    `is_rude` closes it under the next request instead, after that has been read.
    """

    def __init__(self, *, closes_after: int = 10**9, is_rude: bool = False) -> None:
        self.closes_after, self.is_rude = closes_after, is_rude
        self.connections = self.requests = self.in_flight = self.most_in_flight = 0
        self.latency = 0.0

    async def serve(self, stream: SocketStream) -> None:
        self.connections += 1
        async with stream:
            for number in range(10**9):
                if number >= self.closes_after and not self.is_rude:
                    return
                if not await self._read(stream):
                    return
                if number >= self.closes_after:
                    return
                await stream.send(ANSWER)

    async def _read(self, stream: SocketStream) -> bool:
        told = b""
        while b"\r\n\r\n" not in told:
            try:
                told += await stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return False
        self.requests += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await anyio.sleep(self.latency)
        self.in_flight -= 1
        return True


async def posts(
    server: Server,
    work: Callable[[Transport, str], Awaitable[object]],
    *,
    connections: int = 4,
    give_up_after: float = 5.0,
) -> None:
    """Do `work` with a transport to the server."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    url = f"http://127.0.0.1:{port}/graphql"
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, server.serve)
        async with open_transport(
            allowed=frozenset({origin(url)}), connections=connections, give_up_after=give_up_after
        ) as transport:
            await work(transport, url)
        tasks.cancel_scope.cancel()


async def test_connections_are_kept_and_used_again() -> None:
    server = Server()

    async def work(transport: Transport, url: str) -> None:
        for _ in range(5):
            assert (await transport.post(url, content=b"", headers={})).status == 200

    await posts(server, work)
    assert (server.connections, server.requests) == (1, 5)


async def test_a_kept_connection_that_the_server_has_closed_is_replaced_unnoticed() -> None:
    server = Server(closes_after=1)

    async def work(transport: Transport, url: str) -> None:
        for _ in range(3):
            assert (await transport.post(url, content=b"", headers={})).status == 200
            await anyio.sleep(0.05)  # real time: the server's goodbye has to arrive

    await posts(server, work)
    assert (server.connections, server.requests) == (3, 3)


async def test_a_connection_that_breaks_under_a_request_is_unanswered_and_not_sent_again() -> None:
    server = Server(closes_after=1, is_rude=True)

    async def work(transport: Transport, url: str) -> None:
        await transport.post(url, content=b"", headers={})
        with pytest.raises(Unanswered, match="the connection broke"):
            await transport.post(url, content=b"", headers={})
        assert (await transport.post(url, content=b"", headers={})).status == 200

    await posts(server, work)
    assert server.requests == 3, "nothing was sent twice behind our back"


@pytest.mark.parametrize("connections", [8, 80])
async def test_as_many_go_at_once_as_there_are_connections_and_all_are_kept(
    connections: int,
) -> None:
    server = Server()
    server.latency = 0.3

    async def work(transport: Transport, url: str) -> None:
        async def one() -> None:
            assert (await transport.post(url, content=b"", headers={})).status == 200

        for _ in range(2):
            async with anyio.create_task_group() as tasks:
                for _ in range(connections):
                    tasks.start_soon(one)

    await posts(server, work, connections=connections)
    assert server.requests == 2 * connections
    assert server.connections == connections == server.most_in_flight


async def test_cancelled_requests_leave_a_pool_that_works() -> None:
    server = Server()
    server.latency = 0.2

    async def work(transport: Transport, url: str) -> None:
        async def cut_off() -> None:
            with anyio.move_on_after(0.05):
                await transport.post(url, content=b"", headers={})

        for _ in range(3):
            async with anyio.create_task_group() as tasks:
                for _ in range(4):
                    tasks.start_soon(cut_off)
        assert (await transport.post(url, content=b"", headers={})).status == 200
        assert "in_flight=[0]" in repr(transport)

    await posts(server, work)


async def test_an_exchange_has_one_time_for_all_its_parts() -> None:
    server = Server()
    server.latency = 30.0

    async def work(transport: Transport, url: str) -> None:
        with pytest.raises(Unanswered, match=r"no answer within 0\.2 s"):
            await transport.post(url, content=b"", headers={})

    await posts(server, work, give_up_after=0.2)


async def test_no_connection_is_not_sent_and_another_host_is_refused() -> None:
    url = "http://127.0.0.1:9/graphql"
    async with open_transport(
        allowed=frozenset({origin(url)}), connections=1, give_up_after=5
    ) as transport:
        with pytest.raises(NotSent, match="cannot connect"):
            await transport.post(url, content=b"", headers={})
        with pytest.raises(SettingsError, match="list of hosts"):
            await transport.post("http://127.0.0.1:10/", content=b"", headers={})


@pytest.mark.parametrize(
    ("connections", "sizes"),
    [(1, (1,)), (9, (9,)), (64, (64,)), (65, (16,) * 5), (257, (16,) * 17)],
)
async def test_no_client_has_more_than_64_connections(
    connections: int, sizes: tuple[int, ...]
) -> None:
    assert shards(connections) == sizes
    assert sum(shards(connections)) >= connections


async def test_the_parts_of_a_timeout_fit_an_api_that_takes_tens_of_seconds() -> None:
    met: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        met.append(request.extensions["timeout"])
        return httpx.Response(200)

    async with open_transport(
        allowed=frozenset({"https://api.example.com:443"}),
        connections=8,
        give_up_after=60,
        inner=httpx.MockTransport(answer),
    ) as transport:
        await transport.post("https://api.example.com/graphql", content=b"", headers={})
    assert met == [{"connect": 20.0, "read": 60, "write": 30.0, "pool": 20.0}]


async def test_sniffio_is_declared_as_long_as_httpcore_looks_for_it() -> None:
    from httpcore._synchronization import current_async_library

    assert "sniffio" in (current_async_library.__code__.co_names)
    assert any(named.startswith("sniffio") for named in requires("bulkmatch") or ())
