"""The makers that real BOMs name: nearly all are known to our own table."""

import re

import pytest
from tests.conftest import SHARED

from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_tables
from bulkmatch.store import makers_of

BOMS = SHARED / "boms"
pytestmark = pytest.mark.skipif(not BOMS.exists(), reason="../shared/boms is absent")
# What a cell may hold in place of a maker.
_NOBODY = re.compile(r"\W*|n/?a|dnp|none|any", re.IGNORECASE)


def named_makers() -> set[str]:
    """Every maker that a readable BOM names; cells of several are taken apart at `~`."""
    found: set[str] = set()
    for file in sorted(BOMS.iterdir()):
        if file.suffix == ".json":
            continue
        try:
            tables = read_tables(file)
        except FeedError:
            continue
        cells = (row.manufacturer or "" for table in tables for row in table.rows)
        found |= {name.strip() for cell in cells for name in cell.split("~")}
    return {name for name in found if not _NOBODY.fullmatch(name)}


def test_of_the_makers_that_real_boms_name_19_of_20_resolve() -> None:
    makers, named = makers_of(), named_makers()
    unknown = sorted(name for name in named if not makers.resolve(name).makers)
    share = 1 - len(unknown) / len(named)
    print(f"{len(named)} names, {share:.1%} resolve; not: {', '.join(unknown)}")  # noqa: T201
    assert len(named) > 150
    assert share >= 0.95
