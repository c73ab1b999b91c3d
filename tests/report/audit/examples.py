"""Audits to write: a small one with everything in it, a hostile one, and one as big as wanted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from bulkmatch.model.audit import (
    AuditCounts,
    AuditEvent,
    AuditHead,
    AuditReport,
    Context,
    EventKind,
    Fact,
    FactName,
    Finding,
    Forecast,
    Health,
    LineHealth,
    OptionHealth,
    PartState,
    PastAudit,
    Severity,
    Standing,
    StateKind,
    Tier,
    Unlooked,
    WaivedBy,
    WhereUsed,
)

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
HERE = Context("sandbox", "US", "USD")
MAKERS = ("Texas Instruments", "Bosch", "Murata", "STMicroelectronics", "Vishay")
LIFECYCLES = ("Production", "Production", "Production", "New", "NRND", "EOL", "Obsolete", "unknown")
HOSTILE = (
    "</script><script>document.title='broken'</script>",
    "\"'><img src=x onerror=\"document.title='broken'\">",
    "javascript:document.title='broken'",
    "\u202egnp.exe\u202c \u200f\u2066x",
    "N" * 10_000,
    "{{ 7*7 }} {% raw %} ${7*7} \u2028\u2029 <!-- --> ]]> &amp; \x00\x07\x1b[31m \ud800",
    '=HYPERLINK("http://evil.example") | [x](http://evil.example) `@team` *b*',
)


def use(n: int, bom: str = "boards/main.csv") -> WhereUsed:
    return WhereUsed(bom, n + 2, f"R{n}, R{n + 1}", Decimal(2))


def part(n: int, **more: object) -> PartState:
    lifecycle = LIFECYCLES[n % len(LIFECYCLES)]
    at = NOW if n % 2 else BEFORE
    facts = (
        Fact(FactName.LIFECYCLE, Standing.KNOWN, lifecycle, at, NOW - timedelta(days=700)),
        Fact(FactName.MAKER_WORD, Standing.KNOWN, f"{lifecycle} (Last Updated: 2 years ago)", at),
        Fact(FactName.STOCK, Standing.KNOWN, 1000 * n, at),
        Fact(FactName.LEAD_TIME, Standing.KNOWN, 7 * (n % 60), at),
        Fact(FactName.SOURCES, Standing.KNOWN, n % 5, at),
        Fact(FactName.PRICE, Standing.KNOWN, Decimal("0.0125"), at, quantity=100),
        Fact(FactName.ROHS, Standing.UNKNOWN, seen_at=at),
        Fact(FactName.REACH, Standing.NOT_ENTITLED),
    )
    known = PartState(
        key=f"key-{n}",
        mpn=f"PN-{n:05}",
        manufacturer=MAKERS[n % 5],
        outcome="matched",
        reason="by its own number",
        context=HERE,
        facts=facts,
        part_mpn=f"PN-{n:05}",
        part_maker=MAKERS[n % 5],
        octopart_url=f"https://octopart.com/part/{n}",
        tier=Tier.PRODUCTION,
        seen_at=at,
        due_at=NOW + timedelta(days=90),
        is_new=bool(n % 2),
        line_count=1,
    )
    return replace(known, **more)  # type: ignore[arg-type]


def finding(n: int, **more: object) -> Finding:
    about, severity = (
        (StateKind.IS_OBSOLETE, Severity.ERROR),
        (StateKind.IS_NRND, Severity.WARNING),
        (StateKind.SINGLE_SOURCED, Severity.NOTE),
    )[n % 3]
    known = Finding(
        finding_id=f"finding-{n}",
        rule_id=str(about),
        about=about,
        severity=severity,
        key=f"key-{n}",
        mpn=f"PN-{n:05}",
        manufacturer=MAKERS[n % 5],
        reason="obsolete: the maker makes it no more",
        advice="Choose a replacement now, or secure stock for the product's life.",
        where_used=(use(n),),
        use_count=1,
        first_seen_at=BEFORE,
        is_new=n % 4 == 0,
    )
    return replace(known, **more)  # type: ignore[arg-type]


def event(n: int, **more: object) -> AuditEvent:
    known = AuditEvent(
        kind=EventKind.PRICE_UP if n % 2 else EventKind.WENT_OBSOLETE,
        fact=FactName.PRICE if n % 2 else FactName.LIFECYCLE,
        key=f"key-{n}",
        mpn=f"PN-{n:05}",
        manufacturer=MAKERS[n % 5],
        at=NOW,
        since=BEFORE,
        context=HERE,
        before="1.00",
        after="1.40",
        amount=Decimal(40),
        unit="%",
        words="costs more: +40% (1.00, now 1.40); before that seen on 2026-10-21",
    )
    return replace(known, **more)  # type: ignore[arg-type]


def line(n: int, **more: object) -> LineHealth:
    health = tuple(Health)[n % 5]
    options = (
        OptionHealth(f"key-{n}", f"PN-{n:05}", MAKERS[n % 5], health, "in production"),
        OptionHealth(
            f"alt-{n}", f"ALT-{n:05}", None, Health.FINE, "in production", is_alternate=True
        ),
    )
    return replace(LineHealth(use(n), health, "its best option", options, 0), **more)  # type: ignore[arg-type]


def counts(parts: int, findings: int) -> AuditCounts:
    share = max(1, parts // 8)
    return AuditCounts(
        part_count=parts,
        line_count=parts,
        bom_count=1,
        asked_count=parts // 2,
        lifecycles={
            "Production": share * 3,
            "New": share,
            "NRND": share,
            "EOL": share,
            "Obsolete": share,
        },
        lines_by_lifecycle={"Production": share * 4, "Obsolete": share},
        outcomes={"matched": parts},
        events={"went-obsolete": 1, "price-up": 2},
        severities={"error": findings // 3, "warning": findings // 3, "note": findings // 3},
        new_severities={"error": 2},
        waived_count=1,
        healths={"fine": share * 5, "at risk": share, "at end": share},
        makers_at_risk={
            "Texas Instruments": 7,
            "Bosch": 3,
            '<b>Murata</b> & Sons "Ltd" of a long name': 1,
        },
        lead_weeks={3: 4, 12: 9, 30: 2, 60: 1},
    )


def head(parts: int, findings: int) -> AuditHead:
    history = tuple(
        PastAudit(f"a{n}", NOW - timedelta(days=30 * (6 - n)), counts(parts, findings - 3 * n), 10)
        for n in range(6)
    )
    return AuditHead(
        audit_id="audit-7",
        started_at=NOW,
        finished_at=NOW + timedelta(minutes=2),
        context=HERE,
        account="sandbox",
        version="0.1.0",
        command="bulkmatch audit boards/main.csv",
        policy="packaged",
        libraries=("boards/main.csv",),
        counts=counts(parts, findings),
        keeps_values=True,
        parts_charged=12,
        requests=2,
        budget=500,
        month_used=40,
        month_budget=1000,
        not_in_plan=("similar parts",),
        previous_id="audit-6",
        previous_at=BEFORE,
        forecast=Forecast(3, 10, 40, Decimal(33), 960),
        unlooked=(
            Unlooked("fresh", 20, is_fine=True),
            Unlooked("part budget", 3, False, "Raise --max-parts.", ("PN-00001",)),
        ),
        history=history,
    )


class Many(Iterable[T]):
    """Made anew each time it is run through, so that nothing holds it."""

    def __init__(self, make: Callable[[int], T], count: int) -> None:
        self._make, self._count = make, count

    def __iter__(self) -> Iterator[T]:
        return (self._make(n) for n in range(self._count))


def audit(parts: int = 24, findings: int = 24, events: int = 6) -> AuditReport:
    """Worst findings first, as an audit gives them."""
    order = sorted(range(findings), key=lambda n: n % 3)

    def nth(n: int) -> Finding:
        waived = WaivedBy("Ann", "last order placed", date(2027, 1, 31)) if order[n] == 2 else None
        return finding(order[n], waived=waived)

    return AuditReport(
        head(parts, findings),
        parts=Many(part, parts),
        events=Many(event, events),
        findings=Many(nth, findings),
        lines=Many(line, parts),
        uses={f"key-{n}": (use(n),) for n in range(min(parts, 100))},
    )


def hostile() -> AuditReport:
    """Every field of every part that somebody else writes says something evil."""

    def use_of(text: str) -> WhereUsed:
        return WhereUsed(text, 3, text, Decimal(1), text)

    findings = [
        finding(n, mpn=t, manufacturer=t, reason=t, advice=t, key=t, finding_id=t, rule_id=t,
                where_used=(use_of(t),), waived=WaivedBy(t, t, date(2027, 1, 1)) if n == 2 else None)
        for n, t in enumerate(HOSTILE)
    ]  # fmt: skip
    parts = [
        part(n, mpn=t, manufacturer=t, reason=t, key=t, part_mpn=t, part_maker=t, category=t, octopart_url=t,
             facts=(Fact(FactName.MAKER_WORD, Standing.KNOWN, t, NOW, note=t),
                    Fact(FactName.LIFECYCLE, Standing.KNOWN, t, NOW)))
        for n, t in enumerate(HOSTILE)
    ]  # fmt: skip
    events = [
        event(n, mpn=t, manufacturer=t, before=t, after=t, words=t, key=t)
        for n, t in enumerate(HOSTILE)
    ]
    lines = [
        LineHealth(use_of(t), Health.AT_END, t, (OptionHealth(t, t, t, Health.FINE, t),), 0)
        for t in HOSTILE
    ]
    known = head(7, 7)
    evil = dict.fromkeys(HOSTILE, 3)
    counted = replace(known.counts, makers_at_risk=evil, lifecycles=evil, events=evil)
    told = replace(
        known, command=HOSTILE[0], policy=HOSTILE[1], account=HOSTILE[2], libraries=HOSTILE,
        counts=counted, stopped=HOSTILE[1], not_in_plan=HOSTILE[:2],
        unlooked=tuple(Unlooked(t, 1, False, t, (t,)) for t in HOSTILE),
    )  # fmt: skip
    return AuditReport(told, parts, events, findings, lines)
