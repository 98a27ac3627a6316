"""Rules on group sessions: the venue, those who run it, those who have a seat, those who wait."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from matching.gathering import Enrolment
from matching.rules.case import Case, Opened, Violation
from matching.rules.needs import needs_met
from matching.rules.team import CREW
from matching.travel import UNREACHABLE


def venue_use(case: Case) -> Iterator[Violation]:
    """Venue use: the venue permits the gathering's service; none named is any."""
    for opened in case.opened:
        if opened.venue.uses and opened.gathering.service not in opened.venue.uses:
            message = f"{opened.venue.id!r} does not permit {opened.gathering.service!r}"
            yield _of("venue_use", opened, message)


def venue_open(case: Case) -> Iterator[Violation]:
    """Venue open: each time begins and ends within one span; no spans are always."""
    for opened in case.opened:
        for start, end in opened.spans:
            if opened.venue.open and not any(s.start <= start and end <= s.end for s in opened.venue.open):
                yield _of("venue_open", opened, f"{opened.venue.id!r} is not open from {start} to {end}")


def venue_free(case: Case) -> Iterator[Violation]:
    """Venue free: one gathering at a time; one may begin when another ends."""
    taken: dict[str, list[tuple[int, int, str]]] = {}
    for opened in case.opened:
        taken.setdefault(opened.venue.id, []).extend((*span, opened.gathering.id) for span in opened.spans)
    for venue, spans in sorted(taken.items()):
        for (_, end, one), (start, _, other) in pairwise(sorted(spans)):
            if start < end:
                message = f"{one!r} and {other!r} are both in {venue!r} at {start}"
                yield Violation("venue_free", other, None, message)


def venue_seats(case: Case) -> Iterator[Violation]:
    """Venue seats: no more participants than the gathering and its venue have seats."""
    for opened in case.opened:
        seats = min(opened.gathering.max_seats, opened.venue.seats)
        if len(opened.session.seated) > seats:
            yield _of("venue_seats", opened, f"{len(opened.session.seated)} participants, {seats} seats")


def min_seats(case: Case) -> Iterator[Violation]:
    """Least seats: it opens for no fewer participants than it needs."""
    for opened in case.opened:
        if len(opened.seated) < opened.gathering.min_seats:
            message = f"{len(opened.seated)} participants, needs {opened.gathering.min_seats}"
            yield _of("min_seats", opened, message)


def step_free(case: Case) -> Iterator[Violation]:
    """Step-free: whoever needs a venue without steps has one."""
    yield from _seats(case, "step_free", "The venue cannot be reached without a step")


def walk_limit(case: Case) -> Iterator[Violation]:
    """Walk: there is a way to the venue, and it is not longer than the participant walks."""
    yield from _seats(case, "walk_limit", "The way to the venue is too long")


def free(case: Case) -> Iterator[Violation]:
    """Free: the participant is free from start to end, each time."""
    yield from _seats(case, "free", "Is not free each time")


def consent(case: Case) -> Iterator[Violation]:
    """Consent: where a guardian must agree, one has."""
    yield from _seats(case, "consent", "No guardian has agreed")


def _seats(case: Case, rule: str, message: str) -> Iterator[Violation]:
    for opened in case.opened:
        for person in opened.seated:
            if rule in hindrances(case, person, opened):
                yield Violation(rule, person.id, None, message)


def hindrances(case: Case, person: Enrolment, opened: Opened) -> set[str]:
    """Which of the rules on a single seat say no."""
    ticks, metres = case.walk(person, opened.venue)
    spans, limit = person.free, person.walk_metres
    told = {
        "consent": opened.gathering.consent and not person.consent,
        "step_free": person.step_free and not opened.venue.step_free,
        "walk_limit": ticks >= UNREACHABLE or (limit is not None and metres > limit),
        "free": bool(spans)
        and not all(any(s.start <= start and end <= s.end for s in spans) for start, end in opened.spans),
        "refused": any(worker.id in person.refused_workers for _, worker in opened.staff),
    }
    return {rule for rule, broken in told.items() if broken}


def staff(case: Case) -> Iterator[Violation]:
    """Staff: each role has exactly as many people as its participants need; nobody has two roles; no crews."""
    for opened in case.opened:
        roles = Counter(role for role, _ in opened.staff)
        for i, role in enumerate(opened.gathering.roles):
            share = 0 if role.per_seats is None else -(-len(opened.seated) // role.per_seats)
            if roles[i] != max(role.count, share):
                message = f"Role {i} has {roles[i]} people, needs {max(role.count, share)}"
                yield _of("staff", opened, message)
        for worker, times in sorted(Counter(worker.id for _, worker in opened.staff).items()):
            if times > 1:
                yield Violation("staff", opened.gathering.id, worker, f"Has {times} roles")
        for _, person in opened.staff:
            if person.people >= CREW:
                yield Violation("staff", opened.gathering.id, person.id, "Is a crew")


def seat_once(case: Case) -> Iterator[Violation]:
    """One seat: nobody has two, and each is in a gathering that was asked for."""
    for person, times in sorted(Counter(p.id for o in case.opened for p in o.seated).items()):
        if times > 1:
            yield Violation("seat_once", person, None, f"Has {times} seats")
    for opened in case.opened:
        for enrolment in opened.seated:
            if opened.gathering.id not in enrolment.gatherings:
                message = f"Did not ask for {opened.gathering.id!r}"
                yield Violation("seat_once", enrolment.id, None, message)


def waiting(case: Case) -> Iterator[Violation]:
    """Waiting: who asks for an open gathering, may take part and has nothing else, in order of points and days."""
    lists = waiting_lists(case)
    for opened in case.opened:
        expected = lists[opened.gathering.id]
        if opened.session.waiting != expected:
            message = f"Waiting are {list(opened.session.waiting)}, should be {list(expected)}"
            yield _of("waiting", opened, message)


def waiting_lists(case: Case) -> dict[str, tuple[str, ...]]:
    """Who waits for each gathering that opens, whatever the plan says."""
    asking: dict[str, list[Enrolment]] = {}
    met = needs_met(case)
    for person in case.problem.enrolments:
        if person.id not in case.seat_of and person.need not in met:
            for gathering in person.gatherings:
                asking.setdefault(gathering, []).append(person)
    lists = {}
    for opened in case.opened:
        able = [p for p in asking.get(opened.gathering.id, ()) if not hindrances(case, p, opened)]
        able.sort(key=lambda p: (-p.priority, -p.days_waited, p.id))
        lists[opened.gathering.id] = tuple(person.id for person in able)
    return lists


def _of(rule: str, opened: Opened, message: str) -> Violation:
    return Violation(rule, opened.gathering.id, None, message)
