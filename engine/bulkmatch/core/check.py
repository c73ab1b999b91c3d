"""Whether settings make sense, before anything is opened or sent."""

import math
from ipaddress import ip_address
from urllib.parse import urlsplit

from bulkmatch.errors import SettingsError
from bulkmatch.model.settings import Limits, Patience, Settings

# A century of seconds: what is added to an instant must stay an instant.
_LONGEST = 100 * 365 * 86_400.0


def check_settings(settings: Settings) -> None:
    """Return when the settings can be worked with; raise `SettingsError` that says what is wrong."""
    check_url("api_url", settings.api_url)
    check_url("token_url", settings.token_url)
    _check_limits(settings.limits)
    _check_patience(settings.patience)
    _at_least("second_look", settings.second_look, 0)
    _at_least("window", settings.window, 1)
    for name, seconds in (("linger", settings.linger), ("retention", settings.retention)):
        _at_least(name, seconds, 0)
        _at_most(name, seconds)
    for name, parts in (("budget", settings.budget), ("month_budget", settings.month_budget)):
        if parts is not None:
            _at_least(name, parts, 0)
    if settings.second_look > settings.limits.parts_per_request:
        raise SettingsError(
            f"second_look is {settings.second_look} parts, but one request may ask for "
            f"{settings.limits.parts_per_request} (parts_per_request); lower the first"
        )
    check_options(settings.country, settings.currency)
    if not settings.credentials.client_id or not settings.credentials.client_secret:
        raise SettingsError("credentials need a client id and a client secret; one is empty")


def check_options(country: str, currency: str) -> None:
    """ISO 3166-1 alpha-2 and ISO 4217, in capitals. Raises `SettingsError`."""
    for name, text, length in (("country", country, 2), ("currency", currency, 3)):
        if len(text) != length or not text.isascii() or not text.isalpha() or not text.isupper():
            raise SettingsError(f"{name} must be {length} capital letters, was {text!r}")


def check_url(name: str, url: str) -> None:
    """Secrets travel to this address: https, or http on this machine only."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SettingsError(f"{name} is no address ({error}), was {url!r}") from error
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname and is_loopback(parts.hostname):
        return
    raise SettingsError(f"{name} must be an https address (or http on this machine), was {url!r}")


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_limits(limits: Limits) -> None:
    for name in ("queries_per_request", "parts_per_request", "queries_per_alias", "concurrency"):
        _at_least(name, getattr(limits, name), 1)
    pace = limits.requests_per_minute
    if not 0 < pace < math.inf:
        raise SettingsError(f"requests_per_minute must be a number above 0, was {pace:g}")


def _check_patience(patience: Patience) -> None:
    _at_least("attempts", patience.attempts, 1)
    names = ("attempt_timeout", "give_up_after", "backoff", "backoff_most", "outage", "drain")
    told = [(name, getattr(patience, name)) for name in names]
    if patience.deadline is not None:
        told.append(("deadline", patience.deadline))
    for name, seconds in told:
        if not seconds > 0:
            raise SettingsError(f"{name} must be above 0 seconds, was {seconds:g}")
        _at_most(name, seconds)


def _at_least(name: str, value: float, least: int) -> None:
    if not value >= least:  # nan is not
        raise SettingsError(f"{name} must be at least {least}, was {value:g}")


def _at_most(name: str, seconds: float) -> None:
    if seconds > _LONGEST:
        raise SettingsError(f"{name} must be at most {_LONGEST:.0f} seconds, was {seconds:g}")
