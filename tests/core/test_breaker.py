"""When an endpoint counts as gone, for how long it is left alone, and what brings it back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bulkmatch.core.breaker import Breaker, is_endpoints_doing
from bulkmatch.errors import BadQuery, NotSent, Throttled, Unanswered, Unauthorized, WireError

GONE = [NotSent("refused"), Unanswered("bad gateway", status=502), Unanswered("no", status=503)]
SILENT = Unanswered("timed out")
ODD = [
    Unanswered("cut short", status=200),
    Unanswered("crash", status=500),
    BadQuery("odd", executed=True),
    Throttled(),
]


def breaker(*, outage: float = 100.0) -> Breaker:
    return Breaker("the API", first=1.0, most=60.0, outage=outage)


def opened(*, outage: float = 100.0, now: float = 0.0) -> Breaker:
    """A breaker that has just opened, its first cool-down one second."""
    shut = breaker(outage=outage)
    assert [shut.failed(GONE[0], "a", now=now, dice=1.0) for _ in range(3)] == [False, False, True]
    return shut


def probed(shut: Breaker, cause: WireError, *, now: float, dice: float = 1.0) -> bool:
    shut.probe()
    return shut.failed(cause, "a", now=now, dice=dice, is_probe=True)


@pytest.mark.parametrize("cause", GONE, ids=str)
def test_three_failures_that_no_question_can_have_caused_open_it(cause: WireError) -> None:
    one = breaker()
    assert is_endpoints_doing(cause)
    assert [one.failed(cause, "a", now=5.0, dice=0.0) for _ in range(3)] == [False, False, True]
    assert not one.is_closed
    assert one.why == f"the API cannot be reached: {cause}"


def test_silence_may_be_one_lines_doing_so_the_same_question_counts_once() -> None:
    one = breaker()
    assert not is_endpoints_doing(SILENT)
    assert not any(one.failed(SILENT, "a", now=0, dice=0) for _ in range(50))
    assert not one.failed(SILENT, "b", now=0, dice=0)
    assert one.failed(SILENT, "c", now=0, dice=0)


@pytest.mark.parametrize("cause", ODD, ids=str)
def test_an_odd_answer_never_opens_it_by_itself(cause: WireError) -> None:
    one = breaker()
    assert not any(one.failed(cause, str(n), now=0, dice=0) for n in range(50))
    assert one.is_closed
    assert one.why == ""


def test_a_refusal_and_an_answer_end_the_counting() -> None:
    one = breaker()
    for _ in range(5):
        one.failed(GONE[0], "a", now=0, dice=0)
        one.failed(SILENT, "b", now=0, dice=0)
        one.failed(Throttled(), "c", now=0, dice=0)
    for _ in range(5):
        one.failed(GONE[0], "a", now=0, dice=0)
        one.failed(SILENT, "b", now=0, dice=0)
        assert not one.answered()
    assert one.is_closed


@pytest.mark.parametrize("cause", ODD[:3], ids=str)
def test_ten_questions_asked_in_vain_to_the_end_open_it_and_only_an_answer_closes_it(
    cause: WireError,
) -> None:
    one = breaker()
    assert not any(one.gave_up(cause, "same", now=0, dice=0) for _ in range(50))
    told = [one.gave_up(cause, str(n), now=0, dice=0) for n in range(9)]
    assert told == [False] * 8 + [True]
    assert "fails whatever it is asked" in one.why
    assert not one.gave_up(cause, "more", now=0, dice=0)
    assert probed(one, Throttled(), now=1.0)
    assert not one.is_closed
    assert one.answered()


def test_the_cool_down_doubles_up_to_its_most_and_dice_take_half_of_it_away() -> None:
    one, now, waits = opened(outage=1e9), 0.0, []
    for dice in (1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0):
        waits.append(one.wait(now))
        now += waits[-1]
        probed(one, GONE[0], now=now, dice=dice)
    assert waits == [1, 2, 4, 4, 16, 32, 60, 60]


def test_one_probe_at_a_time_and_nobody_else_meanwhile() -> None:
    one = opened()
    assert [one.wait(now) for now in (0.0, 0.25, 1.0)] == [1.0, 0.75, 0.0]
    one.probe()
    assert one.is_probing
    assert one.wait(1.0) == math.inf
    one.withdraw()
    assert one.wait(1.0) == 0
    assert not one.is_closed


def test_a_probe_of_a_closed_breaker_is_a_request_like_another() -> None:
    one = breaker()
    one.probe()
    assert (one.is_probing, one.wait(0.0)) == (False, 0.0)


@pytest.mark.parametrize("cause", [Throttled(), Unauthorized("expired")], ids=str)
def test_a_probe_that_is_refused_has_found_somebody_there(cause: WireError) -> None:
    one = opened()
    assert not probed(one, cause, now=1.0)
    assert one.is_closed


def test_what_was_sent_before_the_outage_says_nothing_of_it_but_an_answer_does() -> None:
    one = opened()
    assert not any(one.failed(GONE[0], "b", now=50.0, dice=1.0) for _ in range(9))
    assert one.wait(1.0) == 0
    one.probe()
    assert one.answered()
    assert (one.is_closed, one.is_probing) == (True, False)


def test_the_last_probe_goes_when_patience_ends_and_its_failure_is_the_end_of_it() -> None:
    one, now = opened(outage=10.0), 0.0
    while not one.is_lasting:
        now += one.wait(now)
        probed(one, GONE[0], now=now)
    assert now == 10.0
    assert one.wait(now) > 0
    assert one.answered()
    assert not one.is_lasting


def test_after_a_recovery_it_begins_anew() -> None:
    one = opened(outage=10.0)
    for now in (1.0, 3.0, 7.0, 10.0, 60.0):
        probed(one, GONE[0], now=now)
    one.answered()
    for _ in range(3):
        one.failed(GONE[0], "a", now=1_000.0, dice=1.0)
    assert one.wait(1_000.0) == 1.0
    assert not one.is_lasting


def test_a_breaker_tells_its_state() -> None:
    one = breaker()
    assert repr(one) == "Breaker(the API, closed, unreached=0, broken=0)"
    one = opened()
    assert repr(one) == "Breaker(the API, open, unreached=3, broken=0)"
    one.probe()
    assert "half-open" in repr(one)


class BreakerMachine(RuleBasedStateMachine):
    """Any order of events: at most one probe is out, and none before its time."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.is_out, self.probes = 0.0, False, 0
        self.one = Breaker("the API", first=1.0, most=60.0, outage=30.0)
        self.opened_at: float | None = None

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(cause=st.sampled_from([*GONE, SILENT, *ODD]), key=st.sampled_from("abcde"))
    def a_request_fails(self, cause: WireError, key: str) -> None:
        if self.one.failed(cause, key, now=self.now, dice=0.5):
            assert self.opened_at is None
            self.opened_at = self.now

    @rule(cause=st.sampled_from(ODD), key=st.integers(0, 30))
    def a_question_is_given_up(self, cause: WireError, key: int) -> None:
        if self.one.gave_up(cause, str(key), now=self.now, dice=0.5):
            self.opened_at = self.now

    @precondition(lambda self: not self.one.is_closed and self.one.wait(self.now) == 0)
    @rule()
    def a_probe_goes(self) -> None:
        assert not self.is_out
        self.one.probe()
        self.is_out = True

    @precondition(lambda self: self.is_out)
    @rule(cause=st.sampled_from([*GONE, SILENT, *ODD]))
    def the_probe_fails(self, cause: WireError) -> None:
        self.is_out = False
        self.one.failed(cause, "a", now=self.now, dice=0.5, is_probe=True)
        if self.one.is_closed:
            self.opened_at = None

    @precondition(lambda self: self.is_out)
    @rule()
    def the_probe_is_withdrawn(self) -> None:
        self.is_out = False
        self.one.withdraw()

    @rule()
    def an_answer_comes(self) -> None:
        self.one.answered()
        self.is_out, self.opened_at = False, None

    @invariant()
    def holds(self) -> None:
        assert self.one.is_closed == (self.opened_at is None)
        assert self.one.is_probing == self.is_out
        wait = self.one.wait(self.now)
        if self.one.is_closed:
            assert wait == 0
            assert not self.one.is_lasting
        elif self.is_out:
            assert wait == math.inf
        else:
            assert wait <= 60
        if self.one.is_lasting:
            assert self.opened_at is not None
            assert self.now >= self.opened_at + 30


TestAnyOrderOfEvents = BreakerMachine.TestCase


@given(dice=st.floats(0, 1, exclude_max=True), outage=st.floats(0.01, 1_000))
def test_patience_is_never_longer_than_it_was_told_to_be(dice: float, outage: float) -> None:
    one = Breaker("the API", first=1.0, most=60.0, outage=outage)
    now = 0.0
    for _ in range(3):
        one.failed(GONE[0], "a", now=now, dice=dice)
    for _ in range(2_000):
        if one.is_lasting:
            break
        now += one.wait(now)
        probed(one, GONE[0], now=now, dice=dice)
    assert one.is_lasting
    assert now == pytest.approx(outage)
