"""What is known of an account's plan: learnt from answers, from probes and from its own counter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Resets(StrEnum):
    """When an account's part counter starts anew (facts, section 4)."""

    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class FeatureNote:
    """Whether the plan includes a feature, in our name for it.

    `told` is the API's own text, empty where it only served the field. `learnt_at` is an aware UTC
    instant.
    """

    feature: str
    is_included: bool
    learnt_at: datetime
    told: str = ""


@dataclass(frozen=True, slots=True)
class LimitMet:
    """The API said that the account has no parts left. `limit` is in parts, None when it was not said."""

    met_at: datetime
    limit: int | None
    told: str


@dataclass(frozen=True, slots=True)
class Counter:
    """The account's own count of an application's parts, as it was shown at `read_at`."""

    application_id: str
    application: str
    part_counter: int
    part_limit: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """All that a store knows of an account's plan. `met` is a part limit that nobody has lifted."""

    features: tuple[FeatureNote, ...] = ()
    met: LimitMet | None = None
    counter: Counter | None = None

    @property
    def lacking(self) -> frozenset[str]:
        """The features that the plan was last seen not to include."""
        return frozenset(note.feature for note in self.features if not note.is_included)
