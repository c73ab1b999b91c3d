"""A store that cannot be used when a command begins: an error that names it, and nothing is asked."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Run, Serve
from .sandboxes import Served

Break = Callable[[Path], object]


def halve(store: Path) -> None:
    os.truncate(store, store.stat().st_size // 2 // 4096 * 4096)


def tear(store: Path) -> None:
    whole = store.read_bytes()
    store.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def replace_by_a_folder(store: Path) -> None:
    store.unlink()
    store.mkdir()


def replace_by_notes(store: Path) -> None:
    store.unlink()
    with closing(sqlite3.connect(store)) as notes:
        notes.execute("CREATE TABLE note (text)")
        notes.commit()


BROKEN: dict[str, tuple[Break, str, str]] = {
    "empty": (lambda store: os.truncate(store, 0), "0 bytes", "budget reconcile"),
    "cut in half": (halve, "malformed", "the file is damaged"),
    "torn": (tear, "malformed", "the file is damaged"),
    "a table of parts": (
        lambda store: store.write_text("MPN,Qty\n" * 99),
        "not a database",
        "--st",
    ),
    "a folder": (replace_by_a_folder, "a directory or device, not a file", "--store PATH"),
    "somebody's notes": (replace_by_notes, "no store of bulkmatch", "--store PATH"),
}


@pytest.mark.parametrize(("break_it", "what", "advice"), BROKEN.values(), ids=BROKEN)
def test_a_broken_store_is_named_before_anything_is_asked(
    bulkmatch: Run,
    sandbox: Serve,
    bom: Path,
    folder: Path,
    break_it: Break,
    what: str,
    advice: str,
) -> None:
    served, store = sandbox(), folder / "store.sqlite"
    command = ("enrich", bom, "-o", "out.csv", "--store", store)
    assert bulkmatch(*command, environ=served.environ).returncode == 0
    before = _asked(served), (folder / "out.csv").read_bytes()
    break_it(store)
    looking = (("budget", "--store", store), (*command, "--dry-run"))
    # Who only looks makes no store, and takes a folder for none.
    for words in (command, *(() if store.is_dir() else looking)):
        told = bulkmatch(*words, environ=served.environ)
        assert told.returncode == 6, (words, told.stderr)
        assert f"error: {store}: " in told.stderr
        assert what in told.stderr
        assert advice in told.stderr
        assert "Traceback" not in told.stderr
    assert before == (_asked(served), (folder / "out.csv").read_bytes())
    assert [path.name for path in folder.glob(".bulkmatch*")] == []


def _asked(served: Served) -> tuple[int, int]:
    return served.requests, served.parts
