"""What a problem refuses, with the path of the offending field; and its canonical form."""

import json
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.invariants import counts, tasks
from matching.problem import (
    Forbid,
    LineTravel,
    Pin,
    Place,
    Precedence,
    ProblemError,
    StartWindow,
    Worker,
    decode_problem,
    encode,
    problem_hash,
)

from .builders import SHIFT, TASK, WORKER, change, problem


def document():
    second = change(TASK, id="walk")
    return json.loads(encode(problem(tasks=(TASK, second), workers=(WORKER, change(WORKER, id="bob")))))


def put(path, value):
    """The document with one value replaced."""
    data = document()
    *keys, last = path
    at = data
    for key in keys:
        at = at[key]
    at[last] = value
    return json.dumps(data).encode()


BAD = [
    (["schema"], "linli.problem/9", "schema"),
    (["moon"], 1, "moon"),
    (["horizon", "start"], "yesterday", "horizon.start"),
    (["horizon", "start"], "2026-03-02T00:00:00", "horizon.start"),
    (["horizon", "days"], 0, "horizon.days"),
    (["horizon", "days"], 10**9, "horizon.days"),
    (["horizon", "tick_seconds"], 7, "horizon.tick_seconds"),
    (["places", 1, "id"], "p0", "places[1].id"),
    (["places", 1, "lat"], 91, "places[1].lat"),
    (["places", 1, "lon"], "east", "places[1].lon"),
    (["places", 1, "access_ticks"], -1, "places[1].access_ticks"),
    (["providers", 0, "max_tasks_day"], -1, "providers[0].max_tasks_day"),
    (["tasks", 1, "id"], "meal", "tasks[1].id"),
    (["tasks", 1, "id"], "", "tasks[1].id"),
    (["tasks", 1, "place"], "moon", "tasks[1].place"),
    (["tasks", 1, "duration"], 0, "tasks[1].duration"),
    (["tasks", 1, "duration"], -3, "tasks[1].duration"),
    (["tasks", 1, "duration"], 10**8, "tasks[1].duration"),
    (["tasks", 1, "duration"], 10**30, "tasks[1].duration"),
    (["tasks", 1, "duration"], 1.5, "tasks[1].duration"),
    (["tasks", 1, "headcount"], 0, "tasks[1].headcount"),
    (["tasks", 1, "priority"], 1001, "tasks[1].priority"),
    (["tasks", 1, "windows"], [], "tasks[1].windows"),
    (["tasks", 1, "windows", 0, "latest"], 3, "tasks[1].windows[0].latest"),
    (["tasks", 1, "windows", 0, "earliest"], -3, "tasks[1].windows[0].earliest"),
    (["tasks", 1, "skills", 0, "level"], -1, "tasks[1].skills[0].level"),
    (["tasks", 1, "qualifications"], ["a", "a"], "tasks[1].qualifications[1]"),
    (["tasks", 1, "refused_workers"], ["zed"], "tasks[1].refused_workers[0]"),
    (["workers", 1, "id"], "ann", "workers[1].id"),
    (["workers", 1, "provider"], "zed", "workers[1].provider"),
    (["workers", 1, "mode"], "rocket", "workers[1].mode"),
    (["workers", 1, "mode"], "car", "workers[1].mode"),
    (["workers", 1, "shifts", 0, "end"], 8, "workers[1].shifts[0].end"),
    (["workers", 1, "shifts", 0, "end"], 1000, "workers[1].shifts[0].end"),
    (["workers", 1, "shifts", 0, "end_place"], "moon", "workers[1].shifts[0].end_place"),
    (["workers", 1, "qualifications", 0, "valid_until"], -1, "workers[1].qualifications[0].valid_until"),
    (["travel", "places"], ["p0", "p1"], "places[2].id"),
    (["travel", "matrices", 0, "ticks", 1, 2], -1, "travel.matrices[0].ticks[1][2]"),
    (["travel", "matrices", 0, "ticks", 1], [0], "travel.matrices[0].ticks[1]"),
    (["travel", "kind"], "teleport", "travel.kind"),
    (["pins"], [{"task": "zed", "worker": "ann"}], "pins[0].task"),
    (["pins"], [{"task": "meal", "worker": "ann"}, {"task": "meal", "worker": "bob"}], "pins[1]"),
    (["forbids"], [{"task": "meal", "worker": "zed"}], "forbids[0].worker"),
    (["tasks", 1, "windows", 0, "late_until"], 12, "tasks[1].windows[0].late_until"),
    (["tasks", 1, "windows", 0, "late_until"], 10**8, "tasks[1].windows[0].late_until"),
    (["tasks", 1, "windows", 0, "late_price"], 10**5, "tasks[1].windows[0].late_price"),
    (["tasks", 1, "wishes", "workers"], ["zed"], "tasks[1].wishes.workers[0]"),
    (["tasks", 1, "known_workers"], ["ann", "zed"], "tasks[1].known_workers[1]"),
    (["tasks", 1, "price_cap_fen"], -1, "tasks[1].price_cap_fen"),
    (["tasks", 1, "price_cap_fen"], 10**18, "tasks[1].price_cap_fen"),
    (["tasks", 1, "fund"], "moon", "tasks[1].fund"),
    (["tasks", 1, "safeguards"], ["angels"], "tasks[1].safeguards[0]"),
    (["tasks", 1, "zones"], ["a", "a"], "tasks[1].zones[1]"),
    (["workers", 1, "people"], 0, "workers[1].people"),
    (["workers", 1, "anchors"], [""], "workers[1].anchors[0]"),
    (["providers", 0, "rates"], [{"visit_fen": -1}], "providers[0].rates[0].visit_fen"),
    (["providers", 0, "rates"], [{"hour_fen": 10**9}], "providers[0].rates[0].hour_fen"),
    (["providers", 0, "rates"], [{}, {"visit_fen": 1}], "providers[0].rates[1]"),
    (["funds"], [{"id": "a", "fen": -1}], "funds[0].fen"),
    (["funds"], [{"id": "a", "fen": 1}, {"id": "a", "fen": 1}], "funds[1].id"),
    (["precedences"], [{"before": "meal", "after": "moon"}], "precedences[0].after"),
    (["precedences"], [{"before": "meal", "after": "walk", "min_lag": -1}], "precedences[0].min_lag"),
    (
        ["precedences"],
        [{"before": "meal", "after": "walk", "min_lag": 3, "max_lag": 2}],
        "precedences[0].max_lag",
    ),
    (["precedences"], [{"before": "meal", "after": "walk"}] * 2, "precedences[1]"),
    (["precedences"], [{"before": "meal", "after": "meal"}], "precedences"),
]


