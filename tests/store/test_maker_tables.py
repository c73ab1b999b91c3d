"""Makers' names on disk: our tables, and the API's list for as long as it may be kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bulkmatch.core.makers import Kinship, Maker
from bulkmatch.errors import StoreError
from bulkmatch.store import (
    PulledMakers,
    known_makers,
    known_takeovers,
    load_makers,
    makers_of,
    save_makers,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://api.example.com/graphql"
PULLED = PulledMakers(NOW, URL, (Maker("Neutrik", ("Rean",)), Maker("Würth")))
DAY = 86_400.0


def load(
    path: Path | None, *, source: str = URL, after: timedelta = timedelta(0)
) -> PulledMakers | None:
    return load_makers(path, source=source, now=NOW + after, retention=DAY)


def test_a_list_is_read_back_as_it_was_pulled_and_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "state" / "makers.json"
    save_makers(path, PULLED)
    assert load(path) == PULLED
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_list_past_its_retention_is_forgotten_for_good(tmp_path: Path) -> None:
    path = tmp_path / "makers.json"
    save_makers(path, PULLED)
    assert load(path, after=timedelta(hours=23)) == PULLED
    assert load(path, after=timedelta(hours=24)) is None
    assert not path.exists()


def test_a_list_of_tomorrow_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "makers.json"
    save_makers(path, PULLED)
    assert load(path, after=timedelta(hours=-1)) is None


def test_the_list_of_another_endpoint_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "makers.json"
    save_makers(path, PULLED)
    assert load(path, source="https://other.example.com") is None
    assert path.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pulled_at": "yesterday", "makers": []}', "\x00",
                                  '{"pulled_at": 1, "source": "", "makers": []}'])  # fmt: skip
def test_what_is_no_list_is_passed_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "makers.json"
    path.write_text(text, "utf-8")
    assert load(path) is None
    assert load(None) is None
    assert load(tmp_path / "none.json") is None


def test_a_list_that_cannot_be_kept_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"makers\.json: the list of makers cannot be kept"):
        save_makers(tmp_path / "file" / "makers.json", PULLED)


def test_the_pulled_list_and_our_tables_go_together() -> None:
    makers = makers_of(PULLED)
    assert makers.resolve("rean").maker == "Neutrik"
    assert makers.resolve("TI").maker == "Texas Instruments"
    assert makers.relation("Atmel", "Microchip").kinship is Kinship.TAKEN_OVER
    assert makers_of() is makers_of()


def test_our_tables_are_sound() -> None:
    makers = makers_of()
    names = [maker.name for maker in known_makers()]
    assert len(names) == len(set(names)) > 300
    assert names == sorted(names, key=str.casefold)
    for maker in known_makers():
        assert makers.resolve(maker.name).maker == maker.name
        for alias in maker.aliases:
            assert maker.name in makers.resolve(alias).makers, alias
    for takeover in known_takeovers():
        assert makers.resolve(takeover.name).maker == takeover.name
        assert makers.resolve(takeover.successor).maker == takeover.successor
        assert 1980 < takeover.year <= 2026
        assert takeover.source
