"""What the account's plan turned out not to include, learnt on the way."""

from dataclasses import replace

from bulkmatch.model.event import FeatureMissing, Observer
from bulkmatch.model.settings import Features


class PlanFeatures:
    """`wanted` is what requests ask for; `lacking` what the plan does not include, in our names.

    What lacks is not asked for again: its field would only bring errors.
    """

    def __init__(self, wanted: Features, observer: Observer) -> None:
        self.wanted = wanted
        self.lacking: frozenset[str] = frozenset()
        self._observer = observer

    def note(self, not_entitled: frozenset[str]) -> frozenset[str]:
        """Learn from an answer; all that lacks by now."""
        new = not_entitled - self.lacking
        for feature in sorted(new):
            self._observer(FeatureMissing(feature))
        if new:
            self.lacking |= new
            self.leave_out(new)
        return self.lacking

    def leave_out(self, features: frozenset[str]) -> None:
        """Ask for these no more; names that no request knows are passed over."""
        self.lacking |= features
        known = {name: False for name in features if name in Features.__slots__}
        self.wanted = replace(self.wanted, **known)

    def __repr__(self) -> str:
        return f"PlanFeatures(lacking={sorted(self.lacking)})"
