"""Random damage, and random tables: never a crash, never a hang, never a line lost."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulkmatch.cli.inspect_json import as_json
from bulkmatch.errors import FeedError
from bulkmatch.feeds import read_file

from .fuzz import play

CELLS = st.text(
    alphabet=st.sampled_from(list("RCU123-,;~|/() \"'\n\r\tµΩ名番.=+DNPMQ")), max_size=12
)
NAMES = st.sampled_from(
    ["MPN", "Ref", "Qty", "Manufacturer", "Part Number", "Value", "DNP", "Comment", "型番", "Menge",
     "Supplier Part Number 2", "", "Item"]
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 10_001, 20_001, 30_001])
def test_damaged_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    assert list(play(seed, 60, tmp_path)) == []


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None
)
@given(
    st.lists(NAMES, min_size=1, max_size=7),
    st.lists(st.lists(CELLS, max_size=8), max_size=12),
    st.sampled_from([",", ";", "\t", "|", "  "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig"]),
)
def test_any_table_of_text_is_read_or_refused(
    tmp_path: Path, names: list[str], rows: list[list[str]], delimiter: str, end: str, codec: str
) -> None:
    text = end.join([delimiter.join(names), *(delimiter.join(row) for row in rows)])
    path = tmp_path / "any.csv"
    path.write_bytes((text or "x").encode(codec))
    try:
        told = as_json(read_file(path))
    except FeedError:
        return
    assert told["bom_lines"] == sum(table["lines"] for table in told["tables"] if table["counted"])
    assert told["dnp_lines"] <= told["bom_lines"]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None
)
@given(
    st.recursive(
        st.text(alphabet='abMPN1"\\ ', max_size=6).map(lambda text: f'"{text}"') | st.just("comp"),
        lambda inner: st.lists(inner, max_size=5).map(lambda told: f"({' '.join(told)})"),
        max_leaves=40,
    )
)
def test_any_netlist_is_read_or_refused(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "any.net"
    path.write_text(
        f'(export (components {inner} (comp (ref "R1") (value "1k"))))', encoding="utf-8"
    )
    try:
        read_file(path)
    except FeedError:
        return


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None
)
@given(
    st.text(alphabet="<>/=\"'abMPN td&;!-?[]\n", max_size=300),
    st.sampled_from(["<html>", "<?xml ?>", "<table>"]),
)
def test_any_markup_is_read_or_refused(tmp_path: Path, text: str, start: str) -> None:
    path = tmp_path / "any.html"
    path.write_text(start + text, encoding="utf-8")
    try:
        read_file(path)
    except FeedError:
        return
