"""Stopping a run from outside: Ctrl-C, SIGTERM, SIGKILL; and going on with the same command."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Run, Serve
from .sandboxes import Served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals are POSIX"),
]

PARTS = ["LM358D", "LM358DR", "LM358P", "LM324N", *(f"NOSUCH-{n}" for n in range(20))]
Start = Callable[..., "subprocess.Popen[str]"]
# One question a request, two at once: a run takes long enough to be stopped in the middle.
SLOW = {"BULKMATCH_QUERIES_PER_REQUEST": "1", "BULKMATCH_CONCURRENCY": "2"}


@pytest.fixture
def long_bom(folder: Path) -> Path:
    """A BOM of one distinct question a line."""
    file = folder / "long.csv"
    file.write_text("MPN,Maker\n" + "".join(f"{mpn},Texas Instruments\n" for mpn in PARTS))
    return file


@pytest.fixture
def start(clean_environ: dict[str, str], folder: Path) -> Iterator[Start]:
    """Start the program without waiting for it; what is left of it is ended with the test."""
    begun: list[subprocess.Popen[str]] = []

    def run(*arguments: str | Path, environ: dict[str, str]) -> "subprocess.Popen[str]":
        begun.append(
            subprocess.Popen(
                [sys.executable, "-m", "bulkmatch", *map(str, arguments)],
                env={**clean_environ, **environ},
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return begun[-1]

    yield run
    for one in begun:
        one.kill()
        one.communicate()


def _wait_for(is_so: Callable[[], bool]) -> None:
    """Real processes run in real time; half a minute is for a machine that is busy."""
    give_up_at = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < give_up_at, "it never came so far"
        time.sleep(0.01)


def _in_the_middle(served: Served) -> None:
    _wait_for(lambda: served.requests >= 4)


@pytest.mark.parametrize(("signal_sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_drains_writes_what_is_known_and_says_how_to_go_on(
    start: Start,
    bulkmatch: Run,
    long_bom: Path,
    folder: Path,
    sandbox: Serve,
    signal_sent: signal.Signals,
    code: int,
) -> None:
    served = sandbox(latency_seconds=0.2)
    environ = {**served.environ, **SLOW}
    command = ("enrich", long_bom, "-o", "out.csv", "--json")
    running = start(*command, environ=environ)
    _in_the_middle(served)
    running.send_signal(signal_sent)
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == code, stderr
    told = json.loads(stdout)
    assert told["stopped"]["reason"] == "interrupted"
    assert told["exit_code"] == code
    assert told["unknown"] == 0
    assert told["charged"] == served.parts
    assert f"bulkmatch enrich {long_bom} -o out.csv --json" in stderr
    assert "Traceback" not in stderr
    lines = (folder / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + len(PARTS)
    assert any("stopped" in line for line in lines)

    went_on = json.loads(bulkmatch(*command, environ=served.environ).stdout)
    assert went_on["run_id"] == told["run_id"]
    assert went_on["outcomes"]["skipped"] == 0
    assert served.parts == told["charged"] + went_on["charged"]
    assert served.parts == 4, "each of the four known parts is paid for once"


@pytest.mark.parametrize(("signal_sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_does_not_come_within_the_drain_is_cut_off_and_counts_as_unknown(
    start: Start,
    bulkmatch: Run,
    long_bom: Path,
    folder: Path,
    sandbox: Serve,
    signal_sent: signal.Signals,
    code: int,
) -> None:
    silent = sandbox(latency_seconds=60.0)
    command = ("enrich", long_bom, "-o", "out.csv", "--json")
    running = start(*command, environ={**silent.environ, **SLOW, "BULKMATCH_DRAIN": "1s"})
    _wait_for(lambda: _reserved(bulkmatch) == 2)
    began = time.monotonic()
    running.send_signal(signal_sent)
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == code, stderr
    assert 1 <= time.monotonic() - began < 8
    assert "2 requests in flight awaited, 1.0 s at most (once more stops at once)" in stderr
    told = json.loads(stdout)
    assert (told["charged"], told["unknown"]) == (0, 2)
    assert told["outcomes"]["skipped"] == len(PARTS)
    assert "cut off before its answer came" in (folder / "out.csv").read_text("utf-8-sig")
    assert _account(bulkmatch)["unknown"] == 2

    went_on = json.loads(bulkmatch(*command, environ=sandbox().environ).stdout)
    assert went_on["run_id"] == told["run_id"]
    assert went_on["outcomes"]["matched"] == 4
    assert went_on["outcomes"]["skipped"] == 0


def _account(bulkmatch: Run) -> dict[str, int]:
    """The one account's month, as the books have it; empty before there is one."""
    accounts = json.loads(bulkmatch("budget", "--json").stdout)["accounts"]
    return dict(accounts[0]) if accounts else {}


