"""Plays stories: one that is told step by step, or many over all cores.

python -m tests.simulation SEED --loop trio -v
python -m tests.simulation --first 1 --count 1000
"""

import argparse
import os
import sys
from collections.abc import Sequence

from tests.simulation.loops import LOOPS
from tests.simulation.many import Summary, play_many, replay
from tests.simulation.play import Told, play
from tests.simulation.regressions import REGRESSIONS, line_of


def main() -> int:
    """Exit code 0 when every promise held, 1 when one was broken."""
    given = _arguments()
    loops = LOOPS if given.loop is None else (given.loop,)
    if given.seed is not None:
        tell = say if given.verbose else None
        return max(_tell_one(given.seed, loop, play(given.seed, loop, tell)) for loop in loops)
    return _play_many(given.first, given.count, loops, given.processes)


def say(text: str) -> None:
    """One line for whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", help="play this story alone")
    parser.add_argument("--loop", choices=LOOPS, help="on this event loop; on both by default")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell the story step by step")
    parser.add_argument("--first", type=int, default=1, help="first seed of many")
    parser.add_argument("--count", type=int, default=1_000, help="how many seeds")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _tell_one(seed: int, loop: str, told: Told) -> int:
    for broken in told.broken:
        say(f"seed {seed} on {loop}: {broken}")
    say(f"seed {seed} on {loop}: {len(told.broken)} broken, {dict(told.counts)}")
    return int(bool(told.broken))


def _play_many(first: int, count: int, loops: Sequence[str], processes: int) -> int:
    summary, kept = Summary(), []
    seeds = range(first, first + count)
    for seed, loop, told in play_many(
        seeds, loops, processes=processes, summary=summary, report=say
    ):
        say(f"seed {seed} on {loop}: {told.broken[0]}\n    {replay(seed, loop)}")
        kept.append(line_of(seed, loop, told.broken[0]))
    say("\n".join(summary.lines()))
    if kept:
        say(f"once mended, keep these in {REGRESSIONS.name}:\n" + "\n".join(kept[:20]))
    return int(bool(summary.failures))


if __name__ == "__main__":
    sys.exit(main())
