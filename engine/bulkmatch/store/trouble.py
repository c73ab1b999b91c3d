"""What a disk's errors mean: one table from SQLite's result codes to what a person should do."""

from pathlib import Path

from bulkmatch.errors import StoreError

ELSEWHERE = "choose another file (--store PATH, BULKMATCH_STORE)"
ANEW = (
    "bring back a copy, or move it away with the files beside it (-wal, -shm) and begin anew: then "
    "book what the account has used, `bulkmatch budget reconcile`"
)
_ADVICE = f"check the disk and the file's rights, or {ELSEWHERE}"
_RIGHTS = f"make the file and its folder writable, or {ELSEWHERE}"
# SQLite's primary result codes (sqlite.org/rescode.html, read 2026-11-20); what is not here may be
# the disk or the rights, and may pass.
_BUSY, _READONLY, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 8, 11, 13, 14, 26
_KNOWN = {
    _BUSY: "another process has kept it locked; wait for that one, or end it",
    _READONLY: _RIGHTS,
    _CORRUPT: f"the file is damaged: {ANEW}",
    _FULL: "make room on the disk; then the same command goes on",
    _CANTOPEN: _RIGHTS,
    _NOTADB: ELSEWHERE,
}
_LASTING = {_READONLY, _CORRUPT, _NOTADB}


def store_error(error: BaseException | None, path: Path | None) -> StoreError:
    """The error of a database or of the system, with the file's name and what to do."""
    code = getattr(error, "sqlite_errorcode", -1) & 0xFF  # extended codes hold the primary one
    advice = _KNOWN.get(code, _ADVICE)
    told = f"the store cannot be used ({error}); {advice}"
    return StoreError(told, file=path, is_lasting=code in _LASTING)
