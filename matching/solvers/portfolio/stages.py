"""The stages of a solve in one process: construct, search locally, bound, choose among columns."""

from typing import TYPE_CHECKING, Literal

from matching.problem import Problem
from matching.solvers.greedy import greedy
from matching.solvers.instance import Solution
from matching.solvers.portfolio.bounding import bound
from matching.solvers.portfolio.engines import begin_loading, loaded, ready
from matching.solvers.portfolio.local import Local
from matching.solvers.portfolio.state import State
from matching.solvers.portfolio.warm import keeps_rules, salvage
from matching.solvers.territory import split
from matching.solvers.territory.rounds import solve_parts

if TYPE_CHECKING:
    from matching.solvers.cpsat.improve import Improve

SolverName = Literal["auto", "greedy", "local", "cpsat"]

SMALL = 25
"""Tasks up to which the exact solver begins at once."""

GREEDY_SHARE = 0.2
"""Share of the seconds after which second chances end, where a search follows."""

GREEDY_WORK = 1.3e-4
"""Units of deterministic work for each possible visit."""

SEVERAL = 60
LARGE = 600
"""Tasks above which the compiled search makes the first plan if it is loaded, and above which it is waited for."""

LOCAL_SHARE = 0.4
BOUND_SHARE = 0.25
"""Shares of the time left that the local search and then the bounds may take before the choice among columns."""

MAX_PAIRS = 8_000
WIDE_LOCAL_SHARE, WIDE_BOUND_SHARE = 0.7, 0.95
"""Possible visits beyond which a choice among columns finds nothing in time, and shares of the time left without it."""

LOAD_SHARE = 0.5
"""Share of the time left that is waited for the search where there are many tasks, and for the exact solver."""

EARLY_SHARE = 0.05
QUICK_ROUNDS, WIDE_ROUNDS = 40, 10
DOUBLINGS = 6
"""Share of the first look at bounds, rounds of the search for each task before it, and how often twice as many follow."""

MAX_ARCS = 400_000
"""Ways between visits in circuits that `auto` builds; beyond it there are columns alone, and no proof."""


def _large(problem: Problem, solver: SolverName) -> bool:
    return solver == "auto" and len(problem.tasks) > split.MOST_TASKS


def search(state: State, solver: SolverName, warm: Solution | None, processes: int) -> None:
    """As many stages as size, time and choice allow; `state` is valid after each."""
    if warm and keeps_rules(state.instance, warm):
        state.take("warm start", warm)
    if _large(state.instance.problem, solver) and solve_parts(state, warm, processes):
        return
    tasks = len(state.instance.priority)
    locally = solver == "local" or (solver == "auto" and tasks > SMALL)
    if locally:
        _load(solver)
    construct(state, solver, warm)
    if solver == "greedy" or not any(map(state.instance.possible, range(tasks))):
        return
    if state.budget.out() or state.finished:
        return
    improved = locally and ready(state, "local", state.budget.spent(LOAD_SHARE))
    if improved:
        _improve(state, solver, processes)
    if solver == "local" or (improved and _wide(state)) or state.budget.out() or state.finished:
        return
    _choose(state, solver, locally=locally)


def _choose(state: State, solver: SolverName, *, locally: bool) -> None:
    """The choice among columns."""
    if locally and not ready(state, "exact", state.budget.spent(LOAD_SHARE)):
        return
    exact = _exact(state, None if solver == "cpsat" else MAX_ARCS)
    if not locally:
        exact.relax()
    exact.full()


def _load(solver: SolverName) -> None:
    """What is loaded in a second does not wait for what takes several."""
    if solver == "local":
        begin_loading("local")
        return
    begin_loading("exact")
    begin_loading("local", "bounds")


def _improve(state: State, solver: SolverName, lanes: int) -> None:
    """Local search and bounds. A first look at bounds comes early: they may prove what there is, or be near enough."""
    local = Local(state, lanes)
    if solver == "local":
        local.improve(1.0)
        return
    instance, near = state.instance, state.budget.stop.gap_ppm is not None
    narrow = not _wide(state)
    rounds = (QUICK_ROUNDS if narrow else WIDE_ROUNDS) * len(instance.priority)
    if near or narrow:
        local.improve(LOCAL_SHARE / 4, rounds)
        bound(state, instance.policy.levels, BOUND_SHARE if near else EARLY_SHARE)
    for doubled in range(1, DOUBLINGS + 1) if near and not narrow else ():
        if state.finished or state.budget.out():
            return
        local.improve(LOCAL_SHARE, rounds << doubled)
        bound(state, instance.policy.levels, BOUND_SHARE)
    if state.finished or state.budget.out():
        return
    local.improve(LOCAL_SHARE if narrow else WIDE_LOCAL_SHARE)
    bound(state, instance.policy.levels, BOUND_SHARE if narrow else WIDE_BOUND_SHARE)


def _wide(state: State) -> bool:
    return len(state.instance.pairs.task) > MAX_PAIRS


def construct(state: State, solver: SolverName, warm: Solution | None) -> None:
    """A first plan, from one that is known if there is one: by cheapest insertion, which the search does for many tasks."""
    budget, limit = state.budget, state.budget.stop.iterations
    if solver in {"auto", "local"} and _search_constructs(state):
        if warm and not state.best:
            state.offer("greedy", salvage(state.instance, warm, budget.out))
        return
    rounds = 2 if limit is None else min(2, limit)
    enough = budget.spent(1.0 if solver == "greedy" else GREEDY_SHARE)
    known = state.best or warm
    found = greedy(state.instance, known, rounds=rounds, out_of_time=budget.out, enough=enough)
    budget.spend(GREEDY_WORK * len(state.instance.pairs.task))
    state.offer("greedy", found)
    state.note("greedy", f"{len(state.best)} tasks served")


def _search_constructs(state: State) -> bool:
    """Whether the search makes the first plan; for few tasks nobody waits for it, unless plans must not depend on that."""
    tasks, budget = len(state.instance.priority), state.budget
    if tasks > LARGE or (tasks > SEVERAL and budget.deterministic):
        return ready(state, "local", budget.spent(LOAD_SHARE))
    return tasks > SEVERAL and loaded("local")


def _exact(state: State, max_arcs: int | None) -> "Improve":
    # ortools takes a second to import and must stay out of the web process.
    from matching.solvers.cpsat.improve import Improve  # noqa: PLC0415

    return Improve(state, max_arcs=max_arcs)
