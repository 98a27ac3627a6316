"""Why a delivery or an enrolment is not served, and which seat is free: rooms and rounds are not searched anew."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from matching.delivery import Delivery
from matching.explain.document import Code, Explanation, Reason, Suggestion
from matching.gathering import Enrolment, Gathering
from matching.plan import CauseCount, Session
from matching.problem import Problem, Task
from matching.rules import CAUSES

if TYPE_CHECKING:
    from matching.explain.explainer import Explainer

FREE = 2
"""Free seats told to one person at most."""

WALK_METRES = 1_000
"""How far somebody is asked to walk who named no limit."""


def deliveries_and_seats(explainer: "Explainer", asked_id: str) -> Explanation:
    """The explanation of a delivery or an enrolment."""
    delivery = explainer.problem.delivery_by_id.get(asked_id)
    asked = delivery or explainer.problem.enrolment_by_id[asked_id]
    kind: Literal["delivery", "enrolment"] = "delivery" if delivery is not None else "enrolment"
    missing = explainer.missing.get(asked_id)
    if missing is None:
        reason: Reason = "served"
        return Explanation(
            task=asked_id, kind=kind, served=True, reason=reason, proven=True, points=asked.priority
        )
    place = waiting(explainer.plan.sessions, asked_id)
    reason, rule = _reason(explainer, asked, missing.causes, place)
    return Explanation(
        task=asked_id,
        kind=kind,
        served=False,
        reason=reason,
        proven=reason not in {"points", "few"},
        points=asked.priority,
        level="service" if reason in {"points", "full"} else "",
        rule=rule,
        causes=missing.causes,
        waiting=place,
        suggestions=() if reason == "alternative" else free_seats(explainer, asked),
    )


def waiting(sessions: Iterable[Session], asked_id: str) -> int | None:
    """The best place on a list of those who wait, from 1."""
    places = [s.waiting.index(asked_id) + 1 for s in sessions if asked_id in s.waiting]
    return min(places, default=None)


def _reason(
    explainer: "Explainer", asked: Delivery | Enrolment, causes: tuple[CauseCount, ...], place: int | None
) -> tuple[Reason, str]:
    """One reason, and the rule behind it: the one at which the last worker or occasion failed."""
    last = max((c.cause for c in causes if c.cause in CAUSES), key=CAUSES.index, default="")
    if any(c.cause == "alternative" for c in causes):
        return "alternative", "alternative"
    if place is not None:
        return "full", last
    if last == "min_seats":
        return "few", last
    if last != "busy":
        return "nobody", last
    opened = {session.gathering for session in explainer.plan.sessions}
    if isinstance(asked, Enrolment) and opened.intersection(asked.gatherings):
        return "full", last
    return "points", last


def free_seats(explainer: "Explainer", asked: Task | Delivery | Enrolment) -> tuple[Suggestion, ...]:
    """Sessions of the plan with a seat that this person could take, were it asked for; nothing else changes."""
    problem, found = explainer.problem, []
    for session in explainer.plan.sessions:
        gathering = problem.gathering_by_id[session.gathering]
        if _asks(problem, asked, gathering) and _free(problem, session, gathering, asked):
            start = gathering.occasions[session.occasion].starts[0]
            code: Code = "session" if gathering.roles else "pick_up"
            found.append(Suggestion(code=code, start=start, gathering=gathering.id))
    return tuple(sorted(found, key=lambda each: (each.start or 0, each.gathering))[:FREE])


def _asks(problem: Problem, asked: Task | Delivery | Enrolment, gathering: Gathering) -> bool:
    """Whether a gathering offers what is asked for, in another form than was asked for."""
    if isinstance(asked, Enrolment):
        own = {problem.gathering_by_id[g].service for g in asked.gatherings}
        return gathering.id not in asked.gatherings and gathering.service in own - {""}
    return gathering.service == asked.service != ""


def _free(
    problem: Problem, session: Session, gathering: Gathering, asked: Task | Delivery | Enrolment
) -> bool:
    """Whether one more may come: seats, people who run it, and every rule on who takes part."""
    from matching.solvers.gathering.rooms import seats  # noqa: PLC0415 only where there are sessions
    from matching.solvers.gathering.seats import seat_cause  # noqa: PLC0415

    occasion = gathering.occasions[session.occasion]
    venue = problem.venue_by_id[occasion.venue]
    count = len(session.seated) + 1
    if count > seats(gathering, venue) or not all(_enough(session, gathering, count)):
        return False
    staff = {worker for one in session.staff for worker in one.workers}
    if not staff.isdisjoint(asked.refused_workers):
        return False
    person = _person(asked, gathering)
    home, there = problem.place_by_id[person.place], problem.place_by_id[venue.place]
    way = problem.travel.ticks(home, there, person.mode), problem.travel.metres(home, there, person.mode)
    limit = WALK_METRES if person.walk_metres is None else person.walk_metres
    return way[1] <= limit and seat_cause(gathering, occasion, venue, person, way) is None


def _enough(session: Session, gathering: Gathering, count: int) -> Iterator[bool]:
    """For each role, whether those who have it are exactly as many as one more participant needs."""
    there = {one.role: len(one.workers) for one in session.staff}
    for i, role in enumerate(gathering.roles):
        by_seats = 0 if role.per_seats is None else -(-count // role.per_seats)
        yield there.get(i, 0) == max(role.count, by_seats)


def _person(asked: Task | Delivery | Enrolment, gathering: Gathering) -> Enrolment:
    """Somebody who asked otherwise, as one who takes part: whoever asks for a visit may not manage steps."""
    if isinstance(asked, Enrolment):
        return asked
    return Enrolment(id=asked.id, place=asked.place, gatherings=(gathering.id,), step_free=True)
