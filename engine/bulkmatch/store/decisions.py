"""What people have decided about questions, by account: read, keep, forget."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.model.decision import Action, Decision, Subject
from bulkmatch.store.schema import decision

_NEW = insert(decision)
_KEYS = ("account", "number", "maker")
_KEEP = _NEW.on_conflict_do_update(
    index_elements=_KEYS,
    set_={c.name: _NEW.excluded[c.name] for c in decision.c if c.name not in _KEYS},
)


def read(connection: sa.Connection, account: str) -> tuple[Decision, ...]:
    """All decisions of an account, by what was asked."""
    wanted = (
        sa.select(decision)
        .where(decision.c.account == account)
        .order_by(decision.c.number, decision.c.maker)
    )
    return tuple(_read(row) for row in connection.execute(wanted))


def accounts() -> sa.Select[tuple[str]]:
    """What selects the names of all accounts that have decisions."""
    return sa.select(decision.c.account)


def keep(connection: sa.Connection, account: str, decisions: Iterable[Decision]) -> None:
    """Keep decisions; each takes the place of the one about the same question."""
    rows = [_values(account, kept) for kept in decisions]
    if rows:
        connection.execute(_KEEP, rows)


def forget(connection: sa.Connection, account: str, subjects: Iterable[Subject]) -> int:
    """Forget the decisions about these questions; how many there were."""
    count = 0
    for subject in subjects:
        about = (decision.c.number == subject.number) & (decision.c.maker == subject.maker)
        gone = connection.execute(sa.delete(decision).where(decision.c.account == account, about))
        count += gone.rowcount
    return count


def _values(account: str, kept: Decision) -> dict[str, str | datetime | None]:
    return {
        "account": account,
        "number": kept.subject.number,
        "maker": kept.subject.maker,
        "action": kept.action.value,
        "asked": kept.asked,
        "asked_maker": kept.asked_maker,
        "mpn": kept.mpn,
        "manufacturer": kept.manufacturer,
        "part_id": kept.part_id,
        "decided_by": kept.decided_by,
        "decided_at": kept.decided_at,
        "note": kept.note,
    }


def _read(row: sa.Row[tuple[object, ...]]) -> Decision:
    return Decision(
        subject=Subject(row.number, row.maker),
        action=Action(row.action),
        asked=row.asked,
        asked_maker=row.asked_maker,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        mpn=row.mpn,
        manufacturer=row.manufacturer,
        part_id=row.part_id,
        note=row.note,
    )
