"""Counts of a run: what a summary tells and what a run will cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run has done so far.

    `charged` and `unknown` are parts, `from_store` questions; `by_default` is what the answered
    questions would have been charged at the API's default limit. `tokens` counts those taken into
    use, fetched here or by another process. `schema_drift` says where answers did not fit the schema
    and how, once per path.
    """

    requests: int = 0
    charged: int = 0
    unknown: int = 0
    from_store: int = 0
    errors: int = 0
    tokens: int = 0
    by_default: int = 0
    schema_drift: tuple[str, ...] = ()

    @property
    def saved(self) -> int:
        """How many parts fewer were charged than the API's default limit would have had charged."""
        return max(0, self.by_default - self.charged)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price of a run before the first request.

    `lines` are input rows, of which `skipped` are never asked; `distinct` questions remain, of
    which `from_store` are answered for free. The first look costs `parts_first_look` parts at
    most; with every second look `parts_at_most`. `requests_at_least` and `seconds_at_least` hold
    at the pace of the provider profile.
    """

    lines: int
    skipped: int
    distinct: int
    from_store: int
    parts_first_look: int
    parts_at_most: int
    requests_at_least: int
    seconds_at_least: float
