"""The schema's names as Python writes them."""

import re
from functools import cache

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cache
def snake_case(name: str) -> str:
    """`isAuthorized` as Python writes it; digits do not begin a word."""
    return _HUMP.sub("_", name).lower()
