"""The files for machines and for people: read back by other programs than the ones that wrote them."""

import gc
import json
import tracemalloc
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from bulkmatch.datafeed.parquet import read_parquet
from bulkmatch.errors import FeedError
from bulkmatch.feeds.saved_audit import read_head, read_parts
from bulkmatch.model.audit import AuditReport, FactName, Finding, Severity, Standing
from bulkmatch.report.audit import (
    AUDIT_FORMATS,
    audit_format_of,
    check_audit_output,
    write_audit,
    write_audits,
)
from bulkmatch.report.audit.markdown import escaped
from bulkmatch.report.audit.workbook import WorkbookWriter

from . import examples

SHEETS = [
    "Summary",
    "Findings",
    "Changes",
    "Lines",
    "Where used",
    "Parts",
    "Needs review",
    "Run and budget",
]
NAMES = ["a.html", "a.xlsx", "a.jsonl", "a.audit", "a.sarif", "a.xml", "a.md"]


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.HTML", "html"), ("a.htm", "html"), ("a.xlsx", "xlsx"), ("a.jsonl", "jsonl"), ("a.audit", "audit"),
     ("a.parts.parquet", "parquet"), ("a.sarif", "sarif"), ("a.sarif.json", "sarif"), ("a.xml", "junit"),
     ("a.md", "markdown")],
)  # fmt: skip
def test_the_name_says_the_format(name: str, form: str) -> None:
    assert audit_format_of(Path(name)) == form
    assert form in AUDIT_FORMATS


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"\.txt is not known.*\.html.*\.sarif\.json"):
        audit_format_of(Path("a.txt"))
    write_audit(examples.audit(), tmp_path / "a.txt", form="markdown")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("## Lifecycle audit")


