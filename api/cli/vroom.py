"""`linli match --from vroom`: a VROOM user's file in, VROOM's solution out."""

from collections import Counter
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import typer
from rich.columns import Columns
from rich.table import Table

from api.cli.console import REFUSED, console, errors, print_json, refuse, words
from api.cli.matching import bytes_of, levels_table, require, solved, write_file
from api.cli.measuring import on_streets, show_guesses
from api.i18n import N_
from matching.errors import ProblemError
from matching.formats import vroom
from matching.problem import Problem, encode

if TYPE_CHECKING:
    from matching.plan import Plan
    from matching.solve import SolverName


def run_vroom(
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
    """Solve a VROOM problem; write VROOM's solution, and print it (`as_json`) or tell a person about it.

    `network`: for files without matrices. With `deterministic` computing times are 0, so that the same file gives the
    same bytes. `with_travel`: write our own problem document with the ways measured.
    """
    begun = monotonic()
    case = _read(problem_file, network, quiet=as_json)
    loading = monotonic() - begun
    if with_travel is not None:
        require(network)
        write_file(with_travel, encode(case.problem))
    _say_notices(problem_file, case, network)
    result = solved(case.problem, seconds, seed, solver, deterministic=deterministic, quiet=as_json)
    times = {} if deterministic else {"loading": loading, "solving": result.seconds}
    solution = vroom.solution(case, result.plan, **times)
    if out is not None:
        write_file(out, vroom.encode(solution))
    if as_json:
        print_json(solution)
    else:
        _show(case, result.plan, solution, result.seconds)
        show_guesses(case.problem)


def _read(path: Path, network: Path | None, *, quiet: bool) -> vroom.Case:
    def measure(problem: Problem) -> Problem:
        return problem if network is None else on_streets(problem, network, quiet=quiet)

    try:
        case = vroom.read(bytes_of(path), measure)
    except ProblemError as error:
        if quiet:
            print_json(vroom.failure(error))
            raise typer.Exit(REFUSED) from error
        refuse(f"{path}: {error}")
    if network is not None and case.document.tables:
        refuse(f"{path}: has matrices of its own; --network is for files with coordinates only")
    return case


def _say_notices(path: Path, case: vroom.Case, network: Path | None) -> None:
    notices = list(case.notices)
    if not case.document.tables and network is None:
        notices.append(
            "no matrices: ways are estimates (line x 1.5 + 250 m); --network measures them along streets"
        )
    for notice in notices:
        errors.print(f"{path}: {notice}", style="yellow", markup=False, soft_wrap=True)


def _show(case: vroom.Case, plan: "Plan", solution: dict[str, Any], seconds: float) -> None:
    _ = words().gettext
    summary = solution["summary"]
    asked = len(case.document.jobs)
    console.print(
        _(N_("{served} of {asked} jobs served"), served=asked - summary["unassigned"], asked=asked)
        + f"  ({plan.solver}, {seconds:.1f} s)",
        style="bold",
    )
    names = ("priority", "routes", "duration", "distance", "setup", "service", "waiting_time", "cost")
    totals = [f"{name.replace('_', ' ')} {summary[name]:,}" for name in names if name in summary]
    console.print(Columns(totals, padding=(0, 3)))
    if case.exact:
        console.print(levels_table(plan))
    if solution["unassigned"]:
        console.print(_reasons(solution["unassigned"]))


def _reasons(unassigned: list[dict[str, Any]]) -> Table:
    """How many jobs are left over for each reason."""
    _ = words().gettext
    table = Table(title=_(N_("Not served, and why")), title_justify="left")
    table.add_column(_(N_("Jobs")), justify="right")
    table.add_column(_(N_("Reason")))
    for (reason, message), count in Counter((u["reason"], u["message"]) for u in unassigned).most_common():
        table.add_row(f"{count:,}", f"{reason}: {message}")
    return table
