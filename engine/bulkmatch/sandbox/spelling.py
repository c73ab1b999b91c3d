"""Keys, slugs and ids made from names and part numbers. Pure text."""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_ID_SPACE = 10**15
_NAMES = 16_384  # companies and attributes come again and again


def mpn_key(text: str) -> str:
    """What the API compares part numbers by: letters and digits alone, whatever their case.

    Hence `1.5SMC6.8CA` and `1.5SMC68CA` are equal. Source: all 136 parts of the recorded answers
    to part numbers (facts, section 1), read 2026-11-20.
    """
    return "".join(c for c in text.casefold() if c.isalnum())


def sku_key(text: str) -> str:
    """What stock numbers are compared by: as part numbers, and leading zeros do not count.

    `166-327` found `0166327` at RS Components in a recorded answer, read 2026-11-20.
    """
    key = mpn_key(text)
    return key.lstrip("0") or key


@lru_cache(_NAMES)
def name_key(text: str) -> str:
    """What makers' and sellers' names are compared by: letters without accents, and digits."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain.casefold() if c.isalnum())


def slug(text: str) -> str:
    """The text as a piece of an address: lower case, hyphens between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _NOT_SLUG.sub("-", plain.lower()).strip("-") or "unnamed"


def stable_id(*names: str) -> str:
    """A number as text, the same for the same names in every run; below 10**15."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, "big") % _ID_SPACE)
