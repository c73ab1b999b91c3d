"""Cases to review out of an output of `enrich`, for who keeps no answers: JSON Lines, workbook or CSV.

JSON Lines say most of each candidate; in the others the column of choices says what it is called.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

from bulkmatch.cli.decision_file import cells_of_choices
from bulkmatch.cli.review_cases import MISSED, REVIEWED, Case, Known
from bulkmatch.core.choices import Choices, read_choices
from bulkmatch.errors import FeedError

_Json = Mapping[str, object]
_Names = tuple[str, str]  # a part's number and its maker


def read_cases(path: Path, *, missed: bool) -> Iterator[Case]:
    """The cases of an output. Raises FeedError."""
    wanted = {REVIEWED, MISSED} if missed else {REVIEWED}
    if path.suffix.lower() == ".jsonl":
        yield from _of_json_lines(path, wanted)
        return
    for cell in cells_of_choices(path):
        if cell.outcome in wanted:
            yield Case(cell.choices, cell.reason, (f"{path.name} {cell.where}",), {})


def _of_json_lines(path: Path, wanted: set[str]) -> Iterator[Case]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            told = _object(_parsed(line, path, number))
            choices = read_choices(_text(told, "choices"))
            if choices is not None and _text(told, "outcome") in wanted:
                yield Case(choices, _text(told, "reason"), (_where(told),), _known(told, choices))


def _parsed(line: str, path: Path, number: int) -> object:
    try:
        found: object = json.loads(line)
    except ValueError as error:
        raise FeedError(f"is no JSON Lines ({error})", file=path, line=number) from error
    if not isinstance(found, dict) or "choices" not in found:
        raise FeedError(
            "is no output of `bulkmatch enrich -o OUT.jsonl` of this version: it has no choices",
            file=path,
            line=number,
        )
    return found  # pyright: ignore[reportUnknownVariableType]


def _where(told: _Json) -> str:
    """Where the line stood, and what for."""
    row = _object(told.get("row"))
    file = Path(_text(row, "file")).name
    quantity = _text(row, "quantity")
    words = [
        f"{file}, line {_text(row, 'line')}" if file else f"line {_text(row, 'line')}",
        _text(row, "designators"),
        f"{quantity} each board" if quantity else "",
        _text(row, "description"),
    ]
    return " · ".join(filter(None, words))


def _known(told: _Json, choices: Choices) -> dict[str, Known]:
    """What the line says of each choice, by label."""
    parts = {_names(_object(one.get("part"))): one for one in _objects(told, "candidates")}
    options = {f"A{_text(one, 'place')}": one for one in _objects(told, "options")}
    known: dict[str, Known] = {}
    for choice in choices.entries:
        if choice.label in options:
            known[choice.label] = _of_option(options[choice.label])
        elif one := parts.get((choice.mpn, choice.manufacturer or "")):
            known[choice.label] = _of_part(one)
    return known


def _of_part(told: _Json) -> Known:
    part = _object(told.get("part"))
    return Known(
        lifecycle=_text(told, "lifecycle"),
        stock=_text(part, "totalAvail"),
        description=_text(part, "shortDescription"),
        part_id=_text(part, "id") or None,
    )


def _of_option(told: _Json) -> Known:
    price = _object(told.get("best_price"))
    return Known(
        lifecycle=_text(told, "lifecycle"),
        stock=_text(told, "authorised_stock"),
        price=f"{_text(price, 'unit')} {_text(price, 'currency')}".strip(),
    )


def _names(part: _Json) -> _Names:
    return _text(part, "mpn"), _text(_object(part.get("manufacturer")), "name")


def _object(found: object) -> _Json:
    return found if _is_object(found) else {}


def _objects(told: _Json, name: str) -> tuple[_Json, ...]:
    found = told.get(name)
    return tuple(filter(_is_object, found)) if isinstance(found, list) else ()  # pyright: ignore[reportUnknownArgumentType]


def _is_object(found: object) -> TypeGuard[_Json]:
    return isinstance(found, dict)


def _text(told: _Json, name: str) -> str:
    found = told.get(name)
    return "" if found is None else str(found)
