"""Problem and plan as the numbers that the page draws: lists instead of objects, so that ten thousand tasks stay small."""

from collections.abc import Iterable
from math import cos, radians
from typing import Any

from matching.errors import PlanError
from matching.plan import Plan, Route
from matching.plot.facts import missing, must
from matching.plot.words import CAUSES, KINDS, Say, worded
from matching.problem import Place, Problem, Task, Worker, problem_hash

METRES_PER_DEGREE = 111_195


class Numbers:
    """Small integers for names, in the order in which they come."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._of: dict[str, int] = {}

    def of(self, name: str) -> int:
        """The number of a name."""
        if name not in self._of:
            self._of[name] = len(self.names)
            self.names.append(name)
        return self._of[name]


def drawn(problem: Problem, plan: Plan, say: Say) -> dict[str, Any]:
    """Everything that the page draws, as JSON values.

    Raises:
        PlanError: the plan answers another problem, or names what is not in it.
    """
    if plan.problem != problem_hash(problem):
        raise PlanError("The plan answers another problem")
    places, services = Numbers(), Numbers()
    pinned = {pin.task for pin in problem.pins}
    providers = {provider.id: i for i, provider in enumerate(problem.providers)}
    task_number = {task.id: i for i, task in enumerate(problem.tasks)}
    worker_number = {worker.id: i for i, worker in enumerate(problem.workers)}
    try:
        routes = [_route(route, task_number, worker_number) for route in plan.routes]
    except KeyError as error:
        raise PlanError(f"The plan names {error.args[0]!r}, which is not in the problem") from error
    tasks = [_task(task, places, services, must(task, pinned)) for task in problem.tasks]
    workers = [_worker(worker, places, providers) for worker in problem.workers]
    return {
        "start": problem.horizon.start,
        "tick": problem.horizon.tick_seconds,
        "days": problem.horizon.days,
        "xy": _metres([problem.place_by_id[name] for name in places.names]),
        "services": services.names,
        "providers": [[one.id, worded(say, KINDS, one.kind)] for one in problem.providers],
        "tasks": tasks,
        "workers": workers,
        "routes": routes,
        **_reasons(problem, plan, task_number, say),
    }


def _task(task: Task, places: Numbers, services: Numbers, must_serve: bool) -> list[Any]:
    windows = [n for w in task.windows for n in (w.earliest, w.latest, w.end)]
    place, service = places.of(task.place), services.of(task.service)
    return [task.id, place, task.duration, task.priority, task.headcount, int(must_serve), service, windows]


def _worker(worker: Worker, places: Numbers, providers: dict[str, int]) -> list[Any]:
    shifts = [
        n for s in worker.shifts for n in (s.start, s.end, places.of(s.start_place), places.of(s.end_place))
    ]
    return [worker.id, providers[worker.provider], worker.people, shifts]


def _route(route: Route, tasks: dict[str, int], workers: dict[str, int]) -> list[Any]:
    stops = [
        n
        for stop in route.stops
        for n in (tasks[stop.task], stop.arrive, stop.start, stop.end, stop.travel_ticks, stop.travel_metres)
    ]
    return [workers[route.worker], route.shift, stops, route.return_ticks, route.return_metres]


def _reasons(problem: Problem, plan: Plan, numbers: dict[str, int], say: Say) -> dict[str, Any]:
    codes = Numbers()
    rows = [
        [
            numbers[item.task.id],
            codes.of(item.main),
            [n for c in reversed(item.causes) for n in (codes.of(c.cause), c.count)],
        ]
        for item in missing(problem, plan)
    ]
    return {"unserved": rows, "causes": [[code, worded(say, CAUSES, code)] for code in codes.names]}


def _metres(places: Iterable[Place]) -> list[int]:
    """East and south of the north-west corner, one after the other; empty where all places are one point."""
    found = list(places)
    if len({(place.lat, place.lon) for place in found}) <= 1:
        return []
    north, west = max(place.lat for place in found), min(place.lon for place in found)
    middle = (north + min(place.lat for place in found)) / 2
    across = METRES_PER_DEGREE * cos(radians(middle))
    return [
        round(n)
        for place in found
        for n in ((place.lon - west) * across, (north - place.lat) * METRES_PER_DEGREE)
    ]
