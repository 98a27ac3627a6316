"""From a plan to VROOM's solution document."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import msgspec

from matching.formats.vroom.document import Costs, Job
from matching.formats.vroom.mending import Routes, routes_of
from matching.formats.vroom.messages import reason_of
from matching.formats.vroom.reader import Case
from matching.formats.vroom.schedule import Step, Timetable
from matching.plan import Plan

TOTALS = ("cost", "setup", "service", "duration", "waiting_time", "priority", "distance")
INPUT_ERROR = 2


def solution(case: Case, plan: Plan, *, loading: float = 0.0, solving: float = 0.0) -> dict[str, Any]:
    """VROOM's solution of a plan of the case's problem; `loading` and `solving` are seconds.

    Beside VROOM's own fields, unassigned jobs carry `reason`, `message` and `vehicles` (how many each reason keeps away).
    """
    routes = routes_of(case, plan)
    written = [_route(case, vehicle, jobs) for vehicle, jobs in routes.items()]
    unassigned = _unassigned(case, plan, routes)
    totals = {name: sum(route[name] for route in written) for name in TOTALS if _known(case, name)}
    cost = totals.pop("cost")
    times = {"loading": round(1000 * loading), "solving": round(1000 * solving), "routing": 0}
    return {
        "code": 0,
        "summary": {
            "cost": cost,
            "routes": len(written),
            "unassigned": len(unassigned),
            **totals,
            "violations": [],
            "computing_times": times,
        },
        "unassigned": unassigned,
        "routes": written,
    }


def failure(error: Exception) -> dict[str, Any]:
    """What VROOM writes for input that it refuses."""
    return {"code": INPUT_ERROR, "error": str(error)}


def encode(document: dict[str, Any]) -> bytes:
    """The document as JSON, keys in VROOM's order."""
    return msgspec.json.encode(document)


def _known(case: Case, name: str) -> bool:
    """Distances are known between coordinates, and where the file has them for all vehicles."""
    tables = case.document.tables
    profiles = {vehicle.profile for vehicle in case.document.vehicles}
    return name != "distance" or not tables or all(tables[p].distances is not None for p in profiles)


def _route(case: Case, index: int, jobs: list[int]) -> dict[str, Any]:
    steps = Timetable(case, index, jobs).steps() or ()
    vehicle = case.document.vehicles[index]
    last = steps[-1]
    totals = {
        "vehicle": vehicle.id,
        "cost": _cost(case, index, jobs, steps),
        "setup": sum(step.setup for step in steps),
        "service": sum(step.service for step in steps),
        "duration": last.travel,
        "waiting_time": sum(step.waiting for step in steps),
        "priority": sum(case.document.jobs[job].priority for job in jobs),
    }
    if _known(case, "distance"):
        totals["distance"] = last.metres
    return {
        **totals,
        **_described(vehicle.description),
        "steps": [_step(case, index, jobs, step) for step in steps],
        "violations": [],
    }


def _described(text: str | None) -> dict[str, Any]:
    return {} if text is None else {"description": text}


def _step(case: Case, vehicle: int, jobs: list[int], step: Step) -> dict[str, Any]:
    written = {"type": step.kind, **_where(case, vehicle, jobs, step)}
    if step.kind == "job":
        job = case.document.jobs[step.which]
        written |= {"id": job.id, "job": job.id, **_described(job.description)}
    elif step.kind == "break":
        rest = case.document.vehicles[vehicle].breaks[step.which]
        written |= {"id": rest.id, **_described(rest.description)}
    written |= {"setup": step.setup, "service": step.service, "waiting_time": step.waiting}
    written |= {"arrival": step.arrival, "duration": step.travel, "violations": []}
    return written | ({"distance": step.metres} if _known(case, "distance") else {})


def _where(case: Case, index: int, jobs: list[int], step: Step) -> dict[str, Any]:
    """Coordinates and index of a step; an end that the vehicle lacks is where its first or last job is."""
    vehicle = case.document.vehicles[index]
    if step.kind == "break":
        return {}
    if step.kind == "start" and step.place is not None:
        return _place(vehicle.start, vehicle.start_index)
    if step.kind == "end" and step.place is not None:
        return _place(vehicle.end, vehicle.end_index)
    at = {"start": jobs[0], "end": jobs[-1]}.get(step.kind, step.which)
    return _place_of(case.document.jobs[at])


def _place_of(job: Job) -> dict[str, Any]:
    return _place(job.location, job.location_index)


def _place(location: tuple[float, float] | None, index: int | None) -> dict[str, Any]:
    told = {} if location is None else {"location": list(location)}
    return told if index is None else told | {"location_index": index}


def _cost(case: Case, index: int, jobs: list[int], steps: Iterable[Step]) -> int:
    """VROOM's cost of a route: as the vehicle's costs say, or the sum of its profile's matrix of costs."""
    vehicle, last = case.document.vehicles[index], list(steps)[-1]
    tables = case.document.tables.get(vehicle.profile)
    if tables is not None and tables.costs is not None:
        stops = [
            vehicle.start_index,
            *(case.document.jobs[job].location_index for job in jobs),
            vehicle.end_index,
        ]
        known = [stop for stop in stops if stop is not None]
        return vehicle.costs.fixed + sum(tables.costs[a][b] for a, b in pairwise(known))
    task = sum(step.setup + step.service for step in steps if step.kind == "job")
    return _priced(vehicle.costs, last.travel, last.metres, task)


def _priced(costs: Costs, travel: int, metres: int, task: int) -> int:
    hours = costs.per_hour * travel + costs.per_task_hour * task
    return costs.fixed + round(hours / 3600 + costs.per_km * metres / 1000)


def _unassigned(case: Case, plan: Plan, routes: Routes) -> list[dict[str, Any]]:
    served = {job for jobs in routes.values() for job in jobs}
    causes = {unserved.task: unserved for unserved in plan.unserved}
    return [
        {
            "id": job.id,
            **_place_of(job),
            "type": "job",
            **_described(job.description),
            **reason_of(causes.get(str(job.id))),
        }
        for i, job in enumerate(case.document.jobs)
        if i not in served
    ]
