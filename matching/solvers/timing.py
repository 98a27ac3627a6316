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
    """The same teams in the same order, everybody as early as possible; starts never move later."""
    now = {row: instance.begin[row] for _, rows in solution.values() for row in rows}
    last: dict[int, int | None] = dict.fromkeys(now)
    result: Solution = {}
    for task in sorted(solution, key=lambda t: (solution[t][0], t)):
        start, rows = solution[task]
        ready = max(now[row] + instance.leg(row, last[row], task) for row in rows)
        start = min(start, _common(instance, task, rows, ready, start))
        result[task] = (start, rows)
        for row in rows:
            now[row], last[row] = start + instance.duration[task], task
    return result


def _common(instance: Instance, task: int, rows: tuple[int, ...], ready: int, latest: int) -> int:
    """First start from `ready` that suits everybody; `latest` is known to."""
    while ready < latest:
        found = [first_start(instance.option[task, row].windows, ready) for row in rows]
        later = max(latest if start is None else start for start in found)
        if later == ready:
            return ready
        ready = later
    return latest
