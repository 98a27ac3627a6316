"""The command line. Heavy parts are imported by the command that needs them, so that `--help` answers at once."""

from importlib.metadata import version
from typing import Annotated

import typer

from api.cli import commands

app = typer.Typer(
    name="linli",
    help=(
        "Linli 邻里: neighbourhood services, matched by a constraint solver that shows its reasons.\n\n"
        "Start with [bold]linli demo[/bold]: one street's day on http://127.0.0.1:8080. "
        "Have a matching problem of your own? [bold]linli match PROBLEM.json -o PLAN.json[/bold]."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(commands.demo)
app.command()(commands.serve)
app.command()(commands.worker)
app.command()(commands.migrate)
app.command()(commands.seed)
app.add_typer(commands.rounds, name="round")
app.add_typer(commands.travel, name="travel")
app.add_typer(commands.places, name="places")
app.command()(commands.match)
app.command()(commands.check)
app.command()(commands.explain)
app.command()(commands.plot)
app.add_typer(commands.bench, name="bench")
app.command()(commands.openapi)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"linli {version('linli')}")
        raise typer.Exit


@app.callback()
def linli(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """See the help above; typer asks for a function to hang `--version` on."""


def main() -> None:
    """Run `linli`."""
    app()
