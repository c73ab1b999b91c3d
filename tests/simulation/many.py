"""Plays many stories over all cores and sums up what happened in them."""

import gc
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.simulation.play import Told, play

_REPORT_EVERY = 5.0
_COLLECT_AFTER = 20_000


def replay(seed: int, loop: str) -> str:
    """The command that tells a story step by step."""
    return f"python -m tests.simulation {seed} --loop {loop} -v"


@dataclass
class Summary:
    """What many stories came to; `total` is how many there will be."""

    total: int = 0
    stories: int = 0
    failures: int = 0
    began_at: float = field(default_factory=time.monotonic)
    struck: Counter[str] = field(default_factory=Counter[str])
    counts: Counter[str] = field(default_factory=Counter[str])
    reached: Counter[str] = field(default_factory=Counter[str])

    def note(self, told: Told) -> None:
        """One story more."""
        self.stories += 1
        self.failures += bool(told.broken)
        self.struck += told.struck
        self.counts += told.counts
        self.reached[_span(told.reached)] += 1

    @property
    def rate(self) -> float:
        """Stories a second."""
        return self.stories / max(0.001, time.monotonic() - self.began_at)

    @property
    def progress(self) -> str:
        """One line for whoever waits."""
        left = (self.total - self.stories) / max(0.001, self.rate)
        return (
            f"{self.stories:,} of {self.total:,} stories, {self.rate:.1f} a second, {left:.0f} s left; "
            f"{self.struck.total():,} faults, {self.counts['requests']:,} requests, "
            f"{self.counts['parts charged']:,} parts, {self.counts['crashes']:,} crashes; "
            f"{self.failures} broke a promise"
        )

    def lines(self) -> Iterator[str]:
        """The summary for a person."""
        for name, many in (
            ("faults by kind", self.struck),
            ("counts", self.counts),
            ("lines that got an answer, by stories", self.reached),
        ):
            yield f"{name} ({many.total():,}):"
            for what, how_many in sorted(many.items(), key=lambda pair: (-pair[1], pair[0])):
                yield f"  {how_many:9,}  {what}"
        yield (
            f"{self.stories:,} stories in {time.monotonic() - self.began_at:.0f} s, "
            f"{self.rate:.1f} a second; {self.failures} broke a promise"
        )


def _span(share: float) -> str:
    if share in (0.0, 1.0):
        return "all" if share else "none"
    return "less than half" if share < 0.5 else "half and more"


def play_many(
    seeds: Sequence[int],
    loops: Sequence[str],
    *,
    processes: int,
    summary: Summary,
    report: Callable[[str], None],
) -> Iterator[tuple[int, str, Told]]:
    """The stories that broke a promise, as they end; `summary` is filled and told on the way."""
    tasks = [(seed, loop) for seed in seeds for loop in loops]
    summary.total, report_at = len(tasks), summary.began_at + _REPORT_EVERY
    with multiprocessing.get_context("spawn").Pool(processes, settle_in) as pool:
        for seed, loop, told in pool.imap_unordered(_play, tasks, chunksize=8):
            summary.note(told)
            if time.monotonic() >= report_at:
                report_at = time.monotonic() + _REPORT_EVERY
                report(summary.progress)
            if told.broken:
                yield seed, loop, told


def settle_in() -> None:
    """What is loaded by now stays: the garbage collector need not look at it story by story."""
    play(1, "asyncio")
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)


def _play(task: tuple[int, str]) -> tuple[int, str, Told]:
    seed, loop = task
    return seed, loop, play(seed, loop)