@pytest.mark.parametrize(("path", "value", "told"), BAD)
def test_refused_with_its_path(path, value, told):
    with pytest.raises(ProblemError) as error:
        decode_problem(put(path, value))
    assert error.value.path == told
    assert error.value.message


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b'{"id":"x"}', b"[" * 5000])
def test_what_is_no_problem_at_all(data):
    with pytest.raises(ProblemError):
        decode_problem(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_coordinates_must_be_finite(value):
    with pytest.raises(ProblemError) as error:
        change(problem(), places=(Place(id="p0", lat=value, lon=0),))
    assert error.value.path == "places[0].lat"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1" * 5000, "-1e-999999999"])
def test_numbers_that_json_or_a_machine_does_not_know(number):
    data = put(["places", 0, "lat"], "HERE").replace(b'"HERE"', number.encode())
    if number == "-1e-999999999":
        assert decode_problem(data).places[0].lat == 0
        return
    with pytest.raises(ProblemError):
        decode_problem(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e9])
def test_factors_of_guessed_ways_are_finite(value):
    with pytest.raises(ProblemError) as error:
        change(problem(), travel=LineTravel(factor=value, tick_seconds=3600))
    assert error.value.path == "travel.factor"


def test_a_circle_of_tasks_is_named():
    tasks = tuple(change(TASK, id=f"t{i}") for i in range(12))
    for size, told in ((2, "t1 -> t"), (12, " -> ...")):
        circle = tuple(Precedence(before=f"t{i}", after=f"t{(i + 1) % size}") for i in range(size))
        with pytest.raises(ProblemError, match="circle") as error:
            problem(tasks=tasks, precedences=circle)
        assert error.value.path == "precedences"
        assert told in error.value.message


def test_a_pinned_crew_comes_alone():
    two = change(TASK, headcount=2)
    crew = change(WORKER, id="crew", people=2)
    pins = (Pin(task="meal", worker="ann"), Pin(task="meal", worker="crew"))
    with pytest.raises(ProblemError, match="comes alone") as error:
        problem(tasks=(two,), workers=(WORKER, crew), pins=pins)
    assert error.value.path == "pins[1]"
    assert problem(tasks=(two,), workers=(WORKER, crew), pins=pins[1:]).pins == pins[1:]


def overlapping(windows):
    """Whether a window with a late part shares a tick with another one: every pair, one by one."""
    return any(
        a.earliest <= b.end and b.earliest <= a.end and (a.late_until, b.late_until) != (None, None)
        for a, b in combinations(windows, 2)
    )


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 4), st.one_of(st.none(), st.integers(1, 4))), max_size=6
    )
)
def test_late_parts_overlap_no_other_window(spans):
    windows = tuple(
        StartWindow(
            earliest=low, latest=low + length, late_until=None if late is None else low + length + late
        )
        for low, length, late in spans
    )
    if not windows:
        return
    task = change(TASK, windows=windows)
    if not overlapping(windows):
        assert len(problem(tasks=(task,)).tasks[0].windows) == len(windows)
        return
    with pytest.raises(ProblemError, match="overlaps") as error:
        problem(tasks=(task,))
    assert error.value.path.endswith(".late_until")


