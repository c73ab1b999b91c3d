"""Decisions for the screen, and as JSON for programs."""

import json
from collections.abc import Sequence
from datetime import UTC

from rich.table import Table

from bulkmatch.cli.screen import clean, results
from bulkmatch.core.decision import is_of_stock
from bulkmatch.model.decision import Decision


def show(decisions: Sequence[Decision]) -> None:
    """Print one line for each decision."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("asked", "maker", "decision", "by", "on", "note"):
        table.add_column(name, overflow="fold")
    for made in decisions:
        table.add_row(
            clean(made.asked),
            clean(made.asked_maker or "-"),
            clean(made.choice),
            clean(made.decided_by),
            f"{made.decided_at.astimezone(UTC):%Y-%m-%d}",
            clean(made.note),
        )
    results().print(table)


def as_json(decisions: Sequence[Decision], *, account: str) -> str:
    """The decisions as JSON text."""
    told = [
        {
            "asked": made.asked,
            "asked_maker": made.asked_maker,
            "is_stock_number": is_of_stock(made.subject),
            "decision": str(made.action),
            "mpn": made.mpn,
            "manufacturer": made.manufacturer,
            "part_id": made.part_id,
            "decided_by": made.decided_by,
            "decided_at": made.decided_at.isoformat(),
            "note": made.note,
        }
        for made in decisions
    ]
    return json.dumps({"account": account, "decisions": told}, indent=2, ensure_ascii=False)
