"""The desk on which one audit is made: libraries, turns, states, findings. Blocking; use it in a thread.

All that grows with a library stays in the database: what is kept in the store's file, what is of this
audit alone in temporary tables that go with the connection. Transactions are short, since the
engine books its calls in the same file meanwhile.
"""

import secrets
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.core.audit_json import memory_from_json, memory_to_json, to_json
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.model.audit_event import AuditEvent
from bulkmatch.model.library_line import AskedLine
from bulkmatch.model.observation import FactName, Kept, PartState, Tier
from bulkmatch.store import audit_library
from bulkmatch.store.audit_schema import (
    audit_key,
    audit_part,
    audit_question,
    audit_use,
    now_event,
    now_library,
    now_part,
    now_turn,
    scratch,
)
from bulkmatch.store.sqlite import connect, translated

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Turn:
    """A question to ask, with its place in the order of asking."""

    turn: int
    question: int
    identity: str
    mpn: str
    manufacturer: str | None
    sku: str | None
    seller: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier audit has left of a part. `pending` is an outcome that one has yet to confirm."""

    outcome: str
    pending: str
    memory: Mapping[FactName, Kept]


@dataclass(frozen=True, slots=True)
class Seen:
    """What this audit has seen of a part, to keep; `outcome` is the one that is confirmed."""

    question: int
    state: PartState
    outcome: str
    pending: str
    memory: Mapping[FactName, Kept]
    events: tuple[AuditEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When parts are due: `due_before` has for each tier the instant up to which it is."""

    order: Sequence[Tier]
    due_before: Mapping[Tier, datetime]


