"""One token for all: fetched once, renewed before it expires, refreshed once when refused."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from urllib.parse import urlencode

import anyio

from bulkmatch.errors import BadCredentials, NotSent, Throttled, Unanswered, WireError
from bulkmatch.model.event import Observer, TokenRenewed
from bulkmatch.model.settings import Settings
from bulkmatch.wire.retry_after import retry_after
from bulkmatch.wire.transport import Transport
from nexar_client import Reply

# A token is renewed this long before its end, or after nine tenths of its life if that is later.
_MARGIN = 300.0
# What may stand in a header (RFC 6750, section 2.1) and what an error code looks like (RFC 6749,
# section 5.2): anything else is neither sent nor quoted.
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
_ERROR_CODE = re.compile(r"[a-z_]{1,60}")
_CLOCK_SKEW = 5.0
# How long a failure is everybody's, in seconds. Told to slow down, twice as long each time: the
# endpoint takes 200 requests in 15 minutes, and those it refuses may count (A:101000452406).
_QUIET_AFTER_REFUSAL = 60.0
_QUIET_AFTER_FAILURE = 1.0
_QUIET_WHILE_SERVED = 30.0


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token. `expires_at` and `issued_at` are seconds since the epoch."""

    value: str = field(repr=False)
    issued_at: float
    expires_at: float
    generation: int = 0

    def is_good(self, now: float) -> bool:
        """Whether it may still be sent. A clock set back by hours makes it suspect."""
        margin = min(_MARGIN, (self.expires_at - self.issued_at) / 10)
        return self.issued_at - _MARGIN <= now < self.expires_at - margin


class TokenCache(Protocol):
    """Where processes share a token; exclusive while one of them fetches."""

    async def load(self) -> Token | None:
        """The token kept, None when there is none to be had."""
        ...

    async def save(self, token: Token) -> None:
        """Keep a token for the others."""
        ...

    async def acquire(self) -> None:
        """Wait until nobody else fetches."""
        ...

    async def release(self) -> None:
        """Let others fetch."""
        ...


