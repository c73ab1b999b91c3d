"""What a team wants to hear of: rules, where they hold, and what has been let through for a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import Tier


class Severity(StrEnum):
    """How much a finding matters, in rising order. `IGNORE` makes no finding at all."""

    IGNORE = "ignore"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"

    @property
    def rank(self) -> int:
        """0 for `IGNORE` up to 4 for `FATAL`."""
        return tuple(Severity).index(self)


class StateKind(StrEnum):
    """States that a rule can speak of. The values are the names that a policy uses."""

    IS_NRND = "is-nrnd"
    IS_EOL = "is-eol"
    IS_OBSOLETE = "is-obsolete"
    LIFECYCLE_UNKNOWN = "is-lifecycle-unknown"
    LIFECYCLE_NOT_IN_PLAN = "is-lifecycle-not-in-plan"
    NO_STOCK = "is-out-of-stock"
    SINGLE_SOURCED = "is-single-sourced"
    NO_SOURCE = "is-without-source"
    LEAD_TIME_LONG = "is-lead-time-long"
    NOT_ROHS = "is-not-rohs"
    HAS_SVHC = "is-reach-svhc"
    NEEDS_REVIEW = "needs-review"
    NOT_FOUND = "not-found"
    FAILED = "failed"
    LINE_AT_END = "line-at-end"
    LINE_AT_RISK = "line-at-risk"
    WAIVER_EXPIRED = "waiver-expired"
    WAIVER_EXPIRES_SOON = "waiver-expires-soon"
    STALE = "is-stale"


Subject = EventKind | StateKind


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something holds: everywhere, unless it says less. All patterns are shell patterns, case folded.

    A part is inside when each of the kinds that are given has a pattern that fits.
    """

    mpns: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    designators: tuple[str, ...] = ()
    boms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives what it is `about` a severity inside its scope; of several that fit, the last counts.

    `rule_id` is the name in outputs. `number` counts the rules of the file from 1, 0 for a
    packaged one. `advice` replaces the packaged words of what to do.
    """

    rule_id: str
    about: Subject
    severity: Severity
    scope: Scope = Scope()
    advice: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """What somebody has let through until a day, that day included. `about` None means everything."""

    owner: str
    reason: str
    expires: date
    scope: Scope
    about: Subject | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a change or a state counts.

    `price_quantity` is the pieces that prices are compared at. `price_percent` and `lead_time_days`
    are the least change that makes an event; `long_lead_days` makes a lead time a finding.
    `confirmations` is how many observations in a row must agree before stock, sources, price or lead
    time count as changed. `waiver_days` is how long before its end a waiver is told of. A part is
    stale once it has waited `stale_factor` of its intervals.
    """

    price_quantity: int = 100
    price_percent: Decimal = Decimal(20)
    lead_time_days: int = 28
    long_lead_days: int = 182
    confirmations: int = 2
    waiver_days: int = 30
    stale_factor: int = 2


DEFAULT_INTERVALS: Mapping[Tier, int] = {
    Tier.NEVER_SEEN: 0,
    Tier.AT_RISK: 14,
    Tier.SINGLE_SOURCED: 30,
    Tier.UNSURE: 30,
    Tier.PRODUCTION: 91,
    Tier.ENDED: 182,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules in order, thresholds, waivers, and after how many days a part of a tier is due again.

    `name` is the file's own, or "packaged".
    """

    name: str
    rules: tuple[Rule, ...]
    thresholds: Thresholds = Thresholds()
    waivers: tuple[Waiver, ...] = ()
    intervals: Mapping[Tier, int] = field(default_factory=lambda: dict(DEFAULT_INTERVALS))
