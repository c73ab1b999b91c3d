"""The program as a whole: fast to start, helpful, and quiet about its insides."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bulkmatch.cli.main import cli

from .conftest import Run

HEAVY = ("httpx", "pydantic", "sqlalchemy", "rich", "nexar_client", "graphql", "starlette", "anyio")
DOCS = Path(__file__).parents[2] / "docs"


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = sorted(_commands(cli))


@pytest.mark.parametrize("arguments", [("--help",), ("enrich", "--help"), ("--version",)])
def test_help_imports_nothing_heavy(
    clean_environ: dict[str, str], folder: Path, arguments: tuple[str, ...]
) -> None:
    script = (
        "import sys, json, atexit\n"
        f"heavy = {HEAVY!r}\n"
        "atexit.register(lambda: print(json.dumps([n for n in heavy if n in sys.modules]), "
        "file=sys.stderr))\n"
        f"sys.argv[1:] = {list(arguments)!r}\n"
        "from bulkmatch.cli.main import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stderr) == []
    assert "bulkmatch" in ran.stdout.lower()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_and_a_place_in_the_docs(command: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(cli, [*command, "--help"], prog_name="bulkmatch")
    assert ran.exit_code == 0, ran.output
    assert f"bulkmatch {' '.join(command)}" in ran.output
    assert f"`bulkmatch {' '.join(command)}" in (DOCS / "cli.md").read_text(encoding="utf-8")


LEAVES = [one for one in COMMANDS if one not in (("config",), ("schema",), ("makers",))]


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
def test_every_command_that_runs_shows_an_example(command: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(cli, [*command, "--help"], prog_name="bulkmatch")
    assert "Example" in ran.output


def test_a_wrong_command_is_usage(bulkmatch: Run) -> None:
    ran = bulkmatch("enrcih")
    assert ran.returncode == 2
    assert "enrich" in ran.stderr


def test_a_wrong_setting_is_one_line_and_no_traceback(bulkmatch: Run) -> None:
    ran = bulkmatch("config", "show", environ={"BULKMATCH_BUDGET": "lots"})
    assert ran.returncode == 2
    assert ran.stderr == (
        "error: budget: wanted a whole number of at least 0, got 'lots' "
        "(environment: BULKMATCH_BUDGET)\n"
    )
    assert ran.stdout == ""


def test_the_traceback_comes_when_asked_for(bulkmatch: Run) -> None:
    ran = bulkmatch("config", "show", environ={"BULKMATCH_BUDGET": "x", "BULKMATCH_DEBUG": "1"})
    assert ran.returncode == 2
    assert "Traceback" in ran.stderr


def test_a_defect_shows_its_traceback_and_has_its_own_code() -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("oh")

    ran = CliRunner().invoke(_with(broken), ["broken"])
    assert ran.exit_code == 70
    assert "ZeroDivisionError" in ran.output
    assert "please report" in ran.output


def test_a_key_press_outside_a_run_ends_with_130() -> None:
    @click.command()
    def broken() -> None:
        raise KeyboardInterrupt

    ran = CliRunner().invoke(_with(broken), ["broken"])
    assert (ran.exit_code, "Traceback" in ran.output) == (130, False)


def _with(command: click.Command) -> click.Group:
    group = type(cli)("bulkmatch")
    group.add_command(command)
    return group
