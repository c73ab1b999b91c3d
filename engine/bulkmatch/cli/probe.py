"""One part with every feature: what `bulkmatch plan probe` asks, and what came of it."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import anyio
import click

from bulkmatch.cli.accounts import books_in
from bulkmatch.cli.assemble import Plan
from bulkmatch.cli.embedded import serving
from bulkmatch.cli.exits import Exit
from bulkmatch.cli.plan_view import Known, plans_json, show_plan
from bulkmatch.core.quota import way_on
from bulkmatch.errors import EngineError, PartLimitReached
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Outcome,
    Review,
    Skipped,
    SkipReason,
    outcome_reason,
)
from bulkmatch.model.part import PartLike
from bulkmatch.model.settings import Features, Settings
from bulkmatch.run import Engine
from bulkmatch.store import Books
from bulkmatch.wire.account import account_of
from bulkmatch.wire.profile import FULL, Profile

P = TypeVar("P", bound=PartLike)


@dataclass(frozen=True, slots=True)
class Probe:
    """The part that is asked for, and under which settings."""

    plan: Plan
    mpn: str
    manufacturer: str | None


def cost_words(probe: Probe) -> str:
    """What it will cost, before it does."""
    maker = f" of {probe.manufacturer}" if probe.manufacturer else ""
    words = f"asking for {probe.mpn}{maker} with every feature: 1 part at most"
    if not probe.plan.settings.features.similar_parts:
        words += "; similar parts are left out, since they may be charged (features.similar_parts)"
    return words


def probed(probe: Probe, *, as_json: bool) -> Exit:
    """Ask, remember, tell; the exit code. Raises EngineError when nothing could be asked."""
    if not probe.plan.uses_sandbox:
        return _probed(probe, _afresh(probe.plan.settings), as_json=as_json)
    with serving(_afresh(probe.plan.settings)) as settings:
        return _probed(probe, settings, as_json=as_json)


def _afresh(settings: Settings) -> Settings:
    """Every feature, nothing taken for granted, no answer out of the store, one part at most.

    How many similar parts come back has no bound, and whether they are charged is not documented:
    they are asked for by those alone who ask for them anyway.
    """
    similar = settings.features.similar_parts
    return replace(
        settings,
        features=Features(True, True, True, similar, True),  # noqa: FBT003 - one for each feature
        heed_plan=False,
        keep_answers=False,
        second_look=0,
        budget=1,
    )


def _probed(probe: Probe, settings: Settings, *, as_json: bool) -> Exit:
    assert settings.store is not None, "the command line always has a store"
    account = account_of(settings)
    with books_in(settings.store) as books:
        before = books.known_plan(account).met
        outcome, fatal = _asked(probe, settings, FULL, books)
        known = Known(account, books.known_plan(account), settings.part_limit_resets)
    if as_json:
        click.echo(plans_json([known], store=settings.store))
    else:
        show_plan(known)
    if before is not None and known.plan.met is None:
        click.echo("parts are served again: the part limit no longer holds", err=True)
    if fatal is not None:
        raise _advised(fatal, settings)
    return _code(outcome)


def _asked(
    probe: Probe, settings: Settings, profile: Profile[P], books: Books
) -> tuple[Outcome[PartLike], EngineError | None]:
    """The outcome, and what stopped the engine; the run stands in the ledger like any other."""
    account = account_of(settings)
    run_id = books.open_run(
        account, f"probe {uuid.uuid4().hex}", f"bulkmatch plan probe {probe.mpn}"
    )

    async def ask() -> tuple[Outcome[PartLike], EngineError | None]:
        async with Engine[P].open(settings, profile=profile, run_id=run_id) as engine:
            outcome = await engine.match(probe.mpn, manufacturer=probe.manufacturer)
            return outcome, engine.fatal

    try:
        return anyio.run(ask)
    finally:
        books.close_run(run_id, "done")


def _advised(fatal: EngineError, settings: Settings) -> EngineError:
    """A part limit with what to do about it; any other error as it is."""
    if not isinstance(fatal, PartLimitReached):
        return fatal
    way = way_on(fatal.limit, datetime.now(UTC), resets=settings.part_limit_resets)
    return PartLimitReached(f"{fatal} ({way})", limit=fatal.limit, status=fatal.status)


def _code(outcome: Outcome[PartLike]) -> Exit:
    """The code; says why where nothing was learnt."""
    match outcome:
        case Matched() | Review():
            return Exit.ANSWERED
        case Missed():
            click.echo(
                "nothing was learnt: the API knows no such part; name another with --mpn", err=True
            )
            return Exit.USAGE
        case Skipped(reason=SkipReason.BUDGET):
            click.echo(f"nothing was learnt: {outcome_reason(outcome)}", err=True)
            return Exit.BUDGET
        case Failed() | Skipped():
            click.echo(f"nothing was learnt: {outcome_reason(outcome)}", err=True)
            return Exit.NETWORK
