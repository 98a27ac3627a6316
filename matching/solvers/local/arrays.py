"""An instance as arrays of integers for the compiled search."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.people import NO_LIMIT
from matching.policy import Level
from matching.solvers.instance import Instance
from matching.solvers.levels import Scale
from matching.solvers.local import layout as at
from matching.solvers.local.near import keys_of, near_of
from matching.travel import Mode

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

MAX_RATE = 1_000_000
"""Most that a tick of travel counts against one of experience where both are levels."""


class Model(NamedTuple):
    """T tasks, V visits, R rows, P pairs; see `layout` for the columns.

    way (modes, places, places): ticks between places of tasks. visit (V, 4). task (T + 1, 13). row (R + 1, 17).
    pair (P, 8). window (W, 5). by_row (P, 3): pairs of each row, their tasks and these tasks' first visits.
    pinned (P): 1 for pinned people. lag (L, 4): precedences of each task. near (T, up to 60): tasks close in space and
    time that somebody could do both, closest first. key (K, T): who is put back first, small keys before large ones.
    """

    way: I32
    visit: I64
    task: I64
    row: I64
    pair: I64
    window: I64
    by_row: I64
    pinned: I64
    lag: I64
    near: I64
    key: I64


def model_of(instance: Instance) -> tuple[Model, I64]:
    """Arrays of an instance without pairs that no team can include; and its meters, at which nothing is used."""
    modes = sorted(set(instance.shifts.mode))
    rate = travel_rate(instance)
    meters = Meters()
    row = _rows(instance, modes, meters, rate)
    pair, first, window, pinned = _pairs(instance, rate)
    place, way = _ways(instance, modes)
    task, lag = _tasks(instance, place, first, meters)
    by_row = np.argsort(pair[:, at.ROW], kind="stable")
    row[:, at.FIRST] = np.searchsorted(pair[by_row, at.ROW], np.arange(len(row)))
    heads = task[:-1, at.HEADS]
    owner = np.repeat(np.arange(len(heads)), heads)
    number = np.arange(len(owner)) - task[owner, at.NODE]
    visit = np.column_stack([owner, task[owner, at.PLACE], task[owner, at.STAY], number])
    served = np.repeat(np.arange(len(heads)), np.diff(first))[by_row]
    by_row = np.column_stack([by_row, served, task[served, at.NODE]])
    near, key = near_of(way, task, pair, len(row) - 1), keys_of(task, pair)
    return Model(way, visit, task, row, pair, window, by_row, pinned, lag, near, key), meters.lines()


def travel_rate(instance: Instance) -> int:
    """How much a tick on the way costs: with experience as a level behind travel, more than most of it together."""
    if instance.costs != ("travel", "experience"):
        return 1
    policy, tasks = instance.policy, instance.problem.tasks
    least = policy.wish_ticks + policy.continuity_ticks + policy.anchor_ticks + policy.overlevel_ticks + 1
    late = max((w.late_price * (w.end - w.latest) for t in tasks for w in t.windows), default=0)
    return min(MAX_RATE, (3 * least + late) * max(1, len(tasks)))


class Meters:
    """Limits by name; the number of a meter is its order."""

    def __init__(self) -> None:
        self.number: dict[tuple[str, int, int], int] = {}
        self.limit: list[tuple[int, int]] = []

    def add(self, name: tuple[str, int, int], limit: int | None, *, ticks: bool = False) -> int:
        """Return the meter of a name; -1 where nothing is limited."""
        if limit is None:
            return at.NOBODY
        if name not in self.number:
            self.number[name] = len(self.limit)
            self.limit.append((limit, int(ticks)))
        return self.number[name]

    def lines(self) -> I64:
        """Limits, units, and nothing used."""
        found = np.zeros((3, max(1, len(self.limit))), dtype=np.int64)
        for i, line in enumerate(self.limit):
            found[:2, i] = line
        return found


def _rows(instance: Instance, modes: list[Mode], meters: Meters, rate: int) -> I64:
    shifts, problem = instance.shifts, instance.problem
    found = np.zeros((len(shifts) + 1, at.ROW_COLUMNS), dtype=np.int64)
    number = {mode: i for i, mode in enumerate(modes)}
    for r in range(len(shifts)):
        w, limit = instance.worker_of_row[r], instance.leg_limit[r]
        worker = problem.workers[w]
        found[r, : at.FIRST] = (
            instance.begin[r],
            instance.end[r],
            number[shifts.mode[r]],
            NO_LIMIT if limit is None else limit,
            rate,
            w,
            instance.pool(r),
            worker.people,
            worker.newcomer,
        )
        found[r, at.METERS :] = _meters(instance, r, meters)
    return found


def _meters(instance: Instance, r: int, meters: Meters) -> list[int]:
    """Meters of a row, those that exist first."""
    shifts, w, p = instance.shifts, instance.worker_of_row[r], instance.provider_of_row[r]
    worker, provider = instance.problem.workers[w], instance.problem.providers[p]
    day, week = shifts.day[r], shifts.week[r]
    found = [
        meters.add(("tasks of day", w, day), worker.max_tasks_day),
        meters.add(("tasks of week", w, week), worker.max_tasks_week),
        meters.add(("ticks of day", w, day), worker.max_ticks_day, ticks=True),
        meters.add(("ticks of week", w, week), worker.max_ticks_week, ticks=True),
        meters.add(("provider's day", p, day), provider.max_tasks_day),
        meters.add(("provider's week", p, week), provider.max_tasks_week),
    ]
    return sorted(found, key=lambda meter: meter < 0)


def _pairs(instance: Instance, rate: int) -> tuple[I64, I64, I64, I64]:
    """Pairs and their tasks' first lines, windows, marks of pinned people."""
    pairs = instance.pairs
    pinned = _pinned(instance, pairs.task, pairs.row)
    fen = _fen(instance, pairs.task, pairs.row)
    kept = np.flatnonzero(_useful(instance, pairs.task, pairs.row, pinned, fen))
    task, counts = pairs.task[kept], np.diff(pairs.window_first)[kept]
    chosen = np.repeat(pairs.window_first[kept] - np.cumsum(counts) + counts, counts) + np.arange(
        counts.sum()
    )
    first = np.cumsum(counts) - counts
    window = np.zeros((len(chosen), 5), dtype=np.int64)
    window[:, : at.W_LAST] = pairs.window[chosen]
    window[first + counts - 1, at.W_LAST] = 1
    if "experience" not in instance.policy.levels:
        window[:, at.W_PRICE] = 0
    late = np.maximum.reduceat(window[:, at.W_PRICE], first) if len(first) else first
    found = np.zeros((len(kept), 8), dtype=np.int64)
    found[:, at.ROW] = pairs.row[kept]
    found[:, at.OUT], found[:, at.BACK] = pairs.out[kept], pairs.back[kept]
    found[:, at.PRICE] = _prices(instance, task, pairs.row[kept], rate)
    found[:, at.LOW] = window[first, at.W_LOW]
    found[:, at.HIGH] = window[first + counts - 1, at.W_HIGH]
    found[:, at.WINDOW] = np.where((counts > 1) | (late > 0), first, at.NOBODY)
    found[:, at.FEN] = fen[kept]
    ends = np.searchsorted(task, np.arange(len(instance.priority) + 1))
    return found, ends, window, pinned[kept]


