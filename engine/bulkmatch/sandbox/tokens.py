"""The token endpoint and the check of tokens. Knows nothing of HTTP beyond headers and forms.

Error names and the answer's shape follow OAuth 2.0 (RFC 6749, section 5) and the recorded
`invalid_scope` body; that they come under status 400 is what IdentityServer does.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal
from uuid import uuid4

import jwt

from .settings import SandboxSettings

SCOPE: Final = "supply.domain"
_ISSUER: Final = "https://identity.sandbox.example"
_LEAST_KEY_BYTES: Final = 32

Verdict = Literal["ok", "AuthInvalidToken", "AuthExpiredToken"]


class TokenDesk:
    """Issues tokens and knows which still hold. `clock` gives seconds since 1970."""

    def __init__(self, settings: SandboxSettings, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self._key = secrets.token_bytes(_LEAST_KEY_BYTES)
        self._generation = 0

    def __repr__(self) -> str:
        return f"TokenDesk(generation {self._generation})"

    def grant(self, form: Mapping[str, str], authorization: str = "") -> tuple[int, dict[str, Any]]:
        """Status and body for a request of the token endpoint."""
        if not self._is_client(form, authorization):
            return 400, {"error": "invalid_client"}
        if form.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        if not set(form.get("scope", "").split()) <= {SCOPE}:
            return 400, {"error": "invalid_scope"}
        return 200, {
            "access_token": self._token(),
            "expires_in": self._settings.token_seconds,
            "token_type": "Bearer",
            "scope": SCOPE,
        }

    def check(self, headers: Mapping[str, str]) -> Verdict:
        """Whether the request's token holds: `Authorization: Bearer ...` or `token: ...`."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else headers.get("token", "")
        try:
            claims = jwt.decode(
                token.strip(), self._key, algorithms=["HS256"], options=_SIGNATURE_ONLY
            )
        except jwt.InvalidTokenError:
            return "AuthInvalidToken"
        if claims["exp"] <= self._clock() or claims["generation"] < self._generation:
            return "AuthExpiredToken"
        return "ok"

    def expire_all(self) -> None:
        """Make every token issued so far an expired one."""
        self._generation += 1

    def _is_client(self, form: Mapping[str, str], authorization: str) -> bool:
        client_id, secret = _basic(authorization) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        settings = self._settings
        return hmac.compare_digest(
            f"{client_id}\n{secret}".encode(),
            f"{settings.client_id}\n{settings.client_secret}".encode(),
        )

    def _token(self) -> str:
        now = int(self._clock())
        claims = {
            "iss": _ISSUER,
            "client_id": self._settings.client_id,
            "scope": [SCOPE],
            "iat": now,
            "nbf": now,
            "exp": now + self._settings.token_seconds,
            "jti": uuid4().hex,
            "generation": self._generation,
        }
        return jwt.encode(claims, self._key, algorithm="HS256", headers={"typ": "at+jwt"})


# Times are checked against our own clock, which a test may move.
_SIGNATURE_ONLY: Final[Any] = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "require": ["exp", "generation"],
}


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret
