"""Outcomes and numbers of runs, made by hand for the tests of what people see."""

import signal
from dataclasses import dataclass
from datetime import UTC, datetime

from bulkmatch.cli.digest import Digest, Facts
from bulkmatch.cli.drive import Ran
from bulkmatch.errors import EngineError, Unanswered
from bulkmatch.model.money import Caps, Spend
from bulkmatch.model.outcome import (
    Failed,
    Matched,
    MatchKind,
    Missed,
    Outcome,
    Provenance,
    Review,
    ReviewKind,
    Skipped,
    SkipReason,
)
from bulkmatch.model.part import Lifecycle, PartFacts, PartLike
from bulkmatch.model.row import Row
from bulkmatch.model.tally import Tally

ASKED = Provenance(datetime(2026, 11, 20, tzinfo=UTC), "sandbox", False, "US", "USD")


@dataclass(frozen=True)
class Maker:
    """A maker."""

    name: str = "Acme"


@dataclass(frozen=True)
class Part:
    """As much of a part as the engine needs."""

    id: str = "1"
    mpn: str = "LM358"
    manufacturer: Maker = Maker()


def facts(lifecycle: Lifecycle = Lifecycle.PRODUCTION) -> Facts:
    """The facts of one part."""
    return (PartFacts(mpn="LM358", manufacturer="Acme", lifecycle=lifecycle),)


def row(line: int = 2, mpn: str = "LM358") -> Row:
    """A line of a BOM."""
    return Row(mpn=mpn, line=line, cells=(mpn,))


MATCHED: Outcome[PartLike] = Matched(row(), MatchKind.EXACT, Part(), "same spelling", ASKED)
REVIEW: Outcome[PartLike] = Review(
    row(3), ReviewKind.AMBIGUOUS, (Part(),), 2, "two makers have it", ASKED
)
MISSED: Outcome[PartLike] = Missed(row(4, "XX[bold]YY"), "the API knows no such part", ASKED)
FAILED: Outcome[PartLike] = Failed(row(5), Unanswered("no answer within 60 s"))
UNPOPULATED: Outcome[PartLike] = Skipped(row(6), SkipReason.DO_NOT_POPULATE)
OVER_BUDGET: Outcome[PartLike] = Skipped(row(7), SkipReason.BUDGET, "0 parts left")


def digest(*outcomes: Outcome[PartLike]) -> Digest:
    """A digest of these outcomes."""
    counted = Digest()
    for outcome in outcomes:
        counted.add(outcome, facts() if isinstance(outcome, Matched | Review) else ())
    return counted


def ran(
    *,
    stopped: tuple[SkipReason, str] | None = None,
    fatal: EngineError | None = None,
    heard: signal.Signals | None = None,
    tally: Tally | None = None,
    caps: Caps | None = None,
) -> Ran:
    """A run of a minute."""
    spend = Spend(settled=40)
    found = tally or Tally(requests=2, charged=40)
    return Ran(found, 60.0, caps or Caps(), spend, spend, stopped, fatal, heard)
