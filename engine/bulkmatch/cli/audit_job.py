"""`bulkmatch audit`, step by step: read, plan, ask, judge, write, tell."""

import hashlib
import json
import signal
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

import anyio
import click

from bulkmatch.cli.assemble import Plan
from bulkmatch.cli.audit_outputs import (
    Webhook,
    check_audit_outputs,
    tell_webhook,
    write_outputs,
)
from bulkmatch.cli.audit_screen import AuditEnd, as_json, show_audit
from bulkmatch.cli.embedded import serving
from bulkmatch.cli.exits import CutOff, Exit, exit_of
from bulkmatch.cli.heed import INTERRUPTED, Heed
from bulkmatch.cli.layouts import Layouts
from bulkmatch.cli.lines import open_bom
from bulkmatch.cli.progress import Moment, display
from bulkmatch.cli.screen import messages
from bulkmatch.errors import FeedError
from bulkmatch.feeds import Mapping, why_unsure
from bulkmatch.model.audit import AuditReport, Severity
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.policy import Policy
from bulkmatch.model.row import Row
from bulkmatch.model.settings import Settings
from bulkmatch.model.tally import Tally
from bulkmatch.run.audit import Audit, AuditOrder, Library, Looked, Stop
from bulkmatch.run.audit_report import Reporter, Told
from bulkmatch.store import open_books
from bulkmatch.wire.account import account_of

# How files are read: another number makes kept libraries be read again.
_READING = 1


@dataclass(frozen=True, slots=True)
class AuditJob:
    """What `audit` was told. `command` is the command as a person would repeat it."""

    plan: Plan
    policy: Policy
    libraries: tuple[Path, ...]
    outputs: tuple[Path, ...]
    fail_on: str | None
    max_parts: int | None
    spend_rest: bool
    recheck: bool
    quiet: bool
    as_json: bool
    command: str
    catalog: Path | None = None
    mapping: Mapping | None = None
    form: str | None = None
    webhook: Webhook | None = field(default=None, repr=False)


def carry_out(job: AuditJob) -> Exit:
    """Audit, write and tell. Raises EngineError where nothing came of it."""
    began = time.monotonic()
    check_audit_outputs(job.outputs, inputs=job.libraries, form=job.form)
    with _answering(job) as settings:
        audit = Audit.on_desk(settings, _order(job))
        with closing(audit.desk):
            left = month_left(settings)
            planned = audit.plan(audit.prepare(), left=left)
            looked, heard = anyio.run(partial(_looked, job, audit, planned))
            report = Reporter(audit).report(looked, _told(job, looked, left))
            written, errors = write_outputs(report, job.outputs, form=job.form, fail_on=job.fail_on)
            if job.webhook and (error := tell_webhook(report, job.webhook)):
                errors = (*errors, error)
            code = exit_of(errors[0]) if errors else code_of(looked, report, job.fail_on)
            code = INTERRUPTED[heard] if heard is not None else code
            _tell(job, AuditEnd(report, written, time.monotonic() - began, code))
            for error in errors:
                click.echo(f"error: {error}", err=True)
    if looked.fatal is not None and not looked.seen:
        raise looked.fatal
    return code


def tell_price(job: AuditJob) -> Exit:
    """Print what the audit would cost; asks nobody."""
    settings = job.plan.settings
    audit = Audit.on_desk(settings, _order(job))
    with closing(audit.desk):
        parts = audit.prepare()
        planned = audit.plan(parts, left=month_left(settings))
        by_month, by_next = audit.due_until_reset()
    most = job.max_parts
    if most is None:
        most = planned.asked * (1 + settings.second_look)
    told = {
        "parts": parts,
        "due": planned.due,
        "to_ask": planned.asked,
        "parts_first_look": planned.asked,
        "parts_at_most": most,
        "due_until_month_end": by_month,
        "due_until_next_month_end": by_next,
    }
    if job.as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(
            f"{parts} distinct parts, {planned.due} due; would ask for {planned.asked}: about "
            f"{planned.asked} parts, {most} at most. Due until the month's end: {by_month}, until the "
            f"next month's: {by_next}"
        )
    return Exit.ANSWERED


