"""From documents to arrays: shifts, limits, pairs, and the stops of a plan in their order."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matching.errors import PlanError
from matching.online import kernels
from matching.online import layout as at
from matching.online.asking import Asker
from matching.online.kernels import I64
from matching.online.store import Store
from matching.online.ways import ways_of
from matching.people import NO_LIMIT
from matching.plan import Plan, Route, Stop
from matching.policy import Policy
from matching.problem import Place, Problem, Shift, Task
from matching.solvers.instance import Instance
from matching.travel import Mode

CREW = 2
"""From so many people on a worker is a crew, which comes alone."""


class Meters:
    """Limits by name; the number of a meter is its order."""

    def __init__(self) -> None:
        self.number: dict[tuple[str, int], int] = {}
        self.limit: list[tuple[int, int, int]] = []

    def add(self, name: tuple[str, int], limit: int | None, *, ticks: bool = False) -> int:
        """The meter of a name; NOBODY where nothing is limited."""
        if limit is None:
            return at.NOBODY
        if name not in self.number:
            self.number[name] = len(self.limit)
            self.limit.append((limit, int(ticks), 0))
        return self.number[name]

    def lines(self) -> I64:
        """Limits, units, and nothing used."""
        return np.array([*self.limit, (0, 0, 0)], dtype=np.int64).T.copy()


class Rows(NamedTuple):
    """Shifts by row: worker and index in its shifts; rows by worker and index."""

    worker: list[int]
    nth: list[int]
    shifts: list[Shift]
    modes: list[Mode]
    at: dict[tuple[str, int], int]


class Loaded(NamedTuple):
    """A plan as arrays, what of it are blocks, and the numbers of meters."""

    store: Store
    rows: Rows
    meters: Meters
    asker: Asker
    instance: Instance
    blocks: dict[int, Stop]


def loaded(problem: Problem, plan: Plan, policy: Policy) -> Loaded:
    """Read a plan of a problem; one that breaks a rule of time is a `PlanError`."""
    instance, asker, meters = Instance(problem, policy), Asker(problem, policy), Meters()
    shifts = instance.shifts
    modes = sorted(set(shifts.mode)) or ["walk"]
    ids = [problem.workers[w].id for w in instance.worker_of_row]
    index = shifts.index.tolist()
    rows = Rows(
        instance.worker_of_row,
        index,
        shifts.shifts,
        shifts.mode,
        {key: row for row, key in enumerate(zip(ids, index, strict=True))},
    )
    line = np.array([_row(instance, r, modes, meters) for r in range(len(shifts))], dtype=np.int64)
    funds = {fund.id: meters.add(("fund", i), fund.fen) for i, fund in enumerate(problem.funds)}
    store = Store(ways_of(problem, modes), line.reshape(-1, at.ROW_COLUMNS), meters.lines())
    _tasks(store, instance, funds)
    found = Loaded(store, rows, meters, asker, instance, {})
    place = {one.id: i for i, one in enumerate(problem.places)}
    for route in plan.routes:
        _route(found, problem, plan, route, place)
    _spend(store, problem, plan)
    bad = kernels.schedule_all(store.board)
    if bad >= 0:
        worker = problem.workers[rows.worker[bad]].id
        raise PlanError(f"The route of {worker!r} in shift {rows.nth[bad]} breaks a rule of time")
    return found


def _row(instance: Instance, r: int, modes: Sequence[Mode], meters: Meters) -> list[int]:
    shifts, w, p = instance.shifts, instance.worker_of_row[r], instance.provider_of_row[r]
    worker, provider = instance.problem.workers[w], instance.problem.providers[p]
    day, week, limit = shifts.day[r], shifts.week[r], instance.leg_limit[r]
    return [
        instance.begin[r],
        instance.end[r],
        modes.index(shifts.mode[r]),
        NO_LIMIT if limit is None else limit,
        w,
        instance.pool(r),
        worker.people,
        int(worker.newcomer),
        1,
        meters.add((f"tasks of day {day}", w), worker.max_tasks_day),
        meters.add((f"tasks of week {week}", w), worker.max_tasks_week),
        meters.add((f"ticks of day {day}", w), worker.max_ticks_day, ticks=True),
        meters.add((f"ticks of week {week}", w), worker.max_ticks_week, ticks=True),
        meters.add((f"provider's day {day}", p), provider.max_tasks_day),
        meters.add((f"provider's week {week}", p), provider.max_tasks_week),
    ]


def task_line(place: int, task: Task, must: bool, fund: int) -> list[int]:
    """What `Store.add_task` wants to know of a task."""
    loss = at.KEPT if must else task.priority
    cap = at.NOBODY if task.price_cap_fen is None else task.price_cap_fen
    return [place, task.duration, loss, cap, fund]


def _tasks(store: Store, instance: Instance, funds: dict[str, int]) -> None:
    """All tasks of the problem with their pairs, at once."""
    problem, pairs = instance.problem, instance.pairs
    place = {one.id: i for i, one in enumerate(problem.places)}
    pair = np.zeros((len(pairs.task), at.PAIR_COLUMNS), dtype=np.int64)
    pair[:, at.P_ROW], pair[:, at.P_OUT], pair[:, at.P_BACK] = pairs.row, pairs.out, pairs.back
    pair[:, at.P_PRICE] = instance.visit_prices(instance.level)
    pair[:, at.P_WINDOW], pair[:, at.P_WINDOW_END] = pairs.window_first[:-1], pairs.window_first[1:]
    for t, task in enumerate(problem.tasks):
        if task.price_cap_fen is not None:
            for q in range(int(pairs.first[t]), int(pairs.first[t + 1])):
                pair[q, at.P_FEN] = instance.teams.fen(t, int(pairs.row[q]))
    window = np.array(pairs.window, dtype=np.int64).reshape(-1, 4)
    if "experience" not in instance.policy.levels:
        window[:, at.LATE] = 0
    lines = np.array(
        [
            [first, end, *task_line(place[task.place], task, must, funds.get(task.fund or "", at.NOBODY))]
            for task, must, first, end in zip(
                problem.tasks, instance.must, pairs.first[:-1].tolist(), pairs.first[1:].tolist(), strict=True
            )
        ],
        dtype=np.int64,
    ).reshape(-1, at.TASK_COLUMNS)
    store.board = store.board._replace(pair=_or_one(pair), window=_or_one(window), task=_or_one(lines))
    store.tasks, store.pairs, store.windows = len(lines), len(pair), len(window)


def _or_one(lines: I64) -> I64:
    """The same lines; one that nobody reads where there are none."""
    return np.ascontiguousarray(lines) if len(lines) else np.zeros((1, lines.shape[1]), dtype=np.int64)


def _route(found: Loaded, problem: Problem, plan: Plan, route: Route, place: dict[str, int]) -> None:
    """Stops of a route, each where and when it is."""
    store, before = found.store, (row := found.rows.at[route.worker, route.shift])
    for stop in route.stops:
        v = store.new_node()
        line = store.board.node[v]
        door = _place(problem, plan, stop)
        line[at.PLACE], line[at.AT], line[at.STAY] = place[door], stop.start, stop.end - stop.start
        line[at.FLOOR] = line[at.CEIL] = stop.start
        q = at.NOBODY
        if stop.kind == "visit":
            t = found.instance.task_index[stop.task]
            line[at.TASK], q = t, store.pair_of(t, row)
            store.visits[t] = (*store.visits.get(t, ()), v)
        else:
            found.blocks[v] = stop
            line[at.UNITS], line[at.GLUED] = stop.kind != "deliver", stop.kind == "deliver"
        if q >= 0:
            tie(store, v, q)
        else:
            line[at.OUT], line[at.BACK] = _ends(problem, found.rows, row, problem.place_by_id[door])
        kernels.link(store.board, v, before, row)
        before = v


def tie(store: Store, v: int, q: int) -> None:
    """Make a stop the visit of a pair."""
    line, pair = store.board.node[v], store.board.pair[q]
    line[at.PRICE] = pair[at.P_PRICE]
    line[at.OUT], line[at.BACK] = pair[at.P_OUT], pair[at.P_BACK]
    line[at.WINDOW], line[at.WINDOW_END] = pair[at.P_WINDOW], pair[at.P_WINDOW_END]


def _ends(problem: Problem, rows: Rows, row: int, door: Place) -> tuple[int, int]:
    """Ticks from the start place of a shift to a door, and from there to its end place."""
    shift, mode = rows.shifts[row], rows.modes[row]
    start, end = problem.place_by_id[shift.start_place], problem.place_by_id[shift.end_place]
    return problem.travel.ticks(start, door, mode), problem.travel.ticks(door, end, mode)


def _place(problem: Problem, plan: Plan, stop: Stop) -> str:
    """Where a stop is."""
    if stop.kind == "visit":
        return problem.task_by_id[stop.task].place
    if stop.kind == "load":
        return problem.depot_by_id[stop.task].place
    if stop.kind == "deliver":
        return problem.delivery_by_id[stop.task].place
    (session,) = (one for one in plan.sessions if one.gathering == stop.task)
    occasion = problem.gathering_by_id[stop.task].occasions[session.occasion]
    return problem.venue_by_id[occasion.venue].place


def _spend(store: Store, problem: Problem, plan: Plan) -> None:
    """What funds pay already."""
    number = {task.id: t for t, task in enumerate(problem.tasks)}
    for assignment in plan.assignments:
        t = number[assignment.task]
        fund = int(store.board.task[t, at.FUND])
        if fund >= 0 and store.board.task[t, at.CAP] >= 0:
            store.over[t] = paid_over(store, t)
            store.board.meter[at.USED, fund] += store.over[t]


def paid_over(store: Store, t: int) -> int:
    """Fen above the price cap of a task that is served."""
    pairs = [store.pair_of(t, store.row_of(v)) for v in store.visits[t]]
    fen = sum(int(store.board.pair[q, at.P_FEN]) for q in pairs if q >= 0)
    return max(0, fen - int(store.board.task[t, at.CAP]))
