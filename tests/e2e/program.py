"""The program and the sandbox as real processes, and what they are asked about."""

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.request import urlopen

Part = tuple[str, str]
# So that nothing of whoever runs this reaches the program, but what measures coverage does.
_KEPT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_PATIENCE = 120.0


@dataclass(frozen=True)
class Served:
    """A sandbox in a process of its own, or in a thread; `environ` points the program to it."""

    environ: dict[str, str]

    @property
    def _pages(self) -> str:
        return self.environ["NEXAR_API_URL"].removesuffix("/graphql")

    def stats(self) -> dict[str, Any]:
        """Its own counts."""
        with urlopen(f"{self._pages}/sandbox/stats") as page:
            counts: dict[str, Any] = json.load(page)
        return counts

    @property
    def charged(self) -> int:
        """Parts charged so far, by its own count."""
        return int(self.stats()["parts_charged"])


@contextmanager
def sandbox(home: Path, *flags: str) -> Generator[Served]:
    """`bulkmatch sandbox` as a process, until the block is left."""
    command = [sys.executable, "-m", "bulkmatch", "sandbox", "--port", "0", *flags]
    running = subprocess.Popen(
        command,
        env=clean_environ(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert running.stdout is not None
        told = [running.stdout.readline().strip().removeprefix("export ") for _ in range(5)]
        assert all(told), "the sandbox did not start"
        yield Served(dict(line.split("=", 1) for line in told))
    finally:
        running.terminate()
        running.communicate()


def clean_environ(home: Path, **more: str) -> dict[str, str]:
    """An environment with every folder in `home`."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONUTF8": "1", "PYTHONWARNINGS": "error", **more}


def start(
    *arguments: str | Path, environ: dict[str, str], script: Path | None = None
) -> "subprocess.Popen[str]":
    """The program, started and not waited for; `script` may stand in for its entry point."""
    entry = ["-m", "bulkmatch"] if script is None else [str(script)]
    return subprocess.Popen(
        [sys.executable, *entry, *map(str, arguments)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def told(self) -> Any:
        """What it said as JSON."""
        return json.loads(self.stdout)


def ended(running: "subprocess.Popen[str]") -> Ended:
    """Wait for its end."""
    stdout, stderr = running.communicate(timeout=_PATIENCE)
    return Ended(running.returncode, stdout, stderr)


def run(*arguments: str | Path, environ: dict[str, str]) -> Ended:
    """The program, from its start to its end."""
    return ended(start(*arguments, environ=environ))


def catalog() -> list[Part]:
    """Maker and number of every part that the sandbox knows."""
    text = files("bulkmatch.sandbox").joinpath("sample_catalog.csv").read_text()
    return sorted({(row["manufacturer"], row["mpn"]) for row in csv.DictReader(text.splitlines())})


def write_bom(path: Path, parts: Sequence[Part], *, dice: random.Random) -> None:
    """The parts, one line each, with some lines twice, wrong makers and numbers that nobody makes."""
    lines = [*parts, *dice.sample(parts, len(parts) // 10)]
    lines += [("Nowhere", f"NOSUCH-{n}") for n in range(3)]
    lines += [("Wrong Maker", mpn) for _, mpn in dice.sample(parts, 3)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Manufacturer", "MPN"])
        writer.writerows(lines)


def outcomes(path: Path) -> list[tuple[str, str, str]]:
    """What every line of a JSONL output came to."""
    told = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        (line["row"]["mpn"], line["outcome"], (line["part"] or {}).get("id", "")) for line in told
    ]
