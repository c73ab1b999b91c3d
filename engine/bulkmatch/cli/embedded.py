"""The embedded sandbox: serves on this machine for as long as a command needs it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bulkmatch.model.settings import Credentials, Settings
from bulkmatch.sandbox import SandboxSettings, serve_in_thread


@contextmanager
def serving(settings: Settings, *, catalogs: tuple[Path, ...] = ()) -> Generator[Settings]:
    """The settings with a running sandbox's addresses and credentials in them.

    It knows the parts of `catalogs`, or the packaged sample.
    """
    with serve_in_thread(SandboxSettings(catalogs=catalogs)) as served:
        yield replace(
            settings,
            api_url=served.api_url,
            token_url=served.token_url,
            credentials=Credentials(served.client_id, served.client_secret),
        )
