"""Asks a person at the terminal what a file does not say: which column holds the part numbers."""

import sys

import click

from bulkmatch.cli.inspect_text import letter
from bulkmatch.cli.layouts import Layouts
from bulkmatch.errors import SettingsError
from bulkmatch.feeds import Mapping, Reading, why_unsure
from bulkmatch.feeds.mapping import NONE, place
from bulkmatch.feeds.vocabulary import Role

_SHOWN = 3


def can_ask() -> bool:
    """Whether a person sits at both ends: nothing is asked in a pipeline."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_column(reading: Reading) -> Mapping | None:
    """The mapping that a person gives for the file's first table; None when there is no answer.

    An answer can be saved for files of the same layout.
    """
    table = reading.tables[0].table
    click.echo(f"{reading.file}: {why_unsure(reading)}", err=True)
    for at, name in enumerate(table.header):
        cells = [row.cells[at].strip() for row in table.rows if at < len(row.cells)]
        some = ", ".join([cell for cell in cells if cell][:_SHOWN])
        click.echo(f"  {letter(at):>3}  {name.strip() or '(no name)'}: {some}", err=True)
    told = click.prompt(
        f"Column of the makers' part numbers (letter, number or name; {NONE} for none)",
        default=NONE,
        err=True,
        value_proc=lambda text: _checked(text, table.header),
    )
    if told == NONE:
        return None
    mapping = Mapping({Role.MPN: told})
    if click.confirm("Remember that for files with the same columns?", default=False, err=True):
        Layouts.here().save(mapping, reading)
    return mapping


def _checked(text: str, header: tuple[str, ...]) -> str:
    try:
        place(text.strip(), header)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    return text.strip()
