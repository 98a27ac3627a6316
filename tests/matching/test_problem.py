"""What a problem refuses, with the path of the offending field; and its canonical form."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import invariants
from matching.problem import Forbid, Pin, Place, ProblemError, Worker, decode_problem, encode, problem_hash

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


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_coordinates_must_be_finite(value):
    with pytest.raises(ProblemError) as error:
        change(problem(), places=(Place(id="p0", lat=value, lon=0),))
    assert error.value.path == "places[0].lat"


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

    monkeypatch.setattr(invariants, "set", counting, raising=False)
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
