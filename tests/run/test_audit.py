"""Audits over months: what is asked, what is charged, what is told."""

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import REAL

from bulkmatch import Row
from bulkmatch.model.audit import EventKind, FactName, Health, Standing, Tier
from bulkmatch.model.policy import StateKind
from bulkmatch.model.row import Alternate

from .audits import LivingPart, Months

pytestmark = pytest.mark.parametrize("anyio_backend", REAL, indirect=True)


def row(mpn: str, line: int, **told: object) -> Row:
    return Row(mpn, "Acme", Decimal(2), f"U{line}", line=line, **told)  # type: ignore[arg-type]


@pytest.fixture
def months(tmp_path: Path) -> Months:
    """Five parts on six lines, one of which asks nothing."""
    parts = [LivingPart(f"PN-{n}") for n in range(5)]
    rows = [*(row(f"PN-{n}", n + 1) for n in range(4)), row("pn0", 5), row("TBD", 6)]
    return Months(tmp_path / "store.sqlite", parts, rows)


async def test_each_distinct_part_is_asked_once_and_a_fresh_library_costs_nothing(
    months: Months,
) -> None:
    first = await months.audit()
    assert (months.api.charged, first.head.parts_charged) == (4, 4)
    assert (first.head.counts.part_count, first.head.counts.line_count) == (4, 6)
    assert first.head.counts.healths == {"fine": 5, "not checked": 1}
    assert first.head.counts.lead_weeks == {10: 4}
    assert first.events == []
    requests = len(months.api.requests)
    again = await months.audit()
    assert (len(months.api.requests), again.head.parts_charged, months.reads) == (requests, 0, 1)
    assert again.head.counts.healths == first.head.counts.healths
    assert [one.reason for one in again.head.unlooked] == ["fresh", "line is placeholder"]
    assert again.head.previous_id == first.head.audit_id
    assert [past.audit_id for past in again.head.history] == [first.head.audit_id]


async def test_a_part_that_went_nrnd_is_an_event_a_finding_and_looked_at_sooner(
    months: Months,
) -> None:
    await months.audit()
    months.change("PN-1", lifecycle="NRND")
    months.day = 95
    later = await months.audit()
    assert later.kinds == [("PN-1", EventKind.WENT_NRND)]
    assert ("PN-1", "went-nrnd", "warning") in later.found
    assert ("PN-1", "is-nrnd", "warning") in later.found
    assert ("PN-1", "line-at-risk", "warning") in later.found
    [event] = later.events
    assert (event.before, event.after) == ("Production", "NRND")
    assert later.head.counts.tiers == {"at risk": 1, "production": 3}
    assert later.head.counts.healths == {"fine": 4, "at risk": 1, "not checked": 1}
    [finding] = [one for one in later.findings if one.about is EventKind.WENT_NRND]
    assert [(use.bom, use.line, use.designators) for use in finding.where_used] == [
        ("bom.csv", 2, "U2")
    ]
    months.day += 15
    soon = await months.audit()
    assert (soon.looked.asked, soon.kinds) == (1, [])
    known = {one.about: one.is_new for one in soon.findings}
    assert known == {StateKind.IS_NRND: False, StateKind.LINE_AT_RISK: False}


async def test_without_a_raised_retention_no_value_outlives_a_day(months: Months) -> None:
    first = await months.audit()
    assert first.parts[0].fact(FactName.LIFECYCLE).words == "Production"
    assert first.parts[0].due_at is not None
    months.day = 2
    later = await months.audit()
    assert later.looked.asked == 0
    part = later.parts[0]
    assert {fact.standing for fact in part.facts} == {Standing.NOT_KEPT}
    assert (part.part_mpn, part.reason, part.is_new) == ("", "", False)
    assert all(fact.digest for fact in part.facts)
    kept = b"".join(file.read_bytes() for file in months.store.parent.glob("store.sqlite*"))
    assert b"Production" not in kept.replace(b'"Production":', b"")  # a count's name is ours


async def test_with_a_raised_retention_values_are_compared(months: Months) -> None:
    months.told = {"retention": 200 * 86_400.0}
    await months.audit()
    months.change("PN-2", lead_days=140)
    for day in (95, 190):
        months.day = day
        later = await months.audit(recheck=True)
    assert later.kinds == [("PN-2", EventKind.LEAD_TIME_LONGER)]
    assert (later.events[0].amount, later.events[0].before) == (Decimal(70), "70")
    assert later.head.keeps_values


