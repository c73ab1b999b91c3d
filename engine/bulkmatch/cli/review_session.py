"""`bulkmatch review`, step by step: find what was left to a person, show it, keep what is decided."""

import shlex
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import click

from bulkmatch.cli.asking import can_ask
from bulkmatch.cli.decision_file import is_output
from bulkmatch.cli.desk import Place, place_here, stamp_here
from bulkmatch.cli.drive import facts_of
from bulkmatch.cli.enrich import enrich, job_of
from bulkmatch.cli.job import Job
from bulkmatch.cli.lines import read_lines
from bulkmatch.cli.review_cases import Case, case_of, together
from bulkmatch.cli.review_desk import ASKING, Desk
from bulkmatch.cli.review_file import read_cases
from bulkmatch.cli.review_screen import show_case, show_help
from bulkmatch.cli.screen import messages
from bulkmatch.errors import SettingsError
from bulkmatch.model.outcome import Skipped, SkipReason
from bulkmatch.run import Engine
from bulkmatch.store import Books
from bulkmatch.wire.account import account_of
from bulkmatch.wire.profile import PROFILES

# The best first: what says most of a candidate.
_BEST_OUTPUTS = (".jsonl", ".xlsx", ".csv")
_ONLY_STORED = "only what is stored is looked at"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `review` was told. `flags` are those of `enrich` for a BOM."""

    source: str | None
    missed: bool
    by: str | None
    note: str
    flags: tuple[str, ...]
    config: Path | None
    store: str | None
    sandbox: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to review, and whose decisions these are. `unanswered` lines have no answer kept."""

    place: Place
    cases: tuple[Case, ...]
    is_sandbox: bool
    unanswered: int = 0


def hold(wanted: Wanted) -> None:
    """Review until the end, or until the person quits. Raises SettingsError without a terminal."""
    if not can_ask():
        raise SettingsError(
            "a review is held at a terminal, key by key; elsewhere fill the column 'Match: decision' "
            "of an output for `bulkmatch enrich --decisions`, or use `bulkmatch decisions import`"
        )
    found = _find(wanted)
    if not found.cases:
        click.echo(_nothing(found), err=True)
        return
    with found.place.books() as books:
        desk = _desk(found, books, wanted)
        _drive(desk, is_sandbox=found.is_sandbox)
    _tell_end(desk, found)


def _find(wanted: Wanted) -> Found:
    """The cases of a run, a BOM or an output."""
    source = wanted.source
    if source is not None and Path(source).is_file():
        path = Path(source)
        if path.suffix.lower() == ".jsonl" or is_output(path):
            return _of_output(path, wanted)
        return _of_job(_job([source, *wanted.flags], f"{source} cannot be read"), wanted)
    place = place_here(wanted.config, wanted.store, None, sandbox=wanted.sandbox)
    command = None
    if place.path.is_file():
        with place.books() as books:
            command = books.command_of(place.account, source)
    if command is None:
        what = "no run yet" if source is None else f"neither a file nor a run {source}"
        raise SettingsError(f"there is {what} of {place.account} in {place.path}")
    run_id, told = command
    return _of_job(_job(_arguments(told, run_id), f"the run {run_id} cannot be taken up"), wanted)


def _arguments(command: str, run_id: str) -> list[str]:
    words = shlex.split(command)
    if "enrich" not in words[:2]:
        raise SettingsError(f"the run {run_id} was no `bulkmatch enrich`; name its BOM or output")
    return words[words.index("enrich") + 1 :]


def _job(arguments: Sequence[str], what: str) -> Job:
    """The job that `enrich` would do with these arguments."""
    try:
        told: dict[str, Any] = enrich.make_context("enrich", list(arguments)).params
    except click.ClickException as error:
        raise SettingsError(f"{what}: {error.format_message()}") from error
    return job_of(**{name: value for name, value in told.items() if name != "dry_run"})


