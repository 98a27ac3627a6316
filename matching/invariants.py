"""What must hold in every problem document, and the order in which it is kept."""

import math
from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from matching.errors import ProblemError
from matching.travel import LineTravel, MatrixTravel, ModeTable, Place, Speeds, TableTravel
from matching.travel.table import PACKED, rows_of, unpacked

if TYPE_CHECKING:
    from matching.problem import Problem, Provider, Shift, StartWindow, Task, Worker

MAX_TICKS = 10_000_000
MAX_PRIORITY = 1000
MAX_HEADCOUNT = 100
MAX_METRES = 10_000_000
MAX_CAP = 10_000_000
MAX_LEVEL = 1_000_000
MAX_FEN = 10_000_000
MAX_FUND = 10**12
MAX_PRICE = 10_000
MAX_WINDOWS = 1_000
MAX_SHIFTS = 1_000
MAX_COUNTS = {"tasks": 100_000, "workers": 100_000}
MAX_ITEMS = 1_000_000
"""Places, pins and whatever else has no limit of its own in `MAX_COUNTS`."""

MAX_PAIRS = 1_000_000_000
"""Tasks x workers: candidates keep one byte for each."""

MAX_NAMED = 8
"""Tasks of a circle that an error names."""

DAY_SECONDS = 86_400


def check_problem(problem: "Problem") -> None:
    """Raise `ProblemError` for the first invariant that fails; indices are those of the document given."""
    if problem.schema != "linli.problem/1":
        raise ProblemError("schema", f"Unknown schema {problem.schema!r}, expected 'linli.problem/1'")
    _counts(problem)
    _horizon(problem)
    _places(problem)
    _providers(problem)
    _workers(problem)
    _tasks(problem)
    _pins(problem)
    _precedences(problem)
    _travel(problem)


def sorted_fields(problem: "Problem") -> dict[str, Any]:
    """The collections of a problem in canonical order."""
    travel = problem.travel
    return {
        "places": _by_id([_plain_place(place) for place in problem.places]),
        "providers": _by_id([_sorted_provider(provider) for provider in problem.providers]),
        "tasks": _by_id([_sorted_task(task) for task in problem.tasks]),
        "workers": _by_id([_sorted_worker(worker) for worker in problem.workers]),
        "pins": tuple(sorted(problem.pins, key=lambda p: (p.task, p.worker))),
        "forbids": tuple(sorted(set(problem.forbids), key=lambda f: (f.task, f.worker))),
        "precedences": tuple(sorted(problem.precedences, key=lambda p: (p.before, p.after))),
        "funds": _by_id(problem.funds),
        "travel": _plain_line(travel) if isinstance(travel, LineTravel) else travel.sorted(),
    }


def _by_id(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=lambda item: item.id))


def _plain_line(travel: LineTravel) -> LineTravel:
    return msgspec.structs.replace(travel, factor=float(travel.factor))


def _plain_place(place: Place) -> Place:
    # An integer latitude and a negative zero are the same door as their float, so they must give the same bytes.
    return msgspec.structs.replace(place, lat=float(place.lat) + 0.0, lon=float(place.lon) + 0.0)


def _sorted_task(task: "Task") -> "Task":
    return msgspec.structs.replace(
        task,
        windows=tuple(sorted(task.windows, key=lambda w: (w.earliest, w.latest))),
        skills=tuple(sorted(task.skills, key=lambda s: s.skill)),
        qualifications=tuple(sorted(task.qualifications)),
        allowed_kinds=tuple(sorted(task.allowed_kinds)),
        refused_workers=tuple(sorted(task.refused_workers)),
        groups=tuple(sorted(task.groups)),
        wishes=msgspec.structs.replace(task.wishes, workers=tuple(sorted(task.wishes.workers))),
        known_workers=tuple(sorted(task.known_workers)),
        zones=tuple(sorted(task.zones)),
        safeguards=tuple(sorted(task.safeguards)),
    )


def _sorted_provider(provider: "Provider") -> "Provider":
    return msgspec.structs.replace(provider, rates=tuple(sorted(provider.rates, key=lambda r: r.service)))


def _sorted_worker(worker: "Worker") -> "Worker":
    return msgspec.structs.replace(
        worker,
        shifts=tuple(sorted(worker.shifts, key=lambda s: (s.start, s.end, s.start_place, s.end_place))),
        skills=tuple(sorted(worker.skills, key=lambda s: s.skill)),
        qualifications=tuple(
            sorted(
                worker.qualifications, key=lambda q: (q.code, q.valid_from or -1, q.valid_until or MAX_TICKS)
            )
        ),
        languages=tuple(sorted(worker.languages)),
        anchors=tuple(sorted(worker.anchors)),
    )


