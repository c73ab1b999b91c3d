"""The tables of audits. Libraries and findings are the user's own; of the API's facts fingerprints stay."""

import sqlalchemy as sa

from bulkmatch.store.schema import Instant, metadata

# The key that fingerprints are made with. It is one row, and never leaves the store.
audit_key = sa.Table(
    "audit_key",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)

# A library as it was read; `digest` is of its content and of how it was read.
audit_library = sa.Table(
    "audit_library",
    metadata,
    sa.Column("library", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("line_count", sa.Integer, nullable=False),
    sa.Column("is_whole", sa.Boolean, nullable=False),
)

# A distinct question of any library, as the first line that asks it has it.
audit_question = sa.Table(
    "audit_question",
    metadata,
    sa.Column("question", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("identity", sa.Text, nullable=False, unique=True),
    sa.Column("mpn", sa.Text, nullable=False),
    sa.Column("manufacturer", sa.Text),
    sa.Column("sku", sa.Text),
    sa.Column("seller", sa.Text),
)

# A line of a library; `skipped` says why it asks nothing, empty when it asks.
audit_line = sa.Table(
    "audit_line",
    metadata,
    sa.Column("library", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("sheet", sa.Text),
    sa.Column("mpn", sa.Text, nullable=False),
    sa.Column("designators", sa.Text, nullable=False),
    sa.Column("quantity", sa.Text),
    sa.Column("skipped", sa.Text, nullable=False),
)

# What a line may be built with: `option` is 0 for its own part, alternates count from 1.
audit_use = sa.Table(
    "audit_use",
    metadata,
    sa.Column("library", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("option", sa.Integer, primary_key=True),
    sa.Column("question", sa.Integer, nullable=False),
    sa.Index("audit_use_by_question", "question", "library"),
)

# What is known of a question's part in one scope (account, source, country, currency). `states` are our
# own conclusions, `memory` the fingerprints, `told` the facts while the retention lets them be kept.
audit_part = sa.Table(
    "audit_part",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("question", sa.Integer, primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("pending", sa.Text, nullable=False),
    sa.Column("states", sa.Text, nullable=False),
    sa.Column("tier", sa.Text, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("memory", sa.Text, nullable=False),
    sa.Column("told", sa.Text),
    sa.Column("told_until", Instant),
)

# What an audit of a group of libraries has found; `first_seen_at` outlives audits while it is found.
audit_finding = sa.Table(
    "audit_finding",
    metadata,
    sa.Column("libraries", sa.Text, primary_key=True),
    sa.Column("finding_id", sa.Text, primary_key=True),
    sa.Column("first_seen_at", Instant, nullable=False),
    sa.Column("audit_id", sa.Text, nullable=False),
)

# A past audit, by the group of libraries that it was of.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("audit_id", sa.Text, primary_key=True),
    sa.Column("libraries", sa.Text, nullable=False),
    sa.Column("finished_at", Instant, nullable=False),
    sa.Column("counts", sa.Text, nullable=False),
    sa.Column("parts_charged", sa.Integer, nullable=False),
    sa.Column("not_in_plan", sa.Text, nullable=False),
    sa.Index("audit_by_libraries", "libraries", "finished_at"),
)

# Working tables of one audit; they are temporary and go with the connection.
scratch = sa.MetaData()


def _scratch(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, scratch, *columns, prefixes=["TEMPORARY"])


# The libraries of this audit, in the order they were named.
now_library = _scratch(
    "now_library",
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("library", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)

# The distinct questions of this audit. `state` is what it has seen of those that it has asked.
now_part = _scratch(
    "now_part",
    sa.Column("question", sa.Integer, primary_key=True),
    sa.Column("line_count", sa.Integer, nullable=False),
    sa.Column("state", sa.Text),
)

# The questions that are asked, in their order.
now_turn = _scratch(
    "now_turn",
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("question", sa.Integer, nullable=False),
)

now_event = _scratch(
    "now_event",
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("question", sa.Integer),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Index("now_event_by_question", "question"),
)

now_finding = _scratch(
    "now_finding",
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("finding_id", sa.Text, nullable=False),
    sa.Column("waived", sa.Integer, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("is_new", sa.Integer, nullable=False),
    sa.Column("maker", sa.Text, nullable=False),
    sa.Column("mpn", sa.Text, nullable=False),
    sa.Column("question", sa.Integer),
    sa.Column("finding", sa.Text, nullable=False),
    sa.Index("now_finding_by_id", "finding_id"),
)

# The order that a long list is read in: sorting it for each portion would take ever longer.
now_order = _scratch(
    "now_order",
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("list", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Index("now_order_by_list", "list", "place"),
)

# The lines that are at risk or at their end.
now_risky = _scratch(
    "now_risky",
    sa.Column("library", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
)

# How every list of states that occurs stands, so that the database can compare lines by it.
now_health = _scratch(
    "now_health",
    sa.Column("states", sa.Text, primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False),
)
