"""Cheapest insertion, most urgent and hardest tasks first; then second chances for what is left.

No engine, no randomness: the same input gives the same plan. It is the plan of last resort and the hint of the
exact solver.
"""

from collections.abc import Callable
from graphlib import TopologicalSorter
from typing import NamedTuple

from matching.candidates import Option
from matching.solvers.instance import Instance, Solution
from matching.solvers.routes import Routes

Urgency = tuple[bool, float, int]
MAX_STARTS = 64
"""Common starts tried for a task of several people, or one that others wait for."""


class Offer(NamedTuple):
    """Who could come to a task at one start: `free` (not pinned to it), extra cost, row, worker."""

    free: bool
    cost: int
    row: int
    worker: int


def greedy(
    instance: Instance,
    warm: Solution | None = None,
    *,
    rounds: int = 2,
    out_of_time: Callable[[], bool] = lambda: False,
    enough: Callable[[], bool] = lambda: False,
    on_task: Callable[[int, int], None] = lambda _done, _served: None,
) -> Solution:
    """Serve what fits, keeping what still holds of `warm`; `rounds` of second chances until there is `enough`."""
    routes = Routes(instance)
    for task, (start, rows) in sorted((warm or {}).items(), key=lambda item: (item[1][0], item[0])):
        if out_of_time():
            break
        if all((task, row) in instance.option for row in rows):
            routes.try_team(task, rows, start)
    order = [task for task in _order(instance) if task not in routes.team]
    for done, task in enumerate(order):
        if out_of_time():
            break
        insert(routes, task, out_of_time)
        on_task(done + 1, len(routes.team))
    for _ in range(rounds):
        if enough() or not _second_chances(routes, order, lambda: enough() or out_of_time()):
            break
    return routes.solution()


def _order(instance: Instance) -> list[int]:
    """Most urgent first; a task is as urgent as what waits for it, and comes before that."""
    tasks = [t for t in range(len(instance.problem.tasks)) if instance.candidates.options[t]]
    urgency = {task: _urgency(instance, task) for task in range(len(instance.problem.tasks))}
    depth = dict.fromkeys(urgency, 0)
    for before in TopologicalSorter(
        {link.before: [later.after for later in instance.afters[link.before]] for link in instance.links}
    ).static_order():
        for link in instance.afters.get(before, ()):
            urgency[before] = min(urgency[before], urgency[link.after])
            depth[before] = min(depth[before], depth[link.after] - 1)
    return sorted(tasks, key=lambda task: (urgency[task], depth[task], task))


def _urgency(instance: Instance, task: int) -> Urgency:
    options = instance.candidates.options[task]
    per_person = instance.priority[task] / instance.headcount[task]
    return not instance.must[task], -per_person, len(options) // instance.headcount[task]


def insert(routes: Routes, task: int, out_of_time: Callable[[], bool]) -> bool:
    """Serve a task by the cheapest team and positions, if any fits; the cheapest seen so far when time is over."""
    if not routes.instance.tied[task]:
        return _insert_one(routes, task)
    best: tuple[int, int, tuple[int, ...]] | None = None
    for options in _pools(routes.instance, task):
        for start in _common_starts(routes, task, options):
            if out_of_time():
                break
            team = _team_at(routes, task, options, start)
            if team is not None and (best is None or (team[0], start, team[1]) < best):
                best = (team[0], start, team[1])
    return best is not None and routes.try_team(task, best[2], best[1])


def _insert_one(routes: Routes, task: int) -> bool:
    best: tuple[int, int] | None = None
    funded = routes.instance.teams.fund[task] is not None
    for option in _allowed(routes.instance, task):
        # Whoever is a candidate may come alone, unless a fund is spent by now.
        if funded and not routes.team_allowed(task, (option.row,)):
            continue
        found = routes.cheapest(task, option.row, None)
        if found is not None and (best is None or (found, option.row) < best):
            best = (found, option.row)
    return best is not None and routes.try_team(task, (best[1],), None)


def _allowed(instance: Instance, task: int) -> list[Option]:
    """Options of whom a team may have; with as many pins as seats, or a crew pinned, nobody but the pinned."""
    pinned = instance.pins.get(task, set())
    options = instance.candidates.options[task]
    crew = any(instance.problem.workers[worker].people > 1 for worker in pinned)
    if len(pinned) < instance.headcount[task] and not crew:
        return list(options)
    return [option for option in options if option.worker in pinned]


def _pools(instance: Instance, task: int) -> list[list[Option]]:
    """Options that may come together; a crew comes alone."""
    pools: dict[tuple[int, int], list[Option]] = {}
    for option in _allowed(instance, task):
        alone = option.row + 1 if instance.teams.crew(option.row) else 0
        pools.setdefault((alone, instance.pool(option.row)), []).append(option)
    return [pools[pool] for pool in sorted(pools)]