def _reserved(bulkmatch: Run) -> int:
    return _account(bulkmatch).get("reserved", 0)


def test_a_second_signal_stops_at_once_and_leaves_outputs_as_they_were(
    start: Start, bulkmatch: Run, long_bom: Path, folder: Path, sandbox: Serve
) -> None:
    served = sandbox(latency_seconds=20.0)
    (folder / "out.csv").write_text("last month\n")
    command = ("enrich", long_bom, "-o", "out.csv")
    running = start(*command, environ={**served.environ, **SLOW})
    _wait_for(lambda: served.running.stats().token_requests >= 1)
    began = time.monotonic()
    _send_twice(running)
    _, stderr = running.communicate(timeout=15)
    assert running.returncode == 130, stderr
    assert time.monotonic() - began < 10
    assert "stopped at once" in stderr
    assert "Traceback" not in stderr
    assert (folder / "out.csv").read_text() == "last month\n"
    assert [path.name for path in folder.glob(".bulkmatch*")] == []

    assert bulkmatch(*command, environ=sandbox().environ).returncode == 0
    assert len((folder / "out.csv").read_text().splitlines()) == 1 + len(PARTS)


def test_a_second_signal_does_not_wait_for_a_store_that_another_process_has_locked(
    start: Start, bulkmatch: Run, clean_environ: dict[str, str], long_bom: Path, sandbox: Serve
) -> None:
    served = sandbox(latency_seconds=0.5)
    running = start("enrich", long_bom, "-o", "out.csv", environ={**served.environ, **SLOW})
    _in_the_middle(served)
    store = next(Path(clean_environ["XDG_STATE_HOME"]).rglob("store.sqlite"))
    with closing(sqlite3.connect(store, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        _send_twice(running)
        _, stderr = running.communicate(timeout=30)
    assert running.returncode == 130, stderr
    assert time.monotonic() - began < 10
    assert "the store does not answer" in stderr

    went_on = json.loads(bulkmatch("enrich", long_bom, "--json", environ=served.environ).stdout)
    assert went_on["outcomes"]["matched"] == 4


def _send_twice(running: "subprocess.Popen[str]") -> None:
    """The second when the first has been heard: signals of a kind do not queue."""
    assert running.stderr is not None
    running.send_signal(signal.SIGINT)
    for line in running.stderr:
        if "stopping" in line:
            break
    running.send_signal(signal.SIGINT)


def test_a_killed_run_goes_on_under_its_own_id_and_pays_at_most_for_what_was_in_flight_twice(
    start: Start, bulkmatch: Run, long_bom: Path, sandbox: Serve
) -> None:
    served = sandbox(latency_seconds=0.1)
    command = ("enrich", long_bom, "--json")
    running = start(*command, environ={**served.environ, **SLOW})
    _in_the_middle(served)
    running.kill()
    running.communicate()
    told = json.loads(bulkmatch(*command, environ=served.environ).stdout)
    assert told["outcomes"]["matched"] == 4
    assert told["outcomes"]["missed"] == len(PARTS) - 4
    assert served.parts <= 4 + 2, "two requests were in flight at most"
    runs = json.loads(bulkmatch("budget", "--json").stdout)["accounts"][0]["runs"]
    assert [run["run_id"] for run in runs] == [told["run_id"]]
    assert runs[0]["state"] == "done"
