"""`bulkmatch enrich`: what comes out, what it costs, and how it ends."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run, Serve


def _json(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


def test_without_credentials_the_sandbox_answers_says_so_and_marks_its_data(
    bulkmatch: Run, bom: Path, folder: Path
) -> None:
    ran = bulkmatch("enrich", bom, "-o", "out.csv", "-o", "out.jsonl", "-o", "out.xlsx", "--json")
    assert ran.returncode == 0, ran.stderr
    told = _json(ran.stdout)
    assert told["outcomes"] == {
        "matched": 4,
        "needs review": 1,
        "missed": 1,
        "failed": 0,
        "skipped": 1,
    }
    assert (told["lines"], told["source"], told["exit_code"]) == (7, "sandbox", 0)
    assert told["charged"] > 0
    assert told["outputs"] == ["out.csv", "out.jsonl", "out.xlsx"]
    said = [line for line in ran.stderr.splitlines() if "SANDBOX" in line]
    assert said == [
        "SANDBOX (NEXAR_CLIENT_ID and NEXAR_CLIENT_SECRET are not set): "
        "sample parts, made-up offers"
    ]
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["Ref"] for line in lines] == [f"U{n}" for n in range(1, 8)]
    assert all(line["Match: source"].startswith("sandbox") for line in lines)
    written = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert {_json(line)["provenance"]["source"] for line in written} == {"sandbox"}
    assert (folder / "out.xlsx").stat().st_size > 0


def test_a_second_run_of_the_same_bom_costs_nothing(bulkmatch: Run, bom: Path) -> None:
    first = _json(bulkmatch("enrich", bom, "--json").stdout)
    second = _json(bulkmatch("enrich", bom, "--json").stdout)
    assert (second["charged"], second["requests"]) == (0, 0)
    assert second["outcomes"] == first["outcomes"]
    assert second["run_id"] != first["run_id"]


@pytest.mark.slow
def test_a_deadline_ends_a_run_in_time_and_a_second_run_goes_on(
    bulkmatch: Run, folder: Path, sandbox: Serve
) -> None:
    served = sandbox(latency_seconds=0.3)
    mpns = ["LM358D", "LM358DR", "LM358P", "LM324N", *(f"NOSUCH-{n}" for n in range(20))]
    (folder / "long.csv").write_text("MPN\n" + "".join(f"{mpn}\n" for mpn in mpns))
    one_by_one = {"BULKMATCH_QUERIES_PER_REQUEST": "1", "BULKMATCH_CONCURRENCY": "1"}
    command = ("enrich", "long.csv", "-o", "out.csv", "--json")
    ran = bulkmatch(*command, "--deadline", "1s", environ={**served.environ, **one_by_one})
    assert ran.returncode == 3, ran.stderr
    told = _json(ran.stdout)
    assert told["stopped"]["reason"] == "deadline"
    assert "the deadline of 1 s has passed" in ran.stderr
    assert "a later --deadline or none" in ran.stderr
    assert told["outcomes"]["skipped"] >= 15
    assert (told["unknown"], told["charged"]) == (0, served.parts)
    assert 0.9 < told["seconds"] < 3
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(mpns)

    second = _json(bulkmatch(*command, environ=served.environ).stdout)
    assert second["outcomes"]["skipped"] == 0
    assert served.parts == told["charged"] + second["charged"]


def test_no_store_neither_reads_nor_keeps_answers_and_keeps_the_ledger(
    bulkmatch: Run, bom: Path
) -> None:
    first = _json(bulkmatch("enrich", bom, "--json", "--no-store").stdout)
    second = _json(bulkmatch("enrich", bom, "--json", "--no-store").stdout)
    assert first["charged"] == second["charged"] > 0
    month = _json(bulkmatch("budget", "--json").stdout)["accounts"][0]
    assert month["spent"] == 2 * first["charged"]


def test_a_short_bom_without_an_output_is_shown_on_stdout(bulkmatch: Run, bom: Path) -> None:
    ran = bulkmatch("enrich", bom, "--quiet")
    assert ran.returncode == 0, ran.stderr
    assert "LM324N" in ran.stdout
    assert "sandbox data: not real stock or prices" in ran.stdout
    assert ran.stderr.count("\n") == 1


def test_a_long_bom_without_an_output_is_refused_before_anything_is_asked(
    bulkmatch: Run, folder: Path, sandbox: Serve
) -> None:
    served = sandbox()
    (folder / "long.csv").write_text("MPN\n" + "\n".join(f"LM{n}" for n in range(61)) + "\n")
    ran = bulkmatch("enrich", "long.csv", environ=served.environ)
    assert ran.returncode == 2
    assert "-o out.xlsx" in ran.stderr
    assert served.running.stats().requests == 0
    assert bulkmatch("enrich", "long.csv", "--limit", "5", environ=served.environ).returncode == 0


def test_dry_run_tells_the_price_and_asks_nobody(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox()
    ran = bulkmatch("enrich", bom, "--dry-run", "--json", "--budget", "2", environ=served.environ)
    told = _json(ran.stdout)
    assert (ran.returncode, served.running.stats().requests) == (0, 0)
    assert (told["lines"], told["skipped"], told["distinct"], told["from_store"]) == (7, 1, 5, 0)
    assert told["parts_first_look"] == 5
    spent = _json(bulkmatch("enrich", bom, "--json", environ=served.environ).stdout)["charged"]
    assert spent <= told["parts_at_most"]
    after = _json(bulkmatch("enrich", bom, "--dry-run", "--json", environ=served.environ).stdout)
    assert (after["from_store"], after["parts_at_most"]) == (5, 0)


def test_dry_run_needs_no_credentials(bulkmatch: Run, bom: Path) -> None:
    ran = bulkmatch("enrich", bom, "--dry-run")
    assert ran.returncode == 0, ran.stderr
    assert "nothing was asked, nothing was charged" in ran.stdout


def test_the_ledger_and_the_summary_agree_with_the_apis_own_count(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    served = sandbox()
    told = _json(bulkmatch("enrich", bom, "--json", environ=served.environ).stdout)
    month = _json(bulkmatch("budget", "--json").stdout)["accounts"][0]
    assert told["charged"] == month["spent"] == served.parts > 0
    assert month["runs"][0]["run_id"] == told["run_id"]
    assert month["runs"][0]["state"] == "done"


@pytest.mark.parametrize("flag", ["--budget", "--month-budget"])
def test_a_budget_is_never_passed_and_ends_with_3(
    bulkmatch: Run, bom: Path, sandbox: Serve, flag: str
) -> None:
    served = sandbox()
    ran = bulkmatch("enrich", bom, "--json", flag, "2", environ=served.environ)
    told = _json(ran.stdout)
    assert (ran.returncode, told["stopped"]["reason"]) == (3, "budget")
    assert served.parts == told["charged"] <= 2
    assert told["outcomes"]["skipped"] > 1
    assert sum(told["outcomes"].values()) == 7
    assert "higher --budget or --month-budget" in ran.stderr


def test_the_accounts_part_limit_ends_with_3(bulkmatch: Run, bom: Path, sandbox: Serve) -> None:
    served = sandbox(part_limit=2, part_limit_crossing="refuse")
    ran = bulkmatch(
        "enrich",
        bom,
        "--json",
        environ={**served.environ, "BULKMATCH_QUERIES_PER_REQUEST": "1"},
    )
    told = _json(ran.stdout)
    assert (ran.returncode, told["stopped"]["reason"]) == (3, "part limit")
    assert sum(told["outcomes"].values()) == 7


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [("review", 1), ("missed", 1), ("review,missed", 1), ("any", 1), ("failed", 0), ("skipped", 0)],
)
def test_fail_on_decides_what_a_pipeline_stops_at(
    bulkmatch: Run, bom: Path, fail_on: str, code: int
) -> None:
    ran = bulkmatch("enrich", bom, "--json", "--fail-on", fail_on)
    assert (ran.returncode, _json(ran.stdout)["exit_code"]) == (code, code)


def test_half_of_the_credentials_ends_with_4_and_never_in_the_sandbox(
    bulkmatch: Run, bom: Path
) -> None:
    ran = bulkmatch("enrich", bom, environ={"NEXAR_CLIENT_ID": "id-4711"})
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "NEXAR_CLIENT_ID is set, NEXAR_CLIENT_SECRET is not" in ran.stderr
    assert "4711" not in ran.stderr


def test_refused_credentials_end_with_4_and_leave_old_outputs_alone(
    bulkmatch: Run, bom: Path, folder: Path, sandbox: Serve
) -> None:
    served = sandbox()
    (folder / "out.csv").write_text("last month\n")
    environ = {**served.environ, "NEXAR_CLIENT_SECRET": "wrong-4711"}
    ran = bulkmatch("enrich", bom, "-o", "out.csv", environ=environ)
    assert ran.returncode == 4
    assert "invalid_client" in ran.stderr
    assert "4711" not in ran.stderr + ran.stdout
    assert "Traceback" not in ran.stderr
    assert (folder / "out.csv").read_text() == "last month\n"
    assert [path.name for path in folder.glob(".bulkmatch*")] == []


def test_an_api_that_cannot_be_reached_ends_with_5(bulkmatch: Run, bom: Path) -> None:
    environ = {
        "NEXAR_API_URL": "http://127.0.0.1:9/graphql",
        "NEXAR_TOKEN_URL": "http://127.0.0.1:9/token",
        "NEXAR_CLIENT_ID": "id",
        "NEXAR_CLIENT_SECRET": "secret",
        "BULKMATCH_ATTEMPTS": "1",
        "BULKMATCH_GIVE_UP_AFTER": "2s",
    }
    ran = bulkmatch("enrich", bom, "--json", environ=environ)
    assert ran.returncode == 5, ran.stderr
    told = _json(ran.stdout)
    assert told["outcomes"]["failed"] == 6
    assert (told["charged"], told["unknown"]) == (0, 0)


USAGE = [
    (("none.csv",), "does not exist"),
    (("bom.csv", "-o", "out.pdf"), ".xlsx or .jsonl"),
    (("bom.csv", "-o", "bom.csv"), "an output must not replace it"),
    (("bom.csv", "-o", "o.csv", "-o", "./o.csv"), "is named twice"),
    (("empty.csv", "-o", "o.csv"), "empty.csv"),
    (("bom.csv", "-o", "bom.csv/out.csv"), "its folder cannot be made"),
    (("head.csv", "-o", "o.csv"), "no lines below the header"),
    (("bom.csv", "--budget", "lots"), "flag: --budget"),
    (("bom.csv", "--country", "Germany"), "two letters"),
    (("bom.csv", "--fail-on", "reviews"), "is not one of review"),
    (("bom.csv", "--profile", "all"), "one of supply, full"),
    ((), "BOM"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_wrong_usage_ends_with_2_before_anything_is_asked(
    bulkmatch: Run,
    bom: Path,
    folder: Path,
    sandbox: Serve,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    (folder / "head.csv").write_text("MPN,Qty\n")
    (folder / "empty.csv").write_text("nothing,to,see\n1,2,3\n")
    served = sandbox()
    ran = bulkmatch("enrich", *arguments, environ=served.environ)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert served.running.stats().requests == 0
    assert bom.read_text().startswith("Ref,MPN")


def test_a_store_that_cannot_be_opened_ends_with_6(bulkmatch: Run, bom: Path, folder: Path) -> None:
    (folder / "store.sqlite").write_text("this is no database, and long enough to be sure of it")
    ran = bulkmatch("enrich", bom, "--store", "store.sqlite")
    assert ran.returncode == 6, ran.stderr
    assert "store.sqlite" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_several_boms_become_one_output(bulkmatch: Run, bom: Path, folder: Path) -> None:
    (folder / "other.csv").write_text("Part Number;Menge\nLM324N;5\n")
    ran = bulkmatch("enrich", bom, "other.csv", "-o", "deep/out.csv", "--json")
    assert ran.returncode == 0, ran.stderr
    assert _json(ran.stdout)["lines"] == 8
    text = (folder / "deep" / "out.csv").read_text(encoding="utf-8-sig")
    assert "other.csv" in text.splitlines()[-1]


def test_the_full_profile_answers_too(bulkmatch: Run, bom: Path) -> None:
    ran = bulkmatch("enrich", bom, "--json", "--profile", "full")
    assert ran.returncode == 0, ran.stderr
    assert _json(ran.stdout)["outcomes"]["matched"] == 4


def test_sandbox_is_used_in_spite_of_credentials_when_asked_for(
    bulkmatch: Run, bom: Path, sandbox: Serve
) -> None:
    served = sandbox()
    ran = bulkmatch("enrich", bom, "--json", "--sandbox", environ=served.environ)
    assert (ran.returncode, _json(ran.stdout)["source"]) == (0, "sandbox")
    assert "SANDBOX (as asked)" in ran.stderr
    assert served.running.stats().requests == 0


def test_credentials_never_reach_files_screens_or_the_store(
    bulkmatch: Run, bom: Path, tmp_path: Path, sandbox: Serve
) -> None:
    served = sandbox(client_id="id-4711-0815", client_secret="secret-4711")
    ran = bulkmatch("enrich", bom, "-o", "out.csv", "-o", "out.jsonl", environ=served.environ)
    assert ran.returncode == 0, ran.stderr
    assert "4711" not in (ran.stdout + ran.stderr).replace("NOSUCH-4711", "")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"secret-4711" not in file.read_bytes(), file
            assert b"id-4711-0815" not in file.read_bytes(), file


def test_a_part_limit_at_the_first_question_is_told_line_by_line(
    bulkmatch: Run, bom: Path, folder: Path, sandbox: Serve
) -> None:
    served = sandbox(part_limit=0)
    ran = bulkmatch("enrich", bom, "-o", "out.csv", "--json", environ=served.environ)
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["stopped"]["reason"]) == (3, "part limit")
    assert told["outcomes"]["missed"] == told["charged"] == 0
    assert "part limit" in (folder / "out.csv").read_text(encoding="utf-8-sig")


def test_a_program_is_told_of_a_run_in_vain_too(
    bulkmatch: Run, bom: Path, folder: Path, sandbox: Serve
) -> None:
    environ = {**sandbox().environ, "NEXAR_CLIENT_SECRET": "wrong"}
    ran = bulkmatch("enrich", bom, "-o", "out.csv", "--json", environ=environ)
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["exit_code"], told["outputs"]) == (4, 4, [])
    assert told["outcomes"]["matched"] == 0
    assert not (folder / "out.csv").exists()
