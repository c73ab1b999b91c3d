"""Every rule is broken by its examples, and not by what only looks like them."""

from pathlib import Path

import pytest

from bulkmatch.datafeed import RULES, Rule, Severity, check

from .conftest import Write
from .examples import EXAMPLES

DOCS = Path(__file__).parents[2] / "docs" / "datafeed.md"
# Needs a workbook: tests/datafeed/test_sheets.py.
ELSEWHERE = {"several-sheets"}
WRONG = [(rule, text) for rule, (wrong, _) in EXAMPLES.items() for text in wrong]
RIGHT = [(rule, text) for rule, (_, right) in EXAMPLES.items() for text in right]


def broken_by(feed: Write, text: str) -> set[str]:
    return {rule.id for rule, _, _ in check(feed(text.encode("utf-8", "surrogateescape"))).rules}


def test_every_rule_has_examples() -> None:
    assert set(EXAMPLES) | ELSEWHERE == set(RULES)


@pytest.mark.parametrize(("rule", "text"), WRONG)
def test_what_is_wrong_is_found(rule: str, text: str, feed: Write) -> None:
    assert rule in broken_by(feed, text)


@pytest.mark.parametrize(("rule", "text"), RIGHT)
def test_what_is_right_is_left_alone(rule: str, text: str, feed: Write) -> None:
    assert rule not in broken_by(feed, text)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_docs_list_every_rule_with_its_place(rule: Rule) -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    (listed,) = [line for line in lines if line.startswith(f"| `{rule.id}`")]
    cells = [cell.strip() for cell in listed.strip("|").split("|")]
    assert cells[1:] == [str(rule.severity), rule.tells, rule.source]


def test_rules_of_ours_never_refuse_what_the_format_allows() -> None:
    ours = {rule.id for rule in RULES.values() if rule.source.startswith("ours")}
    errors = {rule for rule in ours if RULES[rule].severity is Severity.ERROR}
    assert errors == {"encoding", "price-break-repeated"}
