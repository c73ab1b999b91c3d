"""`bulkmatch schema`: reading an endpoint's schema, and what it means for our queries."""

import json
from pathlib import Path

import pytest

from .conftest import Run, Serve

PINNED = Path(__file__).parents[2] / "schema.graphql"


@pytest.mark.parametrize("command", ["pull", "check"])
def test_the_schema_needs_credentials(bulkmatch: Run, command: str) -> None:
    ran = bulkmatch("schema", command)
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "--sandbox" in ran.stderr


def test_pull_is_sorted_stable_and_costs_no_parts(
    bulkmatch: Run, folder: Path, sandbox: Serve
) -> None:
    served = sandbox()
    first = bulkmatch("schema", "pull", environ=served.environ)
    second = bulkmatch("schema", "pull", "-o", "live.graphql", environ=served.environ)
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, "")
    assert (folder / "live.graphql").read_text(encoding="utf-8") == first.stdout
    types = [line for line in first.stdout.splitlines() if line.startswith(("type ", "input "))]
    assert any(line.startswith("type SupPart ") for line in types)
    assert served.parts == 0


def test_pull_reads_the_embedded_sandbox_when_asked_to(bulkmatch: Run) -> None:
    ran = bulkmatch("schema", "pull", "--sandbox")
    assert ran.returncode == 0, ran.stderr
    assert "type SupPart" in ran.stdout


def test_url_names_another_endpoint(bulkmatch: Run, sandbox: Serve) -> None:
    served = sandbox()
    elsewhere = {**served.environ, "NEXAR_API_URL": "http://127.0.0.1:9/graphql"}
    url = served.running.api_url
    assert bulkmatch("schema", "pull", "--url", url, environ=elsewhere).returncode == 0
    ran = bulkmatch("schema", "pull", environ=elsewhere)
    assert ran.returncode == 5
    assert "cannot connect" in ran.stderr


def test_a_kept_token_that_is_refused_is_renewed_once(bulkmatch: Run, sandbox: Serve) -> None:
    first, second = sandbox(), sandbox()
    # The same client and token endpoint, so the same kept token, which the second API never issued.
    bulkmatch("schema", "pull", environ=first.environ)
    environ = {**first.environ, "NEXAR_API_URL": second.running.api_url}
    ran = bulkmatch("schema", "pull", environ=environ)
    assert ran.returncode == 4
    assert first.running.stats().token_requests == 2


def test_refused_credentials_end_with_4(bulkmatch: Run, sandbox: Serve) -> None:
    environ = {**sandbox().environ, "NEXAR_CLIENT_SECRET": "wrong-4711"}
    ran = bulkmatch("schema", "check", environ=environ)
    assert ran.returncode == 4
    assert "4711" not in ran.stderr


def test_the_pinned_schema_breaks_nothing(bulkmatch: Run) -> None:
    ran = bulkmatch("schema", "check", PINNED)
    assert ran.returncode == 0, ran.stdout
    assert "our queries would work" in ran.stdout


def test_the_sandboxs_schema_breaks_nothing(bulkmatch: Run, sandbox: Serve) -> None:
    ran = bulkmatch("schema", "check", "--json", environ=sandbox().environ)
    assert (ran.returncode, json.loads(ran.stdout)["is_broken"]) == (0, False)


def test_a_break_is_told_and_ends_with_1(bulkmatch: Run, folder: Path) -> None:
    text = PINNED.read_text(encoding="utf-8")
    changed = text.replace("supMultiMatch(", "supMultipleMatch(")
    assert changed != text
    (folder / "live.graphql").write_text(changed, encoding="utf-8")
    ran = bulkmatch("schema", "check", "live.graphql")
    assert ran.returncode == 1
    assert "breaks our queries:" in ran.stdout
    assert "supMultiMatch" in ran.stdout
    told = json.loads(bulkmatch("schema", "check", "live.graphql", "--json").stdout)
    assert told["is_broken"]
    assert told["breaks"][0]["where"]


def test_a_file_that_is_no_schema_is_usage(bulkmatch: Run, folder: Path) -> None:
    (folder / "x.graphql").write_text("type {")
    ran = bulkmatch("schema", "check", "x.graphql")
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    assert "x.graphql: it is no schema: Syntax Error" in ran.stderr