def _pinned(instance: Instance, task: I64, row: I64) -> I64:
    pinned = np.zeros(len(task), dtype=np.int64)
    worker = np.array(instance.worker_of_row, dtype=np.int64)[row]
    for t, workers in instance.pins.items():
        low, high = np.searchsorted(task, [t, t + 1])
        pinned[low:high] = np.isin(worker[low:high], sorted(workers))
    return pinned


def _fen(instance: Instance, task: I64, row: I64) -> I64:
    """Costs in fen of the visits to tasks that have a price cap; 0 elsewhere."""
    fen = np.zeros(len(task), dtype=np.int64)
    capped = np.array([cap is not None for cap in instance.teams.cap], dtype=bool)
    for i in np.flatnonzero(capped[task]).tolist() if len(task) else []:
        fen[i] = instance.teams.fen(int(task[i]), int(row[i]))
    return fen


def _useful(instance: Instance, task: I64, row: I64, pinned: I64, fen: I64) -> npt.NDArray[np.bool_]:
    """Which pairs may be part of a team at all."""
    teams = instance.teams
    heads = np.array(instance.headcount, dtype=np.int64)[task]
    people = np.array(teams.people, dtype=np.int64)[row]
    alone = (people > 1) | (heads == 1)
    good = (people == 1) | (people >= heads)
    two = np.array(teams.two_adults, dtype=bool)[task]
    wary = np.array(teams.experienced, dtype=bool)[task]
    new = np.array(teams.newcomer, dtype=bool)[row]
    good &= ~(alone & two & (people == 1)) & ~(alone & wary & new)
    asked = np.array([len(instance.pins.get(t, ())) for t in range(len(instance.priority))], dtype=np.int64)
    asked = asked[task]
    # Who comes alone must be the only one pinned; where a crew is pinned, single people are in its place.
    good &= ~(alone & (asked > 0) & ~((asked == 1) & (pinned == 1)))
    crews = np.zeros(len(instance.priority), dtype=bool)
    crews[task[(pinned == 1) & (people > 1)]] = True
    good &= ~(crews[task] & (pinned == 0))
    cap = np.array([-1 if c is None else c for c in teams.cap], dtype=np.int64)[task]
    poor = np.array([fund is None for fund in teams.fund], dtype=bool)[task]
    return np.asarray(good & ~((cap >= 0) & poor & (fen > cap)))


