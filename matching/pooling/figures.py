"""What a plan gives and takes, in figures that an officer compares."""

from collections.abc import Collection

import msgspec

from matching.plan import Plan
from matching.problem import Problem

MINUTE_SECONDS = 60


class Figures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plan for everything that is asked for; minutes are rounded up.

    `helper_minutes`: time of helpers, `service_minutes` and `travel_minutes` together. `walk_minutes`: ways of residents to
    venues, one way. `home_served`: of those who keep their home visit, how many are served.
    """

    served: int
    points: int
    home_served: int
    helper_minutes: int
    service_minutes: int
    travel_minutes: int
    walk_minutes: int


def figures(problem: Problem, plan: Plan, home: Collection[str]) -> Figures:
    """Figures of a plan; `home`: tasks (ids) that keep their visit."""
    service, travel = plan.terms.get("service_ticks", 0), plan.terms.get("travel_ticks", 0)
    served = {assignment.task for assignment in plan.assignments}
    return Figures(
        served=plan.terms.get("served", 0),
        points=plan.terms.get("points", 0),
        home_served=len(served.intersection(home)),
        helper_minutes=_minutes(problem, service + travel),
        service_minutes=_minutes(problem, service),
        travel_minutes=_minutes(problem, travel),
        walk_minutes=_minutes(problem, plan.terms.get("walk_ticks", 0)),
    )


def better(fair: Figures, visits: Figures) -> bool:
    """More people or less of helpers' time, and nobody pays for it: as many, as urgent, and no home visit less."""
    kept = fair.served >= visits.served and fair.points >= visits.points
    gained = fair.served > visits.served or fair.helper_minutes < visits.helper_minutes
    return kept and gained and fair.home_served >= visits.home_served


def _minutes(problem: Problem, ticks: int) -> int:
    return -(-ticks * problem.horizon.tick_seconds // MINUTE_SECONDS)
