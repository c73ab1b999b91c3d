"""What is known of an account's plan, as a table for people and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from bulkmatch.cli.reconcile import counter_json, counter_words
from bulkmatch.cli.screen import clean, results
from bulkmatch.core.quota import FEATURE_AGE, holds, limit_words, resets_at, way_on
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet, Resets
from bulkmatch.model.settings import Features


@dataclass(frozen=True, slots=True)
class Known:
    """An account's plan as the store knows it. `resets` says when its part limit starts anew."""

    account: str
    plan: KnownPlan
    resets: Resets

    @property
    def notes(self) -> dict[str, FeatureNote | None]:
        """Every feature that there is to know of, the unknown ones as None."""
        notes: dict[str, FeatureNote | None] = dict.fromkeys(Features.__slots__)
        return {**notes, **{note.feature: note for note in self.plan.features}}


def show_plan(known: Known) -> None:
    """Print what is known on stdout."""
    title = clean(f"{known.account} · plan", "bold")
    table = Table(title=title, title_justify="left", pad_edge=False, box=None)
    for name in ("feature", "in plan", "learnt (UTC)", "the API said"):
        table.add_column(name, overflow="fold")
    for feature, note in known.notes.items():
        table.add_row(clean(feature), *_cells(note))
    console = results()
    console.print(table)
    for line in _limit_lines(known):
        console.print(clean(line))
    console.print()


def _cells(note: FeatureNote | None) -> tuple[str, ...]:
    if note is None:
        return ("[dim]not known[/]", "", "")
    word = "[green]yes[/]" if note.is_included else "[yellow]no[/]"
    return (word, f"{note.learnt_at:%Y-%m-%d %H:%M}", clean(note.told).markup)


def _limit_lines(known: Known) -> Iterator[str]:
    met, counter = known.plan.met, known.plan.counter
    if met is not None:
        told = f"{limit_words(met.limit)} reached on {met.met_at:%Y-%m-%d %H:%M} UTC"
        yield f"{told}; the API said: {met.told}"
        if _is_in_force(known, met):
            yield f"nothing is sent: {way_on(met.limit, met.met_at, resets=known.resets)}"
        else:
            yield "the counter has started anew since: the next run asks again"
    if counter is not None:
        yield counter_words(counter)
    if met is None and counter is None:
        yield "part limit: not known (`bulkmatch budget reconcile` reads it off the counter)"


def _is_in_force(known: Known, met: LimitMet) -> bool:
    return holds(met, now=datetime.now(UTC), resets=known.resets)


def plans_json(found: Sequence[Known], *, store: Path) -> str:
    """What is known, as JSON text."""
    accounts = [_account(known) for known in found]
    return json.dumps({"store": str(store), "accounts": accounts}, indent=2, ensure_ascii=False)


def _account(known: Known) -> dict[str, object]:
    met, counter = known.plan.met, known.plan.counter
    return {
        "account": known.account,
        "features": {name: _feature(note) for name, note in known.notes.items()},
        "part_limit_met": None if met is None else _met(known, met),
        "counter": None if counter is None else counter_json(counter),
    }


def _feature(note: FeatureNote | None) -> dict[str, object] | None:
    if note is None:
        return None
    again = None if note.is_included else (note.learnt_at + FEATURE_AGE).isoformat()
    return {
        "in_plan": note.is_included,
        "learnt_at": note.learnt_at.isoformat(),
        "told": note.told,
        "asked_again_from": again,
    }


def _met(known: Known, met: LimitMet) -> dict[str, object]:
    until = resets_at(met.met_at, known.resets)
    return {
        "limit": met.limit,
        "met_at": met.met_at.isoformat(),
        "told": met.told,
        "resets_at": None if until is None else until.isoformat(),
        "holds": _is_in_force(known, met),
    }
