"""One run of CP-SAT under a budget, with its status read before its values."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from ortools.sat.python import cp_model

from matching.solvers.budget import Limits

WORKERS = 2
ENGINES = ("max_lp", "default_lp")
ALL_CUTS = 2
"""What searches side by side, and how much of the model goes into the linear relaxation."""

WORK = 2.5
"""Our units of work (about a second) for each unit of the engine's deterministic time."""

LOOK_SECONDS = 0.1
"""How often a running search is asked whether it should end."""


class Answer(NamedTuple):
    """`found`: a solution can be read from `solver`. `bound` is None where the search gave none."""

    solver: cp_model.CpSolver
    found: bool
    proven: bool
    bound: int | None
    work: float


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells each improvement; an exception of the listener ends the search and is raised afterwards."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        super().__init__()
        self.tell = tell
        self.error: BaseException | None = None

    def on_solution_callback(self) -> None:
        try:
            self.tell(round(self.objective_value), round(self.best_objective_bound))
        except BaseException as error:  # noqa: BLE001 - must not cross the border of the engine
            self.error = error
            self.stop_search()


def run(
    model: cp_model.CpModel,
    limits: Limits,
    tell: Callable[[int, int], None],
    out: Callable[[], bool] = lambda: False,
    gap_ppm: int = 0,
    *,
    one_lane: bool = False,
) -> Answer:
    """Solve until `out`, or until value and bound are as near as `gap_ppm`; `one_lane` proves, with probing beforehand.

    An interrupt (Ctrl-C) ends the search and is raised; so does a model that the engine calls infeasible.
    """
    solver = cp_model.CpSolver()
    _set(solver, limits, one_lane=one_lane)
    solver.parameters.relative_gap_limit = gap_ppm / 1_000_000
    watch = _Watch(tell)
    status = _status(solver, model, watch, out)
    if watch.error is not None:
        raise watch.error
    if status in {cp_model.INFEASIBLE, cp_model.MODEL_INVALID}:
        raise RuntimeError(f"CP-SAT calls the model {solver.status_name(status)}: {model.validate()}")
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    bound = round(solver.best_objective_bound) if found else None
    return Answer(solver, found, status == cp_model.OPTIMAL, bound, WORK * solver.deterministic_time)


def _status(
    solver: cp_model.CpSolver, model: cp_model.CpModel, watch: _Watch, out: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Search in a thread of its own, so that this one can be interrupted and can look at the clock."""
    with ThreadPoolExecutor(1) as pool:
        search = pool.submit(solver.solve, model, watch)
        try:
            while wait((search,), LOOK_SECONDS).not_done and not out():
                pass
        finally:
            # A search that is just beginning does not hear the first word.
            while not search.done():
                solver.stop_search()
                wait((search,), LOOK_SECONDS)
        return search.result()


def _set(solver: cp_model.CpSolver, limits: Limits, *, one_lane: bool) -> None:
    parameters = solver.parameters
    parameters.random_seed = limits.seed
    if not one_lane:
        parameters.cp_model_probing_level = (
            0  # measured: probing circuits eats the seconds of a street's round
        )
    parameters.symmetry_level = 0
    parameters.catch_sigint_signal = False  # it is ours
    # Measured: with all cuts of the relaxation a choice among columns is proven that otherwise ends with a gap of 1 %.
    parameters.linearization_level = ALL_CUTS
    alone = one_lane or limits.deterministic
    parameters.num_workers = 1 if alone else WORKERS
    parameters.subsolvers.extend(() if alone else ENGINES)
    if limits.work is not None:
        parameters.max_deterministic_time = max(limits.work / WORK, 0.0)
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(limits.seconds, 0.0)
