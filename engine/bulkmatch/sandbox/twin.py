"""All that one running sandbox holds: its catalog, its counters, its tokens."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .catalog import Catalog
from .documents import Reader
from .journal import Journal, Meter, SandboxStats
from .loading import load_catalog
from .settings import SandboxSettings
from .tokens import TokenDesk


@dataclass(slots=True)
class Twin:
    """The state behind the pages. `clock` gives seconds since 1970."""

    settings: SandboxSettings
    clock: Callable[[], float]
    catalog: Catalog = field(init=False)
    meter: Meter = field(init=False)
    tokens: TokenDesk = field(init=False)
    journal: Journal = field(init=False)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        """Load the catalog; raises `FeedError` when a file cannot be understood."""
        settings = self.settings
        self.catalog = load_catalog(settings.catalogs)
        self.meter = Meter(settings.part_limit, settings.part_limit_crossing)
        self.tokens = TokenDesk(settings, self.clock)
        self.journal = Journal(settings.log_length)
        self.reader = Reader(settings, self.catalog, self.meter)

    def stats(self) -> SandboxStats:
        """The counts so far."""
        journal, meter = self.journal, self.meter
        return SandboxStats(
            requests=journal.graphql_requests + journal.token_requests,
            graphql_requests=journal.graphql_requests,
            token_requests=journal.token_requests,
            refused=journal.refused,
            queries=journal.queries,
            parts_charged=meter.charged,
            parts_by_day=meter.by_day(),
            part_limit=meter.limit,
            part_count=self.catalog.part_count,
            catalog_digest=self.catalog.digest,
        )
