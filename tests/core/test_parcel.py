"""The search for the asks that break any request they are in: who is blamed, and what it costs."""

from collections import deque
from collections.abc import Callable
from itertools import combinations
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.parcel import Parcel, Step
from bulkmatch.core.plan import Asker
from bulkmatch.errors import Unanswered
from bulkmatch.model.query import Ask, AskOptions, MatchQuery

ATTEMPTS = 5
CRASH = Unanswered("crash", status=500)


def _asks(count: int) -> tuple[Ask, ...]:
    asker = Asker("test")
    return tuple(asker.ask(MatchQuery(f"PN-{n}", None, AskOptions())) for n in range(count))


ASKS = _asks(100)


class Played:
    """A batch of which some asks break every request, after `passing` failures of the API's own.

    `extra` counts requests beyond the one that a good batch takes, `lost` the asks in those that
    failed; one part may be charged for each, and nobody will know. Before each request others
    take over what `taken` says.
    """

    def __init__(
        self,
        count: int,
        bad: tuple[int, ...] = (),
        *,
        passing: int = 0,
        taken: Callable[[Parcel], set[Ask]] = lambda parcel: set(),
    ) -> None:
        self._bad = {ASKS[n] for n in bad}
        self._passing, self._answered_at = passing, -1
        self.extra, self.lost = -1, 0
        self.failed: dict[Ask, int] = {}
        self.answered: set[Ask] = set()
        self.taken: set[Ask] = set()
        parcels = deque([Parcel(ASKS[:count])])
        while parcels:
            parcel = parcels.popleft()
            if gone := taken(parcel):
                self.taken |= gone
                parcel = parcel.without({ask.key for ask in gone})
            if not parcel.asks:
                continue
            step = self._send(parcel)
            for blamed in step.blamed:
                assert blamed.ask not in self.failed.keys() | self.answered
                self.failed[blamed.ask] = self.extra
            parcels.extend(step.parcels)
        assert self.failed.keys() | self.answered | self.taken == set(ASKS[:count])

    def _send(self, parcel: Parcel) -> Step:
        self.extra += 1
        sent = parcel.next
        assert not self.answered & set(sent)
        if self._passing == 0 and not self._bad & set(sent):
            self._answered_at = self.extra
            self.answered |= set(sent)
            return parcel.answered(sent)
        self._passing = max(0, self._passing - 1)
        self.lost += len(sent)
        if len(sent) == 1 and parcel.tried.attempt >= ATTEMPTS:
            return parcel.gave_up(CRASH)
        is_alive = parcel.failed_at is not None and self._answered_at >= parcel.failed_at
        return parcel.failed(CRASH, now=self.extra, is_alive=is_alive, wait=0.0)

    @property
    def is_exact(self) -> bool:
        """Whether all that are bad failed, and nobody else."""
        return self.failed.keys() == self._bad


def bound(count: int) -> int:
    return 2 * ceil(log2(count))


@pytest.mark.parametrize("count", range(2, 101))
def test_one_bad_line_wherever_it_stands_is_found_within_the_bound(count: int) -> None:
    for place in range(count):
        played = Played(count, (place,))
        assert played.is_exact
        assert played.extra <= bound(count)


@pytest.mark.parametrize("count", range(2, 10))
def test_any_lines_may_be_bad_as_long_as_one_is_good(count: int) -> None:
    for bad_count in range(1, count):
        for bad in combinations(range(count), bad_count):
            played = Played(count, bad)
            assert played.is_exact
            assert played.extra <= bad_count * bound(count)


@given(st.data(), st.integers(2, 100))
def test_several_bad_lines_cost_no_more_each(data: st.DataObject, count: int) -> None:
    places = st.sets(st.integers(0, count - 1), min_size=1, max_size=min(10, count - 1))
    bad = tuple(sorted(data.draw(places)))
    played = Played(count, bad)
    assert played.is_exact
    assert played.extra <= len(bad) * bound(count)


def test_a_bad_line_stakes_less_than_halving_would() -> None:
    lost = [Played(100, (place,)).lost for place in range(100)]
    assert max(lost) <= 202
    assert sum(lost) / 100 < 180  # halving alone stakes 200 on average


