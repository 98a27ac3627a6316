"""A plan laid beside its problem, as every rule reads it."""

from itertools import pairwise
from typing import NamedTuple

from matching.plan import Assignment, Plan, Route
from matching.problem import Place, Problem, Provider, Shift, StartWindow, Task, Worker


class Violation(NamedTuple):
    """A hard rule (its code) that a plan breaks, and where."""

    rule: str
    task: str | None
    worker: str | None
    message: str


class Visit(NamedTuple):
    """One worker at one task."""

    task: Task
    worker: Worker
    provider: Provider
    start: int
    shift: Shift | None


class Case:
    """A plan laid beside its problem."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.routes = plan.routes
        self.shift_of = {
            (stop.task, route.worker): problem.worker_by_id[route.worker].shifts[route.shift]
            for route in plan.routes
            for stop in route.stops
        }
        self.teams = [
            (problem.task_by_id[a.task], a, [self._visit(a, worker) for worker in a.workers])
            for a in plan.assignments
        ]
        self.must = {task.id for task in problem.tasks if task.mandatory} | {pin.task for pin in problem.pins}
        self.starts = {a.task: a.start for a in plan.assignments}
        self.visits = [visit for _, _, visits in self.teams for visit in visits]

    def _visit(self, assignment: Assignment, worker_id: str) -> Visit:
        worker = self.problem.worker_by_id[worker_id]
        return Visit(
            self.problem.task_by_id[assignment.task],
            worker,
            self.problem.provider_by_id[worker.provider],
            assignment.start,
            self.shift_of.get((assignment.task, worker_id)),
        )

    def place(self, place_id: str) -> Place:
        """Place by id."""
        return self.problem.place_by_id[place_id]

    def legs(self, route: Route) -> list[tuple[Place, Place]]:
        """The ways of a route, from the start place to the end place."""
        shift = self.problem.worker_by_id[route.worker].shifts[route.shift]
        ids = [self.problem.task_by_id[stop.task].place for stop in route.stops]
        ids = [shift.start_place, *ids, shift.end_place]
        return [(self.place(a), self.place(b)) for a, b in pairwise(ids)]

    def end(self, task_id: str) -> int | None:
        """When a task ends; None where it is not served."""
        start = self.starts.get(task_id)
        return None if start is None else start + self.problem.task_by_id[task_id].duration


def of(rule: str, visit: Visit, message: str) -> Violation:
    """A rule that one visit breaks."""
    return Violation(rule, visit.task.id, visit.worker.id, message)


def window_at(task: Task, start: int) -> StartWindow | None:
    """The window in which a start lies: one for which it is not late, if there is any."""
    found = [window for window in task.windows if window.earliest <= start <= window.end]
    return min(found, key=lambda window: start > window.latest, default=None)
