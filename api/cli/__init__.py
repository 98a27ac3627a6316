"""The command line. Heavy parts are imported by the command that needs them, so that `--help` answers at once."""

import typer

from api.cli import matching, rounds, seeding, serving
from api.cli.demo import demo

app = typer.Typer(
    name="linli",
    help=(
        "Linli 邻里: neighbourhood services, matched by a constraint solver that shows its reasons.\n\n"
        "Start with [bold]linli demo[/bold]: one street's day on http://127.0.0.1:8080. "
        "Have a routing problem of your own? [bold]linli match PROBLEM.json -o PLAN.json[/bold]."
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(serving.migrate)
app.command()(seeding.seed)
app.add_typer(rounds.app, name="round")
app.command()(matching.match)
app.command()(matching.check)
app.command()(serving.openapi)


def main() -> None:
    """Run `linli`."""
    app()
