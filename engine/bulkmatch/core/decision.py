"""A person's decisions: which question one is about, whether it fits, and what it says of answers.

A decision is kept by the question's identity and replayed on every line that asks the same. It names
a part by its number and its maker, so it outlives the answers that it was made from; and it never
makes a part: what was accepted has to be among today's hits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, assert_never

from bulkmatch.core.judge import Found, Look, judge
from bulkmatch.core.makers import Kinship, Makers
from bulkmatch.core.normal import clean, is_same_number, maker_key, maker_name, mpn_identity
from bulkmatch.core.plan import question
from bulkmatch.core.stock_number import stock_key
from bulkmatch.errors import SettingsError
from bulkmatch.model.decision import Action, Decision, Subject
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Review,
    ReviewKind,
    Skipped,
)
from bulkmatch.model.part import PartLike
from bulkmatch.model.query import AskOptions, MatchQuery
from bulkmatch.model.row import Alternate, Row

P = TypeVar("P", bound=PartLike)

_STOCK = "sku:"
_NOWHERE = AskOptions()  # a decision holds for all countries and currencies


def subject_of(query: MatchQuery) -> Subject:
    """What a question is known by: all its spellings share it.

    A plus at the end is kept (`MAX232CPE+` is no `MAX232CPE`); makers count as they are spelt, since
    what is known of their names changes.
    """
    if not query.mpn:
        return Subject(_STOCK + stock_key(query.sku or ""), maker_key(query.seller))
    plus = "+" if clean(query.mpn).endswith("+") else ""
    return Subject(mpn_identity(query.mpn) + plus, maker_key(query.manufacturer))


def subject_of_row(row: Row) -> Subject:
    """What a row's question is known by. Raises SettingsError when it asks nothing."""
    return subject_of(_asked(row))


def _asked(row: Row) -> MatchQuery:
    query = question(replace(row, do_not_populate=False), _NOWHERE)
    if isinstance(query, Skipped):
        raise SettingsError(f"nothing to decide: the line asks nothing ({query.reason})")
    return query


def is_about(decision: Decision, number: str, maker: str | None) -> bool:
    """Whether a decision is about this part or stock number, of this maker or seller where one is named."""
    key = (
        stock_key(number)
        if is_of_stock(decision.subject)
        else subject_of(MatchQuery(number)).number
    )
    is_number = decision.subject.number.removeprefix(_STOCK) == key
    return is_number and (maker is None or decision.subject.maker == maker_key(maker))


def is_of_stock(subject: Subject) -> bool:
    """Whether the question is for a seller's stock number."""
    return subject.number.startswith(_STOCK)


def decide(
    row: Row,
    action: Action,
    *,
    by: str,
    at: datetime,
    mpn: str | None = None,
    manufacturer: str | None = None,
    part_id: str | None = None,
    note: str = "",
) -> Decision:
    """A decision about what a row asks.

    A part is accepted by number and maker, a maker by name; an alternate is named as the file has it.
    Raises SettingsError when something is missing, or the row asks nothing.
    """
    query = _asked(row)
    number, maker = clean(mpn or "") or None, maker_name(manufacturer)
    if action in (Action.PART, Action.ALTERNATE) and number is None:
        raise SettingsError(f"{action}: wanted a part number, got none")
    if action in (Action.PART, Action.MAKER) and maker is None:
        raise SettingsError(f"{action}: wanted the maker's name, got none")
    return Decision(
        subject=subject_of(query),
        action=action,
        asked=query.mpn or query.sku or "",
        asked_maker=query.manufacturer if query.mpn else query.seller,
        decided_by=by,
        decided_at=at,
        mpn=number if action in (Action.PART, Action.ALTERNATE) else None,
        manufacturer=None if action is Action.IGNORE else maker,
        part_id=part_id if action is Action.PART else None,
        note=" ".join(note.split()),
    )


