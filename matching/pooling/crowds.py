"""Who could come to a fair: tasks of one service that a venue is near to, for people who can walk there."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from matching.parts import Span
from matching.problem import Problem, Task, Venue
from matching.travel import UNREACHABLE, LineTravel


class Fair(NamedTuple):
    """What a fair would be: `tasks` move into `venue`, at one of `starts`; `seats` is the most of one helper."""

    service: str
    venue: str
    starts: tuple[int, ...]
    duration: int
    seats: int
    tasks: tuple[Task, ...]


class Terms(NamedTuple):
    """What makes a fair: see `propose_fairs`."""

    starts: tuple[int, ...]
    least: int
    walk_metres: int
    turn_ticks: int | None
    longest: int


def movable(problem: Problem, service: str, home: Collection[str], groups: Collection[str]) -> list[Task]:
    """Tasks of a service whose people could come, as far as a fair can do for them what a visit does.

    Whoever cannot walk (`home`, `groups`), and whatever needs several people, certain people or a certain order, stays.
    """
    bound = {pin.task for pin in problem.pins}
    bound.update(task for link in problem.precedences for task in (link.before, link.after))
    bound.update(home)
    return [
        task
        for task in problem.tasks
        if task.service == service
        and task.id not in bound
        and _plain(task)
        and not {*groups} & {*task.groups}
    ]


def _plain(task: Task) -> bool:
    asks = task.required_gender, task.required_language
    return task.headcount == 1 and not task.mandatory and not task.safeguards and asks == (None, None)


def crowds(problem: Problem, tasks: Iterable[Task], venues: Iterable[Venue], terms: Terms) -> list[Fair]:
    """A fair in every venue to which enough of these could come, the fullest first; one for each choice of providers."""
    alike: dict[tuple[str, ...], list[Task]] = {}
    for task in tasks:
        alike.setdefault(task.allowed_kinds, []).append(task)
    found = [
        fair
        for _, some in sorted(alike.items())
        for venue in venues
        if not venue.uses or some[0].service in venue.uses
        for fair in _fair(problem, some, venue, terms)
    ]
    return sorted(found, key=lambda fair: (-len(fair.tasks), fair.venue, fair.tasks[0].id))


def _fair(problem: Problem, tasks: list[Task], venue: Venue, terms: Terms) -> Iterable[Fair]:
    near = [task for task in tasks if _walks(problem, task, venue, terms.walk_metres)]
    if len(near) < terms.least:
        return
    turn, each = _turns(problem, near, terms)
    if not each:
        return
    duration = turn * each
    starts = tuple(s for s in terms.starts if _enough(near, s, s + duration, terms.least))
    coming = [task for task in near if any(inside(task, s, s + duration) for s in starts)]
    if starts and min(len(coming), venue.seats) >= terms.least:
        yield Fair(near[0].service, venue.id, starts, duration, each, tuple(coming))


def _turns(problem: Problem, tasks: list[Task], terms: Terms) -> tuple[int, int]:
    """Ticks of one turn, and how many each helper takes: alike for all who are needed, or as many as time allows."""
    turn = terms.turn_ticks or -(-max(task.duration for task in tasks) // 2)
    most = max(1, terms.longest // turn)
    helpers = min(_hands(problem, tasks), -(-len(tasks) // most))
    return turn, min(most, -(-len(tasks) // helpers)) if helpers else 0


def _hands(problem: Problem, tasks: list[Task]) -> int:
    """How many people have the skills for all of these."""
    level: dict[str, int] = {}
    for skill in (skill for task in tasks for skill in task.skills):
        level[skill.skill] = max(level.get(skill.skill, skill.level), skill.level)
    has = ({s.skill: s.level for s in worker.skills} for worker in problem.workers if worker.people == 1)
    return sum(all(one.get(name, -1) >= least for name, least in level.items()) for one in has)


def _enough(tasks: list[Task], start: int, end: int, least: int) -> bool:
    return sum(inside(task, start, end) for task in tasks) >= least


def free(task: Task) -> tuple[Span, ...]:
    """When somebody expects a visit: then a turn suits, too."""
    return tuple(Span(start=w.earliest, end=w.end + task.duration) for w in task.windows)


def inside(task: Task, start: int, end: int) -> bool:
    """Whether somebody is free from start to end."""
    return any(span.start <= start and end <= span.end for span in free(task))


def _walks(problem: Problem, task: Task, venue: Venue, limit: int) -> bool:
    here, there = problem.place_by_id[task.place], problem.place_by_id[venue.place]
    metres = problem.travel.metres(here, there, "walk")
    if metres >= UNREACHABLE:
        # Tables know few ways; the straight line says who is worth measuring, and the plan then keeps to the limit.
        return LineTravel(factor=1.0, constant_metres=0).metres(here, there, "walk") <= limit
    return metres <= limit
