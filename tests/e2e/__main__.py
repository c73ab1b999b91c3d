"""Figures of real processes: killed again and again, or eight of them on one store and one budget.

python -m tests.e2e kill --kills 200
python -m tests.e2e crowd --processes 8 --parts 200
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.crowd import crowd, twins
from tests.e2e.kills import kill_many


def main() -> None:
    """Play; a broken promise ends it with a traceback."""
    given = _arguments()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bulkmatch-e2e-"))
    say(f"files in {folder}")
    if given.what == "kill":
        say("\n".join(kill_many(folder, kills=given.kills, seed=given.seed).lines()))
    else:
        here = folder / "twins"
        here.mkdir()
        same = twins(here, processes=given.processes, parts=given.parts, seed=given.seed)
        say(same.line())
        # Eight overlapping lists want 4.5 times their length, and second looks some more.
        for name, budget in (("short", given.parts * 3), ("enough", given.parts * 40)):
            here = folder / name
            here.mkdir()
            say(
                crowd(
                    here,
                    processes=given.processes,
                    parts=given.parts,
                    budget=budget,
                    seed=given.seed,
                ).line()
            )
    say(f"no promise broke, in {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    """One line for whoever watches."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.e2e",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("kill", "crowd"))
    parser.add_argument("--kills", type=int, default=200, help="how many SIGKILLs")
    parser.add_argument("--processes", type=int, default=8, help="how many at once")
    parser.add_argument("--parts", type=int, default=200, help="how many each asks for")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same parts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
