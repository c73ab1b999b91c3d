"""Answers kept for their retention: load the fresh ones, save new ones, forget the stale ones."""

import zlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.core.freshness import CLOCK_SKEW, is_fresh
from bulkmatch.model.money import StoredAnswer
from bulkmatch.store.schema import answer, call

# SQLite's least bound on variables in one statement, with room to spare.
_MOST_KEYS = 500

# Statements are made once, as in the ledger.
_FOUND = sa.select(
    answer.c.key,
    answer.c.payload,
    answer.c.asked_at,
    answer.c.expires_at,
    answer.c.not_entitled,
).where(answer.c.key.in_(sa.bindparam("of_keys", expanding=True)))


def load(
    connection: sa.Connection, keys: Sequence[str], *, now: datetime
) -> dict[str, StoredAnswer]:
    """The fresh answers among `keys`."""
    found: dict[str, StoredAnswer] = {}
    for at in range(0, len(keys), _MOST_KEYS):
        wanted = {"of_keys": keys[at : at + _MOST_KEYS]}
        for key, payload, asked_at, expires, missing in connection.execute(_FOUND, wanted):
            text = _unpacked(payload) if is_fresh(asked_at, expires, now) else None
            if text is not None:
                features = frozenset(missing.split())
                found[key] = StoredAnswer(key, text, asked_at, expires, features)
    return found


def _unpacked(payload: bytes) -> bytes | None:
    """The text of a payload; None when it is torn, as good as no answer."""
    try:
        return zlib.decompress(payload)
    except zlib.error:
        return None


def save(connection: sa.Connection, call_id: str, answers: Sequence[StoredAnswer]) -> None:
    """Keep `answers`; a newer one takes an older one's place."""
    if not answers:
        return
    rows = [
        {
            "key": kept.key,
            "call_id": call_id,
            "payload": zlib.compress(kept.payload, 1),
            "asked_at": kept.asked_at,
            "expires_at": kept.expires_at,
            "not_entitled": " ".join(sorted(kept.not_entitled)),
        }
        for kept in answers
    ]
    connection.execute(_SAVE, rows)


def _is_later(new: sa.ColumnElement[datetime], old: sa.ColumnElement[datetime]) -> sa.Case[bool]:
    """Whether a new answer takes an old one's place; one from the future was dated by a wrong clock."""
    skew = CLOCK_SKEW.total_seconds()
    seconds = [sa.type_coerce(instant, sa.Double) for instant in (new, old)]
    return sa.case(
        (seconds[0] >= seconds[1], sa.true()),
        (seconds[1] > seconds[0] + skew, sa.true()),
        else_=sa.false(),
    )


_NEW = insert(answer)
_FIELDS = ("call_id", "payload", "asked_at", "expires_at", "not_entitled")
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={name: _NEW.excluded[name] for name in _FIELDS},
    where=_is_later(_NEW.excluded.asked_at, answer.c.asked_at),
)


def forget(connection: sa.Connection, *, now: datetime) -> int:
    """Delete what may no longer be kept, and what a wrong clock has dated; how many answers."""
    stale = answer.c.expires_at <= now
    from_the_future = answer.c.asked_at > now + CLOCK_SKEW
    return connection.execute(sa.delete(answer).where(stale | from_the_future)).rowcount


def forget_run(connection: sa.Connection, run_id: str) -> int:
    """Delete the answers of a run's calls; how many that were."""
    of_run = sa.select(call.c.call_id).where(call.c.run_id == run_id)
    return connection.execute(sa.delete(answer).where(answer.c.call_id.in_(of_run))).rowcount
