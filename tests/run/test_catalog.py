"""Lines of every kind on real parts: no wrong part is taken, and next to nothing is paid beside."""

from functools import reduce
from operator import add

import pytest
from tests.conftest import SHARED

# With `python -m pytest`, as `make test` has it, the project's root is on the path.
matching = pytest.importorskip("benchmarks.matching", reason="not run from the project's root")
LINES = 60


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "catalog").exists(), reason="../shared/catalog is absent")
def test_on_real_parts_no_wrong_one_is_taken_and_few_are_paid_for_twice() -> None:
    found = dict(matching.figures(matching.catalog_files(), lines=LINES))
    assert {name: one.wrong for name, one in found.items() if one.wrong} == {}
    total = reduce(add, found.values())
    assert total.charged <= matching.MOST * total.resolved
    assert total.lines > 600
    for name in ("as listed", "look-alike letters", "maker by another name"):
        assert found[name].matched >= 0.95 * found[name].lines, name
    assert found["unknown number"].charged == 0
