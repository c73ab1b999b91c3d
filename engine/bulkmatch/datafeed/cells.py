"""Which checks a cell goes through, by the kind of its column; and how a wrong one is mended."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from bulkmatch.datafeed.columns import Kind
from bulkmatch.datafeed.finding import Flaw, Severity
from bulkmatch.datafeed.numbers import (
    break_flaws,
    count_flaws,
    date_flaws,
    measure_flaws,
    price_flaws,
    stock_flaws,
)
from bulkmatch.datafeed.rules import RULES
from bulkmatch.datafeed.specs import attribute_flaws, mended_attributes
from bulkmatch.datafeed.texts import (
    category_flaws,
    is_clean,
    markup_flaws,
    number_text_flaws,
    region_flaws,
    text_flaws,
)
from bulkmatch.datafeed.urls import application_note_flaws, simulation_model_flaws, url_flaws

Check = Callable[[str], Iterator[Flaw]]

CHECKS: Final[dict[Kind, Check]] = {
    Kind.TEXT: markup_flaws,
    Kind.NUMBER_TEXT: number_text_flaws,
    Kind.URL: url_flaws,
    Kind.REGION: region_flaws,
    Kind.STOCK: stock_flaws,
    Kind.COUNT: partial(count_flaws, least=1),
    Kind.COUNT_OR_NONE: partial(count_flaws, least=0),
    Kind.MEASURE: partial(measure_flaws, needs_unit=False),
    Kind.MEASURE_WITH_UNIT: partial(measure_flaws, needs_unit=True),
    Kind.BREAK: break_flaws,
    Kind.PRICE: price_flaws,
    Kind.DATE: date_flaws,
    Kind.ATTRIBUTES: attribute_flaws,
    Kind.CATEGORY: category_flaws,
    Kind.APPLICATION_NOTE: application_note_flaws,
    Kind.SIMULATION_MODEL: simulation_model_flaws,
}
_MOST_ROUNDS = 4


def cell_flaws(check: Check, text: str) -> tuple[Flaw, ...]:
    """All that is wrong with a filled cell. Its kind's check sees it without blanks around."""
    if is_clean(text):
        return tuple(check(text))
    told = tuple(text_flaws(text))
    if any(flaw.rule in {"spreadsheet-error", "encoding"} for flaw in told):
        return told
    plain = text.strip()
    return (*told, *check(plain)) if plain else told


def has_errors(flaws: tuple[Flaw, ...]) -> bool:
    """Whether any of them is an error."""
    return any(RULES[flaw.rule].severity is Severity.ERROR for flaw in flaws)


def mended(kind: Kind, text: str) -> str:
    """`text` without errors: as it was plainly meant, else empty. Warnings are left as they are."""
    check, meant = CHECKS[kind], text
    for _ in range(_MOST_ROUNDS):
        wrong = [
            flaw
            for flaw in (cell_flaws(check, meant) if meant else ())
            if RULES[flaw.rule].severity is Severity.ERROR
        ]
        if not wrong:
            return meant
        better = next((flaw.mended for flaw in wrong if flaw.mended is not None), None)
        if better is None and kind is Kind.ATTRIBUTES:
            better = mended_attributes(meant)
        if better is None or better == meant:
            return ""
        meant = better
    return ""
