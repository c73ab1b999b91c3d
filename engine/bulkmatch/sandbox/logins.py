"""Logins: authorization codes with PKCE, and refresh tokens. The one user consents to everything.

Source: RFC 6749, RFC 7636 (S256 alone), RFC 8252; grants and scopes are those of the official
examples (NexarDeveloper/nexar-token-py and nexar-client-token-cs), read 2026-11-20. That a code lives five
minutes and a refresh token can be used again are IdentityServer's defaults: assumed.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from .settings import IDENTITY_SCOPES, AppSettings, SandboxSettings

_CODE_SECONDS: Final = 300
_VERIFIER_LENGTH: Final = range(43, 129)  # RFC 7636, section 4.1


@dataclass(frozen=True, slots=True)
class _Code:
    client_id: str
    redirect: str
    challenge: str
    scopes: tuple[str, ...]
    until: float


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a request to log in: a redirect, or a page that says what is wrong."""

    location: str | None
    told: str = ""


class LoginDesk:
    """Codes and refresh tokens that are out. `clock` gives seconds since 1970."""

    def __init__(self, settings: SandboxSettings, clock: Callable[[], float]) -> None:
        self._apps = {app.client_id: app for app in settings.applications}
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, tuple[str, tuple[str, ...]]] = {}

    def __repr__(self) -> str:
        return f"LoginDesk({len(self._codes)} codes, {len(self._refresh)} refresh tokens)"

    def authorize(self, asked: Mapping[str, str]) -> Turn:
        """Answer a request of the authorize endpoint. Nobody is sent to an address that is not registered."""
        app, redirect = self._apps.get(asked.get("client_id", "")), asked.get("redirect_uri", "")
        if app is None:
            return Turn(None, "invalid_client: no application has this client_id")
        if not _is_registered(redirect, app):
            return Turn(
                None, f"invalid_request: redirect_uri is none of {', '.join(app.redirects)}"
            )
        scopes = tuple(asked.get("scope", "").split())
        wrong = _wrong(asked, scopes, app)
        if wrong:
            return Turn(_with(redirect, {"error": wrong, "state": asked.get("state", "")}))
        code = secrets.token_urlsafe(24)
        until = self._clock() + _CODE_SECONDS
        self._codes[code] = _Code(app.client_id, redirect, asked["code_challenge"], scopes, until)
        return Turn(_with(redirect, {"code": code, "state": asked.get("state", "")}))

    def redeem(
        self, client_id: str, code: str, *, redirect: str, verifier: str
    ) -> tuple[str, ...] | None:
        """The scopes of a code; None when it does not hold. A code holds once, even for who asks wrongly."""
        known = self._codes.pop(code, None)
        if known is None or known.until <= self._clock():
            return None
        if (known.client_id, known.redirect) != (client_id, redirect):
            return None
        if len(verifier) not in _VERIFIER_LENGTH:
            return None
        return (
            known.scopes if hmac.compare_digest(challenge_of(verifier), known.challenge) else None
        )

    def refresh_token(self, client_id: str, scopes: Collection[str]) -> str:
        """A new refresh token."""
        token = secrets.token_urlsafe(32)
        self._refresh[token] = (client_id, tuple(scopes))
        return token

    def refreshed(self, client_id: str, token: str) -> tuple[str, ...] | None:
        """The scopes of a refresh token; None when it does not hold."""
        owner, scopes = self._refresh.get(token, ("", ()))
        return scopes if scopes and owner == client_id else None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a code verifier."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _wrong(asked: Mapping[str, str], scopes: tuple[str, ...], app: AppSettings) -> str | None:
    """The error's name, None when all is well."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
        return "invalid_request"
    if not scopes or not set(scopes) <= {*IDENTITY_SCOPES, *app.scopes}:
        return "invalid_scope"
    return None


def _is_registered(redirect: str, app: AppSettings) -> bool:
    if redirect in app.redirects:
        return True
    try:
        parts = urlsplit(redirect)
        _ = parts.port
    except ValueError:
        return False
    if parts.hostname not in ("127.0.0.1", "::1") or parts.username is not None:
        return False
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=host).geturl() in app.redirects


def _with(redirect: str, told: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{redirect}{'&' if '?' in redirect else '?'}{query}"
