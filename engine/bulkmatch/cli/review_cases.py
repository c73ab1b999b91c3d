"""What there is to review: one case for each distinct question that was left to a person.

Cases come from outcomes (of stored answers, at no cost) or from an output of `enrich`. Knows no screen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bulkmatch.cli.digest import Facts
from bulkmatch.core.choices import Choice, Choices, choices_of
from bulkmatch.core.decision import subject_of_row
from bulkmatch.core.price import authorised_stock, best_price, order_size
from bulkmatch.model.decision import Subject
from bulkmatch.model.outcome import Missed, Outcome, Review, outcome_reason
from bulkmatch.model.part import OrderPrice, PartLike
from bulkmatch.model.row import Row

REVIEWED, MISSED = "needs review", "missed"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one choice, as it is shown; empty where nothing is."""

    lifecycle: str = ""
    stock: str = ""
    price: str = ""
    description: str = ""
    part_id: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question for a person. `lines` say where it stands, `known` is by the choices' labels."""

    choices: Choices
    reason: str
    lines: tuple[str, ...]
    known: Mapping[str, Known]

    @property
    def subject(self) -> Subject:
        """The question."""
        return subject_of_row(self.choices.row)


def together(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases, those of one question as one, in the order of the first."""
    found: dict[Subject, Case] = {}
    for case in cases:
        known = found.get(case.subject)
        found[case.subject] = (
            case if known is None else replace(known, lines=known.lines + case.lines)
        )
    return tuple(found.values())


def case_of(outcome: Outcome[PartLike], facts: Facts, *, boards: int, missed: bool) -> Case | None:
    """What an outcome leaves to a person; None when it leaves nothing.

    Prices are for so many `boards`; with `missed` a line for which nothing was found is left too.
    """
    if not isinstance(outcome, Review) and not (missed and isinstance(outcome, Missed)):
        return None
    choices = choices_of(outcome)
    if choices is None:
        return None
    return Case(
        choices,
        outcome_reason(outcome),
        (line_words(outcome.row),),
        {choice.label: _known(choice, outcome, facts, boards) for choice in choices.entries},
    )


def line_words(row: Row) -> str:
    """Where a line stands, and what for."""
    place = [row.file.name if row.file else "", row.sheet or "", f"line {row.line}"]
    told = [
        ", ".join(filter(None, place)),
        row.designators,
        "" if row.quantity is None else f"{row.quantity:f} each board",
        row.description,
    ]
    return " · ".join(filter(None, told))


def _known(choice: Choice, outcome: Outcome[PartLike], facts: Facts, boards: int) -> Known:
    """What is known of a choice: the option's own state for an alternate, else its part's facts."""
    if choice.label.startswith("A"):
        option = next((one for one in outcome.options if choice.label == f"A{one.place}"), None)
        if option is None or option.lifecycle is None:
            return Known()
        return Known(str(option.lifecycle), _pieces(option.stock), _price(option.price))
    if not isinstance(outcome, Review):
        return Known()
    currency, quantity = outcome.provenance.currency, order_size(outcome.row, boards)
    for part, known in zip(outcome.parts, facts, strict=False):
        if (part.mpn, part.manufacturer.name) == (choice.mpn, choice.manufacturer):
            return Known(
                lifecycle=str(known.lifecycle),
                stock=_pieces(authorised_stock(known)),
                price=_price(best_price(known, quantity=quantity, currency=currency)),
                description=known.description,
                part_id=part.id,
            )
    return Known()


def _pieces(stock: int | None) -> str:
    return "?" if stock is None else f"{stock:,}"


def _price(price: OrderPrice | None) -> str:
    return "" if price is None else f"{price.unit:.4g} {price.currency}"
