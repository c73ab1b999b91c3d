"""One operation under many aliases: its documents, and how an answer is taken apart.

A batch repeats one root field as b0, b1, ... with variables of its own for each, so that one
request carries groups of questions with different options. What is paid for is kept: an answer
that does not fit the models is taken apart match by match, and within a match value by value.
Must not know how documents are sent.
"""

import gc
import json
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, cast

from pydantic import TypeAdapter, ValidationError

from .answer import (
    Envelope,
    GraphQLError,
    M,
    M_co,
    NotGraphQL,
    Reply,
    errors_of,
    mapping,
    text,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# More aliases than questions are never sent, and a request takes at most 100 questions
# (Nexar support, article 101000434616, read 2026-11-20). Beyond this a document is composed anew.
_KEPT_DOCUMENTS = 128

_NO_NUMBERS = tuple((word, re.compile(word + rb"\s*[,\]}]")) for word in (b"NaN", b"Infinity"))

# What pydantic's kinds of faults wanted, by how they begin; and JSON's words for what was there.
_EXPECTED = {
    "string": "string",
    "int": "whole number",
    "float": "number",
    "finite": "number",
    "bool": "boolean",
    "tuple": "list",
    "model": "object",
    "missing": "a value",
    "enum": "a known value",
    "literal": "a known value",
}
_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "list",
    dict: "object",
}
_Place: TypeAlias = tuple[int | str, ...]

_UNPAID_STEPS = 2  # a location this short is `hits`, `parts`, or a whole part: not to be left out


@dataclass(frozen=True, slots=True)
class AliasedOperation(Generic[M]):
    """The pieces of an operation that may be repeated, cut and checked when code was generated.

    `document` is the operation with one question group and its fragments; `fingerprint` names it,
    so that an answer stored under another selection is not taken for one of this. `template` is
    the root field with `{i}` for the number of its alias. Variables are (name, declaration) pairs.
    """

    name: str
    document: str
    fingerprint: str
    item_variables: tuple[tuple[str, str], ...]
    shared_variables: tuple[tuple[str, str], ...]
    template: str
    model: type[M]
    adapter: "TypeAdapter[Envelope[M]]" = field(repr=False, compare=False)
    _documents: dict[int, str] = field(
        default_factory=dict[int, str], init=False, repr=False, compare=False
    )

    def compose(self, alias_count: int) -> str:
        """The document for this many aliases: fixed text, never a value."""
        if alias_count < 1:
            raise ValueError("a batch wants at least one alias, got none")
        document = self._documents.get(alias_count)
        if document is None:
            document = self._composed(alias_count)
            if alias_count <= _KEPT_DOCUMENTS:
                self._documents[alias_count] = document
        return document

    def _composed(self, alias_count: int) -> str:
        declared = [
            f"${name}_{i}: {rest}" for i in range(alias_count) for name, rest in self.item_variables
        ]
        declared += [f"${name}: {rest}" for name, rest in self.shared_variables]
        fields = [self.template.replace("{i}", str(i)) for i in range(alias_count)]
        _, _, fragments = self.document.partition("\n\n")
        head = f"query {self.name}({', '.join(declared)}) {{\n  "
        return head + "\n  ".join(fields) + "\n}\n\n" + fragments


@dataclass(frozen=True, slots=True)
class Drift:
    """A value that does not fit the models: where, and its type in JSON's words; never the value.

    `steps` lead to it from the answer's data: "b0", 3, "parts", 0, "totalAvail". `is_kept` says that
    what holds it was kept without it.
    """

    steps: tuple[str | int, ...]
    expected: str
    got: str
    is_kept: bool

    @property
    def path(self) -> str:
        """Where it was found: "b0.3.parts.0.totalAvail"."""
        return ".".join(map(str, self.steps))

    @property
    def kind(self) -> str:
        """Where such values are found, in any match: "parts.*.totalAvail"."""
        return ".".join("*" if isinstance(step, int) else step for step in self.steps[2:])

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class BrokenMatch:
    """A match that lacks what it cannot do without. `part_count` is what it is charged for."""

    alias: int
    reference: str | None
    part_count: int
    drift: Drift


