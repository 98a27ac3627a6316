"""The solver-free truth: one named function per hard rule, and `check`, which reads only these.

No solver shares code with this package. A plan with a violation is never published.
"""

from collections.abc import Callable, Iterator

from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Problem
from matching.rules.case import Case, Violation
from matching.rules.causes import CAUSE_TEXT, CAUSES
from matching.rules.deliveries import capacity, depot, depot_ready, depot_units, fresh
from matching.rules.gatherings import (
    consent,
    free,
    min_seats,
    seat_once,
    staff,
    step_free,
    venue_free,
    venue_open,
    venue_seats,
    venue_use,
    waiting,
    walk_limit,
)
from matching.rules.load import provider_day_cap, provider_week_cap, worker_day_cap, worker_week_cap
from matching.rules.needs import alternative
from matching.rules.references import references
from matching.rules.report import reported, routes_match, same_problem, travel_true
from matching.rules.team import atomic_team, experienced, funding, headcount, price_cap, two_adults
from matching.rules.terms import levels_true, terms_true
from matching.rules.when import inside_shift, leg_limit, precedence, start_in_window, within_reach
from matching.rules.who import (
    forbidden,
    gender,
    language,
    pinned,
    provider_admitted,
    provider_kind,
    qualification_valid,
    refused,
    skill_level,
)

__all__ = ["CAUSES", "CAUSE_TEXT", "RULES", "Violation", "check"]

RULES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    same_problem,
    reported,
    routes_match,
    provider_admitted,
    provider_kind,
    skill_level,
    qualification_valid,
    refused,
    forbidden,
    gender,
    language,
    pinned,
    start_in_window,
    within_reach,
    leg_limit,
    inside_shift,
    worker_day_cap,
    worker_week_cap,
    provider_day_cap,
    provider_week_cap,
    price_cap,
    funding,
    two_adults,
    experienced,
    atomic_team,
    headcount,
    precedence,
    capacity,
    depot,
    depot_ready,
    depot_units,
    fresh,
    consent,
    step_free,
    walk_limit,
    free,
    venue_use,
    venue_open,
    venue_seats,
    venue_free,
    staff,
    min_seats,
    seat_once,
    waiting,
    alternative,
    travel_true,
    terms_true,
)


def check(problem: Problem, plan: Plan, policy: Policy | None = None) -> tuple[Violation, ...]:
    """Every violation of every hard rule, in the order of `RULES`; empty for a plan that may be published.

    With the policy that the plan names, the values of its levels and the total `experience` are checked, too.
    """
    broken = tuple(references(problem, plan))
    if broken:
        return broken
    case = Case(problem, plan)
    found = tuple(violation for rule in RULES for violation in rule(case))
    return found if policy is None else (*found, *levels_true(case, policy))
