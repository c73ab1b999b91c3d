"""A run killed again and again comes to the same end, and pays twice at most for what was in flight.

`make kill KILLS=200` does it at random moments.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.kills import Death, Figures, Story

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX"),
]


def in_turn(*deaths: Death) -> Callable[[random.Random, float], Death]:
    """These deaths, one after the other."""
    left = list(deaths)
    return lambda dice, lasted: left.pop(0)


def test_a_run_killed_around_its_commits_ends_as_if_it_never_was(tmp_path: Path) -> None:
    figures = Figures()
    Story(tmp_path, 7, figures).play(
        in_turn(
            Death(fault="within settle 2"),
            Death(fault="before-commit settle 1"),
            Death(fault="after-commit settle 1"),
            Death(fault="after-commit reserve 2"),
        ),
        kills=4,
    )
    assert figures.kills == figures.by_fault == 4, "it was too quick to be killed"
    assert figures.in_flight > 0, "no kill struck while parts were held"
