"""Reading: what is right of real and sample BOM files, and how many lines a second are read."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bulkmatch.cli.inspect_json import as_json
from bulkmatch.errors import EngineError
from bulkmatch.feeds import read_file

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "boms"
SAMPLES = ROOT / "tests" / "feeds" / "samples"
ASPECTS = ("header", "columns", "lines", "alternates", "dnp", "mpns")
_ROLES = ("mpn", "manufacturer", "quantity", "designators", "supplier_part_number", "dnp")


def pairs(folder: Path, suffix: str) -> Iterator[tuple[Path, Any]]:
    """Files with the facts that are written beside them."""
    for facts in sorted(folder.glob(f"*{suffix}")):
        told = json.loads(facts.read_text(encoding="utf-8"))
        yield facts.with_name(facts.name.removesuffix(suffix)), told


def places(table: Any, role: str) -> Any:
    """Where a role's columns are, of a verified table or of one that was read."""
    column = table["columns"][role] if "columns" in table else table.get(role)
    if isinstance(column, list):
        return [one["index"] if isinstance(one, dict) else one for one in column]
    return column["index"] if isinstance(column, dict) else column


def verdicts(facts: Any, found: Any) -> dict[str, bool]:
    """Which aspects of a file are as verified."""
    tables = list(zip(facts["tables"], found["tables"], strict=False))
    cells = [pair for pair in tables if "element" not in pair[0]]

    def alike(key: str) -> bool:
        return all(wanted.get(key, table.get(key)) == table.get(key) for wanted, table in cells)

    return {
        "header": len(facts["tables"]) == len(found["tables"]) and alike("header_row_index"),
        "columns": all(
            places(wanted, role) == places(table, role)
            for wanted, table in cells
            for role in _ROLES
        ),
        "lines": alike("lines")
        and facts.get("bom_lines", found["bom_lines"]) == found["bom_lines"],
        "alternates": alike("alternate_rows"),
        "dnp": alike("dnp_rows") and alike("partially_dnp_rows"),
        "mpns": facts["mpns"] == found["mpns"],
    }


def show(title: str, files: list[tuple[Path, Any]]) -> int:
    """Print a table; how many files are right in all."""
    print(f"  {title:60} {'lines':>6} {'/s':>8}  " + " ".join(f"{name:10}" for name in ASPECTS))
    right = 0
    for path, facts in files:
        began = time.perf_counter()
        try:
            found = as_json(read_file(path))
        except EngineError as error:
            print(f"  {path.name[:60]:60} refused: {error}")
            continue
        taken = time.perf_counter() - began
        told = verdicts(facts, found)
        right += all(told.values())
        marks = " ".join(f"{'right' if told[name] else 'WRONG':10}" for name in ASPECTS)
        lines = found["bom_lines"]
        print(f"  {path.name[:60]:60} {lines:6} {lines / taken:8.0f}  {marks}")
    print(f"  {right} of {len(files)} right in all\n")
    return right


def main() -> None:
    """Print both tables; files that are not at hand are said to be absent."""
    real = list(pairs(REAL, ".expected.json"))
    if not real:
        print(f"  no real files: {REAL} is absent")
    for title, files in (("real files", real), ("samples", list(pairs(SAMPLES, ".facts.json")))):
        if files:
            show(title, files)


if __name__ == "__main__":
    sys.exit(main())