def _bounded(path: str, value: float | None, low: int, high: int) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise ProblemError(path, f"Expected a number from {low} to {high}, got {value}")


def _distinct(path: str, keys: Iterable[object], field: str = "") -> None:
    seen: set[object] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise ProblemError(f"{path}[{i}]{field}", f"Duplicate {key!r}")
        if not key:
            raise ProblemError(f"{path}[{i}]{field}", "Empty name")
        seen.add(key)


def _different(path: str, keys: Iterable[object]) -> None:
    """As `_distinct`, for keys that may be empty."""
    seen: set[object] = set()
    for i, key in enumerate(keys):
        if key in seen:
            raise ProblemError(f"{path}[{i}]", f"Duplicate {key!r}")
        seen.add(key)


def _known(path: str, key: str, known: set[str], what: str) -> None:
    if key not in known:
        raise ProblemError(path, f"Unknown {what} {key!r}")


def _counts(problem: "Problem") -> None:
    """Refuse what is far beyond a city before anything looks at it."""
    for name in ("places", "tasks", "workers", "providers", "pins", "forbids", "precedences", "funds"):
        count, most = len(getattr(problem, name)), MAX_COUNTS.get(name, MAX_ITEMS)
        if count > most:
            raise ProblemError(name, f"Expected at most {most}, got {count}")
    pairs = len(problem.tasks) * len(problem.workers)
    if pairs > MAX_PAIRS:
        raise ProblemError("tasks", f"Expected at most {MAX_PAIRS} pairs of task and worker, got {pairs}")


