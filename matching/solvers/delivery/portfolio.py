"""Search, bounds and the exact model of delivery rounds, one after the other within a budget."""

from collections.abc import Callable

import numpy as np

from matching.plan import Route
from matching.policy import MILLION, Policy
from matching.problem import Problem
from matching.solvers.budget import Budget
from matching.solvers.delivery import layout as at
from matching.solvers.delivery.bounding import Bounder, cost_bound, points_bound
from matching.solvers.delivery.case import Case
from matching.solvers.delivery.search import Search
from matching.solvers.delivery.smallest import SMALLEST
from matching.solvers.delivery.writing import values, written
from matching.stop import Stop

ITEMS_OF_WORK = 1_500_000
"""Rounds of a lane, times deliveries, that count as one unit of deterministic work, about a second."""

FEW_ITEMS = 40
HALF = 0.5
"""Share of the time for bounds that goes to points, where cost is bounded, too."""

DEFAULT_WORK = 10.0
"""Units of work where nothing limits a search."""

SEARCHING = 0.65
"""Share of what is left for the search; the rest is for bounds."""

Answer = tuple[tuple[Route, ...], int, int, int, int, bool]


def run(
    problem: Problem,
    policy: Policy,
    budget: Budget,
    *,
    seed: int,
    lanes: int,
    skip: frozenset[str],
    tell: Callable[[str], None] | None,
) -> Answer:
    """Plan deliveries; see `Delivered`."""
    case = Case(problem, policy, skip, budget.out)
    if not case.rows or not len(case.model.pair):
        most = _most(case)
        return (), 0, most, 0, 0, most == 0
    search = Search(case, seed=seed, lanes=lanes)
    try:
        _search(search, budget, tell)
    except KeyboardInterrupt:
        budget.interrupted = True
    return _answer(search, budget, lanes)


def _most(case: Case) -> int:
    """Points of all that anybody could bring, one delivery of each need; and of what was not looked at."""
    found: dict[int, int] = {}
    for i in sorted(set(np.nonzero(case.model.lookup >= 0)[0].tolist())):
        need = int(case.model.item[i, at.NEED])
        found[need] = max(found.get(need, 0), case.deliveries[i].priority)
    return sum(found.values()) + sum(d.priority for d in case.unseen)


def _answer(search: Search, budget: Budget, lanes: int) -> Answer:
    """The best routes, and what is proven of them."""
    case, visits = search.case, search.best()
    weight, points, cost, travel = values(case, visits)
    most, least = _most(case), 0
    everything = weight >= search.possible() and not case.unseen
    bounder = Bounder(case, budget, lanes)
    if bounder.ready and not budget.out():
        if not everything:
            most = min(most, points_bound(bounder, points, most, HALF if _costs(case) else 1.0))
        if _costs(case) and points > 0:
            kept = points - points * _tolerance(case) // MILLION
            everything &= kept == points
            least = cost_bound(bounder, visits, kept, travel, everything=everything)
    return written(case, visits), points, most, cost, min(least, cost), points == most and cost <= least


def _costs(case: Case) -> bool:
    """Whether the policy has a level of cost."""
    return len(case.policy.levels) > 1


def _tolerance(case: Case) -> int:
    """Parts per million of the points that later levels may give up."""
    return case.policy.tolerances[0] if case.policy.tolerances else 0


def _search(search: Search, budget: Budget, tell: Callable[[str], None] | None) -> None:
    """Search for a share of what is left, by the clock or by rounds."""
    items, left = max(FEW_ITEMS, len(search.case.deliveries)), budget.left()
    begun, seconds = budget.elapsed, None if left is None else left * SEARCHING
    limits = [] if budget.work is None else [int(budget.work * SEARCHING * ITEMS_OF_WORK / items)]
    limits += [] if budget.stop.iterations is None else [budget.stop.iterations]
    if not limits and seconds is None:
        limits = [int(DEFAULT_WORK * ITEMS_OF_WORK / items)]
    most = min(limits, default=None)
    budget.improved()
    told = search.value

    def share(rounds: int) -> float:
        if budget.out() or most == 0:
            return 1.0
        by_rounds = 0.0 if most is None else rounds / most
        by_clock = 0.0 if seconds is None else (budget.elapsed - begun) / max(seconds, 1e-9)
        return max(by_rounds, by_clock)

    def better() -> None:
        nonlocal told
        if search.value > told:
            told = search.value
            budget.improved()
            if tell is not None:
                tell(f"deliveries: {search.rounds:,} rounds")

    search.run(share, most, better)
    budget.spend(search.rounds * items / ITEMS_OF_WORK)


_done: list[bool] = []


def loaded() -> bool:
    """Whether the compiled code is ready."""
    return bool(_done)


def load() -> None:
    """Make it ready, once for all instances, by solving the smallest problem."""
    if not _done:
        stop = Stop(deterministic=1, iterations=2)
        budget = Budget(stop, seed=1, deterministic=True)
        run(SMALLEST, Policy(), budget, seed=1, lanes=1, skip=frozenset(), tell=None)
        _done.append(True)
