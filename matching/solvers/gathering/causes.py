"""Why somebody has no seat, and who waits for one, in which order."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import msgspec

from matching.gathering import Enrolment, Gathering, Occasion
from matching.plan import CauseCount, Session
from matching.problem import Problem
from matching.rules import CAUSES
from matching.solvers.gathering.rooms import room_cause
from matching.solvers.gathering.seats import asking, most_of, seat_cause, ways
from matching.solvers.gathering.staff import Staff, filled

RANK = {cause: i for i, cause in enumerate(CAUSES)}


class Waiting:
    """Who waits for a seat, given what is `served` at all (ids of tasks, deliveries and enrolments)."""

    def __init__(self, problem: Problem, served: Collection[str]) -> None:
        self.problem, self.served = problem, frozenset(served)
        self.asked = asking(problem)
        self.needs = _needs(problem, self.served)

    def of(self, session: Session) -> Session:
        """The session with its waiting list: everybody who could take part and is served nowhere, in order."""
        gathering = self.problem.gathering_by_id[session.gathering]
        occasion = gathering.occasions[session.occasion]
        staff = {worker for one in session.staff for worker in one.workers}
        seated = frozenset(session.seated)
        found = [
            enrolment
            for enrolment in self._able(gathering, occasion)
            if enrolment.id not in seated and staff.isdisjoint(enrolment.refused_workers)
        ]
        order = sorted(found, key=lambda e: (-e.priority, -e.days_waited, e.id))
        return msgspec.structs.replace(session, waiting=tuple(e.id for e in order))

    def _able(self, gathering: Gathering, occasion: Occasion) -> list[Enrolment]:
        every = self.problem.enrolments
        asked = [i for i in self.asked.get(gathering.id, ()) if not self._has(every[i])]
        if not asked:
            return []
        narrow = msgspec.structs.replace(gathering, occasions=(occasion,))
        venue = self.problem.venue_by_id[occasion.venue]
        legs = ways(self.problem, narrow, asked).to(occasion.venue)
        return [
            every[i]
            for i, leg in zip(asked, legs, strict=True)
            if seat_cause(gathering, occasion, venue, every[i], leg) is None
        ]

    def _has(self, enrolment: Enrolment) -> bool:
        return enrolment.id in self.served or (bool(enrolment.need) and enrolment.need in self.needs)


def waiting_list(problem: Problem, session: Session, served: Collection[str]) -> tuple[str, ...]:
    """Enrolments (ids) that wait for a seat in an open session, in order.

    `served`: ids of all tasks, deliveries and enrolments that are served anywhere; who has a seat waits for no other.
    """
    return Waiting(problem, served).of(session).waiting


def why_unseated(
    problem: Problem, sessions: Iterable[Session], ids: Iterable[str], served: Collection[str] = ()
) -> dict[str, tuple[CauseCount, ...]]:
    """For each of these enrolments: on how many occasions of its gatherings which rule was the first to say no.

    `served`: ids of tasks and deliveries that are served, beside the seats of `sessions`.
    """
    seated = [enrolment for session in sessions for enrolment in session.seated]
    why = _Why(problem, _needs(problem, frozenset((*served, *seated))))
    wanted = set(ids)
    return {e.id: why.of(i) for i, e in enumerate(problem.enrolments) if e.id in wanted}


def _needs(problem: Problem, served: frozenset[str]) -> frozenset[str]:
    """Needs of which something is served."""
    every: Iterable[Sequence[object]] = (problem.tasks, problem.deliveries, problem.enrolments)
    return frozenset(
        str(getattr(one, "need", ""))
        for some in every
        for one in some
        if getattr(one, "need", "") and getattr(one, "id", "") in served
    )


class _Why:
    """What is the same for everybody on an occasion is looked at once."""

    def __init__(self, problem: Problem, needs: frozenset[str]) -> None:
        self.problem, self.needs = problem, needs
        self.need = [enrolment.need for enrolment in problem.enrolments]
        self.asked = asking(problem)
        self.known: dict[str, _Gathering] = {}

    @cached_property
    def staff(self) -> Staff:
        """Who could run what."""
        return Staff(self.problem)

    def of(self, number: int) -> tuple[CauseCount, ...]:
        """Causes of one enrolment, one for each occasion of its gatherings; `alternative` for all where its need is met."""
        enrolment = self.problem.enrolments[number]
        found: Counter[str] = Counter()
        for name in enrolment.gatherings:
            if enrolment.need and enrolment.need in self.needs:
                found["alternative"] += len(self.problem.gathering_by_id[name].occasions)
            else:
                found.update(self._gathering(name).causes(number, enrolment))
        order = sorted(found, key=lambda cause: (RANK.get(cause, len(RANK)), cause))
        return tuple(CauseCount(cause=cause, count=found[cause]) for cause in order)

    def _gathering(self, name: str) -> "_Gathering":
        if name not in self.known:
            self.known[name] = _Gathering(self, self.problem.gathering_by_id[name])
        return self.known[name]


class _Gathering:
    """One gathering: its rooms, its staff, and who could take part in it."""

    def __init__(self, why: _Why, gathering: Gathering) -> None:
        self.why, self.gathering = why, gathering
        self.asked = why.asked.get(gathering.id, [])
        self.row = {i: row for row, i in enumerate(self.asked)}
        way = ways(why.problem, gathering, self.asked)
        self.legs = [way.to(occasion.venue) for occasion in gathering.occasions]
        self.rooms = [room_cause(why.problem, gathering, occasion) for occasion in gathering.occasions]
        self.staff = [why.staff.of(gathering, occasion)[0] for occasion in gathering.occasions]
        everybody = frozenset[int]()
        self.led = [filled(some, gathering.roles, everybody) for some in self.staff]
        self.enough = [self._enough(place) for place in range(len(gathering.occasions))]

    def causes(self, number: int, enrolment: Enrolment) -> list[str]:
        """The cause on each occasion."""
        return [self._cause(place, number, enrolment) for place in range(len(self.gathering.occasions))]

    def _cause(self, place: int, number: int, enrolment: Enrolment) -> str:
        """Own limits, then the room, then who could run it, then how many would come; else it is full or not held."""
        own = self._seat(place, number, enrolment) or self.rooms[place]
        if own is not None:
            return own
        if not self.led[place]:
            return "staff"
        refused = frozenset(self.why.staff.people.numbers(enrolment.refused_workers))
        if refused and not filled(self.staff[place], self.gathering.roles, refused):
            return "refused"
        return "busy" if self.enough[place] else "min_seats"

    def _seat(self, place: int, number: int, enrolment: Enrolment) -> str | None:
        occasion = self.gathering.occasions[place]
        venue = self.why.problem.venue_by_id[occasion.venue]
        leg = self.legs[place][self.row[number]]
        return seat_cause(self.gathering, occasion, venue, enrolment, leg)

    def _enough(self, place: int) -> bool:
        every = self.why.problem.enrolments
        people = [i for i in self.asked if self._seat(place, i, every[i]) is None]
        return most_of(people, self.why.need) >= self.gathering.min_seats
