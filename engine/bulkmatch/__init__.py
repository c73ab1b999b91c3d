"""Bulk part-number matching on the Nexar (Octopart) API.

Everything a caller needs is here; what is in the subpackages may move. A name is loaded when it is
first used (PEP 562), so that `import bulkmatch` costs next to nothing.
"""

from typing import TYPE_CHECKING

from bulkmatch.exports import load as __getattr__  # noqa: F401 - the module's own hook

if TYPE_CHECKING:
    from bulkmatch.core.decision import (
        decide as decide,
    )
    from bulkmatch.core.price import (
        authorised_stock as authorised_stock,
    )
    from bulkmatch.core.price import (
        best_price as best_price,
    )
    from bulkmatch.errors import (
        BadCredentials as BadCredentials,
    )
    from bulkmatch.errors import (
        BadQuery as BadQuery,
    )
    from bulkmatch.errors import (
        BudgetExceeded as BudgetExceeded,
    )
    from bulkmatch.errors import (
        EngineError as EngineError,
    )
    from bulkmatch.errors import (
        FeedError as FeedError,
    )
    from bulkmatch.errors import (
        LeaseLost as LeaseLost,
    )
    from bulkmatch.errors import (
        NotEntitled as NotEntitled,
    )
    from bulkmatch.errors import (
        NotSent as NotSent,
    )
    from bulkmatch.errors import (
        PartLimitReached as PartLimitReached,
    )
    from bulkmatch.errors import (
        Refused as Refused,
    )
    from bulkmatch.errors import (
        SettingsError as SettingsError,
    )
    from bulkmatch.errors import (
        StoreError as StoreError,
    )
    from bulkmatch.errors import (
        Throttled as Throttled,
    )
    from bulkmatch.errors import (
        Unanswered as Unanswered,
    )
    from bulkmatch.errors import (
        Unauthorized as Unauthorized,
    )
    from bulkmatch.errors import (
        WireError as WireError,
    )
    from bulkmatch.feeds import (
        read_tables as read_tables,
    )
    from bulkmatch.model.decision import (
        Action as Action,
    )
    from bulkmatch.model.decision import (
        Decision as Decision,
    )
    from bulkmatch.model.decision import (
        Subject as Subject,
    )
    from bulkmatch.model.event import (
        AnswersLoaded as AnswersLoaded,
    )
    from bulkmatch.model.event import (
        BatchFailed as BatchFailed,
    )
    from bulkmatch.model.event import (
        BatchSent as BatchSent,
    )
    from bulkmatch.model.event import (
        BatchSettled as BatchSettled,
    )
    from bulkmatch.model.event import (
        CallLost as CallLost,
    )
    from bulkmatch.model.event import (
        CircuitClosed as CircuitClosed,
    )
    from bulkmatch.model.event import (
        CircuitOpened as CircuitOpened,
    )
    from bulkmatch.model.event import (
        Event as Event,
    )
    from bulkmatch.model.event import (
        FeatureMissing as FeatureMissing,
    )
    from bulkmatch.model.event import (
        FlightLimitLowered as FlightLimitLowered,
    )
    from bulkmatch.model.event import (
        Observer as Observer,
    )
    from bulkmatch.model.event import (
        RunStopping as RunStopping,
    )
    from bulkmatch.model.event import (
        SchemaDrifted as SchemaDrifted,
    )
    from bulkmatch.model.event import (
        TokenRenewed as TokenRenewed,
    )
    from bulkmatch.model.event import (
        Waited as Waited,
    )
    from bulkmatch.model.money import (
        Caps as Caps,
    )
    from bulkmatch.model.money import (
        Spend as Spend,
    )
    from bulkmatch.model.outcome import (
        Confidence as Confidence,
    )
    from bulkmatch.model.outcome import (
        Failed as Failed,
    )
    from bulkmatch.model.outcome import (
        Matched as Matched,
    )
    from bulkmatch.model.outcome import (
        MatchKind as MatchKind,
    )
    from bulkmatch.model.outcome import (
        Missed as Missed,
    )
    from bulkmatch.model.outcome import (
        Option as Option,
    )
    from bulkmatch.model.outcome import (
        Outcome as Outcome,
    )
    from bulkmatch.model.outcome import (
        Provenance as Provenance,
    )
    from bulkmatch.model.outcome import (
        Review as Review,
    )
    from bulkmatch.model.outcome import (
        ReviewKind as ReviewKind,
    )
    from bulkmatch.model.outcome import (
        Skipped as Skipped,
    )
    from bulkmatch.model.outcome import (
        SkipReason as SkipReason,
    )
    from bulkmatch.model.outcome import (
        outcome_name as outcome_name,
    )
    from bulkmatch.model.outcome import (
        outcome_reason as outcome_reason,
    )
    from bulkmatch.model.part import (
        Lifecycle as Lifecycle,
    )
    from bulkmatch.model.part import (
        Offer as Offer,
    )
    from bulkmatch.model.part import (
        OrderPrice as OrderPrice,
    )
    from bulkmatch.model.part import (
        PartFacts as PartFacts,
    )
    from bulkmatch.model.part import (
        PartLike as PartLike,
    )
    from bulkmatch.model.part import (
        PriceBreak as PriceBreak,
    )
    from bulkmatch.model.plan import (
        Resets as Resets,
    )
    from bulkmatch.model.row import (
        Alternate as Alternate,
    )
    from bulkmatch.model.row import (
        Columns as Columns,
    )
    from bulkmatch.model.row import (
        Row as Row,
    )
    from bulkmatch.model.row import (
        Table as Table,
    )
    from bulkmatch.model.settings import (
        Credentials as Credentials,
    )
    from bulkmatch.model.settings import (
        Features as Features,
    )
    from bulkmatch.model.settings import (
        Limits as Limits,
    )
    from bulkmatch.model.settings import (
        Patience as Patience,
    )
    from bulkmatch.model.settings import (
        Settings as Settings,
    )
    from bulkmatch.model.tally import (
        Estimate as Estimate,
    )
    from bulkmatch.model.tally import (
        Tally as Tally,
    )
    from bulkmatch.run import (
        Engine as Engine,
    )
    from bulkmatch.run import (
        World as World,
    )
    from bulkmatch.wire.profile import (
        FULL as FULL,
    )
    from bulkmatch.wire.profile import (
        PROFILES as PROFILES,
    )
    from bulkmatch.wire.profile import (
        SUPPLY as SUPPLY,
    )
    from bulkmatch.wire.profile import (
        Profile as Profile,
    )
    from nexar_client import (
        FullPart as FullPart,
    )
    from nexar_client import (
        SupplyPart as SupplyPart,
    )

