"""`bulkmatch diff`: what changed between two saved audits. Offline."""

from pathlib import Path

import click

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.options import json_option

_SAVED = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="\b\nExamples:\n  bulkmatch diff 2026-10.audit 2026-11.audit\n")
@click.argument("before", type=_SAVED)
@click.argument("after", type=_SAVED)
@json_option
@click.pass_context
def diff(ctx: click.Context, before: Path, after: Path, *, as_json: bool) -> None:
    """Say what changed from one saved audit to another; asks nobody.

    With kept values everything is compared. Without, our own conclusions are: lifecycle, stock,
    sources, matches; changes of price and lead time stand in the later audit's own events.
    """
    from bulkmatch.cli.diff_view import differences, show_differences

    found = differences(before, after)
    show_differences(found, as_json=as_json)
    ctx.exit(Exit.ANSWERED)
