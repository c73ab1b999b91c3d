"""How many repeats there may be, so that an outage is not multiplied. The caller reads the clock."""

import math

# One request in five may be a repeat, and one every five seconds whatever was sent: the shape of
# Finagle's retry budget (20 % and a trickle; https://finagle.github.io/blog/2016/02/08/retry-budgets/).
_SHARE = 0.2
_PER_SECOND = 0.2


class RetryBudget:
    """Repeats are at most a share of first sends, a trickle in time, and a credit to begin with.

    Shared by all who send. In any span of time: repeats <= credit + share x first sends +
    trickle x seconds; what is not used is kept up to the credit.

    A repeat is the same question sent again because an attempt failed. Not repeats are: what is
    sent again with a new token or without a field of the plan (each happens once, and the API was
    well enough to say so), the halves of a batch that holds a poison line (new requests, of which
    there are few: two for each halving; they tell what was unknown and answer the neighbours),
    and a breaker's probe, which has a cool-down of its own.
    """

    def __init__(
        self, credit: float, *, share: float = _SHARE, per_second: float = _PER_SECOND
    ) -> None:
        self._most, self._share, self._per_second = credit, share, per_second
        self._left = credit
        self._told_at = math.inf

    def sent(self) -> None:
        """A first send earns its share of a repeat."""
        self._left = min(self._most, self._left + self._share)

    def take(self, now: float) -> float:
        """Take one repeat and return 0; or take none and return the seconds until one is there.

        First sends of others may make it come sooner.
        """
        passed = max(0.0, now - self._told_at)
        self._told_at = now
        self._left = min(self._most, self._left + passed * self._per_second)
        if self._left >= 1 - 1e-9:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._per_second

    def __repr__(self) -> str:
        return f"RetryBudget(left={self._left:.1f} of {self._most:g})"
