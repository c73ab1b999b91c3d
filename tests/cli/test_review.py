"""`bulkmatch review`: what is shown, what keys do, and that a review costs nothing."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bulkmatch.cli.review_cases import Case, Known, together
from bulkmatch.cli.review_desk import Desk
from bulkmatch.cli.review_screen import show_case, show_help
from bulkmatch.core.choices import Choice, Choices
from bulkmatch.core.decision import decide, subject_of_row
from bulkmatch.model.decision import Action, Decision, Subject
from bulkmatch.model.row import Row

from .conftest import Run, Serve

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
TI = "Texas Instruments"
ROW = Row("LM358D", TI)
FIRST = Case(
    Choices(ROW, (Choice("1", "LM358DR", TI), Choice("2", "LM358DT", TI)), 3),
    "packaging: another reel",
    ("bom.csv, line 2",),
    {"1": Known("Production", "1,200", "0.5 USD", "Dual op amp", "4711"), "2": Known("Obsolete")},
)
SECOND = Case(
    Choices(Row("2N7002"), (Choice("1", "2N7002", "onsemi"), Choice("A1", "BSS138", "onsemi"))),
    "ambiguous: several",
    ("bom.csv, line 3",),
    {},
)


class Kept:
    """A store of decisions, as little as a desk needs."""

    def __init__(self, *known: Decision) -> None:
        self.by_subject = {made.subject: made for made in known}

    def keep(self, made: Decision) -> None:
        self.by_subject[made.subject] = made

    def forget(self, subject: Subject) -> None:
        del self.by_subject[subject]

    @property
    def choices(self) -> list[str]:
        return [made.choice for made in self.by_subject.values()]


def desk(kept: Kept, *cases: Case) -> Desk:
    return Desk(
        cases or (FIRST, SECOND),
        by="ann",
        now=lambda: AT,
        known=kept.by_subject,
        keep=kept.keep,
        forget=kept.forget,
    )


def test_a_key_accepts_a_candidate_keeps_it_at_once_and_goes_on() -> None:
    kept = Kept()
    held = desk(kept)
    assert held.press("1") == "LM358D: accept part LM358DR by Texas Instruments"
    assert held.case is SECOND
    (made,) = kept.by_subject.values()
    assert (made.part_id, made.decided_by, made.decided_at) == ("4711", "ann", AT)
    held.press("i")
    assert held.case is None
    assert (held.decided, held.skipped) == (2, 0)


@pytest.mark.parametrize(
    ("key", "words", "choice"),
    [
        ("m", "2", "accept maker Texas Instruments"),
        ("t", "XYZ [Acme]", "accept part XYZ by Acme"),
        ("I", "", "ignore"),
    ],
)
def test_other_keys_decide_otherwise(key: str, words: str, choice: str) -> None:
    kept = Kept()
    desk(kept).press(key, words)
    assert kept.choices == [choice]


def test_an_alternate_is_taken_by_its_number_with_or_without_its_letter() -> None:
    for words in ("1", "A1"):
        kept = Kept()
        desk(kept, SECOND).press("a", words)
        assert kept.choices == ["take alternate BSS138 by onsemi"]


@pytest.mark.parametrize(
    ("key", "words"), [("9", ""), ("x", ""), ("m", "7"), ("t", "?"), ("a", "")]
)
def test_what_is_no_decision_changes_nothing(key: str, words: str) -> None:
    kept = Kept()
    held = desk(kept)
    held.press(key, words)
    assert (held.case, kept.choices) == (FIRST, [])


def test_undo_takes_back_one_step_after_the_other() -> None:
    before = decide(ROW, Action.IGNORE, by="bob", at=AT)
    kept = Kept(before)
    held = desk(kept, FIRST, SECOND, SECOND)
    assert held.press("u") == "there is nothing to undo"
    held.press("2")
    held.press("1")
    assert kept.choices == [
        "accept part LM358DT by Texas Instruments",
        "accept part 2N7002 by onsemi",
    ]
    assert held.press("u") == "taken back: accept part 2N7002 by onsemi"
    assert (held.case, held.decided) == (SECOND, 1)
    held.press("s")
    assert held.press("u") == "back"
    held.press("u")
    assert (held.at, list(kept.by_subject.values())) == (0, [before])


def test_a_note_is_kept_with_the_decisions_that_follow() -> None:
    kept = Kept()
    held = desk(kept)
    assert held.press("n", " same  die ") == "noted: same die"
    held.press("1")
    assert [made.note for made in kept.by_subject.values()] == ["same die"]
    assert held.press("n") == "no note"


def test_quitting_ends_a_review_wherever_it_is() -> None:
    held = desk(Kept())
    held.press("q")
    assert held.case is None
    assert "0 of 2" in repr(held)


def test_lines_that_ask_the_same_are_one_case() -> None:
    other = Case(FIRST.choices, "", ("bom.csv, line 9",), {})
    (case, second) = together([FIRST, SECOND, other])
    assert case.lines == ("bom.csv, line 2", "bom.csv, line 9")
    assert case.subject == subject_of_row(ROW)
    assert second is SECOND


def test_the_screen_shows_what_tells_candidates_apart_and_no_control_character() -> None:
    text = StringIO()
    console = Console(file=text, width=110, force_terminal=True, color_system=None)
    evil = Case(SECOND.choices, "\x1b[31mred[/bold]", tuple(map(str, range(5))), {})
    show_case(console, desk(Kept(), FIRST), FIRST, said="", is_sandbox=True)
    show_case(console, desk(Kept(), evil), evil, said="done", is_sandbox=False)
    show_help(console)
    shown = text.getvalue()
    for words in ("LM358D by Texas Instruments", "Obsolete", "1,200", "0.5 USD", "3 more that were",
                  "sandbox data", "and 2 lines more", "(no maker named)", "[/bold]", "undo"):  # fmt: skip
        assert words in shown
    assert "\x1b[31m" not in shown


def test_a_review_without_a_terminal_is_refused_and_says_what_to_do(bulkmatch: Run) -> None:
    ran = bulkmatch("review")
    assert ran.returncode == 2
    assert "wants" in ran.stderr or "terminal" in ran.stderr
    assert "enrich --decisions" in ran.stderr


@pytest.fixture
def at_terminal(clean_environ: dict[str, str], folder: Path) -> Callable[..., str]:
    """Runs the program at a terminal of its own, types keys at it, and gives what it showed."""

    def run(*arguments: str, keys: str = "", environ: dict[str, str] | None = None) -> str:
        master, slave = pty.openpty()
        ran = subprocess.Popen(
            [sys.executable, "-m", "bulkmatch", *arguments],
            env={**clean_environ, "TERM": "xterm", "USER": "ann", **(environ or {})},
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        try:
            return _typed(master, keys)
        finally:
            ran.kill()
            ran.wait(10)
            os.close(master)

    return run


def _typed(master: int, keys: str) -> str:
    """What is shown until the end; each key is typed once the screen for it stands."""
    shown, left = b"", list(keys)
    give_up_at = time.monotonic() + 40
    while time.monotonic() < give_up_at:
        ready, _, _ = select.select([master], [], [], 0.4)
        if ready:
            try:
                some = os.read(master, 65_536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            shown += some
        elif left and "╯".encode() in shown:
            with suppress(OSError):
                os.write(master, left.pop(0).encode())
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


def _decisions(bulkmatch: Run, **environ: Any) -> list[dict[str, Any]]:
    told: dict[str, Any] = json.loads(bulkmatch("decisions", "list", "--json", **environ).stdout)
    found: list[dict[str, Any]] = told["decisions"]
    return found


def test_the_last_run_is_reviewed_at_no_cost_and_gone_on_with_later(
    bulkmatch: Run, process: Run, folder: Path, sandbox: Serve, at_terminal: Callable[..., str]
) -> None:
    served = sandbox()
    (folder / "bom.csv").write_text(
        "Ref,MPN,Manufacturer,Qty\nU1,LM358P,Wrong Maker Ltd,1\nU2,2N7002,,10\nU3,LM324N,TI,1\n"
    )
    process("enrich", "bom.csv", "-q", "-o", "out.csv", environ=served.environ)
    requests, paid = served.requests, served.parts
    shown = at_terminal("review", keys="1q", environ=served.environ)
    assert "1 of 2" in shown
    assert "2N7002" in shown
    assert "1 decided; 1 left" in shown
    (made,) = _decisions(bulkmatch, environ=served.environ)
    assert (made["asked"], made["decided_by"]) == ("LM358P", "ann")
    shown = at_terminal("review", "bom.csv", keys="2", environ=served.environ)
    assert "1 of 1" in shown
    assert "1 decided; 0 left" in shown
    assert "nothing is left to decide" in at_terminal("review", environ=served.environ)
    assert (served.requests, served.parts) == (requests, paid)
    ran = bulkmatch("enrich", "bom.csv", "--json", environ=served.environ)
    assert json.loads(ran.stdout)["outcomes"]["matched"] == 3
    assert served.parts == paid


def test_an_output_is_reviewed_where_no_answers_were_kept(
    bulkmatch: Run, bom: Path, folder: Path, at_terminal: Callable[..., str]
) -> None:
    bulkmatch("enrich", bom, "-q", "-o", "o.jsonl", "-o", "o.xlsx", "--no-store")
    shown = at_terminal("review", "o.xlsx", keys="s")
    assert "LM358P" in shown
    assert "0 decided; 1 left" in shown
    shown = at_terminal("review", "o.jsonl", "--missed", keys="1i")
    assert "Production" in shown
    assert "2 decided; 0 left" in shown
    assert {made["decision"] for made in _decisions(bulkmatch)} == {"accept part", "ignore"}
    assert "nothing is left" in at_terminal("review", "o.jsonl")


def test_what_cannot_be_reviewed_is_told(
    bom: Path, folder: Path, at_terminal: Callable[..., str]
) -> None:
    assert "there is no run yet of sandbox" in at_terminal("review")
    assert "neither a file nor a run abc" in at_terminal("review", "abc")
    assert "there is no store at" in at_terminal("review", bom.name)
