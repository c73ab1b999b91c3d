"""`bulkmatch audit`, `diff` and `policy`, over the embedded sandbox."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

ROOT = Path(__file__).resolve().parents[2]
BOM = ROOT / "examples" / "weather-station.csv"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sandbox's catalog, some months later."""
    place = tmp_path / "later.csv"
    script = ROOT / "examples" / "later_catalog.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(place)])
    runpy.run_path(str(script), run_name="__main__")
    return place


def told(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_two_audits_with_a_change_between(bulkmatch: Run, folder: Path, later: Path) -> None:
    first = bulkmatch("audit", BOM, "--sandbox", "-o", "a.audit", "--json")
    assert first.returncode == 0, first.stderr
    head = told(first.stdout)
    assert (head["parts_charged"], head["counts"]["events"]) == (45, {})
    again = told(bulkmatch("audit", BOM, "--sandbox", "--json").stdout)
    assert (again["parts_charged"], again["previous_id"]) == (0, head["audit_id"])
    changed = bulkmatch(
        "audit", BOM, "--sandbox-catalog", later, "--recheck", "-o", "b.audit", "--fail-on", "error"
    )
    assert changed.returncode == 1, changed.stderr
    assert "AS3935-BQFT" in changed.stderr
    diff = bulkmatch("diff", "a.audit", "b.audit", "--json")
    kinds = {
        (line["value"]["mpn"], line["value"]["kind"])
        for line in map(json.loads, diff.stdout.splitlines())
    }
    assert {("AS3935-BQFT", "went-obsolete"), ("BME280", "went-nrnd")} <= kinds
    assert ("TPS63020DSJR", "went-eol") in kinds
    shown = bulkmatch("diff", "a.audit", "b.audit")
    assert "is obsolete now" in shown.stdout
    nothing = bulkmatch("diff", "a.audit", "a.audit")
    assert (nothing.stdout, nothing.stderr.strip()) == ("", "nothing has changed")
    explained = told_list(bulkmatch("policy", "explain", "BME280", "--json").stdout)
    assert explained[0]["subject"] == "is-nrnd"
    assert explained[0]["holds"] is True


def told_list(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_a_dry_run_asks_nobody(bulkmatch: Run) -> None:
    ran = bulkmatch("audit", BOM, "--sandbox", "--dry-run", "--json")
    assert told(ran.stdout)["to_ask"] == 45
    words = bulkmatch("audit", BOM, "--sandbox", "--dry-run", "--max-parts", "5").stdout
    assert "45 distinct parts, 45 due; would ask for 5: about 5 parts, 5 at most" in words
    assert told(bulkmatch("budget", "--json").stdout)["accounts"] == []


def test_max_parts_is_a_wall_and_the_next_audit_goes_on(bulkmatch: Run) -> None:
    ran = bulkmatch("audit", BOM, "--sandbox", "--max-parts", "20", "--json")
    head = told(ran.stdout)
    assert head["parts_charged"] <= 20
    assert any(not gap["is_fine"] for gap in head["unlooked"])
    seen = head["counts"]["asked_count"]
    rest = told(bulkmatch("audit", BOM, "--sandbox", "--json").stdout)
    assert rest["counts"]["asked_count"] == 45 - seen


def test_a_policy_beside_the_settings_counts(bulkmatch: Run, folder: Path) -> None:
    (folder / "bulkmatch.toml").write_text('[policy.states]\nline-at-end = "note"\n', "utf-8")
    ran = bulkmatch("audit", BOM, "--sandbox", "--fail-on", "error", "-q")
    assert ran.returncode == 0, ran.stderr
    (folder / "bulkmatch.toml").write_text('[policy.states]\nline-at-endd = "note"\n', "utf-8")
    wrong = bulkmatch("audit", BOM, "--sandbox")
    assert wrong.returncode == 2
    assert "did you mean line-at-end?" in wrong.stderr


def test_policies_are_shown_and_checked(bulkmatch: Run, folder: Path) -> None:
    (folder / "policy.toml").write_text(bulkmatch("policy", "show").stdout, "utf-8")
    good = bulkmatch("policy", "check", "policy.toml")
    assert good.stdout == "policy.toml: good; 0 rules of its own, 0 waivers\n"
    (folder / "policy.toml").write_text("[thresholds]\nconfirmations = 9\n", "utf-8")
    assert bulkmatch("policy", "check", "policy.toml").returncode == 2
    unseen = bulkmatch("policy", "explain", "NEW-1", "--manufacturer", "Acme")
    assert "is-nrnd" in unseen.stdout


def test_an_output_must_not_replace_an_input(bulkmatch: Run, folder: Path) -> None:
    bom = folder / "bom.csv"
    bom.write_bytes(BOM.read_bytes())
    assert bulkmatch("audit", bom, "--sandbox", "-o", bom).returncode == 2
    assert bulkmatch("audit", bom, "--sandbox", "-o", "a.unknown").returncode == 2


def test_what_is_no_saved_audit_is_told(bulkmatch: Run, folder: Path) -> None:
    (folder / "a.audit").write_text("{}\n", "utf-8")
    ran = bulkmatch("diff", "a.audit", "a.audit")
    assert ran.returncode == 2
    assert "is no saved audit" in ran.stderr
