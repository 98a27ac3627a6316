"""Rules on how much: caps of workers and providers per day and week."""

from collections import Counter
from collections.abc import Iterator

from matching.problem import Shift, Worker
from matching.rules.case import Case, Violation


def _usage(case: Case, week: bool) -> tuple[Counter[tuple[str, int]], ...]:
    tasks: Counter[tuple[str, int]] = Counter()
    ticks: Counter[tuple[str, int]] = Counter()
    joint: Counter[tuple[str, int]] = Counter()
    for worker, shift, service in _work(case):
        period = case.problem.week_of(shift) if week else case.problem.day_of(shift)
        tasks[worker.id, period] += 1
        ticks[worker.id, period] += service
        joint[worker.provider, period] += 1
    return tasks, ticks, joint


def _work(case: Case) -> Iterator[tuple[Worker, Shift, int]]:
    """What counts as one task: a visit, a trip, one start of a gathering; with its ticks of service."""
    for visit in case.visits:
        if visit.shift is not None:
            yield visit.worker, visit.shift, visit.task.duration
    for trip in case.trips:
        yield trip.worker, trip.shift, trip.ticks
    for route in case.routes:
        for stop in route.stops:
            if stop.kind == "lead":
                yield case.problem.worker_by_id[route.worker], case.shift(route), case.ticks(stop)


def worker_day_cap(case: Case) -> Iterator[Violation]:
    """Worker's day: tasks and ticks of service of the shifts that start on one day."""
    tasks, ticks, _ = _usage(case, week=False)
    for (worker_id, day), count in sorted(tasks.items()):
        worker = case.problem.worker_by_id[worker_id]
        if _over(count, worker.max_tasks_day) or _over(ticks[worker_id, day], worker.max_ticks_day):
            yield Violation("worker_day_cap", None, worker_id, f"{count} tasks on day {day}")


def worker_week_cap(case: Case) -> Iterator[Violation]:
    """Worker's week: tasks and ticks of service of the shifts that start in one week."""
    tasks, ticks, _ = _usage(case, week=True)
    for (worker_id, week), count in sorted(tasks.items()):
        worker = case.problem.worker_by_id[worker_id]
        if _over(count, worker.max_tasks_week) or _over(ticks[worker_id, week], worker.max_ticks_week):
            yield Violation("worker_week_cap", None, worker_id, f"{count} tasks in week {week}")


def provider_day_cap(case: Case) -> Iterator[Violation]:
    """Provider's day: visits, trips and sessions of all its workers."""
    for (provider_id, day), count in sorted(_usage(case, week=False)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_day):
            message = f"{provider_id!r} makes {count} visits on day {day}"
            yield Violation("provider_day_cap", None, None, message)


def provider_week_cap(case: Case) -> Iterator[Violation]:
    """Provider's week: visits, trips and sessions of all its workers."""
    for (provider_id, week), count in sorted(_usage(case, week=True)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_week):
            message = f"{provider_id!r} makes {count} visits in week {week}"
            yield Violation("provider_week_cap", None, None, message)


def _over(value: int, cap: int | None) -> bool:
    return cap is not None and value > cap
