"""Outcomes as JSON Lines: one object for each input line, the part in the API's own names."""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol, runtime_checkable

from bulkmatch.errors import EngineError, WireError
from bulkmatch.feeds.merge import SOURCE_COLUMNS
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    Missed,
    Option,
    Outcome,
    Provenance,
    Review,
    Skipped,
    outcome_name,
    outcome_reason,
)
from bulkmatch.model.part import OrderPrice, PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.report.columns import cells_of, distinct_names
from bulkmatch.report.context import ReportContext, Summary
from bulkmatch.report.csv_sink import plain_text
from bulkmatch.report.told import Told, tell

Json = dict[str, object]


@runtime_checkable
class _Dumps(Protocol):
    """What the generated models know how to do."""

    def model_dump(self, *, mode: str, by_alias: bool, exclude_unset: bool) -> Json: ...


class JsonlSink:
    """Writes lines as they come; holds none."""

    def __init__(self, path: Path, header: tuple[str, ...], context: ReportContext) -> None:
        self._context = context
        self._names = distinct_names(header)
        # A lone surrogate, which no encoding can hold, becomes the escape that JSON has for it.
        self._file = path.open("x", encoding="utf-8", newline="\n", errors="backslashreplace")

    def __repr__(self) -> str:
        return f"JsonlSink({self._file.name!r})"

    def write(self, outcome: Outcome[PartLike], facts: tuple[PartFacts, ...]) -> None:
        """Write one line."""
        told = tell(outcome, facts, self._context)
        line = {
            "row": self._row(told.row),
            "outcome": outcome_name(outcome),
            "kind": _kind(outcome),
            "confidence": None if told.confidence is None else str(told.confidence),
            "reason": outcome_reason(outcome),
            "part": _part(outcome.part) if isinstance(outcome, Matched) else None,
            "facts": _facts(told),
            "candidates": _candidates(outcome, facts),
            "choices": told.choices,
            "options": [_option(option) for option in outcome.options],
            "provenance": _provenance(told),
            "error": _error(outcome.cause) if isinstance(outcome, Failed) else None,
        }
        self._file.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")

    def close(self, summary: Summary | None = None) -> None:
        """Complete the file; one object a line leaves no place for a summary."""
        self._file.close()

    def discard(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _row(self, row: Row) -> Json:
        cells = dict(zip(self._names, cells_of(row, self._names), strict=True))
        merged = self._names[: len(SOURCE_COLUMNS)] == SOURCE_COLUMNS
        return {
            "file": str(row.file) if row.file else None,
            "sheet": (cells[SOURCE_COLUMNS[1]] or None) if merged else self._context.sheet,
            "line": row.line,
            "mpn": row.mpn,
            "manufacturer": row.manufacturer,
            "quantity": row.quantity,
            "designators": row.designators,
            "description": row.description,
            "do_not_populate": row.do_not_populate,
            "sku": row.sku,
            "seller": row.seller,
            "cells": cells,
        }


def _kind(outcome: Outcome[PartLike]) -> str | None:
    """The word that says more than the outcome's name; None where there is none."""
    match outcome:
        case Matched(kind=kind):
            return str(kind)
        case Review(kind=kind):
            return str(kind)
        case Skipped(reason=reason):
            return str(reason)
        case Missed() | Failed():
            return None


def _part(part: PartLike) -> Json:
    """The part as the API answered it: its own names, and only the fields that were asked for."""
    if isinstance(part, _Dumps):
        return part.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if is_dataclass(part) and not isinstance(part, type):
        return asdict(part)
    return {"id": part.id, "mpn": part.mpn, "manufacturer": {"name": part.manufacturer.name}}


def _candidates(outcome: Outcome[PartLike], facts: Sequence[PartFacts]) -> list[Json]:
    if not isinstance(outcome, Review):
        return []
    lifecycles = [str(known.lifecycle) for known in facts]
    lifecycles += ["unknown"] * (len(outcome.parts) - len(facts))
    return [
        {"part": _part(part), "lifecycle": lifecycle}
        for part, lifecycle in zip(outcome.parts, lifecycles, strict=False)
    ]


def _option(option: Option[PartLike]) -> Json:
    """One approved part and how it stands; of parts themselves only the names."""
    outcome = option.outcome
    found: tuple[PartLike, ...] = ()
    match outcome:
        case Matched(part=part):
            found = (part,)
        case Review(parts=parts):
            found = parts
        case _:
            pass
    return {
        "place": option.place,
        "mpn": option.mpn,
        "manufacturer": option.manufacturer,
        "used": option.is_used,
        "outcome": outcome_name(outcome),
        "kind": _kind(outcome),
        "reason": outcome_reason(outcome),
        "lifecycle": None if option.lifecycle is None else str(option.lifecycle),
        "authorised_stock": option.stock,
        "best_price": _price(option.price),
        "decision": option.decision or None,
        "parts": [
            {"id": part.id, "mpn": part.mpn, "manufacturer": part.manufacturer.name}
            for part in found
        ],
    }


def _facts(told: Told) -> Json | None:
    """The facts of the matched part or the best candidate, as the other formats show them."""
    facts = told.facts
    if facts is None:
        return None
    return {
        "mpn": facts.mpn,
        "manufacturer": facts.manufacturer,
        "lifecycle": str(facts.lifecycle),
        "description": facts.description,
        "authorised_stock": told.stock,
        "total_available": facts.total_available,
        "best_price": _price(told.price),
        "lead_days": facts.lead_days,
        "rohs": facts.rohs,
        "datasheet_url": facts.datasheet_url,
        "octopart_url": facts.octopart_url,
        "not_entitled": sorted(facts.not_entitled),
    }


def _price(price: OrderPrice | None) -> Json | None:
    if price is None:
        return None
    return {
        "unit": price.unit,
        "currency": price.currency,
        "seller": price.seller,
        "quantity": price.quantity,
    }


def _provenance(told: Told) -> Json:
    """Where the line comes from; a line that was not answered still says live or sandbox."""
    context, provenance = told.context, told.provenance
    if provenance is None:
        return {
            "asked_at": None,
            "source": context.source,
            "from_store": False,
            "country": context.country,
            "currency": context.currency,
            "not_entitled": [],
        }
    return _answered(provenance)


def _answered(provenance: Provenance) -> Json:
    return {
        "asked_at": plain_text(provenance.asked_at),
        "source": provenance.source,
        "from_store": provenance.from_store,
        "country": provenance.country,
        "currency": provenance.currency,
        "not_entitled": sorted(provenance.not_entitled),
    }


def _error(cause: EngineError) -> Json:
    error: Json = {"type": type(cause).__name__, "message": str(cause)}
    if isinstance(cause, WireError):
        error |= {"status": cause.status, "request_id": cause.request_id, "billed": cause.billed}
    return error


def _plain(value: object) -> object:
    """What JSON has no type for: decimals keep every digit as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
