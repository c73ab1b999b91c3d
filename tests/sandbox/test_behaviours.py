"""The table of behaviours, and the page that shows it."""

import re
from pathlib import Path

from bulkmatch.sandbox.behaviours import STATUSES, behaviours
from bulkmatch.sandbox.faults import FAULTS
from bulkmatch.sandbox.quirks import QUIRKS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")
COMMAND = (ROOT / "engine" / "bulkmatch" / "cli" / "sandbox.py").read_text("utf-8")


def test_every_behaviour_stands_in_the_page_with_its_status_and_source() -> None:
    rows = re.findall(r"^\| (.+) \| (\w+) \| (.+) \| (.*) \|$", PAGE, re.MULTILINE)
    told = [(text, status, source, switch.strip("`")) for text, status, source, switch in rows]
    shown = [row for row in told if row[1] in STATUSES]
    assert shown == [(b.text, b.status, b.source, b.switch) for b in behaviours()]


def test_every_switch_is_an_option() -> None:
    for behaviour in behaviours():
        if behaviour.switch:
            assert f'"{behaviour.switch.split()[0]}"' in COMMAND, behaviour


def test_every_status_is_one_of_the_four_and_every_fault_and_quirk_is_there() -> None:
    assert {b.status for b in behaviours()} == set(STATUSES)
    named = {b.text.partition(":")[0] for b in behaviours() if b.topic in ("faults", "quirks")}
    assert named == {*FAULTS, *QUIRKS}
    assert len({(b.topic, b.text) for b in behaviours()}) == len(behaviours())
