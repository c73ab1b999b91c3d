"""What makes an event between two audits, and what is noise."""

import random
from decimal import Decimal

import pytest

from bulkmatch.core.audit_json import memory_from_json, memory_to_json
from bulkmatch.core.compare_audits import compare_outcome
from bulkmatch.core.event_words import entitlement_event
from bulkmatch.model.audit_event import EventKind
from bulkmatch.model.observation import FactName
from bulkmatch.model.part import Lifecycle, PartFacts

from .audits import CONTEXT, DAY_ONE, facts, offer, watch

GONE = facts(offers=(offer(stock=0), offer("Seller Two", stock=-1)))
SINGLE = facts(offers=(offer(),))
NOBODY = facts(offers=())
NOT_TOLD = facts(offers=(offer(stock=-3),))


def lives(*words: str) -> tuple[PartFacts, ...]:
    return tuple(facts(lifecycle=Lifecycle(word)) for word in words)


@pytest.mark.parametrize(
    ("observed", "told"),
    [
        (lives("Production", "Production"), []),
        (lives("New", "Production"), []),
        (lives("Production", "NRND"), [EventKind.WENT_NRND]),
        (lives("NRND", "EOL"), [EventKind.WENT_EOL]),
        (lives("EOL", "Obsolete"), [EventKind.WENT_OBSOLETE]),
        (lives("NRND", "Production"), [EventKind.BACK_IN_PRODUCTION]),
        (lives("unknown", "New"), [EventKind.LIFECYCLE_KNOWN]),
        (lives("unknown", "Obsolete"), [EventKind.WENT_OBSOLETE]),
        (lives("Production", "unknown"), []),
        (lives("Production", "unknown", "unknown"), [EventKind.LIFECYCLE_UNKNOWN]),
        (lives("Production", "unknown", "Production"), []),
        (lives("Production", "not in plan", "Production"), []),
    ],
)
@pytest.mark.parametrize("keeps_values", [False, True])
def test_lifecycles(
    observed: tuple[PartFacts, ...], told: list[EventKind], keeps_values: bool
) -> None:
    assert watch(*observed, keeps_values=keeps_values)[0] == told


@pytest.mark.parametrize(
    ("observed", "told"),
    [
        ((facts(), GONE), []),
        ((facts(), GONE, GONE), [EventKind.STOCK_GONE]),
        ((facts(), GONE, facts(), GONE), []),
        ((GONE, facts(), facts()), [EventKind.STOCK_BACK]),
        ((facts(), NOT_TOLD, NOT_TOLD), [EventKind.SINGLE_SOURCED]),
        ((facts(), SINGLE, SINGLE), [EventKind.SINGLE_SOURCED]),
        ((SINGLE, facts(), facts()), [EventKind.MULTI_SOURCED]),
        ((facts(), NOBODY, NOBODY), [EventKind.STOCK_GONE, EventKind.NO_SOURCE]),
    ],
)
def test_stock_and_sources_need_two_observations(
    observed: tuple[PartFacts, ...], told: list[EventKind]
) -> None:
    assert watch(*observed)[0] == told


def test_with_one_confirmation_a_single_observation_is_enough() -> None:
    assert watch(facts(), GONE, confirmations=1)[0] == [EventKind.STOCK_GONE]


@pytest.mark.parametrize("keeps_values", [False, True])
@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((70, 84, 84), []),
        ((70, 112, 70), []),
        ((70, 112, 112), [EventKind.LEAD_TIME_LONGER]),
        ((112, 70, 72), [EventKind.LEAD_TIME_SHORTER]),
        ((70, 84, 98, 112, 112), [EventKind.LEAD_TIME_LONGER]),
        ((70, 2000, 2000), [EventKind.LEAD_TIME_LONGER]),
        ((70, None, None, 70), []),
    ],
)
def test_lead_times_move_by_the_threshold(
    days: tuple[int | None, ...], told: list[EventKind], keeps_values: bool
) -> None:
    observed = [facts(lead_days=one) for one in days]
    assert watch(*observed, keeps_values=keeps_values)[0] == told


@pytest.mark.parametrize("keeps_values", [False, True])
@pytest.mark.parametrize(
    ("prices", "told"),
    [
        (("1.00", "1.10", "1.10"), []),
        (("1.00", "1.50", "1.50"), [EventKind.PRICE_UP]),
        (("1.00", "0.50", "0.50"), [EventKind.PRICE_DOWN]),
        (("1.00", "1.50", "1.00", "1.50"), []),
    ],
)
def test_prices_move_by_the_threshold(
    prices: tuple[str, ...], told: list[EventKind], keeps_values: bool
) -> None:
    observed = [facts(offers=(offer(price=one), offer("B", price=one))) for one in prices]
    assert watch(*observed, keeps_values=keeps_values)[0] == told


def test_a_kept_value_gives_the_exact_move_and_a_fingerprint_about_how_much() -> None:
    moved = [facts(lead_days=70), facts(lead_days=105), facts(lead_days=105)]
    [exact] = watch(*moved, keeps_values=True)[1][-1].events
    assert (exact.amount, exact.unit, exact.before, exact.after) == (
        Decimal(35),
        "days",
        "70",
        "105",
    )
    assert exact.words.startswith("has a longer lead time: +35 days (70, now 105); before")
    [about] = watch(*moved)[1][-1].events
    assert (about.amount, about.before, about.after) == (Decimal(35), "", "")
    assert "about +35 days" in about.words


