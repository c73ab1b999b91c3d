"""The direction of imports is part of the design, so it is tested; and so are its doors."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "engine" / "bulkmatch"
LAYERS = ["errors", "model", "core", "wire store feeds", "datafeed", "run", "report sandbox", "cli"]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}
PURE = {"errors", "model", "core"}
IMPURE = {
    "anyio",
    "asyncio",
    "httpx",
    "nexar_client",
    "os",
    "random",
    "sqlite3",
    "tenacity",
    "time",
}
# Each outside package has one door. The World of a run may carry a transport for tests.
DOORS = {
    "nexar_client": {"wire", "run/engine.py"},
    "httpx": {
        "wire/transport.py",
        "wire/client.py",
        "run/world.py",
        "cli",
        "report/audit/notify.py",
    },
    "tenacity": {"run/attempts.py", "report/audit/notify.py"},
    "sqlite3": {"store/sqlite.py", "datafeed/shelf.py", "sandbox/shelf.py"},
    "sqlalchemy": {"store"},
    "jinja2": {"report/audit/html.py"},
    "markupsafe": {"report/audit/html.py"},
    "pygal": {"report/audit/charts.py"},
    "xlsxwriter": {"report", "datafeed/workbook.py"},
    "openpyxl": {"report/same_book.py"},
    "python_calamine": {"feeds", "datafeed/sheets.py"},
    "graphql": {"wire", "sandbox", "cli"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
    "click": {"cli"},
    "rich": {"cli"},
}
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if path.parent != ROOT]


def imports(text: str) -> set[str]:
    """The modules that a source text imports by full name, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


def faults(own: str, text: str) -> list[str]:
    """What is wrong with the imports of a module of folder or file `own` ("run/engine.py")."""
    layer = own.split("/", maxsplit=1)[0].removesuffix(".py")
    told: list[str] = []
    for name in sorted(imports(text)):
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top == "bulkmatch" and other in RANK and other != layer and RANK[other] >= RANK[layer]:
            told.append(f"{own} imports {name}: imports point inward only")
        if layer == "sandbox" and top == "bulkmatch" and other in {"wire", "run", "core", "store"}:
            told.append(f"{own} imports {name}: the two sides must not share a mistake")
        if layer in PURE and top in IMPURE:
            told.append(f"{own} imports {name}: decisions know no clock, network or disk")
        if top in DOORS and not any(own == door or layer == door for door in DOORS[top]):
            told.append(f"{own} imports {name}: its door is {sorted(DOORS[top])}")
    return told


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_inward_and_use_the_doors(path: Path) -> None:
    assert faults(path.relative_to(ROOT).as_posix(), path.read_text()) == []


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ("core/plan.py", "import time"),
        ("core/plan.py", "from bulkmatch.store import open_store"),
        ("wire/client.py", "from bulkmatch.store.cache import load"),
        ("run/engine.py", "import sqlalchemy"),
        ("sandbox/app.py", "from bulkmatch.core.normal import mpn_key"),
        ("store/books.py", "import sqlite3"),
        ("report/csv_sink.py", "def late():\n    import bulkmatch.cli.main"),
    ],
)
def test_a_wrong_import_is_noticed(own: str, text: str) -> None:
    assert faults(own, text)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_fit_on_a_few_screens(path: Path) -> None:
    assert path.read_text().count("\n") <= 400
