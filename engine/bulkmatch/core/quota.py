"""How long a part limit holds, and how long it is believed that a plan lacks a feature."""

from datetime import UTC, datetime, timedelta

from bulkmatch.model.plan import FeatureNote, LimitMet, Resets

# The counter starts anew on the 1st (A:101000476314, read 2026-11-20); in which time zone is not
# documented, so a limit met in the month's first hours may still be the old month's. West of
# Greenwich the 1st begins up to twelve hours later.
_LATEST_START = timedelta(hours=12)
# A plan changes by contract, rarely; asking for a feature again costs one error beside an answer.
FEATURE_AGE = timedelta(days=30)
_MOST_TOLD = 200


def resets_at(met_at: datetime, resets: Resets) -> datetime | None:
    """The instant from which parts may be left again; None when the limit is for life."""
    if resets is Resets.NEVER:
        return None
    begin = met_at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if met_at < begin + _LATEST_START:
        return begin + _LATEST_START
    return (begin + timedelta(days=32)).replace(day=1)


def holds(met: LimitMet, *, now: datetime, resets: Resets) -> bool:
    """Whether asking is in vain. A limit from the future was dated by a wrong clock and holds too."""
    until = resets_at(met.met_at, resets)
    return until is None or now < until


def is_believed(note: FeatureNote, *, now: datetime) -> bool:
    """Whether a feature that the plan lacked is still not to be asked for."""
    return not note.is_included and now < note.learnt_at + FEATURE_AGE


def limit_words(limit: int | None) -> str:
    """The limit in a sentence: `part limit of 100`."""
    return "part limit" if limit is None else f"part limit of {limit}"


def halt_words(met: LimitMet, *, resets: Resets) -> str:
    """Why nothing is sent, for every line that is left out."""
    told = f"the account's {limit_words(met.limit)} was reached on {met.met_at:%Y-%m-%d %H:%M} UTC"
    until = resets_at(met.met_at, resets)
    if until is None:
        return f"{told}, for life; nothing is sent"
    return f"{told}; nothing is sent before {until:%Y-%m-%d %H:%M} UTC"


def way_on(limit: int | None, met_at: datetime, *, resets: Resets) -> str:
    """What a person can do about a part limit, in one line."""
    if limit == 0:
        return (
            "a part limit of 0 means that no plan is assigned to this application: assign one on its "
            "page at portal.nexar.com, then `bulkmatch plan probe`"
        )
    upgraded = "with a larger plan, `bulkmatch plan probe` or --ask-anyway asks again at once"
    until = resets_at(met_at, resets)
    if until is None:
        return f"the limit is for life and never resets; {upgraded}"
    return (
        f"the counter starts anew on {until:%Y-%m-%d %H:%M} UTC (an evaluation plan's limit is for "
        f"life and never does); {upgraded}"
    )


def words_kept(told: str) -> str:
    """As much of the API's own text as is remembered."""
    return " ".join(told.split())[:_MOST_TOLD]
