"""What one audit saw of one part: its facts, each with when, from where, for which country and currency."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

Value = str | int | Decimal


class FactName(StrEnum):
    """What an audit looks at. The words are those of outputs.

    `LEAD_TIME` is in days, `STOCK` in pieces over authorised sellers, `SOURCES` counts authorised
    sellers that list the part, `PRICE` is the unit price at the quantity of interest, `SIMILAR`
    counts similar parts. `MAKER_WORD` is the maker's own word for the lifecycle. `IDENTITY` is the part
    that the question was answered with, `ENTITLEMENT` the features that the plan did not include.
    """

    IDENTITY = "identity"
    ENTITLEMENT = "entitlement"
    LIFECYCLE = "lifecycle"
    MAKER_WORD = "maker's lifecycle word"
    LEAD_TIME = "lead time"
    STOCK = "authorised stock"
    SOURCES = "authorised sources"
    PRICE = "price"
    ROHS = "RoHS"
    REACH = "REACH"
    SIMILAR = "similar parts"


class Standing(StrEnum):
    """How well a fact is known.

    `UNKNOWN`: asked, and nobody says. `NOT_ENTITLED`: the plan does not include it. `NOT_ASKED`: our
    settings leave it out. `NOT_KEPT`: seen by an earlier audit, and only its fingerprint may be kept.
    """

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_ENTITLED = "not in plan"
    NOT_ASKED = "not asked"
    NOT_KEPT = "not kept"


class Tier(StrEnum):
    """How soon a part has to be looked at again: the riskier, the sooner."""

    NEVER_SEEN = "never seen"
    AT_RISK = "at risk"
    SINGLE_SOURCED = "single-sourced"
    UNSURE = "unsure"
    PRODUCTION = "production"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Context:
    """Where facts were seen: only facts of one context can be compared.

    `source` is "live" or "sandbox", `country` ISO 3166-1 alpha-2, `currency` ISO 4217.
    """

    source: str
    country: str
    currency: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of one part. `value` is None unless it is known.

    `seen_at` is when the API was asked, `told_at` when its source says that it was observed, where it
    says so (a lifecycle's "Last Updated: 2 years ago"). `quantity` is the pieces that a price is
    for. `note` explains a value that would mislead. `digest` is the keyed fingerprint of the value's
    grade, empty where there is nothing to compare.
    """

    name: FactName
    standing: Standing
    value: Value | None = None
    seen_at: datetime | None = None
    told_at: datetime | None = None
    note: str = ""
    quantity: int | None = None
    digest: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.standing is Standing.KNOWN

    @property
    def words(self) -> str:
        """The value as text, or how well the fact is known."""
        return str(self.standing) if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a fact between audits: the fingerprint that the next one is compared with.

    `at` is when it was last seen to hold. `pending` is the fingerprint of a change that one
    observation has shown and a second has yet to confirm. `value` is kept only where the retention
    allows it.
    """

    digest: str
    at: datetime
    pending: str = ""
    quantity: int | None = None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class PartState:
    """All that an audit knows of one distinct part of the libraries.

    `key` names the question, the same in every audit with the same key of the store. `mpn` and
    `manufacturer` are as the library has them; `part_mpn` and `part_maker` are the part that it was
    matched with, empty where none was or its name may not be kept. `outcome` is one of the words
    of `outcome_name`, `reason` tells why in words. `is_new` says that this audit asked; otherwise the
    state is of `seen_at`, and still fresh or not reached. `line_count` counts the lines that use it.
    `states` are our own conclusions (the values of `StateKind`), which hold also where no value may
    be kept.
    """

    key: str
    mpn: str
    manufacturer: str | None
    outcome: str
    reason: str
    context: Context
    facts: tuple[Fact, ...] = ()
    part_mpn: str = ""
    part_maker: str = ""
    category: str = ""
    octopart_url: str | None = None
    tier: Tier = Tier.NEVER_SEEN
    seen_at: datetime | None = None
    due_at: datetime | None = None
    is_new: bool = True
    line_count: int = 0
    states: tuple[str, ...] = ()

    def fact(self, name: FactName) -> Fact:
        """The fact of that name; one that was not asked where there is none."""
        return next(
            (fact for fact in self.facts if fact.name is name), Fact(name, Standing.NOT_ASKED)
        )
