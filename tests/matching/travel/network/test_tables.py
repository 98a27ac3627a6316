"""A problem solved with sparse tables is the problem solved with all ways known."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import candidates
from matching.problem import (
    Delivery,
    Depot,
    Enrolment,
    Gathering,
    Horizon,
    LineTravel,
    MatrixTravel,
    Occasion,
    Pin,
    Place,
    Problem,
    Shift,
    StartWindow,
    TableTravel,
    Task,
    Venue,
    Worker,
    decode_problem,
    encode,
    problem_hash,
)
from matching.rules import check
from matching.solve import solve
from matching.stop import Stop
from matching.travel import UNREACHABLE, ModeMatrix, Speeds
from matching.travel.network.many import FARTHEST_METRES, distances
from matching.travel.network.snap import ON_STREET, snap
from matching.travel.network.tables import travel_of
from tests.matching import builders
from tests.support.small_network import at, blocks
from tests.support.streets import futian
from tests.support.towns import doors_in, towns

SLOW = Speeds(walk=10, walk_slow=7, ebike=20, car=25)
"""Metres a minute, such that crossing a town takes hours, which are the ticks of the random problems."""

MODES = ["walk", "walk_slow", "ebike", "car"]


def placed(problem: Problem, doors, modes, nowhere=()) -> Problem:
    """The problem with its places at `doors` (lat, lon), its workers moving by `modes`."""
    return msgspec.structs.replace(
        problem,
        places=tuple(
            msgspec.structs.replace(
                place,
                lat=lat,
                lon=lon,
                access_ticks=problem.horizon.ticks if place.id in nowhere else place.access_ticks,
            )
            for place, (lat, lon) in zip(problem.places, doors, strict=True)
        ),
        workers=tuple(
            msgspec.structs.replace(worker, mode=mode)
            for worker, mode in zip(problem.workers, modes, strict=True)
        ),
        travel=LineTravel(speeds=SLOW, tick_seconds=problem.horizon.tick_seconds),
    )


def full(problem: Problem, network) -> MatrixTravel:
    """Every way between all places of a problem, as given matrices."""
    places, speeds = problem.places, problem.travel.speeds
    lat, lon = np.array([p.lat for p in places]), np.array([p.lon for p in places])
    same = (lat[:, None] == lat) & (lon[:, None] == lon)
    nowhere = np.array([p.access_ticks >= problem.horizon.ticks for p in places])
    matrices = []
    for mode in MODES:
        hung = snap(network, lat, lon, mode)
        found = distances(network, mode, hung, hung, FARTHEST_METRES)
        metres = np.full(same.shape, UNREACHABLE)
        metres[np.repeat(np.arange(len(places)), np.diff(found.first)), found.target] = found.metres
        metres[same] = 0
        metres[(nowhere[:, None] | nowhere) & ~np.eye(len(places), dtype=bool)] = UNREACHABLE
        per_tick_60 = getattr(speeds, mode) * problem.horizon.tick_seconds
        ticks = np.where(metres == UNREACHABLE, UNREACHABLE, -(-metres * 60 // per_tick_60))
        rows = (tuple(map(tuple, table.tolist())) for table in (ticks, metres))
        matrices.append(ModeMatrix(mode=mode, ticks=next(rows), metres=next(rows)))
    return MatrixTravel(places=tuple(p.id for p in places), matrices=tuple(matrices))


def with_(problem: Problem, travel) -> Problem:
    return msgspec.structs.replace(problem, travel=travel)


def answers(problem: Problem):
    """What a plan says, without the hash of its problem."""
    plan = solve(problem, stop=Stop(seconds=2), deterministic=True).plan
    assert check(problem, plan) == ()
    return [level.value for level in plan.levels], plan.unserved, plan.terms["served"]


@st.composite
def rounds(draw, network, modes=MODES):
    """Problems in which the ways decide: shifts, legs and reaches of the size of the town, ends other than starts."""
    doors = draw(doors_in(network, 3, 7))
    places = [f"p{i}" for i in range(len(doors))]
    nowhere = draw(st.sampled_from([(), (), (), ("p0",)]))
    tasks = [
        Task(
            id=f"t{i}",
            place=draw(st.sampled_from(places)),
            duration=draw(st.integers(1, 3)),
            windows=(StartWindow(earliest=8, latest=18),),
            headcount=draw(st.sampled_from([1, 1, 1, 2])),
            reach_metres=draw(st.sampled_from([None, None, None, 900, 2_000])),
        )
        for i in range(draw(st.integers(3, 6)))
    ]
    workers = [draw(helpers(f"w{i}", places, modes)) for i in range(draw(st.integers(1, 3)))]
    pins = (Pin(task="t0", worker="w0"),) if draw(st.booleans()) else ()
    return Problem(
        id="town",
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=1, tick_seconds=3600),
        places=tuple(
            Place(id=name, lat=lat, lon=lon, access_ticks=24 if name in nowhere else draw(st.integers(0, 1)))
            for name, (lat, lon) in zip(places, doors, strict=True)
        ),
        providers=(builders.PROVIDER,),
        tasks=tuple(tasks),
        workers=tuple(workers),
        pins=pins,
        travel=LineTravel(speeds=SLOW, tick_seconds=3600),
    )


@st.composite
def helpers(draw, name, places, modes):
    home = draw(st.sampled_from(places))
    start = draw(st.integers(6, 9))
    shift = Shift(
        start=start,
        end=start + draw(st.integers(4, 14)),
        start_place=home,
        end_place=draw(st.sampled_from([home, home, *places])),
    )
    return Worker(
        id=name,
        provider="team",
        shifts=(shift,),
        mode=draw(st.sampled_from(modes)),
        reach_metres=draw(st.sampled_from([None, 700, 1_500, 3_000])),
        max_leg_ticks=draw(st.sampled_from([None, None, None, 2, 4])),
    )


@settings(deadline=None)
@given(st.data())
def test_candidates_and_causes_are_those_of_all_ways(data):
    network = data.draw(towns())
    problem = data.draw(rounds(network))
    sparse, dense = with_(problem, travel_of(problem, network)), with_(problem, full(problem, network))
    found, expected = candidates(sparse), candidates(dense)
    assert found.options == expected.options
    assert np.array_equal(found.causes, expected.causes)


@settings(deadline=None)
@given(st.data())
def test_what_may_follow_in_one_shift_is_known_exactly(data):
    """Every leg that fits beside its two visits has the ticks of the full table; others are not shorter."""
    network = data.draw(towns())
    problem = data.draw(rounds(network))
    sparse, dense = travel_of(problem, network), full(problem, network)
    options = [o for row in candidates(with_(problem, dense)).options for o in row]
    for at_ in {(o.worker, o.shift) for o in options}:
        worker = problem.workers[at_[0]]
        mine = [o for o in options if (o.worker, o.shift) == at_]
        visited = [problem.tasks[o.task] for o in mine]
        places = [problem.place_by_id[task.place] for task in visited]
        ticks, known = (travel.block(places, places, worker.mode)[0] for travel in (dense, sparse))
        duration = np.array([task.duration for task in visited])
        out, back = np.array([o.out for o in mine]), np.array([o.back for o in mine])
        length = worker.shifts[at_[1]].end - worker.shifts[at_[1]].start
        fits = out[:, None] + duration[:, None] + ticks + duration + back <= length
        if worker.max_leg_ticks is not None:
            fits &= ticks <= worker.max_leg_ticks
        assert np.array_equal(known[fits], ticks[fits])
        assert (known >= ticks).all()


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_plans_on_the_streets_of_futian_are_as_good_as_with_all_ways(data):
    problem = data.draw(rounds(futian()))
    sparse, dense = (with_(problem, how(problem, futian())) for how in (travel_of, full))
    assert answers(sparse) == answers(dense)


@st.composite
def shaped_rounds(draw, network):
    """The same with meals from a canteen and a class, whose people walk too."""
    problem = draw(rounds(network, modes=["walk", "ebike"]))
    places = [place.id for place in problem.places]
    window = StartWindow(earliest=8, latest=20)
    somewhere = st.sampled_from(places)
    return msgspec.structs.replace(
        problem,
        workers=tuple(msgspec.structs.replace(worker, capacity=3) for worker in problem.workers),
        depots=(Depot(id="canteen", place=draw(somewhere), ready=(window,)),),
        deliveries=tuple(
            Delivery(id=f"m{i}", place=draw(somewhere), windows=(window,), reach_metres=reach)
            for i, reach in enumerate(draw(st.lists(st.sampled_from([None, 900]), min_size=1, max_size=3)))
        ),
        venues=(Venue(id="hall", place=draw(somewhere), seats=5),),
        gatherings=(Gathering(id="class", duration=2, occasions=(Occasion(venue="hall", starts=(12,)),)),),
        enrolments=tuple(
            Enrolment(
                id=f"e{i}", place=draw(somewhere), gatherings=("class",), mode="walk_slow", walk_metres=far
            )
            for i, far in enumerate(draw(st.lists(st.sampled_from([None, 700]), max_size=3)))
        ),
    )


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_every_way_of_meals_and_classes_is_known(data):
    """Whatever a plan that knows all ways uses is in the sparse table, the ways of those who sit down included."""
    network = data.draw(towns())
    problem = data.draw(shaped_rounds(network))
    dense = with_(problem, full(problem, network))
    sparse = with_(problem, travel_of(problem, network))
    plan = solve(dense, stop=Stop(deterministic=0.2), deterministic=True).plan
    known = msgspec.structs.replace(plan, problem=problem_hash(sparse))
    assert check(sparse, known) == ()


def town_problem(**fields: Any) -> Problem:
    """Three corners of a town of 100 m blocks in a row, a home at the first, ticks of an hour."""
    problem = builders.problem(**fields)
    doors = [at(0, 0), at(200, 0), at(900, 0)]
    return placed(problem, doors, ["walk"] * len(problem.workers))


TOWN = blocks(12, 3)


def test_a_class_and_a_meal_are_reached_along_streets():
    window = StartWindow(earliest=8, latest=20)
    problem = town_problem(
        workers=(builders.change(builders.WORKER, capacity=3),),
        tasks=(),
        depots=(Depot(id="canteen", place="p0", ready=(window,)),),
        deliveries=(Delivery(id="meal", place="p1", windows=(window,)),),
        venues=(Venue(id="hall", place="p2", seats=5),),
        gatherings=(
            Gathering(id="class", duration=2, roles=(), occasions=(Occasion(venue="hall", starts=(12,)),)),
        ),
        enrolments=(Enrolment(id="child", place="p1", gatherings=("class",), mode="ebike", walk_metres=702),),
    )
    travel = travel_of(problem, TOWN)
    home, door, hall = problem.places
    assert travel.metres(home, door, "walk") == 201
    assert travel.metres(door, hall, "ebike") == 701
    served = solve(with_(problem, travel), stop=Stop(deterministic=0.2), deterministic=True).plan.terms[
        "served"
    ]
    assert served == 2


def test_only_what_is_within_reach_is_in_the_table():
    near = builders.change(builders.WORKER, reach_metres=300)
    far = builders.change(builders.TASK, id="far", place="p2")
    travel = travel_of(town_problem(workers=(near,), tasks=(builders.TASK, far)), TOWN)
    home, door, other = (Place(id=f"p{i}", lat=0, lon=0) for i in range(3))
    assert [travel.metres(home, place, "walk") for place in (home, door, other)] == [0, 201, UNREACHABLE]
    assert travel.tables[0].limit_metres >= 300
    assert travel.metres(door, other, "walk") == UNREACHABLE


def test_a_promised_visit_keeps_its_way_however_far():
    near = builders.change(builders.WORKER, reach_metres=100)
    far = builders.change(builders.TASK, id="far", place="p2")
    problem = town_problem(workers=(near,), tasks=(builders.TASK, far), pins=(Pin(task="far", worker="ann"),))
    travel = travel_of(problem, TOWN)
    home, other = (problem.place_by_id[place] for place in ("p0", "p2"))
    assert travel.metres(home, other, "walk") == travel.metres(other, home, "walk") == 901


def test_places_far_from_streets_are_guesses_and_say_so():
    problem = town_problem()
    lost = placed(problem, [at(0, 0), at(200, 0), at(0, 5_000)], ["walk"])
    travel = travel_of(lost, TOWN)
    home, door, away = lost.places
    assert travel.guesses == ("p2",)
    assert (travel.guessed(home, away), travel.guessed(home, door), travel.guessed(away, away)) == (
        True,
        False,
        False,
    )
    assert not travel.estimated


def test_what_is_nowhere_has_no_ways_and_is_no_guess():
    problem = placed(town_problem(), [at(0, 0), at(200, 0), at(0, 90_000)], ["walk"], nowhere=("p2",))
    travel = travel_of(problem, TOWN)
    assert travel.guesses == ()
    assert travel.metres(problem.places[0], problem.places[2], "walk") == UNREACHABLE
    assert travel.ticks(problem.places[2], problem.places[2], "walk") == 0


def test_slower_walkers_share_the_ways():
    slow = builders.change(builders.WORKER, id="bo")
    problem = placed(
        town_problem(workers=(builders.WORKER, slow)),
        [at(0, 0), at(200, 0), at(900, 0)],
        ["walk", "walk_slow"],
    )
    travel = travel_of(problem, TOWN)
    assert [table.modes for table in travel.tables] == [("walk", "walk_slow")]
    home, door, _ = problem.places
    fast, slowly = (msgspec.structs.replace(travel, tick_seconds=60).ticks(home, door, m) for m in MODES[:2])
    assert (fast, slowly) == (-(-201 // SLOW.walk), -(-201 // SLOW.walk_slow))


def test_the_document_carries_its_streets():
    problem = town_problem()
    routed = with_(problem, travel_of(problem, TOWN))
    again = decode_problem(encode(routed))
    assert encode(again) == encode(routed)
    assert isinstance(again.travel, TableTravel)
    assert again.travel.network == TOWN.facts.version
    assert routed.travel is travel_of(problem, TOWN).sorted() or routed.travel == travel_of(problem, TOWN)


def test_the_same_places_in_another_order_give_the_same_bytes():
    problem = town_problem()
    turned = builders.change(problem, places=problem.places[::-1])
    assert encode(with_(turned, travel_of(turned, TOWN))) == encode(with_(problem, travel_of(problem, TOWN)))


def test_speeds_of_the_problem_are_kept():
    problem = town_problem()
    assert travel_of(problem, TOWN).speeds == SLOW
    assert travel_of(with_(problem, full(problem, TOWN)), TOWN).speeds == Speeds()
    assert travel_of(with_(problem, travel_of(problem, TOWN)), TOWN) == travel_of(problem, TOWN)


def test_progress_never_falls():
    heard = []
    travel_of(town_problem(), TOWN, on_progress=lambda _, share: heard.append(share))
    assert heard == sorted(heard)
    assert 0 <= heard[0] <= heard[-1] <= 1


def test_ways_are_kept_for_the_next_time(tmp_path):
    problem = town_problem()
    first = travel_of(problem, TOWN, cache=tmp_path)
    files = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert files
    assert travel_of(problem, TOWN, cache=tmp_path) == first == travel_of(problem, TOWN)
    assert {path.name: path.stat().st_ino for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("fields", [{"tasks": ()}, {"workers": ()}, {"tasks": (), "workers": ()}])
def test_nothing_to_do_is_a_table_without_ways(fields):
    problem = town_problem(**fields)
    routed = with_(problem, travel_of(problem, TOWN))
    assert sum(len(table.to) for table in routed.travel.tables) == 0


def test_a_real_street_is_hung_on_streets():
    network = futian()
    middle = tuple(
        (low + high) / 2 for low, high in zip(network.facts.bounds[:2], network.facts.bounds[2:], strict=True)
    )
    assert snap(network, (middle[0],), (middle[1],)).state[0] == ON_STREET
