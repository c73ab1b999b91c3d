"""What is asked for a line, one thing after another."""

import pytest
from tests.core.parts import TABLE

from bulkmatch.core.trials import trials
from bulkmatch.model.query import MatchQuery

Step = tuple[str, str | None, str | None, str | None]


def told(query: MatchQuery, *, guesses: bool = True) -> list[Step]:
    return [
        (trial.mpn, trial.manufacturer, trial.sku, trial.seller)
        for trial in trials(query, makers=TABLE, guesses=guesses)
    ]


@pytest.mark.parametrize(
    ("query", "steps"),
    [
        (MatchQuery("NE555"), [("NE555", None, None, None)]),
        (
            MatchQuery("NE555", "TI"),
            [
                ("NE555", "Texas Instruments", None, None),
                ("NE555", "TI", None, None),
                ("NE555", None, None, None),
                ("NE555/NOPB", "Texas Instruments", None, None),
            ],
        ),
        (
            MatchQuery("BAT54H,115", sku="1-ND", seller="Digi-Key"),
            [
                ("BAT54H,115", None, None, None),
                ("", None, "1-ND", "Digi-Key"),
                ("", None, "1-ND", None),
                ("BAT54H", None, None, None),
            ],
        ),
        (MatchQuery("ERJ1OO2V"), [("ERJ1OO2V", None, None, None), ("ERJ1002V", None, None, None)]),
        (MatchQuery("", "TI", sku="1-ND"), [("", None, "1-ND", None)]),
    ],
)
def test_the_number_as_written_comes_first_and_guesses_last(
    query: MatchQuery, steps: list[Step]
) -> None:
    assert told(query) == steps


def test_without_guesses_nothing_is_tried_that_a_person_would_have_to_judge() -> None:
    query = MatchQuery("BAT54H,115", "TI", sku="1-ND")
    assert [step[:2] for step in told(query, guesses=False)] == [
        ("BAT54H,115", "Texas Instruments"),
        ("BAT54H,115", "TI"),
        ("BAT54H,115", None),
    ]


def test_only_the_first_page_asks_for_either_number() -> None:
    query = MatchQuery("C1OO1", is_either=True)
    assert [trial.is_either for trial in trials(query, makers=TABLE, guesses=True)] == [True, False]
