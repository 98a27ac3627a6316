"""How good a plan could be at best: bounds from prices of tasks, at every size.

Each task gets a price for its service. A row of the shift table, left alone with these prices, takes the day plan that is
worth most; what all rows take, and what tasks are worth beyond their prices, is never less than what any plan is worth
(Lagrange; for any prices). Starts of teams, lags and funds are left out, which keeps the bound valid. Good prices come from
the linear relaxation of the choice among routes found so far.
"""

from collections.abc import Callable, Iterable

from matching.policy import MILLION, Level
from matching.solvers.bounds.case import Bound, Case
from matching.solvers.bounds.layout import FloatArray, Route
from matching.solvers.bounds.loading import load, loaded
from matching.solvers.instance import Instance, Solution
from matching.solvers.levels import Scale

__all__ = ["Bound", "Route", "bound_cost", "bound_service", "least_weight", "load", "loaded"]


def never(_value: int) -> bool:
    """No value is near enough."""
    return False


def in_time() -> bool:
    """There is time for whatever has begun."""
    return False


def bound_service(
    instance: Instance,
    known: Solution,
    *,
    out: Callable[[], bool],
    pool: Iterable[Route] = (),
    prices: FloatArray | None = None,
    near: Callable[[int], bool] = never,
    late: Callable[[], bool] = in_time,
) -> Bound:
    """Upper bound of the weight (`Scale`) that any plan serves.

    `known`: a plan; `pool`: routes that may be good; `prices` (of each task, as weights) to begin with. It ends when `out`
    says so, which is asked equally often for equal input, when a value is `near` enough, or when nothing gets better.
    `late` is asked while something long runs: whether the clock allows no more of it.
    """
    served = Scale.of(instance).value(instance, known)
    case = Case(instance, known, "service", served, out, late)
    if served >= case.total or not case.ready:
        return case.answer(case.total)
    case.improve(pool, prices, lambda bound: case.weight(bound) <= served or near(case.weight(bound)))
    return case.answer(min(case.total, max(served, case.weight(case.value))))


def bound_cost(
    instance: Instance,
    known: Solution,
    level: Level,
    *,
    out: Callable[[], bool],
    pool: Iterable[Route] = (),
    prices: FloatArray | None = None,
    near: Callable[[int], bool] = never,
    late: Callable[[], bool] = in_time,
) -> Bound:
    """Lower bound of the cost of a level, of all plans that serve at least the weight of `known` within the tolerance.

    As `bound_service`; `prices` are ticks.
    """
    case = Case(instance, known, level, least_weight(instance, known), out, late)
    if not case.ready:
        return case.answer(0)
    cost = instance.cost(known, level)
    case.improve(pool, prices, lambda bound: case.cost(bound) >= cost or near(case.cost(bound)))
    return case.answer(min(cost, case.cost(case.value)))


def least_weight(instance: Instance, known: Solution) -> int:
    """Service that later levels keep: must-serve tasks exactly, the rest within the policy's tolerance."""
    tolerance = instance.policy.tolerances[0] if instance.policy.tolerances else 0
    scale = Scale.of(instance)
    musts, value = sum(instance.must[t] for t in known), scale.value(instance, known)
    return value - (value - musts * scale.must) * tolerance // MILLION
