"""What can be asked of a catalog. Its parts lie on a shelf and are opened when they are wanted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from .companies import CompanyBook
from .filing import Registers, opened
from .parts import Attribute, Category, Part
from .recorded import Answer, answer_of, recorded_part
from .shelf import Listed, Shelf
from .spelling import sku_key

_OPEN_PARTS: Final = 2_048
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a catalog holds beside its parts.

    `attributes_of` names the attributes that the parts of a category carry.
    """

    digest: str
    makers: CompanyBook
    sellers: CompanyBook
    registers: Registers
    attributes_of: Mapping[str, AbstractSet[str]] = field(
        default_factory=dict[str, AbstractSet[str]]
    )


class Catalog:
    """The parts that a sandbox knows. Keys are those of `spelling.mpn_key`."""

    def __init__(self, shelf: Shelf, contents: Contents) -> None:
        self._shelf, self._contents = shelf, contents
        self.digest, self.part_count = contents.digest, shelf.count
        self.makers, self.sellers = contents.makers, contents.sellers
        self._opened = lru_cache(_OPEN_PARTS)(self._open)

    def __repr__(self) -> str:
        return f"Catalog({self.part_count} parts, {self.digest})"

    @property
    def categories(self) -> Mapping[str, Category]:
        """The tree of categories, by id."""
        return self._contents.registers.categories

    @cached_property
    def attributes(self) -> Sequence[Attribute]:
        """All attributes that a spec can carry."""
        return tuple(self._contents.registers.attributes.values())

    @cached_property
    def shortnames(self) -> frozenset[str]:
        """The names of all attributes that filters take."""
        return frozenset(attribute.shortname for attribute in self.attributes)

    def open(self, listed: Listed) -> Part:
        """The part that was listed."""
        return self._opened(listed.number)

    def part(self, part_id: str) -> Part | None:
        """The part of that id."""
        number = self._shelf.number(part_id)
        return None if number is None else self._opened(number)

    def with_mpn(self, key: str) -> Sequence[Part]:
        """The parts whose number has exactly this key; none for an empty key."""
        return [self._opened(n) for n in self._shelf.with_key(key)] if key else []

    def with_sku(self, text: str) -> Sequence[Part]:
        """The parts that a seller lists under this stock number; none for an empty one."""
        key = sku_key(text)
        return [self._opened(n) for n in self._shelf.with_sku(key)] if key else []

    def listed_from(self, key: str) -> list[Listed]:
        """The parts whose number begins so, in order of their keys; none for an empty key."""
        return self._shelf.from_key(key) if key else []

    def listed_with(self, text: str) -> list[Listed]:
        """The parts that hold every word of the text, or a word that begins like it."""
        words = _WORD.findall(text)
        return self._shelf.with_words(" ".join(f'"{word}"*' for word in words)) if words else []

    def parts(self) -> Iterator[Part]:
        """All parts, by maker and number."""
        return map(self._open, self._shelf.numbers())

    @cached_property
    def parts_by_maker(self) -> Mapping[str, int]:
        """How many parts each maker has."""
        return self._shelf.counts_by("maker")

    def parts_below(self, category: Category) -> int:
        """How many parts there are in a category and below it."""
        return sum(self._parts_by_category.get(c.id, 0) for c in self._below(category))

    def attributes_below(self, category: Category) -> list[Attribute]:
        """The attributes that the parts of a category carry, or of those below it."""
        ids = {
            attribute_id
            for below in self._below(category)
            for attribute_id in self._contents.attributes_of.get(below.id, ())
        }
        return [attribute for attribute in self.attributes if attribute.id in ids]

    def recorded_answer(self, question: str, reference: str | None) -> Answer | None:
        """What was recorded for a question, under the same reference if there are several."""
        told = self._shelf.answers(question)
        if not told:
            return None
        _, hits, body = next((t for t in told if reference and t[0] == reference), told[0])
        return answer_of(hits, body)

    @cached_property
    def _parts_by_category(self) -> Mapping[str, int]:
        return self._shelf.counts_by("category")

    def _below(self, category: Category) -> Iterator[Category]:
        depth = len(category.path)
        return (c for c in self.categories.values() if c.path[:depth] == category.path)

    def _open(self, number: int) -> Part:
        body, is_recorded = self._shelf.body(number)
        return recorded_part(body) if is_recorded else opened(body, self._contents.registers)
