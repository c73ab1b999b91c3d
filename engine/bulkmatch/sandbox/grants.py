"""The token endpoint. Knows nothing of HTTP beyond forms and the Authorization header.

Error names and the answer's shape follow OAuth 2.0 (RFC 6749, section 5) and the recorded
`invalid_scope` body; that they come under status 400 is what IdentityServer does.
"""

import base64
import binascii
import hmac
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from .logins import LoginDesk
from .settings import TOKEN_LIMITS, AppSettings, SandboxSettings
from .tokens import TokenDesk

Answer = tuple[int, dict[str, Any]]
_MACHINE_SCOPES: Final = frozenset({"supply.domain", "design.domain"})


class GrantDesk:
    """Answers the requests for tokens. `clock` gives seconds since 1970."""

    def __init__(
        self,
        settings: SandboxSettings,
        tokens: TokenDesk,
        logins: LoginDesk,
        clock: Callable[[], float],
    ) -> None:
        self._settings, self._tokens, self._logins = settings, tokens, logins
        self._clock = clock
        self._apps = {app.client_id: app for app in settings.applications}
        self._asked_at: deque[float] = deque(maxlen=max(count for count, _ in TOKEN_LIMITS))

    def __repr__(self) -> str:
        return f"GrantDesk({len(self._apps)} applications)"

    def grant(self, form: Mapping[str, str], authorization: str = "") -> Answer:
        """Status and body for a request of the token endpoint."""
        if self._is_too_often():
            return 429, {"error": "too_many_requests"}
        app = self._app(form, authorization)
        if app is None:
            return 400, {"error": "invalid_client"}
        match form.get("grant_type"):
            case "client_credentials":
                return self._for_machine(app, form)
            case "authorization_code":
                return self._for_code(app, form)
            case "refresh_token":
                return self._for_refresh(app, form)
            case _:
                return 400, {"error": "unsupported_grant_type"}

    def _is_too_often(self) -> bool:
        """Whether a rate limit is passed; requests that are refused count too."""
        if not self._settings.limits_tokens:
            return False
        now = self._clock()
        self._asked_at.append(now)
        return any(
            sum(at > now - seconds for at in self._asked_at) > count
            for count, seconds in TOKEN_LIMITS
        )

    def _for_machine(self, app: AppSettings, form: Mapping[str, str]) -> Answer:
        wanted, allowed = form.get("scope", "").split(), _MACHINE_SCOPES & set(app.scopes)
        if not set(wanted) <= allowed:
            return 400, {"error": "invalid_scope"}
        return self._tokens_for(app, wanted or sorted(allowed))

    def _for_code(self, app: AppSettings, form: Mapping[str, str]) -> Answer:
        scopes = self._logins.redeem(
            app.client_id,
            form.get("code", ""),
            redirect=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
        return (400, {"error": "invalid_grant"}) if scopes is None else self._for_user(app, scopes)

    def _for_refresh(self, app: AppSettings, form: Mapping[str, str]) -> Answer:
        scopes = self._logins.refreshed(app.client_id, form.get("refresh_token", ""))
        if scopes is None:
            return 400, {"error": "invalid_grant"}
        wanted = form.get("scope", "").split()
        if not set(wanted) <= set(scopes):
            return 400, {"error": "invalid_scope"}
        return self._for_user(app, wanted or scopes)

    def _for_user(self, app: AppSettings, scopes: Collection[str]) -> Answer:
        status, body = self._tokens_for(app, scopes)
        if "openid" in scopes:
            body["id_token"] = self._tokens.identity(app.client_id)
        if "offline_access" in scopes:
            body["refresh_token"] = self._logins.refresh_token(app.client_id, scopes)
        return status, body

    def _tokens_for(self, app: AppSettings, scopes: Collection[str]) -> Answer:
        return 200, {
            "access_token": self._tokens.issue(app.client_id, scopes),
            "expires_in": self._settings.token_seconds,
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }

    def _app(self, form: Mapping[str, str], authorization: str) -> AppSettings | None:
        client_id, secret = _basic(authorization) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        app = self._apps.get(client_id)
        if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
            return None
        return app


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret
