"""Rules on the numbers of a plan: totals, terms of tasks and groups, values of levels."""

from collections import Counter
from collections.abc import Iterator

from matching.delivery import Delivery
from matching.plan import TERMS
from matching.policy import Policy, policy_hash
from matching.problem import Task
from matching.rules.case import Case, Opened, Violation, Visit, window_at
from matching.rules.groups import all_needs, group_terms
from matching.rules.team import HOUR_SECONDS, funded_fen, price_fen, visit_fen

HUNDRED_YUAN = 10_000


def terms_true(case: Case) -> Iterator[Violation]:
    """Terms: every total, and every term of a task or group that is told, follows from assignments and routes."""
    yield from _told(case.plan.terms, _totals(case), None)
    for task, assignment, visits in case.teams:
        yield from _told(assignment.terms, _of_task(case, task, visits), task.id)
    groups = group_terms(case)
    for told in case.plan.groups:
        if told != groups.get(told.group):
            message = f"Group {told.group!r} is {groups.get(told.group)}, the plan says {told}"
            yield Violation("terms", None, None, message)
    for unserved in case.plan.unserved:
        if unserved.mandatory and unserved.task not in case.must:
            yield Violation("terms", unserved.task, None, "Is not mandatory")
    for level in case.plan.levels:
        if level.name == "service" and level.value != _points(case):
            yield Violation("terms", None, None, f"service is {_points(case)}, the plan says {level.value}")


def levels_true(case: Case, policy: Policy) -> Iterator[Violation]:
    """Levels: values of all levels, and the total `experience`, under the policy that the plan names."""
    if case.plan.policy != policy_hash(policy):
        yield Violation("terms", None, None, "The plan follows another policy")
        return
    true = level_values(case, policy)
    yield from _told({level.name: level.value for level in case.plan.levels}, true, None)
    yield from _told({k: v for k, v in case.plan.terms.items() if k == "experience"}, true, None)


def level_values(case: Case, policy: Policy) -> dict[str, int]:
    """Value of every level that a policy may name, and of `mandatory`, which comes before them."""
    travel = _travel(case)
    return {
        "mandatory": sum(task.id in case.must for task, _, _ in case.teams),
        "service": _points(case),
        "travel": travel + policy.fallback_penalty_ticks * _fallbacks(case),
        "experience": travel + _experience(case, policy),
    }


def _told(told: dict[str, int], true: dict[str, int], task: str | None) -> Iterator[Violation]:
    for name, value in sorted(told.items()):
        if true.get(name, value) != value:
            yield Violation("terms", task, None, f"{name} is {true[name]}, the plan says {value}")


def _points(case: Case) -> int:
    return sum(item.priority for item in case.served())


def _fallbacks(case: Case) -> int:
    """Visits, trips and starts of gatherings by fallback providers."""
    led = (route.worker for route in case.routes for stop in route.stops if stop.kind == "lead")
    people = [visit.worker for visit in case.visits] + [trip.worker for trip in case.trips]
    people += [case.problem.worker_by_id[worker] for worker in led]
    return sum(case.provider(worker).fallback for worker in people)


def _travel(case: Case) -> int:
    used = [route for route in case.routes if route.stops]
    return sum(r.return_ticks + sum(stop.travel_ticks for stop in r.stops) for r in used)


def _totals(case: Case) -> dict[str, int]:
    """Totals that every plan may tell; `experience` depends on the policy."""
    stops = [stop for route in case.routes for stop in route.stops]
    back = sum(route.return_metres for route in case.routes if route.stops)
    total = _summed(case)
    asked, served = all_needs(case)
    return {
        "asked": len(asked),
        "served": len(served),
        "points": _points(case),
        "travel_ticks": _travel(case),
        "travel_metres": back + sum(stop.travel_metres for stop in stops),
        "waiting_ticks": sum(stop.start - stop.arrive for stop in stops),
        "service_ticks": sum(stop.end - stop.start for stop in stops),
        "workers_used": len({route.worker for route in case.routes if route.stops}),
        "fallback_tasks": _fallbacks(case),
        "mandatory_unserved": sum(t.mandatory and t.id not in case.starts for t in case.problem.tasks),
        **{name: total[name] for name in TERMS},
        **_shapes(case),
    }


