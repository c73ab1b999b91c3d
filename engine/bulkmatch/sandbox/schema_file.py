"""Finds the pinned schema, packaged beside the generated client, without importing the client."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from bulkmatch.errors import SettingsError


def schema_path() -> Path:
    """The packaged schema.graphql."""
    spec = find_spec("nexar_client")
    for folder in (spec and spec.submodule_search_locations) or ():
        file = Path(folder) / "schema.graphql"
        if file.is_file():
            return file
    raise SettingsError(
        "sandbox: schema.graphql is not packaged with nexar_client; install bulkmatch anew"
    )


@cache
def schema_text() -> str:
    """The schema as it is written."""
    return schema_path().read_text("utf-8")