def _of_output(path: Path, wanted: Wanted) -> Found:
    """What an output says; without those that have been decided since."""
    place = place_here(wanted.config, wanted.store, None, sandbox=wanted.sandbox)
    written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    since = {made.subject for made in place.read() if made.decided_at >= written_at}
    cases = together(read_cases(path, missed=wanted.missed))
    return Found(place, tuple(case for case in cases if case.subject not in since), wanted.sandbox)


def _of_job(job: Job, wanted: Wanted) -> Found:
    """What the store has answered, judged again; asks nobody."""
    settings = job.plan.settings
    if not settings.keep_answers:
        kept = [path for end in _BEST_OUTPUTS for path in job.outputs if path.suffix.lower() == end]
        for path in kept:
            if path.is_file():
                return _of_output(path, wanted)
        raise SettingsError("that run kept no answers: name one of its outputs, best a .jsonl")
    if settings.store is None or not settings.store.is_file():
        raise SettingsError(f"there is no store at {settings.store}: `bulkmatch enrich` makes it")
    place = Place(settings.store, account_of(settings))
    cases, unanswered = anyio.run(_stored, job, wanted.missed)
    return Found(place, together(cases), job.plan.uses_sandbox, unanswered)


async def _stored(job: Job, missed: bool) -> tuple[list[Case], int]:  # noqa: FBT001 - by anyio.run
    """The cases among stored answers, and how many lines have none."""
    lines = read_lines(job.boms, limit=job.limit, mapping=job.mapping)
    cases: list[Case] = []
    unanswered = 0
    profile = PROFILES[job.plan.profile]
    async with Engine[Any].open(job.plan.settings, profile=profile) as engine:
        engine.stop(SkipReason.STOPPED, _ONLY_STORED)
        async with aclosing(engine.enrich(lines.rows, boards=job.boards)) as outcomes:
            async for outcome in outcomes:
                case = case_of(outcome, facts_of(engine, outcome), boards=job.boards, missed=missed)
                cases += [] if case is None else [case]
                is_left = isinstance(outcome, Skipped) and outcome.reason is SkipReason.STOPPED
                unanswered += is_left
    return cases, unanswered


def _desk(found: Found, books: Books, wanted: Wanted) -> Desk:
    account = found.place.account
    desk = Desk(
        found.cases,
        by=wanted.by or stamp_here().by,
        now=lambda: datetime.now(UTC),
        known={made.subject: made for made in books.decisions(account)},
        keep=lambda made: books.decide(account, [made]),
        forget=lambda subject: _dropped(books.forget_decisions(account, [subject])),
    )
    desk.note = wanted.note
    return desk


def _dropped(_: int) -> None:
    """A count that nobody asked for."""


def _drive(desk: Desk, *, is_sandbox: bool) -> None:
    """Show, read a key, do it; until the end."""
    console, said = messages(), ""
    while (case := desk.case) is not None:
        show_case(console, desk, case, said=said, is_sandbox=is_sandbox)
        try:
            key = click.getchar()
        except EOFError:
            break
        if key == "?":
            show_help(console)
            click.pause(err=True)
            said = ""
        else:
            said = desk.press(key, _words(key.lower()))


def _words(key: str) -> str:
    """What a key wants beside itself."""
    asked = {"m": "maker of which candidate", "a": "which alternate", "t": "decision", "n": "note"}
    if key not in {*ASKING, "n"}:
        return ""
    told: str = click.prompt(asked[key], default="", show_default=False, err=True)
    return told


def _nothing(found: Found) -> str:
    told = "nothing is left to decide"
    return f"{told}; {_unanswered(found.unanswered)}" if found.unanswered else told


def _unanswered(count: int) -> str:
    lines = "1 line has" if count == 1 else f"{count} lines have"
    return f"{lines} no answer in the store: `bulkmatch enrich` asks first"


def _tell_end(desk: Desk, found: Found) -> None:
    left = len(desk.cases) - desk.decided
    told = [f"{desk.decided} decided", f"{left} left"]
    told += [_unanswered(found.unanswered)] if found.unanswered else []
    click.echo("; ".join(told), err=True)
    if desk.decided:
        click.echo("the same `bulkmatch enrich` replays what was decided", err=True)
