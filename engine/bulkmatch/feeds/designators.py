"""Lists of designators: what looks like one, and which there are when ranges are spelled out."""

import re

_SEPARATORS = re.compile(r"[,;/|&\s()\[\]]+")
_DESIGNATOR = re.compile(
    r"[A-Za-z]{1,6}[-_]?[0-9]{1,5}[A-Za-z0-9_]{0,6}"
    r"(?:(?:-|–|\.{2,3}|->|:|~)(?:[A-Za-z]{1,6}[-_]?)?[0-9]{1,5}[A-Za-z]?)?|to|-|->|–|\.\."
)
_USUAL_DESIGNATOR = re.compile(
    r"(?:[RCLUQDJPKFTXYSBHMEVWGZAN]|AE|AN|ANT|BAT|BT|BZ|CN|CON|CR|DS|FB|FD|FID|FL|GND|H|IC|JP|LD|LED|LS|"
    r"MH|MK|MP|OK|PCB|PS|RN|RP|RT|RV|SP|SW|TP|TR|TVS|VD|VR|VT|XTAL|ZD)[0-9]{1,4}[A-Z]?"
)
_RANGE = re.compile(r"([A-Za-z]+[-_]?)([0-9]{1,5})\s*(?:-|–|\.{2,3}|->|~|to)\s*(?:\1)?([0-9]{1,5})")
_RANGE_WORDS = re.compile(r"\s*(->|\.{2,3}|–|\bto\b|\bthru\b|\bthrough\b|\bbis\b)\s*")
_BRACKETED = re.compile(r"([A-Za-z]{1,6})\[([^\]]*)\]?")
_MOST_TOKENS = 50
_MOST = 20_000


def looks_like_designators(cell: str) -> bool:
    """Whether the cell lists designators: `R1`, `C1, C2`, `D2..5`, `R1-R5`."""
    tokens = _tokens(cell)
    return bool(tokens) and all(map(_DESIGNATOR.fullmatch, tokens))


def mentions_designators(cell: str) -> bool:
    """Whether a usual designator stands anywhere in the cell, as in `TIME CARD - C3, C4`."""
    return any(map(_USUAL_DESIGNATOR.fullmatch, _tokens(cell)))


def are_usual(cell: str) -> bool:
    """Whether most of what the cell lists are designators with a usual letter."""
    tokens = _tokens(cell)
    usual = sum(1 for token in tokens if _USUAL_DESIGNATOR.match(token))
    return bool(tokens) and usual * 2 > len(tokens) and looks_like_designators(cell)


def designators_in(cell: str) -> tuple[str, ...]:
    """Each designator by itself, ranges spelled out, in order and without repeats.

    What is no range stays as it is written. Reads `R1-R5`, `D2..5`, `R5->R10`, `R5 to 10` and
    `C[1-3,7]`.
    """
    spelled = _BRACKETED.sub(_unbracketed, " ".join(cell.split()))
    joined = _RANGE_WORDS.sub(r"\1", spelled)
    found: dict[str, None] = {}
    for token in re.split(r"[,;|&\s()\[\]]+", joined):
        for designator in _expanded(token.strip("-–:.")):
            found[designator] = None
            if len(found) >= _MOST:
                return tuple(found)
    return tuple(found)


def _unbracketed(match: re.Match[str]) -> str:
    letters = match[1]
    parts = [part.strip() for part in match[2].split(",")]
    return ",".join(part if part[:1].isalpha() else letters + part for part in parts if part)


def _expanded(token: str) -> tuple[str, ...]:
    if not token:
        return ()
    match = _RANGE.fullmatch(token)
    if match is None:
        return (token,)
    first, last = int(match[2]), int(match[3])
    if not first <= last < first + _MOST:
        return (token,)
    return tuple(f"{match[1]}{number}" for number in range(first, last + 1))


def _tokens(cell: str) -> list[str]:
    return [token for token in _SEPARATORS.split(cell, _MOST_TOKENS)[:_MOST_TOKENS] if token]