def test_an_output_that_cannot_be_written_is_refused_before(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(FeedError, match="is a folder"):
        check_audit_output(tmp_path / "folder.html")
    with pytest.raises(FeedError, match="there is no folder"):
        check_audit_output(tmp_path / "none" / "a.html")
    check_audit_output(tmp_path / "a.html")


def test_parquet_without_pyarrow_is_refused_before(tmp_path: Path) -> None:
    if find_spec("pyarrow") is not None:
        check_audit_output(tmp_path / "a.parquet")
        return
    with pytest.raises(FeedError, match="needs pyarrow"):
        check_audit_output(tmp_path / "a.parquet")


@pytest.mark.skipif(
    find_spec("pyarrow") is None, reason="pyarrow is not installed: the parquet extra"
)
@pytest.mark.parametrize(
    ("name", "count", "first"),
    [
        ("a.parquet", 24, {"severity": "error", "part": "PN-00000"}),
        ("a.parts.parquet", 24, {"part": "PN-00000", "lifecycle": "Production", "stock": "0"}),
        ("a.events.parquet", 6, {"change": "went-obsolete", "by": "40"}),
        ("a.lines.parquet", 24, {"file": "boards/main.csv", "line": "2"}),
        ("a.uses.parquet", 24, {"designators": "R0, R1"}),
    ],
)
def test_a_parquet_file_holds_the_list_that_its_name_means(
    tmp_path: Path, name: str, count: int, first: dict[str, str]
) -> None:
    write_audit(examples.audit(), tmp_path / name)
    header, *rows = [record.cells for record in read_parquet(tmp_path / name)]
    assert len(rows) == count
    told = dict(zip(header, rows[0], strict=True))
    assert {column: told[column] for column in first} == first
    write_audit(examples.hostile(), tmp_path / name)


class Torn(Exception):
    """What ends a list half-way."""


def first_alone(n: int) -> Finding:
    if n:
        raise Torn
    return examples.finding(n)


def torn(report: AuditReport) -> AuditReport:
    halves = examples.Many(first_alone, 3)
    return AuditReport(report.head, report.parts, report.events, halves, report.lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_report_that_breaks_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, name: str
) -> None:
    place = tmp_path / name
    place.write_text("old")
    with pytest.raises(Torn):
        write_audit(torn(examples.audit()), place)
    assert place.read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_texts_and_no_text_at_all_are_written(tmp_path: Path, name: str) -> None:
    write_audit(examples.hostile(), tmp_path / name)
    write_audit(examples.audit(0, 0, 0), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0


def test_one_output_that_fails_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    errors = write_audits(examples.audit(), [tmp_path / "no" / "a.md", tmp_path / "b.md"])
    assert [error.file for error in errors] == [tmp_path / "no" / "a.md"]
    assert (tmp_path / "b.md").exists()


def test_the_workbook_has_a_sheet_for_each_list(tmp_path: Path) -> None:
    write_audit(examples.audit(), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == SHEETS
    findings = book["Findings"]
    assert findings.max_row == 25
    assert [cell.value for cell in findings[2]][:4] == [
        "error",
        "new",
        "PN-00000",
        "Texas Instruments",
    ]
    assert isinstance(findings["K2"].value, datetime)
    assert findings.auto_filter.ref == "A1:O25"
    assert findings.freeze_panes == "A2"
    assert book["Summary"]["A2"].value == "8 findings to act on now, 2 of them new."
    assert len(getattr(book["Summary"], "_charts")) == 3  # noqa: B009 - openpyxl tells of no other
    assert book["Parts"]["E3"].value == 1000
    assert book["Where used"].max_row == 25


def test_the_workbook_makes_no_formula_and_no_link_of_a_text(tmp_path: Path) -> None:
    write_audit(examples.hostile(), tmp_path / "a.xlsx")
    for sheet in load_workbook(tmp_path / "a.xlsx"):
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type == "f" or cell.hyperlink]


def test_a_sheet_that_is_full_goes_on_in_another(tmp_path: Path) -> None:
    WorkbookWriter(most_rows=11).write(examples.audit(), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    assert [name for name in book.sheetnames if name.startswith("Findings")] == [
        "Findings",
        "Findings 2",
        "Findings 3",
    ]
    assert (
        sum(book[name].max_row - 1 for name in book.sheetnames if name.startswith("Findings")) == 24
    )


def test_parts_that_need_a_person_are_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    parts = [examples.part(0), examples.part(1, outcome="needs review", reason="two makers")]
    report = examples.audit()
    write_audit(
        AuditReport(report.head, parts, report.events, report.findings, report.lines),
        tmp_path / "a.xlsx",
    )
    sheet = load_workbook(tmp_path / "a.xlsx")["Needs review"]
    assert [[cell.value for cell in row][:4] for row in sheet.iter_rows(min_row=2)] == [
        ["PN-00001", "Bosch", "needs review", "two makers"]
    ]


def test_json_lines_are_a_saved_audit_with_all_values(tmp_path: Path) -> None:
    write_audit(examples.audit(), tmp_path / "a.jsonl")
    assert read_head(tmp_path / "a.jsonl").audit_id == "audit-7"
    parts = [*read_parts(tmp_path / "a.jsonl")]
    wanted = [*examples.audit().parts]
    assert [part.mpn for part in parts] == [part.mpn for part in wanted]
    assert parts[1].fact(FactName.LIFECYCLE) == wanted[1].fact(FactName.LIFECYCLE)
    kinds = [
        json.loads(line)["kind"] for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    ]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "head": 1, "event": 6, "finding": 24, "part": 24, "line": 24,
    }  # fmt: skip


def test_a_saved_audit_keeps_no_value_that_may_not_be_kept(tmp_path: Path) -> None:
    report = examples.audit()
    bare = AuditReport(
        replace(report.head, keeps_values=False),
        report.parts,
        report.events,
        report.findings,
        report.lines,
    )
    write_audit(bare, tmp_path / "a.audit")
    write_audit(bare, tmp_path / "a.jsonl")
    kept, told = (
        [*read_parts(tmp_path / name)][1].fact(FactName.STOCK) for name in ("a.audit", "a.jsonl")
    )
    assert (kept.standing, kept.value) == (Standing.NOT_KEPT, None)
    assert (told.standing, told.value) == (Standing.KNOWN, 1000)


def test_sarif_points_at_the_line_of_the_bom(tmp_path: Path) -> None:
    write_audit(examples.audit(), tmp_path / "a.sarif")
    log = json.loads((tmp_path / "a.sarif").read_text("utf-8"))
    run = log["runs"][0]
    assert (log["version"], len(run["results"])) == ("2.1.0", 24)
    first = run["results"][0]
    assert first["level"] == "error"
    assert first["partialFingerprints"] == {"findingId/v1": "finding-0"}
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "boards/main.csv"},
        "region": {"startLine": 2},
    }
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert rules == {result["ruleId"] for result in run["results"]}
    assert [r["suppressions"][0]["kind"] for r in run["results"] if "suppressions" in r] == [
        "external"
    ]


