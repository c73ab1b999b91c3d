"""An account's month out of the ledger, as a table for people and as JSON for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bulkmatch.cli.screen import clean, results
from bulkmatch.model.money import Spend
from bulkmatch.store import Books, Reconciliation, RunRecord


@dataclass(frozen=True, slots=True)
class Statement:
    """What an account has used in a month. `cap` is the month's budget, None for none."""

    account: str
    month: str
    cap: int | None
    spend: Spend
    days: Mapping[str, Spend]
    runs: tuple[RunRecord, ...]
    reconciliations: tuple[Reconciliation, ...] = ()


def statement(books: Books, account: str, *, month: str, cap: int | None) -> Statement:
    """An account's month, read from the books."""
    return Statement(
        account,
        month,
        cap,
        books.month(account, month),
        books.days(account, month),
        books.runs(account, month),
        books.reconciliations(account, month),
    )


def show_account(found: Statement) -> None:
    """Print an account's month on stdout: the whole, its runs, its days."""
    title = clean(f"{found.account} · {found.month}", "bold")
    table = Table(title=title, title_justify="left", pad_edge=False, box=None)
    table.add_column("", style="dim")
    for name in ("spent", "reserved", "unknown", "external", "left"):
        table.add_column(name, justify="right")
    left = found.spend.left(found.cap)
    whole = "no budget set" if left is None else f"{left} of {found.cap}"
    table.add_row("[bold]month[/]", *_cells(found.spend), whole)
    for run in found.runs:
        table.add_row(_run_words(run), *_cells(run.spend), "")
    for day, spend in found.days.items():
        table.add_row(day, *_cells(spend), "")
    console = results()
    console.print(table)
    for done in found.reconciliations:
        console.print(clean(_reconciled(done)), style="dim")
    if found.spend.unknown:
        console.print(_UNKNOWN, style="yellow")
    console.print()


_UNKNOWN = (
    "unknown: answers that never came, counted at the most they can have cost; "
    "`bulkmatch budget reconcile` books the account's own count"
)


def _reconciled(done: Reconciliation) -> str:
    return (
        f"reconciled {done.booked_at:%d %b %H:%M} with a count of {done.counted}: "
        f"{done.written_off} unknown written off, {done.external:+} external ({done.reason})"
    )


def account_json(found: list[Statement], *, store: Path) -> str:
    """The statements as JSON text; all counts are parts."""
    accounts = [_account(one) for one in found]
    return json.dumps({"store": str(store), "accounts": accounts}, indent=2)


def _account(found: Statement) -> dict[str, object]:
    return {
        "account": found.account,
        "month": found.month,
        **counts(found.spend),
        "budget": found.cap,
        "left": found.spend.left(found.cap),
        "runs": [_run(run) for run in found.runs],
        "reconciliations": [_reconciliation(done) for done in found.reconciliations],
        "days": {day: counts(spend) for day, spend in found.days.items()},
    }


def _run(run: RunRecord) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "started_at": run.started_at.isoformat(),
        "ended_at": None if run.ended_at is None else run.ended_at.isoformat(),
        "state": run.state,
        "command": run.command,
        **counts(run.spend),
    }


def _reconciliation(done: Reconciliation) -> dict[str, object]:
    return {
        "booked_at": done.booked_at.isoformat(),
        "counted": done.counted,
        "written_off": done.written_off,
        "external": done.external,
        "reason": done.reason,
    }


def counts(spend: Spend) -> dict[str, int]:
    """What was used, for programs; all in parts."""
    return {
        "spent": spend.settled,
        "reserved": spend.reserved,
        "unknown": spend.unknown,
        "external": spend.external,
        "used": spend.used,
    }


def _cells(spend: Spend) -> tuple[str, ...]:
    counts = (spend.settled, spend.reserved, spend.unknown, spend.external)
    return tuple(str(count) if count else "·" for count in counts)


def _run_words(run: RunRecord) -> str:
    return f"run {run.run_id} {run.started_at:%d %b %H:%M} {run.state}"
