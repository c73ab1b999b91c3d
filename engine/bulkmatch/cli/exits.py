"""What the program's exit codes mean: one table, shown by the help and by docs/cli.md."""

from enum import IntEnum

from bulkmatch.errors import (
    BadCredentials,
    BudgetExceeded,
    EngineError,
    PartLimitReached,
    StoreError,
    Unauthorized,
    WireError,
)


class Exit(IntEnum):
    """Every code that the program ends with."""

    ANSWERED = 0
    REVIEW = 1
    USAGE = 2
    BUDGET = 3
    CREDENTIALS = 4
    NETWORK = 5
    STORE = 6
    DEFECT = 70
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS: dict[Exit, str] = {
    Exit.ANSWERED: "all answered, also when lines are missed or need review",
    Exit.REVIEW: "lines or findings as --fail-on names; the schema breaks our queries; a datafeed has errors",
    Exit.USAGE: "usage: a wrong flag or setting, a file that cannot be read or written",
    Exit.BUDGET: "stopped by the budget, the account's part limit or the deadline",
    Exit.CREDENTIALS: "credentials missing, incomplete or refused",
    Exit.NETWORK: "the API could not be reached, or lines got no usable answer",
    Exit.STORE: "the store (ledger and answers) cannot be opened, read or written",
    Exit.DEFECT: "a defect of bulkmatch itself; the traceback says where",
    Exit.INTERRUPTED: "interrupted (Ctrl-C); what is known is written",
    Exit.TERMINATED: "terminated (SIGTERM); what is known is written",
}


class MissingCredentials(EngineError):
    """The client id, the secret or both are missing; nothing was sent."""


class CutOff(EngineError):
    """A second signal ended the run at once; `code` is what the program ends with."""

    def __init__(self, *, code: Exit, command: str) -> None:
        super().__init__(
            "stopped at once: outputs are as they were, and what was in flight counts as unknown; "
            f"to go on, the same command: {command}"
        )
        self.code = code


def exit_of(error: EngineError) -> Exit:
    """The code that an error ends the program with."""
    match error:
        case CutOff(code=code):
            return code
        case MissingCredentials() | BadCredentials() | Unauthorized():
            return Exit.CREDENTIALS
        case BudgetExceeded() | PartLimitReached():
            return Exit.BUDGET
        case WireError():
            return Exit.NETWORK
        case StoreError():
            return Exit.STORE
        case _:
            return Exit.USAGE


def exit_table() -> str:
    """The table as text, one code a line."""
    return "\n".join(f"{code.value:>5}  {meaning}" for code, meaning in MEANINGS.items())
