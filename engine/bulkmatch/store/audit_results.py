"""What an audit comes to: its findings put on the desk, counts by the database, and past audits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.core.apply_policy import order_of
from bulkmatch.core.audit_json import from_json, to_json
from bulkmatch.core.part_states import BEST_FIRST, health_of, rank_of
from bulkmatch.model.audit import AuditCounts, Finding, Health, PastAudit
from bulkmatch.model.observation import Tier
from bulkmatch.model.policy import Severity, StateKind
from bulkmatch.store.audit_desk import Desk
from bulkmatch.store.audit_schema import (
    audit,
    audit_finding,
    audit_line,
    audit_part,
    audit_use,
    now_event,
    now_finding,
    now_health,
    now_library,
    now_part,
    now_risky,
)

_MOST_MAKERS = 50
_MOST_PAST = 60
_RISKY = (rank_of(Health.AT_RISK), rank_of(Health.AT_END))
_UNSEEN = "\x1f"  # stands for "no states, since it was never seen"
_LIFECYCLES = {
    StateKind.IS_NRND: "NRND",
    StateKind.IS_EOL: "EOL",
    StateKind.IS_OBSOLETE: "Obsolete",
    StateKind.LIFECYCLE_UNKNOWN: "unknown",
    StateKind.LIFECYCLE_NOT_IN_PLAN: "not in plan",
}


def lifecycle_of(states: Sequence[StateKind], tier: str) -> str:
    """The word that a part counts under: our own conclusions tell all but New from Production."""
    word = next((_LIFECYCLES[state] for state in states if state in _LIFECYCLES), None)
    if word is not None:
        return word
    if {StateKind.NOT_FOUND, StateKind.FAILED, StateKind.NEEDS_REVIEW}.intersection(states):
        return "not found"
    return "not seen" if tier == Tier.NEVER_SEEN else "Production"


_LEAD_WEEKS = sa.text("""
    SELECT CAST(json_extract(fact.value, '$.value') AS INTEGER) / 7 AS weeks, count(*)
    FROM now_part
    LEFT JOIN audit_part
      ON audit_part.question = now_part.question AND audit_part.scope = :scope,
      json_each(coalesce(now_part.state, audit_part.told), '$.facts') AS fact
    WHERE json_extract(fact.value, '$.name') = 'lead time'
      AND json_extract(fact.value, '$.value') IS NOT NULL
    GROUP BY weeks ORDER BY weeks
