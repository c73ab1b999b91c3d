"""Mappings that a person saved, each for files of one layout; one small file in the user's folder.

A layout is known by the names of its columns in their order (`layout_key`).
"""

import json
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from platformdirs import user_config_path

from bulkmatch.errors import SettingsError
from bulkmatch.feeds import Mapping, Reading, layout_key, parse_mapping

FILE_NAME = "layouts.json"


@dataclass(frozen=True, slots=True)
class Layouts:
    """The saved mappings; `file` need not exist."""

    file: Path

    @staticmethod
    def here() -> "Layouts":
        """Those of the person who runs the program."""
        return Layouts(user_config_path("bulkmatch") / FILE_NAME)

    def known(self, reading: Reading) -> Mapping | None:
        """The mapping that was saved for files like this one."""
        saved = self._load()
        for found in reading.tables:
            told = saved.get(layout_key(found.table.header))
            if told is not None:
                return parse_mapping(told)
        return None

    def save(self, mapping: Mapping, reading: Reading) -> None:
        """Remember the mapping for files like this one. Raises SettingsError."""
        if not reading.tables:
            raise SettingsError(f"{reading.file}: has no table whose layout could be saved")
        told = str(Mapping(mapping.columns, header_line=mapping.header_line))
        saved = {**self._load(), layout_key(reading.tables[0].table.header): told}
        draft = self.file.with_suffix(".draft")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(saved, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            draft.replace(self.file)
        except OSError as error:
            raise SettingsError(f"{self.file}: cannot be written: {error.strerror}") from error

    def _load(self) -> dict[str, str]:
        try:
            found: object = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SettingsError(f"{self.file}: cannot be read: {error}") from error
        if _is_texts(found):
            return dict(found)
        raise SettingsError(f"{self.file}: wanted an object of texts; delete it to begin anew")


def _is_texts(found: object) -> TypeGuard[MappingType[str, str]]:
    return isinstance(found, dict) and all(
        isinstance(key, str) and isinstance(told, str)
        for key, told in found.items()  # pyright: ignore[reportUnknownVariableType]
    )
