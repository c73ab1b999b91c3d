"""What a store's files say, read from a copy: reading the files themselves would mend them."""

import json
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Snapshot:
    """A store at an instant. Parts but for `references`: those that its answers were asked under."""

    settled: int = 0
    reserved: int = 0
    unknown: int = 0
    references: frozenset[str] = frozenset()

    @property
    def used(self) -> int:
        """What counts against the budget."""
        return self.settled + self.reserved + self.unknown


def snapshot(store: Path) -> Snapshot:
    """What the files of a store say that nobody has open; asserts that they are whole."""
    if not store.exists():
        return Snapshot()
    with _copied(store) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return _read(connection)


def look(store: Path) -> Snapshot:
    """What a store says while others write to it."""
    if not store.exists():
        return Snapshot()
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30)) as connection:
        connection.execute("BEGIN")
        return _read(connection)


def _read(connection: sqlite3.Connection) -> Snapshot:
    """The sums over all calls; asserts that those kept by run and by month are the same."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "call" not in tables:
        return Snapshot()
    by_call = connection.execute(
        "SELECT coalesce(sum(billed), 0), "
        "coalesce(sum(CASE state WHEN 'reserved' THEN reserved ELSE 0 END), 0), "
        "coalesce(sum(unknown), 0) FROM call"
    ).fetchone()
    for kind in ("run", "month"):
        by_scope = connection.execute(
            "SELECT coalesce(sum(settled), 0), coalesce(sum(reserved), 0), "
            "coalesce(sum(unknown), 0) FROM spend WHERE scope LIKE ?",
            (f"{kind}:%",),
        ).fetchone()
        assert by_scope == by_call, f"the {kind}'s sums are not those of the calls"
    payloads = connection.execute("SELECT payload FROM answer").fetchall()
    references = (json.loads(zlib.decompress(payload))["reference"] for (payload,) in payloads)
    settled, reserved, unknown = by_call
    return Snapshot(settled, reserved, unknown, frozenset(references))


@contextmanager
def _copied(store: Path) -> Generator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal"):
            beside = store.with_name(store.name + suffix)
            if beside.exists():
                shutil.copy(beside, folder)
        with closing(sqlite3.connect(Path(folder) / store.name)) as connection:
            yield connection
