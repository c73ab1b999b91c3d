"""`bulkmatch enrich`, step by step: read, check, ask, write, tell."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import anyio
import click

from bulkmatch.cli import price, summary
from bulkmatch.cli.asking import ask_column, can_ask
from bulkmatch.cli.assemble import Plan
from bulkmatch.cli.credentials import NAMES
from bulkmatch.cli.decision_file import read_all, take_over
from bulkmatch.cli.digest import Digest
from bulkmatch.cli.drive import Ran, Session, run_session
from bulkmatch.cli.embedded import serving
from bulkmatch.cli.exits import Exit
from bulkmatch.cli.lines import Lines, fingerprint, read_lines
from bulkmatch.cli.outputs import Output, broken, check_outputs, open_outputs
from bulkmatch.cli.screen import messages, results
from bulkmatch.cli.summary import Summary
from bulkmatch.cli.table import show_lines
from bulkmatch.cli.verdict import code_of, leaves_open, stop_of
from bulkmatch.errors import EngineError, PartLimitReached, SettingsError
from bulkmatch.feeds import Mapping
from bulkmatch.model.part import PartLike
from bulkmatch.model.settings import Settings
from bulkmatch.report import ReportContext
from bulkmatch.report import Summary as ReportSummary
from bulkmatch.run import Engine
from bulkmatch.store import Books, open_books
from bulkmatch.wire.account import account_of

# More lines than this are for a file, not for a screen.
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Job:
    """What `enrich` was told. `command` is the command as a person would repeat it."""

    plan: Plan
    boms: tuple[Path, ...]
    outputs: tuple[Path, ...]
    limit: int | None
    boards: int
    fail_on: frozenset[str]
    quiet: bool
    as_json: bool
    command: str
    mapping: Mapping | None = None
    decision_files: tuple[Path, ...] = ()

    @property
    def shows_lines(self) -> bool:
        """Whether the lines themselves are the result on stdout."""
        return not self.outputs and not self.as_json


def carry_out(job: Job) -> Exit:
    """Enrich, write and tell. Raises EngineError where nothing came of it."""
    lines = _checked(job)
    written = read_all(job.decision_files)
    _tell_of_workbook(job, lines)
    with _asked(job) as settings, _books(settings) as books:
        if job.decision_files:
            told = take_over(written, books, account_of(settings))
            click.echo(told, err=True)
        asked = fingerprint(job.boms, settings, profile=job.plan.profile, limit=job.limit)
        run_id = books.open_run(account_of(settings), asked, job.command)
        context = _context(job, lines, settings)
        digest = Digest(keeps=MOST_SHOWN if job.shows_lines else 0)
        found = _enriched(job, lines, settings, context=context, digest=digest, run_id=run_id)
        _tell(job, found, context)
        if not leaves_open(found.code, found.stop):
            books.close_run(run_id, "done" if found.stop is None else "stopped")
    return found.code


def tell_price(job: Job) -> Exit:
    """Print what the run would cost; asks the store and nobody else."""
    lines = _lines(job)
    decisions = tuple(read_all(job.decision_files).decisions.values())
    settings = job.plan.settings
    if settings.store is not None and not settings.store.is_file():
        settings = replace(settings, store=None)  # who only asks for the price makes no store
    _announce(job)

    async def ask() -> Exit:
        async with Engine[PartLike].open(settings, decisions=decisions) as engine:
            estimate = await engine.estimate(lines.rows)
            if engine.held_back:
                click.echo(f"note: {engine.held_back}", err=True)
            month, caps = await engine.budget.month(), engine.budget.caps
        if job.as_json:
            click.echo(price.as_json(estimate, source=settings.source, caps=caps, month=month))
        else:
            console, columns = results(), lines.mpn_columns
            price.show(console, estimate, caps=caps, month=month, mpn_columns=columns)
        return Exit.ANSWERED

    return anyio.run(ask)


def _lines(job: Job) -> Lines:
    """The lines of all files; what would be a guess is asked for at a terminal."""
    ask = ask_column if can_ask() and not job.quiet and not job.as_json else None
    return read_lines(job.boms, limit=job.limit, mapping=job.mapping, ask=ask)


def _checked(job: Job) -> Lines:
    """The lines, once it is sure that what comes of them can be written or shown."""
    lines = _lines(job)
    check_outputs(job.outputs, inputs=job.boms)
    if job.shows_lines and len(lines.rows) > MOST_SHOWN:
        raise SettingsError(
            f"{len(lines.rows)} lines are too many for the screen; say where to write them, such as "
            "-o out.xlsx (or --limit, --dry-run, --json)"
        )
    return lines


def _tell_of_workbook(job: Job, lines: Lines) -> None:
    """Say beforehand what of an input workbook will not be in the output."""
    original = lines.original
    if original is None or not original.is_book or job.quiet:
        return
    if any(path.suffix.lower() == ".xlsx" for path in job.outputs):
        from bulkmatch.report.same_book import note_on  # heavy, so imported where it is used

        if note := note_on(original):
            click.echo(f"note: {note}", err=True)


@contextmanager
def _asked(job: Job) -> Generator[Settings]:
    """Settings that name an API which answers: the account's own, or a sandbox while it serves."""
    if job.plan.note:
        click.echo(f"note: {job.plan.note}", err=True)
    _announce(job)
    if not job.plan.uses_sandbox:
        yield job.plan.settings
        return
    with serving(job.plan.settings) as settings:
        yield settings


