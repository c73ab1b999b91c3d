"""Breaks the engine in many ways, each in a copy of its own, and shows which story notices.

python -m tests.simulation.mutate [--seeds 400] [--only WORDS]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.loops import LOOPS
from tests.simulation.many import settle_in
from tests.simulation.mutations import ENGINE, MUTATIONS, Mutation
from tests.simulation.play import play

_ROOT = ENGINE.parent.parent
_HEAD = "| broken on purpose | first story that noticed | what it noticed |\n|---|---|---|"


@dataclass(frozen=True)
class Caught:
    """The first story that a mutation broke; `stories` were played until then."""

    stories: int
    seed: int = 0
    loop: str = ""
    broken: str = ""

    @property
    def cells(self) -> str:
        """The row's last two cells."""
        if not self.broken:
            return f"**none of {self.stories}** | "
        promise = self.broken.partition(":")[0]
        return f"seed {self.seed} on {self.loop} (number {self.stories}) | {promise}"


def main() -> int:
    """Exit code 0 when every mutation was caught."""
    given = _arguments()
    if given.hunt:
        sys.stdout.write(json.dumps(_hunted(given.seeds)))
        return 0
    wanted = [mutation for mutation in MUTATIONS if given.only in mutation.name]
    _say(_HEAD)
    survivors = []
    for mutation, caught in _all_caught(wanted, given.seeds, given.processes):
        _say(f"| {mutation.name} | {caught.cells} |")
        survivors += [] if caught.broken else [mutation.name]
    _say(f"\n{len(wanted) - len(survivors)} of {len(wanted)} were caught.")
    return int(bool(survivors))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutate", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, default=1_000, help="stories told on each loop at most"
    )
    parser.add_argument("--only", default="", help="mutations with these words in their name")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--hunt", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _all_caught(
    mutations: Sequence[Mutation], seeds: int, processes: int
) -> Iterator[tuple[Mutation, Caught]]:
    """Every mutation with what came of it, several at a time, in order. Raises `Misfit` at once."""
    texts = [dict(mutation.sources()) for mutation in mutations]
    with ThreadPoolExecutor(processes) as pool:
        yield from zip(mutations, pool.map(lambda told: _caught(told, seeds), texts), strict=True)


def _caught(texts: dict[str, str], seeds: int) -> Caught:
    """Play stories against a copy of the engine with these files changed, until one breaks."""
    with tempfile.TemporaryDirectory(prefix="bulkmatch-mutation-") as folder:
        copy = Path(folder) / "bulkmatch"
        shutil.copytree(ENGINE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for file, text in texts.items():
            (copy / file).write_text(text, encoding="utf-8")
        command = (sys.executable, "-m", "tests.simulation.mutate", "--hunt", "--seeds", str(seeds))
        paths = os.pathsep.join((folder, str(_ROOT), str(_ROOT / "generated")))
        told = subprocess.run(
            command,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
    if told.returncode:
        raise RuntimeError(f"the hunt itself failed:\n{told.stderr[-2_000:]}")
    return Caught(*json.loads(told.stdout.splitlines()[-1]))


def _hunted(seeds: int) -> tuple[int, int, str, str]:
    """How many stories were played, and the first that broke: seed, loop, promise."""
    settle_in()
    count = 0
    for seed in range(1, seeds + 1):
        for loop in LOOPS:
            count += 1
            if broken := play(seed, loop).broken:
                return count, seed, loop, broken[0]
    return count, 0, "", ""


if __name__ == "__main__":
    sys.exit(main())
