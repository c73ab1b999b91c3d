"""Names the process that holds a claim, so that others on the same machine know when it has ended."""

import os
from pathlib import Path

_PROC = Path("/proc")
# States of a process that has ended and is only waited for by its parent (proc(5), read 2026-11-20).
_ENDED = ("Z", "X", "x")


def this_process() -> str:
    """A name that no other process has, not even a later one with the same number.

    Empty where the system does not tell (anything but Linux): then claims end by their lease.
    """
    pid, place = os.getpid(), _place()
    try:
        return f"{place} {pid} {_started(pid)}" if place else ""
    except OSError:
        return ""


def is_gone(owner: str) -> bool:
    """Whether a process has ended, as far as can be known here; False when in doubt.

    Known are processes of the same boot of this machine and the same PID namespace (a container
    has its own).
    """
    match owner.split():
        case [place, pid, started] if pid.isdecimal() and place == _place():
            return _has_ended(int(pid), started)
        case _:
            return False


def _has_ended(pid: int, started: str) -> bool:
    try:
        return _started(pid) != started
    except (FileNotFoundError, ProcessLookupError):
        return not _is_there(pid)
    except OSError:
        return False


def _place() -> str:
    """This boot of this machine, and the namespace in which PIDs mean something; empty if untold."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process started, in ticks since the boot; empty once it has ended.

    The fields follow the name, which may hold anything but ends with the last parenthesis.
    """
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return "" if fields[0] in _ENDED else fields[19]


def _is_there(pid: int) -> bool:
    """Whether there is a process with this number; others' may be hidden in /proc."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
