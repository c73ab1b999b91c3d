"""`bulkmatch makers`: who a maker's name means, and the API's own list of makers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkmatch.cli.exits import Exit
from bulkmatch.cli.options import config_option, json_option
from bulkmatch.cli.sources import Surroundings
from bulkmatch.errors import SettingsError

if TYPE_CHECKING:
    from bulkmatch.core.makers import Makers, Resolution


@click.group()
def makers() -> None:
    """Tell who a maker's name means; fetch the API's own list of makers."""


@makers.command(
    epilog='\b\nExamples:\n  bulkmatch makers resolve TI "ON Semiconductor / Fairchild"\n'
    "  bulkmatch makers resolve Atmel --json\n"
)
@click.argument("names", nargs=-1, required=True)
@json_option
@config_option
def resolve(names: tuple[str, ...], config: Path | None, *, as_json: bool) -> None:
    """Tell who NAMES mean, how we know, and under which names the API is asked.

    Uses the pulled list while it may be kept, and our own table. Exits with 1 when a name is not
    known or has several meanings: such a name is sent as it is.
    """
    known = _known(config)
    found = [known.resolve(name) for name in names]
    if as_json:
        click.echo(_as_json(known, found))
    else:
        click.echo("\n\n".join(_as_text(known, resolution) for resolution in found))
    if any(resolution.maker is None for resolution in found):
        click.get_current_context().exit(Exit.REVIEW)


@makers.command(epilog="\b\nExamples:\n  bulkmatch makers pull\n")
@config_option
def pull(config: Path | None) -> None:
    """Fetch the API's own list of makers. Logs in; costs no parts.

    It is kept for as long as answers are (`retention`, 24 hours by default), and used by every run.
    """
    import time
    from datetime import UTC, datetime

    import anyio

    from bulkmatch.cli.assemble import live
    from bulkmatch.store import PulledMakers, save_makers
    from bulkmatch.wire.maker_list import pull_makers

    settings = live(Surroundings.here(), config=config, flags={})
    if settings.maker_list is None:
        raise SettingsError("maker_list names no file to keep the list in")
    found = anyio.run(pull_makers, settings)
    if not found:
        raise SettingsError(f"{settings.api_url} lists no makers; nothing was kept")
    pulled_at = datetime.fromtimestamp(time.time(), UTC)
    save_makers(settings.maker_list, PulledMakers(pulled_at, settings.api_url, found))
    count = sum(len(maker.aliases) for maker in found)
    click.echo(f"{len(found)} makers with {count} other names: {settings.maker_list}", err=True)


def _known(config: Path | None) -> "Makers":
    """All that is known of makers' names; needs no credentials."""
    from datetime import UTC, datetime

    from bulkmatch.cli.assemble import located
    from bulkmatch.cli.sources import gather
    from bulkmatch.store import load_makers, makers_of

    values = located(gather(Surroundings.here(), config=config, flags={}))
    pulled = load_makers(
        values.maybe("maker_list", Path),
        source=values.take("api_url", str),
        now=datetime.now(UTC),
        retention=values.take("retention", float),
    )
    return makers_of(pulled)


def _as_text(known: "Makers", resolution: "Resolution") -> str:
    """What there is to say of a name, a line each."""
    from bulkmatch.cli.screen import clean

    told = [
        ("maker", " or ".join(resolution.makers) or "-"),
        ("how", str(resolution.how)),
        *(("taken over", _story(takeover)) for takeover in _stories(resolution)),
        ("asked as", ", then ".join(known.names_to_ask(resolution.written))),
    ]
    lines = [f"  {label:<12}{clean(text).plain}" for label, text in told]
    return "\n".join([clean(resolution.written).plain, *lines])


def _as_json(known: "Makers", found: "list[Resolution]") -> str:
    import json

    told = [
        {
            "name": resolution.written,
            "maker": resolution.maker,
            "makers": list(resolution.makers),
            "how": resolution.how.name.lower(),
            "taken_over": _stories(resolution),
            "asked_as": list(known.names_to_ask(resolution.written)),
        }
        for resolution in found
    ]
    return json.dumps(told, indent=2, ensure_ascii=False)


def _stories(resolution: "Resolution") -> list[dict[str, str | int]]:
    return [
        {"name": t.name, "successor": t.successor, "year": t.year, "source": t.source}
        for t in resolution.takeovers
    ]


def _story(takeover: dict[str, str | int]) -> str:
    return "{name} went to {successor} in {year} ({source})".format_map(takeover)
