"""What a checked plan says, ready to be published: who for which need, with the facts that are its reasons."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from market.causes import Causes
from market.needs.models import Need
from market.rounds.models import Round
from market.rounds.problem.ticks import Calendar
from market.rounds.ties import Ties
from matching.candidates import Candidates, candidates
from matching.plan import Assignment, Plan, Route, Stop, decode_plan
from matching.problem import Problem, decode_problem
from matching.rules import CAUSES


class Leg(NamedTuple):
    """A stop, the way to it, and whether that way is an estimate rather than a route along streets."""

    stop: Stop
    estimated: bool


class Digest(NamedTuple):
    """A plan beside its problem, indexed by need."""

    problem: Problem
    plan: Plan
    calendar: Calendar
    teams: Mapping[UUID, Assignment]
    legs: Mapping[tuple[str, str], Leg]
    pinned: Mapping[UUID, set[str]]
    options: Candidates
    rows: Mapping[str, int]
    ties: Ties

    def reasons(self, need: Need, worker_id: str) -> dict[str, Any]:
        """Return the facts behind one choice: how many could come, how near this one is, what fits, what binds."""
        task = self.problem.task_by_id[str(need.id)]
        ways = {o.worker: o.out for o in self.options.options[self.rows[task.id]]}
        mine = next((out for i, out in ways.items() if self.problem.workers[i].id == worker_id), None)
        nearer = 0 if mine is None else sum(out < mine for out in ways.values())
        return {
            "candidates": len(ways),
            "nearest_rank": nearer + 1,
            "skills": [skill.skill for skill in task.skills],
            "qualifications": list(task.qualifications),
            **self.ties.between(task.id, worker_id),
        }

    def causes(self, need_id: UUID, left_out: Mapping[str, int]) -> Causes:
        """Return why nobody comes: the first rule that excludes each candidate, and those never looked at."""
        found = {u.task: u.causes for u in self.plan.unserved}.get(str(need_id), ())
        return in_order({c.cause: c.count for c in found}, left_out)


def digest(held: Round) -> Digest:
    """Read a checked round; candidates are computed anew from its problem."""
    problem, plan = decode_problem(held.problem or b""), decode_plan(held.plan or b"")
    pinned: dict[UUID, set[str]] = {}
    rooms = rooms_of(problem, plan)
    for pin in problem.pins:
        pinned.setdefault(UUID(pin.task), set()).add(pin.worker)
    return Digest(
        problem,
        plan,
        Calendar(held.first_day, held.days),
        {UUID(a.task): a for a in plan.assignments},
        {(leg.stop.task, route.worker): leg for route in plan.routes for leg in _legs(problem, route, rooms)},
        pinned,
        candidates(problem),
        {task.id: row for row, task in enumerate(problem.tasks)},
        Ties.of_problem(problem),
    )


def _legs(problem: Problem, route: Route, rooms: Mapping[str, str]) -> Iterator[Leg]:
    here = problem.place_by_id[problem.worker_by_id[route.worker].shifts[route.shift].start_place]
    for stop in route.stops:
        there = problem.place_by_id[place_of(problem, stop, rooms)]
        yield Leg(stop, problem.travel.guessed(here, there))
        here = there


def rooms_of(problem: Problem, plan: Plan) -> dict[str, str]:
    """Return the place of the room in which each gathering of a plan is held."""
    held = {session.gathering: session.occasion for session in plan.sessions}
    return {
        key: problem.venue_by_id[problem.gathering_by_id[key].occasions[number].venue].place
        for key, number in held.items()
    }


def place_of(problem: Problem, stop: Stop, rooms: Mapping[str, str]) -> str:
    """Return the place of a stop of any kind; `rooms`: those of the plan's gatherings."""
    if stop.kind == "visit":
        return problem.task_by_id[stop.task].place
    if stop.kind == "load":
        return problem.depot_by_id[stop.task].place
    return rooms[stop.task] if stop.kind == "lead" else problem.delivery_by_id[stop.task].place


def in_order(counts: Mapping[str, int], left_out: Mapping[str, int]) -> Causes:
    """Return counted causes in the order in which candidates are tested, with those who were never looked at."""
    both = Counter(counts) + Counter(left_out)
    return [{"cause": cause, "count": both[cause]} for cause in CAUSES if both[cause]]
