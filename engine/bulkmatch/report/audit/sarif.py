"""Findings in SARIF 2.1.0, at the line of the BOM that needs the part, for code review.

Results are written as they come; only the rules, which are few, are held.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from bulkmatch.core.sarif import (
    RUN,
    SCHEMA,
    VERSION,
    Json,
    place_of,
    plain_message,
    rule_of,
    tool_of,
)
from bulkmatch.model.audit import AuditReport, Finding, Severity, WhereUsed
from bulkmatch.report.audit.text import shown

_MOST_RELATED = 10
_LEVELS = {Severity.FATAL: "error", Severity.IGNORE: "none"}


class SarifWriter:
    """Writes findings as SARIF."""

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError."""
        with place.open("x", encoding="utf-8", newline="\n") as file:
            for piece in _pieces(report):
                file.write(piece)


def _pieces(report: AuditReport) -> Iterator[str]:
    rules: dict[str, Json] = {}
    yield f'{{"$schema":{_json(SCHEMA)},"version":{_json(VERSION)},"runs":[{{"results":['
    comma = ""
    for finding in report.findings:
        rules.setdefault(str(finding.about), _rule(finding))
        yield f"{comma}\n{_json(_result(finding, report))}"
        comma = ","
    tool = tool_of("bulkmatch audit", report.head.version, tuple(rules.values()))
    more = {**RUN, "automationDetails": {"id": "bulkmatch-audit/"}}
    yield f'\n],"tool":{_json(tool)},{_json(more)[1:-1]}}}]}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)  # a lone surrogate has no other form


def _rule(finding: Finding) -> Json:
    about = str(finding.about)
    return rule_of(
        about, tells=f"{about}.", help_text=plain_message(finding.advice), level=_level(finding)
    )


def _result(finding: Finding, report: AuditReport) -> Json:
    maker = f" ({finding.manufacturer})" if finding.manufacturer else ""
    subject = f"{finding.mpn}{maker}: " if finding.mpn else ""
    told: Json = {
        "ruleId": str(finding.about),
        "level": _level(finding),
        "message": {
            "text": plain_message(shown(f"{subject}{finding.reason} {finding.advice}", 1000))
        },
        "partialFingerprints": {"findingId/v1": finding.finding_id},
        "baselineState": "new" if finding.is_new else "unchanged",
        "properties": {"severity": str(finding.severity), "rule": finding.rule_id},
    }
    uses = finding.where_used
    if uses:
        told["locations"] = [_place(uses[0])]
        more = uses[1 : _MOST_RELATED + 1]
        if more:
            told["relatedLocations"] = [{"id": at, **_place(use)} for at, use in enumerate(more, 1)]
    elif report.head.libraries:
        told["locations"] = [place_of(Path(report.head.libraries[0]), None)]
    if finding.waived:
        waived = finding.waived
        why = f"{waived.reason} ({waived.owner}, until {waived.expires})"
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return told


def _place(use: WhereUsed) -> Json:
    place = place_of(Path(use.bom), max(1, use.line))
    if use.designators:
        place["message"] = {"text": plain_message(shown(use.designators))}
    return place


def _level(finding: Finding) -> str:
    return _LEVELS.get(finding.severity, str(finding.severity))
