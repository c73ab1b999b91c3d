"""How lines of every kind end on real parts, what they cost, and whether any wrong part was taken.

Asks the sandbox over the catalog in ../shared/catalog, whose own rows are the truth: a part that is
taken without review must be the very part from which its line was made.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import anyio

from bulkmatch import (
    Credentials,
    Engine,
    Limits,
    Matched,
    Outcome,
    Review,
    Row,
    Settings,
    SupplyPart,
)
from bulkmatch.core.makers import Kinship
from bulkmatch.core.normal import mpn_key
from bulkmatch.core.packaging import packed
from bulkmatch.sandbox import SandboxSettings, serve_in_thread
from bulkmatch.sandbox.loading import load_catalog
from bulkmatch.sandbox.parts import Part
from bulkmatch.store import known_makers, known_takeovers, makers_of

CATALOG = Path(__file__).resolve().parents[2] / "shared" / "catalog"
LINES = 300  # of each kind, where the catalog has as many
MOST = 1.05  # charged parts for each line that is resolved
_MAKERS = makers_of()
_ALIASES = {maker.name: maker.aliases for maker in known_makers()}
_CYRILLIC = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")


@dataclass(frozen=True, slots=True)
class Asked:
    """A line with the part that it was made from; None where no part may be taken."""

    row: Row
    truth: Part | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of the lines of one kind; `charged` and `by_default` are parts."""

    lines: int
    matched: int
    review: int
    wrong: int
    charged: int
    by_default: int

    @property
    def resolved(self) -> int:
        """Lines that ended at a part: taken, or candidates for a person."""
        return self.matched + self.review

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.lines + other.lines,
            self.matched + other.matched,
            self.review + other.review,
            self.wrong + other.wrong,
            self.charged + other.charged,
            self.by_default + other.by_default,
        )


Make = Callable[[Part, random.Random], Iterator[Row]]


def exact(part: Part, dice: random.Random) -> Iterator[Row]:
    yield Row(part.mpn, part.maker.name)


def without_maker(part: Part, dice: random.Random) -> Iterator[Row]:
    yield Row(part.mpn)


def respelt(part: Part, dice: random.Random) -> Iterator[Row]:
    """The number in lower case, or with its separators changed; a dot is never touched."""
    ways = {part.mpn.lower(), part.mpn.replace("-", ""), part.mpn.replace("-", " ")}
    if others := sorted(ways - {part.mpn}):
        yield Row(dice.choice(others), part.maker.name)


def with_look_alikes(part: Part, dice: random.Random) -> Iterator[Row]:
    damaged = part.mpn.translate(_CYRILLIC).replace("-", "\u2011")
    if damaged != part.mpn:
        yield Row(f" {damaged}\u200b", part.maker.name)


def by_alias(part: Part, dice: random.Random) -> Iterator[Row]:
    """Under another name of the same company, by our table."""
    meant = _MAKERS.resolve(part.maker.name).maker
    if aliases := _ALIASES.get(meant or "", ()):
        yield Row(part.mpn, dice.choice(aliases))


def by_predecessor(part: Part, dice: random.Random) -> Iterator[Row]:
    """Under the name of a maker that was taken over by the part's."""
    meant = _MAKERS.resolve(part.maker.name).maker
    if names := [t.name for t in known_takeovers() if t.successor == meant]:
        yield Row(part.mpn, dice.choice(names))


def other_packaging(part: Part, dice: random.Random) -> Iterator[Row]:
    """Without the code of its packaging."""
    base, told = packed(part.mpn, maker=_MAKERS.key(part.maker.name))
    if told and mpn_key(base) != mpn_key(part.mpn):
        yield Row(base, part.maker.name)


def wrong_maker(part: Part, dice: random.Random) -> Iterator[Row]:
    name = dice.choice(["Texas Instruments", "Murata", "Yageo", "Acme Unknown"])
    if _MAKERS.relation(name, part.maker.name).kinship is Kinship.OTHER:
        yield Row(part.mpn, name)


def unknown(part: Part, dice: random.Random) -> Iterator[Row]:
    yield Row(f"{part.mpn}QZ9", part.maker.name)