""")


class Results:
    """Findings and counts of the audit on a desk, and the past audits of the same `libraries`."""

    def __init__(self, desk: Desk, libraries: str) -> None:
        self._desk, self._libraries = desk, libraries

    def add(self, found: Iterable[tuple[Finding, int | None]]) -> None:
        """Put findings on the desk, each with the number of its question."""
        rows = [_row(finding, question) for finding, question in found]
        if rows:
            with self._desk.transaction() as connection:
                connection.execute(sa.insert(now_finding), rows)

    def first_seen(self, finding_ids: Sequence[str]) -> Mapping[str, datetime]:
        """When earlier audits first found what they have found too."""
        wanted = sa.select(audit_finding.c.finding_id, audit_finding.c.first_seen_at).where(
            audit_finding.c.libraries == self._libraries,
            audit_finding.c.finding_id.in_(finding_ids),
        )
        with self._desk.transaction() as connection:
            return {row.finding_id: row.first_seen_at for row in connection.execute(wanted)}

    def grade_lines(self) -> None:
        """Work out how each list of states that occurs stands, and which lines are at risk by it."""
        with self._desk.transaction() as connection:
            occurring = sa.select(audit_part.c.states).where(audit_part.c.scope == self._desk.scope)
            texts = list(connection.execute(occurring.distinct()).scalars())
            rows = [{"states": text, "rank": _rank(text)} for text in texts]
            unseen = {"states": _UNSEEN, "rank": rank_of(Health.UNCHECKED)}
            connection.execute(sa.delete(now_health))
            connection.execute(sa.insert(now_health), [*rows, unseen])
            ranked = self._line_ranks().subquery()
            risky = sa.select(ranked.c.library, ranked.c.place).where(ranked.c.rank.in_(_RISKY))
            connection.execute(sa.delete(now_risky))
            connection.execute(
                sa.insert(now_risky).from_select(["library", "place"], risky.distinct())
            )

    def counts(self, *, asked: int) -> AuditCounts:
        """All counts of the audit."""
        with self._desk.transaction() as connection:
            lifecycles, by_line, tiers, outcomes = self._part_counts(connection)
            lines = self._line_count(connection)
            return AuditCounts(
                part_count=sum(tiers.values()),
                line_count=lines,
                bom_count=_one(connection, sa.select(sa.func.count()).select_from(now_library)),
                asked_count=asked,
                lifecycles=lifecycles,
                lines_by_lifecycle=by_line,
                outcomes=outcomes,
                tiers=tiers,
                events=_groups(connection, now_event.c.kind),
                severities=self._severities(connection, now_finding.c.waived == 0),
                new_severities=self._severities(
                    connection, (now_finding.c.waived == 0) & (now_finding.c.is_new == 1)
                ),
                waived_count=_one(connection, _count(now_finding.c.waived == 1)),
                healths=self._healths(connection, lines),
                makers_at_risk=self._makers(connection),
                lead_weeks=self._lead_weeks(connection),
            )

    def skipped_lines(self) -> Mapping[str, int]:
        """How many lines ask nothing, by the reason."""
        wanted = (
            sa.select(audit_line.c.skipped, sa.func.count())
            .join(now_library, now_library.c.library == audit_line.c.library)
            .where(audit_line.c.skipped != "")
            .group_by(audit_line.c.skipped)
        )
        with self._desk.transaction() as connection:
            return {reason: int(count) for reason, count in connection.execute(wanted)}

    def save(
        self, audit_id: str, at: datetime, counts: AuditCounts, *, parts: int, lacking: str
    ) -> None:
        """Keep the audit's counts, and which findings stand."""
        found = sa.select(
            sa.literal(self._libraries), now_finding.c.finding_id, sa.literal(at, audit.c.finished_at.type),
            sa.literal(audit_id),
        ).distinct()  # fmt: skip
        new = insert(audit_finding).from_select(
            ["libraries", "finding_id", "first_seen_at", "audit_id"], found.where(sa.true())
        )
        keep = new.on_conflict_do_update(
            index_elements=["libraries", "finding_id"], set_={"audit_id": audit_id}
        )
        gone = sa.delete(audit_finding).where(
            audit_finding.c.libraries == self._libraries, audit_finding.c.audit_id != audit_id
        )
        with self._desk.transaction() as connection:
            connection.execute(keep)
            connection.execute(gone)
            connection.execute(
                sa.insert(audit).values(
                    audit_id=audit_id,
                    libraries=self._libraries,
                    finished_at=at,
                    counts=to_json(counts),
                    parts_charged=parts,
                    not_in_plan=lacking,
                )
            )

    def past(self) -> Sequence[tuple[PastAudit, str]]:
        """The last audits of the same libraries, oldest first, each with what was not in the plan."""
        wanted = (
            sa.select(audit)
            .where(audit.c.libraries == self._libraries)
            .order_by(audit.c.finished_at.desc())
            .limit(_MOST_PAST)
        )
        with self._desk.transaction() as connection:
            rows = connection.execute(wanted).all()
        return [
            (
                PastAudit(
                    row.audit_id,
                    row.finished_at,
                    from_json(AuditCounts, row.counts),
                    row.parts_charged,
                ),
                row.not_in_plan,
            )
            for row in reversed(rows)
        ]

    def _part_counts(self, connection: sa.Connection) -> tuple[dict[str, int], ...]:
        is_its = (audit_part.c.question == now_part.c.question) & (
            audit_part.c.scope == self._desk.scope
        )
        tier = sa.func.coalesce(audit_part.c.tier, Tier.NEVER_SEEN.value)
        wanted = (
            sa.select(
                audit_part.c.states,
                tier,
                sa.func.coalesce(audit_part.c.outcome, "not seen"),
                sa.func.count(),
                sa.func.sum(now_part.c.line_count),
            )
            .select_from(now_part.outerjoin(audit_part, is_its))
            .group_by(audit_part.c.states, tier, audit_part.c.outcome)
        )
        lifecycles: dict[str, int] = {}
        by_line: dict[str, int] = {}
        tiers: dict[str, int] = {}
        outcomes: dict[str, int] = {}
        for states, of_tier, outcome, parts, lines in connection.execute(wanted):
            kinds = [StateKind(word) for word in (states or "").split()]
            word = lifecycle_of(kinds, of_tier)
            for counted, name, count in (
                (lifecycles, word, parts),
                (by_line, word, lines),
                (tiers, of_tier, parts),
                (outcomes, outcome, parts),
            ):
                counted[name] = counted.get(name, 0) + int(count)
        return lifecycles, by_line, tiers, outcomes

    def _line_count(self, connection: sa.Connection) -> int:
        of_now = sa.select(sa.func.count()).select_from(
            audit_line.join(now_library, now_library.c.library == audit_line.c.library)
        )
        return _one(connection, of_now)

    def _line_ranks(self) -> sa.Select[*tuple[Any, ...]]:
        """Each line with the rank of its best option."""
        is_its = (audit_part.c.question == audit_use.c.question) & (
            audit_part.c.scope == self._desk.scope
        )
        states = sa.func.coalesce(audit_part.c.states, _UNSEEN)
        return (
            sa.select(
                audit_use.c.library, audit_use.c.place, sa.func.min(now_health.c.rank).label("rank")
            )
            .select_from(
                audit_use.join(now_library, now_library.c.library == audit_use.c.library)
                .outerjoin(audit_part, is_its)
                .join(now_health, now_health.c.states == states)
            )
            .group_by(now_library.c.place, audit_use.c.library, audit_use.c.place)
        )

    def _healths(self, connection: sa.Connection, lines: int) -> dict[str, int]:
        ranked = self._line_ranks().subquery()
        wanted: sa.Select[*tuple[Any, ...]] = sa.select(ranked.c.rank, sa.func.count())
        rows = connection.execute(wanted.group_by(ranked.c.rank))
        found: dict[str, int] = {BEST_FIRST[int(row[0])].value: int(row[1]) for row in rows}
        bare = lines - sum(found.values())
        if bare:
            name = Health.UNCHECKED.value
            found[name] = found.get(name, 0) + bare
        return found

    def _lead_weeks(self, connection: sa.Connection) -> dict[int, int]:
        """Parts by whole weeks of lead time, of those whose facts are at hand."""
        told = {"scope": self._desk.scope}
        return {int(weeks): int(n) for weeks, n in connection.execute(_LEAD_WEEKS, told)}

    def _severities(
        self, connection: sa.Connection, where: sa.ColumnElement[bool]
    ) -> dict[str, int]:
        return _groups(connection, now_finding.c.severity, where)

    def _makers(self, connection: sa.Connection) -> dict[str, int]:
        parts = sa.func.count(sa.distinct(now_finding.c.question))
        wanted = (
            sa.select(now_finding.c.maker, parts)
            .where(
                now_finding.c.waived == 0,
                now_finding.c.rank >= Severity.WARNING.rank,
                now_finding.c.question.is_not(None),
            )
            .group_by(now_finding.c.maker)
            .order_by(parts.desc(), now_finding.c.maker)
            .limit(_MOST_MAKERS)
        )
        return {maker or "no maker": int(n) for maker, n in connection.execute(wanted)}


def _row(finding: Finding, question: int | None) -> dict[str, Any]:
    waived, _, is_known, _, mpn, _ = order_of(finding)
    return {
        "finding_id": finding.finding_id,
        "waived": int(waived),
        "rank": finding.severity.rank,
        "severity": finding.severity.value,
        "is_new": int(not is_known),
        "maker": finding.manufacturer or "",
        "mpn": mpn,
        "question": question,
        "finding": to_json(finding),
    }


def _rank(states: str) -> int:
    return rank_of(health_of([StateKind(word) for word in states.split()], is_seen=True))


def _count(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(now_finding).where(where)


def _one(connection: sa.Connection, wanted: sa.Select[Any]) -> int:
    return int(connection.execute(wanted).scalar_one())


def _groups(
    connection: sa.Connection, column: sa.Column[str], where: sa.ColumnElement[bool] | None = None
) -> dict[str, int]:
    wanted = sa.select(column, sa.func.count()).group_by(column)
    found = connection.execute(wanted if where is None else wanted.where(where))
    return {word: int(count) for word, count in found}
