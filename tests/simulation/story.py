"""A story: everything that a seed decides before the first request."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.fakes import FakePart, settings
from tests.simulation.faults import CERTAIN, Fault

from bulkmatch import Limits, Patience, Row, Settings

_MAKERS = ("Acme", "Acme", "Acme", None, "Bolt", "Zed", "acme ", "N/A")
_PLACEHOLDERS = ("N/A", "", "-", "DNP", "tbd", "X" * 200)


class Ending(StrEnum):
    """How one life of the process ends."""

    DONE = "all is read to the end"
    STOPPED = "the run is told to stop"
    CANCELLED = "the engine is cancelled from outside"
    LEFT = "the engine's block is left early"
    CRASHED = "the process dies"


@dataclass(frozen=True)
class Reader:
    """Somebody who wants outcomes: of all rows as a stream, or of one row.

    `begins_after` and `leaves_after` are seconds; `takes_at_most` outcomes are read of a stream.
    """

    row: Row | None
    ordered: bool = True
    begins_after: float = 0.0
    leaves_after: float | None = None
    takes_at_most: int | None = None
    pauses: float = 0.0

    @property
    def is_patient(self) -> bool:
        """Whether he stays for every outcome."""
        return self.leaves_after is None and self.takes_at_most is None


@dataclass(frozen=True)
class Life:
    """One process. It ends after `ends_after` seconds, or a crash after so many beats of the loop."""

    ending: Ending
    readers: tuple[Reader, ...]
    ends_after: float = 0.0
    dies_at_beat: int | None = None


@dataclass(frozen=True)
class Disk:
    """The store's manners: seconds per operation, and how often it fails."""

    delay: float
    error_chance: float
    read_only_after: int | None


@dataclass(frozen=True)
class Story:
    """What a seed decides. `jumps` are (instant, seconds by which the clock jumps)."""

    seed: int
    rows: tuple[Row, ...]
    catalog: tuple[FakePart, ...]
    settings: Settings
    lives: tuple[Life, ...]
    chance: float
    kinds: tuple[Fault, ...]
    desk_chance: float
    latency: float
    poison: frozenset[str]
    part_limit: int | None
    token_life: float
    disk: Disk
    jumps: tuple[tuple[float, float], ...]


