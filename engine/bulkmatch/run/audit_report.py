"""From an audit's desk to its report: findings, line health, counts, forecast, history."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bulkmatch.core.apply_policy import Judge
from bulkmatch.core.audit_schedule import forecast
from bulkmatch.core.event_words import entitlement_event
from bulkmatch.model.audit import (
    AuditCounts,
    AuditHead,
    AuditReport,
    Finding,
    Forecast,
    PastAudit,
    Unlooked,
)
from bulkmatch.model.observation import Tier
from bulkmatch.run.audit import Audit, Looked, keeps_values
from bulkmatch.store import Lists, Results
from bulkmatch.wire.account import account_of

T = TypeVar("T")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells beside what was found."""

    command: str
    version: str
    month_used: int | None
    left: int | None


class Reporter:
    """Makes one audit's report, once its asking has ended. Blocking."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._judge = Judge(audit.order.policy, audit.sealer, audit.started_at.date())
        self._lists = Lists(audit.desk, audit.sealer, audit.context, audit.order.policy.intervals)
        self._results = Results(audit.desk, _group(audit))

    def report(self, looked: Looked, told: Told) -> AuditReport:
        """The report; the audit is kept among the past ones."""
        past = self._results.past()
        previous = past[-1] if past else None
        self._judge_all(looked, previous)
        counts = self._results.counts(asked=looked.seen)
        now = self._audit.world.now()
        charged = looked.tally.charged
        lacking = " ".join(sorted(self._lacking(looked, previous)))
        self._results.save(looked.audit_id, now, counts, parts=charged, lacking=lacking)
        head = self._head(looked, told, counts, now)
        head = replace(
            head,
            history=tuple(one for one, _ in past),
            previous_id=previous[0].audit_id if previous else None,
            previous_at=previous[0].at if previous else None,
            not_in_plan=tuple(lacking.split()),
        )
        lists = self._lists
        return AuditReport(head, lists.parts, lists.events, lists.findings, lists.lines)

    def _lacking(self, looked: Looked, previous: tuple[PastAudit, str] | None) -> frozenset[str]:
        """What the plan does not include; where nobody was asked, as it was."""
        if looked.seen or previous is None:
            return looked.not_in_plan
        return frozenset(previous[1].split())

    def _judge_all(self, looked: Looked, previous: tuple[PastAudit, str] | None) -> None:
        found = list(self._judge.waiver_findings())
        if previous is not None:
            event = entitlement_event(
                previous[1].split(),
                sorted(self._lacking(looked, previous)),
                context=self._audit.context,
                at=looked.started_at,
                since=previous[0].at,
            )
            if event is not None:
                self._audit.desk.add_event(event)
                found += self._judge.finding_about(event)
        self._add([(finding, None) for finding in found])
        for portion in _portions(self._of_parts(), _AT_ONCE):
            self._add(portion)
        self._results.grade_lines()
        for lines in _portions(self._of_lines(), _AT_ONCE):
            self._add([(finding, None) for finding in lines])

    def _of_parts(self) -> Iterator[tuple[Finding, int]]:
        stale = self._audit.due_tiers(self._audit.order.policy.thresholds.stale_factor)
        for portion in _portions(self._lists.notable(stale), _AT_ONCE):
            uses = self._lists.uses([question for _, _, question in portion])
            for part, events, question in portion:
                for finding in self._judge.part_findings(
                    part, events, uses.get(question, ()), use_count=part.line_count
                ):
                    yield finding, question

    def _of_lines(self) -> Iterator[Finding]:
        for line in self._lists.risky_lines():
            yield from self._judge.line_findings(line)

    def _add(self, found: Sequence[tuple[Finding, int | None]]) -> None:
        """Put findings on the desk, with when they were first seen."""
        first = self._results.first_seen([finding.finding_id for finding, _ in found])
        now = self._audit.started_at
        dated = [
            (
                replace(
                    finding,
                    is_new=finding.finding_id not in first,
                    first_seen_at=first.get(finding.finding_id, now),
                ),
                question,
            )
            for finding, question in found
        ]
        self._results.add(dated)

    def _head(self, looked: Looked, told: Told, counts: AuditCounts, now: datetime) -> AuditHead:
        audit = self._audit
        return AuditHead(
            audit_id=looked.audit_id,
            started_at=looked.started_at,
            finished_at=now,
            context=audit.context,
            account=account_of(audit.settings),
            version=told.version,
            command=told.command,
            policy=audit.order.policy.name,
            libraries=tuple(library.name for library in audit.order.libraries),
            counts=counts,
            keeps_values=keeps_values(audit.settings),
            parts_charged=looked.tally.charged,
            parts_unknown=looked.tally.unknown,
            requests=looked.tally.requests,
            budget=audit.settings.budget,
            max_parts=audit.order.max_parts,
            month_used=told.month_used,
            month_budget=audit.settings.month_budget,
            stopped=looked.stopped,
            forecast=self._forecast(counts.tiers, told.left),
            unlooked=self._unlooked(looked),
        )

    def _forecast(self, tiers: Mapping[str, int], left: int | None) -> Forecast:
        audit = self._audit
        due_now = audit.desk.due(audit.schedule)
        by_month, by_next = audit.due_until_reset()
        return forecast(
            {Tier(name): count for name, count in tiers.items()},
            due_now=due_now,
            rest_of_month=by_month - due_now,
            next_month=by_next - by_month,
            intervals=audit.order.policy.intervals,
            left=left,
        )

    def _unlooked(self, looked: Looked) -> tuple[Unlooked, ...]:
        """What was not looked at and why: fresh parts, parts without a turn, and those cut short."""
        fresh = looked.part_count - max(looked.due, looked.asked)
        turnless = max(0, looked.due - looked.asked)
        cut = looked.asked - looked.seen
        again = "Run the audit again: it goes on with the most urgent ones."
        told = (
            Unlooked("fresh", fresh, is_fine=True),
            Unlooked("--max-parts or the month's budget", turnless, is_fine=False, advice=again),
            Unlooked(looked.stopped or "no usable answer", cut, is_fine=False, advice=again),
            *(
                Unlooked(f"line is {reason}", count, is_fine=True)
                for reason, count in self._results.skipped_lines().items()
            ),
        )
        return tuple(one for one in told if one.part_count > 0)

    def __repr__(self) -> str:
        return f"Reporter({self._audit!r})"


def _group(audit: Audit) -> str:
    """What audits of the same libraries in the same scope are known by."""
    names = sorted(library.name for library in audit.order.libraries)
    return hashlib.sha256("\x1f".join((audit.desk.scope, *names)).encode()).hexdigest()[:24]


def _portions(values: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    """The values, `most` at once."""
    source = iter(values)
    while portion := list(islice(source, most)):
        yield portion
