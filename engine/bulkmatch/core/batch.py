"""Group asks into batches under the provider profile, and cut batches smaller."""

from collections.abc import Sequence

from bulkmatch.model.query import AliasGroup, Ask, AskOptions, Batch
from bulkmatch.model.settings import Limits


def fill(asks: Sequence[Ask], *, limits: Limits) -> int:
    """How many of the first `asks` go into one request: never more queries or parts than allowed."""
    parts = 0
    for count, ask in enumerate(asks[: limits.queries_per_request]):
        parts += ask.limit
        if parts > limits.parts_per_request:
            return max(1, count)
    return min(len(asks), limits.queries_per_request)


def group(asks: Sequence[Ask], *, limits: Limits) -> Batch:
    """One batch of all `asks`: an alias for each set of equal options and limit, in first-seen order."""
    alike: dict[tuple[AskOptions, int], list[Ask]] = {}
    for ask in asks:
        alike.setdefault((ask.query.options, ask.limit), []).append(ask)
    size = limits.queries_per_alias
    return Batch(
        tuple(
            AliasGroup(options, tuple(same[at : at + size]))
            for (options, _), same in alike.items()
            for at in range(0, len(same), size)
        )
    )


def shrink(asks: Sequence[Ask], *, parts_left: int) -> tuple[tuple[Ask, ...], tuple[Ask, ...]]:
    """The asks that fit into `parts_left` together, in order, and the rest: no headroom is stranded."""
    fitting: list[Ask] = []
    rest: list[Ask] = []
    for ask in asks:
        if ask.limit <= parts_left:
            parts_left -= ask.limit
            fitting.append(ask)
        else:
            rest.append(ask)
    return tuple(fitting), tuple(rest)


def split(asks: Sequence[Ask]) -> tuple[tuple[Ask, ...], tuple[Ask, ...]]:
    """Two halves; the first is the larger by one when the count is odd."""
    middle = (len(asks) + 1) // 2
    return tuple(asks[:middle]), tuple(asks[middle:])
