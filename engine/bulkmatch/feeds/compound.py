"""Checks the container of an XLS (a compound file) before a library follows its chains of sectors.

A damaged chain that leads back to itself is followed for ever (python-calamine 0.9.1). Layout of the
container: [MS-CFB], Microsoft Open Specifications, read 2026-11-20.
"""

import struct
from array import array
from pathlib import Path

from bulkmatch.errors import FeedError

_HEADER = 512
_SECTOR_SHIFTS = (9, 12)
_LAST_SECTOR = 0xFFFFFFFA  # above it are marks: end of chain, free, and the table's own
_IN_HEADER = 109  # sectors of the allocation table that the header itself names


def check_compound(path: Path, raw: bytes) -> None:
    """Refuse a compound file that is cut short, or whose chains go round in circles."""
    if len(raw) < _HEADER:
        raise FeedError("is a workbook that is cut short", file=path)
    (shift,) = struct.unpack_from("<H", raw, 30)
    if shift not in _SECTOR_SHIFTS:
        raise FeedError("is a damaged workbook: its sectors have no known size", file=path)
    table = _allocation(raw, 1 << shift)
    (mini_start,) = struct.unpack_from("<I", raw, 60)
    if _goes_round(table):
        raise FeedError("is a damaged workbook: its sectors lead back to themselves", file=path)
    if _goes_round(_entries(raw, _chain(table, mini_start), 1 << shift)):
        raise FeedError("is a damaged workbook: its streams lead back to themselves", file=path)


def _allocation(raw: bytes, size: int) -> "array[int]":
    """Which sector follows which."""
    named = list(struct.unpack_from(f"<{_IN_HEADER}I", raw, 76))
    (more,) = struct.unpack_from("<I", raw, 68)
    most = len(raw) // size + 1
    for _ in range(most):
        sector = _sector(raw, more, size)
        if more > _LAST_SECTOR or len(sector) < size:
            break
        entries = struct.unpack(f"<{size // 4}I", sector)
        named += entries[:-1]
        more = entries[-1]
    used = [at for at in named if at <= _LAST_SECTOR][:most]
    return _entries(raw, used, size)


def _entries(raw: bytes, sectors: list[int], size: int) -> "array[int]":
    told = array("I")
    for at in sectors:
        sector = _sector(raw, at, size)
        told.extend(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
    return told


def _sector(raw: bytes, at: int, size: int) -> bytes:
    return raw[(at + 1) * size : (at + 2) * size] if at <= _LAST_SECTOR else b""


def _chain(table: "array[int]", start: int) -> list[int]:
    """The sectors from `start` on; the table has no circles."""
    found: list[int] = []
    at = start
    while at < len(table):
        found.append(at)
        at = table[at]
    return found


def _goes_round(table: "array[int]") -> bool:
    """Whether any chain leads back to itself. Each entry is followed once."""
    seen = bytearray(len(table))  # 1: on the way, 2: known to end
    for start in range(len(table)):
        way: list[int] = []
        at = start
        while at < len(table) and not seen[at]:
            seen[at] = 1
            way.append(at)
            at = table[at]
        if at < len(table) and seen[at] == 1:
            return True
        for place in way:
            seen[place] = 2
    return False
