"""What is known of an account's plan: features, a part limit that was met, its own counter."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.model.plan import Counter, FeatureNote, KnownPlan, LimitMet
from bulkmatch.store.schema import counter, limit_met, plan_feature


def read(connection: sa.Connection, account: str) -> KnownPlan:
    """All that is known; nothing for an account that nobody has learnt of."""
    return KnownPlan(
        _features(connection, account), _met(connection, account), _counter(connection, account)
    )


def accounts() -> tuple[sa.Select[tuple[str]], ...]:
    """What selects the names of all accounts of which something is known."""
    return tuple(sa.select(table.c.account) for table in (plan_feature, limit_met, counter))


def note_features(connection: sa.Connection, account: str, notes: Collection[FeatureNote]) -> None:
    """Keep notes; each takes the place of an older one on the same feature."""
    for note in notes:
        _put(
            connection,
            plan_feature,
            account=account,
            feature=note.feature,
            is_included=note.is_included,
            learnt_at=note.learnt_at,
            told=note.told,
        )


def note_limit(connection: sa.Connection, account: str, met: LimitMet | None) -> None:
    """Keep the limit that was met; None lifts it."""
    if met is None:
        connection.execute(sa.delete(limit_met).where(limit_met.c.account == account))
    else:
        _put(
            connection,
            limit_met,
            account=account,
            met_at=met.met_at,
            part_limit=met.limit,
            told=met.told,
        )


def note_counter(connection: sa.Connection, account: str, read_now: Counter) -> bool:
    """Keep what the counter said; whether the plan has changed since its limit was last known.

    A changed plan may include what it lacked: that is asked for again. A limit above the one that
    was met lifts it; the count itself may be a day old and proves nothing.
    """
    known = read(connection, account)
    before = known.counter.part_limit if known.counter else known.met and known.met.limit
    has_changed = before is not None and before != read_now.part_limit
    _put(
        connection,
        counter,
        account=account,
        application_id=read_now.application_id,
        application=read_now.application,
        part_counter=read_now.part_counter,
        part_limit=read_now.part_limit,
        read_at=read_now.read_at,
    )
    if has_changed:
        lacking = plan_feature.c.is_included.is_(False)
        connection.execute(
            sa.delete(plan_feature).where(plan_feature.c.account == account, lacking)
        )
    if known.met and known.met.limit is not None and read_now.part_limit > known.met.limit:
        note_limit(connection, account, None)
    return has_changed


def _put(connection: sa.Connection, table: sa.Table, **values: object) -> None:
    new = insert(table).values(**values)
    keys = [column.name for column in table.primary_key]
    kept = {name: new.excluded[name] for name in values if name not in keys}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=kept))


def _features(connection: sa.Connection, account: str) -> tuple[FeatureNote, ...]:
    columns = plan_feature.c
    wanted = (
        sa.select(columns.feature, columns.is_included, columns.learnt_at, columns.told)
        .where(columns.account == account)
        .order_by(columns.feature)
    )
    return tuple(FeatureNote(*row) for row in connection.execute(wanted))


def _met(connection: sa.Connection, account: str) -> LimitMet | None:
    columns = limit_met.c
    wanted = sa.select(columns.met_at, columns.part_limit, columns.told)
    row = connection.execute(wanted.where(columns.account == account)).first()
    return None if row is None else LimitMet(*row)


def _counter(connection: sa.Connection, account: str) -> Counter | None:
    columns = [column for column in counter.c if column.name != "account"]
    row = connection.execute(sa.select(*columns).where(counter.c.account == account)).first()
    return None if row is None else Counter(*row)
