"""`bulkmatch config show`: each setting's value and where it came from, secrets masked."""

from pathlib import Path

import click

from bulkmatch.cli.options import config_option, json_option
from bulkmatch.cli.setting import Setting, show
from bulkmatch.cli.settings import SETTINGS
from bulkmatch.cli.sources import Sourced, Surroundings


@click.group()
def config() -> None:
    """Show the settings."""


@config.command(
    "show", epilog="\b\nExample:\n  NEXAR_API_URL=https://my.host/graphql bulkmatch config show\n"
)
@config_option
@json_option
def show_command(config: Path | None, *, as_json: bool) -> None:
    """Print each setting's value and where it came from; secrets are masked.

    Defaults give way to bulkmatch.toml, that to .env, that to the environment, that to flags.
    """
    from bulkmatch.cli.assemble import located
    from bulkmatch.cli.credentials import with_keyring
    from bulkmatch.cli.sources import gather

    values, note = with_keyring(located(gather(Surroundings.here(), config=config, flags={})))
    if note:
        click.echo(f"note: {note}", err=True)
    rows = [(setting, values[setting.name]) for setting in SETTINGS]
    click.echo(_as_json(rows) if as_json else _as_table(rows))


def masked(setting: Setting, sourced: Sourced) -> str:
    """The value as people may see it: of an id its first characters, of a secret nothing."""
    if not setting.secret or sourced.value is None:
        return show(sourced.value)
    return f"{str(sourced.value)[:4]}…" if setting.name == "client_id" else "(set, not shown)"


def _as_json(rows: list[tuple[Setting, Sourced]]) -> str:
    import json

    return json.dumps(
        {setting.name: _facts(setting, sourced) for setting, sourced in rows}, indent=2
    )


def _facts(setting: Setting, sourced: Sourced) -> dict[str, object]:
    value = sourced.value
    plain = masked(setting, sourced) if setting.secret or isinstance(value, Path) else value
    return {
        "value": None if value is None else plain,
        "from": sourced.origin.layer,
        "where": sourced.origin.where,
        "environment": setting.env,
    }


def _as_table(rows: list[tuple[Setting, Sourced]]) -> str:
    """Aligned text; nothing is cut, so that it can be copied and searched."""
    cells = [
        (setting.name, masked(setting, sourced), str(sourced.origin)) for setting, sourced in rows
    ]
    widths = [min(48, max(len(row[column]) for row in cells)) for column in (0, 1)]
    return "\n".join(
        f"{name:<{widths[0]}}  {value:<{widths[1]}}  {where}" for name, value, where in cells
    )
