"""Which parts to look at now, and what the library will cost: risk first, then age."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bulkmatch.model.audit import Forecast
from bulkmatch.model.observation import Tier

# Of parts that are due, who comes first when not all can be asked.
RISK_ORDER = (
    Tier.AT_RISK,
    Tier.SINGLE_SOURCED,
    Tier.NEVER_SEEN,
    Tier.UNSURE,
    Tier.PRODUCTION,
    Tier.ENDED,
)
# A month on average, in days.
_MONTH = Decimal("30.44")


def due_at(tier: Tier, seen_at: datetime, intervals: Mapping[Tier, int]) -> datetime:
    """The instant from which a part is due again."""
    return seen_at + timedelta(days=intervals[tier])


def month_end(now: datetime) -> datetime:
    """The first instant of the next month in UTC, when the part limit starts anew (facts, section 4)."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def parts_to_ask(
    *, due: int, total: int, max_parts: int | None, left: int | None, spend_rest: bool
) -> int:
    """How many parts to ask for, most urgent first.

    `due` parts are due; with `spend_rest` what is left of the month is used for further ones too.
    `left` is what the
    month's budget leaves, None where there is none: then there is no rest to spend.
    """
    wanted = total if spend_rest and left is not None else due
    return min([wanted, *(most for most in (max_parts, left) if most is not None)])


def forecast(
    counts: Mapping[Tier, int],
    *,
    due_now: int,
    rest_of_month: int,
    next_month: int,
    intervals: Mapping[Tier, int],
    left: int | None,
) -> Forecast:
    """What the library will cost, by the parts in each tier. A day's interval is the least that counts."""
    per_month = sum(
        (
            count * _MONTH / max(1, intervals[tier])
            for tier, count in counts.items()
            if tier is not Tier.NEVER_SEEN
        ),
        Decimal(0),
    )
    return Forecast(
        due_now=due_now,
        rest_of_month=rest_of_month,
        next_month=next_month,
        per_month=per_month.quantize(Decimal("0.1")),
        left=left,
    )
