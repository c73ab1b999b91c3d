"""What an output tells of one line: the outcome, the facts of its part, and the price."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from bulkmatch.core.price import authorised_stock, best_price
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Outcome,
    Provenance,
    Review,
    Skipped,
    outcome_reason,
)
from bulkmatch.model.part import Lifecycle, OrderPrice, PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.report.context import ReportContext

_NAMED_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One line as outputs show it.

    `facts` are those of the matched part or, for a review, of its best candidate; `price` is for
    the line's quantity times the boards; `stock` counts authorised sellers' pieces.
    """

    outcome: Outcome[PartLike]
    context: ReportContext
    facts: PartFacts | None
    price: OrderPrice | None
    stock: int | None

    @property
    def row(self) -> Row:
        return self.outcome.row

    @property
    def provenance(self) -> Provenance | None:
        match self.outcome:
            case Matched(provenance=provenance) | Review(provenance=provenance):
                return provenance
            case Missed(provenance=provenance):
                return provenance
            case Failed() | Skipped():
                return None

    @property
    def reason(self) -> str:
        """Why the line ended so; a review also names its candidates."""
        reason = outcome_reason(self.outcome)
        match self.outcome:
            case Review(parts=parts, hits=hits) if parts:
                return f"{reason}; candidates: {_candidates(parts, hits)}"
            case _:
                return reason

    @property
    def lifecycle(self) -> Lifecycle | None:
        return self.facts.lifecycle if self.facts else None

    @property
    def answered_at(self) -> datetime | None:
        return self.provenance.asked_at if self.provenance else None

    @property
    def age_hours(self) -> float | None:
        """How old the answer was when the run began; 0 for what was asked during it."""
        if self.answered_at is None:
            return None
        age = (self.context.started_at - self.answered_at).total_seconds()
        return round(max(0.0, age) / 3600, 2)

    @property
    def source(self) -> str:
        """`live` or `sandbox`, and whether the answer came out of the store. Never empty."""
        if self.provenance is None:
            return self.context.source
        return f"{self.provenance.source}{' (store)' if self.provenance.from_store else ''}"


def tell(outcome: Outcome[PartLike], facts: tuple[PartFacts, ...], context: ReportContext) -> Told:
    """The line of an outcome; `facts` are its parts' in their order, empty without parts."""
    best = facts[0] if facts else None
    currency = context.currency
    match outcome:
        case Matched(provenance=provenance) | Review(provenance=provenance):
            currency = provenance.currency
        case _:
            pass
    wanted = order_size(outcome.row, context.boards)
    return Told(
        outcome=outcome,
        context=context,
        facts=best,
        price=best_price(best, quantity=wanted, currency=currency) if best else None,
        stock=authorised_stock(best) if best else None,
    )


def order_size(row: Row, boards: int) -> int:
    """How many pieces the boards need, in whole pieces and at least 1.

    A line without a quantity counts one a board: that is what an empty cell means in most BOMs.
    """
    each = Decimal(1) if row.quantity is None else row.quantity
    return max(1, int((each * boards).to_integral_value(rounding=ROUND_CEILING)))


def _candidates(parts: tuple[PartLike, ...], hits: int) -> str:
    named = ", ".join(
        f"{part.mpn} ({part.manufacturer.name})" for part in parts[:_NAMED_CANDIDATES]
    )
    return f"{named}; {hits} in all" if hits > min(len(parts), _NAMED_CANDIDATES) else named
