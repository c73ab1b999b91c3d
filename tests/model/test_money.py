"""Parts held and spent."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.model.money import Spend, day_of, month_of

COUNTS = st.integers(min_value=0, max_value=10**9)


@given(settled=COUNTS, reserved=COUNTS, unknown=COUNTS, external=COUNTS)
def test_everything_that_may_have_been_billed_is_used(
    settled: int, reserved: int, unknown: int, external: int
) -> None:
    spend = Spend(settled, reserved, unknown, external)
    assert spend.used == settled + reserved + unknown + external


@given(used=COUNTS, cap=COUNTS)
def test_what_is_left_and_what_is_used_make_the_cap(used: int, cap: int) -> None:
    left = Spend(settled=used).left(cap)
    assert left is not None
    assert left >= 0
    assert left + used == max(cap, used)


def test_without_a_cap_nothing_says_what_is_left() -> None:
    assert Spend(settled=5).left(None) is None


@pytest.mark.parametrize(
    ("instant", "month", "day"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, 999_999, UTC), "2026-11", "2026-11-30"),
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-12", "2026-12-01"),
        (
            datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
            "2026-11",
            "2026-11-30",
        ),
        (
            datetime(2026, 12, 31, 20, tzinfo=timezone(timedelta(hours=-8))),
            "2027-01",
            "2027-01-01",
        ),
    ],
)
def test_calls_are_booked_by_the_calendar_of_utc(instant: datetime, month: str, day: str) -> None:
    assert (month_of(instant), day_of(instant)) == (month, day)
