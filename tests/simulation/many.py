"""Plays many stories over all cores and sums up what happened in them."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.simulation.play import Told, play


def replay(seed: int, loop: str) -> str:
    """The command that tells a story step by step."""
    return f"python -m tests.simulation {seed} --loop {loop} -v"


@dataclass
class Summary:
    """What many stories came to."""

    stories: int = 0
    failures: int = 0
    seconds: float = 0.0
    struck: Counter[str] = field(default_factory=Counter[str])
    counts: Counter[str] = field(default_factory=Counter[str])

    def lines(self) -> Iterator[str]:
        """The summary for a person."""
        for name, many in (("faults by kind", self.struck), ("counts", self.counts)):
            yield f"{name} ({many.total()}):"
            for what, how_many in sorted(many.items(), key=lambda pair: (-pair[1], pair[0])):
                yield f"  {how_many:9}  {what}"
        yield (
            f"{self.stories} stories in {self.seconds:.0f} s, "
            f"{self.stories / self.seconds:.1f} a second; {self.failures} broke a promise"
        )


def play_many(
    seeds: Sequence[int], loops: Sequence[str], *, processes: int, summary: Summary
) -> Iterator[tuple[int, str, Told]]:
    """The stories that broke a promise, as they end; `summary` is filled on the way."""
    tasks = [(seed, loop) for seed in seeds for loop in loops]
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for seed, loop, told in pool.imap_unordered(_play, tasks, chunksize=8):
            summary.stories += 1
            summary.failures += bool(told.broken)
            summary.struck += told.struck
            summary.counts += told.counts
            if told.broken:
                yield seed, loop, told
    summary.seconds = time.monotonic() - began


def _play(task: tuple[int, str]) -> tuple[int, str, Told]:
    seed, loop = task
    return seed, loop, play(seed, loop)
