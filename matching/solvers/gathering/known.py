"""What still holds of sessions that were planned before."""

from collections.abc import Iterable

from matching.plan import Session
from matching.solvers.gathering.case import Case, Held, Solution
from matching.solvers.gathering.usage import Usage


def salvaged(case: Case, sessions: Iterable[Session]) -> Solution:
    """Sessions that can be held as they are, beside those before them; others are left out."""
    number = {(chance.gathering, chance.occasion): n for n, chance in enumerate(case.chances)}
    gathering = {one.id: i for i, one in enumerate(case.problem.gatherings)}
    enrolment = {one.id: i for i, one in enumerate(case.problem.enrolments)}
    usage, found = Usage(case), _Taken(case)
    for session in sorted(sessions, key=lambda one: one.gathering):
        chance = number.get((gathering.get(session.gathering, -1), session.occasion))
        if chance is None:
            continue
        held = _held(case, chance, session, enrolment)
        if held is not None and found.free(held) and usage.take(held.chance, held.staff):
            found.take(held)
    return found.solution


def _held(case: Case, chance: int, session: Session, enrolment: dict[str, int]) -> Held | None:
    """The session by index, if people and numbers are right."""
    here, worker = case.chances[chance], case.staff.people.number
    named = {one.role: one.workers for one in session.staff}
    staff = tuple(
        tuple(sorted(worker.get(name, -1) for name in named.get(role, ()))) for role in range(len(here.roles))
    )
    seated = tuple(sorted(enrolment.get(name, -1) for name in session.seated))
    led = {w for some in staff for w in some}
    right = (
        here.least <= len(seated) <= here.most
        and all(i in here.walk and led.isdisjoint(case.refused[i]) for i in seated)
        and all(len(some) == here.needed(role, len(seated)) for role, some in enumerate(staff))
        and all(set(some) <= set(here.staff[role]) for role, some in enumerate(staff))
        and len(led) == sum(map(len, staff))
    )
    return Held(chance, staff, seated) if right else None


class _Taken:
    """Seats and gatherings taken so far."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.solution: Solution = {}
        self.people: set[str | int] = set()

    def free(self, held: Held) -> bool:
        """Whether the gathering is not held yet, and nobody has a seat or something else of the same need."""
        people = [self.case.need[i] or i for i in held.seated]
        alone = len(set(people)) == len(people) and self.people.isdisjoint(people)
        return alone and self.case.chances[held.chance].gathering not in self.solution

    def take(self, held: Held) -> None:
        """Hold it."""
        self.people.update(self.case.need[i] or i for i in held.seated)
        self.solution[self.case.chances[held.chance].gathering] = held
