"""`bulkmatch budget`: what the ledger says, and what a person books."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run, Serve

MONTH = f"{datetime.now(UTC):%Y-%m}"


def _accounts(text: str) -> list[dict[str, Any]]:
    accounts: list[dict[str, Any]] = json.loads(text)["accounts"]
    return accounts


def test_before_anything_was_spent_there_is_nothing_to_show(bulkmatch: Run) -> None:
    ran = bulkmatch("budget")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "nothing was spent yet" in ran.stderr
    assert _accounts(bulkmatch("budget", "--json").stdout) == []


def test_a_run_shows_up_by_month_run_and_day(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox()
    environ = {**served.environ, "BULKMATCH_MONTH_BUDGET": "500"}
    told = json.loads(bulkmatch("enrich", bom, "--json", environ=environ).stdout)
    [account] = _accounts(bulkmatch("budget", "--json", environ=environ).stdout)
    assert account["spent"] == account["used"] == told["charged"]
    assert (account["budget"], account["left"]) == (500, 500 - told["charged"])
    assert [run["spent"] for run in account["runs"]] == [told["charged"]]
    assert sum(day["spent"] for day in account["days"].values()) == told["charged"]
    seen = bulkmatch("budget", environ=environ).stdout
    assert f"{500 - told['charged']} of 500" in seen
    assert told["run_id"] in seen


def test_another_month_is_empty(bulkmatch: Run, bom: Path) -> None:
    bulkmatch("enrich", bom, "--quiet")
    [account] = _accounts(bulkmatch("budget", "--month", "2020-01", "--json").stdout)
    assert (account["month"], account["used"], account["runs"]) == ("2020-01", 0, [])


def test_reconcile_books_what_others_used(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox()
    spent = json.loads(bulkmatch("enrich", bom, "--json", environ=served.environ).stdout)["charged"]
    ran = bulkmatch("budget", "reconcile", "--used", "412", environ=served.environ)
    assert ran.returncode == 0, ran.stderr
    assert f"{MONTH}: 412 parts used ({spent} answered here, {412 - spent} external" in ran.stdout
    [account] = _accounts(bulkmatch("budget", "--json").stdout)
    assert (account["used"], account["external"]) == (412, 412 - spent)


def test_a_count_below_what_was_answered_is_refused_unless_insisted_on(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    environ = sandbox().environ
    bulkmatch("enrich", bom, "--json", environ=environ)
    ran = bulkmatch("budget", "reconcile", "--used", "0", environ=environ)
    assert ran.returncode == 2
    assert "--allow-lower" in ran.stderr
    insisted = bulkmatch("budget", "reconcile", "--used", "0", "--allow-lower", environ=environ)
    assert insisted.returncode == 0, insisted.stderr


def test_without_credentials_the_only_account_is_meant_but_never_the_sandbox(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    bulkmatch("enrich", bom, "--quiet")
    ran = bulkmatch("budget", "reconcile", "--used", "400")
    assert ran.returncode == 2
    assert "the sandbox needs none (--account NAME" in ran.stderr
    environ = {**sandbox().environ, "BULKMATCH_ACCOUNT": "ours"}
    bulkmatch("enrich", bom, "--quiet", environ=environ)
    assert "ours, " in bulkmatch("budget", "reconcile", "--used", "400").stdout


@pytest.mark.parametrize("flag", [("--month", "2020-01"), ("--account", "x")])
def test_a_flag_before_reconcile_is_refused_since_it_would_not_count(
    bulkmatch: Run, flag: tuple[str, str]
) -> None:
    ran = bulkmatch("budget", *flag, "reconcile", "--used", "4")
    assert ran.returncode == 2
    assert "flags belong after `reconcile`" in ran.stderr


def test_a_month_that_is_none_is_refused(bulkmatch: Run, bom: Path) -> None:
    bulkmatch("enrich", bom, "--quiet")
    ran = bulkmatch("budget", "--month", "November")
    assert ran.returncode == 2
    assert "wanted YYYY-MM, got 'November'" in ran.stderr


def test_who_only_looks_makes_no_store(bulkmatch: Run, bom: Path, folder: Path) -> None:
    looked = bulkmatch("budget", "--store", "none.sqlite")
    assert looked.returncode == 0
    assert looked.stderr.count("nothing was spent yet") == 1
    assert bulkmatch("enrich", bom, "--dry-run", "--store", "none.sqlite").returncode == 0
    assert not (folder / "none.sqlite").exists()