def _common_starts(routes: Routes, task: int, options: list[Option]) -> list[int]:
    span = routes.span(task)
    if span is None:
        return []
    first, last = span
    found = {first} if first else set()
    for option in options:
        found |= {low for low, _ in option.windows} | set(routes.possible_starts(task, option.row))
    if last is not None:
        found.add(last)
    found |= _for_later(routes.instance, task)
    windows = {window for option in options for window in option.windows}
    spans = [(max(first, low), high if last is None else min(last, high)) for low, high in sorted(windows)]
    possible = {start for start in found if any(low <= start <= high for low, high in spans)}
    ordered = sorted(_welcome(routes.instance, task, possible) or possible)
    step = -(-len(ordered) // MAX_STARTS) or 1
    return ordered[::step]


def _for_later(instance: Instance, task: int) -> set[int]:
    """Earliest starts that let a later task begin when its windows open, where it may not wait for long."""
    return {
        window.earliest - link.most
        for link in instance.afters.get(task, ())
        if link.most is not None
        for window in instance.problem.tasks[link.after].windows
    }


def _welcome(instance: Instance, task: int, found: set[int]) -> set[int]:
    """Starts after which every later task still has a window."""
    for link in instance.afters.get(task, ()):
        windows = instance.problem.tasks[link.after].windows
        found = {
            start
            for start in found
            if any(
                start + link.least <= w.end and (link.most is None or w.earliest <= start + link.most)
                for w in windows
            )
        }
    return found


def _team_at(
    routes: Routes, task: int, options: list[Option], start: int
) -> tuple[int, tuple[int, ...]] | None:
    """The cheapest people who can all start at `start`; pinned ones first, then who makes the team a lawful one."""
    instance, teams = routes.instance, routes.instance.teams
    pinned = instance.pins.get(task, set())
    offers: list[Offer] = []
    for option in options:
        cost = routes.cheapest(task, option.row, start)
        if cost is not None:
            offers.append(Offer(option.worker not in pinned, cost, option.row, option.worker))
    orders = [sorted(offers)]
    if teams.cap[task] is not None:
        orders.append(sorted(offers, key=lambda o: (o.free, teams.fen(task, o.row), o)))
    for order in orders:
        chosen = _choice(routes, task, order)
        rows = tuple(sorted(chosen))
        if rows and routes.team_allowed(task, rows):
            # Each row counts the lateness of the common start.
            late = instance.late_price(task, start) if instance.level == "experience" else 0
            return sum(chosen.values()) - late * (len(rows) - 1), rows
    return None


def _choice(routes: Routes, task: int, order: list[Offer]) -> dict[int, int]:
    """Rows and costs of as many different people as a team needs, somebody experienced first if it must have one."""
    teams = routes.instance.teams
    if teams.experienced[task]:
        order = [*[o for o in order if not teams.newcomer[o.row]][:1], *order]
    chosen: dict[int, int] = {}
    workers: set[int] = set()
    for offer in order:
        full = len(chosen) == teams.need(task, offer.row)
        if not full and offer.worker not in workers and routes.provider_allows([*chosen, offer.row]):
            chosen[offer.row] = offer.cost
            workers.add(offer.worker)
    return chosen


def _second_chances(routes: Routes, order: list[int], out_of_time: Callable[[], bool]) -> bool:
    """Let each unserved task in by moving one visit elsewhere, or by dropping some worth less."""
    changed = False
    for task in order:
        if task in routes.team or out_of_time() or routes.span(task) is None:
            continue
        changed |= insert(routes, task, out_of_time) or _make_room(routes, task, out_of_time)
    return changed


def _make_room(routes: Routes, task: int, out_of_time: Callable[[], bool]) -> bool:
    instance = routes.instance
    rows = sorted({option.row for option in instance.candidates.options[task]})
    needed = {link.before for link in instance.befores.get(task, ())}
    for row in rows:
        for other in tuple(routes.order[row]):
            if out_of_time():
                return False
            if other not in needed and _swapped(routes, task, other, out_of_time):
                return True
    return False


def _swapped(routes: Routes, task: int, other: int, out_of_time: Callable[[], bool]) -> bool:
    """Insert a task in place of another (and of what may not be served without that), unless too much is lost."""
    instance = routes.instance
    if instance.must[other] and not instance.must[task]:
        return False
    taken = routes.remove(other)
    again = [removed.task for removed in reversed(taken)]
    if routes.holds([row for removed in taken for row in removed.rows]) and insert(routes, task, out_of_time):
        lost = [t for t in again if not insert(routes, t, out_of_time)]
        if not lost or _worth(instance, [task]) > _worth(instance, lost):
            return True
        for undone in (*reversed([t for t in again if t not in lost]), task):
            routes.remove(undone)
    routes.put_back(taken)
    return False


def _worth(instance: Instance, tasks: list[int]) -> tuple[int, int]:
    return sum(instance.must[task] for task in tasks), sum(instance.priority[task] for task in tasks)
