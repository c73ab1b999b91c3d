"""A simulation of the Nexar API on this machine, for work without parts to spend.

It executes the pinned schema over catalogs in the Datafeed format. `behaviours.BEHAVIOURS` says of
everything it does whether that is documented, observed or assumed. It shares no code with the
client side, so that the two cannot share a mistake.
"""

from .behaviours import BEHAVIOURS, Behaviour
from .journal import SandboxStats
from .server import RunningSandbox, create_app, serve_forever, serve_in_thread
from .settings import SandboxSettings

__all__ = [
    "BEHAVIOURS",
    "Behaviour",
    "RunningSandbox",
    "SandboxSettings",
    "SandboxStats",
    "create_app",
    "serve_forever",
    "serve_in_thread",
]
