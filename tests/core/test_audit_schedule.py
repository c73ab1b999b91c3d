"""Whom to ask first, and what a library will cost."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bulkmatch.core.audit_schedule import due_at, forecast, month_end, parts_to_ask
from bulkmatch.core.library_line import asked_line
from bulkmatch.model.observation import Tier
from bulkmatch.model.policy import DEFAULT_INTERVALS
from bulkmatch.model.row import Alternate, Row

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ({}, 30),
        ({"max_parts": 10}, 10),
        ({"left": 20}, 20),
        ({"left": 20, "max_parts": 5}, 5),
        ({"spend_rest": True}, 30),
        ({"spend_rest": True, "left": 70}, 70),
        ({"spend_rest": True, "left": 500}, 100),
        ({"left": 0}, 0),
    ],
)
def test_how_many_parts_are_asked_for(told: dict[str, int], count: int) -> None:
    given = {"max_parts": None, "left": None, "spend_rest": False, **told}
    assert parts_to_ask(due=30, total=100, **given) == count  # type: ignore[arg-type]


def test_a_part_is_due_after_its_tier_s_interval() -> None:
    assert due_at(Tier.AT_RISK, NOW, DEFAULT_INTERVALS) == datetime(2026, 12, 4, 12, tzinfo=UTC)


def test_months_end_in_utc() -> None:
    assert month_end(NOW) == datetime(2026, 12, 1, tzinfo=UTC)
    assert month_end(month_end(NOW)) == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_forecast_counts_each_tier_by_its_interval() -> None:
    found = forecast(
        {Tier.PRODUCTION: 91, Tier.AT_RISK: 14, Tier.NEVER_SEEN: 5},
        due_now=5,
        rest_of_month=3,
        next_month=40,
        intervals=DEFAULT_INTERVALS,
        left=12,
    )
    assert found.per_month == Decimal("60.9")
    assert (found.due_now, found.rest_of_month, found.next_month, found.left) == (5, 3, 40, 12)


def test_a_line_asks_for_each_distinct_option_once() -> None:
    alternates = (Alternate("ABC1", "ACME"), Alternate("XYZ", "Other"), Alternate("TBD"))
    row = Row("ABC-1", "Acme", Decimal(2), "U1", line=7, alternates=alternates)
    line = asked_line(row)
    assert [asked.mpn for asked in line.asked] == ["ABC-1", "XYZ"]
    assert (line.line, line.quantity, line.skipped) == (7, "2", "")
    assert asked_line(Row("TBD")).skipped == "placeholder"
    assert asked_line(Row("ABC-1", do_not_populate=True)).asked == ()
    assert asked_line(Row("ABC")).quantity is None
