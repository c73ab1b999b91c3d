"""A file for a library that writes to the last, even when what it writes has been given up."""

from pathlib import Path


class Paper:
    """A new file, open for writing. Once given up it takes whatever comes and keeps nothing.

    `zipfile` ends its archive in a finaliser, where an error of a full disk can be caught by nobody.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self._is_given_up = False

    def __repr__(self) -> str:
        return f"Paper({self._file.name!r}, given_up={self._is_given_up})"

    def write(self, text: bytes) -> int:
        """Write; how many bytes."""
        return len(text) if self._is_given_up else self._file.write(text)

    def tell(self) -> int:
        """Where the next byte goes."""
        return 0 if self._is_given_up else self._file.tell()

    def seek(self, at: int, whence: int = 0) -> int:
        """Go to another place."""
        return 0 if self._is_given_up else self._file.seek(at, whence)

    def flush(self) -> None:
        """Hand over to the system what is held."""
        if not self._is_given_up:
            self._file.flush()

    def seekable(self) -> bool:
        """Whether `seek` works."""
        return True

    def close(self) -> None:
        """Complete the file."""
        self._file.close()

    def give_up(self) -> None:
        """Let go of the file; what is still written goes nowhere. Raises OSError."""
        self._is_given_up = True
        self._file.close()
