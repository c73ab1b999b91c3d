"""The examples run as they stand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.mark.slow
def test_the_service_answers_all_its_callers_within_its_budget(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "service.py")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert sum(" matched " in line for line in lines) == 3
    assert sum(" needs review " in line for line in lines) == 1
    assert sum(" missed " in line for line in lines) == 1
    assert lines[-1].endswith("parts of 20")
