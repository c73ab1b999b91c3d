"""Generation in a copy of the project, so that a test may change what is generated from."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("pyproject.toml", "schema.graphql", "queries")

Generate = Callable[..., None]
Regenerate = Callable[..., Path]


@pytest.fixture
def generate() -> Generate:
    """Call with a project's folder: runs that project's own generator, in a process of its own."""

    def run(project: Path, *, hash_seed: str = "0") -> None:
        done = subprocess.run(
            [sys.executable, str(project / "queries" / "generate.py")],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """The sources of generation in a folder of their own; nothing generated yet."""
    project = tmp_path / "project"
    project.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, project / name, ignore=ignored)
        else:
            shutil.copyfile(source, project / name)
    return project


@pytest.fixture
def regenerated_with(project_copy: Path, generate: Generate) -> Regenerate:
    """Call with `fragment` and `field`: gives the source root of a client that has the field.

    Put the path that it returns before all others on PYTHONPATH (or MYPYPATH) of a process of its
    own: this process has loaded the committed client already.
    """

    def regenerate(*, fragment: str, field: str) -> Path:
        _add_field(project_copy / "queries", fragment=fragment, field=field)
        generate(project_copy)
        return project_copy / "generated"

    return regenerate


def _add_field(queries: Path, *, fragment: str, field: str) -> None:
    head = f"fragment {fragment} on "
    (path,) = (path for path in queries.glob("*.graphql") if head in path.read_text())
    before, after = path.read_text().split(head)
    line, rest = after.split("\n", 1)
    path.write_text(f"{before}{head}{line}\n  {field}\n{rest}")
