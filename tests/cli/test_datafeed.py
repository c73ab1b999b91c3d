"""`bulkmatch datafeed` as people and pipelines see it: results on stdout, codes, files."""

import json
from pathlib import Path

import pytest

from .conftest import Run

HEADER = "manufacturer,mpn,sku,distributor-url,quantity,moq\n"
ROW = "Acme,X1,S1,http://example.com/x1,5,1\n"


@pytest.fixture
def good(folder: Path) -> Path:
    file = folder / "good.csv"
    file.write_text(HEADER + ROW)
    return file


@pytest.fixture
def bad(folder: Path) -> Path:
    file = folder / "bad.csv"
    rows = "".join(f'Acme,X{n},S{n},http://example.com/{n},"4,00{n}",1\n' for n in range(6))
    file.write_text(HEADER + rows)
    return file


def test_a_feed_that_passes_ends_with_0(bulkmatch: Run, good: Path) -> None:
    ran = bulkmatch("datafeed", "check", good)
    assert ran.returncode == 0
    assert "good.csv passes: 1 row, 0 errors" in ran.stdout
    assert "a distributor's feed (guessed)" in ran.stdout


def test_errors_end_with_1_and_are_shown_by_rule(bulkmatch: Run, bad: Path) -> None:
    ran = bulkmatch("datafeed", "check", bad)
    assert ran.returncode == 1
    assert "quantity  6 errors; wanted: whole numbers" in ran.stdout
    assert "row 2: quantity: '4,000': write a whole number" in ran.stdout
    assert "and 3 more" in ran.stdout
    assert ran.stdout.index("quantity") < ran.stdout.index("header-recommended")
    assert "bad.csv does not pass" in ran.stdout


def test_warnings_end_with_1_when_asked(bulkmatch: Run, good: Path) -> None:
    assert bulkmatch("datafeed", "check", good, "--fail-on", "warning").returncode == 1


def test_json_has_complete_counts_and_as_many_findings_as_asked(bulkmatch: Run, bad: Path) -> None:
    ran = bulkmatch("datafeed", "check", bad, "--json", "--most", "2")
    told = json.loads(ran.stdout)
    assert (told["rows"], told["errors"], told["passes"]) == (6, 6, False)
    (rule,) = [one for one in told["rules"] if one["rule"] == "quantity"]
    assert (rule["count"], len(rule["findings"])) == (6, 2)
    assert rule["findings"][0] == {
        "row": 2,
        "line": 2,
        "column": "quantity",
        "found": "4,000",
        "advice": rule["findings"][0]["advice"],
    }


def test_sarif_is_written_beside(bulkmatch: Run, bad: Path, folder: Path) -> None:
    ran = bulkmatch("datafeed", "check", bad, "--sarif", "out.sarif")
    assert ran.returncode == 1
    told = json.loads((folder / "out.sarif").read_text())
    assert told["version"] == "2.1.0"
    assert told["runs"][0]["tool"]["driver"]["version"]
    assert bulkmatch("datafeed", "check", bad, "--sarif", "no/out.sarif").returncode == 2


def test_who_sends_it_can_be_told(bulkmatch: Run, folder: Path) -> None:
    file = folder / "parts.csv"
    file.write_text("manufacturer,mpn,sku,distributor-url\nAcme,X1,,\n")
    assert bulkmatch("datafeed", "check", file).returncode == 0
    assert bulkmatch("datafeed", "check", file, "--sender", "distributor").returncode == 1


def test_no_control_character_reaches_the_terminal(bulkmatch: Run, folder: Path) -> None:
    file = folder / "evil.csv"
    file.write_text(HEADER + "Acme,X1,S1,http://example.com/x1,\x1b[31mred,1\n")
    assert "\x1b[31m" not in bulkmatch("datafeed", "check", file).stdout


def test_what_is_no_table_ends_with_2_and_one_line(bulkmatch: Run, folder: Path) -> None:
    (folder / "feed.csv").write_bytes(b"\0\1\2")
    ran = bulkmatch("datafeed", "check", "feed.csv")
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "zero bytes" in ran.stderr


def test_a_conversion_tells_what_it_took(bulkmatch: Run, bad: Path, folder: Path) -> None:
    ran = bulkmatch("datafeed", "convert", bad, "out.xlsx")
    assert ran.returncode == 0
    assert ran.stdout == ""
    assert "written: out.xlsx, 6 rows" in ran.stderr
    assert "cells mended or emptied: 6 quantity" in ran.stderr
    assert "quantity '4,000' is now '4000'" in ran.stderr
    assert bulkmatch("datafeed", "check", "out.xlsx").returncode == 0
    assert bulkmatch("datafeed", "convert", bad, "strict.csv", "--strict").returncode == 2
    assert not (folder / "strict.csv").exists()


def test_an_input_is_never_replaced(bulkmatch: Run, good: Path) -> None:
    ran = bulkmatch("datafeed", "convert", good, good)
    assert (ran.returncode, good.read_text()) == (2, HEADER + ROW)
    assert "is an input" in ran.stderr


