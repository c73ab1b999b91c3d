"""A run's outcomes, one of each kind, of parts as small as the engine allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bulkmatch.errors import Throttled
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
from bulkmatch.model.part import Lifecycle, Offer, PartFacts, PartLike, PriceBreak
from bulkmatch.model.row import Row
from bulkmatch.model.tally import Tally
from bulkmatch.report import ReportContext, Summary

STARTED = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
HEADER = ("Designator", "MPN", "Qty", "=evil", "")
Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker with a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """All that the engine asks of a part."""

    id: str
    mpn: str
    manufacturer: Maker


def facts(mpn: str, lifecycle: Lifecycle, **more: object) -> PartFacts:
    known: dict[str, object] = {
        "datasheet_url": f"https://example.com/{mpn}.pdf",
        "octopart_url": f"https://octopart.com/part/{mpn}",
        "lead_days": 84,
        "rohs": "Compliant",
        "offers": (
            Offer(
                seller="Alpha",
                sku="A1",
                stock=1200,
                is_authorized=True,
                is_broker=False,
                moq=10,
                prices=(
                    PriceBreak(1, Decimal("0.5"), "USD"),
                    PriceBreak(10, Decimal("0.0125"), "USD"),
                ),
            ),
        ),
    }
    return PartFacts(mpn=mpn, manufacturer="Bosch", lifecycle=lifecycle, **(known | more))  # type: ignore[arg-type]


def row(line: int, *cells: str, quantity: int | None = None) -> Row:
    return Row(
        mpn=cells[1],
        quantity=None if quantity is None else Decimal(quantity),
        designators=cells[0],
        line=line,
        file=Path("bom.csv"),
        cells=cells,
    )


def provenance(*, hours: float = 0.0, from_store: bool = False, source: str = "live") -> Provenance:
    return Provenance(
        asked_at=STARTED - timedelta(hours=hours),
        source=source,
        from_store=from_store,
        country="DE",
        currency="USD",
        not_entitled=frozenset({"DATASHEETS"}),
    )


BOSCH = Maker("Bosch")


@pytest.fixture
def context() -> ReportContext:
    return ReportContext(
        source="live",
        country="DE",
        currency="USD",
        started_at=STARTED,
        boards=3,
        command="bulkmatch enrich bom.csv -o out.xlsx",
        inputs=("bom.csv",),
    )


@pytest.fixture
def summary() -> Summary:
    return Summary(
        tally=Tally(requests=2, charged=7, unknown=1, from_store=1, errors=1),
        finished_at=STARTED + timedelta(minutes=2),
        budget=100,
        distinct=5,
        stopped="the budget of the run is used up",
    )


@pytest.fixture
def header() -> tuple[str, ...]:
    return HEADER


@pytest.fixture
def lines() -> Sequence[Line]:
    """Matched, in doubt, missed, failed and skipped lines, in this order, with their facts."""
    return (
        (
            Matched(
                row(2, "U1", "BME280", "5", "-1", "x", quantity=5),
                MatchKind.EXACT,
                Part("1", "BME280", BOSCH),
                "same number, same maker",
                provenance(hours=1.5, from_store=True),
            ),
            (facts("BME280", Lifecycle.PRODUCTION),),
        ),
        (
            Matched(
                row(3, "R1", "00470", "1", "@SUM(1)", "", quantity=1),
                MatchKind.VARIANT,
                Part("2", "00-470", BOSCH),
                "same letters and digits",
                provenance(),
            ),
            (
                facts(
                    "00-470",
                    Lifecycle.OBSOLETE,
                    datasheet_url=None,
                    rohs=None,
                    lead_days=None,
                    octopart_url="javascript:alert(1)",
                    not_entitled=frozenset({"datasheets", "lead_time"}),
                ),
            ),
        ),
        (
            Review(
                row(4, "U2", "LM317", "", "", ""),
                ReviewKind.AMBIGUOUS,
                (Part("3", "LM317", Maker("TI")), Part("4", "LM317", Maker("ST"))),
                7,
                "several makers",
                provenance(),
            ),
            (facts("LM317", Lifecycle.NRND), facts("LM317", Lifecycle.EOL)),
        ),
        (Missed(row(5, "U3", "XX-1", "", "", ""), "no such part", provenance()), ()),
        (Failed(row(6, "U4", "BC547", "", "", ""), Throttled(status=429, request_id="r1")), ()),
        (
            Skipped(row(7, "U5", "", "1", "", "", quantity=1), SkipReason.NO_MPN, "nothing to ask"),
            (),
        ),
    )
