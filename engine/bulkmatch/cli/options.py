"""Flags that several commands share."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of settings, instead of bulkmatch.toml in this folder or a parent.",
)
store_option = click.option(
    "--store", metavar="PATH", help="File of the ledger and of kept answers."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON on stdout, for programs."
)
map_option = click.option(
    "--map",
    "map_text",
    metavar="ROLE=COLUMN,...",
    help="What columns are, such as mpn=F,manufacturer=G,qty=3,sheet=BOM.",
)
