"""A store that the first version has written opens, keeps its books, and takes what is new."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.calls import LATER, MONTH, NOW

from bulkmatch.errors import StoreError
from bulkmatch.model.money import Spend
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet
from bulkmatch.store import open_books, open_store
from bulkmatch.store.schema import VERSION

SQL = Path(__file__).parent / "version-1.sql"
RUN = "aaaa00000001"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file."""
    file = tmp_path / "store.db"
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript(SQL.read_text())
    return file


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as plain:
        (number,) = plain.execute("PRAGMA user_version").fetchone()
    return int(number)


def test_its_books_stand_and_its_open_run_goes_on(path: Path) -> None:
    assert version(path) == 1
    with open_books(path, clock=lambda: LATER) as books:
        assert books.month("acme", MONTH) == books.run(RUN) == Spend(settled=3, unknown=20)
        assert [run.run_id for run in books.runs("acme", MONTH)] == [RUN]
        assert books.open_run("acme", "f1", "bulkmatch enrich bom.csv") == RUN
        assert books.known_plan("acme") == KnownPlan()
        assert books.reconciliations("acme", MONTH) == ()
        assert books.reconcile("acme", MONTH, used=10).used == 10
        assert [done.written_off for done in books.reconciliations("acme", MONTH)] == [20]
    assert version(path) == VERSION


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_its_answers_are_served_and_plans_are_remembered_in_it(path: Path) -> None:
    store = open_store(path)
    found = await store.load(["k1"], now=LATER)
    assert found["k1"].payload == b'{"hits":1}'
    assert found["k1"].not_entitled == {"specs"}
    note, met = FeatureNote("specs", False, NOW, "no"), LimitMet(NOW, 100, "enough")
    await store.note_features("acme", [note])
    await store.note_limit("acme", met)
    store.close()
    with open_books(path, clock=lambda: LATER) as books:
        assert books.known_plan("acme") == KnownPlan((note,), met)


def test_a_store_of_a_later_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {VERSION + 1}")
    told = f"the store has version {VERSION + 1}, this bulkmatch knows {VERSION}; upgrade"
    with (
        pytest.raises(StoreError, match=told),
        open_books(path, clock=lambda: LATER),
    ):
        raise AssertionError("it must not open")
