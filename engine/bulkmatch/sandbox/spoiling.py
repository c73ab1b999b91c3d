"""Answers made bad on purpose. Pure: an answer in, a worse one out."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from .faults import Rule
from .json_nodes import list_of, node_of
from .refusals import Payload

_PAGE: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_TITLES: Final = {
    "502": "502 Bad Gateway",
    "504": "504 Gateway Time-out",
    "html": "Just a moment...",
}


class InPlace(NamedTuple):
    """What comes instead of an answer."""

    status: int
    content: bytes
    kind: str
    headers: Mapping[str, str]


def in_place(rule: Rule, request_id: str) -> InPlace:
    """The answer of a refusing fault."""
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    if rule.kind in _TITLES:
        status = 200 if rule.kind == "html" else int(rule.kind)
        return InPlace(status, _PAGE.format(_TITLES[rule.kind]).encode(), "text/html", headers)
    if rule.kind == "503":
        return InPlace(503, b"", "text/plain", headers)
    message = "Too many requests." if rule.kind == "429" else "Unexpected Execution Error"
    content = (
        f'{{"errors":[{{"message":"{message}"}}],"extensions":{{"requestId":"{request_id}"}}}}'
    )
    return InPlace(int(rule.kind), content.encode(), "application/json", headers)


def spoilt(rule: Rule, payload: Payload, dice: random.Random) -> Payload:
    """The answer's JSON as the fault leaves it; faults of the line leave it alone."""
    match rule.kind:
        case "errors":
            return {**payload, "errors": [*payload.get("errors", ()), _ERROR]}
        case "null-data":
            return {**payload, "data": None, "errors": [*payload.get("errors", ()), _ERROR]}
        case "null-parts":
            return {**payload, "data": _each_root(payload, lambda told: _without_parts(told, dice))}
        case "duplicate" | "missing" | "reorder":
            change = _CHANGES[rule.kind]
            return {
                **payload,
                "data": _each_root(payload, lambda told: _changed(told, change, dice)),
            }
        case _:
            return payload


_ERROR: Final = {
    "message": "Unexpected Execution Error",
    "extensions": {"remote": {"message": "Unexpected Execution Error"}, "schemaName": "Supply"},
}


def _each_root(payload: Payload, change: Callable[[Any], Any]) -> Any:
    return {key: change(told) for key, told in node_of(payload.get("data")).items()}


def _changed(
    told: Any, change: Callable[[list[Any], random.Random], None], dice: random.Random
) -> Any:
    entries = list(list_of(told))
    if not entries:
        return told
    change(entries, dice)
    return entries


def _without_parts(told: Any, dice: random.Random) -> Any:
    if "results" in node_of(told):
        return {**node_of(told), "results": None}
    entries = list(list_of(told))
    if not entries:
        return told
    at = dice.randrange(len(entries))
    if "parts" in node_of(entries[at]):
        entries[at] = {**node_of(entries[at]), "parts": None}
    return entries


def _duplicate(entries: list[Any], dice: random.Random) -> None:
    entries.append(entries[dice.randrange(len(entries))])


def _missing(entries: list[Any], dice: random.Random) -> None:
    del entries[dice.randrange(len(entries))]


_CHANGES: Final[Mapping[str, Callable[[list[Any], random.Random], None]]] = {
    "duplicate": _duplicate,
    "missing": _missing,
    "reorder": lambda entries, dice: dice.shuffle(entries),
}
