"""What the search does not know (breaks, `max_travel_time`, `max_distance`) is put right afterwards, route by route.

A route that breaks a rule loses the jobs of least priority that let it fit; then every job that is left over is tried
in all routes, the most important first.
"""

from itertools import islice

from matching.errors import PlanError
from matching.formats.vroom.reader import Case, needs_mending
from matching.formats.vroom.schedule import Timetable
from matching.plan import Plan

MOST_TRIED = 200
"""Exchanges looked at for one job: bounds the time."""

Routes = dict[int, list[int]]
"""Jobs of each vehicle in order, both by index."""


def routes_of(case: Case, plan: Plan) -> Routes:
    """Routes of a plan of the case's problem, mended such that every one has a timetable."""
    job = {str(job.id): i for i, job in enumerate(case.document.jobs)}
    vehicle = {str(vehicle.id): i for i, vehicle in enumerate(case.document.vehicles)}
    routes = {
        vehicle[route.worker]: [job[stop.task] for stop in route.stops]
        for route in plan.routes
        if route.stops
    }
    bound = [i for i, v in enumerate(case.document.vehicles) if needs_mending(v)]
    for i in bound:
        if i in routes:
            routes[i] = _shortened(case, i, routes[i])
    if bound:
        _fill(case, routes)
    for i, jobs in routes.items():
        if jobs and not Timetable(case, i, jobs).fits():
            raise PlanError(f"The route of vehicle {case.document.vehicles[i].id} breaks a rule of the file")
    return {i: jobs for i, jobs in sorted(routes.items()) if jobs}


def _shortened(case: Case, vehicle: int, jobs: list[int]) -> list[int]:
    """The route without the jobs that it must lose."""
    while jobs and not Timetable(case, vehicle, jobs).fits():
        without = [(*jobs[:i], *jobs[i + 1 :]) for i in range(len(jobs))]
        tables = [Timetable(case, vehicle, rest) for rest in without]
        lost = min(
            range(len(jobs)),
            key=lambda i: (
                not tables[i].fits(),
                case.document.jobs[jobs[i]].priority,
                tables[i].travel[0],
            ),
        )
        jobs = list(without[lost])
    return jobs


def _fill(case: Case, routes: Routes) -> None:
    """Give every job that is left over to the vehicle for which it is the smallest detour, or in place of another."""
    served = {job for jobs in routes.values() for job in jobs}
    left = [i for i in range(len(case.document.jobs)) if i not in served]
    for job in sorted(left, key=lambda i: (-case.document.jobs[i].priority, i)):
        waiting: int | None = job
        while waiting is not None:
            waiting = None if _put(case, routes, waiting) else _exchange(case, routes, waiting)


def _put(case: Case, routes: Routes, job: int) -> bool:
    """Insert a job where it costs least, if it fits anywhere."""
    found = (_cheapest(case, i, routes.get(i, []), job) for i in _able(case, job))
    best = min(filter(None, found), default=None)
    if best is not None:
        _, vehicle, at = best
        routes.setdefault(vehicle, []).insert(at, job)
    return best is not None


def _exchange(case: Case, routes: Routes, job: int) -> int | None:
    """Put a job in place of one that fits elsewhere, or else of one of lower priority, which is returned."""
    rank = case.document.jobs
    able = [i for i in _able(case, job) if routes.get(i)]
    options = [(rank[other].priority, i, other) for i in able for other in routes[i]]
    fitting = ((*option, _without(case, routes, *option[1:], job)) for option in sorted(options))
    tried = [option for option in islice(fitting, MOST_TRIED) if option[3] is not None]
    for _, vehicle, other, changed in tried:
        before, routes[vehicle] = routes[vehicle], changed or []
        if _put(case, routes, other):
            return None
        routes[vehicle] = before
    if tried and tried[0][0] < rank[job].priority:
        _, vehicle, other, changed = tried[0]
        routes[vehicle] = changed or []
        return other
    return None


def _without(case: Case, routes: Routes, vehicle: int, other: int, job: int) -> list[int] | None:
    """The route of a vehicle with one job in place of another; None if that breaks a rule."""
    jobs = [kept for kept in routes[vehicle] if kept != other]
    found = _cheapest(case, vehicle, jobs, job)
    return None if found is None else [*jobs[: found[2]], job, *jobs[found[2] :]]


def _able(case: Case, job: int) -> list[int]:
    """Vehicles that have the skills of a job, and hours."""
    wanted = set(case.document.jobs[job].skills)
    return [
        i
        for i, vehicle in enumerate(case.document.vehicles)
        if wanted <= set(vehicle.skills) and case.hours.shift(vehicle.time_window) is not None
    ]


def _cheapest(case: Case, vehicle: int, jobs: list[int], job: int) -> tuple[int, int, int] | None:
    """Detour in seconds, vehicle and position; None if the job fits nowhere in the route."""
    most = case.document.vehicles[vehicle].max_tasks
    if most is not None and len(jobs) >= most:
        return None
    before = Timetable(case, vehicle, jobs).travel[0] if jobs else 0
    places = []
    for at in range(len(jobs) + 1):
        table = Timetable(case, vehicle, (*jobs[:at], job, *jobs[at:]))
        places.append((table.travel[0] - before, at, table))
    fitting = (
        (detour, vehicle, at) for detour, at, table in sorted(places, key=lambda p: p[:2]) if table.fits()
    )
    return next(fitting, None)
