"""`config show`, and that the docs tell what the table of settings says."""

import json
from pathlib import Path

import pytest

from bulkmatch.cli.setting import Setting
from bulkmatch.cli.settings import SETTINGS

from .conftest import Run

DOCS = Path(__file__).parents[2] / "docs"
SECRETS = {"NEXAR_CLIENT_ID": "abcd-efgh-4711", "NEXAR_CLIENT_SECRET": "wxyz-4711"}


def test_each_value_is_shown_with_its_origin(bulkmatch: Run, folder: Path) -> None:
    (folder / "bulkmatch.toml").write_text("month_budget = 500\n")
    ran = bulkmatch("config", "show", environ={"BULKMATCH_COUNTRY": "de"})
    assert ran.returncode == 0, ran.stderr
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in ran.stdout.splitlines()}
    assert lines["month_budget"] == ["500", f"file: {folder / 'bulkmatch.toml'}"]
    assert lines["country"] == ["DE", "environment: BULKMATCH_COUNTRY"]
    assert lines["currency"] == ["USD", "default"]
    assert set(lines) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_secrets_are_masked(bulkmatch: Run, flags: tuple[str, ...]) -> None:
    ran = bulkmatch("config", "show", *flags, environ=SECRETS)
    assert "4711" not in ran.stdout + ran.stderr
    assert "wxyz" not in ran.stdout + ran.stderr
    assert "environment" in ran.stdout


def test_json_keeps_types(bulkmatch: Run) -> None:
    ran = bulkmatch("config", "show", "--json", environ={"BULKMATCH_RETENTION": "2h"})
    shown = json.loads(ran.stdout)
    assert shown["retention"]["value"] == 7200
    assert shown["retention"]["where"] == "BULKMATCH_RETENTION"
    assert shown["features.specs"]["value"] is True
    assert shown["client_id"] == {
        "value": None,
        "from": "default",
        "where": "",
        "environment": "NEXAR_CLIENT_ID",
    }


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_the_docs_tell_every_setting_as_the_table_has_it(setting: Setting) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert setting.row in text.splitlines()


def test_the_docs_tell_no_setting_that_is_not_there() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    told = [line for line in text.splitlines() if line.startswith("| `")]
    assert sorted(told) == sorted(setting.row for setting in SETTINGS)
