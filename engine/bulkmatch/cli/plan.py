"""`bulkmatch plan`: what is known of an account's plan, and one part's worth of asking afresh."""

import sys
from pathlib import Path

import click

from bulkmatch.cli.budget import account_option
from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.cli.sources import Surroundings

_EPILOG = """\b
Examples:
  bulkmatch plan
  bulkmatch plan --json
  bulkmatch plan probe
"""
_PROBE_EPILOG = """\b
Examples:
  bulkmatch plan probe
  bulkmatch plan probe --mpn LM358D --manufacturer "Texas Instruments" --yes
"""
# A part that any catalog of electronics has, with specs, datasheet and lead time.
_MPN, _MAKER = "LM358D", "Texas Instruments"


@click.group(invoke_without_command=True, epilog=_EPILOG)
@account_option
@store_option
@config_option
@json_option
@click.pass_context
def plan(
    ctx: click.Context,
    account: str | None,
    store: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show what is known of the account's plan: features, part limit, counter. Asks nobody.

    It is learnt from answers, from `plan probe` and from `budget reconcile`.
    """
    if ctx.invoked_subcommand is not None:
        if any(ctx.params.values()):
            raise click.UsageError(f"flags belong after `{ctx.invoked_subcommand}`", ctx)
        return
    from bulkmatch.cli.accounts import books_in, values_and_store
    from bulkmatch.cli.plan_view import Known, plans_json, show_plan
    from bulkmatch.model.plan import Resets

    values, path = values_and_store(config, store)
    resets = Resets(values.take("part_limit_resets", str))
    found: list[Known] = []
    if path.is_file():  # who only looks makes no store
        with books_in(path) as books:
            names = (account,) if account else books.accounts()
            found = [Known(name, books.known_plan(name), resets) for name in names]
    if as_json:
        click.echo(plans_json(found, store=path))
        return
    for one in found:
        show_plan(one)
    if not found:
        click.echo(f"nothing is known of any plan yet, in {path}", err=True)


@plan.command(epilog=_PROBE_EPILOG)
@click.option("--mpn", metavar="MPN", help=f"The part to ask for; {_MPN} of {_MAKER} by default.")
@click.option("--manufacturer", metavar="NAME", help="Its maker.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before a part is charged.")
@click.option("--sandbox", is_flag=True, help="Ask the embedded sandbox, not the API.")
@store_option
@config_option
@json_option
def probe(
    mpn: str | None,
    manufacturer: str | None,
    store: str | None,
    config: Path | None,
    *,
    yes: bool,
    sandbox: bool,
    as_json: bool,
) -> None:
    """Ask for one part with every feature, to learn afresh what the plan includes.

    Costs one part at most, under the month's budget. A part limit that was met is lifted when the
    part comes, and stands when it does not.
    """
    from bulkmatch.cli.assemble import plan_of
    from bulkmatch.cli.probe import Probe, cost_words, probed

    told = plan_of(Surroundings.here(), config=config, flags={"store": store}, sandbox=sandbox)
    if mpn is None:
        manufacturer = manufacturer or _MAKER
    asked = Probe(told, mpn or _MPN, manufacturer)
    click.echo(cost_words(asked), err=True)
    if not yes and sys.stdin.isatty():
        click.confirm("ask now?", abort=True, err=True)
    code = probed(asked, as_json=as_json)
    click.get_current_context().exit(code)
