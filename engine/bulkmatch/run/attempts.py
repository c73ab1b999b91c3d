"""Tries one set of asks until there is a verdict that ends the trying."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_never

from bulkmatch.core.verdict import Narrow, Probe, Refresh, Retry, Tried, Verdict, verdict
from bulkmatch.errors import WireError
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
    `refresh` gets a new token for the refused one; `narrow` leaves features out; `sleep` may end
    early when the run is stopping.
    """

    patience: Patience
    dice: Callable[[], float]
    tried: Tried
    on_failure: Callable[[WireError, Verdict], None]
    refresh: Callable[[WireError], Awaitable[None]]
    narrow: Callable[[frozenset[str]], None]
    sleep: Callable[[float], Awaitable[None]]

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
                try:
                    return await attempt(self.tried)
                except WireError as error:
                    await self._react(error)
        raise AssertionError("tenacity ends by a result or an error")

    async def _react(self, error: WireError) -> None:
        """Do what the verdict says, then ask for another attempt, or end."""
        decided = verdict(error, self.tried, patience=self.patience, dice=self.dice())
        self.on_failure(error, decided)
        self.tried = replace(self.tried, attempt=self.tried.attempt + 1)
        match decided:
            case Retry(after=after):
                raise Again(after) from error
            case Probe(after=after):
                self.tried = replace(self.tried, is_probing=True, asks=1)
                raise Again(after) from error
            case Refresh():
                self.tried = replace(self.tried, refreshed=True)
                await self._refresh(error)
                raise Again(0.0) from error
            case Narrow(features=features):
                self.tried = replace(self.tried, narrowed=self.tried.narrowed | features)
                self.narrow(features)
                raise Again(0.0) from error
            case _:
                raise Ended(decided, error) from error

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
