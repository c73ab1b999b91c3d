"""JSON in cells: read strictly, with words for the usual ways in which it is wrong."""

import json
from collections.abc import Generator, Mapping, Sequence
from typing import cast

from bulkmatch.datafeed.finding import Flaw

Pairs = list[tuple[str, object]]
_MOST_LEVELS = 8  # the format needs three


class _Constant(ValueError):
    """NaN and Infinity, which JSON does not have."""


def object_of(text: str) -> Generator[Flaw, None, dict[str, object] | None]:
    """The object that a cell holds, None when it holds none; yields what is wrong with it."""
    pairs, flaw = _parsed(text)
    if flaw is not None:
        yield flaw
    if pairs is None:
        return None
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        mended = None if any(map(_is_deep, found.values())) else json.dumps(found)
        yield Flaw("json-duplicate", f"keep one of each: {', '.join(twice[:5])}", mended)
    return found


class _Members(Pairs):
    """An object's members in order, so that a name that comes twice is seen."""


def _parsed(text: str) -> tuple[Pairs | None, Flaw | None]:
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        return None, Flaw("json", "nest objects less deeply")
    except ValueError as error:
        return None, Flaw("json", f"{_advice(text)} ({error})")
    if isinstance(value, _Members):
        return value, None
    return None, Flaw("json-object", 'write an object: {"name": "value"}')


def members(value: object) -> Mapping[str, object] | None:
    """The members of an object as `json` gives it, None for any other value."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else None


def elements(value: object) -> Sequence[object]:
    """The elements of an array as `json` gives it; none of any other value."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def plain(value: object, *, levels: int = _MOST_LEVELS) -> object:
    """A member's value with objects as dicts; of a name that comes twice the last.

    What is nested deeper than any spec is None.
    """
    if isinstance(value, _Members):
        found = value if levels else ()
        return {name: plain(inner, levels=levels - 1) for name, inner in found}
    return value if levels or not isinstance(value, list) else None


def _is_deep(value: object) -> bool:
    return isinstance(value, (_Members, list))


def _refuse(constant: str) -> object:
    raise _Constant(f"{constant} is no JSON")


def _advice(text: str) -> str:
    if "'" in text and '"' not in text:
        return 'use double quotes: {"name": "value"}'
    if text.rstrip().endswith((",}", ", }")):
        return "remove the comma before the closing bracket"
    if text.count("{") > text.count("}"):
        return "the object is cut off"
    return "write the object as a JSON library does"


_DECODER = json.JSONDecoder(object_pairs_hook=_Members, parse_constant=_refuse)
