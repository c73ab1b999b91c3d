"""Audits of a large library, a tenth of it at risk: shelved, then unchanged and fresh (lines a second)."""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio

from bulkmatch import Credentials, Row, Settings
from bulkmatch.feeds.policy_file import default_policy
from bulkmatch.model.observation import Context, PartState, Tier
from bulkmatch.run.audit import Audit, AuditOrder, Library
from bulkmatch.run.audit_report import Reporter, Told
from bulkmatch.store import Seen

LINES = 100_000
_PORTION = 1_000
_EVERY = 10  # one part in so many is at risk


def rows(count: int) -> Iterator[Row]:
    """A library in which every second part stands on two lines."""
    for number in range(count):
        part = number if number % 2 else number // 4 * 2
        yield Row(f"PN-{part}", f"Maker {part % 97}", designators=f"U{number}", line=number + 1)


def audit_of(folder: Path, count: int) -> Audit:
    """An audit of the library in a store of its own."""
    settings = Settings(
        Credentials("bench", "bench"), store=folder / "store.sqlite", account="bench"
    )
    library = Library("library.csv", f"bench {count}", lambda: rows(count))
    return Audit.on_desk(settings, AuditOrder([library], default_policy()))


def fill(audit: Audit) -> int:
    """Record every part as seen just now; how many there are."""
    parts = audit.plan(audit.prepare(), left=None)
    now = datetime.now(UTC)
    after = done = 0
    while turns := audit.desk.turns(after, count=_PORTION):
        audit.desk.record([_seen(turn.question, turn.mpn, now) for turn in turns], told_until=None)
        after, done = turns[-1].turn, done + len(turns)
    assert done == parts.asked
    return done


def _seen(question: int, mpn: str, now: datetime) -> Seen:
    state = PartState("key", mpn, None, "matched", "", Context("live", "US", "USD"), seen_at=now)
    if question % _EVERY:
        state = replace(state, tier=Tier.PRODUCTION)
    else:
        state = replace(state, tier=Tier.AT_RISK, states=("is-nrnd",))
    return Seen(question, state, "matched", "", {})


def fresh(folder: Path, count: int) -> tuple[float, int, int]:
    """Seconds, charged parts and findings of an audit of the unchanged, fresh library."""
    began = time.perf_counter()
    audit = audit_of(folder, count)
    with closing(audit.desk):
        looked = anyio.run(audit.look, audit.plan(audit.prepare(), left=None))
        report = Reporter(audit).report(looked, Told("bench", "0", None, None))
    seconds = time.perf_counter() - began
    assert looked.asked == 0
    assert report.head.counts.line_count == count
    return seconds, report.head.parts_charged, sum(report.head.counts.severities.values())


def main() -> None:
    """Print the table."""
    for count in (LINES // 10, LINES):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            began = time.perf_counter()
            audit = audit_of(folder, count)
            with closing(audit.desk):
                parts = fill(audit)
            first = time.perf_counter() - began
            fresh(folder, count)
            seconds, charged, findings = fresh(folder, count)
        print(
            f"  {count:>7,} lines, {parts:,} parts: "
            f"shelved in {first:5.1f} s ({count / first:7,.0f} lines/s); "
            f"fresh {seconds:5.2f} s ({count / seconds:8,.0f} lines/s), {charged} parts charged, "
            f"{findings:,} findings; at most {_memory():.0f} MB"
        )


def _memory() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
