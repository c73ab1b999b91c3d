"""A store that breaks under a running process: outputs hold what has ended, and all say why."""

import json
import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.e2e.kills import DOOMED
from tests.e2e.program import Ended, Served, clean_environ, ended, run, start, write_bom
from tests.e2e.recorder import Ear, recording

from bulkmatch.store import open_store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="files as POSIX has them"),
]
PARTS = [("Texas Instruments", mpn) for mpn in ("LM358D", "LM358DR", "LM358P", "LM324N")]
PARTS += [("Nobody", f"NOSUCH-{n}") for n in range(16)]
STORE_CODE = 6


@pytest.fixture
def asked() -> Generator[tuple[Served, Ear]]:
    """A sandbox that leaves time to break something in the middle of a run."""
    with recording(latency=0.2) as pair:
        yield pair


def environ(served: Served, folder: Path, store: Path) -> dict[str, str]:
    """One question a request, two at once; little patience with a store that fails."""
    return clean_environ(
        folder / "home",
        **served.environ,
        BULKMATCH_STORE=str(store),
        BULKMATCH_QUERIES_PER_REQUEST="1",
        BULKMATCH_CONCURRENCY="2",
        BULKMATCH_REQUESTS_PER_MINUTE="60000",
        BULKMATCH_DRAIN="1s",
    )


def write_long_bom(folder: Path) -> Path:
    bom = folder / "bom.csv"
    write_bom(bom, PARTS, dice=random.Random(1))
    return bom


def command(folder: Path) -> tuple[str | Path, ...]:
    """All three formats at once."""
    outs = (part for name in ("csv", "xlsx", "jsonl") for part in ("-o", folder / f"out.{name}"))
    return ("enrich", folder / "bom.csv", *outs, "--json", "-q")


def check_told(told: Ended, folder: Path, store: Path, *words: str) -> None:
    """The error names the file and what to do, and the outputs are whole: every line, and why."""
    assert told.code == STORE_CODE, told.stderr
    assert "Traceback" not in told.stderr
    for word in (str(store), *words):
        assert word in told.stderr, told.stderr
    summary = json.loads(told.stdout)
    assert summary["exit_code"] == STORE_CODE
    assert summary["stopped"]["reason"] == "store"
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert len(lines) == len((folder / "bom.csv").read_text().splitlines()) - 1
    by_outcome = {line["outcome"] for line in lines}
    assert by_outcome & {"matched", "missed"}, "what has ended is told"
    left = [line for line in lines if line["outcome"] in ("failed", "skipped")]
    assert left, "the store broke before the end"
    assert all(str(store) in line["reason"] for line in left), "each says why"
    assert (folder / "out.csv").stat().st_size
    assert (folder / "out.xlsx").read_bytes()[:2] == b"PK"
    assert list(folder.glob(".bulkmatch-*")) == []


def break_in_the_middle(
    running: "subprocess.Popen[str]", ear: Ear, break_it: Callable[[], object]
) -> Ended:
    """Break something once a few questions have been asked."""
    give_up_at = time.monotonic() + 60
    while ear.asked.total() < 8:
        assert time.monotonic() < give_up_at, "it never came so far"
        time.sleep(0.01)
    break_it()
    return ended(running)


def test_a_store_deleted_under_a_run_is_told(tmp_path: Path, asked: tuple[Served, Ear]) -> None:
    (served, ear), store = asked, tmp_path / "store.sqlite"
    write_long_bom(tmp_path)
    running = start(*command(tmp_path), environ=environ(served, tmp_path, store))
    told = break_in_the_middle(running, ear, store.unlink)
    check_told(told, tmp_path, store, "deleted or replaced", "budget reconcile")
    assert not store.exists()


def test_a_store_whose_log_is_deleted_under_a_run_is_told(
    tmp_path: Path, asked: tuple[Served, Ear]
) -> None:
    (served, ear), store = asked, tmp_path / "store.sqlite"
    write_long_bom(tmp_path)
    running = start(*command(tmp_path), environ=environ(served, tmp_path, store))
    told = break_in_the_middle(running, ear, (tmp_path / "store.sqlite-wal").unlink)
    check_told(told, tmp_path, store, "deleted or replaced")


def test_a_store_that_is_full_goes_on_when_there_is_room(
    tmp_path: Path, asked: tuple[Served, Ear]
) -> None:
    (served, _), store = asked, tmp_path / "store.sqlite"
    write_long_bom(tmp_path)
    environment = environ(served, tmp_path, store)
    open_store(store).close()
    with closing(sqlite3.connect(store)) as plain:
        pages = plain.execute("PRAGMA page_count").fetchone()[0]
    bounded = {**environment, "FAULT": f"pages {pages + 4}"}
    told = ended(start(*command(tmp_path), environ=bounded, script=DOOMED))
    check_told(told, tmp_path, store, "database or disk is full", "make room on the disk")
    held = json.loads(run("budget", "--json", environ=environment).stdout)["accounts"][0]
    assert held["used"] >= served.charged, "the ledger never understates"
    before = served.charged
    again = run(*command(tmp_path), environ=environment)
    assert again.code == 0, again.stderr
    assert json.loads(again.stdout)["run_id"] == json.loads(told.stdout)["run_id"]
    assert served.charged - before <= len(PARTS)


@contextmanager
def small_disk(folder: Path, *, size: str) -> Generator[Path]:
    """A disk of its own; skips where nobody may mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_real_disk_that_fills_up_is_told(tmp_path: Path, asked: tuple[Served, Ear]) -> None:
    served, ear = asked
    write_long_bom(tmp_path)
    with small_disk(tmp_path, size="8m") as disk:
        store = disk / "store.sqlite"

        def fill() -> None:
            with (disk / "filler").open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass

        running = start(*command(tmp_path), environ=environ(served, tmp_path, store))
        told = break_in_the_middle(running, ear, fill)
        check_told(told, tmp_path, store, "full")
        (disk / "filler").unlink()
        again = run(*command(tmp_path), environ=environ(served, tmp_path, store))
        assert again.code == 0, again.stderr


def test_outputs_on_a_full_disk_lose_nothing(tmp_path: Path, asked: tuple[Served, Ear]) -> None:
    served, _ = asked
    bom, store = write_long_bom(tmp_path), tmp_path / "store.sqlite"
    with small_disk(tmp_path, size="16k") as disk:
        good, bad = tmp_path / "good.csv", disk / "bad.jsonl"
        bad.write_text("last month\n")
        told = run(
            "enrich", bom, "-o", bad, "-o", good, "--json", "-q",
            environ=environ(served, tmp_path, store),
        )  # fmt: skip
        assert told.code == 2, told.stderr
        assert f"{bad}: cannot be written: No space left on device" in told.stderr
        assert "is not charged again" in told.stderr
        assert bad.read_text() == "last month\n"
        assert list(disk.glob(".bulkmatch-*")) == []
        summary = json.loads(told.stdout)
        assert (summary["exit_code"], summary["stopped"]["reason"]) == (2, "output")
        assert summary["outputs"] == [str(good)]
        assert summary["unknown"] == 0, "what was in flight is awaited and booked"
        assert len(good.read_text("utf-8-sig").splitlines()) == len(bom.read_text().splitlines())
        charged = served.charged
    mended = run(
        "enrich", bom, "-o", good, "--json", "-q", environ=environ(served, tmp_path, store)
    )
    assert mended.code == 0, mended.stderr
    assert mended.told["run_id"] == summary["run_id"]
    assert mended.told["from_store"] > 0
    assert served.charged == charged + mended.told["charged"]