def test_enriched_results_become_a_feed_of_each_seller(
    bulkmatch: Run, bom: Path, folder: Path
) -> None:
    enriched = bulkmatch("enrich", bom, "-o", "out.jsonl", "--sandbox", "--quiet")
    assert enriched.returncode == 0, enriched.stderr
    ran = bulkmatch("datafeed", "convert", "out.jsonl", "one.csv")
    assert ran.returncode == 2
    assert "choose with --seller" in ran.stderr
    ran = bulkmatch("datafeed", "convert", "out.jsonl", "feeds/")
    assert ran.returncode == 0, ran.stderr
    feeds = sorted((folder / "feeds").iterdir())
    assert len(feeds) > 1
    for feed in feeds:
        checked = bulkmatch("datafeed", "check", feed)
        assert checked.returncode == 0, checked.stdout
    # What is written is a catalog that the sandbox serves.
    from bulkmatch.sandbox import SandboxSettings, serve_in_thread

    with serve_in_thread(SandboxSettings(catalogs=tuple(feeds))) as served:
        assert served.part_count == 3  # LM358D, LM358DR and LM324N were matched without doubt


def test_a_folder_needs_sellers(bulkmatch: Run, good: Path, folder: Path) -> None:
    ran = bulkmatch("datafeed", "convert", good, "feeds/")
    assert ran.returncode == 2
    assert "name a file" in ran.stderr
    assert not (folder / "feeds").exists()


def test_a_diff_is_shown_by_kind(bulkmatch: Run, good: Path, folder: Path) -> None:
    new = folder / "new.csv"
    new.write_text(HEADER + ROW.replace(",5,", ",-4,") + ROW.replace("S1", "S2"))
    ran = bulkmatch("datafeed", "diff", good, new)
    assert ran.returncode == 0
    assert ran.stdout == ("added: 1\n  Acme / X1 / S2\nstock: 1\n  Acme / X1 / S1: 5 -> -4 (RFQ)\n")
    assert bulkmatch("datafeed", "diff", good, new, "--exit-code").returncode == 1
    same = bulkmatch("datafeed", "diff", good, good, "--exit-code")
    assert (same.returncode, same.stdout) == (0, "no change\n")


def test_a_diff_as_json_has_every_change(bulkmatch: Run, good: Path, folder: Path) -> None:
    (folder / "empty.csv").write_text(HEADER)
    told = json.loads(bulkmatch("datafeed", "diff", good, "empty.csv", "--json").stdout)
    assert told["counts"] == {"added": 0, "removed": 1, "price": 0, "stock": 0, "lifecycle": 0}
    assert told["changes"] == [
        {
            "kind": "removed",
            "manufacturer": "Acme",
            "mpn": "X1",
            "sku": "S1",
            "region": "",
            "old": None,
            "new": None,
            "old_row": 2,
            "new_row": None,
        }
    ]
    none = json.loads(bulkmatch("datafeed", "diff", good, good, "--json").stdout)
    assert none["changes"] == []


def test_a_feed_is_compared_with_what_the_sandbox_shows(
    bulkmatch: Run, bom: Path, folder: Path
) -> None:
    """The sandbox's own offers of one seller, then one of them changed and one taken away."""
    bulkmatch("enrich", bom, "-o", "out.jsonl", "--sandbox", "--quiet")
    seller = "Sandbox Components (synthetic)"
    bulkmatch("datafeed", "convert", "out.jsonl", "feed.csv", "--seller", seller)
    asking = ("--seller", seller, "--sandbox", "--budget", "50")
    same = bulkmatch("datafeed", "compare", "feed.csv", *asking, "--quiet", "--exit-code")
    assert (same.returncode, same.stdout) == (0, "no change\n"), same.stderr
    header, first, *others = (folder / "feed.csv").read_text().splitlines()
    place = header.split(",").index("quantity")
    cells = first.split(",")
    cells[place] = "-4"
    (folder / "feed.csv").write_text("\n".join([header, ",".join(cells), *others[1:]]) + "\n")
    ran = bulkmatch("datafeed", "compare", "feed.csv", *asking, "--json", "--exit-code")
    assert ran.returncode == 1, ran.stderr
    told = json.loads(ran.stdout)
    assert told["counts"]["stock"] == 1
    assert told["unasked_count"] == 0
    (stock,) = [one for one in told["changes"] if one["kind"] == "stock"]
    assert stock["old"] == "-4 (RFQ)"


def test_asking_needs_a_budget_and_earlier_answers_do_not(
    bulkmatch: Run, good: Path, folder: Path
) -> None:
    ran = bulkmatch("datafeed", "compare", good, "--seller", "Acme")
    assert ran.returncode == 2
    assert "give --budget N" in ran.stderr
    line = {"row": {"mpn": "X1"}, "outcome": "missed", "part": None}
    (folder / "out.jsonl").write_text(json.dumps(line) + "\n")
    ran = bulkmatch("datafeed", "compare", good, "--seller", "Acme", "--results", "out.jsonl")
    assert ran.returncode == 0
    assert ran.stdout == "in the feed, and not shown: 1\n  Acme / X1 / S1\n"
    assert "the API shows no offer of Acme" in ran.stderr


def test_a_feed_of_parts_has_nothing_to_compare(bulkmatch: Run, folder: Path) -> None:
    (folder / "parts.csv").write_text("manufacturer,mpn,sku,distributor-url\nAcme,X1,,\n")
    ran = bulkmatch("datafeed", "compare", "parts.csv", "--seller", "A", "--budget", "5")
    assert ran.returncode == 2
    assert "has no offers" in ran.stderr
