"""`bulkmatch policy`: check a policy file, show the packaged one, and explain what it says of a part."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.cli.sources import Surroundings, config_file

if TYPE_CHECKING:
    from bulkmatch.model.policy import Policy

policy_option = click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The policy; else [policy] of bulkmatch.toml over the packaged one.",
)


def find_policy(around: Surroundings, *, policy: Path | None, config: Path | None) -> "Policy":
    """The policy of the file that is named, else of the settings' file, else the packaged one."""
    from bulkmatch.feeds.policy_file import default_policy, load_policy, read_policy

    if policy is not None:
        return load_policy(policy)
    file = config_file(around, config)
    told = _policy_table(file) if file is not None else None
    return default_policy() if told is None else read_policy(told, name=f"{file}: [policy]")


def _policy_table(file: Path) -> Mapping[str, object] | None:
    """The table [policy] of a settings' file; what else is wrong with the file is told by others."""
    try:
        return tomllib.loads(file.read_text("utf-8")).get("policy")
    except (OSError, ValueError):
        return None


@click.group(
    epilog="\b\nExamples:\n  bulkmatch policy show > policy.toml\n"
    "  bulkmatch policy check policy.toml\n  bulkmatch policy explain LM358D --manufacturer TI\n"
)
def policy() -> None:
    """Check and explain what an audit goes by."""


@policy.command(epilog="\b\nExamples:\n  bulkmatch policy show > policy.toml\n")
def show() -> None:
    """Print the packaged policy, to be copied and changed."""
    from bulkmatch.feeds.policy_file import default_policy_text

    click.echo(default_policy_text(), nl=False)


@policy.command(epilog="\b\nExamples:\n  bulkmatch policy check policy.toml\n")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say whether a policy file can be read, and what is in it. Exits with 2 when it cannot."""
    from bulkmatch.feeds.policy_file import load_policy

    found = load_policy(file)
    own = sum(1 for rule in found.rules if rule.number)
    click.echo(f"{file}: good; {own} rules of its own, {len(found.waivers)} waivers")


@policy.command(epilog="\b\nExamples:\n  bulkmatch policy explain LM358D --manufacturer TI\n")
@click.argument("part", metavar="PART")
@click.option("--manufacturer", metavar="NAME", default="", help="Its maker, as in the library.")
@click.option(
    "--category", metavar="PATH", default="", help="Its category, for scopes by category."
)
@policy_option
@store_option
@config_option
@json_option
@click.pass_context
def explain(
    ctx: click.Context,
    part: str,
    manufacturer: str,
    category: str,
    policy_file: Path | None,
    store: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what the policy makes of a part: what it is now, by which rule it counts, who waived it.

    States are those that the last audit in the store has found; nobody is asked.
    """
    from bulkmatch.cli.policy_view import explanations, show_explanations

    around = Surroundings.here()
    found = find_policy(around, policy=policy_file, config=config)
    told = explanations(found, part, manufacturer, category=category, store=store, config=config)
    if as_json:
        click.echo(json.dumps([one.as_json() for one in told], indent=2, ensure_ascii=False))
    else:
        show_explanations(part, found.name, told)
    ctx.exit(Exit.ANSWERED)
