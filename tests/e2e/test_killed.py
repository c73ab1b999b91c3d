"""A run killed again and again comes to the same end, and pays twice at most for what was in flight."""

import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from bulkmatch.sandbox import RunningSandbox, SandboxSettings, serve_in_thread

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX"),
]
COUNT, PER_REQUEST, CONCURRENCY, KILLS = 240, 5, 3, 4
IN_FLIGHT = PER_REQUEST * CONCURRENCY


def write_bom(path: Path) -> None:
    """So many parts of the sample catalog, and a few that nobody makes."""
    catalog = files("bulkmatch.sandbox").joinpath("sample_catalog.csv").read_text()
    parts = {(row["manufacturer"], row["mpn"]) for row in csv.DictReader(catalog.splitlines())}
    chosen = random.Random(7).sample(sorted(parts), COUNT)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Manufacturer", "MPN"])
        writer.writerows([*chosen, *(("Nowhere", f"NOSUCH-{n}") for n in range(5))])


def environ(sandbox: RunningSandbox, home: Path) -> dict[str, str]:
    """Small requests, so that a run can be killed in many places."""
    clean = {
        name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START") if name in os.environ
    }
    return {
        **clean,
        "HOME": str(home),
        "NEXAR_API_URL": sandbox.api_url,
        "NEXAR_TOKEN_URL": sandbox.token_url,
        "NEXAR_CLIENT_ID": sandbox.client_id,
        "NEXAR_CLIENT_SECRET": sandbox.client_secret,
        "BULKMATCH_STORE": str(home / "store.sqlite"),
        "BULKMATCH_QUERIES_PER_REQUEST": str(PER_REQUEST),
        "BULKMATCH_CONCURRENCY": str(CONCURRENCY),
        "BULKMATCH_REQUESTS_PER_MINUTE": "60000",
    }


def outcomes(path: Path) -> list[tuple[str, str, str]]:
    """What every line came to."""
    told = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        (line["row"]["mpn"], line["outcome"], (line["part"] or {}).get("id", "")) for line in told
    ]


def start(bom: Path, out: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    command = ("enrich", str(bom), "-o", str(out), "--json", "--quiet")
    return subprocess.Popen(
        [sys.executable, "-m", "bulkmatch", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_in_the_middle(
    running: "subprocess.Popen[str]", sandbox: RunningSandbox, *, after: int
) -> None:
    """SIGKILL once so many more requests have come."""
    goal, give_up_at = sandbox.stats().graphql_requests + after, time.monotonic() + 60
    while sandbox.stats().graphql_requests < goal and running.poll() is None:
        assert time.monotonic() < give_up_at, "it never came so far"
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL, "it was too quick to be killed"


def test_a_run_killed_again_and_again_ends_as_if_it_never_was(tmp_path: Path) -> None:
    bom, out = tmp_path / "bom.csv", tmp_path / "out.jsonl"
    write_bom(bom)
    quiet, dice = tmp_path / "quiet", random.Random(11)
    quiet.mkdir()
    with serve_in_thread(SandboxSettings()) as sandbox:
        whole = start(bom, quiet / "out.jsonl", environ(sandbox, quiet))
        whole.communicate(timeout=120)
        cost = sandbox.stats().parts_charged
    with serve_in_thread(SandboxSettings(latency_seconds=0.05)) as sandbox:
        environment = environ(sandbox, tmp_path)
        for _ in range(KILLS):
            kill_in_the_middle(start(bom, out, environment), sandbox, after=dice.randrange(2, 10))
            assert not out.exists(), "an output is whole or absent"
        last = start(bom, out, environment)
        stdout, stderr = last.communicate(timeout=120)
        charged = sandbox.stats().parts_charged
    assert last.returncode == 0, stderr
    assert outcomes(out) == outcomes(quiet / "out.jsonl")
    assert cost <= charged <= cost + KILLS * IN_FLIGHT
    check_books(tmp_path / "store.sqlite", json.loads(stdout)["run_id"], charged, cost)


def check_books(store: Path, run_id: str, charged: int, cost: int) -> None:
    """The ledger never understates; what was settled was settled once."""
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        settled, held = connection.execute(
            "SELECT settled, reserved + unknown FROM spend WHERE scope = ?", (f"run:{run_id}",)
        ).fetchone()
        runs = connection.execute("SELECT count(*) FROM run").fetchone()
    assert settled == cost, "each distinct question was settled once"
    assert held <= KILLS * IN_FLIGHT
    assert settled + held >= charged
    assert runs == (1,)
