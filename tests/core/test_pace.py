"""Sends per minute, in numbers: nobody waits here."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.pace import Pace

RATES = st.floats(1, 6_000)
BURSTS = st.integers(1, 10)
STEPS = st.lists(st.floats(0, 30), min_size=1, max_size=60)


def sends(pace: Pace, steps: list[float]) -> list[float]:
    """When each send goes, asked for at the running sum of `steps`."""
    now, told = 0.0, []
    for step in steps:
        now += step
        told.append(now + pace.take(now))
    return told


@given(rate=RATES, burst=BURSTS, steps=STEPS)
def test_no_window_holds_more_than_its_share_and_one_burst(
    rate: float, burst: int, steps: list[float]
) -> None:
    sent = sends(Pace(rate, burst=burst), steps)
    for first, began in enumerate(sent):
        for last in range(first, len(sent)):
            share = (sent[last] - began) * rate / 60
            assert last - first + 1 <= share + burst + 1e-6


@given(rate=RATES, burst=BURSTS, steps=STEPS)
def test_sends_go_in_the_order_they_were_asked_for(
    rate: float, burst: int, steps: list[float]
) -> None:
    sent = sends(Pace(rate, burst=burst), steps)
    assert all(later >= sooner - 1e-9 for sooner, later in pairwise(sent))


@given(rate=RATES, burst=BURSTS, steps=STEPS)
def test_nobody_waits_without_need(rate: float, burst: int, steps: list[float]) -> None:
    sent = sends(Pace(rate, burst=burst), [0.0] * len(steps))
    gap = 60 / rate
    assert sent == pytest.approx([max(0, n + 1 - burst) * gap for n in range(len(steps))])


def test_a_long_rest_earns_no_more_than_one_burst() -> None:
    pace = Pace(60, burst=3)
    assert [pace.take(0) for _ in range(4)] == [0, 0, 0, 1]
    assert [pace.take(1_000) for _ in range(5)] == [0, 0, 0, 1, 2]


def test_three_hundred_a_minute_are_one_each_fifth_of_a_second() -> None:
    pace = Pace(300)
    assert sends(pace, [0.0] * 4) == pytest.approx([0, 0.2, 0.4, 0.6])


def test_a_hold_lets_nothing_go_before_its_time_and_no_burst_at_it() -> None:
    pace = Pace(60, burst=4)
    pace.hold(10)
    assert [5 + pace.take(5) for _ in range(3)] == [10, 11, 12]


def test_a_hold_never_shortens_a_wait() -> None:
    pace = Pace(60)
    pace.hold(30)
    pace.hold(10)
    assert pace.take(0) == 30


@given(rate=RATES, burst=BURSTS, steps=STEPS, until=st.floats(0, 100))
def test_after_a_hold_the_rate_still_holds(
    rate: float, burst: int, steps: list[float], until: float
) -> None:
    pace = Pace(rate, burst=burst)
    pace.hold(until)
    sent = sends(pace, steps)
    assert min(sent) >= until - 1e-9
    for first, began in enumerate(sent):
        for last in range(first, len(sent)):
            share = (sent[last] - began) * rate / 60
            assert last - first + 1 <= share + burst + 1e-6


def test_a_pace_tells_its_state() -> None:
    pace = Pace(300)
    assert "gap=0.200s" in repr(pace)
    pace.take(1)
    assert repr(pace) == "Pace(gap=0.200s, due_at=1.200)"
