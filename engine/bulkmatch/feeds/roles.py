"""Which column plays which role, how sure that is, and why.

Names decide first (`names`). Where a name can mean several things, or says nothing, what the cells
look like does. A column serves one role.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bulkmatch.feeds.cells import is_left_out, listed_out, read_quantity
from bulkmatch.feeds.designators import are_usual, looks_like_designators, mentions_designators
from bulkmatch.feeds.layout import Choice, Layout, confidence_of, pairs_of, sorted_out
from bulkmatch.feeds.looks import Kind, is_library_name, kind_of, looks_like_mpn, seller_of
from bulkmatch.feeds.makers import looks_like_maker
from bulkmatch.feeds.names import CLEAR, MAYBE, USUAL, Name, Role, name_key, read_name
from bulkmatch.model.row import Columns

Record = Sequence[str]
Test = Callable[[str], object]

_SAMPLE_LINES = 300
_MOST_LIKE = 0.6  # a name that says little needs cells of which most look right
_NEARLY_ALL = 0.7  # of a column that could as well hold values
_PLAINLY = 0.8  # no name at all needs more
_HARDLY = 0.15
_WIDEST, _LONGEST = 2_000, 200
_FIRST = re.compile(r"\s*(?:[\n~|]|, | or )\s*")


def find_layout(header: Record, lines: Sequence[Record]) -> Layout:
    """Which column plays which role, by the header's names and the lines below it.

    Without a header (all names empty) the cells alone decide.
    """
    return _Search(header, lines).layout()


class _Search:
    """Gives each role its columns, one role after another."""

    def __init__(self, header: Record, lines: Sequence[Record]) -> None:
        sample = [line for line in lines if any(line)][:_SAMPLE_LINES]
        width = min(_WIDEST, max([len(header), *map(len, sample)], default=0))
        texts = [header[at].strip() if at < len(header) else "" for at in range(width)]
        self._names = _numbered([read_name(text) for text in texts])
        self._cells = [
            [line[at].strip() for line in sample if at < len(line) and line[at].strip()]
            for at in range(width)
        ]
        self._has_names = any(texts)
        self._heed_vendors()
        self._choices: list[Choice] = []
        self._taken: set[int] = set()

    def __repr__(self) -> str:
        return f"_Search(taken={self._taken})"

    def _heed_vendors(self) -> None:
        """Where what is called a vendor makes the parts, its numbers are part numbers."""
        vendors = [at for at, name in enumerate(self._names) if Role.SELLER in name.roles]
        makers = [at for at in vendors if self._share(at, looks_like_maker) >= _MOST_LIKE]
        if not makers or any(name.roles.get(Role.MPN) == CLEAR for name in self._names):
            return
        for at, name in enumerate(self._names):
            if at in makers:
                self._names[at] = replace(name, roles={Role.MANUFACTURER: USUAL})
            elif _is_sellers(name) and self._mpn_likeness(at) >= _NEARLY_ALL:
                self._names[at] = replace(name, roles={Role.MPN: CLEAR})

    def layout(self) -> Layout:
        designators = self._designators()
        quantity = self._quantity()
        mpns = self._mpns()
        makers = self._makers()
        mark = self._mark()
        skus = self._skus()
        house = self._house()
        seller = self._take(Role.SELLER)
        value = self._take(Role.VALUE)
        description = self._description(value)
        item = self._take(Role.ITEM)
        main, also, further = sorted_out(mpns)
        maker, makers_also, further_makers = sorted_out(makers)
        columns = Columns(
            mpn=main,
            manufacturer=maker,
            quantity=quantity,
            designators=designators,
            description=description,
            do_not_populate=mark,
            alternates=pairs_of(further, further_makers),
            skus=skus,
            house=house,
            value=value,
            item=item,
            seller=seller,
            mpn_also=also,
            manufacturer_also=makers_also,
        )
        return Layout(columns, tuple(self._choices))

    def _designators(self) -> int | None:
        def like(at: int) -> float:
            return self._share(at, mentions_designators)

        named = [at for at in self._named(Role.DESIGNATORS) if self._fits(at, like)]
        if named:
            best = min(named, key=lambda at: (self._rank(at, Role.DESIGNATORS), -like(at), at))
            return self._choose(best, Role.DESIGNATORS, like(best), "look like designators")
        return self._by_content(Role.DESIGNATORS, are_usual, "look like designators")

    def _fits(self, at: int, like: Callable[[int], float]) -> bool:
        """Whether the cells agree with the name as far as it needs that."""
        rank = self._rank(at, Role.DESIGNATORS)
        if rank == MAYBE:
            return like(at) >= _MOST_LIKE
        if rank == USUAL and self._cells[at] and like(at) < _HARDLY:
            return self._share(at, looks_like_mpn) < _MOST_LIKE and not self._is_text(at)
        return True

    def _is_text(self, at: int) -> bool:
        return self._share(at, lambda cell: len(cell.split()) > 3) > 0.5

    def _quantity(self) -> int | None:
        def like(at: int) -> float:
            return self._share(at, lambda cell: read_quantity(cell) is not None)

        named = [at for at in self._named(Role.QUANTITY) if not self._cells[at] or like(at) > 0.3]
        if named:
            best = min(named, key=lambda at: (self._rank(at, Role.QUANTITY), not self._cells[at],
                                              self._names[at].ordinal, at))  # fmt: skip
            return self._choose(best, Role.QUANTITY, like(best), "are counts")
        if self._has_names:
            return None
        return self._by_content(
            Role.QUANTITY, lambda cell: cell.isdecimal() and len(cell) < 5, "are small counts"
        )

    def _mpns(self) -> list[tuple[int, int]]:
        """Columns of part numbers as (ordinal, index); the main one first."""
        named = [at for at in self._named(Role.MPN) if at not in self._taken]
        clear = [at for at in named if self._rank(at, Role.MPN) == CLEAR]
        usual = [at for at in named if self._rank(at, Role.MPN) == USUAL and self._is_ours(at)]
        if any(self._cells[at] and self._names[at].ordinal == 1 for at in clear):
            chosen = clear + [at for at in usual if self._names[at].ordinal > 1]
        elif usual:
            best = max(usual, key=self._mpn_likeness)
            main = [at for at in usual if self._names[at].ordinal == 1] or [best]
            main = [best] if self._names[best].ordinal == 1 else main[:1]
            chosen = main + [at for at in [*clear, *usual] if self._names[at].ordinal > 1]
        else:
            chosen = clear or self._unsure_mpn(named)
        chosen = [
            at for at in chosen if self._names[at].ordinal == 1 or self._cells[at] or at in clear
        ]
        for at in sorted(
            set(chosen), key=lambda at: (self._names[at].ordinal, not self._cells[at], at)
        ):
            self._choose(at, Role.MPN, self._mpn_likeness(at), "look like part numbers")
        return [
            (self._names[c.index].ordinal, c.index) for c in self._choices if c.role is Role.MPN
        ]

    def _is_ours(self, at: int) -> bool:
        """Whether a usual name holds makers' numbers: not when most of it are sellers' numbers."""
        return self._share(at, seller_of) < 0.5

    def _mpn_likeness(self, at: int) -> float:
        return self._share(at, _is_number)

    def _unsure_mpn(self, named: list[int]) -> list[int]:
        candidates = [at for at in named if self._rank(at, Role.MPN) == MAYBE]
        if not self._has_names:
            candidates = [at for at in range(len(self._names)) if at not in self._taken]
        likely = [
            at
            for at in candidates
            if len(self._cells[at]) > 1
            and self._mpn_likeness(at) >= _NEARLY_ALL
            and self._share(at, is_library_name) < _HARDLY
        ]
        return [max(likely, key=self._mpn_likeness)] if likely else []

    def _makers(self) -> list[tuple[int, int]]:
        def like(at: int) -> float:
            return self._share(at, looks_like_maker)

        named = [at for at in self._named(Role.MANUFACTURER) if at not in self._taken]
        plain = [at for at in named if self._rank(at, Role.MANUFACTURER) < MAYBE
                 and self._share(at, looks_like_mpn) < _MOST_LIKE]  # fmt: skip
        unsure = [at for at in named if self._rank(at, Role.MANUFACTURER) == MAYBE]
        chosen = plain or [at for at in unsure if like(at) >= _MOST_LIKE][:1]
        if not chosen and not self._has_names:
            chosen = [
                at
                for at in range(len(self._names))
                if at not in self._taken and like(at) > _PLAINLY
            ][:1]
        for at in sorted(chosen, key=lambda at: (self._names[at].ordinal, not self._cells[at], at)):
            self._choose(at, Role.MANUFACTURER, like(at), "name known makers", agree=_HARDLY)
        return [
            (self._names[c.index].ordinal, c.index)
            for c in self._choices
            if c.role is Role.MANUFACTURER
        ]

    def _mark(self) -> int | None:
        """The column that marks parts left out; one with a vague name only if it does mark some."""
        for at in self._named(Role.DO_NOT_POPULATE):
            if at not in self._taken and self._rank(at, Role.DO_NOT_POPULATE) < MAYBE:
                return self._choose(at, Role.DO_NOT_POPULATE, 1.0, "mark parts left out")
        for at in self._named(Role.FITTED):
            marks = self._share(at, lambda cell: is_left_out(cell, fitted=True) is not None)
            says = any(
                is_left_out(cell, fitted=True) or listed_out(cell) for cell in self._cells[at]
            )
            known = says or self._share(at, _is_fitted_word) > 0.5
            if at not in self._taken and (self._rank(at, Role.FITTED) == CLEAR or known):
                return self._choose(at, Role.FITTED, marks, "say whether a part is fitted")
        return None

    def _skus(self) -> tuple[int, ...]:
        """Columns of sellers' stock numbers: named so, or full of what only sellers number so."""
        found: list[int] = []
        for at in self._named(Role.SKU):
            if at in self._taken or not self._cells[at] or self._share(at, _is_link) > 0.5:
                continue
            known, likely = self._share(at, seller_of), self._share(at, _is_stock_number)
            if known >= 0.5 or (self._rank(at, Role.SKU) < MAYBE and likely > _HARDLY):
                found.append(
                    self._choose(at, Role.SKU, max(known, likely), "look like stock numbers")
                )
        if not self._has_names:
            free = (at for at in range(len(self._names)) if at not in self._taken)
            sure = next((at for at in free if self._share(at, seller_of) >= _PLAINLY), None)
            if sure is not None:
                found.append(self._choose(sure, Role.SKU, 1.0, "look like stock numbers"))
        return tuple(found)

    def _house(self) -> tuple[int, ...]:
        """Columns of in-house numbers."""
        found: list[int] = []
        for at in self._named(Role.HOUSE):
            likely = self._share(at, _is_stock_number)
            sure = self._rank(at, Role.HOUSE) == CLEAR or likely >= _MOST_LIKE
            if at not in self._taken and self._cells[at] and sure:
                found.append(self._choose(at, Role.HOUSE, likely, "look like numbers of stock"))
        return tuple(found)

    def _description(self, value: int | None) -> int | None:
        described = [at for at in self._named(Role.DESCRIPTION) if at not in self._taken]
        plain = [at for at in described if self._rank(at, Role.DESCRIPTION) < MAYBE]
        if plain:
            best = min(
                plain, key=lambda at: (self._rank(at, Role.DESCRIPTION), not self._cells[at], at)
            )
            return self._choose(best, Role.DESCRIPTION, 1.0, "are filled")
        return value

    def _take(self, role: Role) -> int | None:
        """The first column named so; what it holds is not looked at."""
        for at in self._named(role):
            if at not in self._taken and self._rank(at, role) < MAYBE:
                return self._choose(at, role, 1.0, "are filled")
        return None

    def _by_content(self, role: Role, test: Test, words: str) -> int | None:
        """The unnamed column that looks most like the role."""
        free = [
            at
            for at in range(len(self._names))
            if at not in self._taken and not self._names[at].is_known
        ]
        if not free:
            return None
        best = max(free, key=lambda at: self._share(at, test))
        if self._share(best, test) < _PLAINLY or len(self._cells[best]) < 2:
            return None
        return self._choose(best, role, self._share(best, test), words)

    def _choose(self, at: int, role: Role, share: float, words: str, *, agree: float = 0.3) -> int:
        self._taken.add(at)
        self._choices.append(self._choice(at, role, share, words, agree))
        return at

    def _choice(self, at: int, role: Role, share: float, words: str, agree: float) -> Choice:
        name, cells = self._names[at], self._cells[at]
        rank = name.roles.get(role, MAYBE + 1)
        reason = f"named {name.text!r}" if name.text else "no name"
        if rank == MAYBE:
            reason += ", which can mean several things"
        counted = (
            f"{round(share * len(cells))} of {len(cells)} cells {words}" if cells else "no cells"
        )
        return Choice(role, at, name.text, confidence_of(rank, share, filled=bool(cells), agree=agree),
                      f"{reason}; {counted}")  # fmt: skip

    def _named(self, role: Role) -> list[int]:
        """Columns whose name can mean the role, the surest first."""
        named = [at for at, name in enumerate(self._names) if role in name.roles]
        return sorted(named, key=lambda at: (self._rank(at, role), self._names[at].ordinal, at))

    def _rank(self, at: int, role: Role) -> int:
        return self._names[at].roles.get(role, MAYBE + 1)

    def _share(self, at: int, test: Test) -> float:
        """Of the column's filled cells, the share for which `test` is true."""
        cells = self._cells[at]
        return sum(1 for cell in cells if test(cell)) / len(cells) if cells else 0.0


