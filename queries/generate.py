"""Write generated/nexar_client anew from schema.graphql and queries/.

Run with the project's own interpreter: `.venv/bin/python queries/generate.py`. The same input
gives the same files, byte by byte. Works on the tree that this file lies in.
"""

import contextlib
import shutil
import sys
import tomllib
from pathlib import Path

from ariadne_codegen.main import client

_ROOT = Path(__file__).resolve().parent.parent


def generate(root: Path) -> Path:
    """Generate the client of the project at `root`; return the package's folder."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    section = settings["tool"]["ariadne-codegen"]
    package: Path = root / section["target_package_path"] / section["target_package_name"]
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir(parents=True)
    with contextlib.chdir(root), contextlib.redirect_stdout(sys.stderr):
        client(settings)  # type: ignore[no-untyped-call]
    shutil.copyfile(root / section["schema_path"], package / "schema.graphql")
    for name in ("left_out.txt", "py.typed"):
        shutil.copyfile(root / section["queries_path"] / name, package / name)
    return package


if __name__ == "__main__":
    generate(_ROOT)
