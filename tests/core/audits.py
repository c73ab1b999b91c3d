"""Parts as audits see them, for the tests of what audits decide."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bulkmatch.core.apply_policy import Judge
from bulkmatch.core.compare_audits import Comparer, Comparison, Memory
from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.observe_part import part_state
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import Context, PartState
from bulkmatch.model.outcome import Matched, MatchKind, Missed, Provenance
from bulkmatch.model.part import Lifecycle, Offer, PartFacts, PriceBreak
from bulkmatch.model.policy import Policy, Rule, Severity, Subject, Thresholds, Waiver
from bulkmatch.model.row import Row

from .parts import Part

SEALER = Sealer(b"a key of the test")
CONTEXT = Context("live", "US", "USD")
DAY_ONE = datetime(2026, 9, 1, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def offer(seller: str = "Seller One", **told: Any) -> Offer:
    """An authorised offer of 100 pieces at 1 dollar, but for what is told."""
    prices = (PriceBreak(1, Decimal(told.pop("price", "1.00")), "USD"),)
    given = {"stock": 100, "is_authorized": True, "is_broker": False, "prices": prices}
    return Offer(seller=seller, sku="S-1", **{**given, **told})


def facts(**told: Any) -> PartFacts:
    """A part in production that two authorised sellers have."""
    given: dict[str, Any] = {
        "mpn": "ABC-1",
        "manufacturer": "Acme",
        "lifecycle": Lifecycle.PRODUCTION,
        "lead_days": 70,
        "rohs": "Compliant",
        "reach": "No SVHC",
        "maker_word": "ACTIVE",
        "offers": (offer(), offer("Seller Two")),
    }
    return PartFacts(**{**given, **told})


def state(
    told: PartFacts | None, *, day: int = 0, thresholds: Thresholds | None = None
) -> PartState:
    """What an audit saw `day` days after the first; without facts the part was missed."""
    at = DAY_ONE + timedelta(days=day)
    row = Row("ABC-1", "Acme")
    provenance = Provenance(at, "live", from_store=False, country="US", currency="USD")
    outcome: Matched[Part] | Missed = Missed(row, "no such part", provenance)
    if told is not None:
        part = Part(told.mpn, told.manufacturer)
        outcome = Matched(row, MatchKind.EXACT, part, "same number", provenance)
    return part_state(
        outcome,
        told,
        "key",
        context=CONTEXT,
        thresholds=thresholds or Thresholds(),
        at=at,
        sealer=SEALER,
    )


def watch(
    *observed: PartFacts, keeps_values: bool = False, **thresholds: Any
) -> tuple[list[EventKind], Sequence[Comparison]]:
    """The kinds of all events of a part that is observed so, one audit after the other."""
    told = Thresholds(**thresholds)
    comparer = Comparer(SEALER, told, keeps_values)
    memory: Memory = {}
    seen: list[Comparison] = []
    for number, one in enumerate(observed):
        seen.append(comparer.compare(state(one, day=30 * number, thresholds=told), memory))
        memory = seen[-1].memory
    return [event.kind for comparison in seen for event in comparison.events], seen


def policy(*rules: Rule, waivers: Sequence[Waiver] = ()) -> Policy:
    """A policy of these rules alone."""
    return Policy("test", rules, waivers=tuple(waivers))


def rule(about: Subject, severity: Severity = Severity.ERROR, **told: Any) -> Rule:
    """A rule about a subject."""
    return Rule(about.value, about, severity, **told)


def judge(*rules: Rule, waivers: Sequence[Waiver] = ()) -> Judge:
    """A judge on the day of the test."""
    return Judge(policy(*rules, waivers=waivers), SEALER, TODAY)
