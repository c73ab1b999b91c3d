"""A token shared by processes: one file, readable by its owner alone, one fetcher at a time."""

import json
import os
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from filelock import FileLock, Timeout

from bulkmatch.model.settings import Settings
from bulkmatch.wire.account import digest
from bulkmatch.wire.token import TOKEN, Token

# Who holds the lock longer than this is gone or stuck; then everybody fetches for himself.
_LONGEST_FETCH = 90.0


class TokenFile:
    """Implements `TokenCache` in a folder. A folder that cannot be used is as good as none."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self._path = folder / f"{name}.json"
        self._lock = FileLock(folder / f"{name}.lock", timeout=_LONGEST_FETCH, thread_local=False)
        self._thread = CapacityLimiter(1)

    async def load(self) -> Token | None:
        """The token kept, None when there is none that can be read."""
        return await to_thread.run_sync(self._load, limiter=self._thread)

    async def save(self, token: Token) -> None:
        """Keep a token for the others."""
        await to_thread.run_sync(self._save, token, limiter=self._thread)

    async def acquire(self) -> None:
        """Wait until no other process fetches."""
        await to_thread.run_sync(self._acquire, limiter=self._thread)

    async def release(self) -> None:
        """Let other processes fetch."""
        await to_thread.run_sync(self._lock.release, limiter=self._thread)

    def _acquire(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire()
        except (OSError, Timeout):
            return

    def _load(self) -> Token | None:
        try:
            told = json.loads(self._path.read_text())
            value = str(told["token"])
            is_token = TOKEN.fullmatch(value) is not None
            kept = Token(value, float(told["issued_at"]), float(told["expires_at"]))
            return kept if is_token else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _save(self, token: Token) -> None:
        told = {
            "token": token.value,
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
        }
        beside = self._path.with_suffix(f".{os.getpid()}")
        try:
            with os.fdopen(
                os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w"
            ) as file:
                json.dump(told, file)
            beside.replace(self._path)
        except OSError:
            return

    def __repr__(self) -> str:
        return f"TokenFile({self._path})"


def token_file(settings: Settings) -> TokenFile | None:
    """The cache that the settings ask for; one file for each endpoint, client, secret and scope.

    With another secret another file, so that a wrong or withdrawn one is noticed at once.
    """
    if settings.token_cache is None:
        return None
    credentials = settings.credentials
    told = (
        settings.token_url,
        credentials.client_id,
        credentials.client_secret,
        settings.scope,
    )
    return TokenFile(settings.token_cache, name=digest(*told))
