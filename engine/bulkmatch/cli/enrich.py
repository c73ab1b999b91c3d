"""`bulkmatch enrich`: the flags. What they lead to is in `job`, imported when it is wanted."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulkmatch.cli.exits import exit_table
from bulkmatch.cli.options import config_option, json_option, map_option, store_option
from bulkmatch.cli.sources import Surroundings

if TYPE_CHECKING:
    from bulkmatch.cli.job import Job

FAIL_ON = ("review", "missed", "failed", "skipped", "any")

_EPILOG = f"""\b
Examples:
  bulkmatch enrich bom.csv --dry-run
  bulkmatch enrich bom.xlsx -o out.xlsx -o out.csv --budget 500
  bulkmatch enrich a.csv b.csv -o all.jsonl --country DE --currency EUR
  bulkmatch enrich bom.csv -o out.csv --json --fail-on review,missed
  bulkmatch enrich bom.xlsx -o new.xlsx --decisions out.xlsx

\b
Exit codes:
{exit_table()}
"""


def _fail_on(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """Kinds of outcomes, separated by commas or given one by one."""
    words = frozenset(word.strip() for text in given for word in text.split(",") if word.strip())
    if unknown := sorted(words - set(FAIL_ON)):
        message = f"{unknown[0]!r} is not one of {', '.join(FAIL_ON)}"
        raise click.BadParameter(message, ctx, param)
    return words


@click.command(epilog=_EPILOG)
@click.argument(
    "boms",
    nargs=-1,
    required=True,
    metavar="BOM...",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write: .csv, .xlsx or .jsonl. Can be given several times.",
)
@click.option("--dry-run", is_flag=True, help="Tell what the run would cost; ask nothing.")
@click.option("--budget", metavar="N", help="Most parts that this run may be charged for.")
@click.option("--month-budget", metavar="N", help="Most parts a calendar month, all runs together.")
@click.option("--deadline", metavar="TIME", help="Send nothing after so long, such as 90s or 2h.")
@click.option("--country", metavar="CC", help="Country whose offers are preferred, such as DE.")
@click.option("--currency", metavar="CCC", help="Currency of prices, such as EUR.")
@click.option("--profile", metavar="NAME", help="Fields to ask for: supply or full.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N lines.")
@click.option(
    "--boards",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Boards to build; prices are at quantity x boards.",
)
@map_option
@store_option
@click.option(
    "--no-store", is_flag=True, help="Neither read nor keep answers; still keep the ledger."
)
@click.option(
    "--ask-anyway",
    is_flag=True,
    help="Ask although the part limit was reached, and for what the plan lacked.",
)
@click.option("--no-alternates", is_flag=True, help="Ask for each line's own part alone.")
@click.option(
    "--decisions",
    "decision_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    metavar="FILE",
    help="Take over what was decided in an earlier output (column 'Match: decision').",
)
@click.option(
    "--fail-on",
    multiple=True,
    callback=_fail_on,
    metavar="KIND",
    help="Exit with 1 when a line ended so: review, missed, failed, skipped, any.",
)
@click.option("--sandbox", is_flag=True, help="Ask the embedded sandbox, not the API.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
@json_option
@config_option
def enrich(*, dry_run: bool, **told: Any) -> None:  # the flags as click has them
    """Look up every line of a BOM and write it back with what is known.

    Lifecycle, stock, best price, lead time, datasheet, and the reason for each match. Without
    credentials the embedded sandbox answers; its output is marked as such.
    """
    from bulkmatch.cli.job import carry_out, tell_price

    job = job_of(**told)
    code = tell_price(job) if dry_run else carry_out(job)
    click.get_current_context().exit(code)


def job_of(
    boms: tuple[Path, ...],
    outputs: tuple[Path, ...],
    limit: int | None,
    boards: int,
    fail_on: frozenset[str],
    config: Path | None,
    map_text: str | None,
    deadline: str | None,
    decision_files: tuple[Path, ...],
    *,
    sandbox: bool,
    quiet: bool,
    as_json: bool,
    no_store: bool,
    ask_anyway: bool,
    no_alternates: bool,
    **flags: str | None,
) -> "Job":
    """The job that the flags tell."""
    from bulkmatch.cli.assemble import plan_of
    from bulkmatch.cli.job import Job
    from bulkmatch.feeds import parse_mapping

    given = {
        **flags,
        "keep_answers": False if no_store else None,
        "heed_plan": False if ask_anyway else None,
        "alternates": False if no_alternates else None,
        "patience.deadline": deadline,
    }
    plan = plan_of(Surroundings.here(), config=config, flags=given, sandbox=sandbox)
    return Job(
        plan=plan,
        boms=boms,
        outputs=outputs,
        limit=limit,
        boards=boards,
        fail_on=fail_on,
        quiet=quiet,
        as_json=as_json,
        mapping=parse_mapping(map_text) if map_text else None,
        decision_files=decision_files,
        command=shlex.join(["bulkmatch", *sys.argv[1:]]),
    )
