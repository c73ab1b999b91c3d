"""What an audit concludes of a part: facts, states, tier, health."""

from datetime import timedelta
from typing import Any

import pytest

from bulkmatch.core.fingerprint import Sealer
from bulkmatch.core.line_health import line_health, option_words
from bulkmatch.core.part_states import health_of, states_of, tier_of
from bulkmatch.model.audit import Health, OptionHealth, WhereUsed
from bulkmatch.model.observation import Fact, FactName, Standing, Tier
from bulkmatch.model.part import Lifecycle, PartFacts
from bulkmatch.model.policy import StateKind, Thresholds

from .audits import DAY_ONE, SEALER, facts, offer, state

K = StateKind


def fact(told: PartFacts, name: FactName) -> Fact:
    return state(told).fact(name)


@pytest.mark.parametrize(
    ("change", "value", "note"),
    [
        ({}, 200, ""),
        ({"offers": (offer(stock=None), offer("B", stock=5))}, 5, ""),
        ({"offers": (offer(stock=-2), offer("B", stock=5))}, 5, "1 more offers are in stock"),
        ({"offers": (offer(stock=-2),)}, "some", "1 authorised offers are in stock"),
        ({"offers": (offer(stock=-3),)}, None, "no authorised seller gives a count"),
        ({"offers": (offer(is_broker=True),), "total_available": 1}, 0, "brokers alone"),
        ({"offers": (offer(is_authorized=False),)}, 0, ""),
    ],
)
def test_codes_of_stock_are_told_and_never_summed(
    change: dict[str, Any], value: int | str | None, note: str
) -> None:
    found = fact(facts(**change), FactName.STOCK)
    assert (found.value, found.is_known) == (value, value is not None)
    assert note in found.note


def test_a_lead_time_of_a_seller_stands_in_for_the_maker_s() -> None:
    told = facts(lead_days=0, offers=(offer(lead_days=30), offer("B", lead_days=20)))
    found = fact(told, FactName.LEAD_TIME)
    assert (found.value, found.note) == (20, "the shortest that an authorised seller states")
    assert fact(facts(lead_days=None), FactName.LEAD_TIME).standing is Standing.UNKNOWN


def test_what_the_plan_does_not_include_is_not_unknown() -> None:
    lacking = frozenset({"specs", "lead_time", "similar_parts"})
    told = facts(lifecycle=Lifecycle.NOT_ENTITLED, lead_days=None, rohs=None, not_entitled=lacking)
    names = (FactName.LIFECYCLE, FactName.LEAD_TIME, FactName.ROHS, FactName.SIMILAR)
    assert {fact(told, name).standing for name in names} == {Standing.NOT_ENTITLED}
    assert fact(facts(rohs=" Unknown "), FactName.ROHS).standing is Standing.UNKNOWN
    assert fact(facts(), FactName.SIMILAR).standing is Standing.NOT_ASKED
    assert state(told).fact(FactName.ENTITLEMENT).words == "not asked"


def test_a_lifecycle_tells_when_its_source_saw_it() -> None:
    found = fact(facts(lifecycle_age_days=730), FactName.LIFECYCLE)
    assert (found.words, found.told_at) == ("Production", DAY_ONE - timedelta(days=730))


def test_a_price_is_for_the_quantity_of_interest() -> None:
    found = fact(facts(), FactName.PRICE)
    assert (found.words, found.quantity) == ("1.00", 100)
    nobody = fact(facts(offers=()), FactName.PRICE)
    assert (nobody.standing, nobody.quantity) == (Standing.UNKNOWN, 100)


def test_a_part_that_was_missed_has_no_facts() -> None:
    missed = state(None)
    assert (missed.facts, missed.states, missed.part_mpn) == ((), ("not-found",), "")


