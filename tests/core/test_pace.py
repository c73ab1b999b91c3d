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


def slowed(*, answers: int = 40, seconds: float = 20.0, longest_gap: float = 9.0) -> Pace:
    """A pace of ten a second, after so many answers in so many seconds and a refusal."""
    pace = Pace(600, burst=8)
    for n in range(answers):
        pace.answered(100.0 + n * seconds / answers)
    pace.refused(100.0 + seconds, longest_gap=longest_gap)
    return pace


def test_refused_it_slows_down_to_what_was_taken_and_lets_no_burst_go() -> None:
    assert sends(slowed(), [0.0] * 4) == pytest.approx([0, 0.5, 1.0, 1.5])


@pytest.mark.parametrize(("answers", "seconds"), [(5, 20.0), (40, 2.0)])
def test_too_little_seen_is_no_rate(answers: int, seconds: float) -> None:
    assert sends(slowed(answers=answers, seconds=seconds), [0.0] * 9)[:8] == [0.0] * 8


def test_it_is_never_slower_than_one_at_a_time_nor_faster_than_its_own() -> None:
    assert sends(slowed(longest_gap=0.25), [0.0] * 3) == pytest.approx([0, 0.25, 0.5])
    assert sends(slowed(longest_gap=0.01), [0.0] * 9)[:8] == [0.0] * 8


def test_what_was_seen_before_a_long_rest_does_not_count() -> None:
    pace = Pace(600, burst=8)
    for n in range(40):
        pace.answered(float(n))
    pace.answered(5_000.0)
    pace.refused(5_020.0, longest_gap=9.0)
    assert sends(pace, [0.0] * 9)[:8] == [0.0] * 8


def test_answers_bring_its_own_rate_and_its_bursts_back() -> None:
    pace = slowed()
    for n in range(8_000):
        pace.answered(121.0 + n / 100)
    assert sends(pace, [0.0] * 9)[:8] == [0.0] * 8


@given(
    events=st.lists(st.tuples(st.booleans(), st.floats(0, 20), st.floats(0, 5)), max_size=80),
    rate=RATES,
    burst=BURSTS,
)
def test_whatever_it_has_met_it_is_never_faster_than_its_own(
    events: list[tuple[bool, float, float]], rate: float, burst: int
) -> None:
    pace, now, sent = Pace(rate, burst=burst), 0.0, list[float]()
    for is_answer, seconds, gap in events:
        now += seconds
        sent.append(now + pace.take(now))
        if is_answer:
            pace.answered(now)
        else:
            pace.refused(now, longest_gap=gap)
    for first, began in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= (sent[last] - began) * rate / 60 + burst + 1e-6
