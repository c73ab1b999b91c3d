"""Eight processes on one store and one budget. `python -m tests.e2e crowd` does it with more parts."""

from pathlib import Path

import pytest
from tests.e2e.crowd import crowd

pytestmark = pytest.mark.slow


def test_eight_processes_never_pass_the_budget_that_they_share(tmp_path: Path) -> None:
    seen = crowd(tmp_path, processes=8, parts=12, budget=30, seed=1)
    assert seen.charged >= 30 - 4, "short to the last parts: a second look may want four"
    assert seen.looks > 5, "it was watched"


def test_eight_processes_with_parts_enough_are_all_answered(tmp_path: Path) -> None:
    seen = crowd(tmp_path, processes=8, parts=12, budget=1_000, seed=2)
    assert seen.charged < 1_000
    assert seen.settled == seen.charged
