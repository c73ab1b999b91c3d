"""Which of a line's approved parts to use: the healthiest, and why. A line is as healthy as that one.

The order, each step only where the one before is equal: how sure the part is (taken, for a person to
look at, nothing found), its lifecycle, authorised stock for the quantity, a lifecycle that is known,
what the quantity costs, and the place in the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic, TypeVar, assert_never

from bulkmatch.core.decision import decision_words, is_taken_alternate, outdated_words
from bulkmatch.core.price import authorised_stock, best_price
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    MatchKind,
    Missed,
    Option,
    Outcome,
    Review,
    ReviewKind,
    Skipped,
    SkipReason,
    outcome_name,
)
from bulkmatch.model.part import Lifecycle, OrderPrice, PartFacts, PartLike
from bulkmatch.model.row import Row

P = TypeVar("P", bound=PartLike)
P_co = TypeVar("P_co", bound=PartLike, covariant=True)

# Nothing is held against a lifecycle that is not known until stock has been compared.
_LIFECYCLES = {
    Lifecycle.NEW: 0,
    Lifecycle.PRODUCTION: 0,
    Lifecycle.UNKNOWN: 0,
    Lifecycle.NOT_ENTITLED: 0,
    Lifecycle.NRND: 1,
    Lifecycle.EOL: 2,
    Lifecycle.OBSOLETE: 3,
}
_KNOWN_GOOD = frozenset({Lifecycle.NEW, Lifecycle.PRODUCTION})
# Reasons for which a row has no question: they say nothing of the world.
_NO_QUESTION = frozenset({SkipReason.NO_MPN, SkipReason.PLACEHOLDER, SkipReason.IGNORED})


@dataclass(frozen=True, slots=True)
class Need:
    """What a line needs: pieces, and the currency that prices are compared in."""

    quantity: int
    currency: str


@dataclass(frozen=True, slots=True)
class _Standing(Generic[P_co]):
    """An option with what it is compared by; without facts there is no lifecycle."""

    place: int
    outcome: Outcome[P_co]
    lifecycle: Lifecycle | None
    stock: int | None
    price: OrderPrice | None

    def rank(self, need: Need) -> tuple[int, int, int, bool, Decimal, int]:
        """What sorts options, the one to use first."""
        return (
            _certainty(self.outcome),
            _LIFECYCLES[self.lifecycle or Lifecycle.UNKNOWN],
            _scarcity(self.stock, need.quantity),
            self.lifecycle not in _KNOWN_GOOD,
            _cost(self.price),
            self.place,
        )

    def option(self, *, is_used: bool, decision: str = "") -> Option[P_co]:
        return Option(
            self.place, self.outcome, is_used, self.lifecycle, self.stock, self.price, decision
        )


def option_rows(row: Row) -> tuple[Row, ...]:
    """A row for each part that may be used: the line's own, then its alternates as the file has them."""
    own = replace(row, alternates=())
    return (
        own,
        *(
            replace(
                own,
                mpn=other.mpn,
                manufacturer=other.manufacturer,
                sku=None,
                seller=None,
                line=other.line or row.line,
            )
            for other in row.alternates
        ),
    )


def choose(
    row: Row,
    outcomes: Sequence[Outcome[P]],
    facts: Sequence[PartFacts | None],
    *,
    need: Need,
    decision: Decision | None = None,
) -> Outcome[P]:
    """The line's one outcome: that of its best option, with all options and the reason.

    `outcomes` are those of the line's own part and of its alternates in their order, `facts` those
    of their parts or best candidates. A person's `decision` for an alternate goes before the order.
    """
    standings = [
        _standing(place, outcome, known, need)
        for place, (outcome, known) in enumerate(zip(outcomes, facts, strict=True))
    ]
    best = min(standings, key=lambda standing: standing.rank(need))
    taken = _taken(row, standings, decision)
    if decision is not None and taken is not None:
        return _by_decision(row, standings, best, taken, decision)
    why = f"{_named(best, len(standings))} is used: {_why(best, standings, need)}"
    if decision is not None and decision.action is Action.ALTERNATE:
        why += f"; not an alternate of this line: {decision_words(decision)}"
    return _line(row, best.outcome, why, _options(standings, best))


def _standing(place: int, outcome: Outcome[P], facts: PartFacts | None, need: Need) -> _Standing[P]:
    if facts is None:
        return _Standing(place, outcome, None, None, None)
    price = best_price(facts, quantity=need.quantity, currency=need.currency)
    return _Standing(place, outcome, facts.lifecycle, authorised_stock(facts), price)


def _taken(
    row: Row, standings: Sequence[_Standing[P]], decision: Decision | None
) -> _Standing[P] | None:
    """The option that a person took."""
    if decision is None:
        return None
    found = (
        standing
        for standing, alternate in zip(standings[1:], row.alternates, strict=True)
        if is_taken_alternate(decision, alternate)
    )
    return next(found, None)


