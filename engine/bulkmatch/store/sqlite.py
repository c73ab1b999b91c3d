"""One SQLite file as an SQLAlchemy engine; the only place that knows sqlite3 and its files."""

import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bulkmatch.errors import StoreError
from bulkmatch.store.schema import VERSION, metadata

# How long one process waits for another's write, in milliseconds: the busy handler is unfair, and
# one of four writers was seen to wait four seconds (measured 2026-11-20).
_BUSY_TIMEOUT = 60_000
_ADVICE = (
    "check the disk and the file's rights, or choose another file (--store PATH, BULKMATCH_STORE)"
)


def connect(path: Path | None) -> sa.Engine:
    """An engine on `path`, or in memory; tables made, mode 0600, WAL, synchronous FULL.

    FULL because NORMAL may forget the last commits on power loss, and a forgotten commit is
    forgotten money. One connection, used by one thread at a time.
    """
    if path is not None:
        _touch(path)
    engine = sa.create_engine(
        "sqlite://" if path is None else f"sqlite:///{path}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    with translated(path):
        _make(engine, path)
    return engine


@contextmanager
def translated(path: Path | None) -> Generator[None]:
    """Turn the database's errors into `StoreError` with the file's name and what to do."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(
            f"the store cannot be used ({error.orig}); {_ADVICE}", file=path
        ) from error
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"the store cannot be used ({error}); {_ADVICE}", file=path) from error


def _touch(path: Path) -> None:
    """Make the file, readable by its owner alone, before SQLite does."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)


def _configure(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None
    run: Callable[[str], object] = connection.execute
    run(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT}")
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = FULL")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make(engine: sa.Engine, path: Path | None) -> None:
    """Make what is missing; refuse a store that a later version has written."""
    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > VERSION:
            told = f"the store has version {version}, this bulkmatch knows {VERSION}; upgrade bulkmatch"
            raise StoreError(told, file=path)
        if version < VERSION:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
