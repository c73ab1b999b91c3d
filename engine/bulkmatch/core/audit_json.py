"""Audits as JSON text and back: one shape for working tables and saved audits."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bulkmatch.core.grade import BANDED
from bulkmatch.model.observation import FactName, Kept

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object) -> str:
    """A value of the model as JSON text."""
    kind: Any = type(value)
    return _adapter(kind).dump_json(value).decode()


def to_plain(value: object) -> Any:
    """A value of the model as what `json.dumps` takes; a lone surrogate stays one."""
    kind: Any = type(value)
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value of that kind which a text tells. Raises ValueError."""
    told: Any = kind
    value: T = _adapter(told).validate_json(text)
    return value


def memory_to_json(memory: Mapping[FactName, Kept]) -> str:
    """What is kept of each fact, short: fingerprint, seconds, pending, quantity, value."""
    return json.dumps(
        {
            name.value: [
                kept.digest,
                round(kept.at.timestamp(), 3),
                kept.pending,
                kept.quantity,
                None if kept.value is None else str(kept.value),
            ]
            for name, kept in memory.items()
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def memory_from_json(text: str) -> Mapping[FactName, Kept]:
    """What `memory_to_json` has written."""
    told: Mapping[str, list[Any]] = json.loads(text)
    return {FactName(name): _kept(FactName(name), *values) for name, values in told.items()}


def _kept(
    name: FactName,
    digest: str,
    seconds: float,
    pending: str,
    quantity: int | None,
    value: str | None,
) -> Kept:
    at = datetime.fromtimestamp(seconds, UTC)
    is_number = value is not None and name in BANDED
    return Kept(digest, at, pending, quantity, Decimal(value or 0) if is_number else value)