class Desk:
    """One audit's work in one store and one scope (account, source, country, currency)."""

    def __init__(self, engine: sa.Engine, path: Path | None, scope: str) -> None:
        self._engine, self._path, self.scope = engine, path, scope
        with self.transaction() as connection:
            scratch.create_all(connection)

    @contextmanager
    def transaction(self) -> Generator[sa.Connection]:
        """One transaction on the store's file."""
        with translated(self._path), self._engine.begin() as connection:
            yield connection

    def sealer(self) -> Sealer:
        """What makes fingerprints, with the store's own key; made at the first audit."""
        with self.transaction() as connection:
            new = insert(audit_key).values(number=1, key=secrets.token_bytes(_KEY_BYTES))
            connection.execute(new.on_conflict_do_nothing(index_elements=["number"]))
            return Sealer(connection.execute(sa.select(audit_key.c.key)).scalar_one())

    def add_library(self, name: str, digest: str, lines: Iterable[AskedLine] | None) -> bool:
        """Put a library on the desk, from `lines` or, for None, as it was read before.

        False when it was not read before and there are no lines.
        """
        with self.transaction() as connection:
            library = audit_library.find(connection, digest)
        if library is None:
            if lines is None:
                return False
            library = self._read(digest, lines)
        with self.transaction() as connection:
            place = sa.select(sa.func.count()).select_from(now_library).scalar_subquery()
            connection.execute(
                sa.insert(now_library).values(place=place, library=library, name=name)
            )
        return True

    def _read(self, digest: str, lines: Iterable[AskedLine]) -> int:
        with self.transaction() as connection:
            library = audit_library.begin(connection, digest)
        count = 0
        for portion in audit_library.in_portions(lines):
            with self.transaction() as connection:
                audit_library.write(connection, library, portion, first=count)
            count += len(portion)
        with self.transaction() as connection:
            audit_library.end(connection, library, line_count=count)
        return library

    def gather(self) -> int:
        """Find the distinct questions of all libraries on the desk; how many there are."""
        lines = sa.func.count(sa.distinct(audit_use.c.library * 10**9 + audit_use.c.place))
        of_now = sa.select(audit_use.c.question, lines).where(
            audit_use.c.library.in_(sa.select(now_library.c.library))
        )
        with self.transaction() as connection:
            connection.execute(sa.delete(now_part))
            connection.execute(
                sa.insert(now_part).from_select(
                    ["question", "line_count"], of_now.group_by(audit_use.c.question)
                )
            )
            return self._count(connection, now_part)

    def due(self, schedule: Schedule, *, at_most: Mapping[Tier, datetime] | None = None) -> int:
        """How many parts are due, or would be by the instants of `at_most`."""
        wanted = (
            sa.select(sa.func.count())
            .select_from(self._parts())
            .where(_is_due(at_most or schedule.due_before))
        )
        with self.transaction() as connection:
            return int(connection.execute(wanted).scalar_one())

    def take_turns(self, schedule: Schedule, *, count: int) -> int:
        """Give the `count` most urgent parts their turns; how many got one.

        Parts that are due come first, by risk; of one tier the stalest comes first.
        """
        rank = sa.case(
            {tier.value: place for place, tier in enumerate(schedule.order)},
            value=_tier(),
            else_=len(schedule.order),
        )
        is_later = sa.case((_is_due(schedule.due_before), 0), else_=1)
        chosen = (
            sa.select(now_part.c.question)
            .select_from(self._parts())
            .order_by(is_later, rank, audit_part.c.seen_at, now_part.c.question)
            .limit(count)
        )
        with self.transaction() as connection:
            connection.execute(sa.delete(now_turn))
            connection.execute(sa.insert(now_turn).from_select(["question"], chosen))
            return self._count(connection, now_turn)

    def turns(self, after: int, *, count: int) -> Sequence[Turn]:
        """The next turns after a turn (0 before the first)."""
        wanted = (
            sa.select(
                now_turn.c.turn,
                audit_question.c.question,
                audit_question.c.identity,
                audit_question.c.mpn,
                audit_question.c.manufacturer,
                audit_question.c.sku,
                audit_question.c.seller,
            )
            .join(audit_question, audit_question.c.question == now_turn.c.question)
            .where(now_turn.c.turn > after)
            .order_by(now_turn.c.turn)
            .limit(count)
        )
        with self.transaction() as connection:
            return [Turn(*row) for row in connection.execute(wanted)]

    def known(self, questions: Sequence[int]) -> Mapping[int, Known]:
        """What earlier audits have left of these questions' parts."""
        wanted = sa.select(
            audit_part.c.question, audit_part.c.outcome, audit_part.c.pending, audit_part.c.memory
        ).where(audit_part.c.scope == self.scope, audit_part.c.question.in_(questions))
        with self.transaction() as connection:
            return {
                question: Known(outcome, pending, memory_from_json(memory))
                for question, outcome, pending, memory in connection.execute(wanted)
            }

    def states_in_scopes(self, number: str, maker: str) -> Mapping[str, str]:
        """The states that audits have left of a part, by their scope; any maker for an empty one."""
        identity = audit_question.c.identity
        is_its = identity == f"{number}\x1f{maker}"
        if not maker:
            is_its = identity.startswith(f"{number}\x1f", autoescape=True)
        wanted = (
            sa.select(audit_part.c.scope, audit_part.c.states)
            .join(audit_question, audit_question.c.question == audit_part.c.question)
            .where(is_its)
            .order_by(audit_part.c.seen_at)
        )
        with self.transaction() as connection:
            return {row.scope: row.states for row in connection.execute(wanted)}

    @property
    def is_in_memory(self) -> bool:
        """Whether nothing is on a disk, so that no thread is needed."""
        return self._path is None

    def add_event(self, event: AuditEvent) -> None:
        """Put an event on the desk that is of no single part."""
        with self.transaction() as connection:
            told = {"question": None, "kind": event.kind.value, "event": to_json(event)}
            connection.execute(sa.insert(now_event), [told])

    def record(self, seen: Sequence[Seen], *, told_until: datetime | None) -> None:
        """Keep what was seen, in one transaction; facts themselves only with `told_until`."""
        if not seen:
            return
        with self.transaction() as connection:
            connection.execute(_KEEP, [self._row(one, told_until) for one in seen])
            connection.execute(
                sa.update(now_part)
                .where(now_part.c.question == sa.bindparam("of"))
                .values(state=sa.bindparam("told")),
                [{"of": one.question, "told": to_json(one.state)} for one in seen],
            )
            events = [
                {"question": one.question, "kind": event.kind.value, "event": to_json(event)}
                for one in seen
                for event in one.events
            ]
            if events:
                connection.execute(sa.insert(now_event), events)

    def _row(self, seen: Seen, told_until: datetime | None) -> dict[str, Any]:
        state = seen.state
        return {
            "scope": self.scope,
            "question": seen.question,
            "outcome": seen.outcome,
            "pending": seen.pending,
            "states": " ".join(state.states),
            "tier": state.tier.value,
            "seen_at": state.seen_at,
            "memory": memory_to_json(seen.memory),
            "told": None if told_until is None else to_json(state),
            "told_until": told_until,
        }

    def tidy(self, now: datetime) -> None:
        """Forget facts that may no longer be kept, and values in fingerprints' stead with them."""
        stale = sa.and_(audit_part.c.told_until.is_not(None), audit_part.c.told_until <= now)
        with self.transaction() as connection:
            for question, memory in connection.execute(
                sa.select(audit_part.c.question, audit_part.c.memory).where(
                    audit_part.c.scope == self.scope, stale
                )
            ).all():
                bare = {
                    name: Kept(kept.digest, kept.at, kept.pending, kept.quantity)
                    for name, kept in memory_from_json(memory).items()
                }
                connection.execute(
                    sa.update(audit_part)
                    .where(audit_part.c.scope == self.scope, audit_part.c.question == question)
                    .values(told=None, told_until=None, memory=memory_to_json(bare))
                )

    def close(self) -> None:
        """Let go of the file; the working tables go with it."""
        self._engine.dispose()

    def _parts(self) -> sa.FromClause:
        is_its = (audit_part.c.question == now_part.c.question) & (audit_part.c.scope == self.scope)
        return now_part.outerjoin(audit_part, is_its)

    def _count(self, connection: sa.Connection, table: sa.Table) -> int:
        counted = sa.select(sa.func.count()).select_from(table)
        return int(connection.execute(counted).scalar_one())

    def __repr__(self) -> str:
        return f"Desk({self._path or 'memory'}, {self.scope})"


def open_desk(path: Path | None, *, scope: str) -> Desk:
    """A desk in the store at `path`, or in memory. Raises `StoreError`."""
    return Desk(connect(path), path, scope)


def _tier() -> sa.ColumnElement[str]:
    return sa.func.coalesce(audit_part.c.tier, Tier.NEVER_SEEN.value)


def _is_due(due_before: Mapping[Tier, datetime]) -> sa.ColumnElement[bool]:
    """Whether a part waits: never seen, or seen no later than the instant of its tier."""
    terms = [
        (audit_part.c.tier == tier.value) & (audit_part.c.seen_at <= instant)
        for tier, instant in due_before.items()
    ]
    return sa.or_(audit_part.c.tier.is_(None), *terms)


_NEW = insert(audit_part)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["scope", "question"],
    set_={
        c.name: _NEW.excluded[c.name] for c in audit_part.c if c.name not in ("scope", "question")
    },
)