__all__ = [
    "FULL",
    "PROFILES",
    "SUPPLY",
    "Action",
    "Alternate",
    "AnswersLoaded",
    "BadCredentials",
    "BadQuery",
    "BatchFailed",
    "BatchSent",
    "BatchSettled",
    "BudgetExceeded",
    "CallLost",
    "Caps",
    "CircuitClosed",
    "CircuitOpened",
    "Columns",
    "Confidence",
    "Credentials",
    "Decision",
    "Engine",
    "EngineError",
    "Estimate",
    "Event",
    "Failed",
    "FeatureMissing",
    "Features",
    "FeedError",
    "FlightLimitLowered",
    "FullPart",
    "LeaseLost",
    "Lifecycle",
    "Limits",
    "MatchKind",
    "Matched",
    "Missed",
    "NotEntitled",
    "NotSent",
    "Observer",
    "Offer",
    "Option",
    "OrderPrice",
    "Outcome",
    "PartFacts",
    "PartLike",
    "PartLimitReached",
    "Patience",
    "PriceBreak",
    "Profile",
    "Provenance",
    "Refused",
    "Resets",
    "Review",
    "ReviewKind",
    "Row",
    "RunStopping",
    "SchemaDrifted",
    "Settings",
    "SettingsError",
    "SkipReason",
    "Skipped",
    "Spend",
    "StoreError",
    "Subject",
    "SupplyPart",
    "Table",
    "Tally",
    "Throttled",
    "TokenRenewed",
    "Unanswered",
    "Unauthorized",
    "Waited",
    "WireError",
    "World",
    "authorised_stock",
    "best_price",
    "decide",
    "outcome_name",
    "outcome_reason",
    "read_tables",
]