@pytest.mark.parametrize(
    ("change", "states"),
    [
        ({}, ()),
        ({"lifecycle": Lifecycle.NRND}, (K.IS_NRND,)),
        ({"lifecycle": Lifecycle.EOL}, (K.IS_EOL,)),
        ({"lifecycle": Lifecycle.OBSOLETE}, (K.IS_OBSOLETE,)),
        ({"lifecycle": Lifecycle.UNKNOWN}, (K.LIFECYCLE_UNKNOWN,)),
        ({"lifecycle": Lifecycle.NOT_ENTITLED}, (K.LIFECYCLE_NOT_IN_PLAN,)),
        ({"offers": ()}, (K.NO_SOURCE,)),
        ({"offers": (offer(),)}, (K.SINGLE_SOURCED,)),
        ({"offers": (offer(stock=0), offer("B", stock=0))}, (K.NO_STOCK,)),
        ({"lead_days": 365}, (K.LEAD_TIME_LONG,)),
        ({"rohs": "Non-Compliant"}, (K.NOT_ROHS,)),
        ({"reach": "Contains SVHC"}, (K.HAS_SVHC,)),
    ],
)
def test_states_of_a_part(change: dict[str, Any], states: tuple[StateKind, ...]) -> None:
    assert state(facts(**change)).states == tuple(one.value for one in states)


def test_an_outcome_is_a_state_too() -> None:
    assert states_of("failed", (), Thresholds()) == (K.FAILED,)


@pytest.mark.parametrize(
    ("states", "tier", "health"),
    [
        ((), Tier.PRODUCTION, Health.FINE),
        ((K.SINGLE_SOURCED,), Tier.SINGLE_SOURCED, Health.FINE),
        ((K.IS_NRND,), Tier.AT_RISK, Health.AT_RISK),
        ((K.NO_STOCK,), Tier.AT_RISK, Health.AT_RISK),
        ((K.IS_EOL,), Tier.AT_RISK, Health.AT_END),
        ((K.IS_OBSOLETE, K.NO_SOURCE), Tier.ENDED, Health.AT_END),
        ((K.NEEDS_REVIEW,), Tier.UNSURE, Health.UNSURE),
        ((K.LIFECYCLE_UNKNOWN,), Tier.UNSURE, Health.UNSURE),
        ((K.FAILED,), Tier.NEVER_SEEN, Health.UNCHECKED),
    ],
)
def test_tier_and_health(states: tuple[StateKind, ...], tier: Tier, health: Health) -> None:
    assert tier_of(states) is tier
    assert health_of(states, is_seen=True) is health
    assert health_of(states, is_seen=False) is Health.UNCHECKED


def option(mpn: str, *states: StateKind, is_seen: bool = True) -> OptionHealth:
    words = option_words(states, is_seen=is_seen)
    return OptionHealth(mpn, mpn, None, health_of(states, is_seen=is_seen), words)


def test_a_line_is_fine_while_one_approved_option_is() -> None:
    use = WhereUsed("bom.csv", 3, "U1")
    line = line_health(use, [option("A", K.IS_OBSOLETE), option("B"), option("C")])
    assert (line.health, line.best) == (Health.FINE, 1)
    told = "use B (nothing speaks against it); A: obsolete: the maker makes it no more"
    assert line.words == told
    alone = line_health(use, [option("A", K.IS_NRND)])
    assert (alone.health, alone.words) == (Health.AT_RISK, "not recommended for new designs")
    assert line_health(use, []).health is Health.UNCHECKED
    assert option("A", is_seen=False).words == "not looked at yet"


def test_a_fingerprint_needs_its_key_and_is_of_one_part_alone() -> None:
    digest = SEALER.seal("part", FactName.LIFECYCLE, "NRND")
    assert SEALER.unseal("part", FactName.LIFECYCLE, digest, ("New", "NRND")) == "NRND"
    assert SEALER.unseal("other", FactName.LIFECYCLE, digest, ("New", "NRND")) is None
    assert Sealer(b"another").seal("part", FactName.LIFECYCLE, "NRND") != digest
    assert "key" not in repr(SEALER)
    assert len(digest) == 12


def test_keys_and_names_are_the_same_in_every_audit() -> None:
    assert SEALER.part_key("scope", "abc1") == SEALER.part_key("scope", "abc1")
    assert SEALER.part_key("scope", "abc1") != SEALER.part_key("other", "abc1")
    assert SEALER.named("a", "b") != SEALER.named("ab")
