"""Exit codes: what each error ends with, and that people are told the same table everywhere."""

import re
from pathlib import Path

import pytest

from bulkmatch.cli.exits import MEANINGS, Exit, MissingCredentials, exit_of
from bulkmatch.cli.lazy import expected
from bulkmatch.errors import (
    BadCredentials,
    BadQuery,
    BudgetExceeded,
    EngineError,
    FeedError,
    NotSent,
    PartLimitReached,
    SettingsError,
    StoreError,
    Unanswered,
    Unauthorized,
)

from .conftest import Run

DOCS = Path(__file__).parents[2] / "docs"

CODES: list[tuple[EngineError, int]] = [
    (SettingsError("x"), 2),
    (FeedError("x", file=Path("a.csv")), 2),
    (BudgetExceeded(wanted=2, left=1, scope="run"), 3),
    (PartLimitReached("x"), 3),
    (MissingCredentials("x"), 4),
    (BadCredentials("x"), 4),
    (Unauthorized("x"), 4),
    (NotSent("x"), 5),
    (Unanswered("x"), 5),
    (BadQuery("x", executed=False), 5),
    (StoreError("x"), 6),
]


@pytest.mark.parametrize(("error", "code"), CODES, ids=lambda value: type(value).__name__)
def test_an_error_has_its_exit_code(error: EngineError, code: int) -> None:
    assert exit_of(error) == code


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Exit)


def test_help_and_docs_tell_the_same_table(bulkmatch: Run) -> None:
    help_text = bulkmatch("enrich", "--help").stdout
    docs_text = (DOCS / "cli.md").read_text(encoding="utf-8")
    for code, meaning in MEANINGS.items():
        assert re.search(rf"^ +{code.value}  {re.escape(meaning)}$", help_text, re.MULTILINE)
        assert f"| {code.value} | {meaning} |" in docs_text
    assert len(re.findall(r"^\| \d+ \|", docs_text, re.MULTILINE)) == len(MEANINGS)


def test_an_error_out_of_a_task_group_is_known_for_what_it_is() -> None:
    cause = NotSent("x")
    assert expected(ExceptionGroup("tasks", [ExceptionGroup("more", [cause])])) is cause
    assert expected(ExceptionGroup("tasks", [cause, ValueError("y")])) is None
    assert expected(ValueError("y")) is None
