"""Why each subject is a finding, and what to do about it: the packaged words."""

from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.policy import StateKind, Subject

_BUY = "Plan a last order and choose a replacement; see where it is used."
_REPLACE = "Choose a replacement now, or secure stock for the product's life."
_SECOND = "Approve an alternate, or a second authorised seller."
_COVER = "Order early or from another approved option; check the schedule of the next build."
_IDENTITY = "Look at the match before anything is ordered; accept it or write the number in full."

REASONS: dict[StateKind, str] = {
    StateKind.IS_NRND: "not recommended for new designs",
    StateKind.IS_EOL: "at its end of life: the maker takes last orders",
    StateKind.IS_OBSOLETE: "obsolete: the maker makes it no more",
    StateKind.LIFECYCLE_UNKNOWN: "nobody says where it is in its lifecycle",
    StateKind.LIFECYCLE_NOT_IN_PLAN: "the plan does not include the lifecycle",
    StateKind.NO_STOCK: "no authorised seller has stock",
    StateKind.SINGLE_SOURCED: "one authorised seller lists it",
    StateKind.NO_SOURCE: "no authorised seller lists it",
    StateKind.LEAD_TIME_LONG: "its lead time is longer than the policy's limit",
    StateKind.NOT_ROHS: "it is not said to comply with RoHS",
    StateKind.HAS_SVHC: "it may hold substances of very high concern (REACH)",
    StateKind.NEEDS_REVIEW: "its match needs a person's decision",
    StateKind.NOT_FOUND: "the API knows no such part",
    StateKind.FAILED: "it could not be asked for",
    StateKind.LINE_AT_END: "no approved option of the line can be bought in the long run",
    StateKind.LINE_AT_RISK: "the best approved option of the line is at risk",
    StateKind.WAIVER_EXPIRED: "a waiver has expired",
    StateKind.WAIVER_EXPIRES_SOON: "a waiver expires soon",
    StateKind.STALE: "it has not been looked at for much longer than the policy wants",
}
_ADVICE: dict[Subject, str] = {
    StateKind.IS_NRND: "Do not design it in again; look for a successor before the next revision.",
    StateKind.IS_EOL: _BUY,
    StateKind.IS_OBSOLETE: _REPLACE,
    StateKind.LIFECYCLE_UNKNOWN: "Ask the maker, and look at its datasheet's date.",
    StateKind.LIFECYCLE_NOT_IN_PLAN: "Ask for the technical specs in your plan, or silence this rule.",
    StateKind.NO_STOCK: _COVER,
    StateKind.SINGLE_SOURCED: _SECOND,
    StateKind.NO_SOURCE: _REPLACE,
    StateKind.LEAD_TIME_LONG: _COVER,
    StateKind.NOT_ROHS: "Get the maker's declaration, or choose a compliant part.",
    StateKind.HAS_SVHC: "Get the maker's declaration and note it in your SCIP records.",
    StateKind.NEEDS_REVIEW: _IDENTITY,
    StateKind.NOT_FOUND: "Check number and maker in the library; `bulkmatch inspect` shows how it was read.",
    StateKind.FAILED: "Run the audit again; what was answered is not charged again.",
    StateKind.LINE_AT_END: "Approve an alternate for this line, or secure stock for the product's life.",
    StateKind.LINE_AT_RISK: "Approve an alternate for this line before its option ends.",
    StateKind.WAIVER_EXPIRED: "Its owner decides again: mend the finding, or renew the waiver with a reason.",
    StateKind.WAIVER_EXPIRES_SOON: "Tell its owner, so that a decision is made before the day.",
    StateKind.STALE: "Raise --max-parts, or run the audit more often.",
    EventKind.WENT_NRND: "Do not design it in again; look for a successor before the next revision.",
    EventKind.WENT_EOL: _BUY,
    EventKind.WENT_OBSOLETE: _REPLACE,
    EventKind.BACK_IN_PRODUCTION: "Ask the maker before you rely on it; lifecycles are corrected too.",
    EventKind.STOCK_GONE: _COVER,
    EventKind.SINGLE_SOURCED: _SECOND,
    EventKind.NO_SOURCE: _REPLACE,
    EventKind.LEAD_TIME_LONGER: _COVER,
    EventKind.PRICE_UP: "Compare sellers and quantities before the next order.",
    EventKind.ROHS_CHANGED: "Get the maker's declaration again.",
    EventKind.REACH_CHANGED: "Get the maker's declaration again.",
    EventKind.IDENTITY_CHANGED: _IDENTITY,
    EventKind.MATCH_LOST: "Check the number: it may have been renamed, merged or withdrawn.",
    EventKind.ENTITLEMENT_CHANGED: "Compare with your contract; facts outside the plan are not judged.",
}


def advice_for(subject: Subject) -> str:
    """What to do; for good news nothing."""
    return _ADVICE.get(subject, "Nothing has to be done.")
