"""The parts of `bulkmatch sandbox --help` that come from the sandbox itself: behaviours, faults, quirks."""

from itertools import groupby
from typing import Any

import click


class SandboxCommand(click.Command):
    """A command whose help names every behaviour; `--behaviours` tells them with their sources."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(
            click.Option(
                ["--behaviours"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show,
                help="Say of each behaviour whether it is documented, observed or assumed, and end.",
            )
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then what the sandbox does and how well that is known."""
        from bulkmatch.sandbox.behaviours import behaviours

        super().format_options(ctx, formatter)
        for status, meaning in _STATUSES.items():
            told = [b for b in behaviours() if b.status == status]
            with formatter.section(f"{status.capitalize()} ({meaning})"):
                for topic, rows in groupby(told, lambda b: b.topic):
                    texts = [f"{row.text} [{row.source}]" for row in rows]
                    formatter.write_dl([(topic, "; ".join(texts))])


_STATUSES = {
    "documented": "by the API's maker, or by a standard that it follows",
    "observed": "in recorded answers, or by several clients",
    "assumed": "nobody knows; most have a switch",
    "ours": "where the sandbox is not like the API",
}


def _show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's own call
    """Print the table, and end."""
    if not wanted or ctx.resilient_parsing:
        return
    from bulkmatch.sandbox.behaviours import behaviours

    for topic, rows in groupby(behaviours(), lambda b: b.topic):
        click.echo(f"\n{topic}")
        for row in rows:
            switch = f"  ({row.switch})" if row.switch else ""
            click.echo(f"  {row.status:10} {row.text}{switch}\n{'':13}{row.source}")
    ctx.exit()