def test_sarif_messages_hold_no_link_and_no_placeholder(tmp_path: Path) -> None:
    write_audit(examples.hostile(), tmp_path / "a.sarif")
    results = json.loads((tmp_path / "a.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert "\\[x\\](http" in results[6]["message"]["text"]
    assert "{{{{ 7*7 }}}}" in results[5]["message"]["text"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results]
    assert uris[2].startswith("javascript%3A")


def test_a_finding_of_no_line_points_at_the_library(tmp_path: Path) -> None:
    report = examples.audit()
    alone = [examples.finding(0, where_used=(), use_count=0, severity=Severity.FATAL)]
    write_audit(AuditReport(report.head, (), (), alone, ()), tmp_path / "a.sarif")
    result = json.loads((tmp_path / "a.sarif").read_text("utf-8"))["runs"][0]["results"][0]
    assert result["level"] == "error"
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "boards/main.csv"}}}
    ]


@pytest.mark.parametrize(
    ("fail_on", "failures"), [(None, 8), (Severity.ERROR, 8), (Severity.NOTE, 23)]
)
def test_junit_fails_what_fails_the_audit(
    tmp_path: Path, fail_on: Severity | None, failures: int
) -> None:
    write_audit(examples.audit(), tmp_path / "a.xml", fail_on=fail_on)
    suite = ElementTree.parse(tmp_path / "a.xml").getroot()[0]
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases) == 25
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == failures
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped")) == 1
    assert suite.attrib["errors"] == "0"


def test_junit_takes_hostile_texts_as_texts(tmp_path: Path) -> None:
    write_audit(examples.hostile(), tmp_path / "a.xml", fail_on=Severity.ERROR)
    suite = ElementTree.parse(tmp_path / "a.xml").getroot()[0]
    assert suite.findall("testcase")[1].attrib["classname"] == examples.HOSTILE[0]
    assert suite.attrib["errors"] == "1", "the audit was stopped"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a|b", r"a\|b"),
        ("[x](y)", r"\[x\]\(y\)"),
        ("@team", "@\u200bteam"),
        ("https://x", "https:\u200b//x"),
        ("www.x.y", "www\u200b.x.y"),
        ("#12", "\\#\u200b12"),
        ("<b>", r"\<b\>"),
        ("two\nlines", "two lines"),
        ("2.5V", "2.5V"),
    ],
)
def test_markdown_shows_a_text_and_does_nothing_else(text: str, told: str) -> None:
    assert escaped(text) == told


def test_the_summary_is_short_whatever_the_library(tmp_path: Path) -> None:
    write_audit(examples.audit(5_000, 5_000, 500), tmp_path / "a.md")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60
    assert "The worst 15 of" in text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.jsonl", "a.sarif", "a.xml", "a.md", "a.html", "a.xlsx"])
def test_memory_does_not_grow_with_the_library(tmp_path: Path, name: str) -> None:
    def peak(count: int) -> int:
        # what other tests have left alive would put off the collection of what is garbage here
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        report = examples.audit(count, count, count)
        parts = examples.Many(
            lambda n: examples.part(n, octopart_url=None), count
        )  # Excel's links are held
        told = AuditReport(report.head, parts, report.events, report.findings, report.lines)
        if name == "a.xlsx":
            (tmp_path / name).unlink(missing_ok=True)
            WorkbookWriter(wrapped_rows=100).write(told, tmp_path / name)
        else:
            write_audit(told, tmp_path / name)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        gc.unfreeze()
        return most

    peak(10)  # imports
    few, many = peak(300), peak(1_200)
    assert many < few * 1.5 + 400_000