@dataclass(frozen=True, slots=True)
class BatchReply(Generic[M_co]):
    """An answer to a batch, taken apart.

    `aliases` has one entry for each alias sent: its matches, None where it is null or absent.
    `part_count` is every entry of every `parts` in the body, so also those in broken matches and
    under aliases that nobody sent; a null entry counts, since it stands for a part returned.
    Parts nested in parts (`similarParts`) do not count. `drifts` tells each kind of value that had
    no sense once, at the first place where it was found.
    """

    reply: Reply
    aliases: tuple[tuple[M_co, ...] | None, ...]
    broken: tuple[BrokenMatch, ...]
    errors: tuple[GraphQLError, ...]
    has_data: bool
    request_id: str | None
    part_count: int
    drifts: tuple[Drift, ...] = ()


def decode(operation: AliasedOperation[M], reply: Reply, *, alias_count: int) -> BatchReply[M]:
    """Take an answer apart, in one pass over the bytes where it fits the models.

    Raises NotGraphQL; the status plays no part.
    """
    body = reply.body.removeprefix(b"\xef\xbb\xbf")
    try:
        with collector_paused():
            envelope = operation.adapter.validate_json(body)
    except ValidationError:
        return _salvage(operation, reply, body, alias_count=alias_count)
    if _has_no_number(body):
        return _salvage(operation, reply, body, alias_count=alias_count)
    if not envelope.model_fields_set & {"data", "errors"}:
        raise NotGraphQL(reply)
    matches = envelope.data or {}
    return BatchReply(
        reply=reply,
        aliases=tuple(matches.get(f"b{i}") for i in range(alias_count)),
        broken=(),
        errors=errors_of(envelope.errors),
        has_data=envelope.data is not None,
        request_id=_request_id(envelope.extensions),
        part_count=sum(len(match.parts) for found in matches.values() for match in found or ()),
    )


def _has_no_number(body: bytes) -> bool:
    """Whether the body may hold NaN or Infinity, which are no JSON but pass the fast reader.

    A plain search comes first: redirect links hold these letters too, before a quote.
    """
    return any(word in body and pattern.search(body) for word, pattern in _NO_NUMBERS)


