"""Finds the recorded answers in a folder of JSON files, whatever stands around them.

An answer is any object with `parts` (of a match) or with `results` (of a search); a part that stands
by itself is taken too. What was asked is told by a `queries` list beside the answers, by the
file's name (`mpn_<maker>_<number>`, `sku_<seller>_<number>`; `unk` for no maker), or else by the parts.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

from bulkmatch.errors import FeedError

from .filing import Registers
from .json_nodes import Node, list_of, node_of, nodes, nodes_of
from .parts import Attribute, Company
from .recorded import (
    answer_body,
    attributes_in,
    category_in,
    company_of,
    filed_part,
    is_part,
    seller_of,
)
from .shelf import Filed
from .spelling import mpn_key, name_key, sku_key


class Asked(NamedTuple):
    """A question as far as it is known. `kind` is mpn, sku or mpn_or_sku."""

    kind: str
    number: str
    company: str = ""

    @property
    def text(self) -> str:
        """What the shelf knows the question by."""
        return question_text(self.kind, self.number, self.company)


def question_text(kind: str, number: str, company: str) -> str:
    """A question as a key: all its spellings are one. `company` is its maker, or a sku's seller."""
    key = sku_key(number) if kind == "sku" else mpn_key(number)
    return f"{kind}\x1f{key}\x1f{name_key(company)}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer. `asked` is None when nobody knows; `hits` when it is a part by itself."""

    parts: Sequence[Node]
    hits: int | None = None
    reference: str | None = None
    asked: Asked | None = None


@dataclass(slots=True)
class Recording:
    """All answers of some folders, in the order of the files' names."""

    files: tuple[Path, ...] = ()
    told: list[Recorded] = field(default_factory=list[Recorded])

    def filed(self, registers: Registers) -> Iterator[Filed]:
        """The parts, each as it was first recorded; their categories join the registers."""
        categories = cast("dict[str, Any]", registers.categories)
        for recorded in self.told:
            for node in recorded.parts:
                if category := category_in(node):
                    categories.setdefault(category.id, category)
                yield filed_part(node)

    def answers(self) -> Iterator[tuple[str, str | None, int, str]]:
        """Question, reference, hits and parts of each answer whose question is known."""
        for recorded in self.told:
            asked = recorded.asked or _asked_by_parts(recorded)
            if asked and recorded.hits is not None:
                body = answer_body(recorded.parts)
                yield asked.text, recorded.reference, recorded.hits, body

    @property
    def makers(self) -> list[Company]:
        """All makers."""
        return [company_of(node.get("manufacturer"), "maker") for node in self._parts()]

    @property
    def sellers(self) -> list[Company]:
        """All sellers."""
        return [seller_of(seller) for node in self._parts() for seller in nodes(node, "sellers")]

    @property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes, by id."""
        return {a.id: a for node in self._parts() for a in attributes_in(node)}

    @property
    def maker_names(self) -> Iterator[tuple[str, str]]:
        """Names that led to a maker when it was recorded, each with the maker's id."""
        for recorded in self.told:
            if recorded.asked and recorded.asked.kind == "mpn":
                for node in recorded.parts:
                    yield recorded.asked.company, company_of(node.get("manufacturer"), "maker").id

    @property
    def seller_names(self) -> Iterator[tuple[str, str]]:
        """Names that led to a seller, each with the seller's id."""
        for recorded in self.told:
            if recorded.asked and recorded.asked.kind == "sku":
                for seller in _sellers_of(recorded.parts, sku_key(recorded.asked.number)):
                    yield recorded.asked.company, seller_of(seller).id

    def _parts(self) -> Iterator[Node]:
        return (node for recorded in self.told for node in recorded.parts)


def read_recordings(folders: Iterable[Path]) -> Recording:
    """All answers in the folders and the folders in them; a single file is taken too.

    Files without any are passed over. Raises `FeedError` for a file that is no JSON.
    """
    files = tuple(file for folder in folders for file in _files(folder))
    recording = Recording(files)
    for file in files:
        for document in _documents(file):
            recording.told += _found(document, (), file)
    return recording


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return sorted(f for f in folder.rglob("*") if f.suffix.lower() in (".json", ".jsonl"))


