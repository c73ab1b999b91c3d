"""Repeats in numbers: a share of first sends, a trickle in time, a credit to begin with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.retry_budget import RetryBudget

STEPS = st.lists(
    st.tuples(st.floats(0, 20), st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=60
)


def test_it_begins_with_a_credit_and_no_more() -> None:
    budget = RetryBudget(3)
    assert [budget.take(100.0) for _ in range(3)] == [0, 0, 0]
    assert budget.take(100.0) == pytest.approx(5)


def test_five_first_sends_earn_one_repeat() -> None:
    budget = RetryBudget(1)
    assert budget.take(0) == 0
    for _ in range(4):
        budget.sent()
    assert budget.take(0) == pytest.approx(1.0)
    budget.sent()
    assert budget.take(0) == 0


def test_a_trickle_comes_with_time_alone() -> None:
    budget = RetryBudget(1)
    assert budget.take(0) == 0
    wait = budget.take(0)
    assert budget.take(wait / 2) == pytest.approx(wait / 2)
    assert budget.take(wait) == 0


def test_a_long_rest_earns_no_more_than_the_credit() -> None:
    budget = RetryBudget(2)
    for _ in range(1_000):
        budget.sent()
    told = [budget.take(1e6) for _ in range(4)]
    assert told[:2] == [0, 0]
    assert all(wait > 0 for wait in told[2:])


def test_a_clock_that_stands_still_or_goes_back_earns_nothing() -> None:
    budget = RetryBudget(1)
    budget.take(10)
    assert budget.take(5) == pytest.approx(5)
    assert budget.take(5) == pytest.approx(5)


@given(credit=st.integers(1, 40), steps=STEPS)
def test_repeats_never_pass_credit_and_share_and_trickle(
    credit: int, steps: list[tuple[float, int, int]]
) -> None:
    budget = RetryBudget(credit)
    now = sends = repeats = 0.0
    for seconds, firsts, wanted in steps:
        now += seconds
        for _ in range(firsts):
            budget.sent()
        sends += firsts
        repeats += sum(budget.take(now) == 0 for _ in range(wanted))
        assert repeats <= credit + 0.2 * sends + 0.2 * now + 1e-6


@given(credit=st.integers(1, 40), steps=STEPS)
def test_who_waits_as_long_as_told_is_served(
    credit: int, steps: list[tuple[float, int, int]]
) -> None:
    budget = RetryBudget(credit)
    now = 0.0
    for seconds, _, wanted in steps:
        now += seconds
        for _ in range(wanted):
            while (wait := budget.take(now)) > 0:
                assert wait <= 5 + 1e-6
                now += wait


def test_a_budget_tells_its_state() -> None:
    budget = RetryBudget(10)
    budget.take(0)
    assert repr(budget) == "RetryBudget(left=9.0 of 10)"
