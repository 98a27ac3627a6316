"""Bounds are never on the wrong side of the truth, whenever they are cut short; pricing finds the best route there is."""

from collections.abc import Callable
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.policy import Policy
from matching.problem import Horizon, StartWindow, Task
from matching.solvers.bounds import bound_cost, bound_service, case, ways
from matching.solvers.bounds.layout import Layout
from matching.solvers.bounds.pricing import CELLS, best_routes
from matching.solvers.greedy import greedy
from matching.solvers.instance import Instance
from matching.solvers.levels import Scale, everything
from tests.matching.brute import best_value
from tests.matching.builders import WORKER, change, problem
from tests.matching.strategies import policies, problems

SETTINGS = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


def never() -> bool:
    return False


def after(calls: int) -> Callable[[], bool]:
    """Time that is out once it was asked so often."""
    left = iter([False] * calls)
    return lambda: next(left, True)


def weight(instance: Instance, best: tuple[int, ...]) -> int:
    scale = Scale.of(instance)
    return best[0] * scale.must + best[1] * scale.point + best[2]


@SETTINGS
@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
def test_no_plan_surpasses_a_bound(problem, policy):
    best = best_value(problem, policy)
    instance = Instance(problem, policy)
    known = greedy(instance)
    assert bound_service(instance, known, out=never).value >= weight(instance, best)
    for level, least in zip(instance.costs, best[3:], strict=True):
        assert bound_cost(instance, known, level, out=never).value <= -least


