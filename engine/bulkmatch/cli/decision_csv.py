"""Decisions as a CSV file of their own: to keep, to carry to another store, to write by hand."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bulkmatch.core.choices import Stamp
from bulkmatch.core.decision import decide, is_of_stock
from bulkmatch.core.formula import defuse
from bulkmatch.errors import FeedError, SettingsError
from bulkmatch.feeds.container import open_content
from bulkmatch.model.decision import Action, Decision
from bulkmatch.model.row import Row

COLUMNS = (
    "MPN",
    "Manufacturer",
    "SKU",
    "Seller",
    "Decision",
    "Part MPN",
    "Part manufacturer",
    "Part id",
    "Decided by",
    "Decided at",
    "Note",
)
_KEYS = {name.casefold(): name for name in COLUMNS}
_ACTIONS = {
    **{action.value: action for action in Action},
    "accept": Action.PART,
    "part": Action.PART,
    "maker": Action.MAKER,
    "accept manufacturer": Action.MAKER,
    "alternate": Action.ALTERNATE,
}


def as_csv(decisions: Iterable[Decision]) -> str:
    """The decisions as text; what a spreadsheet could run has an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for decision in decisions:
        writer.writerow(map(defuse, _cells(decision)))
    return text.getvalue()


def _cells(decision: Decision) -> tuple[str, ...]:
    asked, maker = decision.asked, decision.asked_maker or ""
    question = ("", "", asked, maker) if is_of_stock(decision.subject) else (asked, maker, "", "")
    return (
        *question,
        str(decision.action),
        decision.mpn or "",
        decision.manufacturer or "",
        decision.part_id or "",
        decision.decided_by,
        decision.decided_at.astimezone(UTC).isoformat(),
        decision.note,
    )


def read_csv(path: Path, stamp: Stamp) -> tuple[Decision, ...]:
    """The decisions of a file; `stamp` stands in where it does not say who and when.

    Columns are found by name, in any order; any table that can be read will do. Raises FeedError
    with the line.
    """
    found: list[Decision] = []
    for line, cells in _records(path):
        try:
            found.append(_read(cells, stamp))
        except SettingsError as error:
            raise FeedError(f"{error}; nothing was taken over", file=path, line=line) from error
    return tuple(found)


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each line's cells by column, the columns as a header names them."""
    names: dict[int, str] = {}
    for grid in open_content(path).grids:
        for line, record in enumerate(grid.records, start=1):
            known = {
                at: _KEYS[key] for at, cell in enumerate(record) if (key := _key(cell)) in _KEYS
            }
            if "Decision" in known.values():
                names = known
            elif names and any(cell.strip() for cell in record):
                cells = ((name, record[at]) for at, name in names.items() if at < len(record))
                yield line, {name: _plain(cell) for name, cell in cells}
    if not names:
        raise FeedError(f"has no header with {', '.join(COLUMNS[:7])}", file=path)


def _key(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _plain(cell: str) -> str:
    """The cell without the apostrophe that makes it harmless."""
    bare = cell.strip()
    return bare[1:] if bare.startswith("'") and defuse(bare[1:]) == bare else bare


def _read(cells: Mapping[str, str], stamp: Stamp) -> Decision:
    told = {name: cells.get(name) or None for name in COLUMNS}
    row = Row(told["MPN"] or "", told["Manufacturer"], sku=told["SKU"], seller=told["Seller"])
    word = " ".join((told["Decision"] or "").casefold().split())
    if word not in _ACTIONS:
        wanted = ", ".join(Action)
        raise SettingsError(f"Decision: wanted {wanted}; got {told['Decision'] or 'nothing'!r}")
    return decide(
        row,
        _ACTIONS[word],
        by=told["Decided by"] or stamp.by,
        at=_instant(told["Decided at"], stamp.at),
        mpn=told["Part MPN"],
        manufacturer=told["Part manufacturer"],
        part_id=told["Part id"],
        note=told["Note"] or stamp.note,
    )


def _instant(text: str | None, default: datetime) -> datetime:
    """An instant as ISO 8601, in UTC where no zone is told."""
    if text is None:
        return default
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"Decided at: wanted an instant such as 2026-11-20T09:00:00+00:00; got {text!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
