"""`linli match --from vroom`: a VROOM user's file in, VROOM's solution out."""

from collections import Counter
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import typer
from rich.columns import Columns
from rich.table import Table

from api.cli.console import REFUSED, console, errors, print_json, refuse, words
from api.cli.documents import bytes_of, write_file
from api.cli.matching import Asked, Written, require, solved
from api.cli.measuring import on_streets, show_guesses
from api.cli.plan_report import levels_table
from api.cli.plot import write_plot
from api.i18n import N_
from matching.errors import ProblemError
from matching.formats import vroom
from matching.problem import LineTravel, Problem, encode

if TYPE_CHECKING:
    from matching.plan import Plan

ESTIMATE = LineTravel()


def run_vroom(problem_file: Path, asked: Asked, written: Written, network: Path | None = None) -> None:
    """Solve a VROOM problem; write VROOM's solution, and print it (`as_json`) or tell a person about it.

    `network`: for files without matrices. With `deterministic` computing times are 0, so that the same file gives the
    same bytes. The problem document with the ways measured is our own, and so is what a page shows.
    """
    if asked.policy is not None or asked.warm_start is not None:
        refuse("--policy and --warm-start are for our own documents: VROOM's format has neither")
    begun = monotonic()
    case = _read(problem_file, network, quiet=asked.as_json)
    loading = monotonic() - begun
    if written.with_travel is not None:
        require(network)
        write_file(written.with_travel, encode(case.problem))
    _say_notices(problem_file, case, network)
    result = solved(case.problem, asked)
    times = {} if asked.deterministic else {"loading": loading, "solving": result.seconds}
    solution = vroom.solution(case, result.plan, **times)
    if written.out is not None:
        write_file(written.out, vroom.encode(solution))
    if written.plot is not None:
        write_plot(case.problem, result.plan, written.plot)
    if asked.as_json:
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
        line = f"line x {ESTIMATE.factor} + {ESTIMATE.constant_metres} m"
        notices.append(f"no matrices: ways are estimates ({line}); --network measures them along streets")
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
        console.print(levels_table(plan, case.problem.horizon.tick_seconds))
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
