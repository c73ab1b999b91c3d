"""The tables. Instants are UTC seconds since the epoch; counts are parts."""

from datetime import UTC, datetime

import sqlalchemy as sa

# 1: the books and the answers. 2: what is known of plans, and what a reconciliation booked.
# 3: claims. 4: audits.
VERSION = 4


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

# The questions under way: each is claimed by one call, until that ends or its lease runs out.
# `owner` names the process of the call.
claim = sa.Table(
    "claim",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("lease_until", Instant, nullable=False),
    sa.Index("claim_by_call", "call_id"),
    sqlite_with_rowid=False,
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

# What the plan of an account includes, feature by feature, in our names.
plan_feature = sa.Table(
    "plan_feature",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("feature", sa.Text, primary_key=True),
    sa.Column("is_included", sa.Boolean, nullable=False),
    sa.Column("learnt_at", Instant, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)

# A part limit that an account has met and nobody has lifted.
limit_met = sa.Table(
    "limit_met",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("met_at", Instant, nullable=False),
    sa.Column("part_limit", sa.BigInteger),
    sa.Column("told", sa.Text, nullable=False),
)

# The account's own count of its parts, as last read.
counter = sa.Table(
    "counter",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("application_id", sa.Text, nullable=False),
    sa.Column("application", sa.Text, nullable=False),
    sa.Column("part_counter", sa.BigInteger, nullable=False),
    sa.Column("part_limit", sa.BigInteger, nullable=False),
    sa.Column("read_at", Instant, nullable=False),
)

# What a reconciliation changed in a month, and why. `counted` is the account's own count.
reconciliation = sa.Table(
    "reconciliation",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("booked_at", Instant, nullable=False),
    sa.Column("counted", sa.BigInteger, nullable=False),
    sa.Column("written_off", sa.BigInteger, nullable=False),
    sa.Column("external", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("reconciliation_by_month", "account", "month"),
)

# What people have decided about questions, per account; no content of the API's.
decision = sa.Table(
    "decision",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("maker", sa.Text, primary_key=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("asked_maker", sa.Text),
    sa.Column("mpn", sa.Text),
    sa.Column("manufacturer", sa.Text),
    sa.Column("part_id", sa.Text),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


def run_scope(run_id: str) -> str:
    """The name under which a run's parts are counted."""
    return f"run:{run_id}"


def month_scope(account: str, month: str) -> str:
    """The name under which an account's calendar month is counted."""
    return f"month:{account}:{month}"
