"""Stories with faults at random, on both event loops: no promise may break in any of them."""

import re

import pytest
from tests.simulation.loops import LOOPS
from tests.simulation.many import replay
from tests.simulation.play import play
from tests.simulation.regressions import regressions

# Stories are played in slices, so that several processes share them.
_SEEDS, _SLICE = 500, 25


def broken(seed: int, loop: str) -> list[str]:
    """What a story broke, each with the command that tells it."""
    return [f"{told}\n    {replay(seed, loop)}" for told in play(seed, loop).broken]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("first", range(1, _SEEDS + 1, _SLICE))
def test_no_story_breaks_a_promise(first: int, loop: str) -> None:
    told = [line for seed in range(first, first + _SLICE) for line in broken(seed, loop)]
    assert not told, "\n".join(told)


def test_what_was_mended_stays_mended() -> None:
    told = [f"{why}: {line}" for seed, loop, why in regressions() for line in broken(seed, loop)]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_story_is_told_the_same_way_every_time(loop: str) -> None:
    tales: list[list[str]] = [[], []]
    for tale in tales:
        play(7, loop, tale.append)
    assert [_nameless(line) for line in tales[0]] == [_nameless(line) for line in tales[1]]


_CALL_ID = re.compile("[0-9a-f]{4}")


def _nameless(line: str) -> str:
    """A line of the tale without the ids of calls, which are new each time."""
    words = [word for word in line.split() if not _CALL_ID.fullmatch(word)]
    return " ".join(word for word in words if not word.startswith("BatchSent") and len(word) < 20)
