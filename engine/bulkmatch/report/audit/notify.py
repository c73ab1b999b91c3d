"""A webhook that is told of an audit's events: one POST of JSON, signed, tried again when it fails.

It goes to https, or to this machine, and follows no redirect. What it tells is our own: kinds of
change and the library's own part numbers. Values that an API has told leave only when the retention
lets them be kept.
"""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from bulkmatch.core.check import is_loopback
from bulkmatch.errors import FeedError, NotSent, SettingsError, Unanswered, WireError
from bulkmatch.model.audit import AuditEvent, AuditReport
from bulkmatch.report.audit.headline import headline
from bulkmatch.wire.transport import open_transport, origin

Json = dict[str, object]
MOST_EVENTS = 500
SIGNATURE, DELIVERY = "x-bulkmatch-signature", "x-bulkmatch-delivery"
# Four attempts within about a minute: a receiver's restart is outlasted, a job's end not held up.
_ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT, _ATTEMPT_TIMEOUT = 4, 1.0, 30.0, 15.0
_OK, _MOVED, _TOO_MANY, _SERVER = 200, 300, 429, 500


@dataclass(frozen=True, slots=True)
class Notice:
    """What is posted: `content` is JSON, `delivery` the same for the same audit."""

    content: bytes = field(repr=False)
    delivery: str
    event_count: int


class _Failed(Exception):
    """An answer that another attempt may better."""


def check_notice_url(url: str) -> None:
    """Refuse an address that is neither https nor this machine's. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError(f"the address to notify cannot be read: {error}") from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host or ""))
    if not host or not is_safe:
        raise SettingsError(
            "the address to notify must begin with https:// (http:// on this machine)"
        )
    if parts.username or parts.password:
        raise SettingsError(
            "the address to notify must not hold a password; sign with a secret instead"
        )


def notice_of(report: AuditReport) -> Notice | None:
    """The message of an audit; None when nothing has changed."""
    head = report.head
    found = iter(report.events)
    events = [_event(one, has_values=head.keeps_values) for one in islice(found, MOST_EVENTS)]
    if not events:
        return None
    more = sum(1 for _ in found)
    told: Json = {
        "type": "bulkmatch.audit.events",
        "version": 1,
        "audit": head.audit_id,
        "previous_audit": head.previous_id,
        "finished_at": head.finished_at.isoformat(),
        "source": head.context.source,
        "country": head.context.country,
        "currency": head.context.currency,
        "summary": headline(head).verdict,
        "severities": dict(head.counts.severities),
        "event_counts": dict(head.counts.events),
        "events": events,
        "more_events": more,
    }
    return Notice(json.dumps(told, ensure_ascii=True).encode(), head.audit_id, len(events) + more)


def _event(one: AuditEvent, *, has_values: bool) -> Json:
    told: Json = {
        "kind": str(one.kind),
        "fact": str(one.fact),
        "part": one.mpn,
        "manufacturer": one.manufacturer,
        "at": one.at.isoformat(),
        "since": one.since.isoformat(),
    }
    if has_values:
        amount = None if one.amount is None else f"{one.amount:f}"
        told |= {"before": one.before, "after": one.after, "amount": amount, "unit": one.unit}
        told["words"] = one.words
    return told


def signature(content: bytes, *, secret: str, at: datetime) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 of the seconds, a point and the content.

    A receiver computes the same, compares in constant time and refuses what is minutes old.
    """
    seconds = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + content, hashlib.sha256)
    return f"t={seconds},v1={digest.hexdigest()}"


async def notify(
    url: str,
    notice: Notice,
    *,
    secret: str | None,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    inner: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Post the message; the attempts it took. `secret` None sends it unsigned.

    Raises SettingsError for an address that it must not go to, FeedError when it was not taken.
    `inner` takes the network's place in tests.
    """
    check_notice_url(url)
    attempts = 0
    try:
        async with open_transport(
            allowed=frozenset({origin(url)}),
            connections=1,
            give_up_after=_ATTEMPT_TIMEOUT,
            inner=inner,
        ) as transport:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type((_Failed, NotSent, Unanswered)),
                wait=wait_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT),
                stop=stop_after_attempt(_ATTEMPTS),
                sleep=sleep,
                reraise=True,
            ):
                with attempt:
                    attempts += 1
                    headers = _headers(notice, secret, now())
                    reply = await transport.post(url, content=notice.content, headers=headers)
                    _judge(reply.status, url)
    except (_Failed, WireError) as error:
        told = f"was not told of the audit in {attempts} attempts: {error}"
        raise FeedError(told, file=_place(url)) from error
    return attempts


def _place(url: str) -> Path:
    """The receiver's host: the rest of the address may be a secret of its own."""
    return Path(urlsplit(url).netloc)


def _headers(notice: Notice, secret: str | None, at: datetime) -> Mapping[str, str]:
    headers = {"content-type": "application/json", DELIVERY: notice.delivery}
    if secret:
        headers[SIGNATURE] = signature(notice.content, secret=secret, at=at)
    return headers


def _judge(status: int, url: str) -> None:
    """Raise `_Failed` for what may pass, FeedError for a no."""
    if _OK <= status < _MOVED:
        return
    if status == _TOO_MANY or status >= _SERVER:
        raise _Failed(f"it answered {status}")
    raise FeedError(f"refused the message: it answered {status}", file=_place(url))
