"""Every field of VROOM's input: what it becomes, or the sentence with which it is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from matching.errors import ProblemError
from matching.formats import vroom
from matching.formats.vroom.points import points_of
from matching.problem import LineTravel, MatrixTravel, StartWindow

DATA = Path(__file__).parents[2] / "data" / "vroom"
SQUARE = {"durations": [[0, 60], [90, 0]]}


def document(
    job: dict[str, Any] | None = None, vehicle: dict[str, Any] | None = None, **top: Any
) -> dict[str, Any]:
    """One vehicle at row 0, one job at row 1; an hour's work in a day."""
    return {
        "vehicles": [{"id": 5, "start_index": 0, "end_index": 0} | (vehicle or {})],
        "jobs": [{"id": 8, "location_index": 1, "service": 600} | (job or {})],
        "matrices": {"car": SQUARE},
    } | top


def read(job: dict[str, Any] | None = None, vehicle: dict[str, Any] | None = None, **top: Any) -> vroom.Case:
    return vroom.read(json.dumps(document(job, vehicle, **top)).encode())


def task_of(**job: Any) -> Any:
    return read(job).problem.tasks[0]


def worker_of(**vehicle: Any) -> Any:
    return read(None, vehicle).problem.workers[0]


def test_a_job_is_a_task():
    task = task_of(
        skills=[3, 1, 3], priority=40, setup=50, time_windows=[[900, 1000], [100, 200]], description="x"
    )
    assert ("8", "1", 650, 1) == (task.id, task.place, task.duration, task.priority)
    assert ["1", "3"] == [skill.skill for skill in task.skills]
    assert (StartWindow(earliest=100, latest=200), StartWindow(earliest=900, latest=1000)) == task.windows


def test_a_job_without_service_takes_a_second():
    assert 1 == task_of(service=0).duration
    assert not read({"service": 0}).exact
    assert read().exact


def test_a_vehicle_is_a_worker_with_one_shift():
    worker = worker_of(skills=[2], time_window=[1000, 5000], max_tasks=3, capacity=[0, 9], type="van")
    (shift,) = worker.shifts
    assert ("5", 3, ["2"]) == (worker.id, worker.max_tasks_day, [skill.skill for skill in worker.skills])
    assert (0, 4000, "0", "0") == (shift.start, shift.end, shift.start_place, shift.end_place)
    assert 1000 == read(None, {"time_window": [1000, 5000]}).hours.base


def test_a_vehicle_without_hours_has_as_many_as_fit():
    case = read({"time_windows": [[1_772_413_200, 1_772_416_800]]})
    (shift,) = case.problem.workers[0].shifts
    (window,) = case.problem.tasks[0].windows
    assert 115 == case.problem.horizon.days
    assert shift.start < window.earliest - 86_400 < window.latest + 86_400 < shift.end
    assert 1_772_413_200 == case.hours.base + window.earliest


def test_hours_without_end_are_cut_around_the_windows():
    case = read({"time_windows": [[1_772_413_200, 1_772_416_800]]}, {"time_window": [0, 4_294_967_295]})
    (window,) = case.problem.tasks[0].windows
    (shift,) = case.problem.workers[0].shifts
    assert shift.start < window.earliest < window.latest < shift.end


def test_a_moment_is_no_time_to_work():
    assert () == worker_of(time_window=[50, 50]).shifts


def test_breaks_take_their_time_from_the_hours():
    rest = {"id": 1, "service": 500, "time_windows": [[1000, 2000]], "max_load": [0]}
    (shift,) = worker_of(time_window=[0, 5000], breaks=[rest]).shifts
    assert 4500 == shift.end
    assert () == worker_of(time_window=[0, 400], breaks=[rest]).shifts


def test_windows_outside_all_hours_are_left_out():
    case = read({"time_windows": [[0, 10], [3000, 9000]]}, {"time_window": [1000, 5000]})
    assert (StartWindow(earliest=2000, latest=8000),) == case.problem.tasks[0].windows
    never = read({"time_windows": [[0, 10]]}, {"time_window": [1000, 5000]}).problem.tasks[0].windows
    assert never[0].earliest > 1_000_000


