"""When parts may be left again, and how long it is believed that a plan lacks something."""

from datetime import UTC, datetime, timedelta

import pytest

from bulkmatch.core.quota import (
    FEATURE_AGE,
    halt_words,
    holds,
    is_believed,
    limit_words,
    resets_at,
    way_on,
    words_kept,
)
from bulkmatch.model.plan import FeatureNote, KnownPlan, LimitMet, Resets


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("met_at", "until"),
    [
        ("2026-11-20 09:00", "2026-12-01 00:00"),
        ("2026-12-31 23:59", "2027-01-01 00:00"),
        ("2028-01-31 12:00", "2028-02-01 00:00"),
        ("2028-02-29 12:00", "2028-03-01 00:00"),
        ("2026-11-01 12:00", "2026-12-01 00:00"),
        # Where it is still October the counter has not started anew yet.
        ("2026-11-01 00:00", "2026-11-01 12:00"),
        ("2026-11-01 11:59", "2026-11-01 12:00"),
    ],
)
def test_a_monthly_limit_holds_until_the_month_has_begun_everywhere(
    met_at: str, until: str
) -> None:
    assert resets_at(utc(met_at), Resets.MONTHLY) == utc(until)
    met = LimitMet(utc(met_at), 100, "")
    second = timedelta(seconds=1)
    assert holds(met, now=utc(until) - second, resets=Resets.MONTHLY)
    assert not holds(met, now=utc(until), resets=Resets.MONTHLY)


def test_a_limit_for_life_never_resets() -> None:
    met = LimitMet(utc("2026-11-20 09:00"), 100, "")
    assert resets_at(met.met_at, Resets.NEVER) is None
    assert holds(met, now=utc("2036-11-20 09:00"), resets=Resets.NEVER)
    assert halt_words(met, resets=Resets.NEVER).endswith("for life; nothing is sent")
    assert "never resets" in way_on(100, met.met_at, resets=Resets.NEVER)


def test_the_words_say_when_and_what_to_do() -> None:
    met = LimitMet(utc("2026-11-20 09:05"), 100, "")
    assert halt_words(met, resets=Resets.MONTHLY) == (
        "the account's part limit of 100 was reached on 2026-11-20 09:05 UTC; "
        "nothing is sent before 2026-12-01 00:00 UTC"
    )
    told = way_on(100, met.met_at, resets=Resets.MONTHLY)
    for word in ("2026-12-01 00:00 UTC", "evaluation", "plan probe", "--ask-anyway"):
        assert word in told
    assert limit_words(None) == "part limit"


def test_a_limit_of_zero_is_a_plan_that_is_not_assigned() -> None:
    told = way_on(0, utc("2026-11-20 09:05"), resets=Resets.MONTHLY)
    assert "no plan is assigned to this application" in told
    assert "portal.nexar.com" in told


def test_a_lack_is_believed_for_a_month_and_an_inclusion_is_none() -> None:
    learnt = utc("2026-11-20 09:00")
    lacks, has = FeatureNote("specs", False, learnt), FeatureNote("specs", True, learnt)
    assert is_believed(lacks, now=learnt + FEATURE_AGE - timedelta(seconds=1))
    assert not is_believed(lacks, now=learnt + FEATURE_AGE)
    assert not is_believed(has, now=learnt)
    assert KnownPlan((has,)).lacking == frozenset()
    assert KnownPlan((lacks,)).lacking == {"specs"}


def test_the_api_s_own_words_are_kept_in_one_line_of_a_bounded_length() -> None:
    assert words_kept(" a\n  b ") == "a b"
    assert len(words_kept("x" * 1_000)) == 200