@pytest.mark.parametrize("count", range(5, 101))
def test_a_passing_failure_costs_few_requests_and_stakes_no_part_again(count: int) -> None:
    played = Played(count, passing=1)
    assert not played.failed
    assert played.extra <= (3 if count > 10 else 5)
    assert played.lost == count


@pytest.mark.parametrize("passing", [2, 3, 4])
def test_a_failure_that_lasts_a_while_costs_single_asks_and_blames_nobody(passing: int) -> None:
    played = Played(100, passing=passing)
    assert not played.failed
    assert played.lost == 100 + passing - 1


def test_while_nothing_is_answered_one_ask_after_another_is_tried_and_fails_in_the_end() -> None:
    played = Played(100, passing=100 + 4)
    assert played.lost == 100 + 103
    assert 0 < len(played.failed) < 30


def test_an_ask_that_is_alone_from_the_start_is_tried_again_and_given_up_in_the_end() -> None:
    assert not Played(1, passing=3).failed
    played = Played(1, (0,))
    assert (played.is_exact, played.extra) == (True, ATTEMPTS - 1)


def test_one_that_failed_alone_and_is_answered_after_all_clears_the_others() -> None:
    played = Played(2, passing=3)
    assert not played.failed
    assert played.extra == 4


def test_a_request_may_take_less_than_was_to_go() -> None:
    one, *others = ASKS[:5]
    step = Parcel(ASKS[:5]).answered((one,))
    assert [parcel.next for parcel in step.parcels] == [tuple(others)]
    searching = Parcel(ASKS[:9], going=4, suspected=4, failed_at=1.0, size=9)
    (parcel,) = searching.answered(ASKS[:2]).parcels
    assert parcel.next == ASKS[2:4]
    assert parcel.others == ASKS[4:9]
    assert parcel.suspected == 4


def test_an_outages_probe_is_followed_by_halves_and_in_vain_by_another_probe() -> None:
    probing = Parcel(ASKS[:6], is_probing=True, passed_over=1)
    assert probing.tried.asks == 1
    answered = probing.answered(ASKS[:1])
    assert [parcel.asks for parcel in answered.parcels] == [ASKS[1:4], ASKS[4:6]]
    assert {parcel.passed_over for parcel in answered.parcels} == {1}
    vain = probing.gave_up(CRASH)
    assert [blamed.ask for blamed in vain.blamed] == [ASKS[0]]
    assert [(parcel.asks, parcel.is_probing) for parcel in vain.parcels] == [(ASKS[1:6], True)]


def test_an_outages_probe_that_may_have_failed_by_itself_counts_as_one_ask() -> None:
    probing = Parcel(ASKS[:6], is_probing=True)
    (parcel,) = probing.failed(CRASH, now=1.0, is_alive=False, wait=2.0).parcels
    assert (parcel.next, parcel.wait, parcel.failures) == (ASKS[1:2], 2.0, 1)
    assert [doubted.ask for doubted in parcel.doubted] == [ASKS[0]]


def test_giving_up_ends_what_was_tried_and_no_more() -> None:
    whole = Parcel(ASKS[:6]).gave_up(CRASH)
    assert ([blamed.ask for blamed in whole.blamed], whole.parcels) == (list(ASKS[:6]), ())


@given(st.data(), st.integers(1, 40))
def test_what_others_take_over_is_neither_sent_nor_blamed_and_the_rest_ends(
    data: st.DataObject, count: int
) -> None:
    bad = data.draw(st.sets(st.integers(0, count - 1), max_size=3))

    def taken(parcel: Parcel) -> set[Ask]:
        return data.draw(st.sets(st.sampled_from(parcel.asks), max_size=2))

    played = Played(count, tuple(bad), passing=data.draw(st.integers(0, 2)), taken=taken)
    assert not played.taken & (played.failed.keys() | played.answered)
    assert {ASKS[n] for n in bad} - played.taken <= played.failed.keys()


def test_where_all_that_were_to_go_are_taken_the_rest_goes_as_it_was_never_tried() -> None:
    parcel = Parcel(ASKS[:4], going=2, suspected=1, passed_over=1, failures=2, size=4)
    left = parcel.without({ask.key for ask in ASKS[:2]})
    assert left == Parcel(ASKS[2:4], passed_over=1)
