"""`linli match` and `linli check`: the matching library on files."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.table import Table

from api.cli.console import console, errors, print_json, progress, refuse, words
from api.cli.documents import read_plan, read_policy, read_problem, write_file
from api.cli.measuring import on_streets, said_of, show_guesses
from api.cli.plan_report import show_result
from api.cli.plan_tables import PlainTable
from api.cli.plot import write_plot
from api.i18n import N_
from matching.errors import OptionsError
from matching.plan import encode_plan
from matching.policy import Policy
from matching.problem import Problem, encode
from matching.rules import check as violations_of

if TYPE_CHECKING:
    from matching.solve import Result, SolverName
    from matching.stop import Stop


class Asked(NamedTuple):
    """How to search: options of `linli match` that hold for every format. `gap`: per cent at which to stop."""

    seconds: float
    seed: int
    solver: "SolverName"
    deterministic: bool
    gap: float | None = None
    policy: Path | None = None
    warm_start: Path | None = None
    as_json: bool = False


class Written(NamedTuple):
    """Files to write: the plan, a page that shows it, and the problem with the ways that were measured."""

    out: Path | None = None
    plot: Path | None = None
    with_travel: Path | None = None


def run_match(problem_file: Path, asked: Asked, written: Written, network: Path | None = None) -> None:
    """Solve a problem document, write the plan, print what became of it.

    `network`: ways along its streets take the place of the document's own.
    """
    problem = read_problem(problem_file)
    if network is not None:
        problem = on_streets(problem, network, quiet=asked.as_json)
    if written.with_travel is not None:
        require(network)
        write_file(written.with_travel, encode(problem))
    result = solved(problem, asked)
    if written.out is not None:
        write_file(written.out, encode_plan(result.plan))
    if written.plot is not None:
        write_plot(problem, result.plan, written.plot)
    if asked.as_json:
        ways = {} if network is None else {"network": said_of(problem)}
        print_json({"seconds": result.seconds, "status": result.status, "plan": result.plan, **ways})
    else:
        show_result(problem, result)
        show_guesses(problem)


def require(network: Path | None) -> None:
    """Refuse `--with-travel` where no network was named."""
    if network is None:
        refuse("--with-travel writes ways along streets: say on which network with --network CITY.network")


def solved(problem: Problem, asked: Asked) -> "Result":
    """Solve with a bar for those who watch."""
    from matching.solve import solve  # noqa: PLC0415 the solver engines take a second to load

    policy = Policy() if asked.policy is None else read_policy(asked.policy)
    warm_start = None if asked.warm_start is None else read_plan(asked.warm_start)
    with progress(quiet=asked.as_json) as bars:
        bar = bars.add_task(words().gettext(N_("matching")), total=100)
        try:
            return solve(
                problem,
                policy,
                stop=_stop(asked),
                seed=asked.seed,
                solver=asked.solver,
                deterministic=asked.deterministic,
                warm_start=warm_start,
                on_progress=lambda news: bars.update(
                    bar, completed=round(news.share * 100), description=news.message
                ),
            )
        except OptionsError as error:
            refuse(str(error))


def _stop(asked: Asked) -> "Stop":
    from matching.stop import Stop  # noqa: PLC0415

    gap = None if asked.gap is None else round(asked.gap * 10_000)
    if asked.deterministic:
        return Stop(deterministic=asked.seconds, gap_ppm=gap)
    return Stop(seconds=asked.seconds, gap_ppm=gap)


def run_check(problem_file: Path, plan_file: Path, *, as_json: bool) -> None:
    """Print every violation; leaves with 1 if there is one."""
    problem = read_problem(problem_file)
    found = violations_of(problem, read_plan(plan_file))
    if as_json:
        print_json([violation._asdict() for violation in found])
    elif found:
        errors.print(_violations(found))
    else:
        console.print(words().gettext(N_("No rule is violated.")), style="green")
    raise typer.Exit(1 if found else 0)


def _violations(found: tuple[object, ...]) -> Table:
    _ = words().gettext
    table = PlainTable(title=_(N_("Violations")))
    for heading in (N_("Rule"), N_("Task"), N_("Worker"), N_("What is wrong")):
        table.add_column(_(heading))
    for violation in found:
        table.add_row(*(str(part or "") for part in violation))  # type: ignore[attr-defined]
    return table