def _shapes(case: Case) -> dict[str, int]:
    """Totals of delivery rounds and group sessions."""
    return {
        "deliveries": len(case.delivered),
        "units": sum(case.problem.delivery_by_id[delivery].units for delivery in case.delivered),
        "trips": len(case.trips),
        "sessions": len(case.opened),
        "seats": len(case.seat_of),
        "waiting": sum(len(opened.session.waiting) for opened in case.opened),
        "walk_ticks": _walking(case),
        "venue_fen": sum(venue_fen(case, opened) for opened in case.opened),
    }


def _summed(case: Case) -> Counter[str]:
    """Terms of all tasks, with the lateness of deliveries and the strangers among those who run gatherings."""
    total: Counter[str] = Counter()
    for task, _, visits in case.teams:
        total.update(_of_task(case, task, visits))
    for delivery, stop in case.delivered.items():
        total.update(_lateness(case.problem.delivery_by_id[delivery], stop.start))
    total["continuity_missed"] += sum(
        bool(opened.gathering.known_workers) and worker.id not in opened.gathering.known_workers
        for opened in case.opened
        for _, worker in opened.staff
    )
    return total


def _lateness(asked: Task | Delivery, start: int) -> dict[str, int]:
    window = window_at(asked, start)
    late = 0 if window is None else max(0, start - window.latest)
    return {"late_ticks": late, "late_price": 0 if window is None else late * window.late_price}


def _walking(case: Case) -> int:
    """Ticks of participants' ways to their venues: one way, once for each seat."""
    return sum(
        case.walk(case.problem.enrolment_by_id[person], opened.venue)[0]
        for person, opened in case.seat_of.items()
    )


def venue_fen(case: Case, opened: Opened) -> int:
    """What the venue of a session costs, all its times together; rounded up to a fen."""
    seconds = opened.gathering.duration * len(opened.spans) * case.problem.horizon.tick_seconds
    return (opened.venue.fee_fen_hour * seconds + HOUR_SECONDS - 1) // HOUR_SECONDS


def _of_task(case: Case, task: Task, visits: list[Visit]) -> dict[str, int]:
    return {
        **_lateness(task, case.starts[task.id]),
        "wishes_missed": sum(_wishes_missed(visit) for visit in visits),
        "continuity_missed": sum(_stranger(visit) for visit in visits),
        "anchors_missed": sum(_elsewhere(visit) for visit in visits),
        "levels_over": sum(_levels_over(visit) for visit in visits),
        "price_fen": price_fen(case, visits),
        "funded_fen": funded_fen(case, visits),
    }


def _wishes_missed(visit: Visit) -> int:
    wishes, worker = visit.task.wishes, visit.worker
    missed = 0
    if wishes.workers and worker.id not in wishes.workers:
        missed += 1
    if wishes.gender is not None and worker.gender != wishes.gender:
        missed += 1
    if wishes.language is not None and wishes.language not in worker.languages:
        missed += 1
    return missed


def _stranger(visit: Visit) -> bool:
    return bool(visit.task.known_workers) and visit.worker.id not in visit.task.known_workers


def _elsewhere(visit: Visit) -> bool:
    anchored = bool(visit.task.zones and visit.worker.anchors)
    return anchored and not any(zone in visit.worker.anchors for zone in visit.task.zones)


def _levels_over(visit: Visit) -> int:
    needed = {skill.skill: skill.level for skill in visit.task.skills}
    return sum(max(0, has.level - needed[has.skill]) for has in visit.worker.skills if has.skill in needed)


def _experience(case: Case, policy: Policy) -> int:
    """The level experience without its ways."""
    total = _summed(case)
    hundreds = sum(visit_fen(case, visit) // HUNDRED_YUAN for visit in case.visits)
    hundreds += sum(venue_fen(case, opened) // HUNDRED_YUAN for opened in case.opened)
    return (
        policy.fallback_penalty_ticks * _fallbacks(case)
        + total["late_price"]
        + _walking(case)
        + policy.wish_ticks * total["wishes_missed"]
        + policy.continuity_ticks * total["continuity_missed"]
        + policy.anchor_ticks * total["anchors_missed"]
        + policy.overlevel_ticks * total["levels_over"]
        + policy.hundred_yuan_ticks * hundreds
    )
