"""A plan laid beside its problem, as every rule reads it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from matching.delivery import Delivery, Depot
from matching.gathering import Enrolment, Gathering, Occasion, Role, Venue
from matching.parts import StartWindow
from matching.plan import Assignment, Plan, Route, Session, Stop
from matching.problem import Place, Problem, Provider, Shift, Task, Worker

Asked = Task | Delivery | Enrolment


class Violation(NamedTuple):
    """A hard rule (its code) that a plan breaks, and where: a task, delivery, gathering or enrolment, a worker."""

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


class Trip(NamedTuple):
    """A load, and the deliveries that follow it on the route."""

    depot: Depot
    load: Stop
    stops: tuple[tuple[Stop, Delivery], ...]
    worker: Worker
    provider: Provider
    shift: Shift

    @property
    def units(self) -> int:
        """Units carried."""
        return sum(delivery.units for _, delivery in self.stops)

    @property
    def ticks(self) -> int:
        """Ticks of service: loading and handing over."""
        return self.depot.load_ticks + sum(delivery.duration for _, delivery in self.stops)


class Opened(NamedTuple):
    """A session with all that it names; `staff`: who has which role (index)."""

    session: Session
    gathering: Gathering
    occasion: Occasion
    venue: Venue
    staff: tuple[tuple[int, Worker], ...]
    seated: tuple[Enrolment, ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each time."""
        return [(start, start + self.gathering.duration) for start in self.occasion.starts]


class Duty(NamedTuple):
    """One worker at one visit, delivery or start of a gathering, and what is asked of people there."""

    id: str
    worker: Worker
    provider: Provider
    start: int
    end: int
    asks: Task | Delivery | Role
    kinds: tuple[str, ...]
    refused: frozenset[str]


