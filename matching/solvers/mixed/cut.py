"""What routes leave free, as a problem of its own: whatever keeps its rules keeps those of the whole beside the routes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Literal, NamedTuple

import msgspec

from matching.accounts import all_asked
from matching.plan import Route, Session, Stop
from matching.problem import Forbid, Gathering, Problem, Role, Shift, SkillLevel, Task, Worker
from matching.solvers.mixed.apart import Asked, apart
from matching.solvers.mixed.limits import NOTHING_USED, Left, left_of
from matching.solvers.mixed.merge import Seat, places_of
from matching.solvers.mixed.pieces import Block, blocks, pieces

Shape = Literal["sessions", "deliveries", "visits"]

ASKED = (
    "tasks",
    "pins",
    "forbids",
    "precedences",
    "funds",
    "deliveries",
    "depots",
    "venues",
    "gatherings",
    "enrolments",
)
"""Fields of a problem that say what is asked for."""

EXACT_PAIRS = 200_000
"""Tasks x workers up to which the reach of a task is told pair by pair; above it holds from each piece of a shift, too."""


class Cut(NamedTuple):
    """`problem` is what is free of the `whole`.

    `shift_of[worker, shift]`: which shift of the whole that is (absent: the same). `occasions`: which ones are left of a
    gathering that lost some.
    """

    problem: Problem
    whole: Problem
    shift_of: dict[Seat, int]
    occasions: dict[str, tuple[int, ...]]

    def back(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """Routes as those of the whole; their ways are still those of the pieces."""
        return tuple(
            msgspec.structs.replace(route, shift=self.shift_of.get((route.worker, route.shift), route.shift))
            for route in routes
            if route.stops
        )

    def opened(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Sessions as those of the whole."""
        return tuple(
            msgspec.structs.replace(one, occasion=self.occasions[one.gathering][one.occasion])
            if one.gathering in self.occasions
            else one
            for one in sessions
        )

    def into(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """Routes of the whole as those of the pieces in which their stops lie; others are left out."""
        parts: dict[Seat, list[tuple[Shift, int]]] = defaultdict(list)
        for worker in self.problem.workers:
            for i, shift in enumerate(worker.shifts):
                parts[worker.id, self.shift_of.get((worker.id, i), i)].append((shift, i))
        found: dict[Seat, list[Stop]] = defaultdict(list)
        for route in routes:
            for stop in route.stops:
                for shift, i in parts[route.worker, route.shift]:
                    if shift.start <= stop.start and stop.end <= shift.end:
                        found[route.worker, i].append(stop)
        return tuple(
            Route(worker=worker, shift=i, stops=tuple(stops), return_ticks=0, return_metres=0)
            for (worker, i), stops in sorted(found.items())
        )


def without(
    problem: Problem,
    routes: Iterable[Route],
    sessions: Iterable[Session] = (),
    *,
    only: Shape | None = None,
    skip: Collection[str] = (),
    hidden: Collection[str] = (),
) -> Cut:
    """What routes and sessions leave free.

    Shifts are cut into pieces with the ways to and from what stands; limits are what is left, on the fullest day where one
    limit holds for several. What is served is gone, with everything that has the same need. `only`: nothing but this
    shape; `skip`: ids of what is not to be served either; `hidden`: workers (ids) who have no time.
    """
    standing = _Standing(problem, tuple(routes), tuple(sessions), frozenset(hidden))
    gone = standing.gone(skip)
    fields, occasions = _asked(problem, standing, gone, only)
    workers, shift_of = standing.workers()
    return Cut(
        problem=msgspec.structs.replace(
            problem, **_keep_away(problem, standing, fields, workers), **standing.providers()
        ),
        whole=problem,
        shift_of=shift_of,
        occasions=occasions,
    )


class _Standing:
    """Routes and sessions that stand, and what they use."""

    def __init__(
        self,
        problem: Problem,
        routes: tuple[Route, ...],
        sessions: tuple[Session, ...],
        hidden: frozenset[str],
    ) -> None:
        self.problem, self.routes, self.sessions, self.hidden = problem, routes, sessions, hidden
        place = places_of(problem, sessions)
        stops: dict[Seat, list[Stop]] = defaultdict(list)
        for route in routes:
            stops[route.worker, route.shift] += route.stops
        self.blocks: dict[Seat, list[Block]] = {
            seat: blocks(found, place) for seat, found in sorted(stops.items()) if found
        }
        self.cut = {worker for worker, _ in self.blocks}
        self.left, self.owner_left = left_of(problem, routes)

    def gone(self, skip: Collection[str]) -> set[str]:
        """Ids of tasks, deliveries, gatherings and enrolments that are not free."""
        problem = self.problem
        kinds = {"visit", "deliver"}
        done = {stop.task for route in self.routes for stop in route.stops if stop.kind in kinds}
        done |= {name for session in self.sessions for name in session.seated}
        asked = all_asked(problem)
        met = {one.need for one in asked if one.need and one.id in done}
        gone = {*done, *skip, *(one.id for one in asked if one.need in met)}
        # What comes after something that stands, or before it, would have to keep its time.
        for link in problem.precedences:
            if link.after in done:
                gone.add(link.before)
        return _with_followers(problem, gone)

    def workers(self) -> tuple[list[Worker], dict[Seat, int]]:
        """Workers with what is left of their shifts and limits, and which whole shift each piece is of."""
        shift_of: dict[Seat, int] = {}
        found = []
        for worker in self.problem.workers:
            owner = self.owner_left.get(worker.provider, NOTHING_USED)
            left = self.left.get(worker.id, NOTHING_USED)
            if worker.id in self.hidden:
                found.append(msgspec.structs.replace(worker, shifts=()))
                continue
            if worker.id not in self.cut and not (owner.days or owner.weeks):
                found.append(worker)
                continue
            kept = [
                (piece, i)
                for i, shift in enumerate(worker.shifts)
                for piece in self._pieces(worker, i, shift, (left, owner))
            ]
            shift_of |= {(worker.id, number): i for number, (_, i) in enumerate(kept)}
            found.append(
                msgspec.structs.replace(worker, shifts=tuple(piece for piece, _ in kept), **left.caps)
            )
        return found, shift_of

    def _pieces(self, worker: Worker, index: int, shift: Shift, left: tuple[Left, Left]) -> list[Shift]:
        problem = self.problem
        day, week = problem.day_of(shift), problem.week_of(shift)
        if not all(one.open(day, week) for one in left):
            return []
        found = pieces(shift, self.blocks.get((worker.id, index), []))
        # A piece after midnight would count for another day than its shift does.
        if _limited(worker) or _limited(problem.provider_by_id[worker.provider]):
            found = [piece for piece in found if problem.day_of(piece) == day]
        return found

    def providers(self) -> dict[str, Any]:
        """Providers and depots with what is left of their limits."""
        problem = self.problem
        providers = tuple(
            msgspec.structs.replace(provider, **self.owner_left.get(provider.id, NOTHING_USED).caps)
            for provider in problem.providers
        )
        return {"providers": providers}

    def units(self) -> Counter[str]:
        """Units that each depot gives at most on any day."""
        days: Counter[tuple[str, int]] = Counter()
        for route in self.routes:
            depot = None
            for stop in route.stops:
                if stop.kind == "load":
                    depot = stop.task, stop.start // self.problem.horizon.day_ticks
                elif stop.kind == "deliver" and depot is not None:
                    days[depot] += self.problem.delivery_by_id[stop.task].units
        most: Counter[str] = Counter()
        for (name, _), units in days.items():
            most[name] = max(most[name], units)
        return most


def _with_followers(problem: Problem, gone: set[str]) -> set[str]:
    """Tasks, and those that may not be served without them."""
    more = gone
    while more:
        more = {link.after for link in problem.precedences if link.before in gone} - gone
        gone |= more
    return gone


def _limited(owner: object) -> bool:
    names = ("max_tasks_day", "max_ticks_day", "max_tasks_week", "max_ticks_week")
    return any(getattr(owner, name, None) is not None for name in names)


def _asked(
    problem: Problem, standing: _Standing, gone: set[str], only: Shape | None
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    """What is still asked for, as fields of a problem, and the occasions left of gatherings that lost some."""
    fields: dict[str, Any] = dict.fromkeys(ASKED, ())
    occasions: dict[str, tuple[int, ...]] = {}
    if only in {None, "visits"}:
        fields |= _visits(problem, standing, gone)
    if only in {None, "deliveries"}:
        used = standing.units()
        fields["deliveries"] = tuple(one for one in problem.deliveries if one.id not in gone)
        fields["depots"] = tuple(
            depot
            if depot.max_units_day is None
            else msgspec.structs.replace(depot, max_units_day=max(0, depot.max_units_day - used[depot.id]))
            for depot in problem.depots
        )
    if only in {None, "sessions"}:
        gatherings, occasions = _gatherings(problem, standing)
        known = {gathering.id for gathering in gatherings}
        fields |= {"venues": problem.venues, "gatherings": gatherings}
        fields["enrolments"] = tuple(
            msgspec.structs.replace(one, gatherings=tuple(g for g in one.gatherings if g in known))
            for one in problem.enrolments
            if one.id not in gone and not known.isdisjoint(one.gatherings)
        )
    return fields, occasions


def _visits(problem: Problem, standing: _Standing, gone: set[str]) -> dict[str, Any]:
    """Tasks that are free; a fund that pays for what stands pays for nothing else."""
    visits = [stop.task for r in standing.routes for stop in r.stops if stop.kind == "visit"]
    drawn = {problem.task_by_id[name].fund for name in visits} - {None}
    free = {task.id for task in problem.tasks if task.id not in gone}
    return {
        "tasks": tuple(
            msgspec.structs.replace(task, fund=None) if task.fund in drawn else task
            for task in problem.tasks
            if task.id in free
        ),
        "pins": tuple(pin for pin in problem.pins if pin.task in free),
        "forbids": tuple(one for one in problem.forbids if one.task in free),
        "precedences": tuple(p for p in problem.precedences if p.before in free and p.after in free),
        "funds": problem.funds,
    }


def _gatherings(
    problem: Problem, standing: _Standing
) -> tuple[tuple[Gathering, ...], dict[str, tuple[int, ...]]]:
    """Gatherings that do not stand, with the occasions at which their venues are free."""
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for session in standing.sessions:
        held = problem.gathering_by_id[session.gathering]
        occasion = held.occasions[session.occasion]
        taken[occasion.venue] += [(start, start + held.duration) for start in occasion.starts]
    stand = {session.gathering for session in standing.sessions}
    found, left = [], {}
    for one in problem.gatherings:
        if one.id in stand:
            continue
        free = tuple(
            i
            for i, occasion in enumerate(one.occasions)
            if not any(
                start < end and begin < start + one.duration
                for start in occasion.starts
                for begin, end in taken[occasion.venue]
            )
        )
        if len(free) < len(one.occasions):
            left[one.id] = free
        if free:
            found.append(msgspec.structs.replace(one, occasions=tuple(one.occasions[i] for i in free)))
    return tuple(found), left


def _keep_away(
    problem: Problem, standing: _Standing, fields: dict[str, Any], workers: list[Worker]
) -> dict[str, Any]:
    """Limits of ways as they were before shifts were cut: by name, since pieces start elsewhere."""
    if standing.cut:
        tasks, deliveries = fields["tasks"], fields["deliveries"]
        exact = (len(tasks) + len(deliveries)) * len(workers) <= EXACT_PAIRS
        doors = [*map(_door, tasks), *map(_door, deliveries)]
        halls = [hall for gathering in fields["gatherings"] for hall in _halls(problem, gathering)]
        away: dict[str, set[str]] = defaultdict(set)
        for worker in problem.workers:
            if exact or worker.id in standing.cut:
                seats = [(shift, (worker.id, i) in standing.blocks) for i, shift in enumerate(worker.shifts)]
                cut = worker.id in standing.cut
                near = [*doors, *halls] if cut else [door for door in doors if door.reach is not None]
                for name in apart(problem, worker, seats, near):
                    away[name].add(worker.id)
        workers = _within(standing, fields, workers, away, exact=exact)
    return {**fields, "workers": tuple(workers)}


def _door(one: Any) -> Asked:
    low = min(window.earliest for window in one.windows)
    return Asked(
        one.id,
        one.place,
        low,
        max(window.end for window in one.windows) + one.duration,
        one.reach_metres,
    )


def _halls(problem: Problem, gathering: Gathering) -> list[Asked]:
    """Where and when people of a gathering may have to be."""
    return [
        Asked(gathering.id, problem.venue_by_id[one.venue].place, start, start + gathering.duration, None)
        for one in gathering.occasions
        for start in one.starts
        if gathering.roles
    ]


def _within(
    standing: _Standing,
    fields: dict[str, Any],
    workers: list[Worker],
    away: dict[str, set[str]],
    *,
    exact: bool,
) -> list[Worker]:
    """Who is away from something is forbidden there, refused, or lacks a skill made up for it."""
    pinned = {(pin.task, pin.worker) for pin in fields["pins"]}
    lost = {task for task, worker in pinned if worker in away[task]}
    # A pinned pair cannot be forbidden: without its people the task is not served, nor what comes after it.
    lost = _with_followers(standing.problem, lost)
    tasks: tuple[Task, ...] = tuple(task for task in fields["tasks"] if task.id not in lost)
    free = {task.id for task in tasks}
    fields["forbids"] = tuple(
        {
            *(one for one in fields["forbids"] if one.task in free),
            *(Forbid(task=task.id, worker=worker) for task in tasks for worker in sorted(away[task.id])),
        }
    )
    fields["pins"] = tuple(pin for pin in fields["pins"] if pin.task in free)
    fields["precedences"] = tuple(p for p in fields["precedences"] if p.before in free and p.after in free)
    fields["tasks"] = tuple(_anywhere(task) for task in tasks) if exact else tasks
    fields["deliveries"] = tuple(
        msgspec.structs.replace(
            _anywhere(one) if exact else one,
            refused_workers=tuple(sorted({*one.refused_workers, *away[one.id]})),
        )
        for one in fields["deliveries"]
    )
    marked = {one.id: _mark(one) for one in fields["gatherings"] if away[one.id]}
    fields["gatherings"] = tuple(
        msgspec.structs.replace(one, roles=tuple(_asking(role, marked[one.id]) for role in one.roles))
        if one.id in marked
        else one
        for one in fields["gatherings"]
    )
    return [
        msgspec.structs.replace(
            worker,
            reach_metres=None if worker.id in standing.cut else worker.reach_metres,
            skills=(
                *worker.skills,
                *(skill for name, skill in sorted(marked.items()) if worker.id not in away[name]),
            ),
        )
        if marked or worker.id in standing.cut
        else worker
        for worker in workers
    ]


def _anywhere(one: Any) -> Any:
    return one if one.reach_metres is None else msgspec.structs.replace(one, reach_metres=None)


def _mark(gathering: Gathering) -> SkillLevel:
    return SkillLevel(skill=f"within the limits of ways to {gathering.id}", level=1)


def _asking(role: Role, mark: SkillLevel) -> Role:
    return msgspec.structs.replace(role, skills=(*role.skills, mark))


__all__ = ["Cut", "Shape", "without"]
