"""How rows end, in words."""

from datetime import UTC, datetime

import pytest
from tests.core.parts import Part

from bulkmatch.errors import Unanswered
from bulkmatch.model.outcome import (
    Confidence,
    Failed,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Provenance,
    Review,
    ReviewKind,
    Skipped,
    SkipReason,
    confidence_of,
    outcome_name,
    outcome_reason,
)
from bulkmatch.model.part import PartLike
from bulkmatch.model.row import Row

ROW = Row("LM358")
TOLD = Provenance(datetime(2026, 11, 20, tzinfo=UTC), "live", False, "US", "USD")
PART = Part("LM358", "Texas Instruments")


@pytest.mark.parametrize(
    ("outcome", "name", "reason"),
    [
        (
            Matched(ROW, MatchKind.EXACT, PART, "same number", TOLD),
            "matched",
            "exact: same number",
        ),
        (
            Matched(ROW, MatchKind.VARIANT, PART, "listed as LM-358", TOLD),
            "matched",
            "spelling variant: listed as LM-358",
        ),
        (
            Review(ROW, ReviewKind.OTHER_MAKER, (PART,), 1, "nothing by ST", TOLD),
            "needs review",
            "other maker: nothing by ST",
        ),
        (Missed(ROW, "no part of that number", TOLD), "missed", "no part of that number"),
        (Failed(ROW, Unanswered("gave up after 600 s")), "failed", "gave up after 600 s"),
        (Skipped(ROW, SkipReason.BUDGET), "skipped", "budget"),
        (
            Skipped(ROW, SkipReason.BUDGET, "3 parts left in the run budget"),
            "skipped",
            "budget: 3 parts left in the run budget",
        ),
    ],
    ids=lambda told: told if isinstance(told, str) else "",
)
def test_an_outcome_has_a_word_and_a_reason(
    outcome: Outcome[PartLike], name: str, reason: str
) -> None:
    assert outcome_name(outcome) == name
    assert outcome_reason(outcome) == reason


def test_a_miss_and_a_failure_never_share_a_word() -> None:
    missed = outcome_name(Missed(ROW, "none", TOLD))
    assert missed not in {
        outcome_name(Failed(ROW, Unanswered("x"))),
        outcome_name(Skipped(ROW, SkipReason.PART_LIMIT)),
    }


STEPS = {
    MatchKind.EXACT: Confidence.CERTAIN,
    MatchKind.VARIANT: Confidence.HIGH,
    MatchKind.OTHER_NAME: Confidence.HIGH,
    MatchKind.STOCK_NUMBER: Confidence.HIGH,
    MatchKind.DECISION: Confidence.CERTAIN,
    ReviewKind.PACKAGING: Confidence.MEDIUM,
    ReviewKind.TAKEN_OVER: Confidence.MEDIUM,
    ReviewKind.MAKER_ALIAS: Confidence.MEDIUM,
    ReviewKind.AMBIGUOUS: Confidence.LOW,
    ReviewKind.OTHER_MAKER: Confidence.LOW,
    ReviewKind.OTHER_NUMBER: Confidence.LOW,
    ReviewKind.SUGGESTION: Confidence.LOW,
    ReviewKind.OUTDATED: Confidence.LOW,
}


@pytest.mark.parametrize("kind", [*MatchKind, *ReviewKind])
def test_every_kind_has_its_step_and_what_is_taken_is_at_least_high(
    kind: MatchKind | ReviewKind,
) -> None:
    assert confidence_of(kind) is STEPS[kind]
    is_sure = confidence_of(kind) in (Confidence.CERTAIN, Confidence.HIGH)
    assert is_sure is isinstance(kind, MatchKind)


def test_an_outcome_tells_its_confidence() -> None:
    assert Matched(ROW, MatchKind.EXACT, PART, "", TOLD).confidence is Confidence.CERTAIN
    review = Review(ROW, ReviewKind.PACKAGING, (PART,), 1, "", TOLD)
    assert review.confidence is Confidence.MEDIUM
