"""Eight processes on one store and one budget. `python -m tests.e2e crowd` does it with more parts."""

import random
import time
from pathlib import Path

import pytest
from tests.e2e.books import snapshot
from tests.e2e.crowd import SMALL, crowd, twins
from tests.e2e.program import catalog, clean_environ, ended, outcomes, start, write_bom
from tests.e2e.recorder import recording

pytestmark = pytest.mark.slow


def test_eight_processes_never_pass_the_budget_that_they_share(tmp_path: Path) -> None:
    seen = crowd(tmp_path, processes=8, parts=12, budget=30, seed=1)
    assert seen.charged >= 30 - 4, "short to the last parts: a second look may want four"
    assert seen.looks > 5, "it was watched"


def test_eight_processes_with_parts_enough_are_all_answered(tmp_path: Path) -> None:
    seen = crowd(tmp_path, processes=8, parts=12, budget=1_000, seed=2)
    assert seen.charged < 1_000
    assert seen.settled == seen.charged


def test_eight_processes_with_one_list_pay_for_it_once(tmp_path: Path) -> None:
    seen = twins(tmp_path, processes=8, parts=30, seed=3)
    assert seen.charged == seen.cost > 0


def test_what_a_killed_process_was_asking_is_asked_by_the_one_that_waited(tmp_path: Path) -> None:
    """At once, and not when the lease of the dead runs out; its parts stay on the books."""
    bom, store = tmp_path / "bom.csv", tmp_path / "store.sqlite"
    write_bom(bom, catalog()[:20], dice=random.Random(1))
    with recording(latency=1.5) as (served, ear):
        environ = clean_environ(
            tmp_path / "home", **SMALL, **served.environ, BULKMATCH_STORE=str(store)
        )
        first = start("enrich", bom, "-o", tmp_path / "one.jsonl", "-q", environ=environ)
        while not ear.asked:
            time.sleep(0.01)
        second = start("enrich", bom, "-o", tmp_path / "two.jsonl", "-q", environ=environ)
        time.sleep(1.0)
        first.kill()
        first.communicate()
        told, charged = ended(second), served.charged
    assert told.code == 0, told.stderr
    books = snapshot(store)
    again = sum(ear.asked.values()) - len(ear.asked)
    assert 0 < again <= books.reserved, "what was in flight, and no more, is asked again"
    assert books.settled <= charged <= books.used
    assert len(outcomes(tmp_path / "two.jsonl")) == len(bom.read_text().splitlines()) - 1