async def test_the_riskiest_come_first_under_max_parts_and_the_rest_next_time(
    months: Months,
) -> None:
    months.change("PN-3", lifecycle="EOL")
    first = await months.audit(max_parts=3)
    assert (first.looked.asked, first.head.parts_charged) == (3, 3)
    gap = next(one for one in first.head.unlooked if not one.is_fine)
    assert gap.part_count == 1
    await months.audit()
    months.day = 95
    one = await months.audit(max_parts=1)
    assert [part.mpn for part in one.parts if part.is_new] == ["PN-3"]
    rest = await months.audit(max_parts=10)
    assert rest.looked.seen == 3


async def test_the_rest_of_the_month_is_spent_on_what_is_not_due(months: Months) -> None:
    await months.audit()
    months.day = 5
    idle = await months.audit(spend_rest=True, left=None)
    assert idle.looked.asked == 0
    spent = await months.audit(spend_rest=True, left=3)
    assert (spent.looked.asked, months.api.charged) == (3, 7)
    assert spent.head.forecast is not None
    assert spent.head.forecast.left == 3


async def test_a_line_is_fine_while_one_approved_option_is(months: Months) -> None:
    months.change("PN-0", lifecycle="Obsolete")
    months.change("PN-1", lifecycle="Obsolete")
    months.rows = [row("PN-0", 1, alternates=(Alternate("PN-4", "Acme"),)), row("PN-1", 2)]
    told = await months.audit()
    assert [line.health for line in told.lines] == [Health.FINE, Health.AT_END]
    assert told.lines[0].best == 1
    assert told.lines[0].words.startswith("use PN-4 (nothing speaks against it); PN-0: obsolete")
    errors = [one for one in told.found if one[2] == "error"]
    assert errors == [("PN-1", "line-at-end", "error")]
    assert told.head.counts.tiers == {Tier.ENDED: 2, Tier.PRODUCTION: 1}


async def test_a_part_is_lost_after_two_audits_and_found_again(months: Months) -> None:
    await months.audit()
    whole = list(months.parts)
    months.parts = whole[1:]
    told = []
    for day in (1, 2):
        months.day = day
        told.append((await months.audit(recheck=True)).kinds)
    months.parts, months.day = whole, 3
    told.append((await months.audit(recheck=True)).kinds)
    lost, found = ("PN-0", EventKind.MATCH_LOST), ("PN-0", EventKind.MATCH_FOUND)
    assert told == [[], [lost], [found]]


async def test_what_waits_too_long_is_stale(months: Months) -> None:
    await months.audit()
    months.day = 200
    told = await months.audit(max_parts=1)
    stale = [mpn for mpn, about, _ in told.found if about == "is-stale"]
    assert stale == ["PN-1", "PN-2", "PN-3"]


async def test_a_budget_that_ends_leaves_the_rest_for_the_next_audit(months: Months) -> None:
    months.told = {"budget": 2}
    first = await months.audit()
    assert (first.looked.seen, first.head.parts_charged) == (2, 2)
    assert "budget" in first.head.stopped
    months.told = {}
    assert (await months.audit()).looked.seen == 2


@pytest.mark.parametrize("seed", range(3))
async def test_a_re_run_without_change_yields_no_event(tmp_path: Path, seed: int) -> None:
    """The drift of two recordings: 53 % of stocks, 36 % of prices and all links differ, no identity."""
    dice = random.Random(seed)
    parts = [
        LivingPart(f"PN-{n}", stocks=(dice.randint(50, 9_000), dice.randint(50, 9_000)))
        for n in range(60)
    ]
    months = Months(tmp_path / "s.sqlite", parts, [row(f"PN-{n}", n + 1) for n in range(60)])
    await months.audit()
    for day in range(1, 5):
        months.day = 31 * day
        for part in parts:
            stocks = tuple(
                max(1, round(stock * dice.uniform(0.4, 1.8))) if dice.random() < 0.53 else stock
                for stock in part.stocks
            )
            price = dice.uniform(0.93, 1.07) if dice.random() < 0.36 else part.price
            months.change(part.mpn, stocks=stocks, price=price, link=dice.randrange(10**9))
        later = await months.audit(recheck=True)
        assert later.looked.seen == 60
        assert later.events == []
        assert [one for one in later.findings if one.is_new] == []


async def test_an_audit_in_memory_needs_no_thread(months: Months) -> None:
    in_memory = replace(months, store=None)  # type: ignore[arg-type]
    assert (await in_memory.audit()).looked.seen == 4


async def test_another_country_is_another_history(months: Months) -> None:
    await months.audit()
    months.change("PN-1", lifecycle="NRND")
    months.told = {"country": "DE", "currency": "EUR"}
    told = await months.audit()
    assert (told.looked.asked, told.events, told.head.previous_id) == (4, [], None)
