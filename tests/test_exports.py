"""The public names: exactly one list, all loadable, all known to type checkers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bulkmatch


@pytest.mark.parametrize("name", bulkmatch.__all__)
def test_every_public_name_can_be_loaded(name: str) -> None:
    assert getattr(bulkmatch, name) is not None


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(bulkmatch.__file__).read_text())
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        a.asname for node in guarded.body if isinstance(node, ast.ImportFrom) for a in node.names
    }
    assert seen == set(bulkmatch.__all__)


def test_an_unknown_name_is_refused_as_a_module_does() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Motor'"):
        getattr(bulkmatch, "Motor")  # noqa: B009 - no checker knows the name


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import bulkmatch, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"httpx", "pydantic", "sqlalchemy", "rich", "graphql", "nexar_client", "anyio"}
    assert not heavy & set(told.stdout.split())
