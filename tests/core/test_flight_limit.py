"""How many may be in flight, in numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.flight_limit import Flight, FlightLimit


def depart(limit: FlightLimit, count: int, *, now: float = 0.0, asks: int = 100) -> list[Flight]:
    return [limit.begin(now, asks=asks, in_flight=n) for n in range(1, count + 1)]


def round_trip(limit: FlightLimit, *, now: float = 0.0, seconds: float = 1.0) -> None:
    """As many as may be in flight at any moment, one after the other."""
    size = limit.size
    for flight in [limit.begin(now, asks=100, in_flight=size) for _ in range(size)]:
        limit.answered(flight, now + seconds)


def test_it_begins_with_all_that_is_allowed_and_answers_do_not_raise_it() -> None:
    limit = FlightLimit(8)
    for _ in range(20):
        round_trip(limit)
    assert limit.size == 8


def test_many_refusals_of_one_round_shrink_it_once_and_are_no_reason_to_pause() -> None:
    limit = FlightLimit(32)
    assert not any(limit.refused(flight) for flight in depart(limit, 32))
    assert limit.size == 16


def test_refused_again_before_anything_is_answered_all_pause_and_one_goes_first() -> None:
    limit, pauses = FlightLimit(8), list[float]()
    round_trip(limit, seconds=2.0)
    for _ in range(4):
        (flight,) = depart(limit, 1)
        pauses.append(limit.refused(flight))
    assert pauses == [0.0, 1.0, 2.0, 4.0]
    assert limit.size == 1
    (flight,) = depart(limit, 1)
    limit.answered(flight, 2.0)
    assert limit.size == 8, "how many at once was not what it was about"


def test_refusals_with_answers_between_them_halve_it_down_to_one() -> None:
    limit, sizes = FlightLimit(16), list[int]()
    for _ in range(6):
        bad, good = depart(limit, 2)
        assert limit.refused(bad) == 0
        sizes.append(limit.size)
        limit.answered(good, 1.0)
        (good,) = depart(limit, 1)
        limit.answered(good, 1.0)
    assert sizes[0] == 8
    assert sizes[-1] == 1


def test_answers_while_there_was_room_left_do_not_raise_it() -> None:
    limit = FlightLimit(16)
    limit.refused(depart(limit, 1)[0])
    for _ in range(50):
        for flight in depart(limit, 7):
            limit.answered(flight, 1.0)
    assert limit.size == 8


def test_after_a_round_that_went_well_a_refusal_takes_little() -> None:
    limit = FlightLimit(20)
    round_trip(limit)
    (flight,) = depart(limit, 1)
    assert limit.refused(flight) == 0
    assert limit.size == 18


def test_it_grows_by_one_in_a_round_trip_and_slowly_where_it_met_trouble() -> None:
    limit, rounds = FlightLimit(32), dict[int, int]()
    for _ in range(3):
        bad, good = depart(limit, 2)
        limit.refused(bad)
        (good,) = depart(limit, 1)
        limit.answered(good, 1.0)
    while limit.size < 12:
        rounds[limit.size] = rounds.get(limit.size, 0) + 1
        round_trip(limit)
    assert all(rounds[size] >= 8 for size in (6, 7)), "the last trouble was at 8"
    assert all(rounds[size] <= 2 for size in (4, 5, 9, 10, 11))


def test_an_answer_far_later_than_usual_shrinks_it_and_does_so_once_a_round() -> None:
    limit = FlightLimit(20)
    for _ in range(8):
        round_trip(limit, seconds=2.0)
    for flight in depart(limit, 20):
        limit.answered(flight, 10.0)
    assert limit.size == 18


def test_a_size_of_request_that_was_never_seen_is_never_late() -> None:
    limit = FlightLimit(20)
    for _ in range(8):
        for flight in depart(limit, 20, asks=1):
            limit.answered(flight, 0.2)
    for flight in depart(limit, 20, asks=100):
        limit.answered(flight, 30.0)
    assert limit.size == 20


def test_slow_answers_become_usual() -> None:
    limit = FlightLimit(20)
    for _ in range(4):
        round_trip(limit, seconds=1.0)
    for _ in range(80):
        round_trip(limit, seconds=10.0)
    assert limit.size >= 19, "shrunk once, and growing again"


def test_a_timeout_shrinks_it_and_a_broken_connection_does_not() -> None:
    limit = FlightLimit(8)
    broken, silent = depart(limit, 2)
    limit.lost(broken, 0.5)
    assert limit.size == 8
    limit.lost(silent, 60.0)
    assert limit.size == 4


@given(
    most=st.integers(1, 64),
    events=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), st.floats(0, 90))),
)
def test_it_stays_between_one_and_its_most(most: int, events: list[tuple[int, int, float]]) -> None:
    limit, flights, now = FlightLimit(most), list[Flight](), 0.0
    for kind, which, seconds in events:
        flights.append(limit.begin(now, asks=which + 1, in_flight=which))
        now += seconds
        flight = flights[which % len(flights)]
        if kind == 0:
            limit.answered(flight, now)
        elif kind == 1:
            limit.refused(flight)
        else:
            limit.lost(flight, now)
        assert 1 <= limit.size <= most


@given(refusals=st.lists(st.booleans(), min_size=2, max_size=64))
def test_however_many_of_one_round_are_refused_it_shrinks_once(refusals: list[bool]) -> None:
    limit = FlightLimit(64)
    for flight, is_refused in zip(depart(limit, len(refusals)), refusals, strict=True):
        if is_refused:
            limit.refused(flight)
        else:
            limit.answered(flight, 1.0)
    assert limit.size >= 32


def test_a_limit_tells_its_state() -> None:
    limit = FlightLimit(8)
    assert repr(limit) == "FlightLimit(8.0 of 8, round=0)"
    limit.refused(limit.begin(0.0, asks=1, in_flight=1))
    assert repr(limit) == "FlightLimit(4.0 of 8, round=1)"
    limit = FlightLimit(8)
    assert limit.round_trip == 0
    round_trip(limit)
    assert limit.round_trip == pytest.approx(1)
