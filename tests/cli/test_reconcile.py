"""`bulkmatch budget reconcile` without a figure: the sandbox's own counter, read as its user."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run, Serve


def reconciled(bulkmatch: Run, environ: dict[str, str], *flags: str) -> dict[str, Any]:
    ran = bulkmatch("budget", "reconcile", "--json", *flags, environ=environ)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_the_counter_is_read_booked_and_not_read_again_on_the_same_day(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    served = sandbox(part_limit=500)
    environ = served.user_environ
    spent = json.loads(bulkmatch("enrich", bom, "--json", environ=environ).stdout)["charged"]
    requests = served.requests
    told = reconciled(bulkmatch, environ)
    assert (told["used"], told["spent"], told["drift"]) == (spent, spent, 0)
    counter = told["counter"]
    assert (counter["part_counter"], counter["part_limit"]) == (served.parts, 500)
    assert served.requests == requests + 1
    again = bulkmatch("budget", "reconcile", environ=environ)
    assert (again.returncode, served.requests) == (0, requests + 1)
    assert "it is refreshed daily, so it is read again from" in again.stderr
    assert f"{spent} parts used" in again.stdout
    assert reconciled(bulkmatch, environ)["is_new"] is False
    seen = bulkmatch("plan").stdout.replace("\n", " ")
    assert f"the counter of 'bulk matching' showed {spent} of 500 parts" in seen
    [account] = json.loads(bulkmatch("budget", "--json").stdout)["accounts"]
    assert [done["counted"] for done in account["reconciliations"]] == [spent]
    assert f"with a count of {spent}" in bulkmatch("budget").stdout


def test_what_others_used_is_booked_and_a_great_difference_warns(
    bulkmatch: Run, bom: Path, sandbox: Serve, tmp_path: Path
) -> None:
    served = sandbox()
    other = ("--store", str(tmp_path / "other.sqlite"))
    bulkmatch("enrich", bom, "--quiet", *other, environ=served.environ)
    strict = {**served.user_environ, "BULKMATCH_DRIFT": "0"}
    ran = bulkmatch("budget", "reconcile", environ=strict)
    assert ran.returncode == 0, ran.stderr
    if "may still be last month's" in ran.stdout:
        pytest.skip("on the first two days of a month nothing is booked")
    assert f"{served.parts} added as external" in ran.stdout
    assert f"warning: the counter is {served.parts} parts above what was counted" in ran.stderr


def test_a_small_difference_does_not_warn(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox()
    bulkmatch("enrich", bom, "--quiet", "--store", "other.sqlite", environ=served.environ)
    environ = {**served.user_environ, "BULKMATCH_DRIFT": "999"}
    assert "warning" not in bulkmatch("budget", "reconcile", environ=environ).stderr


def test_a_counter_that_lags_books_nothing(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox(counter_lags=True)
    environ = served.user_environ
    spent = json.loads(bulkmatch("enrich", bom, "--json", environ=environ).stdout)["charged"]
    ran = bulkmatch("budget", "reconcile", environ=environ)
    assert "nothing to book: the ledger explains the counter" in ran.stdout
    assert f"{spent} parts used" in ran.stdout


def test_without_a_user_token_it_is_said_what_that_is(bulkmatch: Run, sandbox: Serve) -> None:
    ran = bulkmatch("budget", "reconcile", environ=sandbox().environ)
    assert ran.returncode == 4
    for word in ("NEXAR_USER_TOKEN", "user.access", "docs/credentials.md", "--used N"):
        assert word in ran.stderr


def test_a_token_of_the_application_may_not_read_it(bulkmatch: Run, sandbox: Serve) -> None:
    import httpx

    served = sandbox()
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "sandbox"}
    token = httpx.post(served.running.token_url, data=form).json()["access_token"]
    ran = bulkmatch("budget", "reconcile", environ={**served.environ, "NEXAR_USER_TOKEN": token})
    assert ran.returncode == 4
    assert "that takes the token of a user, with the scope user.access" in ran.stderr
    assert token not in ran.stderr


def test_an_expired_token_is_told_from_one_that_may_not(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox()
    served.steer("expire-tokens")
    ran = bulkmatch("budget", "reconcile", environ=served.user_environ)
    assert ran.returncode == 4
    assert "as expired or invalid: get a new one" in ran.stderr


def test_an_application_that_is_not_the_client_s_has_to_be_named_once(
    bulkmatch: Run, sandbox: Serve
) -> None:
    environ = {**sandbox(client_id="other").user_environ, "NEXAR_CLIENT_ID": "mine"}
    ran = bulkmatch("budget", "reconcile", environ=environ)
    assert ran.returncode == 2
    assert "say which: --application ID (there are: 'bulk matching'" in ran.stderr
    assert bulkmatch("plan", "--json").stdout.count("part_counter") == 0
    told = reconciled(bulkmatch, environ, "--application", "bulk matching")
    assert told["counter"]["application_id"] == "other"
    ran = bulkmatch("budget", "reconcile", "--application", "third", environ=environ)
    assert ran.returncode == 0  # it was read today


@pytest.mark.parametrize("flags", [("--month", "2020-01"), ("--allow-lower",)])
def test_flags_of_a_figure_without_one_are_refused(bulkmatch: Run, flags: tuple[str, ...]) -> None:
    ran = bulkmatch("budget", "reconcile", *flags)
    assert ran.returncode == 2
    assert "go with --used" in ran.stderr


def test_the_token_comes_out_of_the_keyring_too(bulkmatch: Run, sandbox: Serve) -> None:
    keyring = pytest.importorskip("keyring", reason="the keyring extra is not installed")
    from .test_credentials import Pocket

    served = sandbox()
    keyring.set_keyring(Pocket({"bulkmatch/NEXAR_USER_TOKEN": served.running.user_token}))
    assert reconciled(bulkmatch, served.environ)["is_new"] is True
    keyring.set_keyring(Pocket({}, breaks=True))
    ran = bulkmatch("budget", "reconcile", "--store", "new.sqlite", environ=served.environ)
    assert ran.returncode == 4
    assert "the system's keyring failed (OSError)" in ran.stderr


def test_a_figure_is_booked_as_json_too(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    environ = sandbox().environ
    bulkmatch("enrich", bom, "--quiet", environ=environ)
    assert reconciled(bulkmatch, environ, "--used", "412")["used"] == 412
