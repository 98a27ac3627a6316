"""VROOM's solution of our plans, held against VROOM's rules by a checker of its own."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import PlanError
from matching.formats import vroom
from matching.formats.vroom.messages import REASONS, reason_of
from matching.plan import CauseCount, Plan, Unserved
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from tests.benchmarks.vroom_instances import instance
from tests.matching.formats.vroom_rules import broken

DATA = Path(__file__).parents[2] / "data" / "vroom"


def solved(problem: dict[str, Any], solver: Any = "greedy") -> tuple[vroom.Case, Plan, dict[str, Any]]:
    case = vroom.read(json.dumps(problem).encode())
    plan = solve(case.problem, stop=Stop(deterministic=1), deterministic=True, solver=solver).plan
    assert () == check(case.problem, plan)
    return case, plan, json.loads(vroom.encode(vroom.solution(case, plan)))


def parsed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", ["street.json", "days.json", "lunch.json"])
def test_the_examples_are_solved_by_the_rules(name):
    problem = parsed(name)
    _, _, solution = solved(problem, "auto")
    assert [] == broken(problem, solution)


def test_the_street():
    problem = parsed("street.json")
    case, plan, solution = solved(problem, "auto")
    summary = solution["summary"]
    assert (0, 2, 90) == (solution["code"], summary["unassigned"], summary["priority"])
    reasons = {left["id"]: (left["reason"], left["vehicles"]) for left in solution["unassigned"]}
    assert ("skills", {"skills": 3}) == reasons[16]
    assert "hours" == reasons[17][0]
    assert 3 == sum(reasons[17][1].values())
    described = [
        step for route in solution["routes"] for step in route["steps"] if step.get("description") == "keys"
    ]
    assert [14] == [step["id"] for step in described]
    assert "distance" not in solution["summary"]
    assert len(plan.assignments) == len(case.document.jobs) - 2


def test_days_keep_their_own_seconds():
    _, _, solution = solved(parsed("days.json"), "auto")
    assert 0 == solution["summary"]["unassigned"]
    times = [step["arrival"] for route in solution["routes"] for step in route["steps"]]
    assert 1_772_400_000 < min(times) <= max(times) < 1_772_600_000
    (open_start,) = [route for route in solution["routes"] if route["vehicle"] == 2]
    assert open_start["steps"][0]["location_index"] == open_start["steps"][1]["location_index"]
    assert open_start["steps"][0]["arrival"] == open_start["steps"][1]["arrival"]


def test_lunch_is_eaten():
    _, _, solution = solved(parsed("lunch.json"), "auto")
    eaten = [step for route in solution["routes"] for step in route["steps"] if step["type"] == "break"]
    assert {1, 2} == {step["id"] for step in eaten}
    assert ["lunch"] == [step["description"] for step in eaten if "description" in step]
    limited = [route for route in solution["routes"] if route["vehicle"] == 2]
    assert all(route["duration"] <= 1300 for route in limited)


def test_doors_have_coordinates_and_metres():
    _, _, solution = solved(parsed("doors.json"), "auto")
    assert 0 == solution["summary"]["unassigned"]
    assert 0 < solution["summary"]["distance"]
    steps = [step for route in solution["routes"] for step in route["steps"]]
    assert all(len(step["location"]) == 2 for step in steps)
    assert not any("location_index" in step for step in steps)


def test_costs_are_those_of_the_file():
    problem = parsed("days.json")
    plain = solved(problem)[2]
    assert plain["summary"]["cost"] == plain["summary"]["duration"]
    for vehicle in problem["vehicles"]:
        vehicle["costs"] = {"fixed": 1000, "per_hour": 7200, "per_km": 50, "per_task_hour": 3600}
    priced = solved(problem)[2]
    assert [] == broken(problem, priced)
    for route in priced["routes"]:
        expected = 1000 + 2 * route["duration"] + route["distance"] / 20 + route["service"]
        assert abs(expected - route["cost"]) <= 1


def test_a_matrix_of_costs_is_summed():
    problem = parsed("days.json")
    problem["matrices"]["car"]["costs"] = [[0, 10, 20], [30, 0, 40], [50, 60, 0]]
    for route in solved(problem)[2]["routes"]:
        known = [step["location_index"] for step in route["steps"]]
        table = problem["matrices"]["car"]["costs"]
        assert sum(table[a][b] for a, b in pairwise(known)) == route["cost"]


@pytest.mark.parametrize(
    ("supply", "breaks"), [("tight", False), ("loose", False), ("loose", True), ("tight", True)]
)
def test_towns_are_solved_by_the_rules(supply, breaks):
    problem = instance(40, 20, supply=supply, seed=3, breaks=breaks)
    case, _, solution = solved(problem)
    assert [] == broken(problem, solution)
    assert case.exact is not breaks
    assert solution["summary"]["unassigned"] < 40


def test_a_town_is_the_same_again_and_larger_ones_differ():
    assert instance(9, 4, supply="tight", seed=1) == instance(9, 4, supply="tight", seed=1)
    assert instance(9, 4, supply="tight", seed=1) != instance(9, 4, supply="tight", seed=2)


def test_what_the_breaks_cost_is_put_right():
    """The one job of high priority comes at a time at which the search may not know that there is a break."""
    problem = parsed("lunch.json")
    problem["vehicles"] = problem["vehicles"][:1]
    problem["vehicles"][0]["time_window"] = [0, 5000]
    problem["vehicles"][0]["breaks"] = [{"id": 1, "service": 900, "time_windows": [[0, 0]]}]
    problem["jobs"] = [
        {"id": 1, "location_index": 1, "service": 3000, "priority": 1},
        {"id": 2, "location_index": 1, "service": 1000, "priority": 9, "time_windows": [[600, 800]]},
    ]
    _, _, solution = solved(problem)
    assert [] == broken(problem, solution)
    assert [1] == [route["priority"] for route in solution["routes"]]
    assert [("busy", 2)] == [(left["reason"], left["id"]) for left in solution["unassigned"]]


def test_a_job_in_place_of_a_lesser_one():
    """The search sees no time for job 2, whose window ends late; with the break at noon there is time, instead of job 1."""
    problem = parsed("lunch.json")
    problem["vehicles"] = problem["vehicles"][:1]
    problem["vehicles"][0]["time_window"] = [0, 6000]
    problem["vehicles"][0]["breaks"] = [{"id": 1, "service": 1500, "time_windows": [[1000, 1000]]}]
    problem["jobs"] = [
        {"id": 1, "location_index": 1, "service": 3000, "priority": 1},
        {"id": 2, "location_index": 1, "service": 1000, "priority": 9, "time_windows": [[4500, 4600]]},
    ]
    _, _, solution = solved(problem)
    assert [] == broken(problem, solution)
    assert 9 == solution["summary"]["priority"]


def test_a_plan_of_another_file_is_no_solution():
    """The same jobs, with windows that nobody can keep."""
    case, plan, _ = solved(parsed("street.json"))
    hurried = parsed("street.json")
    for job in hurried["jobs"]:
        job["time_windows"] = [[28_800, 28_800]]
    other = vroom.read(json.dumps(hurried).encode())
    with pytest.raises(PlanError, match="The route of vehicle 1 breaks a rule of the file"):
        vroom.solution(case._replace(document=other.document), plan)


@pytest.mark.parametrize("cause", REASONS)
def test_every_reason_has_words(cause):
    told = reason_of(Unserved(task="1", causes=(CauseCount(cause=cause, count=3),)))
    assert {"reason", "message", "vehicles"} == set(told)
    assert {told["reason"]: 3} == told["vehicles"]
    assert " " in str(told["message"])


def test_the_reason_is_the_one_that_comes_closest():
    causes = (CauseCount(cause="skill_level", count=9), CauseCount(cause="inside_shift", count=1))
    assert "hours" == reason_of(Unserved(task="1", causes=causes))["reason"]
    assert "busy" == reason_of(None)["reason"]


DOCUMENTS = st.builds(
    lambda jobs, vehicles, table: {
        "jobs": jobs,
        "vehicles": vehicles,
        "matrices": {"car": {"durations": table}},
    },
    jobs=st.lists(
        st.fixed_dictionaries(
            {"location_index": st.integers(0, 3)},
            optional={
                "service": st.integers(0, 900),
                "setup": st.integers(0, 300),
                "priority": st.integers(0, 100),
                "skills": st.lists(st.integers(1, 2), max_size=2),
                "time_windows": st.lists(
                    st.tuples(st.integers(0, 4000), st.integers(0, 2000)).map(lambda w: [w[0], w[0] + w[1]]),
                    min_size=1,
                    max_size=2,
                ),
            },
        ),
        min_size=1,
        max_size=6,
    ).map(lambda jobs: [{"id": i, **job} for i, job in enumerate(jobs)]),
    vehicles=st.lists(
        st.fixed_dictionaries(
            {"start_index": st.integers(0, 3)},
            optional={
                "end_index": st.integers(0, 3),
                "skills": st.lists(st.integers(1, 2), max_size=2),
                "time_window": st.tuples(st.integers(0, 2000), st.integers(0, 4000)).map(
                    lambda w: [w[0], w[0] + w[1]]
                ),
                "max_tasks": st.integers(0, 4),
                "max_travel_time": st.integers(0, 2000),
                "speed_factor": st.sampled_from([0.7, 1.0, 1.5]),
                "breaks": st.lists(
                    st.fixed_dictionaries(
                        {
                            "service": st.integers(0, 600),
                            "time_windows": st.integers(0, 3000).map(lambda low: [[low, low + 600]]),
                        }
                    ),
                    max_size=2,
                ).map(lambda breaks: [{"id": i, **rest} for i, rest in enumerate(breaks)]),
            },
        ),
        min_size=1,
        max_size=3,
    ).map(lambda vehicles: [{"id": i, **vehicle} for i, vehicle in enumerate(vehicles)]),
    table=st.lists(st.lists(st.integers(50, 600), min_size=4, max_size=4), min_size=4, max_size=4).map(
        lambda rows: [[0 if i == j else value for j, value in enumerate(row)] for i, row in enumerate(rows)]
    ),
)


@settings(deadline=None)
@given(problem=DOCUMENTS)
def test_whatever_the_file_says_is_obeyed(problem):
    _, _, solution = solved(problem)
    assert [] == broken(problem, solution)


def shifted(solution: dict[str, Any], name: str, by: int, kind: str = "job") -> dict[str, Any]:
    """One number of one step changed."""
    copy: dict[str, Any] = json.loads(json.dumps(solution))
    step = next(step for route in copy["routes"] for step in route["steps"] if step["type"] == kind)
    step[name] += by
    return copy


def test_the_checker_sees_what_it_should():
    problem = parsed("lunch.json")
    _, _, solution = solved(problem)
    assert [] == broken(problem, solution)
    for name in (
        "arrival",
        "duration",
        "setup",
        "service",
        "waiting_time",
        "location_index",
        "distance",
        "id",
    ):
        assert broken(problem, shifted(solution, name, 1)), name
    for name in ("arrival", "service", "id"):
        assert broken(problem, shifted(solution, name, 100, "break")), name
    for name in ("cost", "routes", "unassigned", "priority"):
        told = solution | {"summary": solution["summary"] | {name: -1}}
        assert broken(problem, told), name
    assert broken(problem, solution | {"routes": solution["routes"][1:]})
    for vehicle in problem["vehicles"]:
        vehicle["max_tasks"] = 0
    assert broken(problem, solution)
