"""CP-SAT as this model wants it: everything in its linear relaxation, which is nearly whole here, on one lane that proves.

Measured on 500 children and 60 occasions: the default of the engine, which spreads two lanes over searches without a full
relaxation, had a gap of 80 % after 15 s; this proves service and cost in 6 to 12 s of one core. With 1,000
children a second lane (of reduced costs, or of neighbourhoods) only took time away from the first.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from ortools.sat.python import cp_model

from matching.solvers.budget import Limits
from matching.solvers.cpsat.search import LOOK_SECONDS, WORK, Answer

FULL = 2
"""Everything that can be is part of the linear relaxation."""


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


def search(
    model: cp_model.CpModel,
    limits: Limits,
    tell: Callable[[int, int], None],
    out: Callable[[], bool],
    gap_ppm: int = 0,
) -> Answer:
    """Solve until `out`, or until value and bound are as near as `gap_ppm`; an interrupt ends the search and is raised."""
    solver = cp_model.CpSolver()
    _set(solver, limits)
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
        running = pool.submit(solver.solve, model, watch)
        try:
            while wait((running,), LOOK_SECONDS).not_done and not out():
                pass
        finally:
            # A search that is just beginning does not hear the first word.
            while not running.done():
                solver.stop_search()
                wait((running,), LOOK_SECONDS)
        return running.result()


def _set(solver: cp_model.CpSolver, limits: Limits) -> None:
    parameters = solver.parameters
    parameters.random_seed = limits.seed
    parameters.symmetry_level = 0
    parameters.catch_sigint_signal = False  # it is ours
    parameters.linearization_level = FULL
    parameters.num_workers = 1
    if limits.work is not None:
        parameters.max_deterministic_time = max(limits.work / WORK, 0.0)
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(limits.seconds, 0.0)
