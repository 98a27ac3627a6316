"""What is too large for the time is improved in parts, and bounded by its seats."""

from matching.policy import Policy
from matching.rules import check
from matching.solvers.gathering.case import Case
from matching.solvers.gathering.parts import seat_bound
from tests.benchmarks.classes import POLICY, classes

from .sessions import gathered, plan_of

SHORT, LONG = 0.8, 20.0
"""Work that is too little for a complete model of the problem, and enough for a proof."""


def district():
    return classes(90, seed=4, occasions=18, venues=5, leaders=12, size_metres=1_000)


def test_parts_find_more_than_the_first_answer():
    problem = district()
    first, parts, best = (gathered(problem, POLICY, work=work) for work in (0.0, SHORT, LONG))
    assert Case(problem, POLICY).size() > 250 * SHORT
    assert () == check(problem, plan_of(problem, parts, POLICY), POLICY)
    assert best.optimal
    assert (-parts.points, parts.cost) < (-first.points, first.cost)
    assert first.points <= parts.points <= best.points <= parts.points_bound


def test_the_bound_of_seats_holds_and_is_tighter_than_all_that_is_asked():
    problem = classes(150, seed=4, occasions=10, venues=5, leaders=10, size_metres=1_000)
    case = Case(problem, POLICY)
    best = gathered(problem, Policy(levels=("service",)))
    assert best.optimal
    assert best.points <= seat_bound(case) // case.point < case.demand() // case.point