def _announce(job: Job) -> None:
    """Say where answers come from, unless it is Nexar itself."""
    if job.plan.uses_sandbox:
        why = (
            "as asked" if job.plan.wanted_sandbox else f"{' and '.join(NAMES.values())} are not set"
        )
        messages().print(
            f"SANDBOX ({why}): sample parts, made-up offers",
            style="yellow",
        )
    elif job.plan.is_elsewhere:
        click.echo(f"asking {job.plan.settings.api_url}", err=True)


def _books(settings: Settings) -> AbstractContextManager[Books]:
    assert settings.store is not None, "the command line always has a store"
    return open_books(settings.store, clock=lambda: datetime.now(UTC))


def _context(job: Job, lines: Lines, settings: Settings) -> ReportContext:
    return ReportContext(
        source=settings.source,
        country=settings.country,
        currency=settings.currency,
        started_at=datetime.now(UTC),
        boards=job.boards,
        profile=job.plan.profile,
        command=job.command,
        inputs=tuple(str(path) for path in job.boms),
        sheet=lines.sheet,
        original=lines.original,
    )


def _enriched(
    job: Job,
    lines: Lines,
    settings: Settings,
    *,
    context: ReportContext,
    digest: Digest,
    run_id: str,
) -> Summary:
    """The run, its outputs in place. An error before the first answer leaves old outputs alone."""
    with open_outputs(job.outputs, header=lines.header, context=context) as outputs:
        session = Session(
            settings=settings,
            profile=job.plan.profile,
            run_id=run_id,
            rows=lines.rows,
            boards=job.boards,
            outputs=outputs,
            digest=digest,
            quiet=job.quiet,
        )
        ran, distinct = anyio.run(partial(run_session, session, command=job.command))

        told = partial(
            _summary, job, digest=digest, distinct=distinct, source=settings.source, run_id=run_id
        )
        found = told(ran, outputs=outputs)
        if ran.fatal is not None and _is_in_vain(ran.fatal, digest):
            if job.as_json:
                click.echo(summary.as_json(replace(found, outputs=())))
            raise ran.fatal
        for output in outputs:
            output.close(_for_report(found))
    return told(replace(ran, broken=broken(outputs)), outputs=outputs)


def _is_in_vain(fatal: EngineError, digest: Digest) -> bool:
    """Whether nothing came of a run; a part limit is an answer, and its lines are told so."""
    return not digest.answered and not isinstance(fatal, PartLimitReached)


def _summary(
    job: Job,
    ran: Ran,
    *,
    digest: Digest,
    distinct: int,
    source: str,
    run_id: str,
    outputs: Sequence[Output],
) -> Summary:
    return Summary(
        digest=digest,
        tally=ran.tally,
        distinct=distinct,
        seconds=ran.seconds,
        source=source,
        run_id=run_id,
        inputs=job.boms,
        outputs=tuple(output.path for output in outputs if output.error is None),
        caps=ran.caps,
        run=ran.run,
        month=ran.month,
        stop=stop_of(
            ran,
            command=job.command,
            now=datetime.now(UTC),
            resets=job.plan.settings.part_limit_resets,
        ),
        code=code_of(ran, digest, job.fail_on),
    )


def _for_report(found: Summary) -> ReportSummary:
    stop = found.stop
    return ReportSummary(
        tally=found.tally,
        finished_at=datetime.now(UTC),
        budget=found.caps.run,
        distinct=found.distinct,
        stopped="" if stop is None else f"{stop.reason}: {stop.detail}".removesuffix(": "),
    )


def _tell(job: Job, found: Summary, context: ReportContext) -> None:
    """Results to stdout, the panel to stderr. Even a quiet run says why it stopped early."""
    if job.as_json:
        click.echo(summary.as_json(found))
    if job.shows_lines:
        show_lines(results(), found.digest.kept, context)
    if not job.quiet and not job.as_json:
        summary.show_summary(messages(), found)
    elif found.stop is not None:
        click.echo(summary.stop_text(found.stop), err=True)
