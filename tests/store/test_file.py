"""The file itself: who may read it, how durable it is, and what is said when it cannot be used."""

import gc
import os
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.conftest import REAL
from tests.store.calls import LATER, NOW, a_call, an_answer, spends

from bulkmatch.errors import StoreError
from bulkmatch.model.money import Caps, Spend, StoredAnswer
from bulkmatch.store import open_books, open_store
from bulkmatch.store.schema import VERSION
from bulkmatch.store.sqlite import _keep_a_log, connect

NOBODY = 65_534


def pragma(path: Path, name: str) -> object:
    """A PRAGMA of the file as the store's own connections have it."""
    engine = connect(path)
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    finally:
        engine.dispose()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, whom no folder refuses."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


def test_every_commit_is_on_the_disk_before_anybody_hears_of_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    assert pragma(path, "synchronous") == 2  # FULL: NORMAL forgets commits on power loss
    assert pragma(path, "journal_mode") == "wal"
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert plain.execute("PRAGMA user_version").fetchone() == (VERSION,)


def refusal(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


def test_a_new_file_that_another_process_is_making_is_waited_for() -> None:
    told = [refusal(sqlite3.SQLITE_BUSY), refusal(sqlite3.SQLITE_BUSY_RECOVERY), None]
    asked: list[str] = []

    def run(statement: str) -> None:
        asked.append(statement)
        if error := told.pop(0):
            raise error

    _keep_a_log(run)
    assert asked == ["PRAGMA journal_mode = WAL"] * 3


def test_a_file_that_cannot_be_written_is_not_waited_for() -> None:
    asked: list[str] = []

    def run(statement: str) -> None:
        asked.append(statement)
        raise refusal(sqlite3.SQLITE_READONLY)

    with pytest.raises(sqlite3.OperationalError, match="refused"):
        _keep_a_log(run)
    assert len(asked) == 1


def test_a_busy_file_is_waited_for(tmp_path: Path) -> None:
    waited = pragma(tmp_path / "store.db", "busy_timeout")
    assert isinstance(waited, int)
    assert waited >= 30_000


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_only_its_owner_may_read_the_file_and_what_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.db"
    before = os.umask(0)
    try:
        store = open_store(path)
        await store.reserve(a_call(), Caps())
        beside = sorted(path.parent.iterdir())
        assert [file.name for file in beside] == ["store.db", "store.db-shm", "store.db-wal"]
        assert {mode(file) for file in beside} == {0o600}
        assert mode(path.parent) == 0o700
        store.close()
    finally:
        os.umask(before)


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    path.chmod(0o644)
    open_store(path).close()
    assert mode(path) == 0o600


def test_a_file_that_its_owner_has_made_read_only_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    path.chmod(0o444)
    with suppress(StoreError):  # root writes to it all the same
        open_store(path).close()
    assert mode(path) == 0o400


@pytest.mark.skipif(os.geteuid() == 0, reason="no file is read-only to root")
def test_a_read_only_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    path.chmod(0o400)
    assert "make the file and its folder writable" in refused(path)


def test_an_empty_file_is_no_new_store_and_the_log_beside_it_is_left_alone(tmp_path: Path) -> None:
    path, log = tmp_path / "store.db", tmp_path / "store.db-wal"
    path.touch()
    log.write_bytes(b"what was booked last")
    told = refused(path)
    assert "0 bytes" in told
    assert "bring back a copy" in told
    assert log.read_bytes() == b"what was booked last"
    assert path.stat().st_size == 0


def test_a_new_store_is_made_whole_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*told: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "store.db"
    open_store(path).close()
    open_store(path).close()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def unlink_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


def replace_by_another(path: Path) -> None:
    open_store(path.with_name("other.db")).close()
    path.with_name("other.db").replace(path)


@pytest.mark.parametrize("take_away", [Path.unlink, unlink_log, replace_by_another])
@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_file_taken_away_while_it_is_open_is_told_and_not_written_to(
    tmp_path: Path, take_away: Callable[[Path], None]
) -> None:
    path = tmp_path / "store.db"
    store = open_store(path)
    await store.reserve(a_call("c1"), Caps())
    take_away(path)
    for _ in range(2):
        with pytest.raises(StoreError, match="deleted or replaced") as error:
            await store.reserve(a_call("c2"), Caps())
        assert error.value.file == path
        assert error.value.is_lasting
    store.close()


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_full_database_is_told_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(path)
    await store.reserve(a_call(), Caps())
    answers = [StoredAnswer(f"k{n}", os.urandom(4096), NOW, LATER) for n in range(40)]
    with store._writer._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 50")
    with pytest.raises(StoreError, match=r"is full\); make room on the disk") as error:
        await store.settle(a_call(), billed=1, answers=answers, now=NOW)
    assert error.value.file == path
    assert not error.value.is_lasting
    assert await spends(store) == (Spend(reserved=a_call().ceiling),) * 2, "all or nothing"
    with store._writer._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 5000")
    await store.settle(a_call(), billed=1, answers=answers, now=NOW)
    assert await spends(store) == (Spend(settled=1),) * 2
    store.close()


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_file_that_another_process_keeps_locked_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(path)
    with store._writer._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process has kept it locked") as error:
            await store.reserve(a_call(), Caps())
        other.execute("ROLLBACK")
    assert not error.value.is_lasting
    await store.reserve(a_call(), Caps())
    store.close()


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_what_was_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = open_store(path)
    await first.reserve(a_call(ceiling=10), Caps())
    await first.settle(a_call(ceiling=10), billed=7, answers=[an_answer()], now=LATER)
    first.close()
    again = open_store(path)
    assert await spends(again) == (Spend(settled=7), Spend(settled=7))
    assert await again.load(["k1"], now=LATER) == {"k1": an_answer()}
    again.close()


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_two_stores_on_one_file_share_its_books(tmp_path: Path) -> None:
    one, other = open_store(tmp_path / "store.db"), open_store(tmp_path / "store.db")
    await one.reserve(a_call("c1", 10), Caps(month=25))
    await other.reserve(a_call("c2", 10), Caps(month=25))
    await other.settle(a_call("c1", 10), billed=4, answers=[an_answer()], now=LATER)
    assert await spends(one) == await spends(other) == (Spend(settled=4, reserved=10),) * 2
    assert await one.load(["k1"], now=LATER) == {"k1": an_answer()}
    one.close()
    other.close()


@pytest.mark.parametrize(
    "name", ["a?b=c.db", "100%25.db", "a#b.db", "a b.db", "ü.db", "file:x.db", ":memory:"]
)
@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    store = open_store(tmp_path / name)
    await store.reserve(a_call(), Caps())
    assert name in {file.name for file in tmp_path.iterdir()}
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_relative_path_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store(Path("store.db"))
    await store.reserve(a_call(), Caps())
    store.close()
    assert (tmp_path / "store.db").exists()


def refused(path: Path) -> str:
    """What is said when the file cannot be used, to the engine and to the commands alike."""
    with pytest.raises(StoreError) as error:
        open_store(path)
    with pytest.raises(StoreError) as of_books, open_books(path, clock=lambda: NOW):
        pass
    assert str(error.value) == str(of_books.value)
    assert error.value.file == path
    assert str(error.value).startswith(f"{path}: ")
    return str(error.value)


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    told = refused(tmp_path)
    assert "a directory or device, not a file" in told
    assert "--store PATH" in told


def test_a_file_is_no_folder_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    assert "--store PATH" in refused(tmp_path / "taken" / "store.db")


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(0o555)
    with as_nobody():
        told = refused(folder / "store.db")
    assert "ermission denied" in told
    assert "--store PATH" in told


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bom.csv"
    path.write_bytes(b"MPN,Quantity\n" * 400)
    told = refused(path)
    assert "not a database" in told
    assert "choose another file" in told
    assert path.read_bytes() == b"MPN,Quantity\n" * 400


def test_a_store_of_a_later_version_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {VERSION + 1}")
    told = refused(path)
    assert f"version {VERSION + 1}, this bulkmatch knows {VERSION}; upgrade bulkmatch" in told


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_torn_page_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(path)
    await store.settle(
        a_call(), billed=1, answers=[an_answer(f"k{n}") for n in range(400)], now=NOW
    )
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError) as error:
        torn = open_store(path)
        try:
            await torn.load(["k1"], now=LATER)
        finally:
            torn.close()
    assert str(path) in str(error.value)
    assert "malformed" in str(error.value)


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_store_that_cannot_be_opened_holds_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = set(Path("/proc/self/fd").iterdir())
    gc.disable()
    try:
        refused(path)
        left = set(Path("/proc/self/fd").iterdir()) - before
    finally:
        gc.enable()
    assert not left


