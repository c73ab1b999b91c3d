"""`bulkmatch sandbox`: serves until it is stopped, and says how to reach it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_the_variables_it_prints_lead_to_it(
    clean_environ: dict[str, str], folder: Path, bulkmatch: Run, bom: Path
) -> None:
    command = [sys.executable, "-m", "bulkmatch", "sandbox", "--port", "0", "--part-limit", "3"]
    with subprocess.Popen(
        command,
        env=clean_environ,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            assert serving.stdout is not None
            lines = [serving.stdout.readline().strip() for _ in range(5)]
            environ = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            ran = bulkmatch("enrich", bom, "--json", "--limit", "2", environ=environ)
            assert ran.returncode == 0, ran.stderr
            assert json.loads(ran.stdout)["source"] == "sandbox"
            assert "SANDBOX" not in ran.stderr, "it is not the embedded one"
            serving.send_signal(signal.SIGINT)
            _, stderr = serving.communicate(timeout=20)
        finally:
            serving.kill()
    assert serving.returncode == 0, stderr
    assert "paste these" in stderr
    assert "the sandbox has stopped" in stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--host", "0.0.0.0"), "loopback"),
        (("--port", "99999"), "99999"),
        (("--catalog", "none.csv"), "does not exist"),
        (("--recorded", "none"), "does not exist"),
        (("--fault", "418"), "no fault is called '418'"),
        (("--quirk", "nonsense"), "no quirk is called"),
        (("--parts-rule", "none"), "sum-of-limits"),
    ],
)
def test_what_cannot_be_served_is_usage(
    bulkmatch: Run, arguments: tuple[str, str], message: str
) -> None:
    ran = bulkmatch("sandbox", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_help_and_the_table_say_of_each_behaviour_how_well_it_is_known(bulkmatch: Run) -> None:
    told = bulkmatch("sandbox", "--help").stdout
    for status in ("Documented (", "Observed (", "Assumed (", "Ours ("):
        assert status in told
    table = bulkmatch("sandbox", "--behaviours").stdout
    for said in ("A:101000434616", "--crossing", "--fault 429", "--quirk no-prices"):
        assert said in table
