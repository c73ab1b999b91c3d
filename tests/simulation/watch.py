"""What everybody in a story reports to: the tale that is told, and the promises found broken."""

from collections import Counter
from collections.abc import Callable

import anyio
from tests.fakes import SECRET


class Watch:
    """Keeps the tale and the broken promises of one story.

    `booked` are the numbers (by identity) of which an answer has been committed; `answered` the
    lines that have got an answer from anybody.
    """

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self._tell = tell
        self.is_telling = tell is not None
        self.broken: list[str] = []
        self.counts: Counter[str] = Counter()
        self.booked: set[str] = set()
        self.answered: set[int] = set()

    def tell(self, text: str) -> None:
        """One step of the tale."""
        if self._tell is not None:
            self._tell(f"{anyio.current_time():10.3f}  {text}")

    def break_promise(self, promise: str, how: str) -> None:
        """A promise is broken; the story goes on."""
        self.broken.append(f"{promise}: {how}")
        self.tell(f"BROKEN  {promise}: {how}")

    def expect(self, *, holds: bool, promise: str, how: str) -> None:
        """A promise that must hold here."""
        if not holds:
            self.break_promise(promise, how)

    def look_for_secrets(self, text: str, where: str) -> None:
        """No secret may stand in `text`."""
        if SECRET in text or "token-" in text:
            self.break_promise("secrets stay home", f"in {where}: {text[:300]}")
