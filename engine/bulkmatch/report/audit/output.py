"""Which output an audit goes to: by `--format` or the file's name; replaced in one step when complete."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from bulkmatch.errors import FeedError
from bulkmatch.model.audit import AuditReport, Severity
from bulkmatch.report.draft import draft_of, put_in_place, sweep


class AuditWriter(Protocol):
    """One kind of output."""

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file. Raises OSError."""
        ...


_Make = Callable[[Path, Severity | None], AuditWriter]


def _html(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.html import HtmlWriter  # heavy, so imported where it is used

    return HtmlWriter()


def _xlsx(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.workbook import WorkbookWriter

    return WorkbookWriter()


def _jsonl(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.jsonl import JsonlWriter

    return JsonlWriter()


def _saved(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.jsonl import JsonlWriter

    return JsonlWriter(with_values=False)


def _parquet(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.parquet import ParquetWriter

    return ParquetWriter(path.name)


def _sarif(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.sarif import SarifWriter

    return SarifWriter()


def _junit(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.junit import JunitWriter

    return JunitWriter(fail_on or Severity.ERROR)


def _markdown(path: Path, fail_on: Severity | None) -> AuditWriter:
    from bulkmatch.report.audit.markdown import MarkdownWriter

    return MarkdownWriter()


_MAKERS: dict[str, _Make] = {
    "html": _html,
    "xlsx": _xlsx,
    "jsonl": _jsonl,
    "audit": _saved,
    "parquet": _parquet,
    "sarif": _sarif,
    "junit": _junit,
    "markdown": _markdown,
}
AUDIT_FORMATS = tuple(_MAKERS)
_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".audit": "audit",
    ".parquet": "parquet",
    ".sarif": "sarif",
    ".xml": "junit",
    ".md": "markdown",
}


def audit_format_of(path: Path, form: str | None = None) -> str:
    """The format that a file's name means, else `form`. Raises FeedError when neither says it."""
    is_sarif = path.name.lower().endswith(".sarif.json")
    found = "sarif" if is_sarif else _SUFFIXES.get(path.suffix.lower(), form)
    if found is None:
        known = ", ".join([*_SUFFIXES, ".sarif.json"])
        raise FeedError(
            f"the extension {path.suffix or '(none)'} is not known; use --format, or one of {known}",
            file=path,
        )
    return found


def check_audit_output(path: Path, form: str | None = None) -> None:
    """Refuse an output that cannot be written, before anything is spent. Raises FeedError."""
    if audit_format_of(path, form) == "parquet":
        from bulkmatch.datafeed.parquet import need_parquet

        need_parquet(path)
    if path.is_dir():
        raise FeedError("is a folder; a file was wanted", file=path)
    if not path.parent.is_dir():
        raise FeedError(f"there is no folder {path.parent}; make it first", file=path)
    if not os.access(path.parent, os.W_OK):
        raise FeedError(f"the folder {path.parent} cannot be written to", file=path)


def write_audit(
    report: AuditReport, path: Path, *, form: str | None = None, fail_on: Severity | None = None
) -> None:
    """Write one output. What stood at `path` before stays until it is complete. Raises FeedError.

    `form` is one of `AUDIT_FORMATS`, for a name that means none; `fail_on` is the severity from
    which a finding is a failure where a format tells failures apart, `error` without one.
    """
    writer = _MAKERS[audit_format_of(path, form)](path, fail_on)
    target = path.resolve()
    draft = draft_of(target)
    try:
        sweep(target)
        writer.write(report, draft)
        put_in_place(draft, target)
    except OSError as error:
        raise FeedError(f"cannot be written: {error.strerror or error}", file=path) from error
    finally:
        draft.unlink(missing_ok=True)


def write_audits(
    report: AuditReport, paths: Sequence[Path], *, fail_on: Severity | None = None
) -> list[FeedError]:
    """Write all of them; one that cannot be written does not keep the others from it."""
    errors: list[FeedError] = []
    for path in paths:
        try:
            write_audit(report, path, fail_on=fail_on)
        except FeedError as error:
            errors.append(error)
    return errors
