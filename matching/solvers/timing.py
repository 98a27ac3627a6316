"""Start times of visits whose order is given."""

from matching.solvers.instance import Instance, Solution

Windows = tuple[tuple[int, int], ...]


def first_start(windows: Windows, ready: int) -> int | None:
    """First allowed start from `ready` on."""
    for low, high in windows:
        if ready <= high:
            return max(low, ready)
    return None


def starts(instance: Instance, row: int, tasks: list[int], fixed: dict[int, int]) -> list[int] | None:
    """Earliest starts of `tasks` in this order in one shift, with some fixed; None where that is impossible."""
    now, before, result = instance.begin[row], None, []
    limit, option, duration = instance.leg_limit[row], instance.option, instance.duration
    ticks = instance.ticks[instance.shifts.mode[row]]
    for task in tasks:
        found = option[task, row]
        leg = found.out if before is None else ticks[before][task]
        start = first_start(found.windows, now + leg)
        if start is not None and task in fixed:
            start = fixed[task] if start <= fixed[task] else None
        if start is None or (limit is not None and leg > limit):
            return None
        result.append(start)
        now, before = start + duration[task], task
    home = now + instance.leg(row, before, None)
    return result if home <= instance.end[row] else None


def early(instance: Instance, solution: Solution) -> Solution:
    """The same teams in the same order, everybody as early as possible; starts never move later nor get more late.

    All that a start waits for (ways, windows, precedences; a longest lag makes even the earlier task wait) only moves
    it later as the others move later. So there is one earliest answer, and passes from below end in it.
    """
    order = sorted(solution, key=lambda t: (solution[t][0], t))
    windows = {task: _windows(instance, task, *solution[task]) for task in order}
    floor = dict.fromkeys(order, 0)
    while True:
        start = _pass(instance, solution, order, windows, floor)
        waits = False
        for link in instance.links:
            if link.most is not None and link.after in start:
                least = min(start[link.after] - link.most, solution[link.before][0])
                waits |= start[link.before] < least
                floor[link.before] = max(floor[link.before], least)
        if not waits:
            return {task: (start[task], solution[task][1]) for task in order}


def _pass(
    instance: Instance,
    solution: Solution,
    order: list[int],
    windows: dict[int, list[Windows]],
    floor: dict[int, int],
) -> dict[int, int]:
    """Earliest starts from `floor` on, where nobody waits for a later task."""
    now = {row: instance.begin[row] for _, rows in solution.values() for row in rows}
    last: dict[int, int | None] = dict.fromkeys(now)
    start: dict[int, int] = {}
    for task in order:
        latest, rows = solution[task]
        ready = max(floor[task], *(now[row] + instance.leg(row, last[row], task) for row in rows))
        for link in instance.befores.get(task, ()):
            ready = max(ready, start[link.before] + link.least)
        start[task] = _common(windows[task], ready, latest)
        for row in rows:
            now[row], last[row] = start[task] + instance.duration[task], task
    return start


def _windows(instance: Instance, task: int, start: int, rows: tuple[int, ...]) -> list[Windows]:
    """When each row may start a task no more late than at `start`."""
    found = [instance.option[task, row].windows for row in rows]
    if not instance.late[task]:
        return found
    return [*found, instance.no_later(task, instance.late_price(task, start))]


def _common(windows: list[Windows], ready: int, latest: int) -> int:
    """First start from `ready` that suits everybody; `latest` is known to."""
    while ready < latest:
        found = [first_start(each, ready) for each in windows]
        later = max(latest if start is None else start for start in found)
        if later == ready:
            return ready
        ready = later
    return latest
