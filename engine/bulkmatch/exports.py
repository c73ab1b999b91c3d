"""Where each public name lives. Must not import any of them before it is asked for."""

from importlib import import_module

_HOMES = {
    "bulkmatch.core.decision": "decide",
    "bulkmatch.core.price": "authorised_stock best_price",
    "bulkmatch.errors": (
        "BadCredentials BadQuery BudgetExceeded EngineError FeedError LeaseLost NotEntitled NotSent "
        "PartLimitReached Refused SettingsError StoreError Throttled Unanswered Unauthorized "
        "WireError"
    ),
    "bulkmatch.feeds": "read_tables",
    "bulkmatch.model.decision": "Action Decision Subject",
    "bulkmatch.model.event": (
        "AnswersLoaded BatchFailed BatchSent BatchSettled CallLost CircuitClosed CircuitOpened Event "
        "FeatureMissing FlightLimitLowered Observer RunStopping SchemaDrifted TokenRenewed Waited"
    ),
    "bulkmatch.model.money": "Caps Spend",
    "bulkmatch.model.outcome": (
        "Confidence Failed MatchKind Matched Missed Option Outcome Provenance Review ReviewKind "
        "SkipReason Skipped outcome_name outcome_reason"
    ),
    "bulkmatch.model.part": "Lifecycle Offer OrderPrice PartFacts PartLike PriceBreak",
    "bulkmatch.model.plan": "Resets",
    "bulkmatch.model.row": "Alternate Columns Row Table",
    "bulkmatch.model.settings": "Credentials Features Limits Patience Settings",
    "bulkmatch.model.tally": "Estimate Tally",
    "bulkmatch.run": "Engine World",
    "bulkmatch.wire.profile": "FULL PROFILES Profile SUPPLY",
    "nexar_client": "FullPart SupplyPart",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def load(name: str) -> object:
    """The public name `name`. Raises `AttributeError` as a module does."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'bulkmatch' has no attribute {name!r}")
    return getattr(import_module(home), name)
