"""How a run ended, in one code and in words that say how to go on. Decides, prints nothing."""

from collections.abc import Collection

from bulkmatch.cli.digest import Digest
from bulkmatch.cli.drive import INTERRUPTED, Ran
from bulkmatch.cli.exits import Exit, exit_of
from bulkmatch.cli.summary import Stop
from bulkmatch.model.outcome import SkipReason


def code_of(ran: Ran, digest: Digest, fail_on: Collection[str]) -> Exit:
    """The exit code. What stopped the run goes before what single lines ended as."""
    if ran.heard is not None:
        return INTERRUPTED[ran.heard]
    if ran.fatal is not None:
        return exit_of(ran.fatal)
    if ran.stopped is not None and ran.stopped[0] in (SkipReason.BUDGET, SkipReason.PART_LIMIT):
        return Exit.BUDGET
    if digest.has(fail_on):
        return Exit.REVIEW
    return Exit.NETWORK if digest.kinds["failed"] else Exit.ANSWERED


def is_interrupted(code: Exit) -> bool:
    """Whether the run is left open, for the same command to go on with."""
    return code in INTERRUPTED.values()


def stop_of(ran: Ran, *, command: str) -> Stop | None:
    """Why a run stopped early and how to go on; None when it came to its end."""
    if ran.heard is not None:
        return Stop("interrupted", ran.heard.name, f"to go on, the same command: {command}")
    if ran.fatal is not None:
        return Stop(_word(ran), str(ran.fatal), _advice(_word(ran), command))
    if ran.stopped is None:
        return None
    reason, detail = ran.stopped
    return Stop(str(reason), detail, _advice(str(reason), command))


def _word(ran: Ran) -> str:
    assert ran.fatal is not None, "asked for a run that an error stopped"
    if ran.stopped is not None and ran.stopped[0] is SkipReason.PART_LIMIT:
        return str(SkipReason.PART_LIMIT)
    return {Exit.CREDENTIALS: "credentials", Exit.BUDGET: "part limit"}.get(
        exit_of(ran.fatal), "error"
    )


def _advice(reason: str, command: str) -> str:
    """What is answered is in the store and is not charged again; this says what has to change."""
    match reason:
        case "budget":
            return f"to go on, the same command with a higher --budget or --month-budget: {command}"
        case "part limit":
            return (
                f"the account has no parts left; when it has, the same command goes on: {command}"
            )
        case "credentials":
            return f"see docs/credentials.md; then the same command goes on: {command}"
        case _:
            return f"to go on, the same command: {command}"