class Case:
    """A plan laid beside its problem; every name in it is known (`references`)."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.routes = plan.routes
        self.shift_of = {
            (stop.task, route.worker): self.shift(route)
            for route in plan.routes
            for stop in route.stops
            if stop.kind == "visit"
        }
        self.teams = [
            (problem.task_by_id[a.task], a, [self._visit(a, worker) for worker in a.workers])
            for a in plan.assignments
        ]
        self.must = {task.id for task in problem.tasks if task.mandatory} | {pin.task for pin in problem.pins}
        self.starts = {a.task: a.start for a in plan.assignments}
        self.visits = [visit for _, _, visits in self.teams for visit in visits]
        self.trips = [trip for route in plan.routes for trip in self._trips(route)]
        self.opened = [self._opened(session) for session in plan.sessions]
        self.venue_of = {opened.gathering.id: opened.venue for opened in reversed(self.opened)}
        self.duties = [*self._visiting(), *self._delivering(), *self._leading()]
        self.delivered = {
            stop.task: stop for route in plan.routes for stop in route.stops if stop.kind == "deliver"
        }
        self.seat_of = {person.id: opened for opened in self.opened for person in opened.seated}
        self._walks: dict[tuple[str, str, str], tuple[int, int]] = {}

    def _visit(self, assignment: Assignment, worker_id: str) -> Visit:
        worker = self.problem.worker_by_id[worker_id]
        return Visit(
            self.problem.task_by_id[assignment.task],
            worker,
            self.provider(worker),
            assignment.start,
            self.shift_of.get((assignment.task, worker_id)),
        )

    def _trips(self, route: Route) -> Iterator[Trip]:
        worker = self.problem.worker_by_id[route.worker]
        for i, load in enumerate(route.stops):
            if load.kind == "load":
                after = [stop.kind == "deliver" for stop in route.stops[i + 1 :]]
                end = i + 1 + (after.index(False) if False in after else len(after))
                stops = tuple(
                    (stop, self.problem.delivery_by_id[stop.task]) for stop in route.stops[i + 1 : end]
                )
                depot = self.problem.depot_by_id[load.task]
                yield Trip(depot, load, stops, worker, self.provider(worker), self.shift(route))

    def _opened(self, session: Session) -> Opened:
        gathering = self.problem.gathering_by_id[session.gathering]
        occasion = gathering.occasions[session.occasion]
        return Opened(
            session,
            gathering,
            occasion,
            self.problem.venue_by_id[occasion.venue],
            tuple((one.role, self.problem.worker_by_id[w]) for one in session.staff for w in one.workers),
            tuple(self.problem.enrolment_by_id[enrolment] for enrolment in session.seated),
        )

    def _visiting(self) -> Iterator[Duty]:
        for task, worker, provider, start, _ in self.visits:
            refused = frozenset(task.refused_workers)
            yield Duty(
                task.id, worker, provider, start, start + task.duration, task, task.allowed_kinds, refused
            )

    def _delivering(self) -> Iterator[Duty]:
        for route in self.routes:
            worker = self.problem.worker_by_id[route.worker]
            for stop in route.stops:
                if stop.kind == "deliver":
                    asks = self.problem.delivery_by_id[stop.task]
                    end, refused = stop.start + asks.duration, frozenset(asks.refused_workers)
                    provider = self.provider(worker)
                    yield Duty(asks.id, worker, provider, stop.start, end, asks, asks.allowed_kinds, refused)

    def _leading(self) -> Iterator[Duty]:
        for opened in self.opened:
            gathering = opened.gathering
            refused = frozenset(worker for person in opened.seated for worker in person.refused_workers)
            for role, worker in opened.staff:
                asks, provider = gathering.roles[role], self.provider(worker)
                for start, end in opened.spans:
                    yield Duty(
                        gathering.id, worker, provider, start, end, asks, gathering.allowed_kinds, refused
                    )

    def provider(self, worker: Worker) -> Provider:
        """Who answers for a worker."""
        return self.problem.provider_by_id[worker.provider]

    def shift(self, route: Route) -> Shift:
        """The shift of a route."""
        return self.problem.worker_by_id[route.worker].shifts[route.shift]

    def place(self, place_id: str) -> Place:
        """Place by id."""
        return self.problem.place_by_id[place_id]

    def door(self, stop: Stop) -> Place:
        """Where a stop is; a gathering is where its session is held."""
        if stop.kind == "load":
            return self.place(self.problem.depot_by_id[stop.task].place)
        if stop.kind == "deliver":
            return self.place(self.problem.delivery_by_id[stop.task].place)
        if stop.kind == "lead":
            return self.place(self.venue_of[stop.task].place)
        return self.place(self.problem.task_by_id[stop.task].place)

    def ticks(self, stop: Stop) -> int:
        """How long a stop takes."""
        if stop.kind == "load":
            return self.problem.depot_by_id[stop.task].load_ticks
        if stop.kind == "deliver":
            return self.problem.delivery_by_id[stop.task].duration
        if stop.kind == "lead":
            return self.problem.gathering_by_id[stop.task].duration
        return self.problem.task_by_id[stop.task].duration

    def legs(self, route: Route) -> list[tuple[Place, Place]]:
        """The ways of a route, from the start place to the end place."""
        shift = self.shift(route)
        doors = [self.door(stop) for stop in route.stops]
        return list(pairwise([self.place(shift.start_place), *doors, self.place(shift.end_place)]))

    def walk(self, person: Enrolment, venue: Venue) -> tuple[int, int]:
        """Ticks and metres of a participant's way to a venue."""
        key = person.place, venue.place, person.mode
        if key not in self._walks:
            a, b, travel = self.place(person.place), self.place(venue.place), self.problem.travel
            self._walks[key] = travel.ticks(a, b, person.mode), travel.metres(a, b, person.mode)
        return self._walks[key]

    def end(self, task_id: str) -> int | None:
        """When a task ends; None where it is not served."""
        start = self.starts.get(task_id)
        return None if start is None else start + self.problem.task_by_id[task_id].duration

    def asked(self) -> Iterator[Asked]:
        """Tasks, deliveries and enrolments."""
        yield from self.problem.tasks
        yield from self.problem.deliveries
        yield from self.problem.enrolments

    def served(self) -> Iterator[Asked]:
        """Those of them that are served, each once."""
        served = self.starts.keys() | self.delivered.keys() | self.seat_of.keys()
        yield from (item for item in self.asked() if item.id in served)


def of(rule: str, duty: Duty, message: str) -> Violation:
    """A rule that one worker breaks at one place."""
    return Violation(rule, duty.id, duty.worker.id, message)


def window_at(asked: Task | Delivery, start: int) -> StartWindow | None:
    """The window in which a start lies: one for which it is not late, if there is any."""
    found = [window for window in asked.windows if window.earliest <= start <= window.end]
    return min(found, key=lambda window: start > window.latest, default=None)
