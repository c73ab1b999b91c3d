"""Every kind of value: what it reads, and what it refuses."""

from pathlib import Path

import pytest

from bulkmatch.cli import kinds
from bulkmatch.cli.kinds import Kind, Value

COUNTRY = kinds.matching("[A-Z]{2}", wanted="a country")

READ: list[tuple[Kind, object, Value]] = [
    (kinds.text(), " a b ", "a b"),
    (COUNTRY, "de", "DE"),
    (kinds.one_of("supply", "full"), "FULL", "full"),
    (kinds.whole(1), 7, 7),
    (kinds.whole(0), "1_000", 1000),
    (kinds.whole(1, most=9), "9", 9),
    (kinds.number(above=0), "0.5", 0.5),
    (kinds.number(above=0), 300, 300.0),
    (kinds.number(), "0", 0.0),
    (kinds.duration(), 90, 90.0),
    (kinds.duration(), "90", 90.0),
    (kinds.duration(), "15m", 900.0),
    (kinds.duration(), "24h", 86_400.0),
    (kinds.duration(), "1.5 d", 129_600.0),
    (kinds.truth(), True, True),
    (kinds.truth(), "no", False),
    (kinds.truth(), "ON", True),
    (kinds.file(), "~/x", Path.home() / "x"),
    (kinds.address(), "https://api.nexar.com/graphql", "https://api.nexar.com/graphql"),
    (kinds.address(), "http://127.0.0.1:8000/graphql", "http://127.0.0.1:8000/graphql"),
    (kinds.address(), "http://[::1]:8000/", "http://[::1]:8000/"),
    (kinds.address(), "http://localhost/", "http://localhost/"),
]

REFUSED: list[tuple[Kind, object]] = [
    (kinds.text(), "  "),
    (kinds.text(), 5),
    (COUNTRY, "DEU"),
    (kinds.one_of("supply", "full"), "all"),
    (kinds.whole(1), 0),
    (kinds.whole(1), True),
    (kinds.whole(1), 1.5),
    (kinds.whole(1), "many"),
    (kinds.whole(1, most=9), 10),
    (kinds.number(above=0), 0),
    (kinds.number(above=0), "nan"),
    (kinds.number(above=0), "inf"),
    (kinds.number(), True),
    (kinds.number(), -1),
    (kinds.duration(), 0),
    (kinds.duration(), "soon"),
    (kinds.duration(), True),
    (kinds.truth(), "maybe"),
    (kinds.truth(), 1),
    (kinds.address(), "http://api.nexar.com/graphql"),
    (kinds.address(), "https://user:secret@api.nexar.com/"),
    (kinds.address(), "https:///graphql"),
    (kinds.address(), "api.nexar.com"),
    (kinds.address(), "http://127.0.0.1.evil.example/"),
    (kinds.address(), "http://127.0.0.1@evil.example/"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ)
def test_a_kind_reads_what_it_wants(kind: Kind, raw: object, value: Value) -> None:
    found = kind.read(raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("kind", "raw"), REFUSED)
def test_a_kind_refuses_all_else(kind: Kind, raw: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - no more is promised
        kind.read(raw)
