"""Whether parts fit under the caps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkmatch.core.budget import check
from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import Caps, Spend

COUNTS = st.integers(0, 300)
SPENDS = st.builds(Spend, COUNTS, COUNTS, COUNTS, COUNTS)
CAPS = st.builds(Caps, st.none() | COUNTS, st.none() | COUNTS)


@given(wanted=COUNTS, run=SPENDS, month=SPENDS, caps=CAPS)
def test_parts_fit_exactly_when_no_cap_is_passed(
    wanted: int, run: Spend, month: Spend, caps: Caps
) -> None:
    def fits(spend: Spend, cap: int | None) -> bool:
        return cap is None or wanted == 0 or spend.used + wanted <= cap

    if fits(run, caps.run) and fits(month, caps.month):
        check(wanted, run=run, month=month, caps=caps)
        return
    with pytest.raises(BudgetExceeded) as told:
        check(wanted, run=run, month=month, caps=caps)
    lefts = {"run": run.left(caps.run), "month": month.left(caps.month)}
    assert told.value.wanted == wanted
    assert told.value.left == lefts[told.value.scope]
    assert told.value.left == min(left for left in lefts.values() if left is not None)


def test_the_tighter_scope_is_named() -> None:
    run, month = Spend(settled=90), Spend(settled=995)
    with pytest.raises(BudgetExceeded, match="5 left in the month budget"):
        check(20, run=run, month=month, caps=Caps(run=100, month=1000))
    with pytest.raises(BudgetExceeded, match="10 left in the run budget"):
        check(20, run=run, month=month, caps=Caps(run=100, month=1010))


def test_the_last_part_may_be_spent() -> None:
    check(1, run=Spend(settled=99), month=Spend(), caps=Caps(run=100))
    with pytest.raises(BudgetExceeded, match="1 left in the run budget"):
        check(2, run=Spend(settled=99), month=Spend(), caps=Caps(run=100))


def test_a_cap_of_nothing_lets_nothing_through() -> None:
    with pytest.raises(BudgetExceeded, match="0 left in the run budget"):
        check(1, run=Spend(), month=Spend(), caps=Caps(run=0))
