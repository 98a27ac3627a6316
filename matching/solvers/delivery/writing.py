"""Trips as routes of a plan, everybody as early as freshness allows."""

import numpy as np

from matching.plan import Route, Stop
from matching.problem import Place
from matching.solvers.delivery import anneal as kernels
from matching.solvers.delivery import layout as at
from matching.solvers.delivery.case import Case
from matching.solvers.delivery.search import Visits

Trips = tuple[tuple[int, tuple[int, ...]], ...]


def times(case: Case, row: int, trips: Trips) -> tuple[list[int], list[int], int]:
    """Tokens of a row, when each begins, and the cost of the row (-1: it breaks a rule)."""
    total = len(case.deliveries)
    tokens = [token for depot, items in trips for token in (total + depot, *items)]
    line, when = np.array(tokens, dtype=np.int64), np.zeros(len(tokens), dtype=np.int64)
    cost = kernels.plan_row(*case.model, line, row, when)
    return tokens, when.tolist(), int(cost)


def written(case: Case, visits: Visits) -> tuple[Route, ...]:
    """Routes of all rows in use."""
    return tuple(_route(case, row, trips) for row, trips in visits)


def _route(case: Case, row: int, trips: Trips) -> Route:
    problem, shifts, line = case.problem, case.candidates.shifts, case.rows[row]
    shift, total = shifts.shifts[line], len(case.deliveries)
    tokens, starts, _ = times(case, row, trips)
    known = [problem.depots[t - total] if t >= total else case.deliveries[t] for t in tokens]
    ids = [shift.start_place, *(one.place for one in known), shift.end_place]
    places: list[Place] = [problem.place_by_id[place] for place in ids]
    ticks, metres = (
        column.tolist() for column in problem.travel.pairs(places[:-1], places[1:], shifts.mode[line])
    )
    now, stops = starts[0] - ticks[0], []
    for token, start, way, length in zip(tokens, starts, ticks, metres, strict=False):
        end = start + (
            problem.depots[token - total].load_ticks if token >= total else case.deliveries[token].duration
        )
        stops.append(
            Stop(
                task=problem.depots[token - total].id if token >= total else case.deliveries[token].id,
                arrive=now + way,
                start=start,
                end=end,
                travel_ticks=way,
                travel_metres=length,
                kind="load" if token >= total else "deliver",
            )
        )
        now = end
    return Route(
        worker=problem.workers[case.worker[row]].id,
        shift=int(shifts.index[line]),
        stops=tuple(stops),
        return_ticks=ticks[-1],
        return_metres=metres[-1],
    )


def values(case: Case, visits: Visits) -> tuple[int, int, int, int]:
    """Weight, points, value of the last level of cost, and ticks of ways with penalties alone."""
    items = [j for _, trips in visits for _, found in trips for j in found]
    weight = sum(int(case.model.item[j, at.WEIGHT]) for j in items)
    points = sum(case.deliveries[j].priority for j in items)
    late = sum(_late(case, row, trips) for row, trips in visits) if case.late else 0
    cost = sum(times(case, row, trips)[2] for row, trips in visits)
    rate = int(case.model.row[0, at.RATE]) if len(case.rows) else 1
    travel = (cost - late) // rate
    return weight, points, travel + late, travel


def _late(case: Case, row: int, trips: Trips) -> int:
    tokens, starts, _ = times(case, row, trips)
    pairs = ((t, s) for t, s in zip(tokens, starts, strict=True) if t < len(case.deliveries))
    return sum(lateness(case, row, t, s) for t, s in pairs)


def lateness(case: Case, row: int, item: int, start: int) -> int:
    """What a start costs for being late."""
    model = case.model
    line = int(model.pair[model.lookup[item, row], at.WINDOW])
    while start > model.window[line, at.W_HIGH]:
        line += 1
    return max(0, start - int(model.window[line, at.W_DUE])) * int(model.window[line, at.W_PRICE])