def story_of(seed: int) -> Story:
    """The story of a seed."""
    dice = random.Random(f"story {seed}")
    size = dice.choice([1, 3, 20, 20, 60, 150])
    numbers, catalog = _catalog(dice, size)
    rows = _rows(dice, numbers)
    chance = dice.choice([0.0, 0.05, 0.2, 0.5])
    kinds = tuple(CERTAIN) if dice.random() < 0.25 else tuple(Fault)
    kinds = tuple(sorted(kinds, key=list(Fault).index))
    poison = frozenset(dice.sample(numbers, min(size, 3))) if dice.random() < 0.15 else frozenset()
    return Story(
        seed=seed,
        rows=rows,
        catalog=catalog,
        settings=_settings(dice, size),
        lives=_lives(dice, rows),
        chance=chance,
        kinds=tuple(dice.sample(kinds, dice.choice([1, 2, 4, len(kinds)]))),
        desk_chance=dice.choice([0.0, 0.0, 0.0, 0.3]),
        latency=dice.choice([0.01, 0.5, 3.0]),
        poison=poison,
        part_limit=dice.choice([None, None, None, None, size // 2, 0]),
        token_life=dice.choice([86_400.0, 86_400.0, 60.0]),
        disk=_disk(dice),
        jumps=_jumps(dice),
    )


def _catalog(dice: random.Random, size: int) -> tuple[list[str], tuple[FakePart, ...]]:
    """The numbers that rows ask for, and the parts that the API knows."""
    numbers: list[str] = []
    parts: list[FakePart] = []
    for n in range(1, size + 1):
        draw, number = dice.random(), f"PN-{n}"
        if draw < 0.55:
            parts.append(FakePart(number))
        elif draw < 0.75:
            parts += [FakePart(number), FakePart(number, "Bolt")]
        elif draw < 0.82:
            parts.append(FakePart(f"PN{n}", "Bolt"))
        elif draw < 0.9:  # one key for the API, two electrical parts
            number = f"{n}.5SMC" if dice.random() < 0.5 else f"{n}5SMC"
            parts += [FakePart(f"{n}.5SMC"), FakePart(f"{n}5SMC")]
        numbers.append(number)
    return numbers, tuple(parts)


def _rows(dice: random.Random, numbers: list[str]) -> tuple[Row, ...]:
    asked = numbers + dice.choices(numbers, k=len(numbers) // 3)
    asked += dice.choices(_PLACEHOLDERS, k=len(numbers) // 10)
    dice.shuffle(asked)
    return tuple(
        Row(
            _spelling(dice, mpn),
            dice.choice(_MAKERS),
            do_not_populate=dice.random() < 0.02,
            line=line,
        )
        for line, mpn in enumerate(asked)
    )


def _spelling(dice: random.Random, mpn: str) -> str:
    """The number as people write it; another spelling of the same number one time in five."""
    ways = (mpn.lower(), f" {mpn}\u200b", mpn.replace("-", "\u2013"), mpn.replace("-", ""))
    return dice.choice(ways) if dice.random() < 0.2 else mpn


def _settings(dice: random.Random, size: int) -> Settings:
    changes: dict[str, Any] = {
        "limits": Limits(
            requests_per_minute=dice.choice([60_000, 60_000, 300, 20]),
            concurrency=dice.choice([1, 2, 8]),
            queries_per_request=dice.choice([1, 3, 10, 100]),
            parts_per_request=dice.choice([5, 100]),
            queries_per_alias=dice.choice([1, 2, 100]),
        ),
        "patience": Patience(
            attempt_timeout=5,
            give_up_after=dice.choice([8, 120, 600]),
            attempts=dice.choice([1, 3, 5]),
            backoff=0.5,
        ),
        "budget": dice.choice([None, None, 0, 1, 7, size // 2, size, 2 * size]),
        "month_budget": dice.choice([None, None, size // 3, size]),
        "linger": dice.choice([0.0, 0.02, 1.0]),
        "window": dice.choice([1, 5, 40, 2_000]),
        "second_look": dice.choice([0, 1, 4]),
        "keep_answers": dice.random() < 0.7,
        "retention": dice.choice([86_400.0, 86_400.0, 30.0]),
    }
    return settings(**changes)


def _lives(dice: random.Random, rows: tuple[Row, ...]) -> tuple[Life, ...]:
    """Up to three processes, one after the other; the last one mostly ends in good order."""
    endings = dice.choices(tuple(Ending), weights=[4, 1, 1, 1, 3], k=dice.choice([0, 0, 1, 1, 2]))
    endings.append(Ending.DONE if dice.random() < 0.8 else dice.choice(tuple(Ending)))
    return tuple(_life(dice, ending, rows) for ending in endings)


def _life(dice: random.Random, ending: Ending, rows: tuple[Row, ...]) -> Life:
    readers: list[Reader] = []
    if dice.random() < 0.8:
        readers.append(_stream_reader(dice))
    if not readers or dice.random() < 0.4:
        readers += [_caller(dice, row) for row in rows[:40]]
    return Life(
        ending,
        tuple(readers),
        ends_after=dice.random() * dice.choice([1, 20, 200]),
        dies_at_beat=int(10 ** dice.uniform(0.7, 3.3)) if ending is Ending.CRASHED else None,
    )


def _stream_reader(dice: random.Random) -> Reader:
    return Reader(
        None,
        ordered=dice.random() < 0.5,
        leaves_after=dice.choice([None, None, None, dice.random() * 10]),
        takes_at_most=dice.choice([None, None, None, dice.randrange(30)]),
        pauses=dice.choice([0.0, 0.0, 0.5]),
    )


def _caller(dice: random.Random, row: Row) -> Reader:
    return Reader(
        row,
        begins_after=dice.choice([0.0, dice.random() * 5]),
        leaves_after=dice.choice([None, None, dice.random() * 5]),
    )


def _disk(dice: random.Random) -> Disk:
    is_bad = dice.random() < 0.25
    return Disk(
        delay=dice.choice([0.0, 0.01, 0.3, 5.0]),
        error_chance=dice.choice([0.02, 0.2]) if is_bad else 0.0,
        read_only_after=dice.randrange(40) if is_bad and dice.random() < 0.3 else None,
    )


def _jumps(dice: random.Random) -> tuple[tuple[float, float], ...]:
    if dice.random() < 0.85:
        return ()
    sizes = (10, 400, 4_000, 90_000, 40 * 86_400)
    return tuple(
        (dice.random() * 20, dice.choice([-1, 1]) * dice.choice(sizes))
        for _ in range(dice.randint(1, 4))
    )
