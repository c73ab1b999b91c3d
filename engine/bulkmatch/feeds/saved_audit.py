"""Audits saved as JSON lines: head, events, findings, parts, lines. What `bulkmatch diff` reads.

A part's values are left out unless the audit was allowed to keep them; its fingerprints and our own
conclusions stay, which is enough to tell what kind of change there was.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from bulkmatch.core.audit_json import from_json, to_plain
from bulkmatch.errors import FeedError
from bulkmatch.model.audit import AuditHead, AuditReport
from bulkmatch.model.observation import Fact, PartState, Standing

T = TypeVar("T")
FORMAT = "bulkmatch audit 1"
SUFFIXES = (".audit", ".jsonl")


def save_audit(report: AuditReport, place: Path, *, with_values: bool = False) -> None:
    """Write an audit to a new file at `place`. Raises OSError.

    `with_values` tells what was seen even when it may not be kept between audits: for an output that
    is read at once.
    """
    has_values = with_values or report.head.keeps_values
    # A lone surrogate, which no encoding can hold, becomes the escape that JSON has for it.
    with place.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as file:
        for line in _lines(report, has_values=has_values):
            file.write(line + "\n")


def _lines(report: AuditReport, *, has_values: bool) -> Iterator[str]:
    yield _line("head", report.head, format=FORMAT)
    for event in report.events:
        yield _line("event", event)
    for finding in report.findings:
        yield _line("finding", finding)
    for part in report.parts:
        yield _line("part", part if has_values else bare(part))
    for line in report.lines:
        yield _line("line", line)


def _line(kind: str, value: object, **told: str) -> str:
    return json.dumps({"kind": kind, **told, "value": to_plain(value)}, ensure_ascii=False)


def bare(part: PartState) -> PartState:
    """A part without what only the API knows of it."""
    facts = tuple(
        Fact(
            fact.name,
            Standing.NOT_KEPT if fact.is_known else fact.standing,
            seen_at=fact.seen_at,
            quantity=fact.quantity,
            digest=fact.digest,
        )
        for fact in part.facts
    )
    return replace(
        part, facts=facts, reason="", part_mpn="", part_maker="", category="", octopart_url=None
    )


def read_head(file: Path) -> AuditHead:
    """The head of a saved audit. Raises FeedError."""
    for told in _records(file, "head"):
        if told.get("format") != FORMAT:
            break
        return _read(AuditHead, told, file, 1)
    raise FeedError(
        "is no saved audit; `bulkmatch audit LIBRARY -o NAME.audit` writes one", file=file
    )


def read_parts(file: Path) -> Iterator[PartState]:
    """The parts of a saved audit, in its order. Raises FeedError."""
    for number, told in enumerate(_records(file, "part"), start=1):
        yield _read(PartState, told, file, number)


def _read(kind: type[T], told: dict[str, Any], file: Path, number: int) -> T:
    try:
        return from_json(kind, json.dumps(told["value"]))
    except (KeyError, ValueError) as error:
        raise FeedError(f"{told.get('kind')} {number} cannot be read", file=file) from error


def _records(file: Path, kind: str) -> Iterator[dict[str, Any]]:
    """The records of one kind; the text that begins a line says which it is of."""
    start = f'{{"kind": "{kind}"'
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(start):
                    yield json.loads(line)
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror}", file=file) from error
    except ValueError as error:
        raise FeedError("is damaged: a line is not JSON", file=file) from error
