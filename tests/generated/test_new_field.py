"""Adding a field to a fragment is all it takes to see it: typed in outcomes, present in JSONL."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.generated.conftest import ROOT, Regenerate

SNIPPET = """
from bulkmatch import Engine, Matched, SupplyPart

async def read(engine: Engine[SupplyPart]) -> float | None:
    outcome = await engine.match("X")
    assert isinstance(outcome, Matched)
    reveal_type(outcome.part.avg_avail)
    return outcome.part.avg_avail
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that knows the regenerated client only, and no credentials."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEXAR_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**clean, **environment},
    )


def test_a_new_field_is_in_every_line_that_is_written(
    regenerated_with: Regenerate, tmp_path: Path
) -> None:
    client = regenerated_with(fragment="SupplyPart", field="avgAvail")
    bom, out = tmp_path / "bom.csv", tmp_path / "out.jsonl"
    bom.write_text("MPN,Manufacturer\nERJ-3EKF1002V,Panasonic\nRC0402FR-0710KL,Yageo\n")
    done = run(
        *("bulkmatch", "enrich", str(bom), "--sandbox", "-o", str(out)),
        PYTHONPATH=os.pathsep.join([str(client), str(ROOT / "engine")]),
        BULKMATCH_STORE=str(tmp_path / "store.sqlite"),
        HOME=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    parts = [json.loads(line)["part"] for line in out.read_text().splitlines()]
    assert [part["mpn"] for part in parts] == ["ERJ-3EKF1002V", "RC0402FR-0710KL"]
    assert all(isinstance(part["avgAvail"], float) for part in parts)


def test_a_new_field_is_typed_in_the_outcome(regenerated_with: Regenerate, tmp_path: Path) -> None:
    client = regenerated_with(fragment="SupplyPart", field="avgAvail")
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET)
    done = run(
        *("mypy", "--strict", "--config-file=", str(snippet)),
        MYPYPATH=os.pathsep.join([str(client), str(ROOT / "engine")]),
        MYPY_CACHE_DIR=str(tmp_path / "cache"),
    )
    assert 'Revealed type is "float | None"' in done.stdout, done.stdout
    assert done.returncode == 0
