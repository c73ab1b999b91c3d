"""One SQLite file as an SQLAlchemy engine; the only place that knows sqlite3 and its files."""

import errno
import os
import secrets
import sqlite3
import stat
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bulkmatch.errors import StoreError
from bulkmatch.store.schema import VERSION, metadata
from bulkmatch.store.trouble import ANEW, ELSEWHERE, store_error

# How long one process waits for another's write, in milliseconds: the busy handler is unfair, and
# one of four writers was seen to wait four seconds (measured 2026-11-20).
_BUSY_TIMEOUT = 60_000
_FOLD_TIMEOUT = 200
_BUSY_PAUSE = 0.01
_APPLICATION = 0x626D_6B31  # "bmk1", in the file's header


def connect(path: Path | None) -> sa.Engine:
    """An engine on `path`, or in memory; tables made, mode 0600, WAL, synchronous FULL.

    FULL because NORMAL may forget the last commits on power loss, and a forgotten commit is
    forgotten money. One connection, used by one thread at a time.
    """
    if path is None:
        return _opened(None, named=None)
    with translated(path):
        _prepare(path)
    engine = _opened(path, named=path)
    event.listen(engine, "begin", _InPlace(path), insert=True)
    return engine


def _opened(path: Path | None, *, named: Path | None) -> sa.Engine:
    """An engine with all tables there; errors tell of the file `named`."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=None if path is None else str(path.absolute())),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        with translated(named):
            _make(engine, named)
    except BaseException:
        engine.dispose()
        raise
    return engine


def fold_log(engine: sa.Engine) -> None:
    """Fold the write-ahead log into the file and empty it, unless others are busy with it."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_FOLD_TIMEOUT}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    finally:
        connection.close()


@contextmanager
def translated(path: Path | None) -> Generator[None]:
    """Turn the database's errors into `StoreError` with the file's name and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise store_error(error.orig, path) from error
    except (sqlite3.Error, OSError) as error:
        raise store_error(error, path) from error


def _prepare(path: Path) -> None:
    """See that there is a file which only its owner may read.

    It is not opened here: closing it again would end the locks that this process's other stores
    hold on it, and another process would then delete their log, and what it holds
    (POSIX locks; sqlite.org/howtocorrupt.html, section 2.2, read 2026-11-20).
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.path.lexists(path):
        _make_file(path)
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a directory or device, not a file")
    if not found.st_size:  # SQLite would take it for a new one, and throw away the log beside it
        told = f"the store is empty (0 bytes), though no store ever is; {ANEW}"
        raise StoreError(told, file=path, is_lasting=True)
    if found.st_mode & 0o077:
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)


def _make_file(path: Path) -> None:
    """Put a whole new store in place in one step, unless somebody else is first.

    A process that dies on the way leaves none behind, so that an empty file is never ours.
    """
    draft = path.with_name(f".bulkmatch-{secrets.token_hex(4)}.sqlite")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        _opened(draft, named=path).dispose()
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # no hard links here
        if not path.exists():
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class _InPlace:
    """Refuses to begin when the file or its log is no longer the one that was opened.

    SQLite would go on writing to a deleted file, and all that it books would be lost with it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._found = self._look()

    def __call__(self, connection: sa.Connection) -> None:
        if self._look() != self._found:
            told = f"the store was deleted or replaced while it was in use; {ANEW}"
            raise StoreError(told, file=self._path, is_lasting=True)

    def _look(self) -> tuple[tuple[int, int] | None, ...]:
        log = self._path.with_name(f"{self._path.name}-wal")
        return _identity(self._path), _identity(log)

    def __repr__(self) -> str:
        return f"_InPlace({self._path})"


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there, None for none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _configure(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None
    run: Callable[[str], object] = connection.execute
    run(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    _keep_a_log(run)
    run("PRAGMA synchronous = FULL")
    run("PRAGMA secure_delete = ON")  # what may no longer be kept is overwritten, not just unlinked


def _keep_a_log(run: Callable[[str], object]) -> None:
    """Switch to WAL. For this one statement SQLite does not wait by itself until a new file is free."""
    give_up_at = time.monotonic() + _BUSY_TIMEOUT / 1000
    while True:
        try:
            run("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() >= give_up_at:
                raise
            time.sleep(_BUSY_PAUSE)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make(engine: sa.Engine, path: Path | None) -> None:
    """Make what is missing; refuse a store that a later version has written."""
    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        _check_ours(connection, path)
        if version > VERSION:
            told = f"the store has version {version}, this bulkmatch knows {VERSION}; upgrade bulkmatch"
            raise StoreError(told, file=path)
        if version < VERSION:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION}")
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def _check_ours(connection: sa.Connection, path: Path | None) -> None:
    """Refuse somebody else's database: it has tables, and not our mark."""
    mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if mark != _APPLICATION and (mark or tables):
        told = f"this is a database, but no store of bulkmatch; {ELSEWHERE}"
        raise StoreError(told, file=path)
