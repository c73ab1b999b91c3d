"""A temporary file that sorts more entries than memory holds. The one place here that knows sqlite3."""

import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulkmatch.errors import StoreError

_BATCH = 5_000
_CACHE_KIB = 16_384


@dataclass(frozen=True, slots=True)
class Entry:
    """What is put under a key: the row it is from, a digest to compare by, and a text."""

    key: str
    row: int
    digest: int
    text: str


class Shelf:
    """Entries go in as they come and come out by key, then row. Memory holds a batch."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, int, int, str]] = []
        self._count = 0

    def __repr__(self) -> str:
        return f"Shelf({self._count} entries)"

    def put(self, key: str, row: int, digest: int, text: str = "") -> None:
        """Take one entry in."""
        self._waiting.append((key, row, digest, text))
        self._count += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def is_new(self, digest: bytes) -> bool:
        """Whether this is the first time that the digest is shown."""
        shown = self._connection.execute("INSERT OR IGNORE INTO shown VALUES (?)", (digest,))
        return shown.rowcount > 0

    def in_order(self) -> Iterator[Entry]:
        """All entries by key, then row."""
        self._flush()
        for found in self._connection.execute("SELECT * FROM entry ORDER BY key, row"):
            yield Entry(*found)

    def repeated(self) -> Iterator[Entry]:
        """The entries whose key others have too, by key, then row."""
        self._flush()
        rows = self._connection.execute(
            "SELECT * FROM entry WHERE key IN"
            " (SELECT key FROM entry GROUP BY key HAVING count(*) > 1) ORDER BY key, row"
        )
        for found in rows:
            yield Entry(*found)

    def _flush(self) -> None:
        self._connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()


@contextmanager
def open_shelf() -> Generator[Shelf]:
    """A shelf whose file is gone when the block ends. Raises StoreError when the disk is full."""
    with tempfile.TemporaryDirectory(prefix="bulkmatch-") as folder:
        connection = sqlite3.connect(Path(folder) / "shelf.sqlite", isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute(
                "CREATE TABLE entry (key TEXT, row INTEGER, digest INTEGER, text TEXT)"
            )
            connection.execute("CREATE TABLE shown (digest BLOB PRIMARY KEY) WITHOUT ROWID")
            connection.execute("BEGIN")
            yield Shelf(connection)
        except sqlite3.Error as error:
            raise StoreError(f"the temporary file cannot be used ({error})") from error
        finally:
            connection.close()