def seconds_between(case: vroom.Case, a: str, b: str) -> int:
    problem = case.problem
    return problem.travel.ticks(problem.place_by_id[a], problem.place_by_id[b], problem.workers[0].mode)


def test_matrices_are_ways_in_seconds():
    case = read(matrices={"car": SQUARE | {"distances": [[0, 500], [700, 0]]}})
    problem = case.problem
    assert (1, 60, 90) == (
        problem.horizon.tick_seconds,
        seconds_between(case, "0", "1"),
        seconds_between(case, "1", "0"),
    )
    home, door = problem.place_by_id["0"], problem.place_by_id["1"]
    assert 500 == problem.travel.metres(home, door, "car")


def test_the_old_name_of_the_matrix():
    case = vroom.read(json.dumps(document() | {"matrices": {}, "matrix": [[0, 61], [90, 0]]}).encode())
    assert 61 == seconds_between(case, "0", "1")


def test_a_fast_vehicle_needs_less_time_rounded_up():
    assert 40 == seconds_between(read(None, {"speed_factor": 1.5}), "0", "1")
    assert 200 == seconds_between(read(None, {"speed_factor": 0.3}), "0", "1")


def test_what_cannot_be_reached_is_as_far_as_anything():
    far = {"durations": [[0, 4_000_000_000], [4_000_000_000, 0]]}
    assert 10_000_000 == seconds_between(read(matrices={"car": far}), "0", "1")


@pytest.mark.parametrize(
    ("gone", "start", "end"), [("start_index", "anywhere", "0"), ("end_index", "0", "anywhere")]
)
def test_a_missing_end_is_anywhere(gone, start, end):
    problem = document()
    del problem["vehicles"][0][gone]
    case = vroom.read(json.dumps(problem).encode())
    (shift,) = case.problem.workers[0].shifts
    assert (start, end) == (shift.start_place, shift.end_place)
    assert (0, 0) == (seconds_between(case, "anywhere", "1"), seconds_between(case, "1", "anywhere"))


def test_limits_of_travel_forbid_what_lies_beyond_them():
    assert () == read(None, {"max_travel_time": 150}).problem.forbids
    (forbid,) = read(None, {"max_travel_time": 149}).problem.forbids
    assert ("8", "5") == (forbid.task, forbid.worker)
    tables = {"car": SQUARE | {"distances": [[0, 500], [700, 0]]}}
    assert 1 == len(read(None, {"max_distance": 1199}, matrices=tables).problem.forbids)


def test_coordinates_are_estimated_where_there_are_no_matrices():
    case = vroom.read((DATA / "doors.json").read_bytes())
    assert isinstance(case.problem.travel, MatrixTravel)
    assert 1 == len([place for place in case.problem.places if place.id == "anywhere"])
    whole = json.loads((DATA / "doors.json").read_text())
    whole["vehicles"][1]["end"] = [114.036, 22.526]
    plain = vroom.read(json.dumps(whole).encode())
    assert LineTravel(tick_seconds=1) == plain.problem.travel
    assert ["walk", "ebike"] == [worker.mode for worker in plain.problem.workers]
    assert (22.521, 114.031) in [(place.lat, place.lon) for place in plain.problem.places]


def test_who_measures_is_asked_once_and_for_coordinates_only():
    asked = []

    def measure(problem):
        asked.append(problem)
        return problem

    vroom.read((DATA / "street.json").read_bytes(), measure)
    assert [] == asked
    vroom.read((DATA / "doors.json").read_bytes(), measure)
    assert [5] == [len(problem.places) for problem in asked]


@pytest.mark.parametrize(
    ("priorities", "points", "exact"),
    [
        ([0, 0, 0], [1, 1, 1], True),
        ([7, 7], [1, 1], True),
        ([10, 20, 100], [10, 20, 100], True),
        ([0, 50, 100], [1, 500, 999], True),
        ([0, 1, 100], [1, 10, 901], True),
        ([0] * 20 + [1, 100], [1] * 20 + [10, 901], False),
    ],
)
def test_points_order_plans_as_priorities_do(priorities, points, exact):
    assert (points, exact) == points_of(priorities)


