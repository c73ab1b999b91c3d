"""Findings as JUnit XML, which every CI system shows: a failure for what fails the audit.

Source of the elements: the Ant JUnit schema as Jenkins and GitLab read it; "skipped" is a waiver.
"""

from collections.abc import Generator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from xml.sax.saxutils import XMLGenerator  # only writes
from xml.sax.xmlreader import AttributesImpl

from bulkmatch.model.audit import AuditReport, Finding, Severity
from bulkmatch.report.audit.text import place_words, shown

_MOST_PLACES = 20


class JunitWriter:
    """Writes one test case for each finding, and one for the audit itself."""

    def __init__(self, fail_on: Severity = Severity.ERROR) -> None:
        self._fail_on = fail_on

    def __repr__(self) -> str:
        return f"JunitWriter(fail_on={self._fail_on})"

    def write(self, report: AuditReport, place: Path) -> None:
        """Write a new file at `place`. Raises OSError."""
        counts = self._counted(report)
        with place.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
            self._suite(file, report, counts)

    def _counted(self, report: AuditReport) -> dict[str, str]:
        """The suite's counts come before its cases, so findings are run through twice."""
        tests, failures, skipped = 1, 0, 0
        for finding in report.findings:
            tests += 1
            failures += self._fails(finding)
            skipped += finding.waived is not None
        errors = 1 if report.head.stopped else 0
        told = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
        return {name: str(count) for name, count in told.items()}

    def _fails(self, finding: Finding) -> bool:
        return finding.counts and finding.severity.rank >= self._fail_on.rank

    def _suite(self, file: TextIOWrapper, report: AuditReport, counts: dict[str, str]) -> None:
        head = report.head
        xml = XMLGenerator(file, "utf-8", short_empty_elements=True)
        xml.startDocument()
        seconds = (head.finished_at - head.started_at).total_seconds()
        told = {"name": "bulkmatch audit", **counts, "time": f"{seconds:.1f}"}
        with _element(xml, "testsuites", told):
            at = f"{head.started_at:%Y-%m-%dT%H:%M:%S}"
            with _element(xml, "testsuite", {**told, "timestamp": at}):
                with _element(
                    xml, "testcase", {"classname": "audit", "name": "audit ran to its end"}
                ):
                    if head.stopped:
                        _text(xml, "error", head.stopped, message=head.stopped)
                for finding in report.findings:
                    self._case(xml, finding)
        xml.endDocument()

    def _case(self, xml: XMLGenerator, finding: Finding) -> None:
        maker = f" ({shown(finding.manufacturer, 120)})" if finding.manufacturer else ""
        first = finding.where_used[0].bom if finding.where_used else "audit"
        name = f"{shown(finding.mpn, 120)}{maker}: {finding.about}"
        with _element(xml, "testcase", {"classname": shown(first), "name": name}):
            if finding.waived:
                waived = finding.waived
                why = f"waived by {waived.owner} until {waived.expires}: {waived.reason}"
                _text(xml, "skipped", "", message=why)
            elif self._fails(finding):
                severity = str(finding.severity)
                _text(xml, "failure", _told(finding), message=finding.reason, type=severity)
            else:
                _text(xml, "system-out", f"{finding.severity}: {_told(finding)}")


def _told(finding: Finding) -> str:
    places = [place_words(use) for use in finding.where_used[:_MOST_PLACES]]
    used = f" Used in {finding.use_count:,}: {', '.join(places)}" if places else ""
    return f"{finding.reason}. {finding.advice}{used}"


@contextmanager
def _element(xml: XMLGenerator, name: str, told: dict[str, str]) -> Generator[None]:
    xml.startElement(name, AttributesImpl(told))
    yield
    xml.endElement(name)
    xml.ignorableWhitespace("\n")


def _text(xml: XMLGenerator, name: str, text: str, **told: str) -> None:
    """An element with text; XML cannot hold every character, so what people see is written."""
    with _element(xml, name, {key: shown(words, 1000) for key, words in told.items()}):
        xml.characters(shown(text, 4000))
