"""JSON Lines: what machines read."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bulkmatch.feeds import SOURCE_COLUMNS
from bulkmatch.model.outcome import Matched, Outcome
from bulkmatch.model.part import PartFacts, PartLike
from bulkmatch.report import ReportContext, open_sink

Line = tuple[Outcome[PartLike], tuple[PartFacts, ...]]


class GeneratedMaker(BaseModel):
    """As the generated client makes them."""

    name: str


class GeneratedPart(BaseModel):
    """With the API's own names as aliases, and fields that were not asked for."""

    model_config = ConfigDict(populate_by_name=True)
    id: str
    mpn: str
    manufacturer: GeneratedMaker
    total_avail: int | None = Field(alias="totalAvail", default=None)
    best_datasheet: str | None = Field(alias="bestDatasheet", default=None)


def written(
    path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> list[dict[str, Any]]:
    with open_sink(path, header=header, context=context) as sink:
        for line in lines:
            sink.write(*line)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def told(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> list[dict[str, Any]]:
    return written(tmp_path / "out.jsonl", header, replace(context, sheet="Main"), lines)


def test_a_matched_line_has_its_row_part_facts_and_origin(told: list[dict[str, Any]]) -> None:
    assert told[0] == {
        "row": {
            "file": "bom.csv",
            "sheet": "Main",
            "line": 2,
            "mpn": "BME280",
            "manufacturer": None,
            "quantity": "5",
            "designators": "U1",
            "description": "",
            "do_not_populate": False,
            "sku": None,
            "seller": None,
            "cells": {
                "Designator": "U1", "MPN": "BME280", "Qty": "5", "=evil": "-1", "column 5": "x",
            },
        },
        "outcome": "matched",
        "kind": "exact",
        "confidence": "certain",
        "reason": "exact: same number, same maker",
        "part": {"id": "1", "mpn": "BME280", "manufacturer": {"name": "Bosch"}},
        "facts": {
            "mpn": "BME280",
            "manufacturer": "Bosch",
            "lifecycle": "Production",
            "description": "",
            "authorised_stock": 1200,
            "total_available": None,
            "best_price": {"unit": "0.0125", "currency": "USD", "seller": "Alpha", "quantity": 15},
            "lead_days": 84,
            "rohs": "Compliant",
            "datasheet_url": "https://example.com/BME280.pdf",
            "octopart_url": "https://octopart.com/part/BME280",
            "not_entitled": [],
        },
        "candidates": [],
        "choices": "for BME280: 1) BME280 [Bosch]",
        "options": [],
        "provenance": {
            "asked_at": "2026-11-20T08:30:00Z",
            "source": "live",
            "from_store": True,
            "country": "DE",
            "currency": "USD",
            "not_entitled": ["DATASHEETS"],
        },
        "error": None,
    }  # fmt: skip


def test_every_line_has_the_same_keys(told: list[dict[str, Any]]) -> None:
    assert {tuple(line) for line in told} == {tuple(told[0])}
    assert [line["outcome"] for line in told] == [
        "matched", "matched", "needs review", "missed", "failed", "skipped",
    ]  # fmt: skip
    assert [line["kind"] for line in told][1:] == [
        "spelling variant", "ambiguous", None, None, "no MPN",
    ]  # fmt: skip


def test_a_line_in_doubt_has_its_candidates(told: list[dict[str, Any]]) -> None:
    assert [
        (candidate["part"]["manufacturer"]["name"], candidate["lifecycle"])
        for candidate in told[2]["candidates"]
    ] == [("TI", "NRND"), ("ST", "EOL")]
    assert told[2]["part"] is None
    assert told[2]["facts"]["mpn"] == "LM317"


def test_a_failed_line_has_its_error(told: list[dict[str, Any]]) -> None:
    assert told[4]["error"] == {
        "type": "Throttled",
        "message": "the API asked us to slow down",
        "status": 429,
        "request_id": "r1",
        "billed": 0,
    }
    assert told[4]["provenance"] == {
        "asked_at": None, "source": "live", "from_store": False, "country": "DE", "currency": "USD",
        "not_entitled": [],
    }  # fmt: skip


def test_a_generated_part_keeps_the_api_s_names_and_only_what_was_asked_for(
    tmp_path: Path, header: tuple[str, ...], context: ReportContext, lines: Sequence[Line]
) -> None:
    outcome, facts = lines[0]
    assert isinstance(outcome, Matched)
    part = GeneratedPart.model_validate(
        {"id": "9", "mpn": "BME280", "manufacturer": {"name": "Bosch"}, "totalAvail": 5}
    )
    matched = Matched(outcome.row, outcome.kind, part, outcome.reason, outcome.provenance)
    (line,) = written(tmp_path / "out.jsonl", header, context, [(matched, facts)])
    assert line["part"] == {
        "id": "9", "mpn": "BME280", "manufacturer": {"name": "Bosch"}, "totalAvail": 5,
    }  # fmt: skip


def test_a_row_of_several_tables_names_its_sheet(
    tmp_path: Path, context: ReportContext, lines: Sequence[Line]
) -> None:
    outcome, facts = lines[0]
    moved = replace(outcome.row, cells=("bom.xlsx", "Top", "2", "BME280"))
    (line,) = written(
        tmp_path / "out.jsonl",
        (*SOURCE_COLUMNS, "MPN"),
        context,
        [(replace(outcome, row=moved), facts)],
    )
    assert line["row"]["sheet"] == "Top"
    assert line["row"]["cells"]["Source: file"] == "bom.xlsx"
