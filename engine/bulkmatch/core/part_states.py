"""Our own conclusions about a part: its states, how it may be built with, and how soon to look again."""

from collections.abc import Collection

from bulkmatch.model.audit import Health
from bulkmatch.model.observation import Fact, FactName, Standing, Tier
from bulkmatch.model.policy import StateKind, Thresholds

_LIFECYCLES = {
    "NRND": StateKind.IS_NRND,
    "EOL": StateKind.IS_EOL,
    "Obsolete": StateKind.IS_OBSOLETE,
}
_OUTCOMES = {
    "needs review": StateKind.NEEDS_REVIEW,
    "missed": StateKind.NOT_FOUND,
    "failed": StateKind.FAILED,
}
# What RoHS says of a part that may be sold in the Union.
_COMPLIANT = ("compliant", "yes", "exempt")
_FREE = ("no svhc", "compliant", "none")
_AT_END = {StateKind.IS_EOL, StateKind.IS_OBSOLETE, StateKind.NO_SOURCE}
_AT_RISK = {StateKind.IS_NRND, StateKind.NO_STOCK}
_UNSURE = {
    StateKind.NEEDS_REVIEW,
    StateKind.NOT_FOUND,
    StateKind.LIFECYCLE_UNKNOWN,
    StateKind.LIFECYCLE_NOT_IN_PLAN,
}


def states_of(
    outcome: str, facts: Collection[Fact], thresholds: Thresholds
) -> tuple[StateKind, ...]:
    """What is true of a part that a rule can speak of, in the order of `StateKind`."""
    found = {_OUTCOMES[outcome]} if outcome in _OUTCOMES else set[StateKind]()
    for fact in facts:
        state = _state(fact, thresholds)
        if state is not None:
            found.add(state)
    if StateKind.NO_SOURCE in found:  # says it all
        found.discard(StateKind.NO_STOCK)
    return tuple(state for state in StateKind if state in found)


def _state(fact: Fact, thresholds: Thresholds) -> StateKind | None:
    match fact.name:
        case FactName.LIFECYCLE:
            return _lifecycle_state(fact)
        case FactName.STOCK if fact.is_known and not fact.value:
            return StateKind.NO_STOCK
        case FactName.SOURCES:
            return {0: StateKind.NO_SOURCE, 1: StateKind.SINGLE_SOURCED}.get(int(fact.value or 0))
        case FactName.LEAD_TIME if (
            fact.is_known and int(fact.value or 0) > thresholds.long_lead_days
        ):
            return StateKind.LEAD_TIME_LONG
        case FactName.ROHS if fact.is_known and not _says(fact, _COMPLIANT):
            return StateKind.NOT_ROHS
        case FactName.REACH if fact.is_known and not _says(fact, _FREE):
            return StateKind.HAS_SVHC
        case _:
            return None


def _lifecycle_state(fact: Fact) -> StateKind | None:
    if fact.standing is Standing.NOT_ENTITLED:
        return StateKind.LIFECYCLE_NOT_IN_PLAN
    if fact.standing is Standing.UNKNOWN:
        return StateKind.LIFECYCLE_UNKNOWN
    return _LIFECYCLES.get(fact.words)


def _says(fact: Fact, words: Collection[str]) -> bool:
    """Whether a text begins with one of the words; "non-compliant" does not begin with "compliant"."""
    return fact.words.casefold().startswith(tuple(words))


def tier_of(states: Collection[StateKind]) -> Tier:
    """How soon to look again at a part in these states."""
    if StateKind.FAILED in states:
        return Tier.NEVER_SEEN
    if StateKind.IS_OBSOLETE in states:
        return Tier.ENDED
    if (_AT_END | _AT_RISK).intersection(states):
        return Tier.AT_RISK
    if _UNSURE.intersection(states):
        return Tier.UNSURE
    return Tier.SINGLE_SOURCED if StateKind.SINGLE_SOURCED in states else Tier.PRODUCTION


def health_of(states: Collection[StateKind], *, is_seen: bool) -> Health:
    """How far a line can be built with a part in these states; `is_seen` once an audit has seen it."""
    if not is_seen or StateKind.FAILED in states:
        return Health.UNCHECKED
    for health, group in (
        (Health.AT_END, _AT_END),
        (Health.UNSURE, {StateKind.NEEDS_REVIEW, StateKind.NOT_FOUND}),
        (Health.AT_RISK, _AT_RISK),
        (Health.UNSURE, _UNSURE),
    ):
        if group.intersection(states):
            return health
    return Health.FINE


# The best first: a line stands as well as the best of its options.
BEST_FIRST = (Health.FINE, Health.AT_RISK, Health.UNSURE, Health.UNCHECKED, Health.AT_END)


def rank_of(health: Health) -> int:
    """0 for the best."""
    return BEST_FIRST.index(health)
