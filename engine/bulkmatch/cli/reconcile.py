"""`bulkmatch budget reconcile`: the account's own count, read or given, and what came of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import click

from bulkmatch.cli.accounts import api_settings, own_settings
from bulkmatch.cli.credentials import user_token_of
from bulkmatch.cli.ledger import counts
from bulkmatch.cli.sources import Values
from bulkmatch.core.reckon import ASKED_EVERY, is_due
from bulkmatch.model.money import Spend, month_of
from bulkmatch.model.plan import Counter
from bulkmatch.store import Books, Counted
from bulkmatch.wire.account import account_of
from bulkmatch.wire.meter import counter_of, read_counters


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose counter is to be read, and where it is booked."""

    books: Books
    values: Values
    account: str

    @property
    def client_id(self) -> str | None:
        """The client id, where the account is the credentials' own."""
        settings = own_settings(self.values)
        if settings is None or account_of(settings) != self.account:
            return None
        return settings.credentials.client_id


def by_person(
    books: Books, account: str, month: str, *, used: int, allow_lower: bool, as_json: bool
) -> None:
    """Book what a person says."""
    spend = books.reconcile(account, month, used=used, allow_lower=allow_lower)
    if as_json:
        click.echo(json.dumps({"account": account, "month": month, **counts(spend)}, indent=2))
    else:
        click.echo(_used(account, month, spend))


def from_counter(reading: Reading, *, as_json: bool) -> None:
    """Read the counter and book it; once a day, since it is refreshed no more often."""
    known = reading.books.known_plan(reading.account).counter
    if known is not None and not is_due(known.read_at, datetime.now(UTC)):
        _tell_known(reading, known, as_json=as_json)
        return
    counted = _booked(reading, known)
    threshold = reading.values.take("drift", int)
    warning = _warning(counted.reckoning.drift, threshold)
    if as_json:
        click.echo(json.dumps(_json(reading.account, counted), indent=2))
    else:
        _show(reading.account, counted)
    if warning:
        click.echo(f"warning: {warning}", err=True)


def _booked(reading: Reading, known: Counter | None) -> Counted:
    values, settings = reading.values, api_settings(reading.values)
    token = user_token_of(values)
    click.echo(f"reading the part counter at {settings.api_url} (costs no parts)", err=True)
    found = anyio.run(read_counters, settings, token)
    named = values.maybe("application", str) or (known.application_id if known else None)
    counter = counter_of(found, client_id=reading.client_id, named=named)
    resets = settings.part_limit_resets
    return reading.books.book_counter(reading.account, counter, resets=resets)


def _tell_known(reading: Reading, known: Counter, *, as_json: bool) -> None:
    """What the counter said less than a day ago."""
    month = month_of(datetime.now(UTC))
    spend = reading.books.month(reading.account, month)
    if as_json:
        told = {"account": reading.account, "month": month, "is_new": False, **counts(spend)}
        click.echo(json.dumps({**told, "counter": counter_json(known)}, indent=2))
        return
    again = known.read_at + ASKED_EVERY
    click.echo(
        f"{counter_words(known)}: it is refreshed daily, so it is read again from "
        f"{again:%Y-%m-%d %H:%M} UTC on (--used N books a count of your own)",
        err=True,
    )
    click.echo(_used(reading.account, month, spend))


def _show(account: str, counted: Counted) -> None:
    reckoning = counted.reckoning
    click.echo(counter_words(counted.counter))
    if reckoning.written_off or reckoning.external:
        done = f"booked: {reckoning.written_off} unknown parts written off, "
        click.echo(f"{done}{reckoning.external} added as external ({reckoning.reason})")
    else:
        click.echo(f"nothing to book: {reckoning.reason}")
    if counted.has_plan_changed:
        click.echo("the plan has changed: what it lacked is asked for again")
    click.echo(_used(account, month_of(counted.counter.read_at), counted.spend))


def counter_words(counter: Counter) -> str:
    """The counter in a sentence."""
    return (
        f"the counter of {counter.application!r} showed {counter.part_counter} of "
        f"{counter.part_limit} parts on {counter.read_at:%Y-%m-%d %H:%M} UTC"
    )


def counter_json(counter: Counter) -> dict[str, object]:
    """The counter for programs."""
    return {
        "application_id": counter.application_id,
        "application": counter.application,
        "part_counter": counter.part_counter,
        "part_limit": counter.part_limit,
        "read_at": counter.read_at.isoformat(),
    }


def _warning(drift: int, threshold: int) -> str:
    """What to look at when the ledger cannot explain the counter; empty when it can."""
    if abs(drift) <= threshold:
        return ""
    if drift > 0:
        return (
            f"the counter is {drift} parts above what was counted here (threshold {threshold}): "
            "others use this application, or another store does; they are booked as external"
        )
    return (
        f"the counter is {-drift} parts below what was answered here days ago (threshold "
        f"{threshold}): is it the right application (--application), and is the limit monthly?"
    )


def _used(account: str, month: str, spend: Spend) -> str:
    unknown = f"{spend.unknown} unknown, " if spend.unknown else ""
    return (
        f"{account}, {month}: {spend.used} parts used "
        f"({spend.settled} answered here, {spend.external} external, {unknown}"
        f"{spend.reserved} in flight)"
    )


def _json(account: str, counted: Counted) -> dict[str, object]:
    reckoning = counted.reckoning
    return {
        "account": account,
        "month": month_of(counted.counter.read_at),
        "is_new": True,
        **counts(counted.spend),
        "counter": counter_json(counted.counter),
        "written_off": reckoning.written_off,
        "external_added": reckoning.external,
        "drift": reckoning.drift,
        "reason": reckoning.reason,
        "plan_changed": counted.has_plan_changed,
    }
