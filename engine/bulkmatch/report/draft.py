"""The hidden file beside an output that holds it until it is complete; leftovers of dead processes.

Knows nothing of formats.
"""

import hashlib
import os
import platform
import secrets
from pathlib import Path

_PREFIX = ".bulkmatch-"


def draft_of(target: Path) -> Path:
    """A new name beside `target`, which says for which output and by which process."""
    token = secrets.token_hex(4)
    return target.with_name(f"{_stem(target)}-{os.getpid()}-{token}{target.suffix.lower()}")


def sweep(target: Path) -> None:
    """Remove the drafts of `target` that processes of this machine have left when they died."""
    for left in target.parent.glob(f"{_stem(target)}-*-*{target.suffix.lower()}"):
        pid = left.name.removeprefix(_stem(target)).split("-")[1]
        if pid.isdecimal() and not _is_alive(int(pid)):
            left.unlink(missing_ok=True)


def put_in_place(draft: Path, target: Path) -> None:
    """Replace `target` by its draft in one step, once the draft is on the disk."""
    with draft.open("r+b") as file:
        os.fsync(file.fileno())
    draft.replace(target)


def _stem(target: Path) -> str:
    """The same for the same output on the same machine; drafts of others are left alone."""
    told = f"{platform.node()}\n{target.name}"
    return _PREFIX + hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _is_alive(pid: int) -> bool:
    """Whether there is such a process; taken for granted where asking could end it (Windows)."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True