def _prices(instance: Instance, task: I64, row: I64, rate: int) -> I64:
    """What each visit adds to the cost besides ways and lateness."""
    fallback = np.array([instance.penalty(r) for r in range(len(instance.shifts))], dtype=np.int64)[row]
    if instance.level != "experience":
        return fallback
    level: Level = "experience"
    found = [instance.visit_price(level, t, r) for t, r in zip(task.tolist(), row.tolist(), strict=True)]
    return np.array(found, dtype=np.int64) + (rate - 1) * fallback


def _ways(instance: Instance, modes: list[Mode]) -> tuple[I64, I32]:
    """Number of each task's place, and the ways between places."""
    problem = instance.problem
    ids = [task.place for task in problem.tasks]
    number = {place: i for i, place in enumerate(sorted(set(ids)))}
    places = [problem.place_by_id[place] for place in number]
    way = np.zeros((max(1, len(modes)), len(places), len(places)), dtype=np.int32)
    for i, mode in enumerate(modes):
        way[i] = problem.travel.block(places, places, mode)[0]
    return np.array([number[place] for place in ids], dtype=np.int64), way


def _tasks(instance: Instance, place: I64, first: I64, meters: Meters) -> tuple[I64, I64]:
    scale, teams, total = Scale.of(instance), instance.teams, len(instance.priority)
    found = np.zeros((total + 1, at.TASK_COLUMNS), dtype=np.int64)
    found[:, at.PAIRS] = first
    found[1:, at.NODE] = np.cumsum(instance.headcount)
    found[:-1, at.PLACE] = place
    lags: list[tuple[int, int, int, int]] = []
    for t in range(total):
        links = [(k.after, 1, k.least, k.most) for k in instance.afters.get(t, [])]
        links += [(k.before, -1, k.least, k.most) for k in instance.befores.get(t, [])]
        lags += [(other, sense, low, at.FAR if high is None else high) for other, sense, low, high in links]
        cap, fund = teams.cap[t], teams.fund[t]
        limit = None if fund is None or cap is None else teams.fund_fen[fund]
        found[t, at.HEADS] = instance.headcount[t]
        found[t, at.WEIGHT] = scale.weight(instance, t)
        found[t, at.STAY] = instance.duration[t]
        found[t + 1, at.LAGS] = len(lags)
        found[t, at.TIED], found[t, at.PINNED] = bool(links), len(instance.pins.get(t, ()))
        found[t, at.WARY], found[t, at.CAP] = teams.experienced[t], at.NOBODY if cap is None else cap
        found[t, at.FUND] = meters.add(("fund", -1 if fund is None else fund, 0), limit)
    return found, np.array(lags, dtype=np.int64).reshape(-1, 4)


def smallest() -> tuple[Model, I64]:
    """One task, one row, one pair: what kernels are loaded with."""
    row = np.zeros((2, at.ROW_COLUMNS), dtype=np.int64)
    row[:, at.END], row[:, at.LEG_LIMIT], row[1, at.FIRST], row[:, at.METERS :] = 10, 10, 1, at.NOBODY
    pair = np.array([[0, 1, 1, 0, 0, 5, at.NOBODY, 0]], dtype=np.int64)
    task = np.zeros((2, at.TASK_COLUMNS), dtype=np.int64)
    task[0, [at.HEADS, at.WEIGHT, at.ABSENT, at.STAY, at.CAP, at.FUND]] = 1, 1, 1, 1, -1, -1
    task[1, [at.PAIRS, at.NODE]] = 1
    way = np.zeros((1, 1, 1), dtype=np.int32)
    near, key = near_of(way, task, pair, 1), keys_of(task, pair)
    visit, by_row = np.array([[0, 0, 1, 0]], dtype=np.int64), np.zeros((1, 3), dtype=np.int64)
    window, lag = np.zeros((0, 5), dtype=np.int64), np.zeros((0, 4), dtype=np.int64)
    model = Model(way, visit, task, row, pair, window, by_row, np.zeros(1, dtype=np.int64), lag, near, key)
    return model, Meters().lines()