def _by_decision(
    row: Row,
    standings: Sequence[_Standing[P]],
    best: _Standing[P],
    taken: _Standing[P],
    decision: Decision,
) -> Outcome[P]:
    """The line with the alternate that a person took; back to review when there is no such part."""
    words = decision_words(decision)
    options = _options(standings, taken, decision=words)
    match taken.outcome:
        case Matched() as matched:
            line = _line(row, matched, words, options)
            return replace(line, kind=MatchKind.DECISION) if isinstance(line, Matched) else line
        case Missed():
            return _outdated(row, best, outdated_words(decision), options)
        case Review() | Failed() | Skipped():
            return _line(row, taken.outcome, words, options)
        case _:
            assert_never(taken.outcome)


def _outdated(
    row: Row, best: _Standing[P], words: str, options: tuple[Option[P], ...]
) -> Outcome[P]:
    """The best option that there is, for a person to look at."""
    found = best.outcome
    match found:
        case Matched(part=part, provenance=provenance):
            parts: tuple[P, ...] = (part,)
        case Review(parts=parts, provenance=provenance):
            pass
        case _:
            return _line(row, found, words, options)
    return Review(row, ReviewKind.OUTDATED, parts, len(parts), words, provenance, options)


def _options(
    standings: Sequence[_Standing[P]], used: _Standing[P], *, decision: str = ""
) -> tuple[Option[P], ...]:
    return tuple(
        standing.option(is_used=standing is used, decision=decision if standing is used else "")
        for standing in standings
    )


def _line(row: Row, outcome: Outcome[P], why: str, options: tuple[Option[P], ...]) -> Outcome[P]:
    """An option's outcome as the line's own."""
    match outcome:
        case Matched(reason=reason) | Review(reason=reason):
            return replace(outcome, row=row, reason=f"{reason}; {why}", options=options)
        case Missed(reason=reason):
            told = f"{reason}; no approved part was found" if len(options) > 1 else reason
            return replace(outcome, row=row, reason=told, options=options)
        case Failed() | Skipped():
            return replace(outcome, row=row, options=options)
        case _:
            assert_never(outcome)


def _certainty(outcome: Outcome[PartLike]) -> int:
    """How much is known, best first. What was not asked to its end goes before a miss: it is none."""
    match outcome:
        case Matched():
            return 0
        case Review():
            return 1
        case Failed():
            return 2
        case Skipped(reason=reason):
            return 5 if reason in _NO_QUESTION else 3
        case Missed():
            return 4
        case _:
            assert_never(outcome)


def _scarcity(stock: int | None, quantity: int) -> int:
    """Enough, some, nobody says, none."""
    if stock is None:
        return 2
    if stock >= quantity:
        return 0
    return 1 if stock else 3


def _cost(price: OrderPrice | None) -> Decimal:
    """What is paid for the quantity; without a price more than anything."""
    return Decimal("Infinity") if price is None else price.unit * price.quantity


def _named(standing: _Standing[PartLike], count: int) -> str:
    place = standing.place
    return f"alternate {place} of {count - 1}" if place else "the line's own part"


def _why(best: _Standing[P], standings: Sequence[_Standing[P]], need: Need) -> str:
    """Why it goes before the next: before the own part, when it is an alternate."""
    others = [other for other in standings if other is not best]
    if not others:
        return "there is no other"
    other = standings[0] if best.place else min(others, key=lambda one: one.rank(need))
    name = f"alternate {other.place}" if other.place else "the own part"
    ranks = zip(best.rank(need), other.rank(need), strict=True)
    step = next(at for at, (one, two) in enumerate(ranks) if one != two)
    match step:
        case 0:
            return f"{name} {_ended(other.outcome)}"
        case 1 | 3:
            return f"{name} is {_life(other)}, this one {_life(best)}"
        case 2:
            told = f"{_pieces(other.stock)}, this one {_pieces(best.stock)}"
            return f"{name} has {told}, {need.quantity:,} needed"
        case 4:
            return f"{name} costs {_sum(other.price)}, this one {_sum(best.price)}"
        case _:
            return f"{name} is as good, and comes later in the file"


def _ended(outcome: Outcome[PartLike]) -> str:
    match outcome:
        case Missed():
            return "was not found"
        case Failed() | Skipped():
            return "was not answered"
        case Matched() | Review():
            return outcome_name(outcome)
        case _:
            assert_never(outcome)


def _life(standing: _Standing[PartLike]) -> str:
    return str(standing.lifecycle or Lifecycle.UNKNOWN)


def _pieces(stock: int | None) -> str:
    return "stock that nobody tells" if stock is None else f"{stock:,} in stock"


def _sum(price: OrderPrice | None) -> str:
    if price is None:
        return "nobody knows what"
    return f"{(price.unit * price.quantity):f} {price.currency} for {price.quantity:,}"
