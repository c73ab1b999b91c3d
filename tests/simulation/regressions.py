"""Seeds that broke a promise until something was mended; they always run."""

from collections.abc import Iterator
from pathlib import Path

REGRESSIONS = Path(__file__).with_name("regressions.txt")


def line_of(seed: int, loop: str, why: str) -> str:
    """How a failing seed is kept."""
    return f"{seed} {loop} {why}"


def regressions() -> Iterator[tuple[int, str, str]]:
    """Seed, loop, and what was broken."""
    for line in REGRESSIONS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            seed, loop, why = line.split(" ", 2)
            yield int(seed), loop, why
