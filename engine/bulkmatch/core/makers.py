"""Who a maker's name means: by the API's own list, by our tables, or nobody that we know.

A takeover is not an alias: the parts are another maker's now, and a person should see it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bulkmatch.core.maker_names import maker_keys, pieces, short_forms
from bulkmatch.core.normal import clean

K = TypeVar("K")
V = TypeVar("V")
_MOST_STEPS = 5  # takeovers in a row: no maker has had more
_MOST_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker and the other names of the same company."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Takeover:
    """One maker's parts became another's in `year`; `source` says where that is written."""

    name: str
    successor: str
    year: int
    source: str


class How(StrEnum):
    """How a name was understood."""

    LISTED = "the API's own list"
    KNOWN = "our table of makers"
    SHORTENED = "our table of makers, by a shorter or longer form of the name"
    UNKNOWN = "not known; sent as it is"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who a name means. `makers` holds several when the name has several, none when it has none.

    `takeovers` lead from the maker to whom its parts belong now, in order of years.
    """

    written: str
    makers: tuple[str, ...]
    how: How
    takeovers: tuple[Takeover, ...] = ()

    @property
    def maker(self) -> str | None:
        """The one maker that is meant; None when there is none or there are several."""
        return self.makers[0] if len(self.makers) == 1 else None


class Kinship(StrEnum):
    """How the maker that was named stands to the one that is listed."""

    SAME = "same maker"
    TAKEN_OVER = "taken over"
    OTHER = "other maker"


@dataclass(frozen=True, slots=True)
class Relation:
    """A kinship, and the words for it."""

    kinship: Kinship
    reason: str


class Makers:
    """What is known of makers' names. What it says never changes; without tables only spelling counts.

    `listed` is the API's own list, `known` our table, `takeovers` ours too. It remembers what it
    was asked, since a BOM names the same few makers on every line.
    """

    def __init__(
        self,
        *,
        known: Iterable[Maker] = (),
        takeovers: Iterable[Takeover] = (),
        listed: Iterable[Maker] = (),
    ) -> None:
        self._known, self._listed = _Index(known), _Index(listed)
        self._takeovers: dict[str, list[Takeover]] = {}
        for takeover in takeovers:
            for key in maker_keys(takeover.name)[:1]:
                self._takeovers.setdefault(key, []).append(takeover)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._keys: dict[str, str] = {}
        self._related: dict[tuple[str, str], Relation] = {}

    def resolve(self, text: str) -> Resolution:
        """Who the text means."""
        written = clean(text)
        for index, how in ((self._listed, How.LISTED), (self._known, How.KNOWN)):
            if names := index.named(written):
                return self._resolution(written, names, how)
        if names := self._of_pieces(written):
            return self._resolution(written, names, How.KNOWN)
        if names := self._known.nearly(written) or self._listed.nearly(written):
            return self._resolution(written, names, How.SHORTENED)
        return Resolution(written, (), How.UNKNOWN)

    def names_to_ask(self, text: str) -> tuple[str, ...]:
        """The names under which the API is asked for this maker, in the order to try them.

        A name of ours that the API may not know is backed by the one that was written. A maker that
        was taken over is asked for by its own name first, since the API keeps some of them apart.
        """
        known = self._asked.get(text)
        if known is None:
            known = _remembered(self._asked, text, self._names_to_ask(text))
        return known

    def _names_to_ask(self, text: str) -> tuple[str, ...]:
        resolution = self.resolve(text)
        names = [resolution.maker or resolution.written]
        if resolution.how is not How.LISTED:
            names.append(resolution.written)
        names += [takeover.successor for takeover in resolution.takeovers[-1:]]
        distinct: dict[tuple[str, ...], str] = {}
        for name in map(self._listed.spelt, names):
            distinct.setdefault(maker_keys(name)[:1], name)
        return tuple(distinct.values())

    def relation(self, named: str, found: str) -> Relation:
        """How the maker `found` in an answer stands to the one that was `named`."""
        if clean(named).casefold() == clean(found).casefold():
            return _SAME_NAME
        known = self._related.get((named, found))
        if known is None:
            known = _remembered(self._related, (named, found), self._relation(named, found))
        return known

    def _relation(self, named: str, found: str) -> Relation:
        ours, theirs = self._meant(self._known, named), self._meant(self._known, found)
        if ours & theirs:
            return Relation(Kinship.SAME, _same(named, found))
        if path := self._path(ours, theirs):
            return Relation(Kinship.TAKEN_OVER, _story(path))
        if path := self._path(theirs, ours):
            return Relation(Kinship.TAKEN_OVER, _story(path))
        if self._meant(self._listed, named) & self._meant(self._listed, found):
            return Relation(Kinship.SAME, f"the API lists {clean(named)} as {found}")
        return Relation(Kinship.OTHER, f"{found} is not {clean(named)}")

    def key(self, name: str) -> str:
        """What is the same for all names of one maker, as far as they are known; empty for none."""
        known = self._keys.get(name)
        if known is None:
            names = self._known.named(name) or self.resolve(name).makers or (name,)
            known = _remembered(self._keys, name, next(iter(maker_keys(names[0])), ""))
        return known

    def _resolution(self, written: str, names: tuple[str, ...], how: How) -> Resolution:
        own = self._known.named(written) or self._known.named(names[0]) or names
        return Resolution(written, names, how, self._chain(own[0]) if len(own) == 1 else ())

    def _of_pieces(self, written: str) -> tuple[str, ...]:
        """The makers named in a text of several names; those alone that took the others over."""
        found: dict[str, None] = {}
        for piece in pieces(written):
            for name in self._listed.named(piece) or self._known.named(piece):
                found[name] = None
        later = [
            n for n in found if not any(self._leads(n, other) for other in found if other != n)
        ]
        return tuple(later)

    def _leads(self, name: str, other: str) -> bool:
        return any(maker_keys(t.successor) == maker_keys(other) for t in self._chain(name))

    def _meant(self, index: "_Index", text: str) -> frozenset[str]:
        """The keys of all makers that a text names; one that has several meanings means none."""
        names = index.named(text)
        for piece in () if names else pieces(text):
            meant = index.named(piece)
            names += meant if len(meant) == 1 else (piece,)
        names = (names if len(names) == 1 or pieces(text) else ()) or index.nearly(text) or (text,)
        return frozenset(key for name in names for key in maker_keys(name)[:1])

    def _chain(self, name: str) -> tuple[Takeover, ...]:
        """The takeovers from a maker on. Where its parts went to several, none is told."""
        chain: list[Takeover] = []
        while len(chain) < _MOST_STEPS:
            after = [t for key in maker_keys(name)[:1] for t in self._takeovers.get(key, ())]
            if len(after) != 1:
                break
            chain += after
            name = after[0].successor
        return tuple(chain)

    def _path(self, begin: frozenset[str], end: frozenset[str]) -> tuple[Takeover, ...]:
        """The takeovers that lead from one maker to another, also where parts went to several."""
        paths: list[tuple[Takeover, ...]] = [
            (takeover,) for key in sorted(begin) for takeover in self._takeovers.get(key, ())
        ]
        for path in paths:
            key = next(iter(maker_keys(path[-1].successor)))
            if key in end:
                return path
            if len(path) < _MOST_STEPS:
                paths += [(*path, takeover) for takeover in self._takeovers.get(key, ())]
        return ()

    def __repr__(self) -> str:
        return f"Makers(known={len(self._known)}, listed={len(self._listed)})"


