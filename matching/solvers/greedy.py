"""Cheapest insertion, most urgent and hardest tasks first; then second chances for what is left.

No engine, no randomness: the same input gives the same plan. It is the plan of last resort and the hint of the
exact solver.
"""

from collections.abc import Callable, Iterable

from matching.candidates import Option
from matching.solvers.instance import Instance, Solution
from matching.solvers.routes import Routes

Team = tuple[int, tuple[int, ...]]
MAX_STARTS = 64
"""Common starts tried for a task of several people."""


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
    def urgency(task: int) -> tuple[bool, float, int, int]:
        options = instance.candidates.options[task]
        per_person = instance.priority[task] / instance.headcount[task]
        return not instance.must[task], -per_person, len(options) // instance.headcount[task], task

    tasks = range(len(instance.problem.tasks))
    return sorted((t for t in tasks if instance.candidates.options[t]), key=urgency)


def insert(routes: Routes, task: int, out_of_time: Callable[[], bool]) -> bool:
    """Serve a task by the cheapest team and positions, if any fits; the cheapest seen so far when time is over."""
    if routes.instance.headcount[task] == 1:
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
    for option in _allowed(routes.instance, task, routes.instance.candidates.options[task]):
        found = routes.cheapest(task, option.row, None)
        if found is not None and (best is None or (found, option.row) < best):
            best = (found, option.row)
    return best is not None and routes.try_team(task, (best[1],), None)


def _allowed(instance: Instance, task: int, options: Iterable[Option]) -> list[Option]:
    pinned = instance.pins.get(task, set())
    if len(pinned) < instance.headcount[task]:
        return list(options)
    return [option for option in options if option.worker in pinned]


def _pools(instance: Instance, task: int) -> list[list[Option]]:
    pools: dict[int, list[Option]] = {}
    for option in _allowed(instance, task, instance.candidates.options[task]):
        pools.setdefault(instance.pool(option.row), []).append(option)
    return [pools[pool] for pool in sorted(pools)]


def _common_starts(routes: Routes, task: int, options: list[Option]) -> list[int]:
    found = {low for option in options for low, _ in option.windows}
    for option in options:
        found |= set(routes.possible_starts(task, option.row))
    ordered = sorted(found)
    step = -(-len(ordered) // MAX_STARTS) or 1
    return ordered[::step]


def _team_at(
    routes: Routes, task: int, options: list[Option], start: int
) -> tuple[int, tuple[int, ...]] | None:
    """The cheapest people who can all start at `start`; pinned ones first."""
    pinned = routes.instance.pins.get(task, set())
    need = routes.instance.headcount[task]
    offers = []
    for option in options:
        cost = routes.cheapest(task, option.row, start)
        if cost is not None:
            offers.append((option.worker not in pinned, cost, option.row, option.worker))
    chosen: dict[int, tuple[int, int]] = {}
    for _, cost, row, worker in sorted(offers):
        if worker not in chosen and len(chosen) < need and routes.provider_allows([*_rows(chosen), row]):
            chosen[worker] = (cost, row)
    if len(chosen) < need or not pinned <= chosen.keys():
        return None
    return sum(cost for cost, _ in chosen.values()), tuple(sorted(_rows(chosen)))


def _rows(chosen: dict[int, tuple[int, int]]) -> list[int]:
    return [row for _, row in chosen.values()]


def _second_chances(routes: Routes, order: list[int], out_of_time: Callable[[], bool]) -> bool:
    """Let each unserved task in by moving one visit elsewhere, or by dropping one worth less."""
    changed = False
    for task in order:
        if task in routes.team or out_of_time():
            continue
        changed |= insert(routes, task, out_of_time) or _make_room(routes, task, out_of_time)
    return changed


def _make_room(routes: Routes, task: int, out_of_time: Callable[[], bool]) -> bool:
    instance = routes.instance
    rows = sorted({option.row for option in instance.candidates.options[task]})
    for row in rows:
        for other in tuple(routes.order[row]):
            if out_of_time():
                return False
            if instance.must[other] and not instance.must[task]:
                continue
            team = routes.remove(other)
            if routes.holds(team[1]) and insert(routes, task, out_of_time):
                if insert(routes, other, out_of_time) or _worth(instance, task) > _worth(instance, other):
                    return True
                routes.remove(task)
            if not routes.try_team(other, team[1], team[0]):
                raise AssertionError("a removed visit must fit back")
    return False


def _worth(instance: Instance, task: int) -> tuple[bool, int]:
    return instance.must[task], instance.priority[task]