def _numbered(names: Sequence[Name]) -> list[Name]:
    """The names, the second of a repeated one counted as the second of several."""
    seen: dict[str, int] = {}
    found: list[Name] = []
    for name in names:
        key = name_key(name.text)
        seen[key] = count = seen.get(key, 0) + 1
        several = key and count > 1 and name.ordinal == 1
        found.append(Name(name.text, name.roles, count) if several else name)
    return found


def _is_sellers(name: Name) -> bool:
    """Whether the name is that of a vendor's number."""
    return name.roles.get(Role.SKU) == CLEAR and name.roles.get(Role.MPN) == MAYBE


def _is_link(cell: str) -> bool:
    return cell.startswith(("http://", "https://", "www."))


def _is_stock_number(cell: str) -> bool:
    """Whether the cell could be a number somebody keeps parts under: not a count, not words."""
    if seller_of(cell):
        return True
    return (
        len(cell) > 3
        and any(map(str.isdigit, cell))
        and len(cell.split()) < 3
        and (not looks_like_designators(cell))
    )


def _is_number(cell: str) -> bool:
    """Whether the cell, or the first of several numbers in it, is surely a part number."""
    first = _FIRST.split(cell[:_LONGEST], 1)[0]
    return kind_of(first) is Kind.MPN and looks_like_mpn(first) and not are_usual(cell)


def _is_fitted_word(cell: str) -> bool:
    return name_key(cell) in {"fitted", "mount", "mounted", "yes", "y", "populate", "place", "placed",
                              "installed", "install", "assemble", "smt", "tht"}  # fmt: skip
