"""Runs that share a store file: what was paid for once is free, and one budget holds for all."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import REAL
from tests.fakes import FakeApi, FakePart, settings, world

from bulkmatch import Engine, Estimate, Features, Matched, Row, Settings, Spend, outcome_name
from bulkmatch.wire.profile import FULL

PARTS = tuple(FakePart(f"PN-{n}") for n in range(300))
pytestmark = pytest.mark.parametrize("anyio_backend", REAL, indirect=True)


def rows(count: int) -> list[Row]:
    return [Row(f"PN-{n}", "Acme", line=n) for n in range(count)] + [Row("NOSUCH-1", "Acme")]


async def run(api: FakeApi, given: Settings, count: int = 120) -> tuple[list[str], Spend]:
    async with Engine.open(given, world=world(api)) as engine:
        names = [outcome_name(outcome) async for outcome in engine.enrich(rows(count))]
        return names, await engine.budget.run()


def api() -> FakeApi:
    return FakeApi(PARTS, latency=0.0)


async def test_a_second_run_charges_nothing_and_asks_nothing(tmp_path: Path) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite")
    first, _ = await run(server, given)
    requests = len(server.requests)
    second, spend = await run(server, given)
    assert first == second == ["matched"] * 120 + ["missed"]
    assert (server.charged, spend) == (120, Spend())
    assert len(server.requests) == requests
    assert server.token_requests == 1


async def test_an_answer_past_its_retention_is_asked_again(tmp_path: Path) -> None:
    server = api()
    given = settings(store=tmp_path / "store.sqlite", retention=0.0)
    await run(server, given)
    await run(server, given)
    assert server.charged == 240


async def test_without_keeping_answers_each_run_asks_anew_but_a_row_twice_only_once(
    tmp_path: Path,
) -> None:
    server = api()
    given = settings(store=tmp_path / "store.sqlite", keep_answers=False, window=5)
    twice = [*rows(50), *rows(50)]
    for charged in (50, 100):
        async with Engine.open(given, world=world(server)) as engine:
            names = [outcome_name(outcome) async for outcome in engine.enrich(twice)]
        assert names.count("matched") == 100
        assert server.charged == charged
    async with Engine.open(replace(given, keep_answers=True), world=world(server)) as engine:
        assert (await engine.estimate(rows(50))).from_store == 0
        assert (await engine.budget.month()).settled == 100


@pytest.mark.parametrize(
    "change",
    [
        {"country": "DE"},
        {"currency": "EUR"},
        {"authorized_only": True},
        {"account": "another"},
        {"features": Features(specs=False)},
        {"source": "sandbox"},
    ],
    ids=str,
)
async def test_an_answer_serves_no_other_question(
    tmp_path: Path, change: dict[str, object]
) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite")
    await run(server, given, 3)
    await run(server, replace(given, **change), 3)  # type: ignore[arg-type]
    assert server.charged == 6


async def test_an_answer_of_one_profile_serves_no_other(tmp_path: Path) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite")
    await run(server, given, 3)
    async with Engine.open(given, profile=FULL, world=world(server)) as engine:
        assert isinstance(await engine.match("PN-1", manufacturer="Acme"), Matched)
    assert server.charged == 4


async def test_one_month_budget_holds_for_all_runs_of_an_account(tmp_path: Path) -> None:
    server = api()
    given = settings(store=tmp_path / "store.sqlite", month_budget=70)
    first, _ = await run(server, given, 50)
    second, spend = await run(server, given, 120)
    assert first.count("matched") == 50
    assert (second.count("matched"), second.count("skipped")) == (70, 50)
    assert (server.charged, spend.settled) == (70, 20)


async def test_a_run_goes_on_with_its_own_budget(tmp_path: Path) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite", budget=60)
    for matched in (40, 60):
        async with Engine.open(given, world=world(server), run_id="one") as engine:
            asked = rows(40) if matched == 40 else rows(120)
            names = [outcome_name(outcome) async for outcome in engine.enrich(asked)]
        assert names.count("matched") == matched
    assert server.charged == 60


async def test_the_estimate_is_what_a_run_then_costs(tmp_path: Path) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite", second_look=0)
    async with Engine.open(given, world=world(server)) as engine:
        before = await engine.estimate([*rows(120), Row("TBD"), Row("pn 7", "acme")])
        assert before == Estimate(
            lines=123,
            skipped=1,
            distinct=121,
            from_store=0,
            parts_first_look=121,
            parts_at_most=121,
            requests_at_least=2,
            seconds_at_least=0.0,
        )
        assert not server.requests
        [_ async for _ in engine.enrich(rows(120))]
        after = await engine.estimate(rows(120))
    assert (after.from_store, after.parts_at_most, after.requests_at_least) == (121, 0, 0)


async def test_a_stored_answer_that_no_longer_reads_is_asked_again(tmp_path: Path) -> None:
    import sqlite3
    import zlib

    server, given = api(), settings(store=tmp_path / "store.sqlite")
    await run(server, given, 3)
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        connection.execute("UPDATE answer SET payload = ?", (zlib.compress(b'{"hits": []}'),))
    connection.close()
    names, _ = await run(server, given, 3)
    assert names.count("matched") == 3
    assert server.charged == 6


async def test_the_estimate_follows_each_spelling_of_a_number(tmp_path: Path) -> None:
    server = FakeApi((FakePart("X-1"), FakePart("X1."), FakePart("X.1.")), latency=0.0)
    given = settings(store=tmp_path / "store.sqlite")
    async with Engine.open(given, world=world(server)) as engine:
        await engine.match("X-1", manufacturer="Acme")
        before = server.charged
        asked = [Row("X-1", "Acme"), Row("x1", "Acme")]
        told = await engine.estimate(asked)
        [_ async for _ in engine.enrich(asked)]
    assert told.parts_at_most >= server.charged - before > 0
    assert told.distinct == 1


async def test_an_answer_dated_by_a_wrong_clock_is_replaced_and_then_serves(tmp_path: Path) -> None:
    server, given = api(), settings(store=tmp_path / "store.sqlite")
    day = 86_400.0
    for offset in (30 * day, 0.0, 60.0):
        now = 1_790_000_000.0 + offset

        def clock(now: float = now) -> float:
            return now

        shifted = replace(world(server), clock=clock)
        async with Engine.open(given, world=shifted) as engine:
            await engine.match("PN-1", manufacturer="Acme")
    assert server.charged == 2
