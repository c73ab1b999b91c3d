"""`bulkmatch sandbox`: serves the sandbox on this machine until it is interrupted."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulkmatch.sandbox.settings import ADD_ONS

from .sandbox_help import SandboxCommand

if TYPE_CHECKING:
    from bulkmatch.sandbox import RunningSandbox

_EPILOG = """\b
Examples:
  bulkmatch sandbox --port 8080
  bulkmatch sandbox --part-limit 100 --token-seconds 30
  bulkmatch sandbox --recorded answers/ --fault 429:share=0.1,retry-after=2
  bulkmatch sandbox --behaviours

What of this is documented, observed or assumed, with sources: --behaviours, and docs/sandbox.md.
While it serves, http://127.0.0.1:8080/sandbox shows what goes on and changes faults and limits.
"""
_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDERS = click.Path(exists=True, path_type=Path)


@click.command(epilog=_EPILOG, cls=SandboxCommand)
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
    type=_FILES,
    metavar="PATH",
    help="Parts in the Datafeed format, instead of the sample. Can be given several times.",
)
@click.option(
    "--recorded",
    multiple=True,
    type=_FOLDERS,
    metavar="DIR",
    help="Recorded answers (JSON, in folders of folders too), to be given again. Several times.",
)
@click.option(
    "--quirk",
    "quirks",
    multiple=True,
    metavar="NAME",
    help="What real offers are like and made-up ones are not: a name, or all. Several times.",
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
    "part_limit_crossing",
    type=click.Choice(["serve", "refuse", "partial"]),
    default="serve",
    show_default=True,
    help="What becomes of the request that would pass the limit.",
)
@click.option(
    "--part-limit-resets",
    type=click.Choice(["monthly", "never"]),
    default="monthly",
    show_default=True,
    help="When the counter starts anew.",
)
@click.option(
    "--counter-lags", is_flag=True, help="Show the user the counter of yesterday's end (UTC)."
)
@click.option(
    "--parts-rule",
    type=click.Choice(["queries", "returned", "sum-of-limits"]),
    default="queries",
    show_default=True,
    help="What the 100 of a request are: queries, parts returned, or the sum of limits.",
)
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(ADD_ONS),
    help="An add-on that the plan lacks. Can be given several times.",
)
@click.option(
    "--accounts", type=_FILES, metavar="FILE", help="Further applications: TOML, [[app]] tables."
)
@click.option(
    "--auth-status",
    type=click.Choice(["401", "200"]),
    default="401",
    show_default=True,
    help="HTTP status when a token is bad.",
)
@click.option("--upper-case-codes", is_flag=True, help="AUTH_INVALID_TOKEN for AuthInvalidToken.")
@click.option(
    "--token-seconds",
    type=click.IntRange(min=1),
    default=86_400,
    show_default=True,
    metavar="N",
    help="How long a token lives.",
)
@click.option(
    "--token-limits",
    "limits_tokens",
    is_flag=True,
    help="Limit requests for tokens, as documented.",
)
@click.option(
    "--schema",
    "schema_version",
    type=click.Choice(["2026-02", "2025-05"]),
    default="2026-02",
    show_default=True,
    help="2025-05 knows no rankingMethod.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="RULE",
    help="What goes wrong: 503, or 429:share=0.1,after=5,times=3,retry-after=2. Several times.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of all dice.")
@click.option(
    "--latency",
    "latency_seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="Waited before each answer.",
)
def sandbox(
    accounts: Path | None,
    part_limit_status: str,
    auth_status: str,
    quirks: tuple[str, ...],
    **told: Any,
) -> None:
    """Serve a simulation of the API on this machine until Ctrl-C.

    Real rules, made-up stock and prices. Prints the variables that point bulkmatch to it.
    """
    from bulkmatch.sandbox import SandboxSettings, serve_forever
    from bulkmatch.sandbox.accounts import read_accounts
    from bulkmatch.sandbox.quirks import DISTORTIONS

    settings = SandboxSettings(
        apps=read_accounts(accounts) if accounts else (),
        part_limit_status=int(part_limit_status),
        auth_status=int(auth_status),
        quirks=DISTORTIONS if "all" in quirks else quirks,
        **told,
    )
    has_own = settings.catalogs or settings.recorded
    data = ", stock and prices as in the files" if has_own else ", made-up stock and prices"
    serve_forever(settings, lambda running: _announce(running, data))
    click.echo("the sandbox has stopped", err=True)


def _announce(running: "RunningSandbox", told_of_data: str) -> None:
    """The variables on stdout, to be pasted or evaluated; the rest on stderr."""
    told = f"sandbox: {running.part_count} parts{told_of_data}, at {running.api_url}"
    click.echo(f"{told}\npaste these into another terminal; Ctrl-C stops the sandbox", err=True)
    click.echo(f"look inside: {running.api_url.removesuffix('/graphql')}/sandbox", err=True)
    variables = {
        "NEXAR_API_URL": running.api_url,
        "NEXAR_TOKEN_URL": running.token_url,
        "NEXAR_CLIENT_ID": running.client_id,
        "NEXAR_CLIENT_SECRET": running.client_secret,
        "NEXAR_USER_TOKEN": running.user_token,
        "BULKMATCH_SOURCE": "sandbox",
    }
    for name, value in variables.items():
        click.echo(f"export {name}={value}")
