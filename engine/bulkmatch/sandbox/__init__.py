"""A simulation of the Nexar API on this machine, for work without parts to spend.

It executes the pinned schema over catalogs in the Datafeed format. `behaviours.behaviours` says of
everything it does whether that is documented, observed or assumed. It shares no code with the
client side, so that the two cannot share a mistake.
"""

from .journal import SandboxStats
from .server import RunningSandbox, create_app, serve_forever, serve_in_thread
from .settings import AppSettings, SandboxSettings

__all__ = [
    "AppSettings",
    "RunningSandbox",
    "SandboxSettings",
    "SandboxStats",
    "create_app",
    "serve_forever",
    "serve_in_thread",
]
