"""Claims: a question under way belongs to one call, until that ends or its process is gone."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from bulkmatch.core.freshness import is_live
from bulkmatch.errors import BudgetExceeded
from bulkmatch.model.money import Call, Caps, Held, Standing
from bulkmatch.model.query import Ask
from bulkmatch.store import cache, ledger
from bulkmatch.store.schema import call as calls
from bulkmatch.store.schema import claim

# SQLite's least bound on variables in one statement, with room to spare.
_MOST_KEYS = 500

# Statements are made once, as in the ledger.
_CLAIMED = sa.select(claim.c.key, claim.c.owner, claim.c.opened_at, claim.c.lease_until).where(
    claim.c.key.in_(sa.bindparam("of_keys", expanding=True))
)
_NEW = insert(claim)
_CLAIM = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={name: _NEW.excluded[name] for name in ("call_id", "owner", "opened_at", "lease_until")},
)
_BEFORE = sa.select(calls.c.reserved).where(calls.c.call_id == sa.bindparam("of_call"))
_OWN = sa.select(claim.c.key).where(claim.c.call_id == sa.bindparam("of_call"))


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims in the name of `owner`. `is_gone` says of another that its process has ended."""

    owner: str
    is_gone: Callable[[str], bool]

    def reserve(
        self,
        connection: sa.Connection,
        call: Call,
        caps: Caps,
        asks: Sequence[Ask],
        *,
        anew: Collection[str],
    ) -> Held:
        """Hold and claim what is free; see `Ledger.reserve` (core/seams)."""
        if before := _before(connection, call):
            return before
        aside = self.standing(connection, [ask.key for ask in asks], now=call.opened_at, anew=anew)
        free = [ask for ask in asks if ask.key not in aside.keys]
        none = Held(replace(call, ceiling=0), aside=aside)
        if asks and not free:
            return none
        spared = sum(ask.limit for ask in asks) - sum(ask.limit for ask in free)
        call = replace(call, ceiling=call.ceiling - spared)
        try:
            ledger.reserve(connection, call, caps)
        except BudgetExceeded:
            if not aside.keys:
                raise
            return none
        self._claim(connection, call, free)
        return Held(call, frozenset(ask.key for ask in free), aside)

    def standing(
        self,
        connection: sa.Connection,
        keys: Sequence[str],
        *,
        now: datetime,
        anew: Collection[str] = (),
    ) -> Standing:
        """What has become of `keys`."""
        answered = cache.load(connection, [key for key in keys if key not in anew], now=now)
        open_keys = [key for key in keys if key not in answered]
        return Standing(answered, self._elsewhere(connection, open_keys, now))

    def _elsewhere(
        self, connection: sa.Connection, keys: Sequence[str], now: datetime
    ) -> dict[str, datetime]:
        """The claims that hold, with the end of their lease."""
        found: dict[str, datetime] = {}
        gone: dict[str, bool] = {}
        for at in range(0, len(keys), _MOST_KEYS):
            wanted = {"of_keys": keys[at : at + _MOST_KEYS]}
            for key, owner, opened_at, lease_until in connection.execute(_CLAIMED, wanted):
                if owner not in gone:
                    gone[owner] = self.is_gone(owner)
                if is_live(opened_at, lease_until, now) and not gone[owner]:
                    found[key] = lease_until
        return found

    def _claim(self, connection: sa.Connection, call: Call, asks: Sequence[Ask]) -> None:
        """Write the claims down; one that holds no more gives way."""
        if asks:
            of_call = {
                "call_id": call.call_id,
                "owner": self.owner,
                "opened_at": call.opened_at,
                "lease_until": call.lease_until,
            }
            connection.execute(_CLAIM, [{"key": ask.key, **of_call} for ask in asks])


def _before(connection: sa.Connection, call: Call) -> Held | None:
    """What an earlier reservation of the same call came to, None when there was none."""
    ceiling = connection.execute(_BEFORE, {"of_call": call.call_id}).scalar()
    if ceiling is None:
        return None
    own = connection.execute(_OWN, {"of_call": call.call_id}).scalars()
    return Held(replace(call, ceiling=ceiling), frozenset(own))
