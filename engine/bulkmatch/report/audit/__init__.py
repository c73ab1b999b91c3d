"""Where an audit goes: a report for people, files for machines, and a webhook."""

from bulkmatch.report.audit.notify import Notice, check_notice_url, notice_of, notify
from bulkmatch.report.audit.output import (
    AUDIT_FORMATS,
    AuditWriter,
    audit_format_of,
    check_audit_output,
    write_audit,
    write_audits,
)

__all__ = [
    "AUDIT_FORMATS",
    "AuditWriter",
    "Notice",
    "audit_format_of",
    "check_audit_output",
    "check_notice_url",
    "notice_of",
    "notify",
    "write_audit",
    "write_audits",
]
