"""`linli match` and `linli check`: the matching library on files."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.columns import Columns
from rich.table import Table

from api.cli.console import console, errors, print_json, progress, refuse, words
from api.cli.measuring import on_streets, said_of, show_guesses
from api.i18n import N_
from matching.errors import PlanError, ProblemError
from matching.plan import Plan, decode_plan, encode_plan
from matching.problem import Problem, decode_problem, encode
from matching.rules import check as violations_of

if TYPE_CHECKING:
    from matching.solve import Result, SolverName


TIMETABLE = 30  # visits; more than that nobody reads on a terminal


def run_match(
    problem_file: Path,
    out: Path | None,
    seconds: float,
    seed: int,
    solver: "SolverName",
    *,
    deterministic: bool,
    as_json: bool,
    network: Path | None = None,
    with_travel: Path | None = None,
) -> None:
    """Solve a problem document, write the plan, print what became of it.

    `network`: ways along its streets take the place of the document's own; `with_travel`: write the document with them.
    """
    problem = read_problem(problem_file)
    if network is not None:
        problem = on_streets(problem, network, quiet=as_json)
    if with_travel is not None:
        require(network)
        write_file(with_travel, encode(problem))
    result = solved(problem, seconds, seed, solver, deterministic=deterministic, quiet=as_json)
    if out is not None:
        write_file(out, encode_plan(result.plan))
    if as_json:
        ways = {} if network is None else {"network": said_of(problem)}
        print_json({"seconds": result.seconds, "status": result.status, "plan": result.plan, **ways})
    else:
        show_plan(problem, result.plan, result.seconds)
        show_guesses(problem)


def require(network: Path | None) -> None:
    """Refuse `--with-travel` where no network was named."""
    if network is None:
        refuse("--with-travel writes ways along streets: say on which network with --network CITY.network")


def solved(
    problem: Problem, seconds: float, seed: int, solver: "SolverName", *, deterministic: bool, quiet: bool
) -> "Result":
    """Solve with a bar for those who watch."""
    from matching.solve import solve  # noqa: PLC0415 the solver engines take a second to load
    from matching.stop import Stop  # noqa: PLC0415

    stop = Stop(deterministic=seconds) if deterministic else Stop(seconds=seconds)
    with progress(quiet=quiet) as bars:
        bar = bars.add_task(words().gettext(N_("matching")), total=100)
        return solve(
            problem,
            stop=stop,
            seed=seed,
            solver=solver,
            deterministic=deterministic,
            on_progress=lambda news: bars.update(
                bar, completed=round(news.share * 100), description=news.message
            ),
        )


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
    table = Table(title=_(N_("Violations")))
    for heading in (N_("Rule"), N_("Task"), N_("Worker"), N_("What is wrong")):
        table.add_column(_(heading))
    for violation in found:
        table.add_row(*(str(part or "") for part in violation))  # type: ignore[attr-defined]
    return table


def read_problem(path: Path) -> Problem:
    """Read a problem document or refuse with the path of the offending field."""
    try:
        return decode_problem(bytes_of(path))
    except ProblemError as error:
        refuse(f"{path}: {error}")


def read_plan(path: Path) -> Plan:
    """Read a plan document or refuse with the path of the offending field."""
    try:
        return decode_plan(bytes_of(path))
    except PlanError as error:
        refuse(f"{path}: {error}")


def bytes_of(path: Path) -> bytes:
    """Read a file or refuse with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def write_file(path: Path, content: bytes) -> None:
    """Write a file or refuse with its name."""
    try:
        path.write_bytes(content)
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def show_plan(problem: Problem, plan: Plan, seconds: float) -> None:
    """Print the summary of a plan: levels, terms, causes."""
    _ = words().gettext
    served = len(plan.assignments)
    console.print(
        _(N_("{served} of {asked} tasks served"), served=served, asked=len(problem.tasks))
        + f"  ({plan.solver}, {seconds:.1f} s)",
        style="bold",
    )
    console.print(levels_table(plan))
    totals = [f"{name.replace('_', ' ')} {value:,}" for name, value in plan.terms.items()]
    console.print(Columns(totals, padding=(0, 3)))
    if 0 < served <= TIMETABLE:
        console.print(_timetable(problem, plan))
    if plan.unserved:
        console.print(_causes(plan))


def _timetable(problem: Problem, plan: Plan) -> Table:
    _ = words().gettext
    table = Table(title=_(N_("Who comes when")), title_justify="left")
    for heading in (N_("Start"), N_("Task"), N_("People")):
        table.add_column(_(heading))
    for visit in sorted(plan.assignments, key=lambda item: (item.start, item.task)):
        table.add_row(_time(problem, visit.start), visit.task, ", ".join(visit.workers))
    return table


def _time(problem: Problem, tick: int) -> str:
    horizon = problem.horizon
    start = datetime.fromisoformat(horizon.start) + timedelta(seconds=tick * horizon.tick_seconds)
    return start.strftime("%H:%M" if horizon.days == 1 else "%m-%d %H:%M")


def levels_table(plan: Plan) -> Table:
    """Value, bound and gap of each level."""
    _ = words().gettext
    table = Table(title=_(N_("How good the plan is")), title_justify="left")
    for heading in (N_("Level"), N_("Value"), N_("Bound"), N_("Gap"), N_("Status")):
        table.add_column(_(heading), justify="right")
    for level in plan.levels:
        table.add_row(
            level.name,
            f"{level.value:,}",
            f"{level.bound:,}",
            f"{level.gap_ppm / 10_000:.2f} %",
            level.status,
        )
    return table


def _causes(plan: Plan) -> Table:
    _ = words().gettext
    table = Table(title=_(N_("Not served, and why (people per first reason)")), title_justify="left")
    table.add_column(_(N_("Task")))
    table.add_column(_(N_("Causes")))
    for item in plan.unserved[:20]:
        table.add_row(item.task, ", ".join(f"{cause.cause} {cause.count}" for cause in item.causes))
    if len(plan.unserved) > len(plan.unserved[:20]):
        table.caption = _(N_("and {n} more"), n=len(plan.unserved) - 20)
    return table