def test_what_is_not_obeyed_is_said():
    case = read(
        {"color": "red"},
        {
            "costs": {"fixed": 10},
            "steps": [{"type": "start"}],
            "breaks": [{"id": 1, "time_windows": [[0, 9]], "x": 1}],
        },
        extra=1,
        matrices={"car": SQUARE | {"costs": [[0, 1], [1, 0]]}},
    )
    assert [
        "extra: unknown field, not used",
        "vehicles[0].breaks[0].x: unknown field, not used",
        "jobs[0].color: unknown field, not used",
        "vehicles[0].steps: not used; the search begins anew",
        "vehicles[0].costs: reported, not minimised; travel time is",
        "matrices.car.costs: reported, not minimised; travel time is",
    ] == list(case.notices)
    crowd = [{"id": i, "location_index": 1, "service": 9, "priority": min(i, 100)} for i in range(120)]
    assert 1 == len(read(jobs=crowd).notices)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"job": {"id": "8"}}, r"^jobs\[0\]\.id: Expected `int`, got `str`"),
    ({"job": {"id": -1}}, r"^jobs\[0\]\.id: Expected `int` >= 0"),
    ({"job": {"service": 3.5}}, r"^jobs\[0\]\.service: Expected `int`"),
    ({"job": {"service": 10**12}}, r"^jobs\[0\]\.service: Expected `int` <= 10000000"),
    ({"job": {"setup": -3}}, r"^jobs\[0\]\.setup: Expected `int` >= 0"),
    ({"job": {"priority": 101}}, r"^jobs\[0\]\.priority: Expected `int` <= 100"),
    ({"job": {"time_windows": []}}, r"^jobs\[0\]\.time_windows: "),
    ({"job": {"time_windows": [[5]]}}, r"^jobs\[0\]\.time_windows\[0\]: "),
    (
        {"job": {"time_windows": [[9, 10], [5, 4]]}},
        r"^jobs\[0\]\.time_windows\[1\]: Ends at 4, before it begins at 5",
    ),
    ({"job": {"location_index": None}}, r"^jobs\[0\]\.location_index: Needed where the file has matrices"),
    (
        {"job": {"location_index": 2}},
        r"^jobs\[0\]\.location_index: Expected a row of the matrices, 0 to 1, got 2",
    ),
    ({"job": {"delivery": [0, 2]}}, r"^jobs\[0\]\.delivery: Job 8 has a load"),
    ({"job": {"pickup": [1]}}, r"^jobs\[0\]\.pickup: Job 8 has a load"),
    ({"job": {"amount": [1]}}, r"^jobs\[0\]\.amount: Job 8 has a load"),
    ({"job": {"service_per_type": {"van": 3}}}, r"^jobs\[0\]\.service_per_type: Job 8: times that depend"),
    ({"job": {"setup_per_type": {"van": 3}}}, r"^jobs\[0\]\.setup_per_type: Job 8: times that depend"),
    ({"vehicle": {"end_index": 7}}, r"^vehicles\[0\]\.end_index: Expected a row"),
    (
        {"vehicle": {"start_index": None, "end_index": None}},
        r"^vehicles\[0\]\.start_index: Vehicle 5 has neither",
    ),
    (
        {"vehicle": {"profile": "boat"}},
        r"^matrices\.boat\.durations: Needed by vehicle 5 \(vehicles\[0\]\.profile\)",
    ),
    ({"vehicle": {"time_window": [9, 3]}}, r"^vehicles\[0\]\.time_window: Ends at 3, before it begins at 9"),
    ({"vehicle": {"speed_factor": 0}}, r"^vehicles\[0\]\.speed_factor: Expected `float` > 0"),
    (
        {"vehicle": {"max_distance": 100}},
        r"^matrices\.car\.distances: Needed for the max_distance of vehicle 5",
    ),
    (
        {"vehicle": {"breaks": [{"id": 1}]}},
        r"^vehicles\[0\]\.breaks\[0\]\.time_windows: Break 1 of vehicle 5 needs",
    ),
    (
        {"vehicle": {"breaks": [{"id": 1, "time_windows": [[3, 2]]}]}},
        r"^vehicles\[0\]\.breaks\[0\]\.time_windows\[0\]: Ends",
    ),
    (
        {"vehicle": {"breaks": [{"id": 1, "time_windows": [[1, 2]]}] * 2}},
        r"^vehicles\[0\]\.breaks\[1\]\.id: Duplicate 1",
    ),
    ({"jobs": []}, r"^jobs: Expected at least one job"),
    ({"vehicles": []}, r"^vehicles: Expected at least one vehicle"),
    ({"jobs": [{"id": 1, "location_index": 0}] * 2}, r"^jobs\[1\]\.id: Duplicate 1"),
    ({"vehicles": [{"id": 1, "start_index": 0}] * 2}, r"^vehicles\[1\]\.id: Duplicate 1"),
    ({"shipments": [{"pickup": {}, "delivery": {}}]}, r"^shipments\[0\]: Shipments"),
    (
        {"matrices": {"car": {"durations": [[0, 1], [1]]}}},
        r"^matrices\.car\.durations\[1\]: Expected 2 columns, got 1",
    ),
    (
        {"matrices": {"car": {"durations": [[0, -1], [1, 0]]}}},
        r"^matrices.*durations\[0\]\[1\]: Expected `int` >= 0",
    ),
    ({"matrices": {"car": SQUARE | {"distances": [[0]]}}}, r"^matrices\.car\.distances: Expected 2 rows"),
    ({"matrices": {"car": {"distances": [[0]]}}}, r"^matrices\.car\.durations: Needed by vehicle 5"),
    (
        {"job": {"location_index": 0}, "matrices": {"car": {"durations": [[5]]}}},
        r"^matrices\.car\.durations\[0\]\[0\]: ",
    ),
    ({"matrices": {}}, r"^jobs\[0\]\.location: Job 8 has no place: give matrices or coordinates"),
    (
        {"matrices": {}, "job": {"location": [200, 5]}},
        r"^jobs\[0\]\.location: Expected \[longitude, latitude\]",
    ),
    ({"matrices": {}, "job": {"location": [1]}}, r"^jobs\[0\]\.location: "),
    (
        {"matrices": {}, "job": {"location": [1, 2]}},
        r"^vehicles\[0\]\.start: Vehicle 5 has neither start nor end",
    ),
    (
        {"matrices": {}, "job": {"location": [1, 2]}, "vehicle": {"start": [1, 2], "profile": "boat"}},
        r"^vehicles\[0\]\.profile: Unknown profile 'boat'",
    ),
]


