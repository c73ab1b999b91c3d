"""`bulkmatch inspect`: what is in a BOM file, and how it would be read. Asks nobody, costs nothing."""

import json
from pathlib import Path

import click

from bulkmatch.cli.options import json_option, map_option

_EPILOG = """\b
Examples:
  bulkmatch inspect bom.xlsx
  bulkmatch inspect bom.csv --json
  bulkmatch inspect bom.csv --map mpn=F,manufacturer=G,qty=3 --save
"""


@click.command(epilog=_EPILOG)
@click.argument(
    "bom",
    metavar="BOM",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@map_option
@click.option("--save", is_flag=True, help="Remember --map for files with the same column names.")
@click.option("--all", "show_all", is_flag=True, help="Show every finding, not the first few.")
@json_option
def inspect(bom: Path, map_text: str | None, *, save: bool, show_all: bool, as_json: bool) -> None:
    """Explain how a BOM file is read: its tables, what each column is and why, and what looks odd.

    Columns in --map are letters, numbers from 1 or names; `-` says that there is none.
    """
    from bulkmatch.cli import inspect_json, inspect_text
    from bulkmatch.cli.layouts import Layouts
    from bulkmatch.cli.lines import open_bom
    from bulkmatch.cli.screen import results
    from bulkmatch.errors import SettingsError
    from bulkmatch.feeds import parse_mapping

    if save and not map_text:
        raise SettingsError("--save wants the --map that it shall save")
    mapping = parse_mapping(map_text) if map_text else None
    layouts = Layouts.here()
    reading = open_bom(bom, mapping=mapping, layouts=layouts)
    if save and mapping is not None:
        layouts.save(mapping, reading)
        click.echo(f"saved in {layouts.file}", err=True)
    if as_json:
        click.echo(json.dumps(inspect_json.as_json(reading), ensure_ascii=False, indent=2))
    else:
        inspect_text.show(results(), reading, show_all=show_all)
