"""Delivery rounds alone: solved, written into a plan, and judged by the rules."""

from typing import Any

from matching.assemble import told
from matching.plan import Unserved
from matching.policy import Policy
from matching.rules import check
from matching.solvers.budget import Budget
from matching.solvers.delivery import deliver, why_undelivered
from matching.stop import Stop
from tests.matching.shaped import shaped_problems

TRAVEL = Policy()


def delivered(problem, policy=TRAVEL, *, work=0.002, seed=1, skip=frozenset(), lanes=1, **stop: Any):
    budget = Budget(Stop(deterministic=work, **stop), seed=seed, deterministic=True)
    return deliver(problem, policy, budget, seed=seed, lanes=lanes, skip=skip)


def brought(result):
    return sorted(stop.task for route in result.routes for stop in route.stops if stop.kind == "deliver")


def as_plan(problem, result, policy=TRAVEL):
    here = set(brought(result))
    missing = [d.id for d in problem.deliveries if d.id not in here]
    causes = why_undelivered(problem, missing)
    unserved = [Unserved(task=name, causes=causes[name]) for name in missing]
    return told(problem, policy, routes=result.routes, unserved=unserved, solver="delivery")


def objections(problem, result, policy=TRAVEL):
    return check(problem, as_plan(problem, result, policy), policy)


def rounds(**limits: int):
    """Random problems of deliveries alone."""
    return shaped_problems(max_tasks=0, max_gatherings=0, **{"max_deliveries": 6, "max_workers": 3, **limits})
