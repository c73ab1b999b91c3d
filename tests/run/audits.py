"""A catalog that lives over months, and audits of it, for the tests of audits."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.fakes import FakeApi, FakePart, settings

from bulkmatch import Row, Settings, World
from bulkmatch.feeds.policy_file import default_policy
from bulkmatch.model.audit import AuditHead, AuditReport, EventKind, Finding, LineHealth, PartState
from bulkmatch.model.audit_event import AuditEvent
from bulkmatch.model.policy import Policy
from bulkmatch.run.audit import Audit, AuditOrder, Library, Looked
from bulkmatch.run.audit_report import Reporter, Told

DAY = 86_400.0


@dataclass(frozen=True)
class LivingPart(FakePart):
    """A part with a lifecycle, a lead time, and two authorised sellers."""

    lifecycle: str = "Production"
    lead_days: int = 70
    stocks: tuple[int, ...] = (500, 300)
    price: float = 1.0
    link: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            **super().to_json(),
            "octopartUrl": f"https://example.com/{self.link}",
            "estimatedFactoryLeadDays": self.lead_days,
            "specs": [_spec("lifecyclestatus", self.lifecycle), _spec("rohs", "Compliant")],
            "sellers": [self._seller(n, stock) for n, stock in enumerate(self.stocks)],
        }

    def _seller(self, number: int, stock: int) -> dict[str, Any]:
        price = {"quantity": 1, "price": self.price, "currency": "USD"}
        offer = {
            "sku": f"S{number}",
            "inventoryLevel": stock,
            "prices": [price],
            "clickUrl": f"https://example.com/click/{self.link}",
        }
        return {
            "company": {"id": str(number), "name": f"Seller {number}"},
            "isAuthorized": True,
            "isBroker": False,
            "offers": [offer],
        }


def _spec(name: str, value: str) -> dict[str, Any]:
    attribute = {"id": name, "shortname": name, "name": name, "group": "Supply Chain"}
    shown = f"{value} (Last Updated: 2 days ago)"
    return {"attribute": attribute, "value": value, "displayValue": shown}


@dataclass
class Months:
    """Audits of one store, on days of the test's choosing."""

    store: Path
    parts: list[LivingPart]
    rows: Sequence[Row]
    told: dict[str, Any] = field(default_factory=dict[str, Any])
    policy: Policy = field(default_factory=default_policy)
    day: float = 0.0
    api: FakeApi = field(default_factory=FakeApi)
    reads: int = 0

    @property
    def settings(self) -> Settings:
        return settings(store=self.store, **self.told)

    def change(self, mpn: str, **changes: Any) -> None:
        """Change a part in the catalog."""
        self.parts = [replace(part, **changes) if part.mpn == mpn else part for part in self.parts]

    def libraries(self) -> Sequence[Library]:
        return [Library("bom.csv", str(hash(tuple(self.rows))), self._read)]

    def _read(self) -> Iterable[Row]:
        self.reads += 1
        return iter(self.rows)

    async def audit(self, *, left: int | None = None, **order: Any) -> "Audited":
        """The audit of this day."""
        self.api.parts = tuple(self.parts)
        self.api.latency = 0.0
        world = World(
            clock=lambda: 1_790_000_000.0 + self.day * DAY, dice=lambda: 0.5, transport=self.api
        )
        told = AuditOrder(self.libraries(), self.policy, **order)
        audit = Audit.on_desk(self.settings, told, world)
        with closing(audit.desk):
            planned = audit.plan(audit.prepare(), left=left)
            looked = await audit.look(planned)
            report = Reporter(audit).report(looked, Told("bulkmatch audit", "0", None, left))
            return Audited(looked, report)


class Audited:
    """An audit's report, held whole."""

    def __init__(self, looked: Looked, report: AuditReport) -> None:
        self.looked = looked
        self.head: AuditHead = report.head
        self.parts: list[PartState] = list(report.parts)
        self.events: list[AuditEvent] = list(report.events)
        self.findings: list[Finding] = list(report.findings)
        self.lines: list[LineHealth] = list(report.lines)

    @property
    def kinds(self) -> list[tuple[str, EventKind]]:
        """The events in short."""
        return [(event.mpn, event.kind) for event in self.events]

    @property
    def found(self) -> list[tuple[str, str, str]]:
        """The findings in short."""
        return [(one.mpn, one.about.value, one.severity.value) for one in self.findings]
