"""What a sandbox is told before it starts. Knows nothing of servers, files or GraphQL."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

from bulkmatch.errors import SettingsError

SUPPLY_SCOPE: Final = "supply.domain"
USER_SCOPE: Final = "user.access"

Crossing = Literal["serve", "refuse", "partial"]
"""The request that would pass the part limit: served whole, refused whole, or served as far as it goes."""

PartLimitResets = Literal["monthly", "never"]
"""When the counter starts anew: on the 1st (UTC), or never, as an evaluation plan's."""

ADD_ONS: Final = ("TECH_SPECS", "DATASHEETS", "LEAD_TIME", "SIMILAR_PARTS", "CAD_MODELS")
"""What plans sell separately, in the API's words (facts, section 4)."""


PartsRule = Literal["queries", "returned", "sum-of-limits"]
"""What the limit of 100 a request is about: queries, parts returned, or the sum of their limits.

That there is a rule is documented, which of the three it is not (facts, section 1).
"""

SchemaVersion = Literal["2026-02", "2025-05"]
"""The pinned interface, or one from before `rankingMethod`."""

IDENTITY_SCOPES: Final = ("openid", "profile", "email", USER_SCOPE, "offline_access")
"""What a login may ask for besides the application's own scopes."""

REDIRECT: Final = "http://localhost:3000/login"
"""Where the official examples are sent after a login (NexarDeveloper/nexar-token-py)."""

TOKEN_LIMITS: Final = ((2, 1), (200, 900), (3_000, 43_200), (40_000, 604_800))
"""Requests of the token endpoint within seconds. Source: A:101000452406, read 2026-11-20."""


@dataclass(frozen=True, slots=True)
class AppSettings:
    """One application of the account: what its tokens may ask for, and its own count of parts.

    `part_limit`: parts, None for no limit; `part_limit_resets`: when its counter starts anew.
    `without`: add-ons that its plan lacks. `redirects`: where a login may lead back to, exactly;
    of those at 127.0.0.1 any port holds (RFC 8252, section 7.3).
    """

    client_id: str
    client_secret: str = field(repr=False)
    name: str = "application"
    scopes: tuple[str, ...] = (SUPPLY_SCOPE,)
    part_limit: int | None = None
    part_limit_resets: PartLimitResets = "monthly"
    without: tuple[str, ...] = ()
    redirects: tuple[str, ...] = (REDIRECT, "http://127.0.0.1/login")

    def __post_init__(self) -> None:
        """Refuse what no plan is."""
        _demand(
            self.part_limit_resets in get_args(PartLimitResets), "resets must be monthly or never"
        )
        _demand(set(self.without) <= set(ADD_ONS), f"without must be of {', '.join(ADD_ONS)}")
        _demand(self.part_limit is None or self.part_limit >= 0, "part_limit must not be negative")


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """One sandbox. Parts are counted as the API counts them: one for each part returned.

    `catalogs`: files in the Datafeed format; `recorded`: folders of recorded answers; without
    either the packaged sample catalog. `quirks`: what makes offers like real ones (`quirks.QUIRKS`).
    `port`: 0 takes a free one. `part_limit`: parts, None for no limit.
    `part_limit_status`: 500 is what Nexar documents, 200 what clients of 2025 and 2026 report
    (facts, section 4). `auth_status`: 401 or 200; clients handle both (facts, section 3).
    `upper_case_codes`: `AUTH_INVALID_TOKEN` for `AuthInvalidToken`; both were seen.
    `part_limit_crossing`: nobody knows, so each can be had. `part_limit_resets`: when the counter
    starts anew. `counter_lags`: the user sees the count as it was at the end of yesterday (UTC).
    `without`: add-ons that the plan lacks. `apps`: further applications.
    `max_queries`: queries and ids in one request, over all its aliases (A:101000434616).
    `parts_rule`: what else that number holds for. `token_seconds`: a day, as the API's tokens last.
    `limits_tokens`: the token endpoint has the documented rate limits.
    `faults`: rules as `faults.rule_from_text` reads them; `seed`: of all dice.
    `latency_seconds`: waited before each answer. `log_length`: the most requests remembered.
    """

    catalogs: tuple[Path, ...] = ()
    recorded: tuple[Path, ...] = ()
    quirks: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    part_limit: int | None = None
    part_limit_status: int = 200
    part_limit_crossing: Crossing = "serve"
    part_limit_resets: PartLimitResets = "monthly"
    counter_lags: bool = False
    without: tuple[str, ...] = ()
    auth_status: int = 401
    upper_case_codes: bool = False
    token_seconds: int = 86_400
    limits_tokens: bool = False
    client_id: str = "sandbox"
    client_secret: str = field(default="sandbox", repr=False)
    apps: tuple[AppSettings, ...] = ()
    max_queries: int = 100
    parts_rule: PartsRule = "queries"
    schema_version: SchemaVersion = "2026-02"
    faults: tuple[str, ...] = ()
    seed: int = 0
    latency_seconds: float = 0.0
    log_length: int = 1_000

    def __post_init__(self) -> None:
        """Refuse what cannot work, above all an address that others could reach."""
        _demand(is_loopback(self.host), f"host must be a loopback address, was {self.host}")
        _demand(0 <= self.port <= 65_535, f"port must be between 0 and 65535, was {self.port}")
        _demand(self.part_limit_status in (200, 500), "part_limit_status must be 200 or 500")
        _demand(
            self.part_limit_crossing in get_args(Crossing),
            "crossing must be serve, refuse or partial",
        )
        _demand(self.auth_status in (200, 401), "auth_status must be 200 or 401")
        _demand(self.max_queries >= 1, "max_queries must be at least 1")
        _demand(self.token_seconds >= 1, "token_seconds must be at least 1")
        _demand(self.latency_seconds >= 0, "latency_seconds must not be negative")
        _demand(self.log_length >= 0, "log_length must not be negative")
        _demand(
            self.parts_rule in get_args(PartsRule), f"parts_rule must be of {get_args(PartsRule)}"
        )
        _demand(
            self.schema_version in get_args(SchemaVersion),
            f"schema_version must be of {get_args(SchemaVersion)}",
        )
        ids = [app.client_id for app in self.applications]
        _demand(len(ids) == len(set(ids)), "two applications have one client id")

    @property
    def applications(self) -> tuple[AppSettings, ...]:
        """All applications: the one of the settings themselves, the others, one without supply."""
        first = AppSettings(
            self.client_id,
            self.client_secret,
            "bulk matching",
            part_limit=self.part_limit,
            part_limit_resets=self.part_limit_resets,
            without=self.without,
        )
        last = AppSettings("design-only", self.client_secret, "the user's own", ("design.domain",))
        known = {app.client_id for app in self.apps}
        return (first, *self.apps, *(() if last.client_id in known else (last,)))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; other names than `localhost` are not trusted."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _demand(kept: bool, message: str) -> None:  # noqa: FBT001 - the condition is the subject
    if not kept:
        raise SettingsError(f"sandbox: {message}")
