"""What a faulty API makes of a good answer: each function changes the answer in place."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes import FakePart
from tests.simulation.faults import Fault

LIMIT = "You have exceeded your part limit of 100. Please upgrade your plan."
EXPIRED = "Token validation failed. Please provide a valid access token."
PLAN = "Unauthorized to access 'specs'. Please upgrade to include 'TECH_SPECS'"

Told = dict[str, Any]
# By reference: parts charged that nobody asked for; below 0, parts held back and so not charged,
# since the API charges for what it returns.
Beyond = list[tuple[str, int]]
Mangler = Callable[[random.Random, Told], Beyond]


def _aliases(told: Told) -> list[list[Any]]:
    return list(told["data"].values())


def _with_parts(told: Told) -> list[dict[str, Any]]:
    return [entry for alias in _aliases(told) for entry in alias if entry["parts"]]


def _missing(dice: random.Random, told: Told) -> Beyond:
    for alias in _aliases(told):
        if alias and dice.random() < 0.7:
            alias.pop(dice.randrange(len(alias)))
    return []


def _repeated(dice: random.Random, told: Told) -> Beyond:
    beyond: Beyond = []
    for alias in filter(None, _aliases(told)):
        entry = dice.choice(alias)
        alias.append(entry)
        beyond.append((entry["reference"], len(entry["parts"])))
    return beyond


def _reordered(dice: random.Random, told: Told) -> Beyond:
    for alias in _aliases(told):
        dice.shuffle(alias)
    return []


def _foreign(dice: random.Random, told: Told) -> Beyond:
    beyond: Beyond = []
    for alias in filter(None, _aliases(told)):
        beyond.append((alias[0]["reference"], 1))
        entry = {"reference": "zz-1", "hits": 1, "error": None}
        alias.insert(
            dice.randrange(len(alias) + 1), {**entry, "parts": [FakePart("EVIL").to_json()]}
        )
    return beyond


def _wrong_reference(dice: random.Random, told: Told) -> Beyond:
    for alias in filter(None, _aliases(told)):
        dice.choice(alias)["reference"] = dice.choice([None, "x", "other-0", ""])
    return []


def _swapped(dice: random.Random, told: Told) -> Beyond:
    data = told["data"]
    if len(data) > 1:
        one, other = list(data)[:2]
        data[one], data[other] = data[other], data[one]
    return []


def _more(dice: random.Random, told: Told) -> Beyond:
    beyond: Beyond = []
    for entry in _with_parts(told):
        if dice.random() < 0.5:
            entry["parts"].append(FakePart("EXTRA").to_json())
            beyond.append((entry["reference"], 1))
    return beyond


def _null_parts(dice: random.Random, told: Told) -> Beyond:
    for entry in _with_parts(told):
        if dice.random() < 0.3:
            entry["parts"] = [None] * len(entry["parts"])
    return []


def _null_entries(dice: random.Random, told: Told) -> Beyond:
    for alias in _aliases(told):
        alias[:] = [None if dice.random() < 0.2 else entry for entry in alias]
    return []


def _no_parts(dice: random.Random, told: Told) -> Beyond:
    beyond: Beyond = []
    for entry in _with_parts(told):
        if dice.random() < 0.3:
            beyond.append((entry["reference"], -len(entry["parts"])))
            entry["parts"] = []
    return beyond


def _null_alias(dice: random.Random, told: Told) -> Beyond:
    name = dice.choice(list(told["data"]))
    told["data"][name] = None
    told["errors"] = [
        *told.get("errors", ()),
        {"message": "Unexpected Execution Error", "path": [name]},
    ]
    return []


def _no_alias(dice: random.Random, told: Told) -> Beyond:
    del told["data"][dice.choice(list(told["data"]))]
    return []


_ODD: Mapping[str, tuple[Any, ...]] = {
    "shortDescription": (5, None, True, ["x"], {"a": 1}, "\ud800", "\x00", 1e308),
    "manufacturer": (None, {"name": None}, {"id": 1}, {"id": "x", "name": 7}, "Acme"),
    "mpn": (None, 5),
    "id": (None, 5),
    "sellers": (None, [None], [{"company": None, "offers": [None]}], "x"),
}


def _odd_types(dice: random.Random, told: Told) -> Beyond:
    for entry in _with_parts(told):
        for part in entry["parts"]:
            if dice.random() < 0.5:
                name = dice.choice(list(_ODD))
                part[name] = dice.choice(_ODD[name])
    return []


def _line_errors(dice: random.Random, told: Told) -> Beyond:
    for alias in _aliases(told):
        for entry in alias:
            if dice.random() < 0.3:
                entry["error"] = "some error"
    return []


def _plan_beside(dice: random.Random, told: Told) -> Beyond:
    told["errors"] = [*told.get("errors", ()), {"message": PLAN}]
    return []


def _plan_empties(dice: random.Random, told: Told) -> Beyond:
    for entry in _with_parts(told):
        entry["parts"] = None
    return _plan_beside(dice, told)


def _limit_midway(dice: random.Random, told: Told) -> Beyond:
    beyond: Beyond = []
    for alias in _aliases(told):
        at = dice.randrange(len(alias) + 1)
        beyond += [(entry["reference"], -len(entry["parts"])) for entry in alias[at:]]
        del alias[at:]
    told["errors"] = [*told.get("errors", ()), {"message": LIMIT}]
    return beyond


# Applied to an answer that has been charged.
MANGLERS: Mapping[Fault, Mangler] = {
    Fault.PLAN_BESIDE: _plan_beside,
    Fault.PLAN_EMPTIES: _plan_empties,
    Fault.LIMIT_MIDWAY: _limit_midway,
    Fault.MISSING: _missing,
    Fault.REPEATED: _repeated,
    Fault.REORDERED: _reordered,
    Fault.FOREIGN: _foreign,
    Fault.WRONG_REFERENCE: _wrong_reference,
    Fault.SWAPPED: _swapped,
    Fault.MORE: _more,
    Fault.NULL_PARTS: _null_parts,
    Fault.NULL_ENTRIES: _null_entries,
    Fault.NO_PARTS: _no_parts,
    Fault.NULL_ALIAS: _null_alias,
    Fault.NO_ALIAS: _no_alias,
    Fault.ODD_TYPES: _odd_types,
    Fault.LINE_ERRORS: _line_errors,
}

# Every question answered with nothing, for a reason that stands beside it; nothing is charged.
EMPTY_BESIDE: Mapping[Fault, dict[str, Any]] = {
    Fault.LIMIT_BESIDE: {"message": LIMIT},
    Fault.TOKEN_BESIDE: {"message": EXPIRED, "extensions": {"code": "AuthExpiredToken"}},
    Fault.ERROR_BESIDE: {"message": "The remote schema failed."},
}
