"""A check counts everything, keeps the first findings, and says where they are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bulkmatch.datafeed import CheckReport, Sender, check, message_of, sarif_of

from .conftest import Write
from .examples import GOOD, HEAD, text_of


def found(report: CheckReport, rule: str) -> list[tuple[int, str | None, str]]:
    return [(one.row, one.column, one.found) for one in report.findings if one.rule.id == rule]


def test_a_good_feed_passes(feed: Write) -> None:
    report = check(feed(GOOD))
    assert (report.error_count, report.row_count, report.sender) == (0, 1, Sender.DISTRIBUTOR)
    assert {rule.id for rule, _, _ in report.rules} == {"header-recommended"}


def test_counts_are_complete_and_findings_are_the_first(feed: Write) -> None:
    rows = [HEAD | {"sku": f"s{number}", "moq": "few"} for number in range(50)]
    report = check(feed(text_of(*rows)), most_examples=3)
    assert report.error_count == 50
    assert found(report, "count") == [(row, "moq", "few") for row in (2, 3, 4)]


def test_rows_are_records_and_lines_are_lines_of_text(feed: Write) -> None:
    rows = [
        HEAD | {"description": "two\nlines", "moq": "1"},
        HEAD | {"description": "", "moq": "x"},
    ]
    report = check(feed(text_of(*rows)))
    (finding,) = [one for one in report.findings if one.rule.id == "count"]
    assert (finding.row, finding.line) == (3, 4)


def test_a_repeated_line_names_the_first_of_them(feed: Write) -> None:
    other = HEAD | {"distributor-url": "http://example.com/other"}
    report = check(feed(text_of(HEAD, other, HEAD, other, HEAD)))
    lines = [one for one in report.findings if one.rule.id == "duplicate-line"]
    assert [(one.row, one.advice[-5:]) for one in lines] == [
        (4, "row 2"),
        (5, "row 3"),
        (6, "row 2"),
    ]
    assert [row for row, *_ in found(report, "duplicate-listing")] == [3]


def test_a_good_cell_is_remembered_and_a_bad_one_is_told_each_time(feed: Write) -> None:
    rows = [HEAD | {"sku": str(number), "quantity": "-9"} for number in range(3)]
    assert len(found(check(feed(text_of(*rows))), "quantity")) == 3


def test_what_was_there_is_quoted_shortly(feed: Write) -> None:
    report = check(feed(text_of(HEAD | {"image-url": "x" * 10_000})))
    ((_, _, quoted),) = found(report, "url-scheme")
    assert len(quoted) == 120


def test_the_spec_is_shown_and_not_the_whole_cell(feed: Write) -> None:
    attributes = json.dumps({"a": "b" * 500, "voltage": "3.3 to 5 volts"})
    report = check(feed(text_of(HEAD | {"attributes": attributes})))
    assert found(report, "spec-range") == [(2, "attributes", "voltage: 3.3 to 5 volts")]


@pytest.mark.parametrize("depth", [5, 50, 300, 600, *range(880, 1_000, 4), 5_000, 20_000])
@pytest.mark.parametrize("opening", ['{"a": ', '{"a": {"metadata": ', "[", '{"a": ['])
def test_json_of_any_depth_is_checked(opening: str, depth: int, feed: Write) -> None:
    closing = "".join("}" if char == "{" else "]" for char in reversed(opening) if char in "{[")
    attributes = opening * depth + '"x"' + closing * depth
    report = check(feed(text_of(HEAD | {"attributes": attributes})))
    assert report.error_count == 1


def test_the_sender_is_guessed_or_told(feed: Write) -> None:
    parts = feed(text_of(HEAD | {"sku": "", "distributor-url": ""}))
    assert check(parts).sender is Sender.MANUFACTURER
    assert check(parts).error_count == 0
    told = check(parts, sender=Sender.DISTRIBUTOR)
    assert [column for _, column, _ in found(told, "required")] == ["sku", "distributor-url"]
    silent = check(parts, sender=Sender.MANUFACTURER)
    assert "no-offers" not in {rule.id for rule, _, _ in silent.rules}


def test_progress_is_told_with_the_share_that_is_read(feed: Write) -> None:
    rows = [HEAD | {"sku": f"s{number}"} for number in range(3_000)]
    told: list[tuple[int, float | None]] = []
    check(feed(text_of(*rows)), on_progress=lambda rows, share: told.append((rows, share)))
    assert [rows for rows, _ in told] == [1_000, 2_000, 3_000]
    shares = [share for _, share in told if share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


MEASURE = """
import resource, sys
from pathlib import Path
from bulkmatch.datafeed import check
rows = check(Path(sys.argv[1])).row_count
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts otherwise elsewhere")
def test_memory_does_not_follow_the_rows(tmp_path: Path) -> None:
    """Ten times the rows, 30 MB more of text: at most 16 MB more are held, the shelf's cache."""
    held: list[int] = []
    for rows in (3_000, 30_000):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("manufacturer,mpn,sku,distributor-url,description\n")
            for number in range(rows):
                text = f"{number} " * 150
                file.write(f"Maker,M{number},S{number},http://a.example/{number},{text.strip()}\n")
        arguments = [sys.executable, "-c", MEASURE, str(path)]
        ran = subprocess.run(arguments, check=True, capture_output=True, text=True)
        counted, kilobytes = map(int, ran.stdout.split())
        assert counted == rows
        held.append(kilobytes)
    assert held[1] - held[0] < 16_384


def test_sarif_names_rule_level_file_and_line(feed: Write) -> None:
    report = check(feed(text_of(HEAD | {"moq": "few"}), "my feed.csv"))
    run = json.loads(json.dumps(sarif_of([report], version="1.2")))["runs"][0]
    driver = run["tool"]["driver"]
    assert {rule["id"] for rule in driver["rules"]} == {"count", "header-recommended"}
    (result,) = [one for one in run["results"] if one["ruleId"] == "count"]
    assert result["level"] == "error"
    assert result["message"]["text"] == "moq: 'few': write a whole number, digits alone"
    (location,) = result["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 2}
    assert location["physicalLocation"]["artifactLocation"]["uri"].endswith("my%20feed.csv")


def test_a_message_is_one_sentence(feed: Write) -> None:
    report = check(feed(GOOD + "\n"))
    (blank,) = [one for one in report.findings if one.rule.id == "blank-row"]
    assert message_of(blank) == "remove the row"
