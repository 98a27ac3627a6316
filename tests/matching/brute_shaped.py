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

from .builders import change
from .written import Seat, Step, length, ways, written

TEAM = frozenset({"staff", "min_seats", "waiting", "routes", "reported", "inside_shift"})
"""What a session alone cannot keep."""

TRIP = frozenset({"depot", "inside_shift"})
"""What a single delivery without its load cannot keep."""

Costs = tuple[int, ...]
Value = tuple[int, ...]


class Load(NamedTuple):
    """A trip that has begun: when loading ended, where, and how much is left to carry."""

    end: int
    depot: str
    room: int


class Day(NamedTuple):
    """What one shift does: items, how many tasks that counts as, units of each depot; its costs and stops."""

    items: frozenset[str]
    count: int
    units: tuple[tuple[str, int], ...]
    costs: Costs
    steps: tuple[Step, ...]


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
        for day in _Walk(self, seat, leads, dict(rooms)).days((), None, 0):
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


class _Walk:
    """One shift with its fixed leads: every order of stops, at every start that could be of use."""

    def __init__(self, shapes: Shapes, seat: Seat, leads: tuple[Step, ...], rooms: dict[str, str]) -> None:
        self.of, self.seat, self.leads, self.rooms = shapes, seat, leads, rooms
        self.problem = shapes.problem
        self.worker = self.problem.worker_by_id[seat[0]]
        self.shift = self.worker.shifts[seat[1]]
        self.provider = self.problem.provider_by_id[self.worker.provider]
        self.depots = [d for d in self.problem.depots if not d.providers or self.provider.id in d.providers]
        self.ways = cache(self._ways)

    def _ways(self, steps: tuple[Step, ...]) -> list[int]:
        return [ticks for ticks, _ in ways(self.problem, self.seat, list(steps), self.rooms)]

    def days(self, steps: tuple[Step, ...], load: Load | None, extra: int) -> Iterator[Day]:
        """What can be done from here on; `extra` is the price beside ways so far."""
        if self._over(steps):
            return
        if sum(kind == "lead" for kind, _, _ in steps) == len(self.leads) and (
            not steps or steps[-1][0] != "load"
        ):
            yield self._day(steps, extra)
        for step, after, price in self._next(steps, load):
            yield from self.days((*steps, step), after, extra + price)

    def _over(self, steps: tuple[Step, ...]) -> bool:
        """Whether the day is too long, a way too long, or a limit passed already: more stops mend nothing."""
        if not steps:
            return False
        legs = self.ways(steps)
        kind, name, start = steps[-1]
        if start + length(self.problem, kind, name) + legs[-1] > self.shift.end:
            return True
        longest = max([*legs, *self.ways((steps[-1],))])
        if self.worker.max_leg_ticks is not None and longest > self.worker.max_leg_ticks:
            return True
        count = sum(kind != "deliver" for kind, _, _ in steps)
        service = sum(length(self.problem, kind, name) for kind, name, _ in steps)
        worker = self.worker
        caps = ((count, worker.max_tasks_day), (count, worker.max_tasks_week))
        caps += ((service, worker.max_ticks_day), (service, worker.max_ticks_week))
        return any(cap is not None and value > cap for value, cap in caps)

    def _next(self, steps: tuple[Step, ...], load: Load | None) -> Iterator[tuple[Step, Load | None, int]]:
        led = [step for step in steps if step[0] == "lead"]
        if len(led) < len(self.leads):
            step = self.leads[len(led)]
            if step[2] >= self._ready(steps, step):
                yield step, None, 0
        done = {name for _, name, _ in steps}
        for name, item in self.of.items.items():
            if name not in done and (name in self.problem.task_by_id or self._carries(load, item)):
                yield from self._served(steps, load, name)
        if any(delivery.id not in done for delivery in self.problem.deliveries):
            yield from self._loading(steps)

    def _ready(self, steps: tuple[Step, ...], step: Step) -> int:
        end = self.shift.start
        if steps:
            kind, name, start = steps[-1]
            end = start + length(self.problem, kind, name)
        return end + self.ways((*steps, step))[-2]

    @staticmethod
    def _carries(load: Load | None, item: Delivery) -> bool:
        return load is not None and item.units <= load.room and (not item.depots or load.depot in item.depots)

    def _served(self, steps, load, name) -> Iterator[tuple[Step, Load | None, int]]:
        """Within one window the first start that can be is the best one."""
        kind = "visit" if name in self.problem.task_by_id else "deliver"
        ready = self._ready(steps, (kind, name, 0))
        for window in self.of.starts(name, self.seat):
            start, price = next((one for one in window if one[0] >= ready), (None, 0))
            if start is None:
                continue
            if kind == "visit":
                yield (kind, name, start), None, price
                continue
            item = self.problem.delivery_by_id[name]
            if item.fresh_ticks is None or start - load.end <= item.fresh_ticks:
                yield (kind, name, start), load._replace(room=load.room - item.units), price

    def _loading(self, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Load | None, int]]:
        """As early as can be, or at any time where something keeps fresh for a while only."""
        hurry = any(delivery.fresh_ticks is not None for delivery in self.problem.deliveries)
        if (steps and steps[-1][0] == "load") or not self.worker.capacity:
            return
        for depot in self.depots:
            ready = self._ready(steps, ("load", depot.id, 0))
            times = sorted({t for w in depot.ready for t in range(w.earliest, w.latest + 1) if t >= ready})
            for start in times if hurry else times[:1]:
                yield (
                    ("load", depot.id, start),
                    Load(start + depot.load_ticks, depot.id, self.worker.capacity),
                    0,
                )

    def _day(self, steps: tuple[Step, ...], extra: int) -> Day:
        count = sum(kind != "deliver" for kind, _, _ in steps)
        travel = sum(self.ways(steps)) if steps else 0
        travel += self.of.policy.fallback_penalty_ticks * count * self.provider.fallback
        costs = {"travel": travel, "experience": travel + extra}
        units: Counter[str] = Counter()
        depot = ""
        for kind, name, _ in steps:
            depot = name if kind == "load" else depot
            if kind == "deliver":
                units[depot] += self.problem.delivery_by_id[name].units
        return Day(
            items=frozenset(name for kind, name, _ in steps if kind in {"visit", "deliver"}),
            count=count,
            units=tuple(sorted(units.items())),
            costs=tuple(costs[level] for level in self.of.levels),
            steps=steps,
        )
