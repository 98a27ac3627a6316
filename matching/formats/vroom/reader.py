"""From VROOM's document to a problem: seconds become ticks, vehicles workers, jobs tasks."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from matching.errors import ProblemError
from matching.formats.vroom.document import Document, Job, Vehicle, decode
from matching.formats.vroom.hours import Hours, hours_of
from matching.formats.vroom.limits import check
from matching.formats.vroom.points import points_of
from matching.formats.vroom.ways import Sites, Ways, beyond_limits, finished, sites_of
from matching.invariants import MAX_CAP
from matching.problem import MAX_TICKS, Forbid, Problem, Provider, Shift, SkillLevel, Task, Worker

FLEET = Provider(id="fleet", kind="vehicles")

Measure = Callable[[Problem], Problem]
"""Puts measured ways into a problem that has coordinates only."""


class Case(NamedTuple):
    """A VROOM document and the problem made of it; task and worker ids are those of jobs and vehicles as text.

    `notices`: what was read but is not obeyed. `exact`: whether the bounds of a plan of `problem` hold for the document.
    """

    document: Document
    problem: Problem
    hours: Hours
    sites: Sites
    ways: Ways
    notices: tuple[str, ...]
    exact: bool


def estimated(problem: Problem) -> Problem:
    """Leave the ways as the estimate from straight lines."""
    return problem


def read(data: bytes, measure: Measure = estimated) -> Case:
    """Read VROOM's JSON; `measure` is asked only if the file has no matrices.

    Raises:
        ProblemError: malformed, contradictory, or something that no plan of ours obeys; with the path in the file.
    """
    document, unknown = decode(data)
    check(document)
    hours, sites = hours_of(document), sites_of(document)
    points, exact_points = points_of([job.priority for job in document.jobs])
    notices = [f"{path}: unknown field, not used" for path in unknown]
    if not exact_points:
        notices.append(
            "jobs: so many jobs beside priority 0 that small differences of priority may yield to many jobs"
        )
    notices += _not_obeyed(document)
    problem = _problem(document, hours, sites, points)
    if not document.tables:
        problem = measure(problem)
        draft, sites = sites, finished(document, sites, problem.travel)
        problem = problem if sites is draft else _problem(document, hours, sites, points)
    ways = Ways(problem)
    forbids = tuple(
        Forbid(task=str(document.jobs[job].id), worker=str(document.vehicles[vehicle].id))
        for job, vehicle in beyond_limits(document, sites, ways)
    )
    if forbids:
        problem = msgspec.structs.replace(problem, forbids=forbids)
    exact = (
        exact_points and all(map(_plain_job, document.jobs)) and all(map(_plain_vehicle, document.vehicles))
    )
    return Case(document, problem, hours, sites, ways, tuple(notices), exact)


def _plain_job(job: Job) -> bool:
    return job.setup == 0 and job.service > 0


def _plain_vehicle(vehicle: Vehicle) -> bool:
    return not needs_mending(vehicle) and vehicle.speed_factor == 1.0


def needs_mending(vehicle: Vehicle) -> bool:
    """Whether the vehicle has rules that the search does not know."""
    return bool(vehicle.breaks) or vehicle.max_travel_time is not None or vehicle.max_distance is not None


def _not_obeyed(document: Document) -> list[str]:
    """What is read, but does not steer the search."""
    notices = []
    for i, vehicle in enumerate(document.vehicles):
        if vehicle.steps:
            notices.append(f"vehicles[{i}].steps: not used; the search begins anew")
        costs = vehicle.costs
        if (
            costs.fixed
            or costs.per_km
            or costs.per_task_hour
            or costs.per_hour != document.vehicles[0].costs.per_hour
        ):
            notices.append(f"vehicles[{i}].costs: reported, not minimised; travel time is")
    for profile, tables in document.tables.items():
        if tables.costs is not None:
            notices.append(f"matrices.{profile}.costs: reported, not minimised; travel time is")
    return notices


def _problem(document: Document, hours: Hours, sites: Sites, points: list[int]) -> Problem:
    try:
        return Problem(
            id="vroom",
            horizon=hours.horizon(),
            places=sites.places,
            providers=(FLEET,),
            tasks=tuple(_task(job, hours, sites.jobs[i], points[i]) for i, job in enumerate(document.jobs)),
            workers=tuple(_worker(vehicle, hours, sites, i) for i, vehicle in enumerate(document.vehicles)),
            travel=sites.travel,
        )
    except ProblemError as error:
        raise ProblemError("", f"Cannot be translated ({error})") from error


def _task(job: Job, hours: Hours, place: str, points: int) -> Task:
    return Task(
        id=str(job.id),
        place=place,
        duration=min(MAX_TICKS, max(1, job.setup + job.service)),
        windows=hours.windows(job.time_windows),
        priority=points,
        skills=_skills(job.skills),
    )


def _skills(numbers: tuple[int, ...]) -> tuple[SkillLevel, ...]:
    return tuple(SkillLevel(skill=str(number)) for number in sorted(set(numbers)))


def _worker(vehicle: Vehicle, hours: Hours, sites: Sites, index: int) -> Worker:
    return Worker(
        id=str(vehicle.id),
        provider=FLEET.id,
        shifts=_shifts(vehicle, hours, sites, index),
        mode=sites.modes[index],
        skills=_skills(vehicle.skills),
        max_tasks_day=None if vehicle.max_tasks is None else min(MAX_CAP, vehicle.max_tasks),
    )


def _shifts(vehicle: Vehicle, hours: Hours, sites: Sites, index: int) -> tuple[Shift, ...]:
    """The hours, less the breaks: their time must come from somewhere."""
    found = hours.shift(vehicle.time_window)
    if found is None:
        return ()
    start, end = found
    if vehicle.time_window is not None:
        end -= sum(rest.service for rest in vehicle.breaks)
    if end <= start:
        return ()
    first, last = sites.starts[index], sites.ends[index]
    return (Shift(start=start, end=end, start_place=first, end_place=last),)
