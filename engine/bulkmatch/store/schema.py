"""The tables. Instants are UTC seconds since the epoch; counts are parts."""

from datetime import UTC, datetime

import sqlalchemy as sa

VERSION = 1


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as seconds since the epoch."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> float | None:
        """Seconds, for the database."""
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> datetime | None:
        """An aware instant, for us."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


metadata = sa.MetaData()

# What each scope has used: "run:<run id>" or "month:<account>:<2026-11>".
spend = sa.Table(
    "spend",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("settled", sa.BigInteger, nullable=False, default=0),
    sa.Column("reserved", sa.BigInteger, nullable=False, default=0),
    sa.Column("unknown", sa.BigInteger, nullable=False, default=0),
    sa.Column("external", sa.BigInteger, nullable=False, default=0),
)

# One send each; its state says what became of the parts it held.
call = sa.Table(
    "call",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reserved", sa.Integer, nullable=False),
    sa.Column("billed", sa.Integer),
    sa.Column("unknown", sa.Integer, nullable=False, default=0),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("lease_until", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("cause", sa.Text),
    sa.Index("call_by_state", "state", "lease_until"),
    sa.Index("call_by_month", "account", "month"),
)

answer = sa.Table(
    "answer",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("not_entitled", sa.Text, nullable=False, default=""),
    sa.Index("answer_by_expiry", "expires_at"),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("run_by_fingerprint", "account", "fingerprint", "state"),
)


def run_scope(run_id: str) -> str:
    """The name under which a run's parts are counted."""
    return f"run:{run_id}"


def month_scope(account: str, month: str) -> str:
    """The name under which an account's calendar month is counted."""
    return f"month:{account}:{month}"
