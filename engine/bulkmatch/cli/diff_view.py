"""Reads two saved audits side by side and shows what changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.table import Table

from bulkmatch.cli.screen import clean, results
from bulkmatch.core.audit_json import to_json
from bulkmatch.core.compare_audits import Comparer
from bulkmatch.core.diff_audits import Pair, pair_events, paired
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.feeds.saved_audit import read_head, read_parts
from bulkmatch.model.audit import AuditEvent, AuditHead
from bulkmatch.model.policy import Thresholds


@dataclass(frozen=True, slots=True)
class Differences:
    """Two heads, and what lies between them, read as it is taken."""

    before: AuditHead
    after: AuditHead
    pairs: Iterator[Pair]

    @property
    def comparer(self) -> Comparer | None:
        """What compares values, where both audits keep them."""
        if not (self.before.keeps_values and self.after.keeps_values):
            return None
        return Comparer(Sealer(b""), replace(Thresholds(), confirmations=1), keeps_values=True)


def differences(before: Path, after: Path) -> Differences:
    """What changed. Raises FeedError."""
    heads = read_head(before), read_head(after)
    return Differences(*heads, paired(read_parts(before), read_parts(after)))


def show_differences(found: Differences, *, as_json: bool) -> None:
    """Print the changes, and parts that are in one audit only."""
    if as_json:
        for kind, told in _told(found):
            click.echo(json.dumps({"kind": kind, "value": told}, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("part", "maker", "change"):
        table.add_column(name, overflow="fold")
    comparer, count = found.comparer, 0
    for pair in found.pairs:
        for part, maker, words in _rows(pair, comparer):
            table.add_row(clean(part, "bold"), clean(maker), clean(words))
            count += 1
    if count:
        results().print(table)
    else:
        click.echo("nothing has changed", err=True)


def _rows(pair: Pair, comparer: Comparer | None) -> Iterator[tuple[str, str, str]]:
    one = pair.after or pair.before
    assert one is not None, "a pair has at least one side"
    if words := _presence(pair):
        yield one.mpn, one.manufacturer or "", words
    for event in pair_events(pair, comparer):
        yield event.mpn, event.manufacturer or "", event.words


def _presence(pair: Pair) -> str:
    if pair.before is None:
        return "added to the library"
    return "" if pair.after is not None else "removed from the library"


def _told(found: Differences) -> Iterator[tuple[str, object]]:
    comparer = found.comparer
    for pair in found.pairs:
        if words := _presence(pair):
            one = pair.after or pair.before
            assert one is not None, "a pair has at least one side"
            yield words.split()[0], {"mpn": one.mpn, "manufacturer": one.manufacturer}
        for event in pair_events(pair, comparer):
            yield "event", _event(event)


def _event(event: AuditEvent) -> object:
    return json.loads(to_json(event))
