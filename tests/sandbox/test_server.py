"""The sandbox on a real socket."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
from tests.sandbox.api import FEED, MATCH

from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.sandbox import (
    RunningSandbox,
    SandboxSettings,
    SandboxStats,
    serve_in_thread,
)

NO_STATS = SandboxStats(0, 0, 0, 0, 0, 0, {}, None, 0, "")
SMALL = SandboxSettings(catalogs=(FEED,))


def ask(running: RunningSandbox) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": running.client_id,
        "client_secret": running.client_secret,
    }
    token = httpx.post(running.token_url, data=form).json()["access_token"]
    body = {"query": MATCH, "variables": {"queries": [{"mpn": "SN74LS00N"}]}}
    return httpx.post(running.api_url, json=body, headers={"token": token})


def test_a_sandbox_in_a_thread_answers_over_the_socket_and_is_gone_afterwards() -> None:
    with serve_in_thread(SMALL) as running:
        answer = ask(running)
        stats = running.stats()
    assert answer.json()["data"]["supMultiMatch"][0]["hits"] == 2
    assert (stats.parts_charged, stats.token_requests, stats.part_count) == (2, 1, 10)
    assert (running.part_count, running.catalog_digest) == (10, stats.catalog_digest)
    with pytest.raises(httpx.ConnectError):
        ask(running)


def test_two_sandboxes_count_apart() -> None:
    with serve_in_thread(SMALL) as one, serve_in_thread(SMALL) as other:
        ask(one)
        assert (one.stats().parts_charged, other.stats().parts_charged) == (2, 0)


def test_a_taken_port_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=rf"cannot listen on 127\.0\.0\.1:{port}"),
            serve_in_thread(SandboxSettings(catalogs=(FEED,), port=port)),
        ):
            raise AssertionError("it must not serve")


def test_a_bad_catalog_is_told_before_anything_listens(write_feed: Callable[..., object]) -> None:
    file = write_feed("nonsense\n")
    settings = SandboxSettings(catalogs=(file,))  # type: ignore[arg-type]
    with pytest.raises(FeedError, match="line 1"), serve_in_thread(settings):
        raise AssertionError("it must not serve")


PROGRAM = f"""
import sys
from pathlib import Path
from bulkmatch.sandbox import SandboxSettings, serve_forever
settings = SandboxSettings(catalogs=(Path({str(FEED)!r}),))
serve_forever(settings, lambda running: print(running.api_url, running.token_url, flush=True))
print("ended", flush=True)
"""


def test_serving_goes_on_until_it_is_interrupted_and_then_ends_in_peace() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        api_url, token_url = process.stdout.readline().split()
        running = RunningSandbox(api_url, token_url, "sandbox", "sandbox", "", 0, lambda: NO_STATS)
        assert ask(running).status_code == 200
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout, stderr) == (0, "ended\n", "")


def test_the_package_is_cheap_to_import() -> None:
    heavy = "{'ariadne', 'graphql', 'starlette', 'uvicorn', 'jwt', 'csv'}"
    program = f"import sys, bulkmatch.sandbox; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