def _documents(file: Path) -> list[Any]:
    try:
        text = file.read_text("utf-8-sig")
        if file.suffix.lower() == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return [json.loads(text)]
    except OSError as error:
        raise FeedError(f"cannot be read: {error.strerror}", file=file) from error
    except ValueError as error:
        raise FeedError(f"must be JSON: {error}", file=file) from error


def _found(node: Any, queries: Sequence[Node], file: Path) -> Iterator[Recorded]:
    """The answers in a value; `queries` are those that stand beside it or above."""
    listed, known = list_of(node), node_of(node)
    if listed:
        for number, inner in enumerate(listed):
            at = queries[number : number + 1] if len(queries) == len(listed) else ()
            yield from _found(inner, at or queries, file)
    elif known:
        if is_part(known):
            yield Recorded([known])
        elif "parts" in known or "results" in known:
            yield _answer(known, _queries(known) or queries, file)
        else:
            beside = _queries(known) or queries
            for inner in known.values():
                yield from _found(inner, beside, file)


def _answer(node: Node, queries: Sequence[Node], file: Path) -> Recorded:
    parts = [part for part in nodes(node, "parts") if is_part(part)]
    is_match = "parts" in node
    for result in () if is_match else nodes(node, "results"):
        part = node_of(result.get("part"))
        if is_part(part):
            parts.append(part)
    hits, reference = node.get("hits"), node.get("reference")
    reference = reference if isinstance(reference, str) else None
    asked = _asked_beside(queries, reference) or _asked_by_name(file.stem, parts)
    return Recorded(
        parts,
        (hits if isinstance(hits, int) else len(parts)) if is_match else None,
        reference,
        asked if is_match else None,
    )


def _queries(node: Node) -> list[Node]:
    """A list of queries in an object, or in its variables or its request."""
    for told in node.values():
        found = nodes_of(told)
        if found and all({"mpn", "sku", "mpnOrSku"} & set(n) and not is_part(n) for n in found):
            return found
    for name in ("variables", "request"):
        inner = node_of(node.get(name))
        if inner and (found := _queries(inner)):
            return found
    single = node_of(node.get("query"))
    return [single] if single else []


def _asked_beside(queries: Sequence[Node], reference: str | None) -> Asked | None:
    fitting = [q for q in queries if reference and q.get("reference") == reference]
    if not fitting and len(queries) == 1:
        fitting = list(queries)
    for query in fitting[:1]:
        for name, kind, company in (
            ("mpn", "mpn", "manufacturer"),
            ("sku", "sku", "seller"),
            ("mpnOrSku", "mpn_or_sku", "manufacturer"),
        ):
            if query.get(name):
                return Asked(kind, str(query[name]), str(query.get(company) or ""))
    return None


def _asked_by_name(stem: str, parts: Sequence[Node]) -> Asked | None:
    """What `mpn_Texas_Instruments_SN74LS00N` asks: the number is the end that the parts confirm."""
    kind, _, rest = stem.partition("_")
    if kind not in ("mpn", "sku"):
        return None
    words = rest.split("_")
    for begin in range(1, len(words)):
        number = "_".join(words[begin:])
        if _confirms(kind, number, parts):
            company = " ".join(words[:begin])
            return Asked(kind, number, "" if company == "unk" else company)
    if parts or len(words) < 2:
        return None
    if words[0] == "unk":
        return Asked(kind, "_".join(words[1:]))
    return Asked(kind, words[-1], " ".join(words[:-1]))


def _confirms(kind: str, number: str, parts: Sequence[Node]) -> bool:
    if kind == "sku":
        return bool(sku_key(number)) and any(_sellers_of(parts, sku_key(number)))
    return bool(parts) and all(mpn_key(str(part["mpn"])) == mpn_key(number) for part in parts)


def _sellers_of(parts: Iterable[Node], key: str) -> Iterator[Node]:
    """The sellers that list a part under a stock number."""
    for part in parts:
        for seller in nodes(part, "sellers"):
            if any(
                sku_key(str(offer.get("sku") or "")) == key for offer in nodes(seller, "offers")
            ):
                yield seller


def _asked_by_parts(recorded: Recorded) -> Asked | None:
    """The one number of all parts, as the question that brings them without a maker."""
    keys = {mpn_key(str(part["mpn"])) for part in recorded.parts}
    return Asked("mpn", keys.pop()) if len(keys) == 1 else None
