"""The one way in: compose the solvers, check the answer, return the plan."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import get_args

import msgspec

from matching.assemble import assemble
from matching.errors import OptionsError, PlanError
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Problem
from matching.progress import Found, Progress, Status
from matching.rules import check
from matching.solvers.budget import Budget, Clock
from matching.solvers.mixed.needs import plain
from matching.solvers.mixed.search import Mixed
from matching.solvers.mixed.write import written
from matching.solvers.portfolio.stages import SolverName, search
from matching.solvers.portfolio.state import State
from matching.solvers.portfolio.warm import known
from matching.solvers.territory.wide import Wide
from matching.stop import Stop

DEFAULT_POLICY = Policy()
MAX_SEED = 2**31 - 1
PROCESSES = 2
"""How much runs at once, unless the caller says otherwise: never what the machine has, which would change plans."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A checked plan. `status`: optimal (every level proven), feasible, or interrupted (before that).

    `found`: each better plan on the way, and which part of the solver found it.
    """

    plan: Plan
    seconds: float
    status: Status
    log: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()


def solve(
    problem: Problem,
    policy: Policy = DEFAULT_POLICY,
    *,
    stop: Stop,
    seed: int = 0,
    solver: SolverName = "auto",
    deterministic: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    warm_start: Plan | None = None,
    cancelled: Callable[[], bool] | None = None,
    processes: int = PROCESSES,
    clock: Clock = monotonic,
) -> Result:
    """Match; the plan has passed `rules.check`, or `PlanError` is raised.

    Deterministic mode counts work instead of seconds, and gives the same bytes for the same content. If it takes absurdly
    long by the clock (`budget.SAFETY_SECONDS`), it raises `SafetyError`: a plan cut short would differ.
    `warm_start`: a plan, perhaps of an older problem; what still holds of it is where the search begins.
    `cancelled` is asked often, and should be quick. Once it says yes, or at an interrupt (Ctrl-C) at any moment, the best
    plan so far is returned; a second interrupt is raised. `processes`: threads of a search, or processes that solve the
    parts of a large round.
    """
    if solver not in get_args(SolverName):
        raise OptionsError(f"Unknown solver {solver!r}")
    if not 0 <= seed <= MAX_SEED:
        raise OptionsError(f"seed: expected a number from 0 to {MAX_SEED}, got {seed}")
    if processes < 1:
        raise OptionsError(f"processes: expected a number from 1, got {processes}")
    budget = Budget(stop, seed=seed, deterministic=deterministic, clock=clock, cancelled=cancelled)
    if not plain(problem):
        return _all_shapes(
            problem,
            policy,
            budget,
            on_progress,
            solver=solver,
            warm_start=warm_start,
            processes=processes,
        )
    state = _state(problem, policy, budget, on_progress)
    try:
        warm = None if warm_start is None else known(state.instance, warm_start)
        search(state, solver, warm, processes)
    except KeyboardInterrupt:
        budget.interrupted = True
    try:
        plan = _plan(state, seed)
    except KeyboardInterrupt:
        budget.interrupted = True
        plan = _plan(state, seed)
    state.tell("done", None, plan.summary().splitlines()[0])
    return Result(
        plan=plan,
        seconds=budget.elapsed,
        status=_status(plan, budget),
        log=tuple(state.log),
        found=tuple(state.found),
    )


def _all_shapes(
    problem: Problem,
    policy: Policy,
    budget: Budget,
    listener: Callable[[Progress], None] | None,
    *,
    solver: SolverName,
    warm_start: Plan | None,
    processes: int,
) -> Result:
    """Visits, deliveries and sessions in one plan."""
    build = partial(Mixed, problem, policy, budget, solver=solver, processes=processes)
    try:
        mixed = build(listener)
    except KeyboardInterrupt:
        budget.interrupted = True
        mixed = build(None)
    try:
        mixed.run(warm_start)
    except KeyboardInterrupt:
        budget.interrupted = True
    try:
        plan = _checked(written(mixed, budget.seed), problem, policy)
    except KeyboardInterrupt:
        budget.interrupted = True
        plan = _checked(written(mixed, budget.seed), problem, policy)
    mixed.tell("done", plan.summary().splitlines()[0])
    return Result(
        plan=plan,
        seconds=budget.elapsed,
        status=_status(plan, budget),
        log=tuple(mixed.log),
        found=tuple(mixed.found),
    )


def _state(
    problem: Problem,
    policy: Policy,
    budget: Budget,
    listener: Callable[[Progress], None] | None,
) -> State:
    """Nothing is served yet. Interrupted while looking for candidates: nobody looked at, and nothing will be."""
    try:
        instance = Wide(problem, policy, budget.out)
    except KeyboardInterrupt:
        budget.interrupted = True
        instance = Wide(problem, policy, budget.out)
    state = State(instance, budget, listener)
    try:
        state.note("candidates", f"{len(instance.pairs.task)} possible visits")
    except KeyboardInterrupt:
        budget.interrupted = True
    return state


def _plan(state: State, seed: int) -> Plan:
    """The best plan so far, checked."""
    plan = assemble(state.instance, state.best, state.reports, solver=state.part, seed=seed)
    return _checked(plan, state.instance.problem, state.instance.policy)


def _checked(plan: Plan, problem: Problem, policy: Policy) -> Plan:
    violations = check(problem, plan, policy)
    if violations:
        raise PlanError(f"The {plan.solver} solver broke a rule: {violations[0]}")
    return plan


def _status(plan: Plan, budget: Budget) -> Status:
    if all(level.status == "optimal" for level in plan.levels):
        return "optimal"
    return "interrupted" if budget.interrupted else "feasible"


__all__ = ["Found", "Progress", "Result", "SolverName", "solve"]
