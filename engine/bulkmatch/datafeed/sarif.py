"""A check's report in SARIF 2.1.0, for tools that show findings beside a file's lines.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.14 to 3.30.
"""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from bulkmatch.datafeed.finding import Finding, Severity
from bulkmatch.datafeed.report import CheckReport

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Json = dict[str, object]


def sarif_of(reports: Sequence[CheckReport], *, version: str) -> Json:
    """One run with the findings that the reports keep."""
    rules = {rule.id: rule for report in reports for rule, _, _ in report.rules}
    described = [
        {
            "id": rule.id,
            "shortDescription": {"text": f"Wanted: {rule.tells}."},
            "help": {"text": f"Source: {rule.source}."},
            "defaultConfiguration": {"level": _level(rule.severity)},
        }
        for rule in rules.values()
    ]
    driver = {"name": "bulkmatch datafeed check", "version": version, "rules": described}
    results = [_result(report.path, finding) for report in reports for finding in report.findings]
    run: Json = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _level(severity: Severity) -> str:
    return str(severity)  # SARIF's words are the same


def _result(path: Path, finding: Finding) -> Json:
    where: Json = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path)},
            "region": {"startLine": finding.line},
        }
    }
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


def _uri(path: Path) -> str:
    """A relative path stays relative, so that a report can be read on another machine."""
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
