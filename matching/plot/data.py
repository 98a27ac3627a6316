"""Problem and plan as the numbers that the page draws: lists instead of objects, so that ten thousand tasks stay small."""

from collections.abc import Callable, Iterable
from math import cos, radians
from typing import Any

from matching.accounts import all_asked
from matching.errors import PlanError
from matching.plan import Plan, Route, Session, Stop
from matching.plot.facts import missing, must, served_ids
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
    things = _Things(problem, plan, places, services)
    worker_number = {worker.id: i for i, worker in enumerate(problem.workers)}
    try:
        routes = [_route(route, things.stop, worker_number) for route in plan.routes]
        others = things.rows(plan)
    except KeyError as error:
        raise PlanError(f"The plan names {error.args[0]!r}, which is not in the problem") from error
    tasks = [_task(task, places, services, must(task, pinned)) for task in problem.tasks]
    tasks += others
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
        **_reasons(problem, plan, things.asked, say),
    }


class _Things:
    """Numbers of all that a stop or a dot may be, in the order of the page's `tasks`: tasks first, then all others."""

    def __init__(self, problem: Problem, plan: Plan, places: Numbers, services: Numbers) -> None:
        self.problem, self.places, self.services = problem, places, services
        asked = all_asked(problem)
        self.asked = {one.id: i for i, one in enumerate(asked)}
        self.held = {session.gathering: session for session in plan.sessions}
        first = len(asked)
        self.depots = {depot.id: first + i for i, depot in enumerate(problem.depots)}
        first += len(self.depots)
        self.sessions = {name: first + i for i, name in enumerate(self.held)}

    def stop(self, stop: Stop) -> int:
        """The number of a stop."""
        known = {"load": self.depots, "lead": self.sessions}.get(stop.kind, self.asked)
        return known[stop.task]

    def rows(self, plan: Plan) -> list[list[Any]]:
        """Deliveries, enrolments, depots and sessions as tasks are, with their kind and what else is to be said."""
        served = served_ids(plan)
        found = [
            self._row(one, one.duration, one.windows, "deliver", one.units) for one in self.problem.deliveries
        ]
        found += [self._row(one, 0, (), "seat", None) for one in self.problem.enrolments]
        found += [self._row(one, one.load_ticks, one.ready, "load", None) for one in self.problem.depots]
        found += [self._session(session) for session in self.held.values()]
        unserved = {u.task for u in plan.unserved} - served
        lost = {item.task.id for item in missing(self.problem, plan)}
        for row in found:
            row.append(int(row[0] in unserved and row[0] not in lost and row[8] in {"deliver", "seat"}))
        return found

    def _row(self, one: Any, duration: int, windows: Iterable[Any], kind: str, more: object) -> list[Any]:
        spans = [n for w in windows for n in (w.earliest, w.latest, w.end)]
        points = getattr(one, "priority", 0)
        service = self.services.of(getattr(one, "service", ""))
        return [one.id, self.places.of(one.place), duration, points, 1, 0, service, spans, kind, more]

    def _session(self, session: Session) -> list[Any]:
        """With its venue, who has a seat and who waits."""
        gathering = self.problem.gathering_by_id[session.gathering]
        venue = self.problem.venue_by_id[gathering.occasions[session.occasion].venue]
        staff = sum(len(one.workers) for one in session.staff)
        place, service = self.places.of(venue.place), self.services.of(gathering.service)
        more = [venue.id, list(session.seated), list(session.waiting)]
        return [gathering.id, place, gathering.duration, 0, staff, 0, service, [], "lead", more]


def _task(task: Task, places: Numbers, services: Numbers, must_serve: bool) -> list[Any]:
    windows = [n for w in task.windows for n in (w.earliest, w.latest, w.end)]
    place, service = places.of(task.place), services.of(task.service)
    return [task.id, place, task.duration, task.priority, task.headcount, int(must_serve), service, windows]


def _worker(worker: Worker, places: Numbers, providers: dict[str, int]) -> list[Any]:
    shifts = [
        n for s in worker.shifts for n in (s.start, s.end, places.of(s.start_place), places.of(s.end_place))
    ]
    return [worker.id, providers[worker.provider], worker.people, shifts]


def _route(route: Route, number: Callable[[Stop], int], workers: dict[str, int]) -> list[Any]:
    stops = [
        n
        for stop in route.stops
        for n in (number(stop), stop.arrive, stop.start, stop.end, stop.travel_ticks, stop.travel_metres)
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
