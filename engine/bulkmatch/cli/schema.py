"""`bulkmatch schema`: the API's schema against the one that we were generated from."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.options import config_option, json_option
from bulkmatch.cli.sources import Surroundings
from bulkmatch.errors import FeedError, SettingsError

if TYPE_CHECKING:
    from bulkmatch.wire.schema import Finding, SchemaReport

url_option = click.option("--url", metavar="URL", help="Another endpoint; the token goes there.")
sandbox_option = click.option("--sandbox", is_flag=True, help="Ask the embedded sandbox.")


@click.group()
def schema() -> None:
    """Read the API's schema, and check our queries against it."""


@schema.command(
    epilog="\b\nExamples:\n  bulkmatch schema pull -o schema.graphql\n"
    "  bulkmatch schema pull --sandbox | less\n"
)
@url_option
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Not to stdout."
)
@sandbox_option
@config_option
def pull(url: str | None, output: Path | None, config: Path | None, *, sandbox: bool) -> None:
    """Read the schema of an endpoint, sorted and stable. Logs in; costs no parts."""
    text = _live(url, config, sandbox=sandbox)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FeedError(f"cannot be written: {error.strerror}", file=output) from error
    click.echo(f"written: {output}", err=True)


@schema.command(
    epilog="\b\nExamples:\n  bulkmatch schema check\n  bulkmatch schema check schema.graphql --json\n"
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@url_option
@sandbox_option
@json_option
@config_option
def check(
    file: Path | None, url: str | None, config: Path | None, *, sandbox: bool, as_json: bool
) -> None:
    """Tell what would break our queries, what is dangerous and what is new.

    Checks FILE (SDL), or the endpoint when there is none. Exits with 1 on a break.
    """
    from bulkmatch.wire.schema import check as compare
    from bulkmatch.wire.schema import documents, left_out, pinned_schema

    live = _live(url, config, sandbox=sandbox) if file is None else _read(file)
    try:
        report = compare(documents(), pinned=pinned_schema(), live=live, left_out=left_out())
    except SettingsError as error:
        if file is None:
            raise
        raise FeedError(str(error).replace("the live schema", "it"), file=file) from error
    click.echo(_as_json(report) if as_json else _as_text(report))
    if report.is_broken:
        click.get_current_context().exit(Exit.REVIEW)


def _live(url: str | None, config: Path | None, *, sandbox: bool) -> str:
    """The schema of the endpoint, or of an embedded sandbox."""
    import anyio

    from bulkmatch.cli.assemble import live, plan_of
    from bulkmatch.cli.embedded import serving
    from bulkmatch.wire.introspect import live_schema

    flags = {"api_url": url}
    if not sandbox:
        settings = live(Surroundings.here(), config=config, flags=flags)
        return anyio.run(live_schema, settings)
    plan = plan_of(Surroundings.here(), config=config, flags=flags, sandbox=True)
    with serving(plan.settings) as settings:
        return anyio.run(live_schema, settings)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FeedError(f"cannot be read: {error}", file=file) from error


def _as_text(report: "SchemaReport") -> str:
    """Each kind of finding under its heading; one line when there is none at all."""
    blocks = [
        _block("breaks our queries:", report.breaks),
        _block("dangerous:", report.dangerous),
        _block("new:", report.news),
    ]
    told = "\n\n".join(block for block in blocks if block)
    verdict = "our queries would fail" if report.is_broken else "our queries would work"
    return f"{told}\n\n{verdict}" if told else f"no difference that concerns us; {verdict}"


def _block(heading: str, findings: Iterable["Finding"]) -> str:
    lines = [f"  {finding.where}: {finding.text}" for finding in findings]
    return "\n".join([heading, *lines]) if lines else ""


def _as_json(report: "SchemaReport") -> str:
    import json

    def plain(findings: Iterable["Finding"]) -> list[dict[str, str]]:
        return [{"where": one.where, "what": one.text} for one in findings]

    told = {
        "is_broken": report.is_broken,
        "breaks": plain(report.breaks),
        "dangerous": plain(report.dangerous),
        "news": plain(report.news),
    }
    return json.dumps(told, indent=2)
