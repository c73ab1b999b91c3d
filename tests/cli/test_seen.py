"""What people and programs see of a run: progress, summary, price."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bulkmatch.cli import price, summary
from bulkmatch.cli.digest import Digest
from bulkmatch.cli.exits import Exit
from bulkmatch.cli.progress import LIVE_SECONDS, PLAIN_SECONDS, Moment, display, plain, span
from bulkmatch.cli.summary import Stop, Summary
from bulkmatch.cli.table import show_lines
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import Missed
from bulkmatch.model.part import Lifecycle
from bulkmatch.model.tally import Estimate, Tally
from bulkmatch.report import ReportContext

from .parts import (
    ASKED,
    FAILED,
    MATCHED,
    MISSED,
    OVER_BUDGET,
    REVIEW,
    UNPOPULATED,
    digest,
    facts,
    row,
)

EVERYTHING = digest(MATCHED, MATCHED, REVIEW, MISSED, FAILED, UNPOPULATED, OVER_BUDGET)
ESTIMATE = Estimate(
    lines=42,
    skipped=3,
    distinct=30,
    from_store=10,
    parts_first_look=20,
    parts_at_most=60,
    requests_at_least=1,
    seconds_at_least=0.2,
)


def _summary(counted: Digest = EVERYTHING, *, stop: Stop | None = None) -> Summary:
    return Summary(
        digest=counted,
        tally=Tally(requests=3, charged=40, unknown=5, from_store=10, errors=1),
        distinct=30,
        seconds=12.34,
        source="sandbox",
        run_id="abc",
        inputs=(Path("bom.csv"),),
        outputs=(Path("out.csv"), Path("out.xlsx")),
        caps=Caps(run=100, month=None),
        run=Spend(settled=40, unknown=5),
        month=Spend(settled=140),
        stop=stop,
        code=Exit.NETWORK,
    )


def _screen(*, terminal: bool = False) -> tuple[Console, io.StringIO]:
    paper = io.StringIO()
    return Console(file=paper, width=100, force_terminal=terminal, highlight=False), paper


def test_the_summary_as_json_tells_all_that_a_program_needs() -> None:
    told = json.loads(summary.as_json(_summary()))
    assert told["lines"] == 7
    assert told["distinct"] == 30
    assert told["outcomes"] == {
        "matched": 2,
        "needs review": 1,
        "missed": 1,
        "failed": 1,
        "skipped": 2,
    }
    assert sum(told["outcomes"].values()) == told["lines"]
    assert (told["charged"], told["unknown"], told["from_store"]) == (40, 5, 10)
    assert (told["requests"], told["errors"], told["seconds"]) == (3, 1, 12.34)
    assert (told["source"], told["run_id"], told["exit_code"]) == ("sandbox", "abc", 5)
    assert told["outputs"] == ["out.csv", "out.xlsx"]
    assert told["budget"] == {"cap": 100, "used": 45, "left": 55}
    assert told["month_budget"] == {"cap": None, "used": 140, "left": None}
    assert told["stopped"] is None


def test_a_stop_is_in_the_json() -> None:
    told = json.loads(summary.as_json(_summary(stop=Stop("budget", "0 left", "more"))))
    assert told["stopped"] == {"reason": "budget", "detail": "0 left", "until": None}


def test_schema_drift_is_told_with_what_to_do_and_not_without_end() -> None:
    places = tuple(f"b0.0.parts.0.field{n}: expected number, got string" for n in range(7))
    drifted = replace(_summary(), tally=Tally(schema_drift=places))
    assert json.loads(summary.as_json(drifted))["schema_drift"] == list(places)
    screen, paper = _screen()
    summary.show_summary(screen, drifted)
    seen = paper.getvalue()
    assert "b0.0.parts.0.field4: expected number, got string" in seen
    assert "field5" not in seen
    assert "and 2 more" in seen
    assert "bulkmatch schema check" in seen
    whole, paper = _screen()
    summary.show_summary(whole, _summary())
    assert "schema" not in paper.getvalue()


def test_the_panel_tells_outcomes_parts_files_and_what_to_look_at() -> None:
    screen, paper = _screen()
    summary.show_summary(screen, _summary(stop=Stop("budget", "0 left", "go on: again")))
    seen = paper.getvalue()
    for words in (
        "bom.csv · 7 lines",
        "sandbox data",
        "1 do not populate, 1 budget",
        "3 Production",
        "40 charged · 10 stored answers used, free · 5 unknown",
        "55 of 100 left this run",
        "3 in 12 s",
        "out.xlsx",
        "line 3",
        "two makers have it",
        "XX[bold]YY",
        "no answer within 60 s",
        "stopped (budget): 0 left",
        "go on: again",
    ):
        assert words in seen, words


def test_bars_are_in_proportion_and_what_is_there_is_seen() -> None:
    screen, paper = _screen()
    summary.show_summary(screen, _summary(digest(*[MATCHED] * 999, MISSED)))
    bars = [line.count("█") for line in paper.getvalue().splitlines() if "█" in line]
    assert bars == [28, 1]


def test_many_lines_of_a_kind_are_shown_by_a_few_examples() -> None:
    screen, paper = _screen()
    summary.show_summary(screen, _summary(digest(*[REVIEW] * 9)))
    assert paper.getvalue().count("two makers have it") == 5
    assert "and 4 more" in paper.getvalue()


def test_parts_that_come_to_their_end_are_named() -> None:
    counted = Digest()
    for lifecycle in (Lifecycle.OBSOLETE, Lifecycle.NRND, Lifecycle.PRODUCTION):
        counted.add(MATCHED, facts(lifecycle))
    screen, paper = _screen()
    summary.show_summary(screen, _summary(counted))
    assert "1 Production · 1 NRND · 1 Obsolete" in paper.getvalue()
    told = paper.getvalue().split("end of life")[1]
    assert [word for word in ("Obsolete", "NRND", "Production") if word in told] == [
        "Obsolete",
        "NRND",
    ]


def test_a_part_number_cannot_steer_the_terminal() -> None:
    counted = Digest()
    counted.add(Missed(row(2, "A\x1b[2J\x07B"), "no such part", ASKED), ())
    screen, paper = _screen()
    summary.show_summary(screen, _summary(counted))
    assert "\x1b" not in paper.getvalue()
    assert "A [2J B" in paper.getvalue()


def test_the_lines_are_shown_with_part_numbers_as_they_are() -> None:
    counted = Digest(keeps=2)
    for outcome in (MISSED, MATCHED, REVIEW):
        counted.add(outcome, () if outcome is MISSED else facts())
    screen, paper = _screen()
    context = ReportContext("sandbox", "US", "USD", started_at=ASKED.asked_at)
    show_lines(screen, counted.kept, context)
    assert "XX[bold]YY" in paper.getvalue()
    assert "sandbox data" in paper.getvalue()
    assert "needs review" not in paper.getvalue()


def _moment(**changed: float) -> Moment:
    tally = Tally(requests=4, charged=40, from_store=5, unknown=2, errors=1)
    seconds = changed.get("seconds", 60.0)
    return Moment(int(changed.get("lines", 25)), 100, tally, 500, seconds)


def test_a_moment_in_a_line_tells_how_far_and_how_long() -> None:
    assert plain(_moment()) == (
        "25 of 100 lines (25%), 40 of 500 parts charged, 5 from store, 2 unknown, "
        "4 requests a minute, 1 error, 3 min 00 s left"
    )


@pytest.mark.parametrize("moment", [_moment(lines=0), _moment(seconds=0.1)])
def test_nobody_guesses_the_time_left_before_there_is_a_pace(moment: Moment) -> None:
    assert "left" not in plain(moment)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (61, "1 min 01 s"), (7_320, "2 h 02 min")],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_while_it_waits_the_reason_is_shown_and_no_time_left() -> None:
    moment = replace(_moment(), waiting="the API cannot be reached: refused")
    assert plain(moment).endswith("1 error, waiting: the API cannot be reached: refused")
    stopping = replace(moment, stopping="SIGINT")
    assert plain(stopping).endswith("1 error, stopping: SIGINT")


def test_in_a_terminal_a_long_reason_stays_on_its_line() -> None:
    screen, paper = _screen(terminal=True)
    with display(screen, quiet=False) as (show, _):
        show(replace(_moment(), waiting="the API cannot be reached: " + "so " * 200))
    shown = [line for line in paper.getvalue().splitlines() if " so" in line]
    assert shown
    assert all("waiting: the API cannot be reached: so" in line for line in shown)
    assert all("…" in line for line in shown)


def test_without_a_terminal_progress_is_plain_lines() -> None:
    screen, paper = _screen()
    with display(screen, quiet=False) as (show, every):
        show(_moment())
    assert (paper.getvalue(), every) == (plain(_moment()) + "\n", PLAIN_SECONDS)


def test_in_a_terminal_progress_is_drawn_in_place() -> None:
    screen, paper = _screen(terminal=True)
    with display(screen, quiet=False) as (show, every):
        show(Moment(25, 100, Tally(charged=7), None, 60.0, stopping="SIGINT"))
    assert "25/100 lines" in paper.getvalue()
    assert "7 parts charged" in paper.getvalue()
    assert "stopping: SIGINT" in paper.getvalue()
    assert every == LIVE_SECONDS


def test_a_quiet_run_shows_no_progress() -> None:
    screen, paper = _screen(terminal=True)
    with display(screen, quiet=True) as (show, _):
        show(_moment())
    assert paper.getvalue() == ""


def test_the_price_says_whether_the_budget_is_enough() -> None:
    screen, paper = _screen()
    caps, month = Caps(run=20, month=1_000), Spend(settled=100)
    price.show(screen, ESTIMATE, caps=caps, month=month, mpn_columns=("Mfr. No",))
    seen = [line.strip() for line in paper.getvalue().splitlines()]
    assert any(line.startswith("parts, at most") and "≤ 60" in line for line in seen)
    assert any("this run's budget" in line and "may stop the run early" in line for line in seen)
    assert any("left this month" in line and "enough in any case" in line for line in seen)
    assert "nothing was asked, nothing was charged" in seen


def test_the_price_as_json() -> None:
    told = json.loads(price.as_json(ESTIMATE, source="live", caps=Caps(20, 50), month=Spend(40)))
    assert (told["lines"], told["distinct"], told["from_store"]) == (42, 30, 10)
    assert (told["parts_at_most"], told["requests_at_least"]) == (60, 1)
    assert (told["month_left"], told["dry_run"], told["source"]) == (10, True, "live")
