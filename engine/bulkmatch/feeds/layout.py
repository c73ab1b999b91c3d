"""The value that finding columns gives: which column plays which role, how sure, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bulkmatch.feeds.names import CLEAR, MAYBE, USUAL, Role
from bulkmatch.model.row import Columns


@dataclass(frozen=True, slots=True)
class Choice:
    """A column's role; `confidence` is from 0 to 1, `reason` in words."""

    role: Role
    index: int
    name: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table's columns mean. `choices` are in the order of the roles, main columns first."""

    columns: Columns
    choices: tuple[Choice, ...]

    def choice(self, role: Role) -> Choice | None:
        """The main column of the role."""
        return next((choice for choice in self.choices if choice.role is role), None)


def confidence_of(rank: int, share: float, *, filled: bool, agree: float) -> float:
    """How sure a choice is, from how sure the name is and how many cells agree."""
    if rank == CLEAR:
        found = 0.9 if not filled else 0.99 if share >= agree else 0.7
    elif rank == USUAL:
        found = 0.75 if not filled else 0.8 + 0.15 * share if share >= agree else 0.55
    else:
        found = 0.35 + 0.5 * share if rank == MAYBE else 0.25 + 0.5 * share
    return round(found, 2)


def sorted_out(
    found: Sequence[tuple[int, int]],
) -> tuple[int | None, tuple[int, ...], list[tuple[int, int]]]:
    """The main column, others of the same thing, and those of alternates, from (ordinal, index)."""
    if not found:
        return None, (), []
    first = [index for ordinal, index in found if ordinal == found[0][0]]
    return first[0], tuple(first[1:]), [pair for pair in found if pair[0] != found[0][0]]


def pairs_of(
    mpns: Sequence[tuple[int, int]], makers: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int | None], ...]:
    """Columns of alternates with their makers': those of the same number, else the next one."""
    left = list(makers)
    pairs: list[tuple[int, int | None]] = []
    for ordinal, index in mpns:
        same = [pair for pair in left if pair[0] == ordinal]
        near = min(same, key=lambda pair: abs(pair[1] - index), default=None)
        if near is not None:
            left.remove(near)
        pairs.append((index, near[1] if near else None))
    return tuple(pairs)
