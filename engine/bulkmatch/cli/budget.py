"""`bulkmatch budget`: what was spent, and what the account's own counter says about it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.cli.sources import Surroundings
from bulkmatch.errors import SettingsError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from bulkmatch.cli.sources import Values
    from bulkmatch.store import Books

_EPILOG = """\b
Examples:
  bulkmatch budget
  bulkmatch budget --month 2026-11 --json
  bulkmatch budget reconcile --used 412
"""
month_option = click.option(
    "--month", metavar="YYYY-MM", help="A calendar month in UTC; this month by default."
)
account_option = click.option("--account", metavar="NAME", help="The account, as listed.")


@click.group(invoke_without_command=True, epilog=_EPILOG)
@month_option
@account_option
@store_option
@config_option
@json_option
@click.pass_context
def budget(
    ctx: click.Context,
    month: str | None,
    account: str | None,
    store: str | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show the parts spent, reserved, unknown and left: by month, run and day.

    Unknown parts belong to answers that never came; they count until a reconciliation.
    """
    if ctx.invoked_subcommand is not None:
        _refuse_misplaced(ctx)
        return
    from bulkmatch.cli.ledger import Statement, account_json, show_account, statement

    values, path = _values(config, store)
    cap, when = values.maybe("month_budget", int), _month(month)
    found: list[Statement] = []
    if path.is_file():  # who only looks makes no store
        with _books(path) as books:
            names = (account,) if account else books.accounts()
            found = [statement(books, name, month=when, cap=cap) for name in names]
    if as_json:
        click.echo(account_json(found, store=path))
        return
    for one in found:
        show_account(one)
    if not found:
        why = "no account has spent anything in" if path.is_file() else "there is no store at"
        click.echo(f"nothing was spent yet: {why} {path}", err=True)


@budget.command(epilog="\b\nExample:\n  bulkmatch budget reconcile --used 412 --month 2026-11\n")
@click.option(
    "--used",
    type=click.IntRange(min=0),
    required=True,
    metavar="N",
    help="Parts that the account has used, by Nexar's own counter.",
)
@click.option("--allow-lower", is_flag=True, help="Book a count below what was answered here.")
@month_option
@account_option
@store_option
@config_option
def reconcile(
    used: int,
    month: str | None,
    account: str | None,
    store: str | None,
    config: Path | None,
    *,
    allow_lower: bool,
) -> None:
    """Book the account's true count of a month.

    Unknown parts are written off against it; parts that others used are counted as external.
    The usage page at portal.nexar.com shows the count; it may lag by a day.
    """
    values, path = _values(config, store)
    with _books(path) as books:
        name = account or _the_account(books, values)
        spend = books.reconcile(name, _month(month), used=used, allow_lower=allow_lower)
    click.echo(
        f"{name}, {_month(month)}: {spend.used} parts used "
        f"({spend.settled} answered here, {spend.external} external, {spend.reserved} in flight)"
    )


def _refuse_misplaced(ctx: click.Context) -> None:
    """A flag before `reconcile` would not reach it, and the wrong month would be booked."""
    if any(ctx.params.values()):
        raise click.UsageError(f"flags belong after `{ctx.invoked_subcommand}`", ctx)


def _values(config: Path | None, store: str | None) -> tuple["Values", Path]:
    from bulkmatch.cli.assemble import located
    from bulkmatch.cli.sources import gather

    values = located(gather(Surroundings.here(), config=config, flags={"store": store}))
    return values, values.take("store", Path)


def _books(path: Path) -> "AbstractContextManager[Books]":
    from bulkmatch.store import open_books

    return open_books(path, clock=lambda: datetime.now(UTC))


def _the_account(books: "Books", values: "Values") -> str:
    """The account of the credentials, else the only one in the store but the sandbox's."""
    from bulkmatch.cli.assemble import settings_of
    from bulkmatch.cli.credentials import credentials_of, with_keyring
    from bulkmatch.wire.account import account_of

    values, _ = with_keyring(values)
    credentials = credentials_of(values)
    if credentials is not None:
        return account_of(settings_of(values, credentials))
    match [name for name in books.accounts() if name != "sandbox"]:
        case [name]:
            return name
        case []:
            raise SettingsError(
                "there is no account to reconcile in this store: only live accounts have a counter "
                "at Nexar, and the sandbox needs none (--account NAME books it all the same)"
            )
        case names:
            listed = ", ".join(names)
            raise SettingsError(f"say which account: --account NAME (in the store: {listed})")


def _month(written: str | None) -> str:
    """The month as the ledger names it. Raises SettingsError for anything else."""
    if written is None:
        return f"{datetime.now(UTC):%Y-%m}"
    try:
        return f"{datetime.strptime(written, '%Y-%m').replace(tzinfo=UTC):%Y-%m}"
    except ValueError:
        raise SettingsError(f"--month: wanted YYYY-MM, got {written!r}") from None
