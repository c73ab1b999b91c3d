"""The tree of errors: what each cost, and what it tells."""

from pathlib import Path

import pytest

from bulkmatch.errors import (
    BadCredentials,
    BadQuery,
    BudgetExceeded,
    EngineError,
    FeedError,
    LeaseLost,
    NotEntitled,
    NotSent,
    PartLimitReached,
    Refused,
    SettingsError,
    StoreError,
    Throttled,
    Unanswered,
    Unauthorized,
    WireError,
)

BILLED = [
    (WireError("x"), None),
    (NotSent("x"), 0),
    (Unanswered("x"), None),
    (Refused("x"), 0),
    (Throttled(), 0),
    (Unauthorized("x"), 0),
    (BadCredentials("x"), 0),
    (PartLimitReached("x"), 0),
    (NotEntitled("x", features=frozenset({"specs"})), None),
    (BadQuery("x", executed=False), 0),
    (BadQuery("x", executed=True), None),
]


@pytest.mark.parametrize(("error", "billed"), BILLED, ids=lambda told: repr(told))
def test_an_error_says_what_it_cost(error: WireError, billed: int | None) -> None:
    assert error.billed == billed


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (SettingsError, EngineError),
        (BudgetExceeded, EngineError),
        (WireError, EngineError),
        (FeedError, EngineError),
        (StoreError, EngineError),
        (NotSent, WireError),
        (Unanswered, WireError),
        (Refused, WireError),
        (Throttled, Refused),
        (Unauthorized, Refused),
        (BadCredentials, Refused),
        (PartLimitReached, Refused),
        (NotEntitled, Refused),
        (BadQuery, Refused),
        (LeaseLost, StoreError),
    ],
)
def test_the_tree_is_as_drawn(child: type[EngineError], parent: type[EngineError]) -> None:
    assert child.__bases__ == (parent,)


def test_a_wire_error_carries_status_request_and_its_own_facts() -> None:
    told = {"status": 429, "request_id": "r1"}
    throttled = Throttled("slow down", retry_after=2.5, status=429, request_id="r1")
    assert (throttled.retry_after, throttled.status, throttled.request_id) == (2.5, 429, "r1")
    unauthorized = Unauthorized("no", generation=3, status=429, request_id="r1")
    reached = PartLimitReached("no more", limit=1000, status=429, request_id="r1")
    lacking = NotEntitled("no", features=frozenset({"specs"}), status=429, request_id="r1")
    bad = BadQuery("no", executed=True, status=429, request_id="r1")
    assert unauthorized.generation == 3
    assert reached.limit == 1000
    assert lacking.features == {"specs"}
    assert bad.executed
    for error in (unauthorized, reached, lacking, bad):
        assert {"status": error.status, "request_id": error.request_id} == told


def test_a_budget_error_tells_wish_rest_and_scope() -> None:
    error = BudgetExceeded(wanted=60, left=12, scope="month")
    assert str(error) == "batch may cost 60 parts, 12 left in the month budget"
    assert (error.wanted, error.left, error.scope) == (60, 12, "month")


def test_a_file_error_begins_with_the_place() -> None:
    assert str(FeedError("no MPN column", file=Path("bom.csv"))) == "bom.csv: no MPN column"
    at_line = FeedError("torn", file=Path("bom.csv"), line=7)
    assert str(at_line) == "bom.csv, line 7: torn"
    assert (at_line.file, at_line.line) == (Path("bom.csv"), 7)


def test_a_store_error_names_the_file_where_there_is_one() -> None:
    assert str(StoreError("torn", file=Path("a.db"))) == "a.db: torn"
    assert str(StoreError("torn")) == "torn"
    assert StoreError("torn").file is None
