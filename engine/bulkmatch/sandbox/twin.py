"""All that one running sandbox holds: its catalog, its counters, its tokens."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bulkmatch.errors import SettingsError

from .account import Account
from .catalog import Catalog
from .documents import Reader
from .faults import FaultDesk
from .grants import GrantDesk
from .journal import Journal, Meter, SandboxStats
from .loading import load_catalog
from .logins import LoginDesk
from .quirks import QUIRKS, Quirks, unknown_quirks
from .settings import SandboxSettings
from .tokens import TokenDesk


@dataclass(slots=True)
class Twin:
    """The state behind the pages. `clock` gives seconds since 1970."""

    settings: SandboxSettings
    clock: Callable[[], float]
    catalog: Catalog = field(init=False)
    faults: FaultDesk = field(init=False)
    logins: LoginDesk = field(init=False)
    grants: GrantDesk = field(init=False)
    account: Account = field(init=False)
    tokens: TokenDesk = field(init=False)
    journal: Journal = field(init=False)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        """Load the catalog; raises `FeedError` when a file cannot be understood."""
        settings = self.settings
        if unknown := unknown_quirks(settings.quirks):
            known = ", ".join(QUIRKS)
            raise SettingsError(f"sandbox: no quirk is called {unknown[0]!r}; there are {known}")
        quirks = Quirks(frozenset(settings.quirks), settings.seed)
        self.faults = FaultDesk(settings.faults, seed=settings.seed)
        self.catalog = load_catalog(settings.catalogs, recorded=settings.recorded, quirks=quirks)
        self.account = Account(settings)
        self.tokens = TokenDesk(settings, self.clock)
        self.logins = LoginDesk(settings, self.clock)
        self.grants = GrantDesk(settings, self.tokens, self.logins, self.clock)
        self.journal = Journal(settings.log_length)
        self.reader = Reader(settings, self.catalog, self.account)

    @property
    def meter(self) -> Meter:
        """The counter of the first application."""
        return self.account.first.meter

    def stats(self) -> SandboxStats:
        """The counts so far."""
        journal, meters = self.journal, [a.meter for a in self.account.applications.values()]
        return SandboxStats(
            requests=journal.graphql_requests + journal.token_requests,
            graphql_requests=journal.graphql_requests,
            token_requests=journal.token_requests,
            refused=journal.refused,
            queries=journal.queries,
            parts_charged=sum(meter.charged for meter in meters),
            parts_by_day=dict(sum((Counter(meter.by_day()) for meter in meters), Counter[str]())),
            part_limit=self.account.first.meter.limit,
            part_count=self.catalog.part_count,
            catalog_digest=self.catalog.digest,
            by_outcome=dict(journal.by_outcome),
            by_operation=dict(journal.by_operation),
            by_fault=dict(journal.by_fault),
        )
