"""Rules on how much: caps of workers and providers per day and week."""

from collections import Counter
from collections.abc import Iterator

from matching.rules.case import Case, Violation


def _usage(case: Case, week: bool) -> tuple[Counter[tuple[str, int]], ...]:
    tasks: Counter[tuple[str, int]] = Counter()
    ticks: Counter[tuple[str, int]] = Counter()
    joint: Counter[tuple[str, int]] = Counter()
    for visit in case.visits:
        if visit.shift is not None:
            period = case.problem.week_of(visit.shift) if week else case.problem.day_of(visit.shift)
            tasks[visit.worker.id, period] += 1
            ticks[visit.worker.id, period] += visit.task.duration
            joint[visit.provider.id, period] += 1
    return tasks, ticks, joint


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
    """Provider's day: visits of all its workers."""
    for (provider_id, day), count in sorted(_usage(case, week=False)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_day):
            message = f"{provider_id!r} makes {count} visits on day {day}"
            yield Violation("provider_day_cap", None, None, message)


def provider_week_cap(case: Case) -> Iterator[Violation]:
    """Provider's week: visits of all its workers."""
    for (provider_id, week), count in sorted(_usage(case, week=True)[2].items()):
        if _over(count, case.problem.provider_by_id[provider_id].max_tasks_week):
            message = f"{provider_id!r} makes {count} visits in week {week}"
            yield Violation("provider_week_cap", None, None, message)


def _over(value: int, cap: int | None) -> bool:
    return cap is not None and value > cap
