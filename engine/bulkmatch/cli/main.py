"""The command `bulkmatch`. Imports nothing heavy: each command imports what it uses, when it runs."""

import click

from bulkmatch.cli.lazy import Program

_EPILOG = """\b
Begin with:
  bulkmatch enrich bom.csv -o out.xlsx --dry-run   what it would cost
  bulkmatch enrich bom.csv -o out.xlsx             ask, match, write

Without credentials an embedded sandbox answers, and says so.
"""


@click.group(
    cls=Program,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="bulkmatch", message="%(prog)s %(version)s")
def cli() -> None:
    """Match part numbers in bulk on the Nexar (Octopart) API.

    With the fewest charged parts, never over a budget, nothing lost, nothing paid twice.
    """


def main() -> None:
    """Run the program and exit with its code."""
    cli(prog_name="bulkmatch")