def test_what_is_farther_than_the_bands_is_told_by_the_threshold() -> None:
    moved = [facts(lead_days=70), facts(lead_days=2000), facts(lead_days=2000)]
    [event] = watch(*moved)[1][-1].events
    assert (event.amount, event.at_least) == (None, Decimal(28))
    assert "by more than 28 days" in event.words


def test_prices_at_another_quantity_are_not_compared() -> None:
    _, seen = watch(facts())
    from bulkmatch.core.compare_audits import Comparer
    from bulkmatch.model.policy import Thresholds

    from .audits import SEALER, state

    dear = facts(offers=(offer(price="9.00"), offer("B", price="9.00")))
    told = Thresholds(price_quantity=7, confirmations=1)
    later = state(dear, day=30, thresholds=told)
    compared = Comparer(SEALER, told).compare(later, seen[-1].memory)
    assert compared.events == ()
    assert compared.memory[FactName.PRICE].quantity == 7


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"mpn": "XYZ-9"}, EventKind.IDENTITY_CHANGED),
        ({"manufacturer": "Other"}, EventKind.IDENTITY_CHANGED),
        ({"rohs": "Non-Compliant"}, EventKind.ROHS_CHANGED),
        ({"reach": "Contains SVHC"}, EventKind.REACH_CHANGED),
        ({"maker_word": "LAST TIME BUY"}, EventKind.MAKER_WORD_CHANGED),
        ({"mpn": "abc1"}, None),
        ({"rohs": " compliant  (2011/65/EU)"}, None),
        ({"maker_word": "active"}, None),
        ({"rohs": None}, None),
    ],
)
def test_texts_and_identities(change: dict[str, str], kind: EventKind | None) -> None:
    assert watch(facts(), facts(**change))[0] == ([kind] if kind else [])
    kept = watch(facts(), facts(**change), keeps_values=True)[0]
    assert kept == ([kind] if kind else [])


def test_similar_parts() -> None:
    assert watch(facts(similar_count=3), facts(similar_count=1))[0] == [EventKind.SIMILAR_CHANGED]


@pytest.mark.parametrize(
    ("before", "pending", "now", "told"),
    [
        ("matched", "", "matched", (None, "matched", "")),
        ("matched", "", "missed", (None, "matched", "missed")),
        ("matched", "missed", "missed", (EventKind.MATCH_LOST, "missed", "")),
        ("matched", "missed", "matched", (None, "matched", "")),
        ("missed", "", "matched", (EventKind.MATCH_FOUND, "matched", "")),
        ("matched", "", "needs review", (None, "needs review", "")),
    ],
)
def test_a_part_is_lost_once_two_audits_have_not_found_it(
    before: str, pending: str, now: str, told: tuple[EventKind | None, str, str]
) -> None:
    assert compare_outcome(before, pending, now) == told


def test_a_plan_that_lacks_other_features_is_an_event() -> None:
    def compared(before: list[str], after: list[str]) -> str | None:
        event = entitlement_event(before, after, context=CONTEXT, at=DAY_ONE, since=DAY_ONE)
        return None if event is None else event.words

    assert compared(["specs"], ["specs"]) is None
    assert compared([], ["specs"]) == (
        "the plan includes other features now (without nothing, now without specs); "
        "before that seen on 2026-09-01"
    )


@pytest.mark.parametrize("keeps_values", [False, True])
def test_memory_comes_back_from_json_as_it_was(keeps_values: bool) -> None:
    _, seen = watch(facts(), GONE, keeps_values=keeps_values)
    memory = seen[-1].memory
    read = memory_from_json(memory_to_json(memory))
    assert {name: kept.digest for name, kept in read.items()} == {
        name: kept.digest for name, kept in memory.items()
    }
    assert read[FactName.PRICE] == memory[FactName.PRICE]
    assert read[FactName.STOCK].pending


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("keeps_values", [False, True])
def test_a_re_run_with_the_recorded_drift_makes_no_event(seed: int, keeps_values: bool) -> None:
    """Two recordings of one set: 53 % of stock levels and 36 % of prices differ, all links, no identity."""
    dice = random.Random(seed)
    sellers = [f"Seller {number}" for number in range(1, 9)]
    first = [(name, dice.randint(50, 9_000), Decimal(dice.randint(50, 400))) for name in sellers]

    def drifted() -> PartFacts:
        offers = []
        for name, stock, cents in first:
            if dice.random() < 0.53:
                stock = max(1, round(stock * dice.uniform(0.4, 1.8)))
            if dice.random() < 0.36:
                cents *= Decimal(str(dice.uniform(0.93, 1.07)))
            offers.append(offer(name, stock=stock, price=str(cents / 100)))
        return facts(offers=tuple(offers), octopart_url=f"https://example.com/{dice.random()}")

    observed = [
        facts(offers=tuple(offer(n, stock=s, price=str(c / 100)) for n, s, c in first)),
        *(drifted() for _ in range(6)),
    ]
    assert len({one.offers for one in observed}) == len(observed)
    assert watch(*observed, keeps_values=keeps_values)[0] == []
