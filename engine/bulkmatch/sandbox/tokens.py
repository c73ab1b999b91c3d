"""Tokens: how they are made, and which still hold. Knows nothing of HTTP beyond headers.

They are JWTs (RFC 7519) signed by HS256 with a key of this run. Signing is one HMAC; the usual package
loads all of cryptography for it, which costs as much time as the sample catalog.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import uuid4

from .settings import USER_SCOPE, SandboxSettings

_USER_SCOPES: Final = ("openid", USER_SCOPE)
_ISSUER: Final = "https://identity.sandbox.example"
_LEAST_KEY_BYTES: Final = 32

Verdict = Literal["ok", "AuthInvalidToken", "AuthExpiredToken"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says that holds."""

    client_id: str
    scopes: frozenset[str]


class TokenDesk:
    """Issues tokens and knows which still hold. `clock` gives seconds since 1970."""

    def __init__(self, settings: SandboxSettings, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self._key = secrets.token_bytes(_LEAST_KEY_BYTES)
        self._generation = 0

    def __repr__(self) -> str:
        return f"TokenDesk(generation {self._generation})"

    def issue(self, client_id: str, scopes: Collection[str]) -> str:
        """A token of an application."""
        now = int(self._clock())
        claims = {
            "iss": _ISSUER,
            "client_id": client_id,
            "scope": list(scopes),
            "iat": now,
            "nbf": now,
            "exp": now + self._settings.token_seconds,
            "jti": uuid4().hex,
            "generation": self._generation,
        }
        return self._signed(claims, kind="at+jwt")

    def identity(self, client_id: str) -> str:
        """An id token of the sandbox's one user."""
        now = int(self._clock())
        claims = {
            "iss": _ISSUER,
            "sub": "sandbox-user",
            "aud": client_id,
            "iat": now,
            "exp": now + 300,
        }
        return self._signed(claims, kind="JWT")

    def user_token(self) -> str:
        """A token of the sandbox's one user, as a login would bring it."""
        return self.issue(self._settings.client_id, _USER_SCOPES)

    def check(self, headers: Mapping[str, str]) -> Verdict:
        """Whether the request's token holds: `Authorization: Bearer ...` or `token: ...`."""
        claims = self._claims(headers)
        if claims is None:
            return "AuthInvalidToken"
        if claims["exp"] <= self._clock() or claims["generation"] < self._generation:
            return "AuthExpiredToken"
        return "ok"

    def claims(self, headers: Mapping[str, str]) -> Claims:
        """Whose the request's token is and what it is good for."""
        claims = self._claims(headers) or {}
        return Claims(str(claims.get("client_id", "")), frozenset(claims.get("scope", ())))

    def expire_all(self) -> None:
        """Make every token issued so far an expired one."""
        self._generation += 1

    def _claims(self, headers: Mapping[str, str]) -> dict[str, Any] | None:
        """What the token says of itself; None when it is none of ours."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        token = bearer if scheme.lower() == "bearer" else headers.get("token", "")
        head, _, signature = token.strip().rpartition(".")
        if not hmac.compare_digest(self._signature(head).encode(), signature.encode()):
            return None
        try:
            claims: dict[str, Any] = json.loads(_bytes(head.partition(".")[2]))
        except (binascii.Error, ValueError):  # pragma: no cover - what we signed can be read
            return None
        return claims if "generation" in claims else None

    def _signed(self, claims: Mapping[str, Any], *, kind: str) -> str:
        told = ({"alg": "HS256", "typ": kind}, claims)
        head = ".".join(_text(json.dumps(part).encode()) for part in told)
        return f"{head}.{self._signature(head)}"

    def _signature(self, head: str) -> str:
        return _text(hmac.digest(self._key, head.encode("utf-8", "replace"), hashlib.sha256))


def _text(content: bytes) -> str:
    """Base64 as URLs have it, without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
