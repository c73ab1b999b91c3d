"""When a run gives the API up."""

import pytest

from bulkmatch.core.outage import Outage
from bulkmatch.errors import BadQuery, NotSent, Unanswered, WireError

SILENT = [NotSent("refused"), Unanswered("timed out"), Unanswered("bad gateway", status=502)]
BROKEN = [
    Unanswered("cut short", status=200),
    Unanswered("crash", status=500),
    BadQuery("odd", executed=True),
]


@pytest.mark.parametrize("cause", SILENT, ids=str)
def test_three_questions_without_a_word_are_an_outage(cause: WireError) -> None:
    outage = Outage()
    assert [outage.note(cause, key) for key in "ab"] == [None, None]
    assert outage.note(cause, "c") == f"the API cannot be reached: {cause}"


@pytest.mark.parametrize("cause", BROKEN, ids=str)
def test_ten_questions_that_break_it_are_one_too(cause: WireError) -> None:
    outage = Outage()
    assert not any(outage.note(cause, str(n)) for n in range(9))
    told = outage.note(cause, "last")
    assert told is not None
    assert "fails whatever it is asked" in told


def test_the_same_question_again_and_again_counts_once() -> None:
    outage = Outage()
    assert not any(outage.note(SILENT[0], "a") for _ in range(50))
    assert repr(outage) == "Outage(unreached=1, broken=0)"


def test_an_answer_ends_the_counting() -> None:
    outage = Outage()
    for key in "abcdef":
        assert outage.note(SILENT[0], key) is None
        outage.answered()
