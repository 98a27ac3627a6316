"""The best plan of a tiny problem of all shapes, by trying all sessions, all routes and all that fits together.

Rules on single stops, staff and seats are asked of `matching.rules`, and so is the plan found; times, loads and limits
of whole routes are tried here. For problems of one day, whose visits take one person each (`tiny_problems`).
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

from matching.plan import Plan, Session, Staff
from matching.policy import Policy
from matching.problem import Delivery, Problem, Task
from matching.rules import check
from matching.rules.case import Case
from matching.rules.gatherings import waiting_lists
from matching.rules.terms import level_values

from .brute_days import Day, Walk
from .builders import change
from .written import Seat, Step, written

TEAM = frozenset({"staff", "min_seats", "waiting", "routes", "reported", "inside_shift"})
"""What a session alone cannot keep."""

TRIP = frozenset({"depot", "inside_shift"})
"""What a single delivery without its load cannot keep."""


Value = tuple[int, ...]


class Found(NamedTuple):
    """The best plan so far: its value and its parts."""

    value: Value
    stops: dict[Seat, list[Step]]
    sessions: tuple[Session, ...]


def best_shaped(problem: Problem, policy: Policy) -> tuple[Value, Plan]:
    """(0, points, served, then -value of each level of cost) of the best plan, and that plan, checked."""
    search = Shapes(problem, policy)
    found = search.best()
    plan = search.write(found.stops, found.sessions)
    broken = check(problem, plan)
    assert not broken, broken
    values = level_values(Case(problem, plan), policy)
    costs = tuple(-values[level] for level in search.levels)
    assert (values["service"], *costs) == (found.value[0], *found.value[2:]), (values, found)
    return (0, *found.value), plan


class Shapes:
    """Everything that a tiny problem allows."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        assert problem.horizon.days == 1
        assert not problem.precedences
        assert not problem.pins
        assert all(task.headcount == 1 and not task.mandatory for task in problem.tasks)
        self.problem, self.policy = problem, policy
        self.levels = [level for level in policy.levels if level != "service"]
        self.seats = [(worker.id, i) for worker in problem.workers for i in range(len(worker.shifts))]
        self.items: dict[str, Task | Delivery] = {**problem.task_by_id, **problem.delivery_by_id}
        self.asked = {**self.items, **problem.enrolment_by_id}
        self.starts = cache(self._starts)
        self.days = cache(self._days)
        self.fits = cache(self._fits)

    def best(self) -> Found:
        """Try all sessions, all who may sit in them, all days of everybody."""
        best: Found | None = None
        for sessions in self._sessions():
            for seated, gain in self._seatings(sessions).values():
                leads = self._leads(seated)
                rooms = self._rooms(seated)
                choices = [self.days(seat, leads.get(seat, ()), rooms) for seat in self.seats]
                taken = {self.asked[e].need for one in seated for e in one.seated} - {""}
                for days, value in self._together(choices, taken, gain):
                    if best is None or value > best.value:
                        stops = {seat: list(day.steps) for seat, day in zip(self.seats, days, strict=True)}
                        best = Found(value, stops, seated)
        assert best is not None
        return best

    def write(self, stops: dict[Seat, list[Step]], sessions: tuple[Session, ...]) -> Plan:
        """The plan with true waiting lists."""
        lists = waiting_lists(Case(self.problem, written(self.problem, stops, sessions, self.policy)))
        sessions = tuple(change(one, waiting=lists[one.gathering]) for one in sessions)
        return written(self.problem, stops, sessions, self.policy)

    # Sessions

    def _sessions(self) -> Iterator[tuple[Session, ...]]:
        """All sessions without participants; several at once where they leave each other room."""
        options = [(None, *self._openings(gathering)) for gathering in self.problem.gatherings]
        for chosen in product(*options):
            sessions = tuple(one for one in chosen if one is not None)
            if len(sessions) < 2 or self.fits(sessions):
                yield sessions

    def _openings(self, gathering) -> Iterator[Session]:
        """Every occasion with every staff that could run it for some number of participants."""
        people = [worker.id for worker in self.problem.workers if worker.people == 1]
        for occasion in range(len(gathering.occasions)):
            sizes = [range(role.count, len(people) + 1) for role in gathering.roles]
            for counts in product(*sizes):
                for teams in product(*(combinations(people, count) for count in counts)):
                    named = [person for team in teams for person in team]
                    staff = tuple(Staff(role=i, workers=team) for i, team in enumerate(teams))
                    one = Session(gathering=gathering.id, occasion=occasion, staff=staff)
                    if len(named) == len(set(named)) and self.fits((one,)):
                        yield one

    def _fits(self, sessions: tuple[Session, ...]) -> bool:
        """Whether the checker allows these sessions, but for what others must add."""
        stops = {seat: [*steps] for seat, steps in self._leads(sessions).items()}
        return {v.rule for v in check(self.problem, written(self.problem, stops, sessions))} <= TEAM

    def _rooms(self, sessions: tuple[Session, ...]) -> tuple[tuple[str, str], ...]:
        """Venue of each gathering that opens."""
        gatherings = self.problem.gathering_by_id
        return tuple((s.gathering, gatherings[s.gathering].occasions[s.occasion].venue) for s in sessions)

    def _leads(self, sessions: tuple[Session, ...]) -> dict[Seat, tuple[Step, ...]]:
        found: dict[Seat, list[Step]] = {}
        for one in sessions:
            for start in self.problem.gathering_by_id[one.gathering].occasions[one.occasion].starts:
                for staff in one.staff:
                    for worker in staff.workers:
                        found.setdefault((worker, 0), []).append(("lead", one.gathering, start))
        return {
            seat: tuple(sorted(steps, key=lambda step: step[2]))
            for seat, steps in found.items()
            if seat in self.seats
        }

    def _seatings(self, sessions: tuple[Session, ...]):
        """Who sits where: the best way for each set of needs that it meets."""
        found: dict[frozenset[str], tuple[tuple[Session, ...], Value]] = {}
        if any((worker, 0) not in self.seats for s in sessions for t in s.staff for worker in t.workers):
            return found
        people = self.problem.enrolments
        rooms = [
            [
                None,
                *(
                    i
                    for i, s in enumerate(sessions)
                    if s.gathering in p.gatherings and self._may_sit(p.id, s)
                ),
            ]
            for p in people
        ]
        for choice in product(*rooms):
            seated = tuple(
                change(s, seated=tuple(p.id for p, c in zip(people, choice, strict=True) if c == i))
                for i, s in enumerate(sessions)
            )
            needs = [p.need for p, c in zip(people, choice, strict=True) if c is not None and p.need]
            if len(needs) == len(set(needs)) and all(map(self._full, seated)):
                value = self._gain(seated)
                if frozenset(needs) not in found or value > found[frozenset(needs)][1]:
                    found[frozenset(needs)] = seated, value
        return found

    def _may_sit(self, person: str, session: Session) -> bool:
        return self.fits((change(session, seated=(person,)),))

    def _full(self, session: Session) -> bool:
        """Enough participants, not too many, and as many people as they need."""
        gathering = self.problem.gathering_by_id[session.gathering]
        count = len(session.seated)
        room = self.problem.venue_by_id[gathering.occasions[session.occasion].venue].seats
        needed = [max(r.count, -(-count // r.per_seats) if r.per_seats else 0) for r in gathering.roles]
        return gathering.min_seats <= count <= min(gathering.max_seats, room) and needed == [
            len(staff.workers) for staff in session.staff
        ]

    def _gain(self, sessions: tuple[Session, ...]) -> Value:
        values = level_values(Case(self.problem, written(self.problem, {}, sessions)), self.policy)
        served = sum(len(one.seated) for one in sessions)
        return (values["service"], served, *(-values[level] for level in self.levels))

    # Routes

    def _starts(self, name: str, seat: Seat) -> list[list[tuple[int, int]]]:
        """Starts that the checker allows, with their price beside ways, in lists of one window each."""
        kind = "visit" if name in self.problem.task_by_id else "deliver"
        found = []
        for window in self.items[name].windows:
            inside = []
            for start in range(window.earliest, window.end + 1):
                plan = written(self.problem, {seat: [(kind, name, start)]}, policy=self.policy)
                if {v.rule for v in check(self.problem, plan)} <= (TRIP if kind == "deliver" else set()):
                    values = level_values(Case(self.problem, plan), self.policy)
                    inside.append((start, values["experience"] - values["travel"]))
            found.append(inside)
        return found

    def _days(self, seat: Seat, leads: tuple[Step, ...], rooms: tuple[tuple[str, str], ...]) -> list[Day]:
        """The cheapest day for every set of items, count of tasks and units of depots."""
        best: dict[tuple, Day] = {}
        for day in Walk(self, seat, leads, dict(rooms)).days((), None, 0):
            key = day.items, day.count, day.units
            if key not in best or day.costs < best[key].costs:
                best[key] = day
        return sorted(best.values(), key=lambda day: (day.costs, sorted(day.items), day.units))

    def _together(self, choices: list[list[Day]], taken: set[str], gain: Value):
        """All ways to take one day for each shift such that nothing is served twice and no limit is passed."""
        for days in product(*choices):
            names = [name for day in days for name in day.items]
            needs = [need for name in names if (need := self.items[name].need)]
            if len(names) != len(set(names)) or len(needs) != len(set(needs)) or taken & set(needs):
                continue
            if self._within(days):
                points = sum(self.items[name].priority for name in names)
                costs = (sum(day.costs[i] for day in days) for i in range(len(self.levels)))
                more = (points, len(names), *(-cost for cost in costs))
                yield days, tuple(a + b for a, b in zip(gain, more, strict=True))

    def _within(self, days: tuple[Day, ...]) -> bool:
        """Limits of providers and depots."""
        visits: Counter[str] = Counter()
        units: Counter[str] = Counter()
        for (worker, _), day in zip(self.seats, days, strict=True):
            visits[self.problem.worker_by_id[worker].provider] += day.count
            units.update(dict(day.units))
        caps = [
            cap
            for p in self.problem.providers
            for cap in (p.max_tasks_day, p.max_tasks_week)
            if cap is not None and visits[p.id] > cap
        ]
        return not caps and all(
            d.max_units_day is None or units[d.id] <= d.max_units_day for d in self.problem.depots
        )
