"""What a problem refuses of delivery rounds and group sessions, with the path of the field; and their canonical form."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.invariants import counts
from matching.problem import (
    Delivery,
    Depot,
    Enrolment,
    Gathering,
    Occasion,
    ProblemError,
    Role,
    Span,
    StartWindow,
    Venue,
    decode_problem,
    encode,
    problem_hash,
)

from .builders import TASK, WORKER, change, problem
from .shaped import shaped_problems

NOON = (StartWindow(earliest=10, latest=12),)
DEPOT = Depot(id="canteen", place="p0", ready=NOON, providers=("team",))
LUNCH = Delivery(
    id="lunch", place="p1", windows=NOON, depots=("canteen",), refused_workers=("ann",), skills=TASK.skills
)
ROOM = Venue(id="room", place="p2", seats=5, open=(Span(start=8, end=20),), uses=("class",))
CLASS = Gathering(
    id="class",
    duration=2,
    occasions=(Occasion(venue="room", starts=(10, 34)), Occasion(venue="room", starts=(9,))),
    min_seats=2,
    roles=(Role(), Role(count=2, per_seats=5, skills=TASK.skills)),
    known_workers=("ann",),
)
KID = Enrolment(
    id="kid", place="p1", gatherings=("class",), free=(Span(start=8, end=12),), refused_workers=("ann",)
)


def whole(**fields: Any):
    given = {
        "depots": (DEPOT, change(DEPOT, id="bakery")),
        "deliveries": (LUNCH, change(LUNCH, id="bread")),
        "venues": (ROOM,),
        "gatherings": (CLASS, change(CLASS, id="dance")),
        "enrolments": (KID, change(KID, id="child")),
    }
    return problem(workers=(change(WORKER, capacity=3),), **{**given, **fields})


def put(path, value):
    """The document with one value replaced."""
    data = json.loads(encode(whole()))
    *keys, last = path
    at = data
    for key in keys:
        at = at[key]
    at[last] = value
    return json.dumps(data).encode()


BAD = [
    (["workers", 0, "capacity"], -1, "workers[0].capacity"),
    (["depots", 1, "id"], "bakery", "depots[1].id"),
    (["depots", 1, "place"], "moon", "depots[1].place"),
    (["depots", 1, "ready"], [], "depots[1].ready"),
    (["depots", 1, "ready", 0, "late_until"], 13, "depots[1].ready[0].late_until"),
    (["depots", 1, "ready", 0, "latest"], 3, "depots[1].ready[0].latest"),
    (["depots", 1, "load_ticks"], -1, "depots[1].load_ticks"),
    (["depots", 1, "max_units_day"], -1, "depots[1].max_units_day"),
    (["depots", 1, "providers"], ["moon"], "depots[1].providers[0]"),
    (["deliveries", 1, "id"], "bread", "deliveries[1].id"),
    (["deliveries", 1, "id"], "meal", "deliveries[1].id"),
    (["deliveries", 1, "id"], "", "deliveries[1].id"),
    (["deliveries", 1, "place"], "moon", "deliveries[1].place"),
    (["deliveries", 1, "windows"], [], "deliveries[1].windows"),
    (["deliveries", 1, "duration"], 0, "deliveries[1].duration"),
    (["deliveries", 1, "units"], 0, "deliveries[1].units"),
    (["deliveries", 1, "units"], 10**9, "deliveries[1].units"),
    (["deliveries", 1, "depots"], ["moon"], "deliveries[1].depots[0]"),
    (["deliveries", 1, "depots"], ["canteen", "canteen"], "deliveries[1].depots[1]"),
    (["deliveries", 1, "fresh_ticks"], -1, "deliveries[1].fresh_ticks"),
    (["deliveries", 1, "priority"], 0, "deliveries[1].priority"),
    (["deliveries", 1, "reach_metres"], -1, "deliveries[1].reach_metres"),
    (["deliveries", 1, "days_waited"], -1, "deliveries[1].days_waited"),
    (["deliveries", 1, "refused_workers"], ["moon"], "deliveries[1].refused_workers[0]"),
    (["deliveries", 1, "skills", 0, "level"], -1, "deliveries[1].skills[0].level"),
    (["deliveries", 1, "qualifications"], ["a", "a"], "deliveries[1].qualifications[1]"),
    (["deliveries", 1, "groups"], [""], "deliveries[1].groups[0]"),
    (["venues", 0, "place"], "moon", "venues[0].place"),
    (["venues", 0, "seats"], 0, "venues[0].seats"),
    (["venues", 0, "open"], [{"start": 8, "end": 8}], "venues[0].open[0].end"),
    (["venues", 0, "open"], [{"start": -1, "end": 8}], "venues[0].open[0].start"),
    (["venues", 0, "uses"], ["a", "a"], "venues[0].uses[1]"),
    (["venues", 0, "fee_fen_hour"], -1, "venues[0].fee_fen_hour"),
    (["gatherings", 1, "id"], "class", "gatherings[1].id"),
    (["gatherings", 1, "duration"], 0, "gatherings[1].duration"),
    (["gatherings", 1, "min_seats"], 0, "gatherings[1].min_seats"),
    (["gatherings", 1, "max_seats"], 1, "gatherings[1].max_seats"),
    (["gatherings", 1, "allowed_kinds"], ["a", "a"], "gatherings[1].allowed_kinds[1]"),
    (["gatherings", 1, "known_workers"], ["moon"], "gatherings[1].known_workers[0]"),
    (["gatherings", 1, "roles", 1, "count"], 0, "gatherings[1].roles[1].count"),
    (["gatherings", 1, "roles", 1, "per_seats"], 0, "gatherings[1].roles[1].per_seats"),
    (["gatherings", 1, "roles", 1, "skills", 0, "skill"], "", "gatherings[1].roles[1].skills[0].skill"),
    (["gatherings", 1, "occasions", 1, "venue"], "moon", "gatherings[1].occasions[1].venue"),
    (["gatherings", 1, "occasions", 1, "starts"], [], "gatherings[1].occasions[1].starts"),
    (["gatherings", 1, "occasions", 1, "starts"], [10, 192], "gatherings[1].occasions[1].starts[1]"),
    (["gatherings", 1, "occasions", 1, "starts"], [-1], "gatherings[1].occasions[1].starts[0]"),
    (["gatherings", 1, "occasions", 1, "starts"], [10, 9], "gatherings[1].occasions[1].starts[0]"),
    (["gatherings", 1, "occasions", 1, "starts"], [9], "gatherings[1].occasions[1]"),
    (["enrolments", 1, "id"], "child", "enrolments[1].id"),
    (["enrolments", 1, "id"], "lunch", "enrolments[1].id"),
    (["enrolments", 1, "place"], "moon", "enrolments[1].place"),
    (["enrolments", 1, "mode"], "car", "enrolments[1].mode"),
    (["enrolments", 1, "mode"], "rocket", "enrolments[1].mode"),
    (["enrolments", 1, "gatherings"], [], "enrolments[1].gatherings"),
    (["enrolments", 1, "gatherings"], ["moon"], "enrolments[1].gatherings[0]"),
    (["enrolments", 1, "walk_metres"], -1, "enrolments[1].walk_metres"),
    (["enrolments", 1, "free"], [{"start": 9, "end": 8}], "enrolments[1].free[0].end"),
    (["enrolments", 1, "refused_workers"], ["moon"], "enrolments[1].refused_workers[0]"),
    (["enrolments", 1, "priority"], 1001, "enrolments[1].priority"),
    (["enrolments", 1, "days_waited"], -1, "enrolments[1].days_waited"),
    (["enrolments", 1, "groups"], ["a", "a"], "enrolments[1].groups[1]"),
]


@pytest.mark.parametrize(("path", "value", "told"), BAD)
def test_refused_with_its_path(path, value, told):
    with pytest.raises(ProblemError) as error:
        decode_problem(put(path, value))
    assert error.value.path == told
    assert error.value.message


def test_a_depot_and_a_delivery_may_share_a_name():
    assert whole(depots=(change(DEPOT, id="meal"), DEPOT)).depot_by_id["meal"].place == "p0"


def test_occasions_roles_and_starts_have_one_order():
    """Plans name occasions by their place in order of venue and start; roles stay as they were given."""
    first, second = whole().gatherings[0].occasions
    assert (first.starts, second.starts) == ((9,), (10, 34))
    assert [role.count for role in whole().gatherings[0].roles] == [1, 2]
    backwards = change(
        CLASS, occasions=(Occasion(venue="room", starts=(9,)), Occasion(venue="room", starts=(34, 10)))
    )
    other = whole(gatherings=(change(backwards, id="dance"), backwards))
    assert problem_hash(other) == problem_hash(whole())


@pytest.mark.parametrize(("name", "limit"), [("deliveries", 1), ("enrolments", 1), ("gatherings", 1)])
def test_more_than_a_city_is_refused(monkeypatch, name, limit):
    monkeypatch.setattr(counts, "MAX_COUNTS", {name: limit})
    with pytest.raises(ProblemError, match="at most") as error:
        whole()
    assert error.value.path == name


def test_pairs_of_delivery_and_worker_are_counted(monkeypatch):
    monkeypatch.setattr(counts, "MAX_PAIRS", 1)
    with pytest.raises(ProblemError, match="pairs of delivery") as error:
        whole()
    assert error.value.path == "deliveries"


def turned(data):
    """The same content with every list that is a set in another order."""
    if isinstance(data, dict):
        return {k: v if k in {"roles", "travel"} else turned(v) for k, v in data.items()}
    return [turned(item) for item in reversed(data)] if isinstance(data, list) else data


@given(of=shaped_problems())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_order_does_not_matter(of):
    data = json.loads(encode(of))
    again = decode_problem(json.dumps(turned(data)).encode())
    assert encode(again) == encode(of)
    assert again == of


@given(starts=st.lists(st.integers(0, 20), min_size=1, max_size=5), duration=st.integers(1, 4))
def test_starts_of_a_term_come_one_after_another(starts, duration):
    clash = any(abs(a - b) < duration for i, a in enumerate(starts) for b in starts[:i])
    occasion = Occasion(venue="room", starts=tuple(starts))
    term = change(CLASS, duration=duration, occasions=(occasion,))
    if not clash:
        assert whole(gatherings=(term,)).gatherings[0].occasions[0].starts == tuple(sorted(starts))
        return
    with pytest.raises(ProblemError, match="before it has ended"):
        whole(gatherings=(term,))
