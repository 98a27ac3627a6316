"""The evaluator on routes whose value is worked out by hand."""

import json

import msgspec
import pytest

from matching.hhcrsp import (
    Solution,
    decode_instance,
    decode_solution,
    encode_solution,
    evaluate,
    read_instance,
)
from matching.hhcrsp.solution import Location, Route

from .homecare import DATA, document, patient

# Office - 10 - p1 - 5 - p2 - 20 - office.
WAYS = [[0, 10, 20], [10, 0, 5], [20, 5, 0]]
TWO = {"ann": ["a"], "bob": ["a", "b"]}


def pair(**bond: object):
    entries = [patient("p1", 0, 30, ("a", 8), ("b", 6), **bond), patient("p2", 12, 15, ("a", 4))]
    return decode_instance(json.dumps(document(entries, TWO, WAYS)).encode())


def routes(*, ann, bob):
    def walk(visits):
        lasting = {("p1", "a"): 8, ("p1", "b"): 6, ("p2", "a"): 4}
        return tuple(Location(p, s, t, t + lasting.get((p, s), 1)) for p, s, t in visits)

    return Solution((Route("ann", walk(ann)), Route("bob", walk(bob))))


def test_travel_and_lateness_and_the_largest_add_up():
    """Ann: 10 + 5 + 20; she is free at 18, at p2 at 23, eight late. Bob: 10 + 10."""
    score = evaluate(
        pair(type="simultaneous"), routes(ann=[("p1", "a", 10), ("p2", "a", 23)], bob=[("p1", "b", 10)])
    )
    assert (55, 8, 8, ()) == (score.travel, score.tardiness, score.max_tardiness, score.violations)
    assert pytest.approx((55 + 8 + 8) / 3) == score.value


def test_coming_home_late_costs_nothing_but_the_way():
    late = routes(ann=[("p1", "a", 10), ("p2", "a", 1000)], bob=[("p1", "b", 10)])
    assert (985, 985) == msgspec.structs.astuple(evaluate(pair(type="simultaneous"), late))[1:3]


@pytest.mark.parametrize(
    ("bond", "ann", "bob", "complaint"),
    [
        (
            {},
            [("p1", "a", 10), ("p2", "a", 22)],
            [("p1", "b", 10)],
            "caregiver ann: starts at p2 at 22, can from 23",
        ),
        ({}, [("p1", "a", 9), ("p2", "a", 23)], [("p1", "b", 9)], "starts at p1 at 9, can from 10"),
        ({}, [("p2", "a", 11)], [("p1", "b", 10)], "starts at p2 at 11, can from 20"),
        (
            {},
            [("p1", "a", 10), ("p2", "a", 23)],
            [("p1", "b", 11)],
            "services start 1 apart, expected 0 to 0",
        ),
        ({}, [("p1", "a", 10), ("p2", "a", 23)], [], "patient p1: nobody does b"),
        ({}, [("p1", "b", 10), ("p2", "a", 23)], [("p1", "a", 10)], "caregiver ann: cannot do b at p1"),
        ({}, [("p2", "a", 23)], [("p1", "a", 10), ("p1", "b", 18)], "patient p1: bob does both services"),
        (
            {},
            [("p1", "a", 10), ("p2", "a", 23)],
            [("p1", "b", 10), ("p2", "a", 23)],
            "p2: service a is done twice",
        ),
        ({}, [("p1", "a", 10), ("p9", "a", 23)], [("p1", "b", 10)], "patient p9 is not in the instance"),
        ({}, [("p1", "a", 10), ("p2", "b", 23)], [("p1", "b", 10)], "patient p2: did not ask for b"),
        ({}, [("p1", "a", float("nan")), ("p2", "a", 23)], [("p1", "b", 10)], "starts at p1 at nan"),
        ({"distance": [3, 5]}, [("p1", "a", 10)], [("p1", "b", 12)], "start 2 apart, expected 3 to 5"),
        ({"distance": [3, 5]}, [("p1", "a", 10)], [("p1", "b", 16)], "start 6 apart, expected 3 to 5"),
    ],
)
def test_what_breaks_a_rule_is_named(bond, ann, bob, complaint):
    kind = "sequential" if bond else "simultaneous"
    found = evaluate(pair(type=kind, **bond), routes(ann=ann, bob=bob)).violations
    assert any(complaint in sentence for sentence in found), found


@pytest.mark.parametrize("lag", [3, 4, 5])
def test_a_lag_within_its_bounds_is_fine(lag):
    solution = routes(ann=[("p1", "a", 10), ("p2", "a", 23)], bob=[("p1", "b", 10 + lag)])
    assert () == evaluate(pair(type="sequential", distance=[3, 5]), solution).violations


def test_a_route_too_many_and_a_wrong_stay():
    good = routes(ann=[("p1", "a", 10), ("p2", "a", 23)], bob=[("p1", "b", 10)])
    twice = Solution((*good.routes, Route("bob", ()), Route("eve", ())))
    assert (
        "caregiver bob: has two routes",
        "caregiver eve: is not in the instance",
    ) == evaluate(pair(type="simultaneous"), twice).violations
    short = Solution((good.routes[0], Route("bob", (Location("p1", "b", 10, 11),))))
    assert ("patient p1: b takes 1",) == evaluate(pair(type="simultaneous"), short).violations


def test_the_published_example():
    """Ways of c1, c2 and c3, read off the matrix by hand; nobody is late."""
    instance = read_instance(DATA / "toy.json")
    solution = decode_solution((DATA / "toy.solution.json").read_bytes())
    ways = (7 + 19 + 35 + 27) + (7 + 28 + 43 + 27) + (56 + 22 + 50 + 13)
    assert (ways, 0, 0, ()) == msgspec.structs.astuple(evaluate(instance, solution))
    assert solution == decode_solution(encode_solution(solution))
