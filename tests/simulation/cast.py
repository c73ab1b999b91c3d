"""Who plays in a story: processes, those who read from them, and how each of them ends."""

import random
from dataclasses import dataclass
from enum import StrEnum

from tests.simulation.mortal import Moment

from bulkmatch import Row

_EVENTS = ("begin", "begin", "request", "answer", "token", "reserve", "settle", "settle")


class Ending(StrEnum):
    """How one life of a process ends."""

    DONE = "all is read to the end"
    STOPPED = "the run is told to stop"
    CANCELLED = "the engine is cancelled from outside"
    LEFT = "the engine's block is left early"
    CRASHED = "the process dies"


class Aim(StrEnum):
    """Whom a blow strikes."""

    ANY = "whatever task goes on at that step"
    READER = "one of the readers"


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


@dataclass(frozen=True)
class Life:
    """One process, which begins `begins_after` seconds into its act.

    It ends `ends_after` seconds later, or dies at a moment; blows strike its tasks.
    """

    name: str
    run_id: str
    ending: Ending
    readers: tuple[Reader, ...]
    begins_after: float
    ends_after: float
    dies_at: Moment | None
    blows: tuple[tuple[Moment, Aim], ...]


def acts_of(
    dice: random.Random, rows: tuple[Row, ...], *, crowd: float
) -> tuple[tuple[Life, ...], ...]:
    """Up to three acts, one after the other, of one process or, by the chance `crowd`, of two at once.

    The last one mostly ends in good order, and processes mostly go on with one run.
    """
    has_one_run = dice.random() < 0.7
    acts: list[tuple[Life, ...]] = []
    earlier = dice.choice([0, 0, 0, 1, 1, 2])
    for number in range(earlier + 1):
        is_last = number == earlier
        count = 2 if dice.random() < crowd else 1
        acts.append(
            tuple(
                _life(
                    dice,
                    f"process {number + 1}{'ab'[at] if count > 1 else ''}",
                    "the-run" if has_one_run else f"run-{dice.choice('ab')}",
                    _ending(dice, is_last=is_last),
                    rows,
                    begins_after=at * dice.random() * dice.choice([0, 1, 10]),
                )
                for at in range(count)
            )
        )
    return tuple(acts)


def _ending(dice: random.Random, *, is_last: bool) -> Ending:
    if is_last and dice.random() < 0.85:
        return Ending.DONE
    return dice.choices(tuple(Ending), weights=[2, 1, 1, 1, 6])[0]


def _life(
    dice: random.Random,
    name: str,
    run_id: str,
    ending: Ending,
    rows: tuple[Row, ...],
    *,
    begins_after: float,
) -> Life:
    readers: list[Reader] = []
    if dice.random() < 0.9:
        readers.append(_stream_reader(dice))
    if not readers or dice.random() < 0.25:
        readers += [_caller(dice, row) for row in rows[:15]]
    blows = dice.choice([0, 0, 0, 1, 3])
    return Life(
        name,
        run_id,
        ending,
        tuple(readers),
        begins_after=begins_after,
        ends_after=dice.random() * dice.choice([1, 20, 200]),
        dies_at=_moment(dice) if ending is Ending.CRASHED else None,
        blows=tuple((_moment(dice), _aim(dice)) for _ in range(blows)),
    )


def _aim(dice: random.Random) -> Aim:
    return Aim.ANY if dice.random() < 0.25 else Aim.READER


def _moment(dice: random.Random) -> Moment:
    """Any step at all, or one soon after something that has changed the world."""
    event = dice.choice(_EVENTS)
    if event == "begin":
        return Moment(event, 1, int(10 ** dice.uniform(0.0, 3.5)))
    return Moment(event, int(10 ** dice.uniform(0.0, 1.2)), int(10 ** dice.uniform(0.0, 1.3)))


def _stream_reader(dice: random.Random) -> Reader:
    return Reader(
        None,
        ordered=dice.random() < 0.5,
        leaves_after=dice.random() * 10 if dice.random() < 0.12 else None,
        takes_at_most=dice.randrange(30) if dice.random() < 0.12 else None,
        pauses=dice.choice([0.0, 0.0, 0.5]),
    )


def _caller(dice: random.Random, row: Row) -> Reader:
    return Reader(
        row,
        begins_after=dice.choice([0.0, dice.random() * 5]),
        leaves_after=dice.choice([None, None, None, dice.random() * 5]),
    )
