"""`bulkmatch plan`, and what is known of a plan in every output, over a real sandbox."""

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from .conftest import Run, Serve

WITHOUT = ("TECH_SPECS", "DATASHEETS", "LEAD_TIME")
ADDED = ("Match: lifecycle", "Match: lead time (days)", "Match: RoHS", "Match: datasheet")


def known(text: str) -> dict[str, Any]:
    """The one account in the output."""
    [account] = json.loads(text)["accounts"]
    found: dict[str, Any] = account
    return found


def in_plan(account: dict[str, Any]) -> dict[str, bool | None]:
    return {name: note and note["in_plan"] for name, note in account["features"].items()}


def test_before_anything_was_asked_nothing_is_known(bulkmatch: Run) -> None:
    ran = bulkmatch("plan")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "nothing is known of any plan yet" in ran.stderr


def test_a_probe_costs_one_part_and_learns_every_feature(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox(without=("DATASHEETS",))
    ran = bulkmatch("plan", "probe", "--json", environ=served.environ)
    assert ran.returncode == 0, ran.stderr
    assert "LM358D of Texas Instruments with every feature: 1 part at most" in ran.stderr
    assert (served.parts, served.requests) == (1, 1)
    account = known(ran.stdout)
    assert in_plan(account) == {
        "specs": True,
        "datasheets": False,
        "lead_time": True,
        "similar_parts": None,
        "cad": True,
    }
    told = account["features"]["datasheets"]["told"]
    assert told.startswith("Unauthorized to access 'best_")
    assert "'DATASHEETS'" in told
    assert known(bulkmatch("plan", "--json").stdout) == account
    seen = bulkmatch("plan").stdout
    assert "'DATASHEETS'" in seen.replace("\n", " ")
    assert "part limit: not known" in seen
    assert served.requests == 1
    books = json.loads(bulkmatch("budget", "--json").stdout)["accounts"]
    assert [account["used"] for account in books] == [1]


def test_a_probe_stays_within_the_month_s_budget(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox()
    environ = {**served.environ, "BULKMATCH_MONTH_BUDGET": "0"}
    ran = bulkmatch("plan", "probe", environ=environ)
    assert (ran.returncode, served.parts, served.requests) == (3, 0, 0)
    assert "nothing was learnt: budget" in ran.stderr


def test_a_probe_for_a_part_that_nobody_knows_says_so(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox()
    ran = bulkmatch("plan", "probe", "--mpn", "NOSUCH-4711", "--yes", environ=served.environ)
    assert (ran.returncode, served.parts) == (2, 0)
    assert "name another with --mpn" in ran.stderr


def test_a_probe_without_an_api_is_a_network_error(bulkmatch: Run, sandbox: Serve) -> None:
    environ = {**sandbox().environ, "NEXAR_API_URL": "http://127.0.0.1:9/graphql"}
    quick = {"BULKMATCH_ATTEMPTS": "1", "BULKMATCH_GIVE_UP_AFTER": "2s", "BULKMATCH_OUTAGE": "1s"}
    ran = bulkmatch("plan", "probe", environ={**environ, **quick})
    assert ran.returncode == 5, ran.stderr


def test_the_embedded_sandbox_can_be_probed(bulkmatch: Run) -> None:
    ran = bulkmatch("plan", "probe", "--sandbox")
    assert ran.returncode == 0, ran.stderr
    assert "sandbox · plan" in ran.stdout


@pytest.mark.parametrize("flag", [("--account", "x"), ("--json",)])
def test_a_flag_before_probe_is_refused_since_it_would_not_count(
    bulkmatch: Run, flag: tuple[str, ...]
) -> None:
    ran = bulkmatch("plan", *flag, "probe")
    assert ran.returncode == 2
    assert "flags belong after `probe`" in ran.stderr


def test_the_limit_stops_the_same_command_and_a_probe_after_an_upgrade_lifts_it(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    served = sandbox(part_limit=2)
    bulkmatch("enrich", bom, "--limit", "2", "--quiet", environ=served.environ)
    first = bulkmatch("enrich", bom, "--json", "-o", "out.csv", environ=served.environ)
    assert first.returncode == 3
    stopped = json.loads(first.stdout)["stopped"]
    assert (stopped["reason"], stopped["until"][-15:]) == ("part limit", "T00:00:00+00:00"[-15:])
    requests = served.requests
    again = bulkmatch("enrich", bom, "--json", "-o", "out.csv", environ=served.environ)
    told = json.loads(again.stdout)
    assert (again.returncode, told["requests"], served.requests) == (3, 0, requests)
    assert told["outcomes"]["matched"] == 3  # out of the store
    assert told["run_id"] == json.loads(first.stdout)["run_id"]
    for word in ("was reached on", "the counter starts anew on", "evaluation", "plan probe"):
        assert word in again.stderr
    dry = bulkmatch("enrich", bom, "--dry-run", environ=served.environ)
    assert "note: the account's part limit of 2 was reached" in dry.stderr

    account = known(bulkmatch("plan", "--json").stdout)["part_limit_met"]
    assert (account["limit"], account["holds"]) == (2, True)
    assert "nothing is sent: the counter starts anew" in bulkmatch("plan").stdout.replace("\n", " ")
    refused = bulkmatch("plan", "probe", environ=served.environ)
    assert (refused.returncode, served.parts) == (3, 2)
    assert "--ask-anyway" in refused.stderr
    assert known(bulkmatch("plan", "--json").stdout)["part_limit_met"] is not None

    served.steer("part-limit", limit=100)
    assert bulkmatch("plan", "probe", environ=served.environ).returncode == 0
    assert known(bulkmatch("plan", "--json").stdout)["part_limit_met"] is None
    done = bulkmatch("enrich", bom, "--json", "-o", "out.csv", environ=served.environ)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run_id"] == told["run_id"]


def test_a_flag_asks_in_spite_of_the_limit(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox(part_limit=0)
    first = bulkmatch("enrich", bom, "--json", environ=served.environ)
    assert first.returncode == 3
    assert "no plan is assigned to this application" in first.stderr
    served.steer("part-limit", limit=100)
    assert bulkmatch("enrich", bom, "--json", environ=served.environ).returncode == 3
    ran = bulkmatch("enrich", bom, "--json", "--ask-anyway", environ=served.environ)
    assert ran.returncode == 0, ran.stderr
    assert known(bulkmatch("plan", "--json").stdout)["part_limit_met"] is None


def enrich(bulkmatch: Run, bom: Path, folder: Path, environ: dict[str, str]) -> dict[str, Any]:
    ran = bulkmatch(
        "enrich",
        bom,
        "-o",
        "out.csv",
        "-o",
        "out.xlsx",
        "-o",
        "out.jsonl",
        "--json",
        environ=environ,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_what_the_plan_lacks_is_said_in_every_output_from_the_api_and_from_the_store(
    bulkmatch: Run, bom: Path, folder: Path, sandbox: Serve
) -> None:
    served = sandbox(without=WITHOUT)
    for is_stored in (False, True):
        told = enrich(bulkmatch, bom, folder, served.environ)
        assert bool(told["from_store"]) is is_stored
        lines = told["not_entitled"]["specs"]
        assert told["not_entitled"] == {"specs": lines, "datasheets": lines, "lead_time": lines}
        assert told["lifecycles"] == {"not in plan": lines}
        assert _csv(folder / "out.csv") == _xlsx(folder / "out.xlsx")
        assert _csv(folder / "out.csv") == {name: {"not in plan"} for name in ADDED}
        for line in map(json.loads, (folder / "out.jsonl").read_text().splitlines()):
            if line["facts"]:
                lacking = ["datasheets", "lead_time", "specs"]
                assert line["facts"]["lifecycle"] == "not in plan"
                assert line["facts"]["not_entitled"] == lacking
                assert line["provenance"]["not_entitled"] == lacking
    assert served.running.stats().refused == 0
    panel = bulkmatch("enrich", bom, "-o", "out.csv", environ=served.environ).stderr
    assert f"specs ({lines} lines)" in panel
    assert "not in plan" in bulkmatch("enrich", bom, environ=served.environ).stdout


def _csv(path: Path) -> dict[str, set[str]]:
    """The values of the columns that a plan may lack, in lines that found a part."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [line for line in csv.DictReader(file) if line["Match: MPN"]]
    return {name: {line[name] for line in found} for name in ADDED}


def _xlsx(path: Path) -> dict[str, set[str]]:
    book = openpyxl.load_workbook(path)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    header = [str(name) for name in rows[0]]
    lines = [dict(zip(header, row, strict=True)) for row in rows[1:]]
    summary = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert {"Not in the plan (lines)", "specs", "datasheets", "lead_time"} <= set(summary)
    return {name: {str(line[name]) for line in lines if line["Match: MPN"]} for name in ADDED}


def test_the_next_run_does_not_ask_for_what_the_plan_lacks(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    served = sandbox(without=("TECH_SPECS",))
    bulkmatch("enrich", bom, "--limit", "1", "--quiet", environ=served.environ)
    served.steer("plan", without=[])
    told = json.loads(bulkmatch("enrich", bom, "--json", environ=served.environ).stdout)
    assert told["not_entitled"]["specs"] == sum(told["lifecycles"].values())
    bulkmatch("plan", "probe", environ=served.environ)
    told = json.loads(
        bulkmatch("enrich", bom, "--json", "--no-store", environ=served.environ).stdout
    )
    assert told["not_entitled"] == {}
