"""How a run's end becomes an exit code and words that say how to go on."""

import signal

import pytest

from bulkmatch.cli.drive import Ran
from bulkmatch.cli.verdict import code_of, leaves_open, stop_of
from bulkmatch.errors import BadCredentials, BadQuery, NotSent, PartLimitReached
from bulkmatch.model.outcome import Outcome, Skipped, SkipReason
from bulkmatch.model.part import PartLike
from bulkmatch.model.row import Row

from .parts import FAILED, MATCHED, MISSED, OVER_BUDGET, REVIEW, UNPOPULATED, digest, ran

BUDGET = (SkipReason.BUDGET, "0 parts left in the run budget")
LIMIT = (SkipReason.PART_LIMIT, "the account's part limit of 100 is reached")
DEADLINE = (SkipReason.DEADLINE, "the deadline of 60 s has passed")
OUTAGE = (SkipReason.UNREACHABLE, "the API cannot be reached: refused")
UNREACHED = Skipped(Row("PN-1"), *OUTAGE)
REFUSED = BadCredentials("invalid_client")

CODES: list[tuple[Ran, list[Outcome[PartLike]], set[str], int]] = [
    (ran(), [MATCHED, REVIEW, MISSED, UNPOPULATED], set(), 0),
    (ran(), [MATCHED, REVIEW], {"review"}, 1),
    (ran(), [MATCHED, REVIEW], {"missed"}, 0),
    (ran(), [MATCHED, MISSED], {"any"}, 1),
    (ran(), [MATCHED, UNPOPULATED], {"any"}, 0),
    (ran(), [MATCHED, UNPOPULATED], {"skipped"}, 0),
    (ran(), [MATCHED, OVER_BUDGET], {"skipped"}, 1),
    (ran(), [MATCHED, FAILED], set(), 5),
    (ran(), [MATCHED, FAILED], {"failed"}, 1),
    (ran(stopped=BUDGET), [MATCHED, OVER_BUDGET, REVIEW], {"any"}, 3),
    (ran(stopped=LIMIT, fatal=PartLimitReached("x")), [MATCHED, FAILED], set(), 3),
    (ran(stopped=(SkipReason.STOPPED, "x"), fatal=REFUSED), [MATCHED, FAILED], {"any"}, 4),
    (ran(fatal=BadQuery("x", executed=False)), [MATCHED], set(), 5),
    (ran(stopped=DEADLINE), [MATCHED, FAILED], {"any"}, 3),
    (ran(stopped=OUTAGE, fatal=NotSent("x")), [MATCHED, UNREACHED], set(), 5),
    (ran(), [MATCHED, UNREACHED], set(), 5),
    (ran(heard=signal.SIGINT, stopped=BUDGET), [MATCHED, FAILED], {"any"}, 130),
    (ran(heard=signal.SIGTERM), [MATCHED], set(), 143),
]


@pytest.mark.parametrize(("run", "outcomes", "fail_on", "code"), CODES)
def test_what_stopped_the_run_goes_before_what_lines_ended_as(
    run: Ran, outcomes: list[Outcome[PartLike]], fail_on: set[str], code: int
) -> None:
    assert code_of(run, digest(*outcomes), fail_on) == code


WORDS: list[tuple[Ran, str, str]] = [
    (ran(stopped=BUDGET), "budget", "higher --budget or --month-budget"),
    (ran(stopped=LIMIT, fatal=PartLimitReached("x")), "part limit", "no parts left"),
    (ran(stopped=(SkipReason.STOPPED, "x"), fatal=REFUSED), "credentials", "credentials.md"),
    (ran(fatal=BadQuery("x", executed=False)), "error", "the same command"),
    (ran(stopped=DEADLINE), "deadline", "a later --deadline"),
    (ran(stopped=OUTAGE, fatal=NotSent("x")), "error", "the same command"),
    (ran(heard=signal.SIGINT), "interrupted", "the same command"),
    (ran(stopped=(SkipReason.STOPPED, "asked to")), "stopped", "the same command"),
]


@pytest.mark.parametrize(("run", "reason", "advice"), WORDS)
def test_a_stopped_run_says_why_and_how_to_go_on(run: Ran, reason: str, advice: str) -> None:
    stop = stop_of(run, command="bulkmatch enrich 'my bom.csv' -o out.csv")
    assert stop is not None
    assert stop.reason == reason
    assert advice in stop.advice
    assert "bulkmatch enrich 'my bom.csv' -o out.csv" in stop.advice


def test_a_run_that_came_to_its_end_has_nothing_to_explain() -> None:
    assert stop_of(ran(), command="x") is None


def test_a_signal_or_what_somebody_has_to_mend_leaves_a_run_open_to_go_on_with() -> None:
    open_codes = [code for code in range(256) if _is_open(code)]
    assert open_codes == [2, 6, 130, 143]


def _is_open(code: int) -> bool:
    from bulkmatch.cli.exits import Exit

    return code in set(Exit) and leaves_open(Exit(code))
