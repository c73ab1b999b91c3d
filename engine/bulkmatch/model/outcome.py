"""How a row ends: in exactly one outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar, assert_never

from bulkmatch.errors import EngineError
from bulkmatch.model.part import Lifecycle, OrderPrice, PartLike
from bulkmatch.model.row import Row

P = TypeVar("P", bound=PartLike, covariant=True)


class MatchKind(StrEnum):
    """How a part was recognised that is taken without review.

    `EXACT` is the same text, `VARIANT` the same but for punctuation and case, `OTHER_NAME` one of the
    part's other numbers, `STOCK_NUMBER` a number under which a seller lists this part alone.
    `DECISION` is what a person has accepted for this question.
    """

    EXACT = "exact"
    VARIANT = "spelling variant"
    OTHER_NAME = "other name"
    STOCK_NUMBER = "stock number"
    DECISION = "by decision"


class ReviewKind(StrEnum):
    """Why a person has to decide.

    `PACKAGING` is the maker's own part in another reel, tube or finish. `TAKEN_OVER` is a part of
    who took over the named maker, `MAKER_ALIAS` one that the API alone takes for the named maker's,
    `OTHER_MAKER` another maker's. `OTHER_NUMBER` differs by more than spelling though the API sees no
    difference, and `SUGGESTION` merely begins or looks alike. `OUTDATED` means that a decision was
    made and does not fit any more.
    """

    PACKAGING = "packaging"
    TAKEN_OVER = "maker taken over"
    MAKER_ALIAS = "maker alias"
    AMBIGUOUS = "ambiguous"
    OTHER_MAKER = "other maker"
    OTHER_NUMBER = "other number"
    SUGGESTION = "suggestion"
    OUTDATED = "decision outdated"


class Confidence(StrEnum):
    """How sure it is that the part found is the part meant, on four steps.

    `CERTAIN`: maker and number are the very ones, or a person has said so. `HIGH`: the same part,
    written otherwise. `MEDIUM`: most likely the same part, but something a person should see differs:
    packing, or who makes it now. `LOW`: found near by; as likely another part.
    """

    CERTAIN = "certain"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def confidence_of(kind: MatchKind | ReviewKind) -> Confidence:
    """The step of a kind."""
    match kind:
        case MatchKind.EXACT | MatchKind.DECISION:
            return Confidence.CERTAIN
        case MatchKind():
            return Confidence.HIGH
        case ReviewKind.PACKAGING | ReviewKind.TAKEN_OVER | ReviewKind.MAKER_ALIAS:
            return Confidence.MEDIUM
        case _:
            return Confidence.LOW


class SkipReason(StrEnum):
    """Why a row was not asked, or not asked to the end."""

    NO_MPN = "no MPN"
    PLACEHOLDER = "placeholder"
    DO_NOT_POPULATE = "do not populate"
    IGNORED = "ignored"
    BUDGET = "budget"
    PART_LIMIT = "part limit"
    DEADLINE = "deadline"
    UNREACHABLE = "API unreachable"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from: `asked_at` is an aware UTC instant, `source` "live" or "sandbox".

    `not_entitled` names what was asked for and the plan does not include, in our words.
    """

    asked_at: datetime
    source: str
    from_store: bool
    country: str
    currency: str
    not_entitled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Option(Generic[P]):
    """One of the parts that a file approves for a line, and how it stands.

    `place` is 0 for the line's own part; alternates count from 1, as the file has them. `outcome` is
    that of its own question. `stock` counts authorised sellers' pieces, `price` is for the line's
    quantity. `decision` is the person's word that took it, empty without one.
    """

    place: int
    outcome: "Outcome[P]"
    is_used: bool
    lifecycle: Lifecycle | None = None
    stock: int | None = None
    price: OrderPrice | None = None
    decision: str = ""

    @property
    def mpn(self) -> str:
        """Its number as written."""
        return self.outcome.row.mpn

    @property
    def manufacturer(self) -> str | None:
        """Its maker as written."""
        return self.outcome.row.manufacturer


@dataclass(frozen=True, slots=True)
class Matched(Generic[P]):
    """The part is known; `reason` says in words how it was recognised.

    Of a line with alternates it is the best approved `options`' part; these are all of them, in the
    file's order, and there are none where the file names one part.
    """

    row: Row
    kind: MatchKind
    part: P
    reason: str
    provenance: Provenance
    options: tuple[Option[P], ...] = ()

    @property
    def confidence(self) -> Confidence:
        """How sure it is that this is the part meant."""
        return confidence_of(self.kind)


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
    options: tuple[Option[P], ...] = ()

    @property
    def confidence(self) -> Confidence:
        """How sure it is that the first candidate is the part meant."""
        return confidence_of(self.kind)


@dataclass(frozen=True, slots=True)
class Missed:
    """The API was asked and knows no such part."""

    row: Row
    reason: str
    provenance: Provenance
    options: tuple[Option[PartLike], ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The API could not be asked, or its answer could not be used."""

    row: Row
    cause: EngineError
    options: tuple[Option[PartLike], ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """The row was left out on purpose; `detail` says more in words."""

    row: Row
    reason: SkipReason
    detail: str = ""
    options: tuple[Option[PartLike], ...] = ()


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
