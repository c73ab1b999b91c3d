"""What changed between two audits, in typed kinds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bulkmatch.model.observation import Context, FactName


class EventKind(StrEnum):
    """The kinds of change. The values are the names that a policy uses."""

    WENT_NRND = "went-nrnd"
    WENT_EOL = "went-eol"
    WENT_OBSOLETE = "went-obsolete"
    BACK_IN_PRODUCTION = "back-in-production"
    LIFECYCLE_KNOWN = "lifecycle-known"
    LIFECYCLE_UNKNOWN = "lifecycle-unknown"
    MAKER_WORD_CHANGED = "maker-word-changed"
    STOCK_GONE = "stock-gone"
    STOCK_BACK = "stock-back"
    SINGLE_SOURCED = "single-sourced"
    NO_SOURCE = "no-source"
    MULTI_SOURCED = "multi-sourced"
    LEAD_TIME_LONGER = "lead-time-longer"
    LEAD_TIME_SHORTER = "lead-time-shorter"
    PRICE_UP = "price-up"
    PRICE_DOWN = "price-down"
    ROHS_CHANGED = "rohs-changed"
    REACH_CHANGED = "reach-changed"
    SIMILAR_CHANGED = "similar-changed"
    IDENTITY_CHANGED = "identity-changed"
    MATCH_LOST = "match-lost"
    MATCH_FOUND = "match-found"
    ENTITLEMENT_CHANGED = "entitlement-changed"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One change of one part, seen at `at`; `since` is when the former state was seen.

    `before` and `after` are words, "" where the value may not be kept. `amount` is how much, in
    `unit` ("days", "%"), None where the kind has no measure or only a fingerprint was kept; then
    `at_least` says the threshold that it passed. `words` tells all of it in one sentence.
    """

    kind: EventKind
    fact: FactName
    key: str
    mpn: str
    manufacturer: str | None
    at: datetime
    since: datetime
    context: Context
    before: str = ""
    after: str = ""
    amount: Decimal | None = None
    at_least: Decimal | None = None
    unit: str = ""
    words: str = ""
