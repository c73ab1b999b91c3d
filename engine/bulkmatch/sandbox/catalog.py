"""What can be asked of a catalog, and the catalog that is held in memory."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import Protocol

from .companies import CompanyBook
from .parts import Attribute, Category, Part
from .spelling import mpn_key


class Catalog(Protocol):
    """The parts that a sandbox knows. Keys are those of `spelling.mpn_key`."""

    @property
    def digest(self) -> str:
        """A text that changes whenever the catalog's files do."""
        ...

    @property
    def part_count(self) -> int:
        """How many parts there are."""
        ...

    @property
    def makers(self) -> CompanyBook:
        """All makers."""
        ...

    @property
    def sellers(self) -> CompanyBook:
        """All sellers, brokers too."""
        ...

    @property
    def categories(self) -> Mapping[str, Category]:
        """The tree of categories, by id."""
        ...

    @property
    def attributes(self) -> Sequence[Attribute]:
        """All attributes that a spec can carry."""
        ...

    def part(self, part_id: str) -> Part | None:
        """The part of that id."""
        ...

    def with_mpn(self, key: str) -> Sequence[Part]:
        """The parts whose number has exactly this key."""
        ...

    def with_sku(self, key: str) -> Sequence[Part]:
        """The parts that a seller lists under this stock number."""
        ...

    def with_mpn_from(self, key: str) -> Iterator[Part]:
        """The parts whose number begins so, in order of their keys."""
        ...

    def parts(self) -> Iterable[Part]:
        """All parts."""
        ...


class MemoryCatalog:
    """A catalog held in memory: right for tens of thousands of rows."""

    def __init__(
        self,
        parts: Iterable[Part],
        *,
        digest: str,
        makers: CompanyBook,
        sellers: CompanyBook,
        categories: Mapping[str, Category],
        attributes: Sequence[Attribute],
    ) -> None:
        self.digest, self.makers, self.sellers = digest, makers, sellers
        self.categories = MappingProxyType(dict(categories))
        self.attributes = tuple(attributes)
        self._by_id = {part.id: part for part in parts}
        self._by_mpn: dict[str, dict[str, Part]] = {}
        self._by_sku: dict[str, dict[str, Part]] = {}
        for part in self._by_id.values():
            self._by_mpn.setdefault(mpn_key(part.mpn), {})[part.id] = part
            for offer in part.offers:
                self._by_sku.setdefault(mpn_key(offer.sku), {})[part.id] = part
        self._mpns = sorted(key for key in self._by_mpn if key)

    def __repr__(self) -> str:
        return f"MemoryCatalog({self.part_count} parts, {self.digest})"

    @property
    def part_count(self) -> int:
        """How many parts there are."""
        return len(self._by_id)

    def part(self, part_id: str) -> Part | None:
        """The part of that id."""
        return self._by_id.get(part_id)

    def with_mpn(self, key: str) -> Sequence[Part]:
        """The parts whose number has exactly this key; none for an empty key."""
        return tuple(self._by_mpn.get(key, {}).values()) if key else ()

    def with_sku(self, key: str) -> Sequence[Part]:
        """The parts that a seller lists under this stock number; none for an empty key."""
        return tuple(self._by_sku.get(key, {}).values()) if key else ()

    def with_mpn_from(self, key: str) -> Iterator[Part]:
        """The parts whose number begins so, in order of their keys."""
        begin = bisect_left(self._mpns, key)
        later = (self._mpns[i] for i in range(begin, len(self._mpns)))
        for found in takewhile(lambda mpn: mpn.startswith(key), later):
            yield from self._by_mpn[found].values()

    def parts(self) -> Iterable[Part]:
        """All parts, in the order in which the files brought them."""
        return self._by_id.values()
