"""`bulkmatch decisions`: what people have decided; carried from store to store as CSV."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.errors import SettingsError

if TYPE_CHECKING:
    from bulkmatch.cli.desk import Place

_EPILOG = """\b
Examples:
  bulkmatch decisions list
  bulkmatch decisions export decisions.csv
  bulkmatch decisions import decisions.csv
  bulkmatch decisions forget LM358D --manufacturer "Texas Instruments"
"""
F = TypeVar("F", bound=Callable[..., object])


def _place_options(command: F) -> F:
    """The flags that say whose decisions are meant, and where they are."""
    for option in (
        click.option("--sandbox", is_flag=True, help="Those made about the embedded sandbox."),
        click.option("--account", metavar="NAME", help="The account; by default that of `enrich`."),
        store_option,
        config_option,
    ):
        command = option(command)
    return command


@click.group(epilog=_EPILOG)
def decisions() -> None:
    """Show, carry and forget what people have decided about lines.

    A decision is made by `bulkmatch review`, or in a workbook that `enrich --decisions` reads back.
    """


@decisions.command("list", epilog="\b\nExamples:\n  bulkmatch decisions list --json\n")
@_place_options
@json_option
def list_(
    config: Path | None, store: str | None, account: str | None, *, sandbox: bool, as_json: bool
) -> None:
    """Show every decision: about what, which, who, when and why."""
    from bulkmatch.cli.decision_view import as_json as told
    from bulkmatch.cli.decision_view import show

    place = _place(config, store, account, sandbox=sandbox)
    found = place.read()
    if as_json:
        click.echo(told(found, account=place.account))
    elif found:
        show(found)
    else:
        click.echo(f"nothing was decided yet for {place.account} in {place.path}", err=True)


@decisions.command("export", epilog="\b\nExamples:\n  bulkmatch decisions export decisions.csv\n")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@_place_options
def export(
    file: Path, config: Path | None, store: str | None, account: str | None, *, sandbox: bool
) -> None:
    """Write every decision to FILE as CSV; - is the standard output."""
    from bulkmatch.cli.decision_csv import as_csv

    found = _place(config, store, account, sandbox=sandbox).read()
    text = as_csv(found)
    if str(file) == "-":
        click.echo(text.replace("\r\n", "\n"), nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise SettingsError(f"{file}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{_counted(len(found))}: {file}", err=True)


@decisions.command("import", epilog="\b\nExamples:\n  bulkmatch decisions import decisions.csv\n")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_place_options
def import_(
    file: Path, config: Path | None, store: str | None, account: str | None, *, sandbox: bool
) -> None:
    """Take over the decisions of FILE, all or none; they take the place of those about the same."""
    from bulkmatch.cli.decision_csv import read_csv
    from bulkmatch.cli.desk import stamp_here

    found = read_csv(file, stamp_here())
    place = _place(config, store, account, sandbox=sandbox)
    with place.books() as books:
        books.decide(place.account, found)
    click.echo(f"{_counted(len(found))} taken over for {place.account}", err=True)


@decisions.command("forget", epilog="\b\nExamples:\n  bulkmatch decisions forget LM358D LM358P\n")
@click.argument("numbers", nargs=-1, metavar="MPN...")
@click.option("--manufacturer", metavar="NAME", help="Only where the line named this maker.")
@click.option("--all", "everything", is_flag=True, help="Forget every decision of the account.")
@_place_options
def forget(
    numbers: tuple[str, ...],
    manufacturer: str | None,
    config: Path | None,
    store: str | None,
    account: str | None,
    *,
    everything: bool,
    sandbox: bool,
) -> None:
    """Forget the decisions about part (or stock) numbers, as lines ask for them."""
    from bulkmatch.core.decision import is_about

    if bool(numbers) == everything:
        raise click.UsageError("say which numbers, or --all")
    place = _place(config, store, account, sandbox=sandbox)
    gone = [
        made.subject
        for made in place.read()
        if everything or any(is_about(made, number, manufacturer) for number in numbers)
    ]
    if gone:
        with place.books() as books:
            books.forget_decisions(place.account, gone)
    click.echo(f"{_counted(len(gone))} forgotten", err=True)


def _place(
    config: Path | None, store: str | None, account: str | None, *, sandbox: bool
) -> "Place":
    from bulkmatch.cli.desk import place_here

    return place_here(config, store, account, sandbox=sandbox)


def _counted(count: int) -> str:
    return f"{count} decision{'' if count == 1 else 's'}"
