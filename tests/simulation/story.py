"""A story: everything that a seed decides before the first request."""

import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tests.fakes import FakePart, settings
from tests.simulation.cast import Ending, Life, acts_of
from tests.simulation.faults import (
    CERTAIN,
    DEADLY,
    OUT_OF_REACH,
    PUSH_BACK,
    Fault,
    Outage,
)

from bulkmatch import Limits, Patience, Row, Settings
from bulkmatch.core.normal import is_placeholder

_MAKERS = ("Acme", "Acme", "Acme", None, "Bolt", "Zed", "acme ", "N/A")
_PLACEHOLDERS = ("N/A", "", "-", "DNP", "tbd", "X" * 200)
_DAY = 86_400.0


class Crossing(StrEnum):
    """What the API makes of a request that would cross the part limit: nobody knows."""

    SERVED = "served whole"
    REFUSED = "refused whole"
    PARTLY = "served as far as it goes"


@dataclass(frozen=True)
class StoreManners:
    """The store's: seconds per operation, and how often it fails."""

    delay: float = 0.0
    error_chance: float = 0.0
    read_only_after: int | None = None


@dataclass(frozen=True)
class Story:
    """What a seed decides. `jumps` are (instant, seconds by which the clock jumps), and `sweeps` are
    (instant, seconds by which his clock is ahead) of somebody else who opens the store.

    `acts` follow each other; the processes of one act live at the same time. `is_calm` says that
    nothing goes wrong, poison lines apart: then every other line gets its answer.
    """

    seed: int
    rows: tuple[Row, ...]
    catalog: tuple[FakePart, ...]
    settings: Settings
    acts: tuple[tuple[Life, ...], ...]
    chance: float
    kinds: tuple[Fault, ...]
    desk_chance: float
    outage: Outage | None
    latency: float
    poison: frozenset[str]
    part_limit: int | None
    crossing: Crossing
    token_life: float
    disk: StoreManners
    jumps: tuple[tuple[float, float], ...]
    sweeps: tuple[tuple[float, float], ...]
    is_calm: bool

    @property
    def lives(self) -> tuple[Life, ...]:
        """All processes."""
        return tuple(life for act in self.acts for life in act)

    @property
    def asking(self) -> int:
        """Rows that ask something."""
        asked = (row for row in self.rows if not row.do_not_populate and len(row.mpn) < 100)
        return sum(not is_placeholder(row.mpn.strip()) for row in asked)

    @property
    def has_crash(self) -> bool:
        """Whether a process may die."""
        return any(life.ending is Ending.CRASHED for life in self.lives)