def _horizon(problem: "Problem") -> None:
    horizon = problem.horizon
    try:
        start = datetime.fromisoformat(horizon.start)
    except ValueError as error:
        raise ProblemError("horizon.start", f"Not an ISO date and time: {horizon.start!r}") from error
    if start.tzinfo is None:
        raise ProblemError("horizon.start", "The time needs an offset, such as +08:00")
    _bounded("horizon.tick_seconds", horizon.tick_seconds, 1, DAY_SECONDS)
    if DAY_SECONDS % horizon.tick_seconds:
        raise ProblemError("horizon.tick_seconds", "A day must be a whole number of ticks")
    _bounded("horizon.days", horizon.days, 1, MAX_TICKS // horizon.day_ticks)


def _places(problem: "Problem") -> None:
    _distinct("places", (place.id for place in problem.places), ".id")
    for i, place in enumerate(problem.places):
        _bounded(f"places[{i}].lat", place.lat, -90, 90)
        _bounded(f"places[{i}].lon", place.lon, -180, 180)
        _bounded(f"places[{i}].access_ticks", place.access_ticks, 0, MAX_TICKS)


def _providers(problem: "Problem") -> None:
    _distinct("providers", (provider.id for provider in problem.providers), ".id")
    for i, provider in enumerate(problem.providers):
        _bounded(f"providers[{i}].max_tasks_day", provider.max_tasks_day, 0, MAX_CAP)
        _bounded(f"providers[{i}].max_tasks_week", provider.max_tasks_week, 0, MAX_CAP)
        _different(f"providers[{i}].rates", (rate.service for rate in provider.rates))
        for j, rate in enumerate(provider.rates):
            _bounded(f"providers[{i}].rates[{j}].visit_fen", rate.visit_fen, 0, MAX_FEN)
            _bounded(f"providers[{i}].rates[{j}].hour_fen", rate.hour_fen, 0, MAX_FEN)
    _distinct("funds", (fund.id for fund in problem.funds), ".id")
    for i, fund in enumerate(problem.funds):
        _bounded(f"funds[{i}].fen", fund.fen, 0, MAX_FUND)


def _workers(problem: "Problem") -> None:
    _distinct("workers", (worker.id for worker in problem.workers), ".id")
    providers = {provider.id for provider in problem.providers}
    places = {place.id for place in problem.places}
    for i, worker in enumerate(problem.workers):
        path = f"workers[{i}]"
        _known(f"{path}.provider", worker.provider, providers, "provider")
        _skills(path, worker)
        _distinct(f"{path}.languages", worker.languages)
        _distinct(f"{path}.anchors", worker.anchors)
        _bounded(f"{path}.people", worker.people, 1, MAX_HEADCOUNT)
        _validities(path, worker)
        _shifts(path, worker, places, problem.horizon.ticks)
        _bounded(f"{path}.reach_metres", worker.reach_metres, 0, MAX_METRES)
        for name in ("max_leg_ticks", "max_tasks_day", "max_ticks_day", "max_tasks_week", "max_ticks_week"):
            _bounded(f"{path}.{name}", getattr(worker, name), 0, MAX_CAP)
        _bounded(f"{path}.declared_ticks", worker.declared_ticks, 0, MAX_TICKS)


def _skills(path: str, owner: "Task | Worker") -> None:
    _distinct(f"{path}.skills", (skill.skill for skill in owner.skills), ".skill")
    for j, skill in enumerate(owner.skills):
        _bounded(f"{path}.skills[{j}].level", skill.level, 0, MAX_LEVEL)


def _validities(path: str, worker: "Worker") -> None:
    for j, validity in enumerate(worker.qualifications):
        at = f"{path}.qualifications[{j}]"
        _bounded(f"{at}.valid_from", validity.valid_from, -MAX_TICKS, MAX_TICKS)
        _bounded(f"{at}.valid_until", validity.valid_until, -MAX_TICKS, MAX_TICKS)
        if not validity.code:
            raise ProblemError(f"{at}.code", "Empty name")
        low, high = validity.valid_from, validity.valid_until
        if low is not None and high is not None and low > high:
            raise ProblemError(f"{at}.valid_until", f"Ends at {high}, before it begins at {low}")


def _shifts(path: str, worker: "Worker", places: set[str], horizon_ticks: int) -> None:
    if len(worker.shifts) > MAX_SHIFTS:
        raise ProblemError(f"{path}.shifts", f"Expected at most {MAX_SHIFTS}, got {len(worker.shifts)}")
    earlier: list[tuple[int, int]] = []
    for j, shift in enumerate(worker.shifts):
        at = f"{path}.shifts[{j}]"
        _bounded(f"{at}.start", shift.start, 0, horizon_ticks)
        _bounded(f"{at}.end", shift.end, 0, horizon_ticks)
        if shift.end <= shift.start:
            raise ProblemError(f"{at}.end", f"Ends at {shift.end}, not after its start {shift.start}")
        _known(f"{at}.start_place", shift.start_place, places, "place")
        _known(f"{at}.end_place", shift.end_place, places, "place")
        _no_overlap(at, shift, earlier)


def _no_overlap(path: str, shift: "Shift", earlier: list[tuple[int, int]]) -> None:
    """Keep `earlier`, which do not overlap, in order of time: only the neighbours can be in the way."""
    at = bisect(earlier, (shift.start, shift.end))
    before, after = earlier[at - 1 : at], earlier[at : at + 1]
    if any(shift.start < end for _, end in before) or any(start < shift.end for start, _ in after):
        raise ProblemError(f"{path}.start", "Overlaps another shift of the same worker")
    earlier.insert(at, (shift.start, shift.end))


def _tasks(problem: "Problem") -> None:
    _distinct("tasks", (task.id for task in problem.tasks), ".id")
    places = {place.id for place in problem.places}
    workers = {worker.id for worker in problem.workers}
    funds = {fund.id for fund in problem.funds}
    for i, task in enumerate(problem.tasks):
        path = f"tasks[{i}]"
        _known(f"{path}.place", task.place, places, "place")
        _bounded(f"{path}.duration", task.duration, 1, MAX_TICKS)
        _bounded(f"{path}.headcount", task.headcount, 1, MAX_HEADCOUNT)
        _bounded(f"{path}.priority", task.priority, 1, MAX_PRIORITY)
        _bounded(f"{path}.reach_metres", task.reach_metres, 0, MAX_METRES)
        _bounded(f"{path}.days_waited", task.days_waited, 0, MAX_CAP)
        _windows(path, task)
        _skills(path, task)
        _bounded(f"{path}.price_cap_fen", task.price_cap_fen, 0, MAX_FEN * MAX_HEADCOUNT)
        if task.fund is not None:
            _known(f"{path}.fund", task.fund, funds, "fund")
        for name in ("qualifications", "allowed_kinds", "groups", "zones", "safeguards"):
            _distinct(f"{path}.{name}", getattr(task, name))
        named = (("refused_workers", task.refused_workers), ("known_workers", task.known_workers))
        for name, people in (*named, ("wishes.workers", task.wishes.workers)):
            _distinct(f"{path}.{name}", people)
            for j, worker in enumerate(people):
                _known(f"{path}.{name}[{j}]", worker, workers, "worker")


def _windows(path: str, task: "Task") -> None:
    if not task.windows:
        raise ProblemError(f"{path}.windows", "At least one start window is needed")
    if len(task.windows) > MAX_WINDOWS:
        raise ProblemError(f"{path}.windows", f"Expected at most {MAX_WINDOWS}, got {len(task.windows)}")
    for j, window in enumerate(task.windows):
        at = f"{path}.windows[{j}]"
        _bounded(f"{at}.earliest", window.earliest, 0, MAX_TICKS)
        _bounded(f"{at}.latest", window.latest, 0, MAX_TICKS)
        if window.latest < window.earliest:
            raise ProblemError(
                f"{at}.latest", f"Is {window.latest}, before the earliest start {window.earliest}"
            )
        _bounded(f"{at}.late_price", window.late_price, 0, MAX_PRICE)
        if window.late_until is not None:
            _bounded(f"{at}.late_until", window.late_until, window.latest + 1, MAX_TICKS)
    if len(task.windows) > 1 and any(window.late_until is not None for window in task.windows):
        _late(path, task.windows)


def _late(path: str, windows: "Sequence[StartWindow]") -> None:
    """A start is late for one reason alone: a window with a late part overlaps no other."""
    order = sorted(range(len(windows)), key=lambda j: (windows[j].earliest, windows[j].end))
    reach = accumulate((windows[j].end for j in order), max)
    for (j, after), end in zip(pairwise(order), reach, strict=False):
        late = [i for i in (j, after) if windows[i].late_until is not None]
        if late and windows[after].earliest <= end:
            raise ProblemError(
                f"{path}.windows[{late[0]}].late_until",
                "The window with its late part overlaps another window",
            )


def _precedences(problem: "Problem") -> None:
    tasks = {task.id for task in problem.tasks}
    _different("precedences", ((p.before, p.after) for p in problem.precedences))
    follows: dict[str, set[str]] = {}
    for i, precedence in enumerate(problem.precedences):
        path = f"precedences[{i}]"
        _known(f"{path}.before", precedence.before, tasks, "task")
        _known(f"{path}.after", precedence.after, tasks, "task")
        _bounded(f"{path}.min_lag", precedence.min_lag, 0, MAX_TICKS)
        _bounded(f"{path}.max_lag", precedence.max_lag, precedence.min_lag, MAX_TICKS)
        follows.setdefault(precedence.after, set()).add(precedence.before)
    try:
        tuple(TopologicalSorter(follows).static_order())
    except CycleError as error:
        names = error.args[1]
        circle = " -> ".join(names if len(names) <= MAX_NAMED else [*names[:MAX_NAMED], "..."])
        raise ProblemError("precedences", f"Tasks wait for each other in a circle: {circle}") from error


def _pins(problem: "Problem") -> None:
    tasks = {task.id: task for task in problem.tasks}
    known = set(tasks)
    people = {worker.id: worker.people for worker in problem.workers}
    workers = set(people)
    forbidden = {(forbid.task, forbid.worker) for forbid in problem.forbids}
    for i, forbid in enumerate(problem.forbids):
        _known(f"forbids[{i}].task", forbid.task, known, "task")
        _known(f"forbids[{i}].worker", forbid.worker, workers, "worker")
    _distinct("pins", ((pin.task, pin.worker) for pin in problem.pins))
    starts: dict[str, int] = {}
    pinned: dict[str, list[int]] = {}
    for i, pin in enumerate(problem.pins):
        path = f"pins[{i}]"
        _known(f"{path}.task", pin.task, known, "task")
        _known(f"{path}.worker", pin.worker, workers, "worker")
        _bounded(f"{path}.start", pin.start, 0, MAX_TICKS)
        if (pin.task, pin.worker) in forbidden:
            raise ProblemError(path, f"{pin.worker!r} is both pinned to and forbidden for {pin.task!r}")
        if pin.start is not None and starts.setdefault(pin.task, pin.start) != pin.start:
            raise ProblemError(f"{path}.start", f"{pin.task!r} is pinned to two different starts")
        team = pinned.setdefault(pin.task, [])
        team.append(people[pin.worker])
        if len(team) > tasks[pin.task].headcount:
            raise ProblemError(path, f"More people are pinned to {pin.task!r} than it takes")
        if len(team) > 1 and max(team) > 1:
            raise ProblemError(path, f"A crew comes alone, and others are pinned to {pin.task!r} beside it")


def _travel(problem: "Problem") -> None:
    travel = problem.travel
    if isinstance(travel, MatrixTravel):
        _matrix(problem, travel)
        return
    if isinstance(travel, TableTravel):
        _tables(problem, travel)
    else:
        _bounded("travel.factor", travel.factor, 1, 1000)
        _bounded("travel.constant_metres", travel.constant_metres, 0, MAX_METRES)
    _speeds(travel.speeds)
    if travel.tick_seconds != problem.horizon.tick_seconds:
        raise ProblemError("travel.tick_seconds", "Differs from the ticks of the horizon")


def _speeds(speeds: Speeds) -> None:
    for mode in ("walk", "walk_slow", "ebike", "car"):
        _bounded(f"travel.speeds.{mode}", getattr(speeds, mode), 1, MAX_METRES)


def _tables(problem: "Problem", travel: TableTravel) -> None:
    _distinct("travel.places", travel.places)
    known = set(travel.places)
    for i, place in enumerate(problem.places):
        _known(f"places[{i}].id", place.id, known, "place in the travel tables:")
    _distinct("travel.guesses", travel.guesses)
    for i, guess in enumerate(travel.guesses):
        _known(f"travel.guesses[{i}]", guess, known, "place in the travel tables:")
    _packed("travel.points", travel.points, len(known))
    points = unpacked(travel.points)
    used = np.unique(points)
    if not np.array_equal(used, np.arange(len(used))):
        raise ProblemError("travel.points", f"Expected every number from 0 to {len(used) - 1}")
    modes: set[str] = set()
    for i, table in enumerate(travel.tables):
        if not table.modes or not modes.isdisjoint(table.modes):
            raise ProblemError(f"travel.tables[{i}].modes", "Expected modes that no other table has")
        modes.update(table.modes)
        _table(f"travel.tables[{i}]", table, len(used))
    for i, worker in enumerate(problem.workers):
        _known(f"workers[{i}].mode", worker.mode, modes, "mode of the travel tables:")


def _table(path: str, table: ModeTable, size: int) -> None:
    _distinct(f"{path}.modes", table.modes)
    _bounded(f"{path}.limit_metres", table.limit_metres, 0, MAX_METRES)
    _packed(f"{path}.first", table.first, size + 1)
    first = unpacked(table.first)
    if first[0] != 0 or (np.diff(first) < 0).any():
        raise ProblemError(f"{path}.first", "Expected numbers that begin with 0 and never fall")
    for name in ("to", "metres"):
        _packed(f"{path}.{name}", getattr(table, name), int(first[-1]))
    _, to, metres = table.sparse()
    if len(to) and (metres.min() < 0 or metres.max() >= MAX_METRES):
        raise ProblemError(f"{path}.metres", f"Expected numbers from 0 to {MAX_METRES - 1}")
    if len(to) and (to.min() < 0 or to.max() >= size):
        raise ProblemError(f"{path}.to", f"Expected numbers from 0 to {size - 1}")
    rows = rows_of(first)
    if ((np.diff(to) <= 0) & (np.diff(rows) == 0)).any():
        raise ProblemError(f"{path}.to", "Expected the points of each row in ascending order, each once")
    if (to <= rows if table.symmetric else to == rows).any():
        rule = "after that of its row" if table.symmetric else "other than that of its row"
        raise ProblemError(f"{path}.to", f"Expected a point {rule}")


def _packed(path: str, data: bytes, count: int) -> None:
    if len(data) != count * PACKED.itemsize:
        raise ProblemError(
            path,
            f"Expected {count} packed numbers ({count * PACKED.itemsize} bytes), got {len(data)} bytes",
        )


def _matrix(problem: "Problem", travel: MatrixTravel) -> None:
    _distinct("travel.places", travel.places)
    known = set(travel.places)
    for i, place in enumerate(problem.places):
        _known(f"places[{i}].id", place.id, known, "place in the travel matrix:")
    _distinct("travel.matrices", (matrix.mode for matrix in travel.matrices), ".mode")
    modes: set[str] = {matrix.mode for matrix in travel.matrices}
    for i, worker in enumerate(problem.workers):
        _known(f"workers[{i}].mode", worker.mode, modes, "mode of the travel matrix:")
    for i, matrix in enumerate(travel.matrices):
        _square(f"travel.matrices[{i}].ticks", matrix.ticks, len(travel.places))
        _square(f"travel.matrices[{i}].metres", matrix.metres, len(travel.places))


def _square(path: str, rows: tuple[tuple[int, ...], ...], size: int) -> None:
    if len(rows) != size:
        raise ProblemError(path, f"Expected {size} rows, got {len(rows)}")
    for i, row in enumerate(rows):
        if len(row) != size:
            raise ProblemError(f"{path}[{i}]", f"Expected {size} columns, got {len(row)}")
        if row and (min(row) < 0 or max(row) > MAX_TICKS):
            column = next(j for j, value in enumerate(row) if not 0 <= value <= MAX_TICKS)
            raise ProblemError(f"{path}[{i}][{column}]", f"Expected a number from 0 to {MAX_TICKS}")
