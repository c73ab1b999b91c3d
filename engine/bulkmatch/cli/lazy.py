"""A group whose commands are imported when they are used, and the door that errors leave by."""

import os
import traceback
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import ClassVar

import click

from bulkmatch.cli.exits import Exit, exit_of
from bulkmatch.errors import EngineError


class LazyGroup(click.Group):
    """`commands_at` names each command's place as `module:attribute`."""

    commands_at: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self.commands_at.get(cmd_name)
        if place is None:
            return self._imported(ctx, cmd_name)
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command), place
        return command

    def _imported(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command that was added, else an error that names the one that may be meant."""
        found = super().get_command(ctx, name)
        near = get_close_matches(name, self.commands_at, n=1)
        if found is None and near:
            raise click.UsageError(f"no such command {name!r}; did you mean {near[0]}?", ctx)
        return found


class Program(LazyGroup):
    """The whole program: what goes wrong in a command becomes one message and an exit code."""

    commands_at: ClassVar[Mapping[str, str]] = {
        "enrich": "bulkmatch.cli.enrich:enrich",
        "review": "bulkmatch.cli.review:review",
        "decisions": "bulkmatch.cli.decisions:decisions",
        "audit": "bulkmatch.cli.audit:audit",
        "diff": "bulkmatch.cli.diff:diff",
        "policy": "bulkmatch.cli.policy:policy",
        "inspect": "bulkmatch.cli.inspect:inspect",
        "budget": "bulkmatch.cli.budget:budget",
        "plan": "bulkmatch.cli.plan:plan",
        "schema": "bulkmatch.cli.schema:schema",
        "sandbox": "bulkmatch.cli.sandbox:sandbox",
        "datafeed": "bulkmatch.cli.datafeed:datafeed",
        "makers": "bulkmatch.cli.makers:makers",
        "config": "bulkmatch.cli.config:config",
    }

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(Exit.INTERRUPTED)
        except Exception as error:  # noqa: BLE001 - the outermost door: all that is left ends here
            ctx.exit(_told(error))


def _told(error: Exception) -> Exit:
    """Tell a person about an error; return the code to end with."""
    ours = expected(error)
    if ours is None or os.environ.get("BULKMATCH_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    if ours is None:
        click.echo("error: this is a defect of bulkmatch; please report the lines above", err=True)
        return Exit.DEFECT
    click.echo(f"error: {ours}", err=True)
    return exit_of(ours)


def expected(error: BaseException) -> EngineError | None:
    """The error raised on purpose that stands behind `error`, None when it is a defect.

    Task groups wrap what their tasks raise; a group counts when all that is in it was on purpose.
    """
    if isinstance(error, EngineError):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    found = [expected(inner) for inner in error.exceptions]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType, reportUnknownArgumentType]
    return found[0] if all(found) else None
