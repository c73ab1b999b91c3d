"""The account behind a sandbox: its applications, what their plan lacks, and their part counters.

Add-ons and fields: facts, section 4; which a plan sells separately was seen by clients.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from .journal import Meter
from .refusals import Payload, not_entitled
from .settings import SUPPLY_SCOPE, AppSettings, SandboxSettings

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "TECH_SPECS": ("specs",),
        "DATASHEETS": ("best_datasheet", "best_image"),
        "LEAD_TIME": ("estimated_factory_lead_days",),
        "SIMILAR_PARTS": ("similar_parts",),
        "CAD_MODELS": ("cad", "cad_models"),
    }
)
"""The fields of a part that each add-on opens, in snake case as the API's texts name them."""

# The counter has to show a number where the sandbox knows no limit.
_NO_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class ScopeView:
    """What an application's tokens may ask for."""

    scope: str


@dataclass(frozen=True, slots=True)
class CountsView:
    """The counter and the limit of one application, in parts."""

    part_counter: int
    part_limit: int


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One application; without a supply side it has no counts."""

    id: str
    name: str
    scopes: tuple[ScopeView, ...]
    supply_counts: CountsView | None


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """The organization of the sandbox's one user."""

    id: str
    name: str
    applications: tuple[ApplicationView, ...]


@dataclass(slots=True)
class Application:
    """One application at work. `without` names add-ons that its plan lacks; it can be changed."""

    settings: AppSettings
    meter: Meter
    without: frozenset[str]

    def lacking(self) -> Mapping[str, str]:
        """The fields of a part that the plan does not open, with the add-on that would."""
        return {name: add_on for add_on in self.without for name in _FIELDS[add_on]}


class Account:
    """All applications of a sandbox, shared by its requests and changed from outside."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._counter_lags = settings.counter_lags
        self.applications = {
            app.client_id: Application(
                app,
                Meter(app.part_limit, settings.part_limit_crossing, app.part_limit_resets),
                frozenset(app.without),
            )
            for app in settings.applications
        }
        self.first = self.applications[settings.client_id]

    def __repr__(self) -> str:
        return f"Account({', '.join(self.applications)})"

    def organizations(self, today: date) -> tuple[OrganizationView, ...]:
        """What the account's user sees."""
        shown = today - timedelta(days=1) if self._counter_lags else today
        views = tuple(_application_view(app, shown) for app in self.applications.values())
        return (OrganizationView("sandbox", "Sandbox Ltd", views),)


def _application_view(application: Application, until: date) -> ApplicationView:
    settings, meter = application.settings, application.meter
    limit = _NO_LIMIT if meter.limit is None else meter.limit
    counts = CountsView(meter.counted(until), limit)
    return ApplicationView(
        settings.client_id,
        settings.name,
        tuple(ScopeView(scope) for scope in settings.scopes),
        counts if SUPPLY_SCOPE in settings.scopes else None,
    )


class Beside:
    """What one request is told beside its data, filled while it is answered.

    `lacking`: fields of a part that the plan does not open, with the add-on that would.
    """

    def __init__(self, lacking: Mapping[str, str]) -> None:
        self.lacking = lacking
        self._refused: dict[str, str] = {}
        self.errors: list[Payload] = []

    def __repr__(self) -> str:
        return f"Beside(lacking={sorted(self.lacking)}, refused={sorted(self._refused)})"

    def refuse(self, name: str) -> None:
        """Remember that a lacking field was asked for and there was a part to show it of."""
        self._refused[name] = self.lacking[name]

    def all_errors(self) -> list[Payload]:
        """The errors that the answer gets."""
        return self.errors + [not_entitled(name, add_on) for name, add_on in self._refused.items()]