@pytest.mark.parametrize(("changes", "told"), REFUSED, ids=[told for _, told in REFUSED])
def test_what_is_refused_and_how(changes, told):
    with pytest.raises(ProblemError, match=told):
        read(**changes)


def test_more_than_four_ways_of_moving():
    vehicles = [{"id": i, "start_index": 0, "speed_factor": 1 + i / 10} for i in range(5)]
    with pytest.raises(ProblemError, match=r"^vehicles: More than 4 different pairs"):
        read(vehicles=vehicles)


def test_windows_too_far_apart():
    with pytest.raises(ProblemError, match=r"^jobs: Time windows span 231 days; at most 115 fit"):
        read({"time_windows": [[0, 10], [20_000_000, 20_000_010]]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "{",
        "[]",
        "null",
        "7",
        '"x"',
        '{"jobs": [NaN]}',
        '{"vehicles": 3}',
        '{"vehicles": [1], "jobs": []}',
        "\xff",
    ],
)
def test_what_is_no_document(text):
    with pytest.raises(ProblemError):
        vroom.read(text.encode("latin-1"))


def test_no_number_is_taken_for_another():
    text = json.dumps(document()).replace("600", "1e400")
    with pytest.raises(ProblemError):
        vroom.read(text.encode())
    with pytest.raises(ProblemError, match="JSON is malformed"):
        vroom.read(json.dumps(document()).replace("600", "NaN").encode())