@pytest.mark.parametrize("anyio_backend", REAL[:1])
async def test_a_file_whose_tables_are_gone_is_named(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("DROP TABLE spend")
    store = open_store(path)
    with pytest.raises(StoreError, match=r"store\.db: the store cannot be used .*no such table"):
        await store.reserve(a_call(), Caps())
    store.close()


def test_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = connect(None)
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM spend")).scalar() == 0
    engine.dispose()
    assert not list(tmp_path.iterdir())


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE note (text)")
        connection.commit()
    with pytest.raises(StoreError, match="no store of bulkmatch") as caught:
        open_store(path)
    assert caught.value.file == path
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("note",)]


def test_an_answer_that_may_no_longer_be_kept_is_overwritten(tmp_path: Path) -> None:
    open_store(tmp_path / "store.sqlite").close()
    engine = connect(tmp_path / "store.sqlite")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize("anyio_backend", REAL)
async def test_what_is_forgotten_is_gone_from_the_log_too(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = open_store(path)
    payload = bytes(range(256)) * 8
    kept = StoredAnswer("key", payload, NOW, NOW + timedelta(hours=1))
    await store.settle(a_call(), billed=1, answers=(kept,), now=NOW)
    packed = zlib.compress(payload, 1)[40:80]
    assert any(packed in file.read_bytes() for file in tmp_path.iterdir())
    await store.tidy(now=NOW + timedelta(days=2))
    assert not any(packed in file.read_bytes() for file in tmp_path.iterdir())
    store.close()
