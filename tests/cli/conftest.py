"""A clean machine for every test: no variable, no file and no keyring of whoever runs the tests."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bulkmatch.cli.main import cli
from bulkmatch.cli.sources import Surroundings
from bulkmatch.sandbox import SandboxSettings, serve_in_thread

from .sandboxes import Served


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]
Around = Callable[..., Surroundings]
Serve = Callable[..., Served]


@pytest.fixture
def clean_environ(tmp_path: Path) -> dict[str, str]:
    """An environment that holds what a program needs to start, with every folder in `tmp_path`."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {
        **kept,
        **measured,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The current folder of the program."""
    here = tmp_path / "here"
    here.mkdir()
    return here


@pytest.fixture
def around(folder: Path) -> Around:
    """Surroundings with the given variables and the current folder."""

    def build(**environ: str) -> Surroundings:
        return Surroundings(environ, folder)

    return build


@pytest.fixture
def process(clean_environ: dict[str, str], folder: Path) -> Run:
    """Run the program as a process, in a clean environment."""

    def run(*arguments: str | Path, environ: Mapping[str, str] | None = None) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "bulkmatch", *map(str, arguments)],
            env={**clean_environ, **(environ or {})},
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def bulkmatch(clean_environ: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program inside this process, which is much faster, in the same clean environment."""
    for name in os.environ:
        if name.startswith(("NEXAR_", "BULKMATCH_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)

    def run(*arguments: str | Path, environ: Mapping[str, str] | None = None) -> Ended:
        told = {**clean_environ, **(environ or {})}
        ran = CliRunner().invoke(cli, [*map(str, arguments)], env=told, prog_name="bulkmatch")
        return Ended(ran.exit_code, ran.stdout, ran.stderr)

    return run


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    """Whoever runs the tests keeps his keyring to himself."""
    keyring = pytest.importorskip("keyring", reason="the keyring extra is not installed")
    from keyring.backends.null import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def sandbox() -> Iterator[Serve]:
    """Starts sandboxes that serve for as long as the test runs."""
    with ExitStack() as stack:

        def serve(**settings: Any) -> Served:
            return Served(stack.enter_context(serve_in_thread(SandboxSettings(**settings))))

        yield serve


@pytest.fixture
def bom(folder: Path) -> Path:
    """Seven lines: four parts, one of them twice, a part that is unknown, and a DNP."""
    file = folder / "bom.csv"
    file.write_text(
        "Ref,MPN,Manufacturer,Qty,DNP\n"
        "U1,LM358D,Texas Instruments,1,\n"
        "U2,LM358DR,Texas Instruments,2,\n"
        "U3,lm358d,Texas Instruments,1,\n"
        "U4,LM324N,Texas Instruments,1,\n"
        "U5,LM358P,Wrong Maker Ltd,1,\n"
        "U6,NOSUCH-4711,Acme,1,\n"
        "U7,LM358P,Texas Instruments,1,yes\n"
    )
    return file
