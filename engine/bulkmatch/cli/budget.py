"""`bulkmatch budget`: what was spent, and what the account's own counter says about it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bulkmatch.cli.options import config_option, json_option, store_option
from bulkmatch.errors import SettingsError

_EPILOG = """\b
Examples:
  bulkmatch budget
  bulkmatch budget --month 2026-11 --json
  bulkmatch budget reconcile
"""
_RECONCILE_EPILOG = """\b
Examples:
  bulkmatch budget reconcile
  bulkmatch budget reconcile --used 412 --month 2026-11
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
    from bulkmatch.cli.accounts import books_in, values_and_store
    from bulkmatch.cli.ledger import Statement, account_json, show_account, statement

    values, path = values_and_store(config, store)
    cap, when = values.maybe("month_budget", int), _month(month)
    found: list[Statement] = []
    if path.is_file():  # who only looks makes no store
        with books_in(path) as books:
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


@budget.command(epilog=_RECONCILE_EPILOG)
@click.option(
    "--used",
    type=click.IntRange(min=0),
    metavar="N",
    help="Parts that the account has used, by Nexar's own counter; without it the counter is read.",
)
@click.option("--allow-lower", is_flag=True, help="Book a count below what was answered here.")
@click.option(
    "--application", metavar="NAME", help="Whose counter is meant, by id or name; remembered."
)
@month_option
@account_option
@store_option
@config_option
@json_option
def reconcile(
    used: int | None,
    application: str | None,
    month: str | None,
    account: str | None,
    store: str | None,
    config: Path | None,
    *,
    allow_lower: bool,
    as_json: bool,
) -> None:
    """Book the account's true count of a month.

    Without --used the account's own counter is read, at most once a day, with the token of a user
    who may (NEXAR_USER_TOKEN); it may lag, so recent unknown parts stay. With --used all unknown
    parts are written off. Parts that others used are counted as external.
    """
    from bulkmatch.cli.accounts import books_in, the_account, values_and_store
    from bulkmatch.cli.reconcile import Reading, by_person, from_counter

    when = _month(month)
    if used is None and (when != _month(None) or allow_lower):
        raise click.UsageError("--month and --allow-lower go with --used: the counter is of today")
    values, path = values_and_store(config, store, application=application)
    with books_in(path) as books:
        name = account or the_account(books, values, purpose="reconcile")
        if used is None:
            from_counter(Reading(books, values, name), as_json=as_json)
        else:
            by_person(books, name, when, used=used, allow_lower=allow_lower, as_json=as_json)


def _refuse_misplaced(ctx: click.Context) -> None:
    """A flag before `reconcile` would not reach it, and the wrong month would be booked."""
    if any(ctx.params.values()):
        raise click.UsageError(f"flags belong after `{ctx.invoked_subcommand}`", ctx)


def _month(written: str | None) -> str:
    """The month as the ledger names it. Raises SettingsError for anything else."""
    if written is None:
        return f"{datetime.now(UTC):%Y-%m}"
    try:
        return f"{datetime.strptime(written, '%Y-%m').replace(tzinfo=UTC):%Y-%m}"
    except ValueError:
        raise SettingsError(f"--month: wanted YYYY-MM, got {written!r}") from None