class _Index:
    """Makers by every key of every name. A name of a maker's own goes before others' aliases."""

    def __init__(self, makers: Iterable[Maker]) -> None:
        self._own: dict[str, str] = {}
        self._aliases: dict[str, dict[str, None]] = {}
        self._short: dict[str, list[tuple[frozenset[str], str]]] = {}
        for maker in makers:
            for key in maker_keys(maker.name):
                self._own.setdefault(key, maker.name)
            for key in (key for alias in maker.aliases for key in maker_keys(alias)[:2]):
                self._aliases.setdefault(key, {})[maker.name] = None
            core, generic = short_forms(maker.name)
            self._short.setdefault(core, []).append((generic, maker.name))

    def __len__(self) -> int:
        return len(set(self._own.values()))

    def named(self, text: str) -> tuple[str, ...]:
        """The makers of this name, by its most literal key that anybody has."""
        for key in maker_keys(text):
            if name := self._own.get(key):
                return (name,)
            if names := self._aliases.get(key):
                return tuple(names)
        return ()

    def nearly(self, text: str) -> tuple[str, ...]:
        """The one maker whose name differs in generic words alone; none when there are several."""
        core, generic = short_forms(text)
        near = {n for words, n in self._short.get(core, ()) if words <= generic or generic <= words}
        return tuple(near) if len(near) == 1 else ()

    def spelt(self, name: str) -> str:
        """The name as it is listed here; as given when it is not."""
        names = self.named(name)
        return names[0] if len(names) == 1 else name


def _same(named: str, found: str) -> str:
    alike = set(maker_keys(named)) & set(maker_keys(found))
    return "same maker" if alike else f"same maker: {clean(named)} is {found}"


def _story(path: Sequence[Takeover]) -> str:
    return "; ".join(f"{t.name} went to {t.successor} in {t.year}" for t in path)


def _remembered(memory: dict[K, V], key: K, value: V) -> V:
    """Keep a value, and forget all when there are too many."""
    if len(memory) >= _MOST_REMEMBERED:
        memory.clear()
    memory[key] = value
    return value


_SAME_NAME = Relation(Kinship.SAME, "same maker")
NO_MAKERS = Makers()
"""Knows nobody: makers are compared by their spelling alone."""