def test_months_in_seconds_need_no_table_by_time():
    """Five tasks and a shift of 115 days are too many cells; what they can be worth is bounded all the same."""
    days, long = 115, 115 * 86_400
    window = StartWindow(earliest=0, latest=long)
    of = change(
        problem(),
        horizon=Horizon(start="2026-03-02T00:00:00+08:00", days=days, tick_seconds=1),
        tasks=tuple(Task(id=f"t{i}", place="p1", duration=long // 4, windows=(window,)) for i in range(5)),
        workers=(change(WORKER, shifts=(change(WORKER.shifts[0], start=0, end=long),)),),
    )
    assert len(of.tasks) * long > CELLS
    instance = Instance(of, Policy())
    known = greedy(instance)
    assert len(known) == 3
    points = bound_service(instance, known, out=never).value // Scale.of(instance).point
    assert points == 3
    assert 0 < bound_cost(instance, known, "travel", out=never).value <= instance.cost(known)


@SETTINGS
@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
def test_more_time_never_worsens_a_bound(problem, policy):
    best = best_value(problem, policy)
    instance = Instance(problem, policy)
    known = greedy(instance)
    calls = (0, 1, 2, 3, 5, 8, 13, 40)
    served = [bound_service(instance, known, out=after(n)).value for n in calls]
    assert all(a >= b for a, b in pairwise(served))
    assert everything(instance) >= served[0]
    assert served[-1] >= weight(instance, best)
    for level, least in zip(instance.costs, best[3:], strict=True):
        costs = [bound_cost(instance, known, level, out=after(n)).value for n in calls]
        assert all(a <= b for a, b in pairwise(costs))
        assert costs[-1] <= -least


@SETTINGS
@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
def test_programs_that_are_cut_short_keep_bounds_valid(problem, policy):
    best = best_value(problem, policy)
    instance = Instance(problem, policy)
    known = greedy(instance)
    assert bound_service(instance, known, out=never, late=lambda: True).value >= weight(instance, best)
    for level, least in zip(instance.costs, best[3:], strict=True):
        assert bound_cost(instance, known, level, out=never, late=lambda: True).value <= -least


@SETTINGS
@given(problem=problems(max_tasks=4, max_workers=3), policy=policies(), scale=st.floats(0.0, 2.0))
def test_any_prices_to_begin_with_keep_a_bound_valid(problem, policy, scale):
    best = best_value(problem, policy)
    instance = Instance(problem, policy)
    weights = np.array([Scale.of(instance).weight(instance, t) for t in range(len(problem.tasks))])
    bound = bound_service(instance, {}, out=never, prices=weights * scale)
    assert bound.value >= weight(instance, best)
    for level, least in zip(instance.costs, best[3:], strict=True):
        ticks = np.full(len(problem.tasks), scale * 10)
        known = greedy(instance)
        assert bound_cost(instance, known, level, out=never, prices=ticks).value <= -least


@SETTINGS
@given(problem=problems(max_tasks=4, max_workers=3), policy=policies())
def test_the_ways_of_large_rounds_keep_bounds_valid(problem, policy):
    best = best_value(problem, policy)
    instance = Instance(problem, policy)
    known = greedy(instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case, "LINEAR", 0)
        patch.setattr(ways, "DENSE", -1)
        assert bound_service(instance, known, out=after(60)).value >= weight(instance, best)
        for level, least in zip(instance.costs, best[3:], strict=True):
            assert bound_cost(instance, known, level, out=after(60)).value <= -least


@SETTINGS
@given(problem=problems(max_tasks=5, max_workers=3))
def test_sparse_ways_are_those_of_the_dense_table(problem):
    instance = Instance(problem, Policy())
    gain = np.full(len(instance.pairs.task), 5.0)
    bounds = []
    for dense in (3_000, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ways, "DENSE", dense)
            layout = Layout(instance, "travel", never)
        bound, columns = np.zeros(layout.rows), np.empty((layout.rows, 2, 8), np.int64)
        tail = (
            gain,
            layout.weight,
            layout.late,
            1_000_000,
            5_000,
            np.zeros(layout.rows),
            np.zeros(layout.rows),
            0.0,
        )
        best_routes(np.arange(layout.rows), layout.arrays, *tail, bound, columns)
        bounds.append(bound.tolist())
    assert bounds[0] == bounds[1]


def worth(instance, layout, row, order, gain):
    """What a route is worth if each visit starts as early as it can, None if there is none."""
    pairs, shift = layout.pairs, layout.shift[row]
    index = {
        int(pairs.task[p]): int(p) for p in pairs.by_row[pairs.row_first[row] : pairs.row_first[row + 1]]
    }
    table = instance.tick_table(row)
    now, total, spent = instance.begin[row], 0.0, 0
    for before, task in zip((None, *order), order, strict=False):
        pair = index[task]
        ways = int(pairs.out[pair]) if before is None else int(table[before, task])
        windows = pairs.window[pairs.window_first[pair] : pairs.window_first[pair + 1]].tolist()
        starts = [max(now + ways, low) for low, high, _, _ in windows if now + ways <= high]
        spent += instance.duration[task]
        if not starts or ways > shift[2] or spent > shift[4]:
            return None
        total += gain[pair] - layout.weight * ways
        now = min(starts) + instance.duration[task]
    return total - layout.weight * int(pairs.back[index[order[-1]]])


@pytest.mark.parametrize("level", ["service", "travel"])
@SETTINGS
@given(problem=problems(max_tasks=5, max_workers=3), data=st.data())
def test_pricing_finds_the_best_route_of_every_row(level, problem, data):
    instance = Instance(problem, Policy())
    layout = Layout(instance, level, never)
    drawn = data.draw(
        st.lists(st.integers(0, 12), min_size=len(layout.pairs.task), max_size=len(layout.pairs.task))
    )
    gain = np.array(drawn, dtype=np.float64)
    rows = np.arange(layout.rows)
    bound, columns = np.zeros(len(rows)), np.empty((len(rows), 3, 8), np.int64)
    nothing = np.zeros(len(rows))
    best_routes(
        rows,
        layout.arrays,
        gain,
        layout.weight,
        layout.late,
        1_000_000,
        5_000,
        nothing,
        nothing,
        0.0,
        bound,
        columns,
    )
    for row in rows.tolist():
        tasks = layout.pairs.task[
            layout.pairs.by_row[layout.pairs.row_first[row] : layout.pairs.row_first[row + 1]]
        ]
        most = min(len(tasks), int(layout.shift[row, 3]))
        orders = (order for n in range(1, most + 1) for order in permutations(tasks.tolist(), n))
        values = [worth(instance, layout, row, order, gain) for order in orders]
        best = max([0.0, *(v for v in values if v is not None)])
        assert bound[row] == pytest.approx(best)
        found = [tuple(t for t in line if t >= 0) for line in columns[row].tolist()]
        told = [worth(instance, layout, row, order, gain) for order in found if order]
        assert max([0.0, *told]) == pytest.approx(best)


@SETTINGS
@given(problem=problems(max_tasks=5, max_workers=3))
def test_a_rough_search_of_a_row_is_never_below_a_thorough_one(problem):
    instance = Instance(problem, Policy())
    layout = Layout(instance, "travel", never)
    gain = np.full(len(layout.pairs.task), 7.0)
    rows, nothing = np.arange(layout.rows), np.zeros(layout.rows)
    bounds = []
    for labels, work in ((0, 1), (1, 1), (2, 100), (5_000, 1_000_000)):
        bound, columns = np.zeros(len(rows)), np.empty((len(rows), 2, 8), np.int64)
        tail = (gain, layout.weight, layout.late, work, labels, nothing, nothing, 0.0)
        best_routes(rows, layout.arrays, *tail, bound, columns)
        bounds.append(bound)
    assert all((bound >= bounds[-1] - 1e-9).all() for bound in bounds)