def decided(query: MatchQuery, decisions: Mapping[Subject, Decision]) -> Decision | None:
    """The decision about a question; None when there is none, or the numbers contradict."""
    found = decisions.get(subject_of(query))
    if found is None or not query.mpn or is_same_number(found.asked, query.mpn):
        return found
    return None


def accepts(decision: Decision) -> bool:
    """Whether it says which of the hits is meant."""
    return decision.action in (Action.PART, Action.MAKER)


def direct_queries(
    decision: Decision, query: MatchQuery, *, makers: Makers
) -> tuple[MatchQuery, ...]:
    """What finds the accepted part at once, by its own number and maker; in the order to try them."""
    mpn = decision.mpn if decision.action is Action.PART else query.mpn
    if not mpn or not decision.manufacturer:
        return ()
    plain = replace(query, mpn=mpn, sku=None, seller=None, is_either=False)
    names = makers.names_to_ask(decision.manufacturer)
    return tuple(replace(plain, manufacturer=name) for name in names)


def accepted(
    decision: Decision, query: MatchQuery, looks: Sequence[Look[P]], *, makers: Makers
) -> Found[P] | None:
    """What was accepted, once it is among the hits; None while it is not."""
    if not looks:
        return None
    if decision.action is Action.PART:
        part = _accepted_part(decision, looks, makers)
        if part is None:
            return None
        return Found(MatchKind.DECISION, part, decision_words(decision))
    if decision.action is not Action.MAKER:
        return None
    found = judge(replace(query, manufacturer=decision.manufacturer), looks, makers=makers)
    if not isinstance(found, Found):
        return None
    return Found(MatchKind.DECISION, found.part, f"{found.reason}; {decision_words(decision)}")


def _accepted_part(decision: Decision, looks: Iterable[Look[P]], makers: Makers) -> P | None:
    """The part of that very number and maker; of several, the one with the part id."""
    same = [part for look in looks for part in look.match.parts if _is_it(decision, part, makers)]
    best = (part for part in same if part.id == decision.part_id)
    return next(best, same[0] if same else None)


def _is_it(decision: Decision, part: PartLike, makers: Makers) -> bool:
    if clean(part.mpn).casefold() != clean(decision.mpn or "").casefold():
        return False
    named = decision.manufacturer or ""
    return makers.relation(named, part.manufacturer.name).kinship is Kinship.SAME


def is_taken_alternate(decision: Decision, alternate: Alternate) -> bool:
    """Whether a decision says to use this alternate; a maker that is not named contradicts none."""
    if decision.action is not Action.ALTERNATE:
        return False
    makers = {maker_key(decision.manufacturer), maker_key(alternate.manufacturer)} - {""}
    return is_same_number(decision.mpn or "", alternate.mpn) and len(makers) <= 1


def decision_words(decision: Decision) -> str:
    """Who decided what and when, and why if that was noted."""
    note = f": {decision.note}" if decision.note else ""
    when = f"{decision.decided_at:%Y-%m-%d}"
    return f"{decision.choice}, decided by {decision.decided_by} on {when}{note}"


def outdated_words(decision: Decision) -> str:
    """That a decision does not fit any more."""
    return f"{decision_words(decision)}; but that is not found any more"


def outdated(outcome: Outcome[P], decision: Decision) -> Outcome[P]:
    """A line whose accepted part is gone: what else was found is for a person to look at."""
    words = outdated_words(decision)
    match outcome:
        case Matched(row=row, part=part, reason=reason, provenance=provenance):
            told = f"{words}; now there is: {reason}"
            return Review(row, ReviewKind.OUTDATED, (part,), 1, told, provenance)
        case Review(reason=reason):
            return replace(outcome, kind=ReviewKind.OUTDATED, reason=f"{words}; {reason}")
        case Missed(reason=reason):
            return replace(outcome, reason=f"{reason}; {words}")
        case Failed() | Skipped():
            return outcome
        case _:
            assert_never(outcome)
