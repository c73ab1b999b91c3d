"""The long lists of an audit, read off the desk in short portions: parts, lines, uses, events, findings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from bulkmatch.core.audit_json import from_json, memory_from_json
from bulkmatch.core.audit_schedule import due_at
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.line_health import line_health, option_words
from bulkmatch.core.part_states import health_of
from bulkmatch.model.audit import (
    MOST_USES,
    AuditEvent,
    EventKind,
    Finding,
    LineHealth,
    OptionHealth,
    WhereUsed,
)
from bulkmatch.model.observation import Context, Fact, PartState, Standing, Tier
from bulkmatch.model.policy import StateKind
from bulkmatch.store.audit_desk import Desk
from bulkmatch.store.audit_schema import (
    audit_line,
    audit_part,
    audit_question,
    audit_use,
    now_event,
    now_finding,
    now_library,
    now_order,
    now_part,
    now_risky,
)

T = TypeVar("T")
Line = Any  # a row of the database, which knows its columns only at run time
Rows = Sequence[Line]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A list that is read anew each time it is run through."""

    read: Callable[[], Iterator[T]]

    def __iter__(self) -> Iterator[T]:
        return self.read()


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads what an audit has on its desk."""

    desk: Desk
    sealer: Sealer
    context: Context
    intervals: Mapping[Tier, int]

    @property
    def parts(self) -> Iterable[PartState]:
        """All distinct parts, by maker and part number."""
        return Listed(self._read_parts)

    @property
    def lines(self) -> Iterable[LineHealth]:
        """All lines, in the order of the libraries."""
        return Listed(self._read_lines)

    @property
    def events(self) -> Iterable[AuditEvent]:
        """All events, by kind in the order of `EventKind`, then as they were seen."""
        place = {kind.value: at for at, kind in enumerate(EventKind)}
        order = (sa.case(place, value=now_event.c.kind), now_event.c.number)
        return Listed(lambda: self._read(AuditEvent, now_event.c.event, order))

    @property
    def findings(self) -> Iterable[Finding]:
        """All findings, worst first."""
        order = (
            now_finding.c.waived,
            now_finding.c.rank.desc(),
            now_finding.c.is_new.desc(),
            now_finding.c.maker,
            now_finding.c.mpn,
            now_finding.c.number,
        )
        return Listed(lambda: self._read(Finding, now_finding.c.finding, order))

    def notable(
        self, stale_before: Mapping[Tier, datetime]
    ) -> Iterator[tuple[PartState, Sequence[AuditEvent], int]]:
        """The parts with a state or an event, with their events and the number of their question.

        A part that was seen no later than its tier's instant in `stale_before` is stale.
        """
        has_event = sa.exists().where(now_event.c.question == now_part.c.question)
        stale = [
            (audit_part.c.tier == tier.value) & (audit_part.c.seen_at <= instant)
            for tier, instant in stale_before.items()
        ]
        where = sa.or_(audit_part.c.states != "", has_event, *stale)
        for rows in self._notable_rows(where):
            events = self._events_of([row.question for row in rows])
            for row in rows:
                state = self._state(row)
                before = stale_before.get(state.tier)
                if before is not None and state.seen_at is not None and state.seen_at <= before:
                    state = replace(state, states=(*state.states, StateKind.STALE.value))
                yield state, events.get(row.question, ()), row.question

    def uses(
        self, questions: Sequence[int], *, most: int = MOST_USES
    ) -> dict[int, list[WhereUsed]]:
        """The first lines that need each question's part, in the order of the libraries."""
        number = sa.func.row_number().over(
            partition_by=audit_use.c.question, order_by=(now_library.c.place, audit_use.c.place)
        )
        counted = (
            sa.select(
                audit_use.c.question,
                audit_use.c.option,
                now_library.c.name,
                audit_line.c.line,
                audit_line.c.sheet,
                audit_line.c.designators,
                audit_line.c.quantity,
                number.label("number"),
            )
            .select_from(_used_lines())
            .where(audit_use.c.question.in_(questions))
            .subquery()
        )
        found: dict[int, list[WhereUsed]] = {}
        wanted = sa.select(counted).where(counted.c.number <= most)
        with self.desk.transaction() as connection:
            for row in connection.execute(wanted.order_by(counted.c.question, counted.c.number)):
                found.setdefault(row.question, []).append(_use(row, is_alternate=row.option > 0))
        return found

    def _read(
        self, kind: type[T], column: sa.Column[str], order: Sequence[sa.ColumnElement[Any]]
    ) -> Iterator[T]:
        table = column.table
        numbers = sa.select(table.c.number).order_by(*order)
        for portion in self._ordered(column.name, numbers):
            wanted = sa.select(table.c.number, column).where(table.c.number.in_(portion))
            with self.desk.transaction() as connection:
                texts: dict[int, str] = {row[0]: row[1] for row in connection.execute(wanted)}
            yield from (from_json(kind, texts[number]) for number in portion)

    def _read_parts(self) -> Iterator[PartState]:
        numbers = (
            sa.select(now_part.c.question)
            .join(audit_question, audit_question.c.question == now_part.c.question)
            .order_by(
                sa.func.lower(sa.func.coalesce(audit_question.c.manufacturer, "")),
                sa.func.lower(audit_question.c.mpn),
                now_part.c.question,
            )
        )
        for portion in self._ordered("part", numbers):
            rows = {row.question: row for row in self._rows(now_part.c.question.in_(portion))}
            yield from (self._state(rows[number]) for number in portion)

    def _ordered(self, name: str, numbers: sa.Select[Any]) -> Iterator[Sequence[int]]:
        """The numbers of a list in its order, portion by portion; sorted the first time only."""
        is_its = now_order.c.list == name
        with self.desk.transaction() as connection:
            if connection.execute(sa.select(sa.exists().where(is_its))).scalar_one() == 0:
                told = numbers.with_only_columns(sa.literal(name), *numbers.selected_columns)
                connection.execute(sa.insert(now_order).from_select(["list", "number"], told))
        after = 0
        while True:
            wanted = sa.select(now_order.c.place, now_order.c.number).where(
                is_its, now_order.c.place > after
            )
            with self.desk.transaction() as connection:
                ordered = wanted.order_by(now_order.c.place).limit(_AT_ONCE)
                rows = connection.execute(ordered).all()
            if not rows:
                return
            yield [row.number for row in rows]
            after = rows[-1].place

    def _notable_rows(self, where: sa.ColumnElement[bool]) -> Iterator[Rows]:
        after = 0
        while rows := self._rows(where & (now_part.c.question > after)):
            yield rows
            after = rows[-1].question

    def _rows(self, where: sa.ColumnElement[bool]) -> Rows:
        is_its = (audit_part.c.question == now_part.c.question) & (
            audit_part.c.scope == self.desk.scope
        )
        wanted = (
            sa.select(
                now_part.c.question,
                now_part.c.line_count,
                now_part.c.state,
                audit_question.c.identity,
                audit_question.c.mpn,
                audit_question.c.sku,
                audit_question.c.manufacturer,
                audit_part.c.outcome,
                audit_part.c.states,
                audit_part.c.tier,
                audit_part.c.seen_at,
                audit_part.c.memory,
                audit_part.c.told,
            )
            .select_from(
                now_part.join(
                    audit_question, audit_question.c.question == now_part.c.question
                ).outerjoin(audit_part, is_its)
            )
            .where(where)
            .order_by(now_part.c.question)
            .limit(_AT_ONCE)
        )
        with self.desk.transaction() as connection:
            return [*connection.execute(wanted)]

    def _state(self, row: Line) -> PartState:
        """The state as it was seen now, as the retention has kept it, or what fingerprints leave of it."""
        told = row.state or row.told
        state = self._bare(row) if told is None else from_json(PartState, told)
        due = None
        if state.seen_at is not None:
            due = due_at(state.tier, state.seen_at, self.intervals)
        return replace(state, line_count=row.line_count, is_new=row.state is not None, due_at=due)

    def _bare(self, row: Line) -> PartState:
        """A part without values: our own conclusions and fingerprints."""
        bare = PartState(
            key=self.sealer.part_key(self.desk.scope, row.identity),
            mpn=row.mpn or row.sku or "",
            manufacturer=row.manufacturer,
            outcome=row.outcome or "not seen",
            reason="",
            context=self.context,
        )
        if row.seen_at is None:
            return bare
        facts = (
            Fact(name, Standing.NOT_KEPT, None, kept.at, quantity=kept.quantity, digest=kept.digest)
            for name, kept in memory_from_json(row.memory).items()
        )
        return replace(
            bare,
            tier=Tier(row.tier),
            seen_at=row.seen_at,
            states=tuple(row.states.split()),
            facts=tuple(facts),
        )

    def _events_of(self, questions: Sequence[int]) -> dict[int, list[AuditEvent]]:
        found: dict[int, list[AuditEvent]] = {}
        wanted = (
            sa.select(now_event.c.question, now_event.c.event)
            .where(now_event.c.question.in_(questions))
            .order_by(now_event.c.number)
        )
        with self.desk.transaction() as connection:
            for question, text in connection.execute(wanted):
                found.setdefault(question, []).append(from_json(AuditEvent, text))
        return found

    def _read_lines(self) -> Iterator[LineHealth]:
        for rows in self._line_portions():
            yield from self._healths(rows)

    def risky_lines(self) -> Iterator[LineHealth]:
        """The lines that were found to be at risk or at their end, in the order of the libraries."""
        is_risky = sa.exists().where(
            now_risky.c.library == audit_line.c.library, now_risky.c.place == audit_line.c.place
        )
        for rows in self._line_portions(is_risky):
            yield from self._healths(rows)

    def _line_portions(self, where: sa.ColumnElement[bool] | None = None) -> Iterator[Rows]:
        libraries = sa.select(now_library).order_by(now_library.c.place)
        with self.desk.transaction() as connection:
            named = connection.execute(libraries).all()
        for library in named:
            after = -1
            while rows := self._line_rows(library, after, where):
                yield rows
                after = rows[-1].place

    def _line_rows(self, library: Line, after: int, where: sa.ColumnElement[bool] | None) -> Rows:
        wanted = (
            sa.select(audit_line, sa.literal(library.name).label("name"))
            .where(audit_line.c.library == library.library, audit_line.c.place > after)
            .order_by(audit_line.c.place)
            .limit(_AT_ONCE)
        )
        with self.desk.transaction() as connection:
            return [*connection.execute(wanted if where is None else wanted.where(where))]

    def _healths(self, rows: Rows) -> Iterator[LineHealth]:
        options = self._options_of(rows)
        for row in rows:
            line = line_health(_use(row), options.get(row.place, []))
            yield replace(line, words=row.skipped) if row.skipped else line

    def _options_of(self, rows: Rows) -> dict[int, list[OptionHealth]]:
        """The options of lines of one library, by the line's place."""
        is_its = (audit_part.c.question == audit_use.c.question) & (
            audit_part.c.scope == self.desk.scope
        )
        wanted = (
            sa.select(audit_use.c.place, audit_use.c.option, audit_question, audit_part.c.states)
            .join(audit_question, audit_question.c.question == audit_use.c.question)
            .outerjoin(audit_part, is_its)
            .where(
                audit_use.c.library == rows[0].library,
                audit_use.c.place.in_([row.place for row in rows]),
            )
            .order_by(audit_use.c.place, audit_use.c.option)
        )
        found: dict[int, list[OptionHealth]] = {}
        with self.desk.transaction() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.place, []).append(self._option(row))
        return found

    def _option(self, row: Line) -> OptionHealth:
        is_seen = row.states is not None
        states = [StateKind(word) for word in (row.states or "").split()]
        return OptionHealth(
            key=self.sealer.part_key(self.desk.scope, row.identity),
            mpn=row.mpn or row.sku or "",
            manufacturer=row.manufacturer,
            health=health_of(states, is_seen=is_seen),
            words=option_words(states, is_seen=is_seen),
            is_alternate=row.option > 0,
        )


def _used_lines() -> sa.FromClause:
    is_line = (audit_line.c.library == audit_use.c.library) & (
        audit_line.c.place == audit_use.c.place
    )
    return audit_use.join(now_library, now_library.c.library == audit_use.c.library).join(
        audit_line, is_line
    )


def _use(row: Line, *, is_alternate: bool = False) -> WhereUsed:
    return WhereUsed(
        bom=row.name,
        line=row.line,
        designators=row.designators,
        quantity=None if row.quantity is None else Decimal(row.quantity),
        sheet=row.sheet,
        is_alternate=is_alternate,
    )
