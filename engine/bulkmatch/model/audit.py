"""An audit as every output sees it: a head of counts, and parts, events, findings and lines to run through.

Outputs need this module alone: it also names what stands in `observation`, `audit_event` and `policy`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bulkmatch.model.audit_event import AuditEvent, EventKind
from bulkmatch.model.observation import (
    Context,
    Fact,
    FactName,
    PartState,
    Standing,
    Tier,
    Value,
)
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.policy import Severity, StateKind, Subject

__all__ = (
    "AuditCounts",
    "AuditEvent",
    "AuditHead",
    "AuditReport",
    "Context",
    "EventKind",
    "Fact",
    "FactName",
    "Finding",
    "Forecast",
    "Health",
    "Lifecycle",
    "LineHealth",
    "OptionHealth",
    "PartState",
    "PastAudit",
    "Severity",
    "Standing",
    "StateKind",
    "Subject",
    "Tier",
    "Unlooked",
    "Value",
    "WaivedBy",
    "WhereUsed",
)


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """A line that needs a part. `line` counts from 1 in its file or sheet, `quantity` is per board.

    `bom` is the file as it was named to the audit. `is_alternate` says that the line has another
    part first, and would take this one.
    """

    bom: str
    line: int
    designators: str = ""
    quantity: Decimal | None = None
    sheet: str | None = None
    is_alternate: bool = False


@dataclass(frozen=True, slots=True)
class WaivedBy:
    """Who has let a finding through, why, and until when, that day included."""

    owner: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should know, from an event or from a state of a part or a line.

    `finding_id` is the same in every audit while the same thing is found of the same part (or line):
    outputs that are compared over time use it. `severity` is the policy's; one that is `waived`
    keeps it and fails nothing. `reason` says what was found and `advice` what to do, each one
    sentence or two. `where_used` holds the first `MOST_USES` lines of `use_count`. For a finding
    about a line (`about` is line-at-...), the only use is that line. `first_seen_at` is when an audit
    first found it.
    """

    finding_id: str
    rule_id: str
    about: Subject
    severity: Severity
    key: str
    mpn: str
    manufacturer: str | None
    reason: str
    advice: str
    where_used: tuple[WhereUsed, ...] = ()
    use_count: int = 0
    first_seen_at: datetime | None = None
    is_new: bool = True
    waived: WaivedBy | None = None
    event: AuditEvent | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts for `--fail-on`: a waived one does not."""
        return self.waived is None


MOST_USES = 50


class Health(StrEnum):
    """How a line stands over its approved options: as well as the best of them.

    `UNSURE`: the best option is not known well enough. `UNCHECKED`: nothing to ask for, or not
    reached yet.
    """

    FINE = "fine"
    AT_RISK = "at risk"
    AT_END = "at end"
    UNSURE = "unsure"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class OptionHealth:
    """One part that a line may be built with. `words` say why it stands so."""

    key: str
    mpn: str
    manufacturer: str | None
    health: Health
    words: str
    is_alternate: bool = False


@dataclass(frozen=True, slots=True)
class LineHealth:
    """One line of a BOM: where it stands, its options in the file's order, and which one to use.

    `best` counts the options from 0, None where none can be named.
    """

    use: WhereUsed
    health: Health
    words: str
    options: tuple[OptionHealth, ...] = ()
    best: int | None = None


@dataclass(frozen=True, slots=True)
class Unlooked:
    """Parts that were not looked at, and why ("fresh", "part budget", "do not populate" ...).

    `is_fine` says that nothing is missing by it (what is fresh need not be asked). `advice` says what
    to do otherwise. `examples` are a few part numbers.
    """

    reason: str
    part_count: int
    is_fine: bool
    advice: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the library will cost: all counts are parts.

    `due_now` still wait, `rest_of_month` fall due until the account's reset, `next_month` and
    `per_month` (on average, with today's tiers) after it. `left` is what the month's budget leaves,
    None without one.
    """

    due_now: int
    rest_of_month: int
    next_month: int
    per_month: Decimal
    left: int | None = None


@dataclass(frozen=True, slots=True)
class AuditCounts:
    """The counts that summaries and charts show. Zero counts are left out of all mappings.

    `lifecycles` counts parts and `lines_by_lifecycle` lines, by the words of `Lifecycle` and "not kept"
    and "not seen". `severities` counts findings that are not waived. `makers_at_risk` has, for each
    maker, the parts with a finding of warning or more, worst first, at most 50 makers.
    `lead_weeks` counts parts by whole weeks of lead time.
    """

    part_count: int = 0
    line_count: int = 0
    bom_count: int = 0
    asked_count: int = 0
    lifecycles: Mapping[str, int] = field(default_factory=dict[str, int])
    lines_by_lifecycle: Mapping[str, int] = field(default_factory=dict[str, int])
    outcomes: Mapping[str, int] = field(default_factory=dict[str, int])
    tiers: Mapping[str, int] = field(default_factory=dict[str, int])
    events: Mapping[str, int] = field(default_factory=dict[str, int])
    severities: Mapping[str, int] = field(default_factory=dict[str, int])
    new_severities: Mapping[str, int] = field(default_factory=dict[str, int])
    waived_count: int = 0
    healths: Mapping[str, int] = field(default_factory=dict[str, int])
    makers_at_risk: Mapping[str, int] = field(default_factory=dict[str, int])
    lead_weeks: Mapping[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True)
class PastAudit:
    """An earlier audit of the same libraries, for charts over time."""

    audit_id: str
    at: datetime
    counts: AuditCounts
    parts_charged: int = 0


@dataclass(frozen=True, slots=True)
class AuditHead:
    """What an audit is, apart from its long lists.

    `keeps_values` says that the retention lets values be kept: otherwise a fact of an earlier audit
    is a fingerprint, and events tell kinds and no values. `not_in_plan` are features. `parts_charged`
    and `parts_unknown` are this audit's; `budget` is its cap (None for none), `month_used` and
    `month_budget` the account's. `previous_at` is None for a first audit. `stopped` says why it
    ended early, empty when it did not. `account` is the name of the plan's account.
    """

    audit_id: str
    started_at: datetime
    finished_at: datetime
    context: Context
    account: str
    version: str
    command: str
    policy: str
    libraries: tuple[str, ...]
    counts: AuditCounts
    keeps_values: bool = False
    parts_charged: int = 0
    parts_unknown: int = 0
    requests: int = 0
    budget: int | None = None
    max_parts: int | None = None
    month_used: int | None = None
    month_budget: int | None = None
    not_in_plan: tuple[str, ...] = ()
    previous_id: str | None = None
    previous_at: datetime | None = None
    stopped: str = ""
    forecast: Forecast | None = None
    unlooked: tuple[Unlooked, ...] = ()
    history: tuple[PastAudit, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """A whole audit. The four lists may be run through several times and are read as they are taken.

    They can be as long as the library: do not hold them. `findings` come worst first (then new before
    known, then by maker and part number), `parts` by maker and part number, `events` likewise by
    kind, `lines` in the order of the libraries. `uses` gives all lines that need a part, by its key.
    """

    head: AuditHead
    parts: Iterable[PartState]
    events: Iterable[AuditEvent]
    findings: Iterable[Finding]
    lines: Iterable[LineHealth]
    uses: Mapping[str, Iterable[WhereUsed]] = field(default_factory=dict[str, Iterable[WhereUsed]])
