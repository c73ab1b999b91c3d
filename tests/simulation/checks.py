"""The promises, as far as outcomes, an engine that has ended, and the ledger can break them."""

from tests.simulation.api import SimulatedApi
from tests.simulation.disk import SimulatedDisk
from tests.simulation.story import Ending, Story
from tests.simulation.watch import Watch

from bulkmatch import (
    Engine,
    Failed,
    Matched,
    Missed,
    Outcome,
    Review,
    Skipped,
    SkipReason,
    Spend,
    SupplyPart,
    outcome_name,
    outcome_reason,
)
from bulkmatch.core.normal import is_placeholder, maker_key, maker_name, mpn_identity, mpn_key

_WITHOUT_ASKING = {SkipReason.NO_MPN, SkipReason.PLACEHOLDER, SkipReason.DO_NOT_POPULATE}

# Numbers that a fault puts into an entry that is the row's own: "more parts", "other types".
_MADE_UP = ("EXTRA", "5")


def check_outcome(outcome: Outcome[SupplyPart], story: Story, watch: Watch) -> None:
    """An outcome is of its own row, true to the catalog, and holds no secret."""
    watch.counts[outcome_name(outcome)] += 1
    watch.look_for_secrets(f"{outcome!r} {outcome_reason(outcome)}", "an outcome")
    number = outcome.row.mpn
    is_answered = isinstance(outcome, Matched | Review | Missed)
    watch.expect(
        holds=not is_answered or mpn_identity(number) in watch.booked,
        promise="booked before it is believed",
        how=f"{number} has an outcome, but no answer for it is on the disk",
    )
    match outcome:
        case Matched(part=part):
            _check_match(outcome.row.manufacturer, number, part, watch)
        case Review(parts=parts):
            strange = [p.mpn for p in parts if mpn_key(p.mpn) != mpn_key(number)]
            foreign = [mpn for mpn in strange if mpn not in _MADE_UP]
            watch.expect(
                holds=not foreign,
                promise="each answer on its own row",
                how=f"{foreign} on {number}",
            )
        case Missed():
            known = mpn_key(number) in {part.key for part in story.catalog}
            how = f"{number} is missed though the API knows it: {outcome.reason}"
            watch.expect(holds=not known, promise="trouble never looks like a miss", how=how)
        case Failed(cause=cause):
            _look_through(cause, watch)
        case Skipped(reason=reason):
            _check_skip(number, reason, story, watch)


def _check_match(maker: str | None, number: str, part: SupplyPart, watch: Watch) -> None:
    named = maker_name(maker)
    is_odd = part.manufacturer.name not in ("Acme", "Bolt")  # a fault's own name for a maker
    same_maker = named is None or is_odd or maker_key(named) == maker_key(part.manufacturer.name)
    watch.expect(
        holds=mpn_identity(part.mpn) == mpn_identity(number) and same_maker,
        promise="each answer on its own row",
        how=f"{part.mpn} of {part.manufacturer.name} on {number} of {maker}",
    )


def _check_skip(number: str, reason: SkipReason, story: Story, watch: Watch) -> None:
    """A row that could be asked is skipped for a reason that the story has."""
    settings = story.settings
    has_budget = settings.budget is not None or settings.month_budget is not None
    watch.expect(
        holds=reason is not SkipReason.BUDGET or has_budget,
        promise="one outcome per row",
        how=f"{number} is skipped for a budget that nobody set",
    )
    is_odd = is_placeholder(number) or len(number) > 100
    fits = reason not in _WITHOUT_ASKING - {SkipReason.DO_NOT_POPULATE} or is_odd
    watch.expect(
        holds=fits, promise="one outcome per row", how=f"{number!r} is skipped as {reason}"
    )


def _look_through(cause: BaseException, watch: Watch) -> None:
    error: BaseException | None = cause
    for _ in range(20):
        if error is None:
            return
        watch.look_for_secrets(f"{error} {error!r}", "an error")
        error = error.__cause__ or error.__context__


def check_engine(engine: Engine[SupplyPart], watch: Watch) -> None:
    """Nothing is left behind in an engine that has ended, in whatever way it ended."""
    dispatcher, purse = engine._dispatcher, engine._sender._purse
    left = len(dispatcher._pending), len(dispatcher._unsent), len(dispatcher._arrived)
    how = f"pending, unsent, arrived: {left}; in flight: {purse._in_flight}"
    is_clean = not any(left) and purse._in_flight == 0
    watch.expect(holds=is_clean, promise="nothing is left behind", how=how)


def check_ledger(
    spend: Spend, story: Story, api: SimulatedApi, disk: SimulatedDisk, watch: Watch
) -> None:
    """The run's books against the API's own count, when all processes have ended.

    Weakened where a fault takes the knowledge away, and only there:
    - after a crash or a failing store, parts may stay reserved until their lease runs out, so
      they count with the rest;
    - parts beyond what was asked are counted by nobody when their answer was lost, so where an
      answer was, they are left out of the API's count;
    - after a lost answer the ledger may be higher than the API's count, never lower.
    """
    has_crashed = any(life.ending is Ending.CRASHED for life in story.lives)
    is_true = not (api.uncertain or has_crashed or disk.errors)
    charged = api.charged if is_true else api.charged - api.beyond
    told = f"{spend}, charged {api.charged}, of these unasked {api.beyond}"
    watch.tell(f"the end: {told}")
    booked = spend.settled + spend.unknown
    if has_crashed or disk.errors:
        booked += spend.reserved
    else:
        watch.expect(holds=not spend.reserved, promise="nothing is left behind", how=told)
    watch.expect(holds=booked >= charged, promise="the ledger never understates", how=told)
    watch.expect(
        holds=spend.settled <= api.charged, promise="the ledger is exact", how=f"overstated: {told}"
    )
    if is_true:
        is_exact = spend.settled == api.charged and not spend.unknown
        watch.expect(holds=is_exact, promise="the ledger is exact", how=told)
        watch.counts["stories with exact books"] += 1
