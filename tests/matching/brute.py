"""The best plan of a tiny problem by trying everything that could be better, until the checker has no objection.

It knows how to write down a plan, and leaves every rule and every price to `matching.rules`.
"""

from functools import cache
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

import msgspec

from matching.plan import Assignment, CauseCount, Plan, Route, Stop, Unserved
from matching.policy import Policy, policy_hash
from matching.problem import Problem, Task, problem_hash
from matching.rules import check
from matching.rules.case import Case
from matching.rules.terms import level_values

Choice = tuple[int, tuple[tuple[str, int], ...]]
"""Start and (worker, shift) pairs of one served task."""


class Way(NamedTuple):
    """A choice that may be made where nothing else is served, and its price without ways in each level of cost."""

    start: int
    team: tuple[tuple[str, int], ...]
    prices: tuple[int, ...]


def best_value(problem: Problem, policy: Policy) -> tuple[int, ...]:
    """(musts, points, served, then -value of each level of cost in the policy's order) of the best plan."""
    return Search(problem, policy).best()


class Search:
    """Sets of tasks from the most valuable on; in each the cheapest choices that the checker allows."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem, self.policy = problem, policy
        self.must = {t.id for t in problem.tasks if t.mandatory} | {pin.task for pin in problem.pins}
        self.costs = [level for level in policy.levels if level != "service"]
        self.ways = cache(lambda seat, order: sum(ticks for ticks, _ in _legs(problem, seat, order)))
        # Alone no task keeps what must come before it, so the single choices are those of the problem without that.
        self.alone = msgspec.structs.replace(problem, precedences=())
        self.choices = {task.id: self._choices(task) for task in problem.tasks}
        self.found: tuple[int, ...] | None = None

    def best(self) -> tuple[int, ...]:
        """Value of the best plan."""
        asked = self.problem.tasks
        chosen = [team for size in range(len(asked) + 1) for team in combinations(asked, size)]
        for value, alike in groupby(sorted(chosen, key=self._worth, reverse=True), key=self._worth):
            for tasks in alike:
                self._serve(sorted(tasks, key=lambda task: len(self.choices[task.id])), {}, self._nothing())
            if self.found is not None:
                return (*value, *(-cost for cost in self.found))
        raise AssertionError("the empty plan is always allowed")

    def _worth(self, tasks: tuple[Task, ...]) -> tuple[int, int, int]:
        return sum(task.id in self.must for task in tasks), sum(task.priority for task in tasks), len(tasks)

    def _nothing(self) -> tuple[int, ...]:
        return (0,) * len(self.costs)

    def _serve(self, tasks: list[Task], served: dict[str, Choice], prices: tuple[int, ...]) -> None:
        """Try all choices of the tasks that are left; ways obey the triangle inequality, so costs only grow."""
        ways = sum(self.ways(seat, tuple(order)) for seat, order in routes(self.problem, served).items())
        cost = tuple(ways + price for price in prices)
        if self.found is not None and (cost >= self.found if not tasks else cost[:1] > self.found[:1]):
            return
        if not tasks:
            if not check(self.problem, write(self.problem, self.policy, served)):
                self.found = cost
            return
        task, *rest = tasks
        for way in self.choices[task.id]:
            if not self._clash(task, way, served):
                more = tuple(a + b for a, b in zip(prices, way.prices, strict=True))
                self._serve(rest, {**served, task.id: (way.start, way.team)}, more)

    def _clash(self, task: Task, way: Way, served: dict[str, Choice]) -> bool:
        """Whether somebody would have to be at two tasks at once."""
        people = {worker for worker, _ in way.team}
        return any(
            way.start < start + self.problem.task_by_id[other].duration
            and start < way.start + task.duration
            and any(worker in people for worker, _ in team)
            for other, (start, team) in served.items()
        )

    def _choices(self, task: Task) -> list[Way]:
        """Teams and starts to which the checker has no objection when they are all there is, the cheapest first."""
        starts = sorted({s for w in task.windows for s in range(w.earliest, w.end + 1)})
        seats = [(w.id, i) for w in self.problem.workers for i in range(len(w.shifts))]
        teams = [*combinations(seats, task.headcount), *((seat,) for seat in seats if task.headcount > 1)]
        found = []
        for start in starts:
            for team in teams:
                plan = write(self.alone, self.policy, {task.id: (start, team)})
                if not check(self.alone, plan):
                    ways = sum(self.ways(seat, (task.id,)) for seat in team)
                    values = level_values(Case(self.alone, plan), self.policy)
                    found.append(Way(start, team, tuple(values[level] - ways for level in self.costs)))
        return sorted(found, key=lambda way: (way.prices, way.start, way.team))


def routes(problem: Problem, served: dict[str, Choice]) -> dict[tuple[str, int], list[str]]:
    orders: dict[tuple[str, int], list[str]] = {}
    for task_id in sorted(served, key=lambda t: (served[t][0], t)):
        for seat in served[task_id][1]:
            orders.setdefault(seat, []).append(task_id)
    return orders


def _legs(problem, seat, order):
    worker = problem.worker_by_id[seat[0]]
    shift = worker.shifts[seat[1]]
    ids = [shift.start_place, *(problem.task_by_id[t].place for t in order), shift.end_place]
    places = [problem.place_by_id[i] for i in ids]
    return [
        (problem.travel.ticks(a, b, worker.mode), problem.travel.metres(a, b, worker.mode))
        for a, b in pairwise(places)
    ]


def write(problem: Problem, policy: Policy, served: dict[str, Choice]) -> Plan:
    """A plan document, right or wrong; people set out at once after each visit."""
    made = []
    for seat, order in routes(problem, served).items():
        legs = _legs(problem, seat, order)
        now, stops = problem.worker_by_id[seat[0]].shifts[seat[1]].start, []
        for task_id, (ticks, metres) in zip(order, legs, strict=False):
            start = served[task_id][0]
            arrive, now = now + ticks, start + problem.task_by_id[task_id].duration
            stops.append(
                Stop(
                    task=task_id,
                    arrive=arrive,
                    start=start,
                    end=now,
                    travel_ticks=ticks,
                    travel_metres=metres,
                )
            )
        made.append(
            Route(
                worker=seat[0],
                shift=seat[1],
                stops=tuple(stops),
                return_ticks=legs[-1][0],
                return_metres=legs[-1][1],
            )
        )
    everybody = (CauseCount(cause="busy", count=len(problem.workers)),) if problem.workers else ()
    return Plan(
        problem=problem_hash(problem),
        policy=policy_hash(policy),
        solver="brute",
        seed=0,
        assignments=tuple(
            Assignment(task=t, start=start, workers=tuple(w for w, _ in team))
            for t, (start, team) in served.items()
        ),
        routes=tuple(made),
        unserved=tuple(Unserved(task=t.id, causes=everybody) for t in problem.tasks if t.id not in served),
    )