@contextmanager
def collector_paused() -> Generator[None, None, None]:
    """Hold the cyclic garbage collector off while an answer becomes models.

    Thousands of objects are made at once and none is garbage, yet each thousand makes the
    collector look through all that live: without this, decoding took two to six times as long
    (measured 2026-11-20). Nothing awaits in here, so it is a matter of milliseconds.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def json_of(reply: Reply) -> dict[str, Any]:
    """The body as a JSON object with `data` or `errors`. Raises NotGraphQL."""
    return _object(reply, reply.body.removeprefix(b"\xef\xbb\xbf"))


def _object(reply: Reply, body: bytes) -> dict[str, Any]:
    try:
        raw: object = json.loads(body, parse_constant=lambda _: None)
        if b"\\u" in body:  # half of a surrogate pair is text that nobody can write again
            raw = json.loads(json.dumps(raw, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise NotGraphQL(reply) from error
    if not isinstance(raw, dict) or not raw.keys() & {"data", "errors"}:
        raise NotGraphQL(reply)
    return cast("dict[str, Any]", raw)


def _salvage(
    operation: AliasedOperation[M], reply: Reply, body: bytes, *, alias_count: int
) -> BatchReply[M]:
    raw = _object(reply, body)
    found: object = raw.get("data")
    matches = mapping(found)
    if found is not None and found is not matches:
        raise NotGraphQL(reply)
    part_count = sum(_part_count(value) for value in matches.values())  # before mending
    bench = _Bench(operation.model)
    return BatchReply(
        reply=reply,
        aliases=tuple(bench.alias(i, matches.get(f"b{i}")) for i in range(alias_count)),
        broken=tuple(bench.broken),
        errors=errors_of(raw.get("errors")),
        has_data=found is not None,
        request_id=_request_id(raw.get("extensions")),
        part_count=part_count,
        drifts=tuple(bench.drifts.values()),
    )


class _Bench(Generic[M]):
    """Where one answer is repaired: gathers what could not be read on the way."""

    def __init__(self, model: type[M]) -> None:
        self.model: TypeAdapter[M] = TypeAdapter(model)
        self.broken: list[BrokenMatch] = []
        self.drifts: dict[tuple[str, str, str], Drift] = {}

    def alias(self, i: int, value: object) -> tuple[M, ...] | None:
        """The readable matches of one alias; None where it is null or absent."""
        if value is None:
            return None
        entries = cast("list[object]", value) if isinstance(value, list) else [value]
        matches = (self._match(i, index, entry) for index, entry in enumerate(entries))
        return tuple(match for match in matches if match is not None)

    def _match(self, i: int, index: int, raw: object) -> M | None:
        part_count, reference = _part_count(raw), text(mapping(raw).get("reference"))
        tried: dict[_Place, Drift] = {}
        while True:
            try:
                match = self.model.validate_python(raw)
            except ValidationError as error:
                drift = _blank(raw, error, tried, at=(f"b{i}", index))
                if drift is not None:
                    self.broken.append(BrokenMatch(i, reference, part_count, drift))
                    self._note(drift)
                    return None
            else:
                for drift in tried.values():
                    self._note(drift)
                return match

    def _note(self, drift: Drift) -> None:
        self.drifts.setdefault((drift.kind, drift.expected, drift.got), drift)


def _blank(
    raw: object, error: ValidationError, tried: dict[_Place, Drift], *, at: _Place
) -> Drift | None:
    """Leave out each value that the models refused; tell the first that may not be left out.

    A value refused for the second time takes the one around it along.
    """
    emptied: list[list[object]] = []
    for fault in error.errors(include_url=False, include_context=False):
        place, drift = fault["loc"], _drift(fault, at)
        while place in tried:
            drift, place = tried[place], place[:-1]
        if len(place) <= _UNPAID_STEPS:
            return replace(drift, is_kept=False)
        tried[place] = drift
        emptied += _empty(raw, place)
    for entries in emptied:
        entries[:] = [entry for entry in entries if entry is not None]
    return None


def _drift(fault: "ErrorDetails", at: _Place) -> Drift:
    kind = fault["type"]
    found = (told for start, told in _EXPECTED.items() if kind.startswith(start))
    got = "nothing" if kind == "missing" else _KINDS.get(type(fault["input"]), "something else")
    return Drift((*at, *fault["loc"]), next(found, "something else"), got, is_kept=True)


def _empty(raw: object, place: tuple[int | str, ...]) -> list[list[object]]:
    """Put None at the place; the list that it is in, for later closing of the gap."""
    holder: Any = raw
    for step in place[:-1]:
        holder = holder[step] if holder is not None else None
    if holder is not None:
        holder[place[-1]] = None
    return [cast("list[object]", holder)] if isinstance(holder, list) else []


def _part_count(value: object) -> int:
    """How many entries the `parts` of a match, or of a list of matches, hold in the bare JSON."""
    if isinstance(value, list):
        return sum(_part_count(entry) for entry in cast("list[object]", value))
    parts = mapping(value).get("parts")
    if isinstance(parts, list):
        return len(cast("list[object]", parts))
    return int(parts is not None)


def _request_id(extensions: object) -> str | None:
    return text(mapping(extensions).get("requestId"))


def variables_of(
    items: tuple[Mapping[str, object], ...], shared: Mapping[str, object]
) -> dict[str, object]:
    """The variables of a batch: those of each item under their alias's number, then the shared."""
    repeated = {
        f"{name}_{i}": value for i, item in enumerate(items) for name, value in item.items()
    }
    return {**repeated, **shared}
