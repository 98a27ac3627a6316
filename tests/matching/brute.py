"""The best plan of a tiny problem by trying everything, best first, until the checker has no objection.

It knows how to write down a plan, and leaves every rule to `rules.check`.
"""

from itertools import combinations, pairwise, product

from matching.plan import Assignment, CauseCount, Plan, Route, Stop, Unserved
from matching.policy import Policy, policy_hash
from matching.problem import Problem, problem_hash
from matching.rules import check

Choice = tuple[int, tuple[tuple[str, int], ...]]
"""Start and (worker, shift) pairs of one served task."""


def best_value(problem: Problem, policy: Policy) -> tuple[int, int, int, int]:
    """(musts, points, served, -travel) of the best plan; ordered as the levels are."""
    must = {t.id for t in problem.tasks if t.mandatory} | {pin.task for pin in problem.pins}
    ids = [task.id for task in problem.tasks]
    answers = []
    for chosen in product(*([None, *_choices(problem, task_id)] for task_id in ids)):
        served = {t: c for t, c in zip(ids, chosen, strict=True) if c is not None}
        points = sum(problem.task_by_id[t].priority for t in served)
        value = (len(must & served.keys()), points, len(served), -_travel(problem, policy, served))
        answers.append((value, len(answers), served))
    for value, _, served in sorted(answers, reverse=True, key=lambda a: a[:2]):
        if not check(problem, write(problem, policy, served)):
            return value
    raise AssertionError("the empty plan is always allowed")


def _choices(problem: Problem, task_id: str) -> list[Choice]:
    """Teams and starts to which the checker has no objection when they are all there is."""
    task = problem.task_by_id[task_id]
    starts = sorted({s for w in task.windows for s in range(w.earliest, w.latest + 1)})
    seats = [(w.id, i) for w in problem.workers for i in range(len(w.shifts))]
    found = []
    for start, team in product(starts, combinations(seats, task.headcount)):
        if not check(problem, write(problem, Policy(), {task_id: (start, team)})):
            found.append((start, team))
    return found


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


def _travel(problem: Problem, policy: Policy, served: dict[str, Choice]) -> int:
    total = 0
    for seat, order in routes(problem, served).items():
        provider = problem.provider_by_id[problem.worker_by_id[seat[0]].provider]
        total += sum(ticks for ticks, _ in _legs(problem, seat, order))
        total += policy.fallback_penalty_ticks * len(order) if provider.fallback else 0
    return total


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