def month_left(settings: Settings) -> int | None:
    """What the month's budget leaves, None without one."""
    if settings.month_budget is None or settings.store is None:
        return settings.month_budget
    now = datetime.now(UTC)
    with open_books(settings.store, clock=lambda: now) as books:
        spend = books.month(account_of(settings), now.strftime("%Y-%m"))
    return spend.left(settings.month_budget)


def code_of(looked: Looked, report: AuditReport, fail_on: str | None) -> Exit:
    """The exit code: what stopped the audit goes before what it found."""
    if looked.fatal is not None:
        return exit_of(looked.fatal)
    if fail_on is not None:
        least = Severity(fail_on).rank
        counts = report.head.counts.severities
        if any(count for word, count in counts.items() if Severity(word).rank >= least):
            return Exit.REVIEW
    return Exit.ANSWERED


def _order(job: AuditJob) -> AuditOrder:
    return AuditOrder(
        libraries=[_library(path, job.mapping) for path in job.libraries],
        policy=job.policy,
        max_parts=job.max_parts,
        spend_rest=job.spend_rest,
        recheck=job.recheck,
    )


def _library(path: Path, mapping: Mapping | None) -> Library:
    digest = hashlib.sha256(f"{_READING}|{mapping}|{path.suffix}|".encode())
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror}", file=path) from error
    return Library(str(path), digest.hexdigest(), partial(_rows, path, mapping))


def _rows(path: Path, mapping: Mapping | None) -> Iterator[Row]:
    reading = open_bom(path, mapping=mapping, layouts=Layouts.here())
    if not reading.is_sure:
        raise FeedError(why_unsure(reading), file=path)
    for found in reading.counted:
        yield from found.table.rows


@contextmanager
def _answering(job: AuditJob) -> Generator[Settings]:
    """Settings that name an API which answers: the account's own, or a sandbox while it serves."""
    if job.plan.note:
        click.echo(f"note: {job.plan.note}", err=True)
    if not job.plan.uses_sandbox:
        yield job.plan.settings
        return
    messages().print("SANDBOX: sample parts, made-up offers", style="yellow")
    catalogs = () if job.catalog is None else (job.catalog,)
    with serving(job.plan.settings, catalogs=catalogs) as settings:
        yield settings


async def _looked(
    job: AuditJob, audit: Audit, planned: Looked
) -> tuple[Looked, signal.Signals | None]:
    """The asking, with progress, and an ear for signals; the signal that ended it early."""
    console = messages()
    looked: Looked | None = None
    began = anyio.current_time()
    with closing(Heed(lambda words: console.print(words, style="yellow"))) as heed:

        def opened(end: Stop) -> None:
            def stop(heard: signal.Signals) -> str:
                end(SkipReason.STOPPED, heard.name)
                return "stopping: nothing more is sent (once more stops at once)"

            heed.stop = stop

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(heed.listen, tasks.cancel_scope)
            with display(console, quiet=job.quiet or job.as_json) as (show, every):
                last = began

                def progress(lines: int, total: int, tally: Tally) -> None:
                    nonlocal last
                    now = anyio.current_time()
                    if now - last >= every:
                        last = now
                        show(Moment(lines, total, tally, job.max_parts, now - began))

                looked = await audit.look(planned, progress=progress, opened=opened)
            tasks.cancel_scope.cancel()
        if looked is None:
            assert heed.first is not None, "nothing but a signal cuts an audit off"
            raise CutOff(code=INTERRUPTED[heed.first], command=job.command)
        return looked, heed.first


def _told(job: AuditJob, looked: Looked, left: int | None) -> Told:
    used = None if looked.month is None else looked.month.used
    now_left = None if left is None else max(0, left - looked.tally.charged)
    return Told(job.command, version("bulkmatch"), used, now_left)


def _tell(job: AuditJob, end: AuditEnd) -> None:
    if job.as_json:
        click.echo(as_json(end))
    elif not job.quiet:
        show_audit(messages(), end)
