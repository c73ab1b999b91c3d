"""Stories with faults at random, on both event loops: no promise may break in any of them."""

import pytest
from tests.simulation.many import replay
from tests.simulation.play import LOOPS, play

# Stories are played in slices, so that several processes share them.
_SEEDS, _SLICE = 150, 15
# Seeds that broke a promise until something was mended, with what that was; they always run.
_WAITED = "a call cut off while it waited for a new token, before anything left, was unknown"
REGRESSIONS: dict[int, str] = {406: _WAITED, 443: _WAITED}


def broken(seed: int, loop: str) -> list[str]:
    """What a story broke, each with the command that tells it."""
    return [f"{told}\n    {replay(seed, loop)}" for told in play(seed, loop).broken]


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("first", range(1, _SEEDS + 1, _SLICE))
def test_no_story_breaks_a_promise(first: int, loop: str) -> None:
    told = [line for seed in range(first, first + _SLICE) for line in broken(seed, loop)]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("loop", LOOPS)
def test_what_was_mended_stays_mended(loop: str) -> None:
    told = [f"{why}: {line}" for seed, why in REGRESSIONS.items() for line in broken(seed, loop)]
    assert not told, "\n".join(told)
