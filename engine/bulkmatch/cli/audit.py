"""`bulkmatch audit`: the flags. What they lead to is in `audit_job`, imported when it is wanted."""

import shlex
import sys
from pathlib import Path

import click

from bulkmatch.cli.exits import exit_table
from bulkmatch.cli.options import config_option, json_option, map_option, store_option
from bulkmatch.cli.sources import Surroundings

SEVERITIES = ("note", "warning", "error", "fatal")
FORMATS = ("html", "xlsx", "jsonl", "audit", "parquet", "sarif", "junit", "markdown")

_EPILOG = f"""\b
Examples:
  bulkmatch audit library.csv --dry-run
  bulkmatch audit library.csv -o report.html -o report.xlsx
  bulkmatch audit boms/*.csv --policy policy.toml --fail-on error -o audit.sarif
  bulkmatch audit library.csv --max-parts 500 -o 2026-11.audit

\b
Exit codes:
{exit_table()}
"""


@click.command(epilog=_EPILOG)
@click.argument(
    "libraries",
    nargs=-1,
    required=True,
    metavar="LIBRARY...",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option(
    "--policy",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The policy; else [policy] of bulkmatch.toml over the packaged one.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write, by its ending: .html, .xlsx, .md, .sarif, .xml (JUnit), .jsonl, .parquet, or "
    "`.audit`, which `diff` reads. Can be given several times.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="The format of outputs whose ending says none.",
)
@click.option(
    "--notify",
    metavar="URL",
    help="Post the events there as JSON, signed with BULKMATCH_NOTIFY_SECRET; nothing when there are none.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with 1 when a finding that is not waived is so severe, or more.",
)
@click.option(
    "--max-parts",
    type=click.IntRange(min=0),
    metavar="N",
    help="Most parts that this audit may be charged for: the riskiest and stalest come first.",
)
@click.option(
    "--spend-rest",
    is_flag=True,
    help="Use what the month's budget leaves for parts that are not due yet.",
)
@click.option(
    "--recheck", is_flag=True, help="Look at every part, due or not, and ask the API anew."
)
@click.option("--dry-run", is_flag=True, help="Tell what it would cost; ask nothing.")
@click.option("--month-budget", metavar="N", help="Most parts a calendar month, all runs together.")
@click.option("--country", metavar="CC", help="Country whose offers are preferred, such as DE.")
@click.option("--currency", metavar="CCC", help="Currency of prices, such as EUR.")
@map_option
@store_option
@click.option("--sandbox", is_flag=True, help="Ask the embedded sandbox, not the API.")
@click.option(
    "--sandbox-catalog",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What the sandbox knows: a file in the Datafeed format. Implies --sandbox.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@json_option
@config_option
def audit(
    libraries: tuple[Path, ...],
    policy: Path | None,
    outputs: tuple[Path, ...],
    form: str | None,
    notify: str | None,
    fail_on: str | None,
    max_parts: int | None,
    sandbox_catalog: Path | None,
    config: Path | None,
    map_text: str | None,
    *,
    spend_rest: bool,
    recheck: bool,
    dry_run: bool,
    sandbox: bool,
    quiet: bool,
    as_json: bool,
    **flags: str | None,
) -> None:
    """Say what changed in libraries or BOMs since the last audit, what it means, and what to do.

    Parts are looked at when they are due: risky ones often, obsolete ones rarely. Each distinct part
    is asked for once; an audit of a library that is fresh costs nothing.
    """
    from bulkmatch.cli.assemble import plan_of
    from bulkmatch.cli.audit_job import AuditJob, carry_out, tell_price
    from bulkmatch.cli.audit_outputs import webhook_of, without_secrets
    from bulkmatch.cli.policy import find_policy
    from bulkmatch.feeds import parse_mapping

    around = Surroundings.here()
    webhook = webhook_of(around, config=config, url=notify)
    job = AuditJob(
        plan=plan_of(
            around, config=config, flags=flags, sandbox=sandbox or sandbox_catalog is not None
        ),
        policy=find_policy(around, policy=policy, config=config),
        libraries=libraries,
        outputs=outputs,
        fail_on=fail_on,
        max_parts=max_parts,
        spend_rest=spend_rest,
        recheck=recheck,
        quiet=quiet,
        as_json=as_json,
        catalog=sandbox_catalog,
        mapping=parse_mapping(map_text) if map_text else None,
        command=shlex.join(["bulkmatch", *without_secrets(sys.argv[1:], notify)]),
        form=form,
        webhook=webhook,
    )
    code = tell_price(job) if dry_run else carry_out(job)
    click.get_current_context().exit(code)
