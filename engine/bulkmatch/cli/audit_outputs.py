"""Where an audit goes: checked before anything is asked, so that nothing is paid for and then lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import anyio

from bulkmatch.cli.credentials import with_keyring
from bulkmatch.cli.outputs import make_folder
from bulkmatch.cli.sources import Surroundings, gather
from bulkmatch.errors import EngineError, FeedError, SettingsError
from bulkmatch.model.audit import AuditReport, Severity
from bulkmatch.report.audit import (
    check_audit_output,
    check_notice_url,
    notice_of,
    notify,
    write_audit,
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told of an audit's events; `secret` signs what is posted."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def webhook_of(around: Surroundings, *, config: Path | None, url: str | None) -> Webhook | None:
    """The webhook of `--notify`; None without one. Raises SettingsError for a wrong address."""
    if url is None:
        return None
    check_notice_url(url)
    values, _ = with_keyring(gather(around, config=config, flags={}))
    return Webhook(url, values.maybe("notify_secret", str))


def without_secrets(arguments: Sequence[str], url: str | None) -> list[str]:
    """The arguments with no more of the webhook's address than its host: the rest may be a secret."""
    if not url:
        return list(arguments)
    shown = f"https://{urlsplit(url).hostname or ''}/..."
    return [argument.replace(url, shown) for argument in arguments]


def check_audit_outputs(
    outputs: Iterable[Path], *, inputs: Iterable[Path], form: str | None = None
) -> None:
    """Raise SettingsError or FeedError when an output cannot be written, or would hurt an input."""
    taken = {path.resolve(): "is an input; an output must not replace it" for path in inputs}
    for path in outputs:
        if path.resolve() in taken:
            raise SettingsError(f"{path} {taken[path.resolve()]}")
        taken[path.resolve()] = "is named twice"
        make_folder(path)
        check_audit_output(path, form)


def write_outputs(
    report: AuditReport, outputs: Iterable[Path], *, form: str | None, fail_on: str | None
) -> tuple[tuple[Path, ...], tuple[EngineError, ...]]:
    """Those that were written, and why others were not: one does not keep the others from it."""
    least = None if fail_on is None else Severity(fail_on)
    written: list[Path] = []
    errors: list[EngineError] = []
    for path in outputs:
        try:
            write_audit(report, path, form=form, fail_on=least)
        except FeedError as error:
            errors.append(error)
        else:
            written.append(path)
    return tuple(written), tuple(errors)


def tell_webhook(report: AuditReport, webhook: Webhook) -> EngineError | None:
    """Post the audit's events, if there are any; why that failed."""
    notice = notice_of(report)
    if notice is None:
        return None

    async def post() -> None:
        secret = webhook.secret
        await notify(webhook.url, notice, secret=secret, now=lambda: datetime.now(UTC))

    try:
        anyio.run(post)
    except EngineError as error:
        return error
    return None
