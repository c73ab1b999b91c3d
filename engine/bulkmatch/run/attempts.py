"""Tries one set of asks until there is a verdict that ends the trying."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_never

from bulkmatch.core.verdict import Narrow, Probe, Refresh, Retry, Tried, Verdict, verdict
from bulkmatch.errors import Throttled, WireError
from bulkmatch.model.settings import Patience

T = TypeVar("T")


class Again(Exception):
    """Try again `after` so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"again after {after:.1f} s")
        self.after = after


class Ended(Exception):
    """Trying again will not help: `verdict` says what to do with the asks."""

    def __init__(self, verdict: Verdict, cause: WireError) -> None:
        super().__init__(str(cause))
        self.verdict, self.cause = verdict, cause


@dataclass(slots=True)
class Attempts:
    """One series of attempts at the same asks.

    `on_failure` is told of every failure with its verdict, before anything is waited for;
    `is_excused` says that a failure is an outage's and none of the asks': it costs no attempt;
    `refresh` gets a new token for the refused one; `narrow` leaves features out; `sleep` may end
    early when the run is stopping. `count` is how many attempts have begun, `is_repeat` whether
    the next one asks again what failed (see `core.retry_budget` for what is no repeat), `cause` the
    last failure.
    """

    patience: Patience
    dice: Callable[[], float]
    tried: Tried
    on_failure: Callable[[WireError, Verdict], None]
    is_excused: Callable[[WireError], bool]
    refresh: Callable[[WireError], Awaitable[None]]
    narrow: Callable[[frozenset[str]], None]
    sleep: Callable[[float], Awaitable[None]]
    count: int = 0
    is_repeat: bool = False
    cause: WireError | None = None

    async def run(self, attempt: Callable[[Tried], Awaitable[T]]) -> T:
        """The first attempt's result that is one. `attempt` is given what has been tried.

        Raises `Ended` with the verdict that ended it, and whatever is not a `WireError`. The time
        is the caller's to watch.
        """
        async for again in AsyncRetrying(
            retry=retry_if_exception_type(Again),
            wait=_wait,
            stop=stop_never,
            sleep=self.sleep,
            reraise=True,
        ):
            with again:
                self.count += 1
                try:
                    return await attempt(self.tried)
                except WireError as error:
                    await self._react(error)
        raise AssertionError("tenacity ends by a result or an error")

    async def _react(self, error: WireError) -> None:
        """Do what the verdict says, then ask for another attempt, or end."""
        is_excused = self.is_excused(error)
        tried = replace(self.tried, attempt=1) if is_excused else self.tried
        decided = verdict(error, tried, patience=self.patience, dice=self.dice())
        self.on_failure(error, decided)
        self._count(error, is_excused=is_excused)
        self.is_repeat = isinstance(decided, Retry | Probe)
        match decided:
            case Retry(after=after):
                raise Again(after) from error
            case Probe(after=after):
                self.tried = replace(self.tried, is_probing=True, asks=1)
                raise Again(after) from error
            case Refresh(after=after):
                self.tried = replace(self.tried, refreshed=True)
                await self._refresh(error)
                raise Again(after) from error
            case Narrow(features=features):
                self.tried = replace(self.tried, narrowed=self.tried.narrowed | features)
                self.narrow(features)
                raise Again(0.0) from error
            case _:
                raise Ended(decided, error) from error

    def _count(self, error: WireError, *, is_excused: bool) -> None:
        """One attempt more, unless it was an outage's failure or was told to wait."""
        self.cause = error
        if isinstance(error, Throttled):
            self.tried = replace(self.tried, told_to_wait=self.tried.told_to_wait + 1)
        elif not is_excused:
            self.tried = replace(self.tried, attempt=self.tried.attempt + 1)

    async def _refresh(self, error: WireError) -> None:
        """A refresh that fails is a failure like another."""
        try:
            await self.refresh(error)
        except WireError as failed:
            await self._react(failed)


def _wait(state: RetryCallState) -> float:
    """What the last attempt asked for; without an outcome there is nothing to wait for."""
    error = state.outcome.exception() if state.outcome else None
    return error.after if isinstance(error, Again) else 0.0
