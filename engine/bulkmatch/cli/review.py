"""`bulkmatch review`: a person decides on what was left to one, key by key."""

from pathlib import Path

import click

from bulkmatch.cli.options import config_option, map_option, store_option

_EPILOG = """\b
Examples:
  bulkmatch review                    the lines of the last run
  bulkmatch review bom.xlsx           of a BOM that was enriched
  bulkmatch review out.jsonl          of an output, where no answers were kept
  bulkmatch review 1f0c9a2b7d31       of a run, as `bulkmatch budget` names it
"""


@click.command(epilog=_EPILOG)
@click.argument("source", required=False, metavar="[FILE|RUN]")
@click.option("--missed", is_flag=True, help="Also the lines for which nothing was found.")
@click.option("--by", metavar="NAME", help="Who decides; by default the name you are logged in by.")
@click.option("--note", default="", metavar="TEXT", help="Why, kept with every decision.")
@map_option
@click.option("--country", metavar="CC", help="As the BOM was enriched with.")
@click.option("--currency", metavar="CCC", help="As the BOM was enriched with.")
@click.option("--profile", metavar="NAME", help="As the BOM was enriched with.")
@click.option("--sandbox", is_flag=True, help="What the embedded sandbox has answered.")
@store_option
@config_option
def review(
    source: str | None,
    by: str | None,
    note: str,
    map_text: str | None,
    country: str | None,
    currency: str | None,
    profile: str | None,
    store: str | None,
    config: Path | None,
    *,
    missed: bool,
    sandbox: bool,
) -> None:
    """Decide, line after line, what `enrich` left to a person. Asks nobody and costs nothing.

    Candidates come with what tells them apart; a key accepts one, another ignores the line. Every
    decision is kept at once and replayed by the next `enrich`, so quitting loses nothing and the
    next review goes on from there.
    """
    from bulkmatch.cli.review_session import Wanted, hold

    given = {
        "--map": map_text,
        "--country": country,
        "--currency": currency,
        "--profile": profile,
        "--store": store,
        "--config": None if config is None else str(config),
    }
    flags = [word for name, value in given.items() if value for word in (name, value)]
    hold(
        Wanted(
            source=source,
            missed=missed,
            by=by,
            note=note,
            flags=(*flags, *(["--sandbox"] if sandbox else [])),
            config=config,
            store=store,
            sandbox=sandbox,
        )
    )
