"""What a counter that may lag leads to: a table, and what must hold whatever it says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.reckon import ASKED_EVERY, is_due, is_young, reckon
from bulkmatch.model.money import Spend

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YOUNG = datetime(2026, 11, 2, 12, tzinfo=UTC)
NONE = Spend()


@pytest.mark.parametrize(
    ("counted", "spend", "recent", "booked"),
    [
        (0, NONE, NONE, (0, 0, 0)),
        (9, NONE, NONE, (0, 9, 9)),
        # Charged or not, old unknown parts are in the counter.
        (5, Spend(settled=5, unknown=10), NONE, (10, 0, 0)),
        (9, Spend(settled=5, unknown=10), NONE, (10, 4, 0)),
        (15, Spend(settled=5, unknown=10), NONE, (10, 10, 0)),
        (16, Spend(settled=5, unknown=10), NONE, (10, 11, 1)),
        # Recent ones may be missing from it.
        (5, Spend(settled=5, unknown=10), Spend(unknown=10), (0, 0, 0)),
        (16, Spend(settled=5, unknown=10), Spend(unknown=10), (0, 1, 1)),
        (5, Spend(settled=5, unknown=10), Spend(unknown=4), (6, 0, 0)),
        # Answers of the last days may be missing too, and are when it lags.
        (0, Spend(settled=5), Spend(settled=5), (0, 0, 0)),
        (0, Spend(settled=5), Spend(settled=2), (0, 0, -3)),
        # Calls in flight may be in it at their ceiling.
        (8, Spend(settled=5, reserved=3), Spend(settled=5), (0, 0, 0)),
        # What was external stays.
        (25, Spend(settled=14, external=20), Spend(settled=9), (0, 0, 0)),
        (40, Spend(settled=14, external=20), NONE, (0, 6, 6)),
        (30, Spend(settled=14, external=20), NONE, (0, 0, -4)),
    ],
)
def test_what_is_booked_and_how_far_apart_they_are(
    counted: int, spend: Spend, recent: Spend, booked: tuple[int, int, int]
) -> None:
    told = reckon(counted, spend, recent=recent, now=NOW)
    assert (told.written_off, told.external, told.drift) == booked
    assert told.reason


def test_in_a_month_s_first_days_the_counter_may_be_the_old_month_s() -> None:
    told = reckon(1_900, Spend(settled=5), recent=Spend(settled=5), now=YOUNG)
    assert (told.written_off, told.external, told.drift) == (0, 0, 0)
    assert "last month's" in told.reason
    assert reckon(5, Spend(settled=5), recent=NONE, now=YOUNG).reason == (
        "the ledger explains the counter"
    )
    assert not is_young(YOUNG + timedelta(hours=12))


COUNT = st.integers(0, 50)


@given(
    counted=st.integers(0, 200),
    settled=COUNT,
    reserved=COUNT,
    external=COUNT,
    unknown=COUNT,
    new_settled=COUNT,
    new_unknown=COUNT,
)
def test_the_books_never_say_less_than_the_counter_nor_than_what_is_known(
    counted: int,
    settled: int,
    reserved: int,
    external: int,
    unknown: int,
    new_settled: int,
    new_unknown: int,
) -> None:
    spend = Spend(settled + new_settled, reserved, unknown + new_unknown, external)
    recent = Spend(settled=new_settled, unknown=new_unknown)
    told = reckon(counted, spend, recent=recent, now=NOW)
    after = spend.used - told.written_off + told.external
    assert told.written_off == unknown
    assert told.external >= 0
    assert after >= counted
    assert after >= settled + new_settled + reserved + new_unknown + external
    again = Spend(spend.settled, reserved, new_unknown, external + told.external)
    twice = reckon(counted, again, recent=recent, now=NOW)
    assert (twice.written_off, twice.external) == (0, 0)


def test_the_counter_is_read_once_a_day_and_after_a_wrong_clock() -> None:
    assert not is_due(NOW, NOW)
    assert not is_due(NOW, NOW + ASKED_EVERY - timedelta(seconds=1))
    assert is_due(NOW, NOW + ASKED_EVERY)
    assert is_due(NOW, NOW - timedelta(seconds=1))
