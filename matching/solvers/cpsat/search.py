"""One run of CP-SAT under a budget, with its status read before its values."""

from collections.abc import Callable
from typing import NamedTuple

from ortools.sat.python import cp_model

from matching.solvers.budget import Limits

WORKERS = 2


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


def run(model: cp_model.CpModel, limits: Limits, tell: Callable[[int, int], None]) -> Answer:
    """Solve; raises where the engine calls a model infeasible that has an answer."""
    solver = cp_model.CpSolver()
    _set(solver, limits)
    watch = _Watch(tell)
    status = solver.solve(model, watch)
    if watch.error is not None:
        raise watch.error
    if status in {cp_model.INFEASIBLE, cp_model.MODEL_INVALID}:
        raise RuntimeError(f"CP-SAT calls the model {solver.status_name(status)}: {model.validate()}")
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    bound = round(solver.best_objective_bound) if found else None
    return Answer(solver, found, status == cp_model.OPTIMAL, bound, solver.deterministic_time)


def _set(solver: cp_model.CpSolver, limits: Limits) -> None:
    parameters = solver.parameters
    parameters.random_seed = limits.seed
    parameters.cp_model_probing_level = 0  # measured: probing circuits eats the seconds of a street's round
    parameters.symmetry_level = 0
    parameters.num_workers = 1 if limits.deterministic else WORKERS
    if limits.work is not None:
        parameters.max_deterministic_time = max(limits.work, 0.0)
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(limits.seconds, 0.0)
