"""Makers and sellers by every name they go by."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from .parts import Company
from .spelling import name_key, slug, stable_id


class Alias(NamedTuple):
    """Another name of a maker.

    `merged`: parts listed under the alias are the maker's own. `apart`: they keep the alias as
    their maker, but who asks for the alias finds the maker's parts too (as `ALPS` finds both
    `ALPS` and `ALPSALPINE` in a recorded answer).
    """

    name: str
    maker: str
    listing: Literal["merged", "apart"]


@cache
def maker_aliases() -> tuple[Alias, ...]:
    """The packaged alias table: our own, after what is publicly known of takeovers and short names."""
    text = files("bulkmatch.sandbox").joinpath("maker_aliases.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Alias(row["alias"], row["maker"], "apart" if row["listing"] == "apart" else "merged")
        for row in rows
    )


class CompanyBook:
    """Companies of one kind; several may share a name."""

    def __init__(self, companies: Iterable[Company], also: Iterable[tuple[str, str]] = ()) -> None:
        """`also` pairs a further name with a company's id."""
        self._by_id = {company.id: company for company in companies}
        self._ids_by_key: dict[str, dict[str, None]] = {}
        for company in self:
            for name in (company.name, *company.aliases):
                self._enter(name, company.id)
        for name, company_id in also:
            self._enter(name, company_id)

    def __iter__(self) -> Iterator[Company]:
        return iter(self._by_id.values())

    def __repr__(self) -> str:
        return f"CompanyBook({len(self._by_id)} companies)"

    def named(self, name: str) -> frozenset[str]:
        """The ids of all companies that go by the name; none when nobody does."""
        return frozenset(self._ids_by_key.get(name_key(name), ()))

    def _enter(self, name: str, company_id: str) -> None:
        if company_id in self._by_id and (key := name_key(name)):
            self._ids_by_key.setdefault(key, {})[company_id] = None


class Namer:
    """Gives every spelling of a company's name the one company, while a catalog is being loaded."""

    def __init__(self, kind: str, aliases: Iterable[Alias] = ()) -> None:
        self._kind = kind
        self._aliases = tuple(aliases)
        self._names: dict[str, str] = {}
        self._spellings: dict[str, dict[str, None]] = {}
        self._ids: dict[str, str] = {}
        for alias in self._aliases:
            self._names.setdefault(name_key(alias.maker), alias.maker)
        for alias in self._aliases:
            if alias.listing == "merged":
                self._names.setdefault(name_key(alias.name), alias.maker)

    def __repr__(self) -> str:
        return f"Namer({self._kind}, {len(self._spellings)} seen)"

    def id_of(self, name: str) -> str:
        """The company's id, whichever of its names is given."""
        known = self._ids.get(name)
        if known is None:
            proper = self._names.setdefault(name_key(name) or name, name)
            self._spellings.setdefault(proper, {})[name] = None
            known = self._ids[name] = self._id(proper)
        return known

    def companies(self) -> Mapping[str, Company]:
        """The companies seen so far, by id."""
        return {self._id(name): self._company(name) for name in self._spellings}

    def book(self) -> CompanyBook:
        """The companies seen so far, under all their names."""
        apart = ((a.name, self._id(a.maker)) for a in self._aliases)
        return CompanyBook(self.companies().values(), apart)

    def _company(self, name: str) -> Company:
        others = [a.name for a in self._aliases if a.maker == name and a.listing == "merged"]
        aliases = dict.fromkeys((*others, *self._spellings[name]))
        aliases.pop(name, None)
        return Company(self._id(name), name, tuple(aliases), slug(name))

    def _id(self, name: str) -> str:
        return stable_id(self._kind, name_key(name) or name)


def book_of(
    listed: Iterable[Company],
    recorded: Iterable[Company],
    names: Iterable[tuple[str, str]],
    aliases: Iterable[Alias] = (),
) -> CompanyBook:
    """Companies of feeds and of recorded answers under all their names.

    `names` pairs a name with the id of a company that it led to when it was recorded.
    """
    known = {company.id: company for company in (*recorded, *listed)}
    ids: dict[str, list[str]] = {}
    for company in known.values():
        ids.setdefault(name_key(company.name), []).append(company.id)
    by_alias = [(a.name, i) for a in aliases for i in ids.get(name_key(a.maker), ())]
    return CompanyBook(known.values(), (*by_alias, *names))
