"""The table of failures: every kind, at every attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.verdict import (
    GiveUp,
    Narrow,
    Probe,
    Refresh,
    Retry,
    Split,
    Stop,
    Tried,
    Verdict,
    backoff,
    verdict,
)
from bulkmatch.errors import (
    BadCredentials,
    BadQuery,
    NotEntitled,
    NotSent,
    PartLimitReached,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)
from bulkmatch.model.settings import Patience

# Five attempts; with even dice the waits are 0.55, 1.1, 2.2, 4.4 seconds.
PATIENCE = Patience(attempts=5, backoff=1.0, backoff_most=60.0)
SPECS = frozenset({"specs"})
WAITS = [Retry(0.55), Retry(1.1), Retry(2.2), Retry(4.4)]
PROBES = [Probe(0.55), Probe(1.1), Probe(2.2), Probe(4.4)]
SPLITS: list[Verdict] = [Split(0.55), Split(1.1), Split(2.2), Split(4.4), Split(8.8), Split(17.6)]
MANY, ONE = 100, 1
BAD_VALUE = 'Variable "$queries_0" got invalid value 7 at "[0].mpn"; String cannot represent it'

# Failure, asks in the batch, and the verdicts after attempts 1 to 6.
TABLE: list[tuple[WireError, int, list[Verdict]]] = [
    (PartLimitReached("no parts", status=500), MANY, [Stop()] * 6),
    (BadCredentials("invalid_client"), MANY, [Stop()] * 6),
    (Unauthorized("expired", status=401), MANY, [Refresh()] * 6),
    (NotEntitled("no", features=SPECS), MANY, [*[Narrow(SPECS)] * 4, Stop(), Stop()]),
    (NotEntitled("no", features=SPECS | {"lifecycle"}), ONE, [*[Narrow(SPECS)] * 4, *[Stop()] * 2]),
    (NotEntitled("no", features=frozenset({"unheard_of"})), MANY, [Stop()] * 6),
    (NotEntitled("no", features=frozenset()), MANY, [Stop()] * 6),
    (Throttled(), MANY, [*WAITS, Retry(8.8), Retry(17.6)]),
    (Throttled(), ONE, [*WAITS, Retry(8.8), Retry(17.6)]),
    (Throttled(retry_after=3), MANY, [*[Retry(3)] * 3, Retry(4.4), Retry(8.8), Retry(17.6)]),
    (Throttled(retry_after=0), MANY, [*WAITS, Retry(8.8), Retry(17.6)]),
    (Throttled(retry_after=900), MANY, [Retry(900)] * 6),
    (Throttled(retry_after=86_400), MANY, [Retry(60)] * 6),
    (NotSent("no route"), MANY, [*WAITS, GiveUp(), GiveUp()]),
    (NotSent("no route"), ONE, [*WAITS, GiveUp(), GiveUp()]),
    (Unanswered("timed out"), MANY, [*PROBES, GiveUp(), GiveUp()]),
    (Unanswered("timed out"), ONE, [*PROBES, GiveUp(), GiveUp()]),
    (Unanswered("bad gateway", status=502), MANY, [*PROBES, GiveUp(), GiveUp()]),
    (Unanswered("gateway time-out", status=504), ONE, [*PROBES, GiveUp(), GiveUp()]),
    (Unanswered("bad", status=500), MANY, SPLITS),
    (Unanswered("cut short", status=200), MANY, SPLITS),
    (Unanswered("cut short", status=200), ONE, [*SPLITS[:4], GiveUp(), GiveUp()]),
    (BadQuery("a line is bad", executed=True), MANY, SPLITS),
    (BadQuery("a line is bad", executed=True), ONE, [*SPLITS[:4], GiveUp(), GiveUp()]),
    (BadQuery(BAD_VALUE, executed=False, status=400), MANY, [Split()] * 6),
    (BadQuery(BAD_VALUE, executed=False, status=400), ONE, [Split()] * 6),
    (BadQuery('Variable "$x" is not defined', executed=False, status=400), MANY, [Stop()] * 6),
    (BadQuery("Cannot query field 'x'", executed=False, status=400), MANY, [Stop()] * 6),
    (BadQuery("Cannot query field 'x'", executed=False, status=400), ONE, [Stop()] * 6),
    (BadQuery("Unexpected error", executed=False, status=200), MANY, [WAITS[0], *[Stop()] * 5]),
    (WireError("unheard of"), MANY, [Stop()] * 6),
]


@pytest.mark.parametrize(
    ("failure", "asks", "attempt", "expected"),
    [
        pytest.param(failure, asks, attempt, expected, id=f"{n}-{type(failure).__name__}-{attempt}")
        for n, (failure, asks, row) in enumerate(TABLE)
        for attempt, expected in enumerate(row, 1)
    ],
)
def test_a_failure_has_its_verdict(
    failure: WireError, asks: int, attempt: int, expected: Verdict
) -> None:
    told = verdict(failure, Tried(attempt, asks), patience=PATIENCE, dice=0.5)
    assert type(told) is type(expected)
    if isinstance(told, Retry | Probe | Split) and isinstance(expected, Retry | Probe | Split):
        assert told.after == pytest.approx(expected.after)
    else:
        assert told == expected


def test_being_told_to_wait_makes_the_waits_longer_and_uses_no_attempt_up() -> None:
    tried = Tried(4, MANY, told_to_wait=2)
    assert verdict(NotSent("no route"), tried, patience=PATIENCE, dice=0.5) == Retry(17.6)
    assert verdict(Throttled(), tried, patience=PATIENCE, dice=0.5) == Retry(17.6)


def test_a_refused_token_is_renewed_at_once_then_with_patience_then_no_more() -> None:
    refused = Unauthorized("still")
    second, last = Tried(2, MANY, refreshed=True), Tried(5, MANY, refreshed=True)
    assert verdict(refused, Tried(1, MANY), patience=PATIENCE, dice=0.5) == Refresh()
    assert verdict(refused, second, patience=PATIENCE, dice=0.5) == Refresh(1.1)
    assert verdict(refused, last, patience=PATIENCE, dice=0.5) == Stop()


def test_a_feature_is_left_out_once() -> None:
    lacking = NotEntitled("no", features=SPECS)
    tried = Tried(2, MANY, narrowed=SPECS)
    assert verdict(lacking, tried, patience=PATIENCE, dice=0.5) == Stop()
    more = NotEntitled("no", features=SPECS | {"cad"})
    told = verdict(more, tried, patience=PATIENCE, dice=0.5)
    assert told == Narrow(SPECS | {"cad"})


FAILURES = st.sampled_from([failure for failure, _, _ in TABLE])


@given(FAILURES, st.integers(1, 50), st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_nothing_but_a_refusal_to_take_it_now_is_retried_for_ever(
    failure: WireError, attempt: int, asks: int, dice: float
) -> None:
    told = verdict(failure, Tried(attempt, asks), patience=PATIENCE, dice=dice)
    if isinstance(told, Retry):
        assert attempt < PATIENCE.attempts or isinstance(failure, Throttled)
        assert 0 < told.after <= 900
    if isinstance(told, Split) and asks == 1:
        assert attempt < PATIENCE.attempts or failure.billed == 0


@given(st.integers(1, 60), st.floats(0, 1, exclude_max=True))
def test_back_off_doubles_up_to_its_most_and_a_tenth_is_always_waited(
    attempt: int, dice: float
) -> None:
    step = min(60.0, 2.0 ** (attempt - 1))
    assert step / 10 <= backoff(attempt, patience=PATIENCE, dice=dice) <= step


def test_dice_spread_the_waits_of_many() -> None:
    waits = {backoff(3, patience=PATIENCE, dice=n / 10) for n in range(10)}
    assert len(waits) == 10
    assert min(waits) == pytest.approx(0.4)
