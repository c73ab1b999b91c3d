"""Everything this package raises on purpose.

    EngineError
    ├── SettingsError              before a run; nothing was sent
    ├── BudgetExceeded             our own ceiling; nothing was sent
    ├── WireError                  .billed: parts it cost, None when nobody can know
    │   ├── NotSent                never left; billed 0
    │   ├── Unanswered             left, no usable answer; billed None, so the ledger counts the ceiling
    │   └── Refused                answered with no
    │       ├── Throttled              slow down; billed 0
    │       ├── Unauthorized           the token was refused; billed 0
    │       ├── BadCredentials         the token endpoint refused the client; billed 0
    │       ├── PartLimitReached       the account's part limit; billed 0
    │       ├── NotEntitled            a field outside the plan emptied the answer; billed None
    │       └── BadQuery               the document or a variable; billed 0 when nothing was executed
    ├── FeedError                  a source or sink, with file and line
    └── StoreError                 the store's file; LeaseLost

Messages are lower case: what was wanted, what was there, what to do. Never a secret.
"""

from pathlib import Path


class EngineError(Exception):
    """Base of everything this package raises on purpose."""


class SettingsError(EngineError):
    """A setting is missing or wrong; nothing was sent."""


class BudgetExceeded(EngineError):
    """Our own ceiling would be passed; nothing was sent.

    `wanted` and `left` are parts; `scope` names the budget that is short ("run" or "month").
    """

    def __init__(self, *, wanted: int, left: int, scope: str) -> None:
        super().__init__(f"batch may cost {wanted} parts, {left} left in the {scope} budget")
        self.wanted, self.left, self.scope = wanted, left, scope


class WireError(EngineError):
    """Something between us and the API.

    `billed` is the number of parts it cost, None when nobody can know. `status` is the HTTP
    status where there was one, `request_id` the API's own name of the request.
    """

    billed: int | None = None

    def __init__(
        self, message: str, *, status: int | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.request_id = status, request_id


class NotSent(WireError):
    """The request never left: no connection was made."""

    billed = 0


class Unanswered(WireError):
    """The request left and no usable answer came: time-out, reset, 5xx, a body that is not GraphQL."""


class Refused(WireError):
    """The API answered, and said no."""

    billed: int | None = 0


class Throttled(Refused):
    """Told to slow down. `retry_after` is seconds from now, None when the API gave none."""

    def __init__(
        self,
        message: str = "the API asked us to slow down",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.retry_after = retry_after


class Unauthorized(Refused):
    """The token was refused as invalid or expired. `generation` is the refused token's number."""

    def __init__(
        self,
        message: str,
        *,
        generation: int = 0,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.generation = generation


class BadCredentials(Refused):
    """The token endpoint refused the client id, the secret or the scope."""


class PartLimitReached(Refused):
    """The account has no parts left. `limit` is the account's part limit where the API said it.

    Source: error text "You have exceeded your part limit of N", under HTTP 200 or 500
    (Nexar support, article 101000437414, read 2026-11-20).
    """

    def __init__(
        self,
        message: str,
        *,
        limit: int | None = None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.limit = limit


class NotEntitled(Refused):
    """Fields outside the plan emptied the whole answer. `features` are the add-ons it named.

    What the API charges for such an answer is unknown, so the ceiling counts.
    """

    billed = None

    def __init__(
        self,
        message: str,
        *,
        features: frozenset[str],
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.features = features


class BadQuery(Refused):
    """The API rejected the request.

    `executed` says whether execution had begun: then the cost is unknown and one question of the
    batch may be the cause; otherwise the document itself was refused and nothing was billed.
    """

    def __init__(
        self,
        message: str,
        *,
        executed: bool,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.executed = executed
        self.billed = None if executed else 0


class FeedError(EngineError):
    """A source or sink cannot be read or written. `line` counts from 1, None for the whole file."""

    def __init__(self, message: str, *, file: Path, line: int | None = None) -> None:
        where = f"{file}" if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {message}")
        self.file, self.line = file, line


class StoreError(EngineError):
    """The store's file cannot be opened, read or written. `file` is None for a store in memory.

    `is_lasting` says that trying again will not help: the file is damaged, gone or read-only.
    """

    def __init__(self, message: str, *, file: Path | None = None, is_lasting: bool = False) -> None:
        super().__init__(message if file is None else f"{file}: {message}")
        self.file, self.is_lasting = file, is_lasting


class LeaseLost(StoreError):
    """A claim ran out and somebody else took it."""
