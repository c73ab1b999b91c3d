"""Keyed fingerprints: enough to say that a fact has changed, and nothing to those without the key."""

import base64
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from bulkmatch.model.observation import FactName

_SEPARATOR = "\x1f"
# 72 bits: two of a million parts' fingerprints meet by chance once in ten thousand million audits.
_BYTES = 9


@dataclass(frozen=True, slots=True)
class Sealer:
    """Makes fingerprints by HMAC-SHA-256 under a key that never leaves the store.

    A fingerprint is of a part's question, the fact and its grade together, so that equal values of
    two parts look different. Who holds the key can try the few grades that there are: that is how
    an audit tells "was Production" without having kept the word.
    """

    key: bytes = field(repr=False)

    def part_key(self, scope: str, identity: str) -> str:
        """What a question is known by in all audits of a scope (account, source, country, currency)."""
        return self._digest("part", scope, identity)

    def seal(self, part: str, name: FactName, grade: str) -> str:
        """The fingerprint of a fact's grade; `part` is its question's key."""
        return self._digest(part, name, grade)

    def unseal(
        self, part: str, name: FactName, digest: str, candidates: Iterable[str]
    ) -> str | None:
        """The grade among `candidates` that a fingerprint is of, None when it is of none."""
        return next((grade for grade in candidates if self.seal(part, name, grade) == digest), None)

    def named(self, *told: str) -> str:
        """A name for something that is made of texts, the same in every audit."""
        return self._digest(*told)

    def _digest(self, *told: str) -> str:
        text = _SEPARATOR.join(told).encode()
        return base64.urlsafe_b64encode(hmac.digest(self.key, text, "sha256")[:_BYTES]).decode()
