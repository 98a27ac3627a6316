"""Some tasks and workers of a problem as a problem of its own."""

from collections import Counter
from typing import NamedTuple

import msgspec

from matching.plan import Plan, Route, Stop
from matching.problem import Fund, Problem, Provider, Task
from matching.solvers.instance import Instance, Solution
from matching.solvers.territory.ways import ways_between


class Limits(NamedTuple):
    """What a part may use of what is shared: visits per day and week of providers (by index), and fen of funds."""

    day: dict[int, int]
    week: dict[int, int]
    fen: dict[str, int]


def part_problem(
    instance: Instance, name: str, tasks: list[int], workers: list[int], limits: Limits
) -> Problem:
    """A document that knows these tasks and workers (ascending) alone; what it plans keeps every rule of the whole."""
    whole = instance.problem
    people = [whole.workers[i] for i in workers]
    ids = frozenset(worker.id for worker in people)
    asked = [_task(whole.tasks[i], ids) for i in tasks]
    wanted = {task.id for task in asked}
    used = {task.place for task in asked}
    used |= {place for w in people for shift in w.shifts for place in (shift.start_place, shift.end_place)}
    places = tuple(place for place in whole.places if place.id in used)
    owners = {worker.provider for worker in people}
    funds = {task.fund for task in asked}
    return Problem(
        id=f"{whole.id} {name}",
        horizon=whole.horizon,
        places=places,
        tasks=tuple(asked),
        workers=tuple(people),
        providers=tuple(_provider(p, i, limits) for i, p in enumerate(whole.providers) if p.id in owners),
        pins=tuple(pin for pin in whole.pins if pin.task in wanted and pin.worker in ids),
        forbids=tuple(f for f in whole.forbids if f.task in wanted and f.worker in ids),
        precedences=tuple(p for p in whole.precedences if p.before in wanted and p.after in wanted),
        funds=tuple(Fund(id=f.id, fen=limits.fen.get(f.id, f.fen)) for f in whole.funds if f.id in funds),
        travel=ways_between(whole, [place.id for place in places]),
    )


def _task(task: Task, people: frozenset[str]) -> Task:
    """People of elsewhere can be neither refused nor known here."""
    names = (task.refused_workers, task.known_workers, task.wishes.workers)
    if not any(names):
        return task
    refused, known, wished = (tuple(name for name in found if name in people) for found in names)
    wishes = msgspec.structs.replace(task.wishes, workers=wished)
    return msgspec.structs.replace(task, refused_workers=refused, known_workers=known, wishes=wishes)


def _provider(provider: Provider, index: int, limits: Limits) -> Provider:
    day = limits.day.get(index, provider.max_tasks_day)
    week = limits.week.get(index, provider.max_tasks_week)
    return msgspec.structs.replace(provider, max_tasks_day=day, max_tasks_week=week)


def shares(instance: Instance, part: list[int], parts: int, part_of_worker: list[int]) -> list[Limits]:
    """What is shared, in proportion: limits of providers by their workers, funds by the tasks that name them."""
    owners = Counter(zip(instance.provider, part_of_worker, strict=True))
    names = Counter((t.fund, part[i]) for i, t in enumerate(instance.problem.tasks) if t.fund is not None)
    found = [Limits({}, {}, {}) for _ in range(parts)]
    for i, provider in enumerate(instance.problem.providers):
        weights = [owners[i, p] for p in range(parts)]
        for cap, field in ((provider.max_tasks_day, "day"), (provider.max_tasks_week, "week")):
            if cap is not None:
                for limits, share in zip(found, proportional(cap, weights), strict=True):
                    getattr(limits, field)[i] = share
    for fund in instance.problem.funds:
        weights = [names[fund.id, p] for p in range(parts)]
        for limits, share in zip(found, proportional(fund.fen, weights), strict=True):
            limits.fen[fund.id] = share
    return found


def proportional(amount: int, weights: list[int]) -> list[int]:
    """Whole shares that add up to `amount`, the largest remainders rounded up (nothing where all weights are 0)."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in by_remainder[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def left_over(instance: Instance, solution: Solution) -> Limits:
    """What visits outside a part (`solution`) leave of what is shared."""
    shifts, providers = instance.shifts, instance.problem.providers
    used: dict[str, Counter[tuple[int, int]]] = {"day": Counter(), "week": Counter()}
    spent: Counter[str] = Counter()
    for task, (_, rows) in solution.items():
        for row in rows:
            owner = instance.provider_of_row[row]
            used["day"][owner, shifts.day[row]] += 1
            used["week"][owner, shifts.week[row]] += 1
        fund = instance.problem.tasks[task].fund
        if fund is not None:
            spent[fund] += instance.teams.over(task, rows)
    limits = Limits({}, {}, {f.id: f.fen - spent[f.id] for f in instance.problem.funds})
    for i, provider in enumerate(providers):
        for cap, field in ((provider.max_tasks_day, "day"), (provider.max_tasks_week, "week")):
            if cap is not None:
                most = max((n for (owner, _), n in used[field].items() if owner == i), default=0)
                getattr(limits, field)[i] = cap - most
    return limits


def as_plan(instance: Instance, solution: Solution, kept: frozenset[int]) -> Plan:
    """Routes of some tasks as a plan to begin with; no other field is filled in."""
    routes = []
    for row, order in instance.routes({task: solution[task] for task in sorted(kept)}).items():
        worker = instance.problem.workers[instance.worker_of_row[row]].id
        stops = (_stop(instance, task, solution[task][0]) for task in order)
        index = int(instance.shifts.index[row])
        routes.append(Route(worker=worker, shift=index, stops=tuple(stops), return_ticks=0, return_metres=0))
    return Plan(problem="", policy="", solver="", seed=0, routes=tuple(routes))


def _stop(instance: Instance, task: int, start: int) -> Stop:
    end = start + instance.duration[task]
    name = instance.problem.tasks[task].id
    return Stop(task=name, arrive=start, start=start, end=end, travel_ticks=0, travel_metres=0)
