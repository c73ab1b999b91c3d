"""A check's report in SARIF 2.1.0."""

from collections.abc import Sequence
from pathlib import Path

from bulkmatch.core.sarif import Json, log_of, place_of, rule_of
from bulkmatch.datafeed.finding import Finding, Severity
from bulkmatch.datafeed.report import CheckReport


def sarif_of(reports: Sequence[CheckReport], *, version: str) -> Json:
    """One run with the findings that the reports keep."""
    rules = {rule.id: rule for report in reports for rule, _, _ in report.rules}
    described = [
        rule_of(
            rule.id,
            tells=f"Wanted: {rule.tells}.",
            help_text=f"Source: {rule.source}.",
            level=_level(rule.severity),
        )
        for rule in rules.values()
    ]
    results = [_result(report.path, finding) for report in reports for finding in report.findings]
    return log_of("bulkmatch datafeed check", version, rules=described, results=results)


def _level(severity: Severity) -> str:
    return str(severity)  # SARIF's words are the same


def _result(path: Path, finding: Finding) -> Json:
    where = place_of(path, finding.line)
    if finding.column:
        where["logicalLocations"] = [{"name": finding.column, "kind": "member"}]
    return {
        "ruleId": finding.rule.id,
        "level": _level(finding.severity),
        "message": {"text": message_of(finding)},
        "locations": [where],
    }


def message_of(finding: Finding) -> str:
    """A finding in one sentence: the column, what was there, and how to mend it."""
    column = f"{finding.column}: " if finding.column else ""
    found = f"{finding.found!r}: " if finding.found else ""
    return f"{column}{found}{finding.advice}"
