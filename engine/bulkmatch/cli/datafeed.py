"""`bulkmatch datafeed`: files in the Octopart Datafeed Format, checked, converted and compared."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.errors import SettingsError

if TYPE_CHECKING:
    from bulkmatch.datafeed import CheckReport, Sender

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SENDERS = click.Choice(["distributor", "manufacturer"])

sender_option = click.option(
    "--sender", type=_SENDERS, help="Who sends it; else guessed from the first 1,000 rows."
)
quiet_option = click.option("--quiet", is_flag=True, help="No progress.")


@click.group(
    epilog="\b\nExamples:\n  bulkmatch datafeed check feed.csv\n"
    "  bulkmatch datafeed diff monday.csv tuesday.csv\n"
)
def datafeed() -> None:
    """Check, convert and compare files in the Octopart Datafeed Format."""


@datafeed.command(
    epilog="\b\nExamples:\n  bulkmatch datafeed check feed.csv\n"
    "  bulkmatch datafeed check feed.xlsx --json\n"
    "  bulkmatch datafeed check feed.tsv --sarif findings.sarif --fail-on warning\n"
)
@click.argument("file", type=_FILE)
@sender_option
@json_option
@click.option(
    "--sarif",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the findings in SARIF 2.1.0 too.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="Findings of each rule in --json and --sarif; counts are always complete.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="End with code 1 on these.",
)
@quiet_option
def check(
    file: Path,
    sender: str | None,
    sarif: Path | None,
    most: int,
    fail_on: str,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check a feed against the format: .csv, .tsv, .xlsx, .xls or .parquet.

    Prints the broken rules with counts and first examples; each says how to mend it. Exits with 1
    when there are errors. docs/datafeed.md lists the rules.
    """
    from bulkmatch.cli.datafeed_screen import counting, report_as_json, show_report
    from bulkmatch.cli.screen import messages, results
    from bulkmatch.datafeed import check as check_feed

    with counting(messages(), quiet=quiet) as tell:
        report = check_feed(file, sender=_sender(sender), most_examples=most, on_progress=tell)
    if sarif is not None:
        _write_sarif(report, sarif)
    if as_json:
        click.echo(report_as_json(report))
    else:
        show_report(results(), report)
    if report.error_count or (fail_on == "warning" and report.warning_count):
        click.get_current_context().exit(Exit.REVIEW)


@datafeed.command(
    epilog="\b\nExamples:\n  bulkmatch datafeed convert feed.xlsx feed.csv\n"
    "  bulkmatch datafeed convert out.jsonl feed.tsv --seller Digi-Key\n"
    "  bulkmatch datafeed convert catalog/*.csv feeds/\n"
)
@click.argument("inputs", nargs=-1, required=True, type=_FILE, metavar="IN...")
@click.argument("output", type=click.Path(path_type=Path), metavar="OUT")
@click.option("--seller", metavar="NAME", help="Whose offers, where the input names several.")
@sender_option
@click.option("--strict", is_flag=True, help="Write nothing unless all of the input is kept.")
@quiet_option
def convert(
    inputs: tuple[Path, ...],
    output: Path,
    seller: str | None,
    sender: str | None,
    *,
    strict: bool,
    quiet: bool,
) -> None:
    """Write feeds, catalogs or enriched results (.jsonl) as one feed that passes the check.

    OUT is .csv, .tsv, .xlsx or .parquet, or a folder for a file of each seller. What breaks a rule
    is mended where its meaning is plain and left out where it is not, and told on stderr.
    """
    from bulkmatch.cli.datafeed_screen import converted

    converted(inputs, output, seller=seller, sender=_sender(sender), strict=strict, quiet=quiet)


@datafeed.command(
    epilog="\b\nExamples:\n  bulkmatch datafeed diff monday.csv tuesday.csv\n"
    "  bulkmatch datafeed diff old.xlsx new.csv --json\n"
)
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@json_option
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="Changes of each kind that are shown; --json has all.",
)
@click.option("--exit-code", is_flag=True, help="End with code 1 when there are changes.")
@quiet_option
def diff(old: Path, new: Path, most: int, *, as_json: bool, exit_code: bool, quiet: bool) -> None:
    """Tell what changed from OLD to NEW: added, removed, prices, stock and lifecycles."""
    from bulkmatch.cli.datafeed_screen import show_changes

    has_changes = show_changes(old, new, most=most, as_json=as_json, quiet=quiet)
    if exit_code and has_changes:
        click.get_current_context().exit(Exit.REVIEW)


@datafeed.command(
    epilog="\b\nExamples:\n  bulkmatch datafeed compare feed.csv --seller Digi-Key --budget 200\n"
    "  bulkmatch datafeed compare feed.csv --seller Digi-Key --results out.jsonl --json\n"
)
@click.argument("feed", type=_FILE)
@click.option(
    "--seller", required=True, metavar="NAME", help="Whose feed it is, in the API's words."
)
@click.option(
    "--results", type=_FILE, help="Answers that enrich wrote (.jsonl); asks nothing then."
)
@click.option("--budget", metavar="N", help="Most parts that may be charged; needed to ask.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N parts.")
@click.option("--sandbox", is_flag=True, help="Ask the embedded sandbox, not the API.")
@store_option
@config_option
@json_option
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="Differences of each kind that are shown; --json has all.",
)
@click.option("--exit-code", is_flag=True, help="End with code 1 when there are differences.")
@quiet_option
def compare(
    feed: Path,
    seller: str,
    results: Path | None,
    most: int,
    *,
    as_json: bool,
    exit_code: bool,
    quiet: bool,
    **asking: object,
) -> None:
    """Compare a distributor's own FEED with what the API shows of it.

    Offers that the API does not show, offers that the feed has not, prices and stock, by sku. Each
    distinct part is asked for once, under --budget; what the budget left out is not compared.
    """
    from bulkmatch.cli.datafeed_compare import answered, show_comparison

    with answered(feed, results, quiet=quiet or as_json, **asking) as (answers, code):
        differs = show_comparison(feed, answers, seller=seller, most=most, as_json=as_json)
    if code or (exit_code and differs):
        click.get_current_context().exit(code or Exit.REVIEW)


def _sender(name: str | None) -> "Sender | None":
    from bulkmatch.datafeed import Sender

    return Sender(name) if name else None


def _write_sarif(report: "CheckReport", place: Path) -> None:
    import json
    from importlib.metadata import version

    from bulkmatch.datafeed import sarif_of

    told = sarif_of([report], version=version("bulkmatch"))
    try:
        place.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{place} cannot be written: {error.strerror}") from error
    click.echo(f"written: {place}", err=True)
