"""Laws of the local search, on small problems with every feature and on street rounds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.assemble import assemble
from matching.policy import Policy
from matching.problem import Pin, Precedence, StartWindow
from matching.rules import check
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from matching.solvers.levels import Scale
from matching.solvers.local import Search
from matching.solvers.local import layout as at
from matching.solvers.local import routes as lines
from tests.benchmarks.rounds import street_round
from tests.matching.builders import PROVIDER, TASK, WORKER, change
from tests.matching.builders import problem as small
from tests.matching.strategies import policies, problems

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
LIMITS = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
ROUNDS = 300


def searched(instance, *, seed=1, lanes=1, start=None, rounds=ROUNDS, tell=lambda _: None):
    search = Search(instance, seed=seed, lanes=lanes, start=start)
    search.run(lambda done: done / rounds, rounds, tell)
    return search


def objections(instance, solution):
    plan = assemble(instance, solution, (), solver="local", seed=0)
    return check(instance.problem, plan)


def priced(search):
    """Cost of the routes at hand as the kernels count it, and as the instance does."""
    instance, lane = search.instance, search.lanes[0]
    solution = search.solution_of(lane.state)
    cost = instance.cost(solution)
    if instance.costs == ("travel", "experience"):
        rate = int(search.model.row[0, at.RATE]) if len(search.model.row) > 1 else 1
        cost += (rate - 1) * instance.cost(solution, "travel")
    sums = lane.work[lines.SUMS]
    weight = Scale.of(instance).value(instance, solution)
    return (int(sums[lines.WEIGHT]), int(sums[lines.COST])), (weight, cost)


@given(problem=problems(max_tasks=10, max_workers=6), policy=policies(), seed=st.integers(0, 9))
@LIMITS
def test_every_state_keeps_every_rule_and_knows_its_cost(problem, policy, seed):
    instance = Instance(problem, policy)
    search = Search(instance, seed=seed, lanes=1)
    for _ in range(12):
        search.run(lambda done: done / 7, 7, lambda _: None)
        assert objections(instance, search.solution_of(search.lanes[0].state)) == ()
        assert objections(instance, search.best()) == ()
        told, true = priced(search)
        assert told == true


@given(problem=problems(max_tasks=10, max_workers=6), policy=policies())
@LIMITS
def test_improvement_is_never_lost(problem, policy):
    instance = Instance(problem, policy)
    start = greedy(instance)
    search = Search(instance, seed=3, lanes=2, start=start)
    ranks = [instance.rank(start), instance.rank(search.best())]
    for _ in range(3):
        search.run(lambda done: done / 50, 50, lambda _: ranks.append(instance.rank(search.best())))
    assert ranks == sorted(ranks, reverse=True)


@given(problem=problems(max_tasks=8, max_workers=5), policy=policies())
@LIMITS
def test_same_seed_and_rounds_give_the_same_routes(problem, policy):
    instance = Instance(problem, policy)
    one, two = (searched(instance, lanes=2) for _ in range(2))
    assert one.best() == two.best()
    assert one.routes() == two.routes()
    assert one.rounds == (ROUNDS if len(one.model.pair) else 0)


@given(problem=problems(max_tasks=30, max_workers=14), policy=policies(), seed=st.integers(0, 9))
@settings(LIMITS, max_examples=25)
def test_thousands_of_changes_leave_nothing_behind(problem, policy, seed):
    instance = Instance(problem, policy)
    search = searched(instance, seed=seed, rounds=4_000)
    assert objections(instance, search.best()) == ()
    told, true = priced(search)
    assert told == true
    lane = search.lanes[0]
    used = lane.meter[at.USED].copy()
    lane.adopt(lane.state.copy())
    assert used.tolist() == lane.meter[at.USED].tolist()
    assert (used <= lane.meter[at.LIMIT]).all()


@pytest.fixture(scope="module")
def round_of_streets():
    return Instance(street_round(80, 40, seed=1), Policy())


def test_a_street_round_is_served_at_least_as_well_as_by_greedy(round_of_streets):
    search = searched(round_of_streets, lanes=2, rounds=3_000)
    assert objections(round_of_streets, search.best()) == ()
    assert round_of_streets.rank(search.best()) < round_of_streets.rank(greedy(round_of_streets))


def test_routes_for_the_master_include_the_last_ones(round_of_streets):
    search = searched(round_of_streets, rounds=500)
    last = round_of_streets.routes(search.solution_of(search.lanes[0].state))
    found = search.routes()
    assert len(found) == len(set(found))
    assert {(row, tuple(tasks)) for row, tasks in last.items()} <= set(found)


def test_pins_and_mandatory_tasks_are_kept(round_of_streets):
    problem, start = round_of_streets.problem, greedy(round_of_streets)
    chosen = sorted(start)[::4]
    ids = [(problem.tasks[t].id, start[t]) for t in chosen]
    person = round_of_streets.worker_of_row
    pins = tuple(
        Pin(task=task, worker=problem.workers[person[row]].id, start=begin if i % 2 else None)
        for i, (task, (begin, rows)) in enumerate(ids)
        for row in rows
    )
    pinned = Instance(change(problem, pins=pins), Policy())
    best = searched(pinned, start=start, rounds=2_000).best()
    assert objections(pinned, best) == ()
    for i, t in enumerate(chosen):
        assert {person[row] for row in best[t][1]} == {person[row] for row in start[t][1]}
        assert i % 2 == 0 or best[t][0] == start[t][0]


def test_people_who_must_come_together_do():
    twin = change(WORKER, id="bob")
    instance = Instance(small(tasks=(change(TASK, headcount=2),), workers=(WORKER, twin)), Policy())
    best = searched(instance, rounds=5).best()
    assert {0: (9, (0, 1))} == best


def test_who_follows_waits_for_the_end_of_what_comes_before():
    first = change(TASK, id="diagnose", duration=2)
    then = change(TASK, id="repair", windows=(StartWindow(earliest=8, latest=20),))
    other = change(WORKER, id="bob")
    asked = small(
        tasks=(first, then),
        workers=(WORKER, other),
        providers=(PROVIDER,),
        precedences=(Precedence(before="diagnose", after="repair", min_lag=1, max_lag=3),),
    )
    instance = Instance(asked, Policy())
    best = searched(instance, rounds=20).best()
    assert len(best) == 2
    assert best[0][0] + 2 + 1 <= best[1][0] <= best[0][0] + 2 + 3
    assert objections(instance, best) == ()
