"""Plan documents of all shapes, right or wrong, written from stops and sessions alone."""

from itertools import pairwise

from matching.plan import Assignment, CauseCount, Plan, Route, Session, Stop, Unserved
from matching.policy import Policy, policy_hash
from matching.problem import Problem, problem_hash

Seat = tuple[str, int]
"""A worker and the index of a shift."""

Step = tuple[str, str, int]
"""Kind, name and start of a stop."""


def written(
    problem: Problem,
    stops: dict[Seat, list[Step]],
    sessions: tuple[Session, ...] = (),
    policy: Policy | None = None,
) -> Plan:
    """The plan with these stops (in this order) and sessions; all else is unserved, everybody busy."""
    rooms = {s.gathering: problem.gathering_by_id[s.gathering].occasions[s.occasion].venue for s in sessions}
    routes = tuple(_route(problem, seat, steps, rooms) for seat, steps in sorted(stops.items()) if steps)
    teams: dict[tuple[str, int], list[str]] = {}
    for (worker, _), steps in sorted(stops.items()):
        for kind, name, start in steps:
            if kind == "visit":
                teams.setdefault((name, start), []).append(worker)
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(policy or Policy()),
        solver="written",
        seed=0,
        assignments=tuple(Assignment(task=t, start=s, workers=tuple(w)) for (t, s), w in teams.items()),
        routes=routes,
        unserved=tuple(_unserved(problem, stops, sessions)),
        sessions=sessions,
    )


def _place(problem: Problem, kind: str, name: str, rooms: dict[str, str]) -> str:
    match kind:
        case "visit":
            return problem.task_by_id[name].place
        case "load":
            return problem.depot_by_id[name].place
        case "deliver":
            return problem.delivery_by_id[name].place
    return problem.venue_by_id[rooms[name]].place


def length(problem: Problem, kind: str, name: str) -> int:
    """How long a stop takes."""
    match kind:
        case "visit":
            return problem.task_by_id[name].duration
        case "load":
            return problem.depot_by_id[name].load_ticks
        case "deliver":
            return problem.delivery_by_id[name].duration
    return problem.gathering_by_id[name].duration


def ways(problem: Problem, seat: Seat, steps: list[Step], rooms: dict[str, str]) -> list[tuple[int, int]]:
    """Ticks and metres of every way of a route, with the one back."""
    worker = problem.worker_by_id[seat[0]]
    shift = worker.shifts[seat[1]]
    doors = [_place(problem, kind, name, rooms) for kind, name, _ in steps]
    places = [problem.place_by_id[p] for p in (shift.start_place, *doors, shift.end_place)]
    travel, mode = problem.travel, worker.mode
    return [(travel.ticks(a, b, mode), travel.metres(a, b, mode)) for a, b in pairwise(places)]


def _route(problem: Problem, seat: Seat, steps: list[Step], rooms: dict[str, str]) -> Route:
    legs = ways(problem, seat, steps, rooms)
    now, stops = problem.worker_by_id[seat[0]].shifts[seat[1]].start, []
    for (kind, name, start), (ticks, metres) in zip(steps, legs, strict=False):
        arrive, now = now + ticks, start + length(problem, kind, name)
        stops.append(
            Stop(
                task=name,
                kind=kind,
                arrive=arrive,
                start=start,
                end=now,
                travel_ticks=ticks,
                travel_metres=metres,
            )
        )
    back, metres = legs[-1]
    return Route(worker=seat[0], shift=seat[1], stops=tuple(stops), return_ticks=back, return_metres=metres)


def _unserved(problem: Problem, stops: dict[Seat, list[Step]], sessions: tuple[Session, ...]):
    served = {name for steps in stops.values() for kind, name, _ in steps if kind in {"visit", "deliver"}}
    served |= {person for session in sessions for person in session.seated}
    for thing in (*problem.tasks, *problem.deliveries, *problem.enrolments):
        if thing.id not in served:
            count = len(problem.workers)
            if thing.id in problem.enrolment_by_id:
                count = sum(len(problem.gathering_by_id[g].occasions) for g in thing.gatherings)
            causes = (CauseCount(cause="busy", count=count),) if count else ()
            yield Unserved(task=thing.id, causes=causes)
