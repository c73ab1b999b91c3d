"""What the account's plan turned out not to include, learnt on the way or known from before."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bulkmatch.core.quota import words_kept
from bulkmatch.model.event import FeatureMissing, Observer
from bulkmatch.model.plan import FeatureNote
from bulkmatch.model.settings import Features

_NAMES = frozenset(Features.__slots__)


class PlanFeatures:
    """`wanted` is what requests ask for; `lacking` what the plan does not include, in our names.

    What lacks is not asked for again: its field would only bring errors. `lacking` is known from
    before, `doubted` is to be noted either way once an answer shows it.
    """

    def __init__(
        self,
        wanted: Features,
        observer: Observer,
        *,
        lacking: Collection[str] = (),
        doubted: Collection[str] = (),
    ) -> None:
        self.wanted = wanted
        self.lacking: frozenset[str] = frozenset()
        self._observer = observer
        asked = frozenset(name for name in _NAMES if getattr(wanted, name))
        self._drop(frozenset(lacking) & asked | frozenset(lacking) - _NAMES)
        self._doubted: frozenset[str] = frozenset(doubted) & asked
        self._unsaved: dict[str, tuple[bool, str]] = {}

    def note(
        self, not_entitled: frozenset[str], told: Mapping[str, str] | None = None
    ) -> frozenset[str]:
        """Learn from an answer, with the API's own words; all that lacks by now."""
        new = not_entitled - self.lacking
        for feature in sorted(new):
            self._observer(FeatureMissing(feature))
            self._unsaved[feature] = False, words_kept((told or {}).get(feature, ""))
        self._drop(new)
        return self.lacking

    def leave_out(self, features: frozenset[str]) -> None:
        """Ask for these no more."""
        self.note(features)

    def served(self) -> None:
        """Parts came with all that is asked for: what was doubted of it is included after all."""
        for feature in self._doubted - self.lacking:
            self._unsaved[feature] = True, ""
        self._doubted = frozenset()

    def unsaved(self, now: datetime) -> tuple[FeatureNote, ...]:
        """What was learnt and not yet handed out."""
        notes = tuple(
            FeatureNote(feature, is_included, now, told)
            for feature, (is_included, told) in self._unsaved.items()
        )
        self._unsaved.clear()
        return notes

    def _drop(self, features: frozenset[str]) -> None:
        """Ask for these no more; names that no request knows are passed over."""
        self.lacking |= features
        self.wanted = replace(self.wanted, **dict.fromkeys(features & _NAMES, False))

    def __repr__(self) -> str:
        return f"PlanFeatures(lacking={sorted(self.lacking)})"
