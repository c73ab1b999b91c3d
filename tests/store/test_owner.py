"""Which process holds a claim, and whether it has ended: told by real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bulkmatch.store.owner import is_gone, this_process

TELL = (
    "import sys; from bulkmatch.store.owner import this_process; "
    "print(this_process(), flush=True); sys.stdin.readline()"
)
pytestmark = pytest.mark.skipif(not this_process(), reason="the system tells nothing of processes")


@pytest.fixture
def other() -> Iterator["subprocess.Popen[str]"]:
    """A process that tells its name and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def name_of(process: "subprocess.Popen[str]") -> str:
    """What it calls itself."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_process_knows_itself_and_others_as_long_as_they_live(
    other: "subprocess.Popen[str]",
) -> None:
    name = name_of(other)
    assert name != this_process()
    assert not is_gone(this_process())
    assert not is_gone(name)


def test_a_killed_process_is_gone_before_and_after_its_parent_has_seen_it(
    other: "subprocess.Popen[str]",
) -> None:
    name = name_of(other)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie
    assert is_gone(name)
    assert other.wait() == -signal.SIGKILL
    assert is_gone(name)


def test_another_process_of_the_same_number_does_not_stand_in_for_one_that_is_gone() -> None:
    place, pid, started = this_process().split()
    assert is_gone(f"{place} {pid} {int(started) - 1}")


@pytest.mark.parametrize(
    "name", ["", "process 1a", "elsewhere/pid:[1] 1 1", "a b c d e", "\N{SNOWMAN} x y"]
)
def test_of_whom_nothing_is_known_nothing_is_said(name: str) -> None:
    assert not is_gone(name)


def test_a_name_without_sense_on_this_machine_says_nothing() -> None:
    place = this_process().split()[0]
    assert not is_gone(f"{place} many 1")
