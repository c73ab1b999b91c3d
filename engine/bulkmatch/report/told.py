"""What an output tells of one line: the outcome, the facts of its part, and the price."""

from dataclasses import dataclass
from datetime import datetime

from bulkmatch.core.choices import choices_of
from bulkmatch.core.price import authorised_stock, best_price, order_size
from bulkmatch.model.outcome import (
    Confidence,
    Failed,
    Matched,
    Missed,
    Option,
    Outcome,
    Provenance,
    Review,
    Skipped,
    outcome_name,
    outcome_reason,
)
from bulkmatch.model.part import Lifecycle, OrderPrice, PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.report.context import ReportContext


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
        """Why the line ended so."""
        return outcome_reason(self.outcome)

    @property
    def choices(self) -> str | None:
        """What a person may decide, with the question that it is about; None for no question."""
        found = choices_of(self.outcome)
        return None if found is None else str(found)

    @property
    def use(self) -> str | None:
        """Which approved part to use; None for a line that names one part."""
        used = next((option for option in self.outcome.options if option.is_used), None)
        if used is None:
            return None
        place = f"alternate {used.place}" if used.place else "own part"
        return f"{place}: {used.mpn}" if used.mpn else place

    @property
    def alternates(self) -> str | None:
        """The state of every approved part that is not the one to use; None when there are none."""
        others = [option_words(one) for one in self.outcome.options if not one.is_used]
        return "; ".join(others) or None

    @property
    def confidence(self) -> Confidence | None:
        """How sure it is that the part is the one meant; None without a part."""
        match self.outcome:
            case Matched(confidence=confidence) | Review(confidence=confidence):
                return confidence
            case _:
                return None

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


def option_words(option: Option[PartLike]) -> str:
    """How an approved part stands: outcome, lifecycle, authorised stock, best price."""
    named = f"{option.mpn} [{option.manufacturer or ''}]"
    told = [outcome_name(option.outcome)]
    if option.lifecycle is not None:
        told.append(str(option.lifecycle))
        told.append("stock unknown" if option.stock is None else f"{option.stock:,} in stock")
    if option.price is not None:
        told.append(f"{option.price.unit:f} {option.price.currency}")
    return f"{f'A{option.place}' if option.place else 'own'}) {named}: {', '.join(told)}"
