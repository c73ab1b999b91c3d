"""Which account a command is about, and the books that it is kept in."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import click

from bulkmatch.cli.assemble import NOBODY, located, settings_of
from bulkmatch.cli.credentials import credentials_of, with_keyring
from bulkmatch.cli.sources import Surroundings, Values, gather
from bulkmatch.errors import SettingsError
from bulkmatch.model.settings import Settings
from bulkmatch.store import Books, open_books
from bulkmatch.wire.account import account_of


def values_and_store(
    config: Path | None, store: str | None, **flags: object
) -> tuple[Values, Path]:
    """The settings' values with credentials where there are any, and the store's file."""
    given = {"store": store, **flags}
    values, note = with_keyring(located(gather(Surroundings.here(), config=config, flags=given)))
    if note:
        click.echo(f"note: {note}", err=True)
    return values, values.take("store", Path)


def books_in(path: Path) -> AbstractContextManager[Books]:
    """The books of a store."""
    return open_books(path, clock=lambda: datetime.now(UTC))


def own_settings(values: Values) -> Settings | None:
    """The settings of the account that the credentials belong to; None without credentials."""
    credentials = credentials_of(values)
    return None if credentials is None else settings_of(values, credentials)


def api_settings(values: Values) -> Settings:
    """Settings that name the API, with the credentials where there are any."""
    return settings_of(values, credentials_of(values) or NOBODY)


def the_account(books: Books, values: Values, *, purpose: str) -> str:
    """The account of the credentials, else the only one in the store but the sandbox's.

    `purpose` says in a verb what the account is wanted for.
    """
    if (settings := own_settings(values)) is not None:
        return account_of(settings)
    match [name for name in books.accounts() if name != "sandbox"]:
        case [name]:
            return name
        case []:
            raise SettingsError(
                f"there is no account to {purpose} in this store: only live accounts have a counter "
                "at Nexar, and the sandbox needs none (--account NAME books it all the same)"
            )
        case names:
            listed = ", ".join(names)
            raise SettingsError(f"say which account: --account NAME (in the store: {listed})")
