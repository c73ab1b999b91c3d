"""Counts what happens, and writes the log: a line per batch at DEBUG, for what is rare at INFO."""

import logging
from dataclasses import replace

from bulkmatch.model.event import (
    AnswersLoaded,
    BatchFailed,
    BatchSent,
    BatchSettled,
    CallLost,
    Event,
    Observer,
    RunStopping,
    SchemaDrifted,
    TokenRenewed,
)
from bulkmatch.model.tally import Tally

_log = logging.getLogger("bulkmatch")


class Counter:
    """An observer that keeps the tally and passes every event on."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.tally = Tally()

    def __call__(self, event: Event) -> None:
        self.tally = counted(self.tally, event)
        is_rare = isinstance(event, RunStopping | SchemaDrifted)
        _log.log(logging.INFO if is_rare else logging.DEBUG, "%s", event)
        try:
            self._observer(event)
        except Exception:  # noqa: BLE001 - who looks on must not stop a run, nor a booking
            _log.exception("the observer failed on %s", event)

    def __repr__(self) -> str:
        return f"Counter({self.tally})"


def counted(tally: Tally, event: Event) -> Tally:
    """The tally after an event."""
    match event:
        case BatchSent():
            return replace(tally, requests=tally.requests + 1)
        case BatchSettled(parts=parts, by_default=by_default):
            return replace(
                tally, charged=tally.charged + parts, by_default=tally.by_default + by_default
            )
        case BatchFailed():
            return replace(tally, errors=tally.errors + 1)
        case CallLost(parts=parts):
            return replace(tally, unknown=tally.unknown + parts)
        case AnswersLoaded(found=found):
            return replace(tally, from_store=tally.from_store + found)
        case TokenRenewed():
            return replace(tally, tokens=tally.tokens + 1)
        case SchemaDrifted(path=path, problem=problem):
            return replace(tally, schema_drift=(*tally.schema_drift, f"{path}: {problem}"))
        case _:
            return tally
