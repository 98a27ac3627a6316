"""From a solution to what a plan holds: sessions with their waiting lists, and the routes of those who lead."""

from itertools import pairwise

from matching.plan import Route, Session, Staff, Stop
from matching.solvers.gathering.case import Case, Held, Solution
from matching.solvers.gathering.causes import Waiting


def sessions(case: Case, solution: Solution) -> tuple[Session, ...]:
    """Every session, with everybody who waits for a seat in it."""
    enrolments = case.problem.enrolments
    seated = [enrolments[i].id for held in solution.values() for i in held.seated]
    waiting = Waiting(case.problem, seated)
    return tuple(waiting.of(_session(case, held)) for _, held in sorted(solution.items()))


def _session(case: Case, held: Held) -> Session:
    chance, problem = case.chances[held.chance], case.problem
    return Session(
        gathering=problem.gatherings[chance.gathering].id,
        occasion=chance.occasion,
        staff=tuple(
            Staff(role=role, workers=tuple(sorted(problem.workers[w].id for w in workers)))
            for role, workers in enumerate(held.staff)
        ),
        seated=tuple(sorted(problem.enrolments[i].id for i in held.seated)),
    )


def routes(case: Case, solution: Solution) -> tuple[Route, ...]:
    """The lead stops of every shift; people leave their start place just in time for the first."""
    return tuple(_route(case, row, stops) for row, stops in case.routes(solution).items())


def _route(case: Case, row: int, leads: list[tuple[int, int]]) -> Route:
    problem, shift = case.problem, case.shifts.shifts[row]
    worker = problem.workers[int(case.shifts.worker[row])]
    doors = [problem.venues[case.chances[number].venue].place for _, number in leads]
    places = [problem.place_by_id[place] for place in (shift.start_place, *doors, shift.end_place)]
    legs = [
        (problem.travel.ticks(a, b, worker.mode), problem.travel.metres(a, b, worker.mode))
        for a, b in pairwise(places)
    ]
    stops: list[Stop] = []
    for (start, number), (ticks, metres) in zip(leads, legs, strict=False):
        chance = case.chances[number]
        stops.append(
            Stop(
                task=problem.gatherings[chance.gathering].id,
                arrive=stops[-1].end + ticks if stops else start,
                start=start,
                end=start + chance.duration,
                travel_ticks=ticks,
                travel_metres=metres,
                kind="lead",
            )
        )
    back, metres = legs[-1]
    index = int(case.shifts.index[row])
    return Route(worker=worker.id, shift=index, stops=tuple(stops), return_ticks=back, return_metres=metres)