def story_of(seed: int) -> Story:
    """The story of a seed."""
    dice = random.Random(f"story {seed}")
    size = dice.choice([1, 2, 4, 7, 10, 14, 24])
    numbers, catalog = _catalog(dice, size)
    rows = _rows(dice, numbers)
    jumps = _jumps(dice)
    story = Story(
        seed=seed,
        rows=rows,
        catalog=catalog,
        settings=_settings(dice, size),
        acts=acts_of(dice, rows, crowd=0.7 if jumps else 0.3),
        chance=dice.choice([0.0, 0.05, 0.1, 0.2, 0.3, 0.5]),
        kinds=_kinds(dice),
        desk_chance=dice.choice([0.0, 0.0, 0.0, 0.1, 0.3]),
        outage=_outage(dice),
        latency=dice.choice([0.01, 0.5, 3.0]),
        poison=_poison(dice, numbers),
        part_limit=_weighted(dice, {0: 0.5, size // 2: 2, size: 1, None: 24}),
        crossing=dice.choice(tuple(Crossing)),
        token_life=dice.choice([_DAY, _DAY, 60.0]),
        disk=_disk(dice),
        jumps=jumps,
        sweeps=_sweeps(dice),
        is_calm=False,
    )
    if dice.random() < 0.1:
        return _calmed(story)
    is_pushed = story.outage is not None and story.outage.kind in PUSH_BACK
    return _hurried(story) if is_pushed or (story.outage and dice.random() < 0.6) else story


def _hurried(story: Story) -> Story:
    """The same story told by somebody who sends all at once, so that pushing back has something to push."""
    limits = replace(
        story.settings.limits, requests_per_minute=60_000, concurrency=8, queries_per_request=1
    )
    patience = replace(story.settings.patience, give_up_after=600, attempts=5)
    settings = replace(story.settings, limits=limits, patience=patience, budget=None)
    return replace(story, settings=replace(settings, month_budget=None, window=2_000))


def _calmed(story: Story) -> Story:
    """The same story with nothing in the way, but perhaps a line that is to blame for itself."""
    limits = replace(story.settings.limits, requests_per_minute=60_000)
    patience = replace(story.settings.patience, give_up_after=600)
    return replace(
        story,
        settings=replace(
            story.settings, budget=None, month_budget=None, limits=limits, patience=patience
        ),
        chance=0.0,
        desk_chance=0.0,
        outage=None,
        latency=min(story.latency, 0.5),
        part_limit=None,
        disk=StoreManners(min(story.disk.delay, 0.3)),
        jumps=(),
        is_calm=True,
    )


def _weighted(dice: random.Random, weights: "dict[Any, float]") -> Any:
    return dice.choices(list(weights), weights=list(weights.values()))[0]


def _kinds(dice: random.Random) -> tuple[Fault, ...]:
    """The faults that a story may meet: a few kinds, so that they meet themselves; seldom all."""
    is_certain = dice.random() < 0.3
    has_deadly = dice.random() < 0.1
    kinds = [
        kind
        for kind in Fault
        if (kind in CERTAIN or not is_certain) and (kind not in DEADLY or has_deadly)
    ]
    return tuple(dice.sample(kinds, dice.choice([1, 2, 4, 8, len(kinds)])))


def _outage(dice: random.Random) -> Outage | None:
    """Nobody there, or nobody willing, for some seconds or longer than the engine's patience."""
    if dice.random() > 0.15:
        return None
    return Outage(
        dice.random() * dice.choice([0, 5, 30]),
        dice.choice([3, 60, 900]),
        dice.choice((*OUT_OF_REACH, *PUSH_BACK)),
    )


def _poison(dice: random.Random, numbers: list[str]) -> frozenset[str]:
    """Numbers on which the API crashes."""
    if dice.random() > 0.15:
        return frozenset()
    return frozenset(dice.sample(numbers, min(len(numbers), dice.choice([1, 1, 3]))))


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
    asked += dice.choices(_PLACEHOLDERS, k=len(numbers) // 15)
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
            requests_per_minute=dice.choice([60_000, 60_000, 300, 30]),
            concurrency=dice.choice([1, 2, 8]),
            queries_per_request=_weighted(dice, {1: 1, 3: 3, 10: 4, 100: 4}),
            parts_per_request=dice.choice([5, 100]),
            queries_per_alias=dice.choice([1, 2, 100]),
        ),
        "patience": Patience(
            attempt_timeout=5,
            give_up_after=_weighted(dice, {8: 1, 120: 3, 600: 6}),
            attempts=_weighted(dice, {1: 0.6, 3: 3, 5: 4}),
            backoff=0.5,
        ),
        "budget": _weighted(
            dice,
            {0: 0.2, 1: 0.2, 7: 0.3, size // 2: 0.7, size: 1, 2 * size: 2, 4 * size: 5, None: 8},
        ),
        "month_budget": _weighted(dice, {size // 3: 0.4, size: 1, 4 * size: 4, None: 8}),
        "linger": dice.choice([0.0, 0.02, 1.0]),
        "window": dice.choice([1, 5, 40, 2_000]),
        "second_look": dice.choice([0, 1, 4]),
        "keep_answers": dice.random() < 0.7,
        "retention": dice.choice([_DAY, _DAY, 30.0]),
    }
    return settings(**changes)


def _disk(dice: random.Random) -> StoreManners:
    is_bad = dice.random() < 0.2
    return StoreManners(
        delay=dice.choice([0.0, 0.01, 0.3, 5.0]),
        error_chance=dice.choice([0.01, 0.03, 0.1]) if is_bad else 0.0,
        read_only_after=dice.randrange(60) if is_bad and dice.random() < 0.3 else None,
    )


def _jumps(dice: random.Random) -> tuple[tuple[float, float], ...]:
    if dice.random() < 0.85:
        return ()
    sizes = (10, 400, 1_000, 4_000, 90_000, 40 * 86_400)
    return tuple(
        (dice.random() * 20, dice.choice([-1, 1]) * dice.choice(sizes))
        for _ in range(dice.randint(1, 4))
    )


def _sweeps(dice: random.Random) -> tuple[tuple[float, float], ...]:
    """Others look at the budget, on machines whose clocks may be ahead."""
    if dice.random() < 0.8:
        return ()
    return tuple(
        (dice.random() * 20, dice.choice([0, 400, 1_000])) for _ in range(dice.randint(1, 5))
    )
