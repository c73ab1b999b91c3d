"""How a run ended, in one code and in words that say how to go on. Decides, prints nothing."""

from collections.abc import Collection
from datetime import datetime

from bulkmatch.cli.digest import Digest
from bulkmatch.cli.drive import Ran
from bulkmatch.cli.exits import Exit, exit_of
from bulkmatch.cli.heed import INTERRUPTED
from bulkmatch.cli.summary import Stop
from bulkmatch.core.quota import resets_at, way_on
from bulkmatch.errors import PartLimitReached
from bulkmatch.model.outcome import SkipReason
from bulkmatch.model.plan import Resets

# What a run may use up: parts of its own or of the account, and time.
_SPENT = (SkipReason.BUDGET, SkipReason.PART_LIMIT, SkipReason.DEADLINE)
_WORDS = {Exit.CREDENTIALS: "credentials", Exit.BUDGET: "part limit", Exit.STORE: "store"}


def code_of(ran: Ran, digest: Digest, fail_on: Collection[str]) -> Exit:
    """The exit code. What stopped the run goes before what single lines ended as."""
    if ran.heard is not None:
        return INTERRUPTED[ran.heard]
    if ran.fatal is not None:
        return exit_of(ran.fatal)
    if ran.broken is not None:
        return exit_of(ran.broken)
    if ran.stopped is not None and ran.stopped[0] in _SPENT:
        return Exit.BUDGET
    if digest.has(fail_on):
        return Exit.REVIEW
    is_lacking = digest.kinds["failed"] or digest.skips[SkipReason.UNREACHABLE]
    return Exit.NETWORK if is_lacking else Exit.ANSWERED


def leaves_open(code: Exit, stop: Stop | None = None) -> bool:
    """Whether the run is left open, for the same command to go on with under the same budget.

    So are runs whose store or output broke: somebody has to mend that first; and runs that met the
    account's part limit, which starts anew by itself.
    """
    if stop is not None and stop.reason == SkipReason.PART_LIMIT:
        return True
    return code in INTERRUPTED.values() or code in (Exit.STORE, Exit.USAGE)


def stop_of(
    ran: Ran, *, command: str, now: datetime | None = None, resets: Resets = Resets.MONTHLY
) -> Stop | None:
    """Why a run stopped early and how to go on; None when it came to its end.

    With `now` a part limit is told with the instant from which parts may be left again.
    """
    if now is not None and isinstance(ran.fatal, PartLimitReached) and ran.heard is None:
        way = way_on(ran.fatal.limit, now, resets=resets)
        told = f"{way}; then the same command goes on: {command}"
        until = None if ran.fatal.limit == 0 else resets_at(now, resets)
        return Stop(_word(ran), f"{ran.fatal}{_beside(ran)}", told, until)
    if ran.heard is not None:
        detail = ran.heard.name + _beside(ran)
        return Stop("interrupted", detail, f"to go on, the same command: {command}")
    if ran.fatal is not None:
        return Stop(_word(ran), f"{ran.fatal}{_beside(ran)}", _advice(_word(ran), command))
    if ran.broken is not None:
        return Stop("output", str(ran.broken), _advice("output", command))
    if ran.stopped is None:
        return None
    reason, detail = ran.stopped
    return Stop(str(reason), detail, _advice(str(reason), command))


def _beside(ran: Ran) -> str:
    """An output that broke, told beside what goes before it."""
    return "" if ran.broken is None else f"; {ran.broken}"


def _word(ran: Ran) -> str:
    assert ran.fatal is not None, "asked for a run that an error stopped"
    if ran.stopped is not None and ran.stopped[0] is SkipReason.PART_LIMIT:
        return str(SkipReason.PART_LIMIT)
    return _WORDS.get(exit_of(ran.fatal), "error")


def _advice(reason: str, command: str) -> str:
    """What is answered is in the store and is not charged again; this says what has to change."""
    match reason:
        case "budget":
            return f"to go on, the same command with a higher --budget or --month-budget: {command}"
        case "part limit":
            return (
                f"the account has no parts left; when it has, the same command goes on: {command}"
            )
        case "output":
            return (
                "nothing is lost: what was answered is in the store and is not charged again; "
                f"mend the output or name another, then the same command goes on: {command}"
            )
        case "deadline":
            return f"to go on, the same command, with a later --deadline or none: {command}"
        case "credentials":
            return f"see docs/credentials.md; then the same command goes on: {command}"
        case _:
            return f"to go on, the same command: {command}"
