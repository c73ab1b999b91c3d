"""How a row ends: in exactly one outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar, assert_never

from bulkmatch.errors import EngineError
from bulkmatch.model.part import PartLike
from bulkmatch.model.row import Row

P = TypeVar("P", bound=PartLike, covariant=True)


class MatchKind(StrEnum):
    """How sure a match is. Only these two are taken without review."""

    EXACT = "exact"
    VARIANT = "spelling variant"


class ReviewKind(StrEnum):
    """Why a person has to decide."""

    AMBIGUOUS = "ambiguous"
    OTHER_MAKER = "other maker"
    OTHER_NUMBER = "other number"


class SkipReason(StrEnum):
    """Why a row was not asked, or not asked to the end."""

    NO_MPN = "no MPN"
    PLACEHOLDER = "placeholder"
    DO_NOT_POPULATE = "do not populate"
    BUDGET = "budget"
    PART_LIMIT = "part limit"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from: `asked_at` is an aware UTC instant, `source` "live" or "sandbox".

    `not_entitled` names the plan's missing add-ons as the API spelled them.
    """

    asked_at: datetime
    source: str
    from_store: bool
    country: str
    currency: str
    not_entitled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Matched(Generic[P]):
    """The part is known; `reason` says in words how it was recognised."""

    row: Row
    kind: MatchKind
    part: P
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Review(Generic[P]):
    """Something was found that a person has to look at; `parts` holds the candidates, best first.

    `hits` counts all candidates, of which `parts` may be the first few.
    """

    row: Row
    kind: ReviewKind
    parts: tuple[P, ...]
    hits: int
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Missed:
    """The API was asked and knows no such part."""

    row: Row
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Failed:
    """The API could not be asked, or its answer could not be used."""

    row: Row
    cause: EngineError


@dataclass(frozen=True, slots=True)
class Skipped:
    """The row was left out on purpose; `detail` says more in words."""

    row: Row
    reason: SkipReason
    detail: str = ""


Outcome = Matched[P] | Review[P] | Missed | Failed | Skipped


def outcome_name(outcome: Outcome[PartLike]) -> str:
    """The word for an outcome in outputs and summaries."""
    match outcome:
        case Matched():
            return "matched"
        case Review():
            return "needs review"
        case Missed():
            return "missed"
        case Failed():
            return "failed"
        case Skipped():
            return "skipped"
        case _:
            assert_never(outcome)


def outcome_reason(outcome: Outcome[PartLike]) -> str:
    """Why the row ended so, in words that a person can act on."""
    match outcome:
        case Matched(kind=kind, reason=reason) | Review(kind=kind, reason=reason):
            return f"{kind}: {reason}"
        case Missed(reason=reason):
            return reason
        case Failed(cause=cause):
            return str(cause)
        case Skipped(reason=why, detail=detail):
            return f"{why}: {detail}" if detail else str(why)
        case _:
            assert_never(outcome)
