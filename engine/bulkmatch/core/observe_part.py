"""From a part as the API told it to the facts that an audit compares."""

from datetime import datetime, timedelta
from decimal import Decimal

from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.grade import grade_of
from bulkmatch.core.normal import maker_key, mpn_identity
from bulkmatch.core.part_states import states_of, tier_of
from bulkmatch.core.price import best_price
from bulkmatch.model.observation import Context, Fact, FactName, PartState, Standing, Value
from bulkmatch.model.outcome import Outcome, outcome_name, outcome_reason
from bulkmatch.model.part import Lifecycle, Offer, PartFacts, PartLike
from bulkmatch.model.policy import Thresholds

_SPECS, _LEAD, _SIMILAR = "specs", "lead_time", "similar_parts"
# Octopart datafeed format, `quantity`, read 2026-11-20: in stock, amount unknown.
_IN_STOCK = -2
# Texts of specs that say that nobody knows.
_NOTHING = frozenset({"", "-", "unknown", "n/a", "not available"})


def observed_facts(
    told: PartFacts, key: str, *, context: Context, quantity: int, at: datetime, sealer: Sealer
) -> tuple[Fact, ...]:
    """All facts of a part, each with its fingerprint; `quantity` is what the price is for."""
    offers = [offer for offer in told.offers if offer.is_authorized and not offer.is_broker]
    facts = (
        _identity(told),
        _lifecycle(told, at),
        _spec(FactName.MAKER_WORD, told.maker_word, told),
        _lead_time(told, offers),
        _stock(told, offers),
        _fact(FactName.SOURCES, len({offer.seller.casefold() for offer in offers})),
        _price(told, quantity, context.currency),
        _spec(FactName.ROHS, told.rohs, told),
        _spec(FactName.REACH, told.reach, told),
        _similar(told),
    )
    return tuple(_sealed(fact, key, at, sealer) for fact in facts)


def _sealed(fact: Fact, key: str, at: datetime, sealer: Sealer) -> Fact:
    grade = grade_of(fact)
    return Fact(
        fact.name,
        fact.standing,
        fact.value,
        seen_at=at,
        told_at=fact.told_at,
        note=fact.note,
        quantity=fact.quantity,
        digest="" if grade is None else sealer.seal(key, fact.name, grade),
    )


def _fact(name: FactName, value: Value, note: str = "") -> Fact:
    return Fact(name, Standing.KNOWN, value, note=note)


def _identity(told: PartFacts) -> Fact:
    """The part by its number's and its maker's identity: the API's ids have changed form over the years."""
    return _fact(FactName.IDENTITY, f"{mpn_identity(told.mpn)} by {maker_key(told.manufacturer)}")


def _lifecycle(told: PartFacts, at: datetime) -> Fact:
    if told.lifecycle is Lifecycle.NOT_ENTITLED:
        return Fact(FactName.LIFECYCLE, Standing.NOT_ENTITLED)
    if told.lifecycle is Lifecycle.UNKNOWN:
        return Fact(FactName.LIFECYCLE, Standing.UNKNOWN)
    age = told.lifecycle_age_days
    told_at = None if age is None else at - timedelta(days=age)
    return Fact(FactName.LIFECYCLE, Standing.KNOWN, str(told.lifecycle), told_at=told_at)


def _spec(name: FactName, value: str | None, told: PartFacts) -> Fact:
    if value and value.strip().casefold() not in _NOTHING:
        return _fact(name, " ".join(value.split()))
    is_lacking = _SPECS in told.not_entitled
    return Fact(name, Standing.NOT_ENTITLED if is_lacking else Standing.UNKNOWN)


def _lead_time(told: PartFacts, offers: list[Offer]) -> Fact:
    """The maker's lead time, else the shortest that an authorised seller states; 0 says nothing."""
    if told.lead_days:
        return _fact(FactName.LEAD_TIME, told.lead_days)
    stated = [offer.lead_days for offer in offers if offer.lead_days and offer.lead_days > 0]
    if stated:
        note = "the shortest that an authorised seller states"
        return _fact(FactName.LEAD_TIME, min(stated), note)
    is_lacking = _LEAD in told.not_entitled
    return Fact(FactName.LEAD_TIME, Standing.NOT_ENTITLED if is_lacking else Standing.UNKNOWN)


def _stock(told: PartFacts, offers: list[Offer]) -> Fact:
    """The counted pieces of authorised sellers. Codes are told, and never summed."""
    counts = [offer.stock for offer in offers if offer.stock is not None and offer.stock >= 0]
    uncounted = sum(1 for offer in offers if offer.stock == _IN_STOCK)
    if not sum(counts) and uncounted:
        note = f"{uncounted} authorised offers are in stock without a count"
        return _fact(FactName.STOCK, "some", note)
    if offers and not counts:
        return Fact(FactName.STOCK, Standing.UNKNOWN, note="no authorised seller gives a count")
    note = f"{uncounted} more offers are in stock without a count" if uncounted else ""
    if not sum(counts) and told.total_available == 1:
        note = "the API's total of 1 means that brokers alone have it"
    return _fact(FactName.STOCK, sum(counts), note)


def _price(told: PartFacts, quantity: int, currency: str) -> Fact:
    price = best_price(told, quantity=quantity, currency=currency)
    if price is None:
        return Fact(FactName.PRICE, Standing.UNKNOWN, quantity=quantity)
    note = f"{price.seller}, ordering {price.quantity}"
    return Fact(FactName.PRICE, Standing.KNOWN, Decimal(price.unit), note=note, quantity=quantity)


def _similar(told: PartFacts) -> Fact:
    if told.similar_count is not None:
        return _fact(FactName.SIMILAR, told.similar_count)
    is_lacking = _SIMILAR in told.not_entitled
    return Fact(FactName.SIMILAR, Standing.NOT_ENTITLED if is_lacking else Standing.NOT_ASKED)


def part_state(
    outcome: Outcome[PartLike],
    told: PartFacts | None,
    key: str,
    *,
    context: Context,
    thresholds: Thresholds,
    at: datetime,
    sealer: Sealer,
) -> PartState:
    """What an audit has seen of a part at `at`; `told` are the facts of a part that was matched."""
    facts: tuple[Fact, ...] = ()
    if told is not None:
        quantity = thresholds.price_quantity
        facts = observed_facts(told, key, context=context, quantity=quantity, at=at, sealer=sealer)
    name = outcome_name(outcome)
    states = states_of(name, facts, thresholds)
    return PartState(
        key=key,
        mpn=outcome.row.mpn or outcome.row.sku or "",
        manufacturer=outcome.row.manufacturer,
        outcome=name,
        reason=outcome_reason(outcome),
        context=context,
        facts=facts,
        part_mpn=told.mpn if told else "",
        part_maker=told.manufacturer if told else "",
        category=told.category if told else "",
        octopart_url=told.octopart_url if told else None,
        tier=tier_of(states),
        seen_at=at,
        states=tuple(state.value for state in states),
    )
