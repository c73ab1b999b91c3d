"""`bulkmatch sandbox`: serves the sandbox on this machine until it is interrupted."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from bulkmatch.sandbox import RunningSandbox

_EPILOG = """\b
Examples:
  bulkmatch sandbox --port 8080
  bulkmatch sandbox --part-limit 100 --token-seconds 30
"""


@click.command(epilog=_EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    metavar="N",
    help="0 takes a free one.",
)
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PATH",
    help="Parts in the Datafeed format, instead of the sample. Can be given several times.",
)
@click.option(
    "--part-limit", type=click.IntRange(min=0), metavar="N", help="Parts until the limit's error."
)
@click.option(
    "--part-limit-status",
    type=click.Choice(["200", "500"]),
    default="200",
    show_default=True,
    help="HTTP status of that error.",
)
@click.option(
    "--crossing",
    type=click.Choice(["serve", "refuse"]),
    default="serve",
    show_default=True,
    help="What becomes of the request that would pass the limit.",
)
@click.option(
    "--auth-status",
    type=click.Choice(["401", "200"]),
    default="401",
    show_default=True,
    help="HTTP status when a token is bad.",
)
@click.option(
    "--token-seconds",
    type=click.IntRange(min=1),
    default=86_400,
    show_default=True,
    metavar="N",
    help="How long a token lives.",
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Waited before each answer.",
)
def sandbox(
    host: str,
    port: int,
    catalogs: tuple[Path, ...],
    part_limit: int | None,
    part_limit_status: str,
    crossing: Literal["serve", "refuse"],
    auth_status: str,
    token_seconds: int,
    latency: float,
) -> None:
    """Serve a simulation of the API on this machine until Ctrl-C.

    Real rules, made-up stock and prices. Prints the variables that point bulkmatch to it.
    """
    from bulkmatch.sandbox import SandboxSettings, serve_forever

    settings = SandboxSettings(
        catalogs=catalogs,
        host=host,
        port=port,
        part_limit=part_limit,
        part_limit_status=int(part_limit_status),
        part_limit_crossing=crossing,
        auth_status=int(auth_status),
        token_seconds=token_seconds,
        latency_seconds=latency,
    )
    data = ", stock and prices as in the files" if catalogs else ", made-up stock and prices"
    serve_forever(settings, lambda running: _announce(running, data))
    click.echo("the sandbox has stopped", err=True)


def _announce(running: "RunningSandbox", told_of_data: str) -> None:
    """The variables on stdout, to be pasted or evaluated; the rest on stderr."""
    told = f"sandbox: {running.part_count} parts{told_of_data}, at {running.api_url}"
    click.echo(f"{told}\npaste these into another terminal; Ctrl-C stops the sandbox", err=True)
    variables = {
        "NEXAR_API_URL": running.api_url,
        "NEXAR_TOKEN_URL": running.token_url,
        "NEXAR_CLIENT_ID": running.client_id,
        "NEXAR_CLIENT_SECRET": running.client_secret,
        "BULKMATCH_SOURCE": "sandbox",
    }
    for name, value in variables.items():
        click.echo(f"export {name}={value}")