class TokenSource:
    """Gives the token that is good now, whoever asks and however many.

    A generation numbers the tokens this source has seen, so that a burst of refusals of one token
    leads to one refresh: who comes late finds a newer generation and uses it.
    """

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        *,
        clock: Callable[[], float],
        cache: TokenCache | None,
        observer: Observer,
    ) -> None:
        self._settings, self._transport, self._clock = settings, transport, clock
        self._cache, self._observer = cache, observer
        self._token: Token | None = None
        self._lock = anyio.Lock()
        self._refused = 0
        self._failure: tuple[WireError, float] | None = None
        self._throttled = 0
        self.requests = 0

    async def token(self) -> Token:
        """A token that is good now. Raises `BadCredentials`, `Throttled` or `NotSent`."""
        token = self._token
        if token is None or token.generation <= self._refused or not token.is_good(self._clock()):
            token = await self._renewed(token)
        return token

    def at_hand(self) -> Token:
        """The token that `token` gave last. Raises `NotSent` when there has been none."""
        if self._token is None:
            raise NotSent("there is no token yet")
        return self._token

    async def _renewed(self, token: Token | None) -> Token:
        """A newer token; the old one while it lasts, when it was to be renewed early in vain."""
        if token is not None and self._still_serves(token) and self._failed_lately():
            return token
        try:
            await self._renew(0 if token is None else token.generation)
        except WireError:
            if token is None or not self._still_serves(token):
                raise
            return token
        assert self._token is not None, "renew leaves a token or raises"
        return self._token

    def _failed_lately(self) -> bool:
        return (
            self._failure is not None
            and anyio.current_time() < self._failure[1] + _QUIET_WHILE_SERVED
        )

    def _still_serves(self, token: Token) -> bool:
        return token.generation > self._refused and self._clock() < token.expires_at

    async def renew(self, generation: int) -> None:
        """Replace the refused token of `generation`, unless somebody has done so already."""
        self._refused = max(self._refused, generation)
        await self._renew(generation)

    async def _renew(self, generation: int) -> None:
        """Replace the token of `generation`, one fetch for all who ask.

        A failure is shared too, by all who waited for it, and a refusal by all who come soon
        after: a hundred requests must not ask a rate-limited endpoint one after another.
        """
        asked_at, began = self._clock(), anyio.current_time()
        async with self._lock:
            if self._token is not None and self._token.generation > generation:
                return
            await self._heed_failure(began)
            try:
                await self._replace(asked_at)
            except (BadCredentials, Throttled, NotSent) as error:
                self._failure = error, anyio.current_time()
                self._throttled += isinstance(error, Throttled)
                raise
            self._failure, self._throttled = None, 0

    async def _heed_failure(self, began: float) -> None:
        """Raise what others met meanwhile or were refused lately; else wait a moment after it."""
        if self._failure is None:
            return
        error, failed_at = self._failure
        left = failed_at + _quiet_time(error, self._throttled) - anyio.current_time()
        if began < failed_at or (left > 0 and not isinstance(error, NotSent)):
            raise error.with_traceback(None)
        await anyio.sleep(max(0.0, left))

    async def _replace(self, asked_at: float) -> None:
        old = self._token
        refused = old.value if old is not None and old.generation <= self._refused else None
        number = 1 if self._token is None else self._token.generation + 1
        if self._cache is None:
            self._token = _numbered(await self._fetch(), number)
        else:
            await self._cache.acquire()
            try:
                kept = await self._cache.load()
                if kept is None or not self._is_of_use(kept, refused, asked_at):
                    kept = await self._fetch()
                    await self._cache.save(kept)
                self._token = _numbered(kept, number)
            finally:
                with anyio.CancelScope(shield=True):
                    await self._cache.release()
        self._observer(TokenRenewed(number))

    def _is_of_use(self, kept: Token, refused: str | None, asked_at: float) -> bool:
        """Whether a token that another process left may be sent.

        After a refusal only one that was fetched since: older ones may be revoked with ours.
        """
        if not kept.is_good(self._clock()) or kept.value == refused:
            return False
        return refused is None or kept.issued_at >= asked_at - _CLOCK_SKEW

    async def _fetch(self) -> Token:
        """Ask the token endpoint. Rate limited there: 2/s, 200 per 15 min (A:101000452406)."""
        credentials = self._settings.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "scope": self._settings.scope,
        }
        content = urlencode({name: value for name, value in form.items() if value}).encode()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        self.requests += 1
        try:
            reply = await self._transport.post(
                self._settings.token_url, content=content, headers=headers
            )
        except Unanswered as error:
            raise NotSent(f"the token endpoint gave no answer: {error}") from error
        return self._read(reply)

    def _read(self, reply: Reply) -> Token:
        now = self._clock()
        told = _json(reply.body)
        value, life = told.get("access_token"), told.get("expires_in", 3600)
        if reply.status == 200 and isinstance(value, str) and TOKEN.fullmatch(value):
            seconds = float(life) if _is_number(life) else 3600.0
            return Token(value, issued_at=now, expires_at=now + seconds)
        error = told.get("error")
        if reply.status == 429:
            raise Throttled(
                "the token endpoint asked us to slow down",
                retry_after=retry_after(reply.headers, now=now),
                status=429,
            )
        if isinstance(error, str) and reply.status < 500:
            told_error = error if _ERROR_CODE.fullmatch(error) else "(no readable reason)"
            raise BadCredentials(_advice(told_error, self._settings), status=reply.status)
        raise NotSent(
            f"the token endpoint answered {reply.status} without a token", status=reply.status
        )

    def __repr__(self) -> str:
        return f"TokenSource(token={self._token!r}, requests={self.requests})"


def _quiet_time(error: WireError, times: int) -> float:
    """For how long nobody asks again after a failure; `times` told to slow down, one after another."""
    match error:
        case BadCredentials():
            return _QUIET_AFTER_REFUSAL
        case Throttled(retry_after=seconds):
            longer = _QUIET_AFTER_FAILURE * 2.0 ** min(times - 1, 10)
            return min(max(longer, seconds or 0.0), _QUIET_AFTER_REFUSAL)
        case _:
            return _QUIET_AFTER_FAILURE


def _numbered(token: Token, generation: int) -> Token:
    return Token(token.value, token.issued_at, token.expires_at, generation)


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", told) if isinstance(told, dict) else {}


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(float(str(value))) and float(str(value)) > 0
    except ValueError:
        return False


def _advice(error: str, settings: Settings) -> str:
    """What the token endpoint's refusal means, and what to do about it."""
    match error:
        case "invalid_client":
            return (
                "the token endpoint refused the client id or secret (invalid_client); "
                "check NEXAR_CLIENT_ID and NEXAR_CLIENT_SECRET"
            )
        case "invalid_scope":
            return (
                f"the application has no scope {settings.scope!r} (invalid_scope); scopes are fixed "
                "when an application is made: make one with the Supply scope, or set NEXAR_SCOPE"
            )
        case _:
            return f"the token endpoint refused: {error}"
