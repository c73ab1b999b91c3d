"""What a run is told before it starts. Built once by the caller; nothing here reads the environment."""

from dataclasses import dataclass, field
from pathlib import Path

from bulkmatch.model.plan import Resets

API_URL = "https://api.nexar.com/graphql"
TOKEN_URL = "https://identity.nexar.com/connect/token"  # noqa: S105 - an address
SCOPE = "supply.domain"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application's id and secret. The secret is never shown."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """The provider profile: what one request and one minute may hold.

    Sources: 100 MPNs a request and 300 requests a minute, A:101000434616; 100 requested parts,
    A:101000434620; read 2026-11-20. Contracts differ, so all are settings.
    """

    queries_per_request: int = 100
    parts_per_request: int = 100
    queries_per_alias: int = 100
    requests_per_minute: float = 300.0
    concurrency: int = 8


@dataclass(frozen=True, slots=True)
class Features:
    """What plans sell separately; asked for when True, left out of the answer when False."""

    specs: bool = True
    datasheets: bool = True
    lead_time: bool = True
    similar_parts: bool = False
    cad: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. All durations are seconds.

    `attempt_timeout` covers one request (big answers take tens of seconds); `give_up_after`
    covers a batch with all its attempts, waiting for its turn included, and is longer than the
    longest wait that an API may ask for (`core.verdict`). `attempts` counts failures; being told
    to slow down costs nothing and is none. `outage` is how long an endpoint that cannot be reached
    is waited for before the rest is left undone: longer than a restart or a failover takes,
    shorter than `give_up_after`. `deadline` covers all that an engine sends, None for no end;
    `drain` is how long what is in flight may take once the deadline has passed or the engine has
    been told to stop or closed, and how long an answer in hand waits for a store that fails.
    """

    attempt_timeout: float = 60.0
    give_up_after: float = 1_200.0
    attempts: int = 5
    backoff: float = 1.0
    backoff_most: float = 60.0
    outage: float = 180.0
    deadline: float | None = None
    drain: float = 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an engine needs to know.

    `budget` and `month_budget` are parts, None for no cap of ours. `store` is the file of answers
    and ledger, None for memory only. `retention` is in seconds and covers answers alone.
    `second_look` is the most further parts that a doubtful question may cost (0: never).
    `linger` is how long, in seconds, a lone question waits for company before it is sent.
    `window` is the most rows held at once. With `alternates` off a row's own part is asked for
    alone. `maker_list` is the file of the API's list of makers, as
    `bulkmatch makers pull` keeps it; None for our own table alone. `part_limit_resets` says when
    the account's part limit starts anew. With `heed_plan` off, what the store knows of the plan
    (features refused, the part limit reached) is not taken for granted but asked for again.
    """

    credentials: Credentials
    api_url: str = API_URL
    token_url: str = TOKEN_URL
    scope: str = SCOPE
    account: str | None = None
    source: str = "live"
    store: Path | None = None
    keep_answers: bool = True
    token_cache: Path | None = None
    retention: float = 86_400.0
    budget: int | None = None
    month_budget: int | None = None
    country: str = "US"
    currency: str = "USD"
    authorized_only: bool = False
    include_brokers: bool = False
    second_look: int = 4
    alternates: bool = True
    maker_list: Path | None = None
    part_limit_resets: Resets = Resets.MONTHLY
    heed_plan: bool = True
    linger: float = 0.02
    window: int = 2_000
    limits: Limits = Limits()
    features: Features = Features()
    patience: Patience = Patience()
