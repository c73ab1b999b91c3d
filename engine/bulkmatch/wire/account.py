"""The names that keep accounts, tokens and answers apart. Never a secret, never its reverse."""

import hashlib
from urllib.parse import urlsplit

from bulkmatch.model.settings import Settings


def account_of(settings: Settings) -> str:
    """The ledger's name of an account: the one given, or host and digest of the client id."""
    if settings.account is not None:
        return settings.account
    host = urlsplit(settings.api_url).hostname or "unknown"
    return f"{host}/{digest(settings.credentials.client_id)}"


def answer_scope(settings: Settings, *, profile: str) -> str:
    """What a stored answer depends on beside its question: account, fields, plan and filters."""
    told = (account_of(settings), settings.source, profile)
    return f"{told}{settings.features}{settings.authorized_only}{settings.include_brokers}"


def digest(*told: str) -> str:
    """Twelve hexadecimal digits that tell texts apart."""
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:12]
