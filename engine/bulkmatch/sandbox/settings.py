"""What a sandbox is told before it starts. Knows nothing of servers, files or GraphQL."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bulkmatch.errors import SettingsError

Crossing = Literal["serve", "refuse"]
"""What happens to the request that would pass the part limit: served whole, or refused whole."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """One sandbox. Parts are counted as the API counts them: one for each part returned.

    `catalogs`: files in the Datafeed format; none means the packaged sample catalog.
    `port`: 0 takes a free one. `part_limit`: parts, None for no limit.
    `part_limit_status`: 500 is what Nexar documents, 200 what clients of 2025 and 2026 report
    (facts, section 4). `auth_status`: 401 or 200; clients handle both (facts, section 3).
    `part_limit_crossing`: nobody knows, so both can be had.
    `max_queries`: queries and ids in one request, over all its aliases (A:101000434616).
    `token_seconds`: a day, as the API's tokens last. `latency_seconds`: waited before each answer.
    `log_length`: the most requests remembered.
    """

    catalogs: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    part_limit: int | None = None
    part_limit_status: int = 200
    part_limit_crossing: Crossing = "serve"
    auth_status: int = 401
    token_seconds: int = 86_400
    client_id: str = "sandbox"
    client_secret: str = field(default="sandbox", repr=False)
    max_queries: int = 100
    latency_seconds: float = 0.0
    log_length: int = 1_000

    def __post_init__(self) -> None:
        """Refuse what cannot work, above all an address that others could reach."""
        _demand(is_loopback(self.host), f"host must be a loopback address, was {self.host}")
        _demand(0 <= self.port <= 65_535, f"port must be between 0 and 65535, was {self.port}")
        _demand(self.part_limit_status in (200, 500), "part_limit_status must be 200 or 500")
        _demand(self.part_limit_crossing in ("serve", "refuse"), "crossing must be serve or refuse")
        _demand(self.auth_status in (200, 401), "auth_status must be 200 or 401")
        _demand(self.part_limit is None or self.part_limit >= 0, "part_limit must not be negative")
        _demand(self.max_queries >= 1, "max_queries must be at least 1")
        _demand(self.latency_seconds >= 0, "latency_seconds must not be negative")
        _demand(self.log_length >= 0, "log_length must not be negative")


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
