"""The changed problem: tasks that move become enrolments of one gathering, everything else stays as it is."""

from collections.abc import Iterable

import msgspec

from matching.gathering import Enrolment, Gathering, Occasion, Role
from matching.parts import SkillLevel
from matching.pooling.crowds import Fair, free
from matching.problem import Problem, Task


def gathering_id(fair: Fair, starts: tuple[int, ...]) -> str:
    """Name of the gathering; with one start it is the fair that is proposed."""
    when = f":{starts[0]}" if len(starts) == 1 else ""
    return f"fair:{fair.service}:{fair.venue}{when}"


def enrolment_id(task: str) -> str:
    """Name of the enrolment that a task becomes."""
    return f"{task}:fair"


def moved(
    problem: Problem, fair: Fair, *, starts: tuple[int, ...], tasks: Iterable[Task], least: int, walk: int
) -> Problem:
    """The problem with these tasks moved into the fair, which may begin at one of these starts."""
    tasks = tuple(tasks)
    gone = {task.id for task in tasks}
    name = gathering_id(fair, starts)
    forbidden = {(one.task, one.worker) for one in problem.forbids}
    return msgspec.structs.replace(
        problem,
        tasks=tuple(task for task in problem.tasks if task.id not in gone),
        forbids=tuple(one for one in problem.forbids if one.task not in gone),
        gatherings=(*problem.gatherings, _gathering(problem, fair, name, starts, tasks, least)),
        enrolments=(*problem.enrolments, *(_enrolment(task, name, walk, forbidden) for task in tasks)),
    )


def _gathering(
    problem: Problem, fair: Fair, name: str, starts: tuple[int, ...], tasks: tuple[Task, ...], least: int
) -> Gathering:
    seats = problem.venue_by_id[fair.venue].seats
    return Gathering(
        id=name,
        duration=fair.duration,
        occasions=tuple(Occasion(venue=fair.venue, starts=(start,)) for start in starts),
        min_seats=min(least, len(tasks), seats),
        max_seats=min(len(tasks), seats),
        service=fair.service,
        roles=(_role(fair, tasks),),
        allowed_kinds=tasks[0].allowed_kinds,
    )


def _role(fair: Fair, tasks: tuple[Task, ...]) -> Role:
    """Helpers who could do every one of these visits; each serves some people one after another."""
    level: dict[str, int] = {}
    for skill in (skill for task in tasks for skill in task.skills):
        level[skill.skill] = max(level.get(skill.skill, skill.level), skill.level)
    return Role(
        count=1,
        per_seats=fair.seats,
        skills=tuple(SkillLevel(skill=name, level=level[name]) for name in sorted(level)),
        qualifications=tuple(sorted({code for task in tasks for code in task.qualifications})),
    )


def _enrolment(task: Task, gathering: str, walk: int, forbidden: set[tuple[str, str]]) -> Enrolment:
    away = {worker for name, worker in forbidden if name == task.id}
    return Enrolment(
        id=enrolment_id(task.id),
        place=task.place,
        gatherings=(gathering,),
        walk_metres=walk,
        free=free(task),
        refused_workers=tuple(sorted({*task.refused_workers, *away})),
        priority=task.priority,
        days_waited=task.days_waited,
        groups=task.groups,
        need=task.need,
    )
