"""The Problem of a round, computed from facts alone: same facts, same bytes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from market.rounds.problem.commitments import Commitment
from market.rounds.problem.facts import Facts
from market.rounds.problem.groups import Groups
from market.rounds.problem.meals import Meals
from market.rounds.problem.people import Helper
from market.rounds.problem.places import Places
from market.rounds.problem.present import Present
from market.rounds.problem.tasks import need_task, promised_task
from market.rounds.problem.workers import Roster, able
from matching.problem import Forbid, Pin, Problem, Task

Promises = Mapping[UUID, Sequence[Commitment]]


class Built(NamedTuple):
    """The problem, and the needs for which no start is left on its days."""

    problem: Problem
    too_late: tuple[UUID, ...]


def build_problem(facts: Facts) -> Built:
    """Turn needs, people and promises into a problem."""
    places = Places(facts.calendar.ticks)
    known = {helper.worker.id for helper in facts.people.helpers}
    present = Present(facts.people)
    asked = {need.id: need_task(facts, need, places, present) for need in facts.needs}
    meals, groups = Meals(facts, places), Groups(facts, places)
    visits = [task for task in asked.values() if task is not None and task.id not in groups.invited]
    tasks = [_shared(task, groups) for task in visits]
    by_need, by_worker = _promises(facts, known)
    roster = Roster(facts, places, tasks, by_worker)
    depots, deliveries = meals.depots(), meals.deliveries()
    providers = {helper.provider.id: helper.provider for helper in facts.people.helpers}
    workers = tuple(roster.worker(helper) for helper in facts.people.helpers)
    promised = tuple(
        promised_task(facts, seats, places) for need_id, seats in by_need.items() if need_id not in asked
    )
    problem = Problem(
        id=str(facts.round_id),
        horizon=facts.calendar.horizon(),
        tasks=(*tasks, *promised),
        workers=workers,
        providers=tuple(roster.provider(provider) for provider in providers.values()),
        pins=tuple(_pins(facts, tasks, promised, by_need)),
        forbids=tuple(_forbids(facts, tasks, known)),
        depots=depots if deliveries else (),
        deliveries=deliveries,
        venues=(*meals.venues(), *groups.venues()),
        gatherings=(*meals.gatherings(), *groups.gatherings()),
        enrolments=(*meals.seats, *groups.enrolments()),
        places=places.all(),
    )
    return Built(problem, tuple(need_id for need_id, task in asked.items() if task is None))


def _shared(task: Task, groups: Groups) -> Task:
    """A need for which somebody also asks for a seat is served once."""
    return msgspec.structs.replace(task, need=task.id) if task.id in groups.served_otherwise else task


def _promises(facts: Facts, known: set[UUID]) -> tuple[Promises, Promises]:
    """Return the seats promised on the days of the round, by need and by worker."""
    by_need: dict[UUID, list[Commitment]] = defaultdict(list)
    by_worker: dict[UUID, list[Commitment]] = defaultdict(list)
    for seat in facts.commitments:
        if seat.worker_id in known and facts.calendar.start <= seat.start_at < facts.calendar.end:
            by_need[seat.need_id].append(seat)
            by_worker[seat.worker_id].append(seat)
    return by_need, by_worker


def _pins(facts: Facts, tasks: Sequence[Task], promised: Sequence[Task], by_need: Promises) -> Iterator[Pin]:
    for task in (*tasks, *promised):
        for seat in by_need.get(UUID(task.id), ()):
            start = facts.calendar.floor(min(s.start_at for s in by_need[seat.need_id]))
            yield Pin(task=task.id, worker=str(seat.worker_id), start=start)


def _forbids(facts: Facts, tasks: Sequence[Task], known: set[UUID]) -> Iterator[Forbid]:
    """Pairs that must not be: who said no to this need, and providers that do not offer this service."""
    ids = {task.id for task in tasks}
    seated = {(seat.need_id, seat.worker_id) for seat in facts.commitments}
    for need_id, worker_id in facts.refusals:
        if worker_id in known and str(need_id) in ids and (need_id, worker_id) not in seated:
            yield Forbid(task=str(need_id), worker=str(worker_id))
    for helper in facts.people.helpers:
        for task in _unoffered(helper, tasks, facts.people.skills.get(helper.worker.id, {})):
            if (UUID(task.id), helper.worker.id) not in seated:
                yield Forbid(task=task.id, worker=str(helper.worker.id))


def _unoffered(helper: Helper, tasks: Sequence[Task], skills: Mapping[str, int]) -> Iterator[Task]:
    """Tasks that the helper could do, of services that the provider has not named; the others need no word."""
    offered, kind = set(helper.provider.services), helper.provider.kind.value
    for task in tasks if offered else ():
        allowed = not task.allowed_kinds or kind in task.allowed_kinds
        if task.service not in offered and allowed and able(task, skills):
            yield task