@pytest.mark.parametrize(
    ("limits", "path"),
    [({"MAX_COUNTS": {"tasks": 1}}, "tasks"), ({"MAX_ITEMS": 2}, "places"), ({"MAX_PAIRS": 3}, "tasks")],
)
def test_more_than_a_city_is_refused_before_it_is_looked_at(monkeypatch, limits, path):
    data = document()
    data["tasks"][0]["duration"] = -1
    for name, value in limits.items():
        monkeypatch.setattr(counts, name, value)
    with pytest.raises(ProblemError, match="at most") as error:
        decode_problem(json.dumps(data).encode())
    assert error.value.path == path


def test_a_thousand_windows_or_shifts_are_enough():
    windows = tuple(StartWindow(earliest=i, latest=i) for i in range(1001))
    with pytest.raises(ProblemError, match="at most 1000") as error:
        problem(tasks=(change(TASK, windows=windows),))
    assert error.value.path == "tasks[0].windows"
    shifts = tuple(change(SHIFT, start=i, end=i + 1) for i in range(1001))
    with pytest.raises(ProblemError, match="at most 1000") as error:
        problem(workers=(change(WORKER, shifts=shifts),))
    assert error.value.path == "workers[0].shifts"


def test_contradictory_pins_are_named():
    two = change(TASK, headcount=2)
    bob = change(WORKER, id="bob")
    pins = (Pin(task="meal", worker="ann", start=9), Pin(task="meal", worker="bob", start=10))
    with pytest.raises(ProblemError) as error:
        problem(tasks=(two,), workers=(WORKER, bob), pins=pins)
    assert error.value.path == "pins[1].start"
    with pytest.raises(ProblemError, match="both pinned"):
        problem(pins=pins[:1], forbids=(Forbid(task="meal", worker="ann"),))


def test_overlapping_shifts():
    worker = change(WORKER, shifts=(SHIFT, change(SHIFT, start=17, end=20)))
    with pytest.raises(ProblemError) as error:
        problem(workers=(worker,))
    assert error.value.path == "workers[0].shifts[1].start"


@given(starts=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6)), max_size=8))
def test_shifts_overlap_or_not_whatever_their_order(starts):
    shifts = tuple(change(SHIFT, start=start, end=start + length) for start, length in starts)
    clash = [j for j, b in enumerate(shifts) if any(a.start < b.end and b.start < a.end for a in shifts[:j])]
    worker = change(WORKER, shifts=shifts)
    if not clash:
        assert 1 == len(problem(workers=(worker,)).workers)
        return
    with pytest.raises(ProblemError) as error:
        problem(workers=(worker,))
    assert f"workers[0].shifts[{clash[0]}].start" == error.value.path


def test_the_work_of_checking_grows_with_the_document_and_no_faster(monkeypatch):
    """The sets made do not grow in number with the forbids: each once, not one for each."""
    made = []

    def counting(of=()):
        made.append(1)
        return set(of)

    monkeypatch.setattr(tasks, "set", counting, raising=False)
    workers = tuple(change(WORKER, id=f"w{i}") for i in range(50))
    counts = []
    for several in (1, 50):
        made.clear()
        problem(workers=workers, forbids=tuple(Forbid(task="meal", worker=w.id) for w in workers[:several]))
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_decoded_is_equal_and_order_does_not_matter():
    data = document()
    first = decode_problem(json.dumps(data).encode())
    for name in ("places", "tasks", "workers"):
        data[name].reverse()
    data["travel"]["places"].reverse()
    for matrix in data["travel"]["matrices"]:
        for table in ("ticks", "metres"):
            matrix[table] = [row[::-1] for row in matrix[table][::-1]]
    second = decode_problem(json.dumps(data).encode())
    assert encode(first) == encode(second)
    assert problem_hash(first) == problem_hash(second)
    assert first == second
    assert [worker.id for worker in second.workers] == ["ann", "bob"]


def test_whole_degrees_are_the_same_door():
    there = problem()
    assert encode(there) == encode(
        change(there, places=tuple(change(p, lat=0.0, lon=-0.0) for p in there.places))
    )


def test_structs_are_frozen():
    with pytest.raises(AttributeError):
        WORKER.id = "eve"
    assert isinstance(WORKER, msgspec.Struct)
    assert isinstance(WORKER, Worker)
