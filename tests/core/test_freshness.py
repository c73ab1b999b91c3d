"""How long an answer serves."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.freshness import expires_at, is_fresh, is_live

ASKED = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECONDS = st.floats(0, 10**9)


@given(retention=SECONDS, age=SECONDS)
def test_an_answer_serves_while_it_is_younger_than_its_retention(
    retention: float, age: float
) -> None:
    now = ASKED + timedelta(seconds=age)
    fresh = is_fresh(ASKED, expires_at(ASKED, retention=retention), now)
    assert fresh == (timedelta(seconds=age) < timedelta(seconds=retention))


def test_at_the_very_instant_it_is_stale() -> None:
    assert not is_fresh(ASKED, expires_at(ASKED, retention=86_400), ASKED + timedelta(days=1))


def test_no_retention_means_never_from_the_store() -> None:
    assert not is_fresh(ASKED, expires_at(ASKED, retention=0), ASKED)


def test_an_answer_of_tomorrow_serves_nobody_but_clocks_may_differ_by_minutes() -> None:
    until = expires_at(ASKED, retention=60)
    assert not is_fresh(ASKED, until, ASKED - timedelta(days=1))
    assert is_fresh(ASKED, until, ASKED - timedelta(minutes=4))


def test_a_claim_holds_to_the_last_instant_of_its_lease_and_not_before_its_time() -> None:
    until = ASKED + timedelta(minutes=10)
    assert is_live(ASKED, until, until)
    assert not is_live(ASKED, until, until + timedelta(microseconds=1))
    assert is_live(ASKED, until, ASKED - timedelta(minutes=4))
    assert not is_live(ASKED, until, ASKED - timedelta(days=1))
