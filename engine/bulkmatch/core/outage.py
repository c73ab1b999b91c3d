"""When failure after failure means that nobody is there, and when it may be single lines' doing."""

from bulkmatch.errors import NotSent, Unanswered, WireError

# So many questions in a row without a word from the API end a run; so many with a crash, or with
# an answer cut short or refused, which one line or the answer's size may cause.
_MOST_UNREACHED = 3
_MOST_BROKEN = 10
_MAY_BE_ONE_LINE = frozenset({200, 500, 504})


class Outage:
    """Counts questions that were asked in vain since the last answer.

    The same question again and again counts once: it may be the cause itself.
    """

    def __init__(self) -> None:
        self._unreached: set[str] = set()
        self._broken: set[str] = set()

    def answered(self) -> None:
        """Somebody is there."""
        self._unreached.clear()
        self._broken.clear()

    def note(self, cause: WireError, key: str) -> str | None:
        """Count a question in vain; why the run should stop, None while it should go on."""
        is_silent = isinstance(cause, NotSent | Unanswered) and cause.status not in _MAY_BE_ONE_LINE
        (self._unreached if is_silent else self._broken).add(key)
        if len(self._unreached) >= _MOST_UNREACHED:
            return f"the API cannot be reached: {cause}"
        if len(self._broken) >= _MOST_BROKEN:
            return f"the API fails whatever it is asked: {cause}"
        return None

    def __repr__(self) -> str:
        return f"Outage(unreached={len(self._unreached)}, broken={len(self._broken)})"
