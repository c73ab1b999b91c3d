"""The one SQLite database of a sandbox: rows while feeds come in, then parts, indexed by their keys.

It lives in a temporary file of SQLite's own, which stays in memory while it is small and is gone
with the connection. Knows texts and numbers alone: what a body says is `filing`'s business.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE lines (part TEXT NOT NULL, file INTEGER, line INTEGER, seller TEXT, cells TEXT NOT NULL);
CREATE TABLE parts (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, mpn TEXT NOT NULL,
  maker TEXT NOT NULL, category TEXT, offers INTEGER NOT NULL, avail INTEGER NOT NULL,
  is_recorded INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE skus (key TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE answers (question TEXT NOT NULL, reference TEXT, hits INTEGER NOT NULL, body TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2');
"""
_INDEXES: Final = """
DROP TABLE lines;
CREATE INDEX parts_by_key ON parts (key);
CREATE INDEX parts_by_category ON parts (category);
CREATE INDEX answers_by_question ON answers (question);
"""
_LISTED: Final = "number, id, mpn, key, offers, avail"
_PUT: Final = (
    "INSERT OR IGNORE INTO parts (id, key, mpn, maker, category, offers, avail, is_recorded, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHUNK: Final = 2_000
_LAST: Final = "\U0010ffff"


class StagedLine(NamedTuple):
    """One row of a feed, until all rows of its part have come. `cells` is packed."""

    part: str
    file: int
    line: int
    seller: str
    cells: str


class Listed(NamedTuple):
    """What of a part is known without opening it: enough to put it in order."""

    number: int
    id: str
    mpn: str
    key: str
    offers: int
    avail: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A part as it is put on the shelf. `text` is what a search looks into."""

    id: str
    key: str
    mpn: str
    maker: str
    category: str | None
    offers: int
    avail: int
    is_recorded: bool
    body: str
    sku_keys: frozenset[str]
    text: str


class Shelf:
    """Written once, then read. One connection, so one thread at a time."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_SCHEMA)
        self._count = 0

    def __repr__(self) -> str:
        return f"Shelf({self._count} parts)"

    def stage(self, lines: Iterable[StagedLine]) -> None:
        """Keep rows until `staged` gives them back."""
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", lines)
        self._database.execute("COMMIT")

    def staged(self) -> Iterator[StagedLine]:
        """All rows, those of one part together, in the order in which they came."""
        for row in self._database.execute("SELECT * FROM lines ORDER BY part, rowid"):
            yield StagedLine(*row)

    def put(self, parts: Iterable[Filed]) -> None:
        """Add parts; of several with one id the first stays."""
        chunk: list[Filed] = []
        for part in parts:
            chunk.append(part)
            if len(chunk) == _CHUNK:
                self._write(chunk)
                chunk.clear()
        self._write(chunk)

    def remember(self, question: str, reference: str | None, hits: int, body: str) -> None:
        """Keep a recorded answer."""
        row = (question, reference, hits, body)
        self._database.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", row)

    def finish(self) -> None:
        """Nothing more comes in: make the indexes."""
        self._database.executescript(_INDEXES)

    def _write(self, parts: Sequence[Filed]) -> None:
        words: list[tuple[int | None, str]] = []
        skus: list[tuple[str, int | None]] = []
        self._database.execute("BEGIN")
        for part in parts:
            row = (
                *(part.id, part.key, part.mpn, part.maker, part.category),
                *(part.offers, part.avail, part.is_recorded, part.body),
            )
            written = self._database.execute(_PUT, row)
            if written.rowcount:
                words.append((written.lastrowid, part.text))
                skus += [(key, written.lastrowid) for key in part.sku_keys if key]
        self._database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", words)
        self._database.executemany("INSERT INTO skus VALUES (?, ?)", skus)
        self._database.execute("COMMIT")
        self._count += len(words)

    @property
    def count(self) -> int:
        """How many parts there are."""
        return self._count

    def body(self, number: int) -> tuple[str, bool]:
        """A part's body, and whether it was recorded."""
        query = "SELECT body, is_recorded FROM parts WHERE number = ?"
        body, is_recorded = self._database.execute(query, (number,)).fetchone()
        return body, bool(is_recorded)

    def number(self, part_id: str) -> int | None:
        """The number of the part of that id."""
        row = self._database.execute("SELECT number FROM parts WHERE id = ?", (part_id,)).fetchone()
        return row[0] if row else None

    def numbers(self) -> list[int]:
        """All parts, in the order in which they were put."""
        return [
            row[0] for row in self._database.execute("SELECT number FROM parts ORDER BY number")
        ]

    def with_key(self, key: str) -> list[int]:
        """The parts whose number has exactly this key."""
        query = "SELECT number FROM parts WHERE key = ? ORDER BY number"
        return [row[0] for row in self._database.execute(query, (key,))]

    def with_sku(self, key: str) -> list[int]:
        """The parts that a seller lists under this stock number."""
        return [
            row[0]
            for row in self._database.execute("SELECT number FROM skus WHERE key = ?", (key,))
        ]

    def from_key(self, key: str) -> list[Listed]:
        """The parts whose number begins so, in order of their keys."""
        query = f"SELECT {_LISTED} FROM parts WHERE key >= ? AND key < ? ORDER BY key, number"  # noqa: S608
        return [Listed(*row) for row in self._database.execute(query, (key, key + _LAST))]

    def with_words(self, expression: str) -> list[Listed]:
        """The parts that an FTS5 expression finds."""
        query = f"SELECT {_LISTED} FROM parts WHERE number IN (SELECT rowid FROM words WHERE words MATCH ?)"  # noqa: S608
        return [Listed(*row) for row in self._database.execute(query, (expression,))]

    def counts_by(self, column: str) -> dict[str, int]:
        """How many parts each maker or category has."""
        query = f"SELECT {column}, count(*) FROM parts WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608
        return dict(self._database.execute(query))

    def answers(self, question: str) -> list[tuple[str | None, int, str]]:
        """Recorded answers to a question: reference, hits and body, in the order of recording."""
        query = "SELECT reference, hits, body FROM answers WHERE question = ? ORDER BY rowid"
        return list(self._database.execute(query, (question,)))