def prefix(part: Part, dice: random.Random) -> Iterator[Row]:
    if len(part.mpn) > 7:
        yield Row(part.mpn[: len(part.mpn) * 2 // 3].rstrip("-/. "), part.maker.name)


def lost_dot(part: Part, dice: random.Random) -> Iterator[Row]:
    told = part.mpn.replace(".", "")
    if any(f"{a}.{b}" in part.mpn for a in "0123456789" for b in "0123456789"):
        yield Row(told, part.maker.name)


def stock_number(part: Part, dice: random.Random) -> Iterator[Row]:
    if part.offers:
        offer = dice.choice(part.offers)
        yield Row("", sku=offer.sku, seller=offer.seller.name)


KINDS: Sequence[tuple[str, Make, bool]] = (
    ("as listed", exact, True),
    ("as listed, no maker", without_maker, True),
    ("other case or punctuation", respelt, True),
    ("look-alike letters", with_look_alikes, True),
    ("maker by another name", by_alias, True),
    ("stock number and seller", stock_number, True),
    ("maker taken over", by_predecessor, True),
    ("packaging left out", other_packaging, False),
    ("wrong maker", wrong_maker, False),
    ("decimal point lost", lost_dot, False),
    ("beginning only", prefix, False),
    ("unknown number", unknown, False),
)
"""Each kind with how its lines are made, and whether the part itself may be taken for one."""


def asked(make: Make, parts: Sequence[Part], *, may_take: bool, lines: int = LINES) -> list[Asked]:
    """Up to so many lines of a kind, the same in every run."""
    dice = random.Random("matching")
    found: list[Asked] = []
    listed = {(_plain(part.mpn), part.maker.name) for part in parts}
    for part in dice.sample(parts, len(parts)):
        for row in make(part, dice):
            # what by chance is another part of the catalog (`BPW 34`: `BPW34`) is asked for rightly
            is_new = not may_take or _plain(row.mpn) != _plain(part.mpn)
            is_other = is_new and (_plain(row.mpn), row.manufacturer) in listed
            if not is_other:
                found.append(Asked(replace(row, line=len(found)), part if may_take else None))
        if len(found) >= lines:
            break
    return found[:lines]


def _plain(mpn: str) -> str:
    return re.sub(r"[\s-]", "", mpn).casefold()


def is_wrong(outcome: Outcome[SupplyPart], truth: Part | None) -> bool:
    """Whether a part was taken that is not the one.

    The catalog lists some makers under several names; of the same number the first words of these
    have to agree. That is not how the engine tells makers apart.
    """
    if not isinstance(outcome, Matched):
        return False
    part = outcome.part
    return truth is None or (part.mpn, _first_word(part.manufacturer.name)) != (
        truth.mpn,
        _first_word(truth.maker.name),
    )


def _first_word(name: str) -> str:
    return re.split(r"[^a-z0-9-]", name.casefold())[0]


async def ended(settings: Settings, lines: Sequence[Asked]) -> Figures:
    """The outcomes of the lines, counted."""
    counts: Counter[str] = Counter()
    async with Engine.open(settings) as engine:
        async with aclosing(engine.enrich([one.row for one in lines])) as outcomes:
            async for outcome in outcomes:
                counts["matched"] += isinstance(outcome, Matched)
                counts["review"] += isinstance(outcome, Review)
                counts["wrong"] += is_wrong(outcome, lines[outcome.row.line].truth)
        tally = engine.tally
    return Figures(
        len(lines),
        counts["matched"],
        counts["review"],
        counts["wrong"],
        tally.charged,
        tally.by_default,
    )


def catalog_files() -> list[Path]:
    """The feeds of the catalog; none where it is absent."""
    return [file for file in sorted(CATALOG.rglob("*.csv")) if file.parent != CATALOG]


def figures(files: Sequence[Path], *, lines: int = LINES) -> Iterator[tuple[str, Figures]]:
    """What comes of each kind of line on the catalog of `files`."""
    parts = tuple(load_catalog(files).parts())
    with serve_in_thread(SandboxSettings(catalogs=tuple(files), part_limit=10**9)) as served:
        settings = Settings(
            credentials=Credentials(served.client_id, served.client_secret),
            api_url=served.api_url,
            token_url=served.token_url,
            account="bench",
            source="sandbox",
            limits=Limits(requests_per_minute=1e6, concurrency=2),
        )
        for name, make, may_take in KINDS:
            todo = asked(make, parts, may_take=may_take, lines=lines)
            yield name, anyio.run(ended, settings, todo)


def main() -> None:
    """Print a line for each kind, and the sum. Raises AssertionError on a promise that is broken."""
    files = catalog_files()
    if not files:
        print(f"  {CATALOG} is absent")
        return
    print("  kind of line                 lines matched review missed wrong charged per resolved")
    total = Figures(0, 0, 0, 0, 0, 0)
    for name, found in figures(files):
        total += found
        print(_line(name, found))
    print(_line("all", total))
    print(f"  at the API's default limit: {total.by_default} parts for the same questions")
    assert total.wrong == 0, "a wrong part was taken without review"
    assert total.charged <= MOST * total.resolved, "too many parts were charged"


def _line(name: str, found: Figures) -> str:
    missed = found.lines - found.resolved
    each = f"{found.charged / found.resolved:.3f}" if found.resolved else "-"
    return (
        f"  {name:28} {found.lines:5} {found.matched:7} {found.review:6} {missed:6} {found.wrong:5}"
        f" {found.charged:7} {each:>12}"
    )


if __name__ == "__main__":
    main()
