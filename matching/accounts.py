"""What a plan of any shape is worth, read off its routes and sessions: terms, groups, values of levels."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from matching.delivery import Delivery
from matching.gathering import Enrolment
from matching.plan import SHAPE_TERMS, TERMS, Assignment, GroupTerms, Route, Session, Stop
from matching.policy import Policy
from matching.problem import Problem, Task
from matching.solvers.wishes import HOUR_SECONDS, HUNDRED_YUAN, Prices, unmet
from matching.travel import Mode

Asked = Task | Delivery | Enrolment


class Made(NamedTuple):
    """What was made of a problem: whole routes with their ways, and sessions."""

    routes: tuple[Route, ...] = ()
    sessions: tuple[Session, ...] = ()

    @property
    def stops(self) -> Iterator[tuple[str, Stop]]:
        """Every stop with its worker."""
        return ((route.worker, stop) for route in self.routes for stop in route.stops)

    @property
    def seats(self) -> Iterator[tuple[str, Session]]:
        """Every seat: an enrolment with its session."""
        return ((name, session) for session in self.sessions for name in session.seated)

    @property
    def served(self) -> set[str]:
        """Ids of tasks, deliveries and enrolments that are served."""
        done = {stop.task for _, stop in self.stops if stop.kind in {"visit", "deliver"}}
        return done | {name for name, _ in self.seats}


class Accounts:
    """Of one problem under one policy; looks at nothing but what was made, so that any plan can be told anew."""

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self.problem, self.policy = problem, policy
        self.asked = {one.id: one for one in all_asked(problem)}
        self.must = {task.id for task in problem.tasks if task.mandatory} | {pin.task for pin in problem.pins}
        self.task = {task.id: i for i, task in enumerate(problem.tasks)}
        self.worker = {worker.id: i for i, worker in enumerate(problem.workers)}
        self._walks: dict[tuple[str, str], int] = {}

    @cached_property
    def prices(self) -> Prices:
        """Wishes, continuity and so on of visits, as ticks."""
        return Prices(self.problem, self.policy)

    def levels(self, made: Made) -> dict[str, int]:
        """Value of each level, `mandatory` only where something must be served."""
        served = made.served
        found = {"mandatory": sum(name in self.must for name in served)} if self.must else {}
        found["service"] = self.points(served)
        for level in self.policy.levels:
            if level != "service":
                found[level] = self.travel(made) if level == "travel" else self.experience(made)
        return found

    def rank(self, made: Made) -> tuple[int, ...]:
        """Smaller is better: must-serve tasks, points, needs served, then each level of cost in its order."""
        served, values = made.served, self.levels(made)
        costs = [value for name, value in values.items() if name not in {"mandatory", "service"}]
        first = (-values.get("mandatory", 0), -values["service"], -len(served))
        return (*first, *(costs or [self.travel(made)]))

    def points(self, served: Iterable[str]) -> int:
        """Points of what is served."""
        return sum(self.asked[name].priority for name in served)

    def travel(self, made: Made) -> int:
        """Value of the level travel."""
        return ways(made) + self.policy.fallback_penalty_ticks * self.fallbacks(made)

    def experience(self, made: Made) -> int:
        """Value of the level experience."""
        policy = self.policy
        visits = (
            self.prices.of(self.task[stop.task], self.worker[worker])
            for worker, stop in made.stops
            if stop.kind == "visit"
        )
        hundreds = sum(venue_fen(self.problem, session) // HUNDRED_YUAN for session in made.sessions)
        return (
            self.travel(made)
            + sum(visits)
            + self.late(made)["late_price"]
            + self.walks(made)
            + policy.continuity_ticks * self.strangers(made)
            + policy.hundred_yuan_ticks * hundreds
        )

    def fallbacks(self, made: Made) -> int:
        """Visits, trips, and stops that lead, of fallback providers."""
        owner = self.problem.provider_by_id
        return sum(
            stop.kind != "deliver" and owner[self.problem.worker_by_id[worker].provider].fallback
            for worker, stop in made.stops
        )

    def late(self, made: Made) -> Counter[str]:
        """Lateness of tasks and deliveries in ticks, and at its price; once for a task, however many come."""
        starts = {stop.task: stop for _, stop in made.stops if stop.kind in {"visit", "deliver"}}
        total: Counter[str] = Counter()
        for name, stop in starts.items():
            asked = self.asked[name]
            if not isinstance(asked, Enrolment):
                total.update(lateness(asked, stop.start))
        return total

    def strangers(self, made: Made) -> int:
        """Staff whom those who come to a gathering do not know, though they know others."""
        return sum(
            worker not in known
            for session in made.sessions
            if (known := self.problem.gathering_by_id[session.gathering].known_workers)
            for staff in session.staff
            for worker in staff.workers
        )

    def walks(self, made: Made) -> int:
        """Ticks of all ways of participants to their venues."""
        return sum(self._walked(made).values())

    def _walked(self, made: Made) -> dict[str, int]:
        """Ticks of the way of each participant."""
        problem = self.problem
        venue = {
            name: problem.gathering_by_id[session.gathering].occasions[session.occasion].venue
            for name, session in made.seats
        }
        new: dict[Mode, list[tuple[str, str]]] = {}
        for name, hall in venue.items():
            if (name, hall) not in self._walks:
                new.setdefault(problem.enrolment_by_id[name].mode, []).append((name, hall))
        for mode, pairs in new.items():
            homes = [problem.place_by_id[problem.enrolment_by_id[name].place] for name, _ in pairs]
            halls = [problem.place_by_id[problem.venue_by_id[hall].place] for _, hall in pairs]
            ticks = problem.travel.pairs(homes, halls, mode)[0].tolist()
            self._walks |= dict(zip(pairs, ticks, strict=True))
        return {name: self._walks[name, hall] for name, hall in venue.items()}

    def assignments(self, made: Made) -> tuple[Assignment, ...]:
        """Visits as a plan lists them."""
        teams: dict[str, tuple[int, list[str]]] = {}
        for worker, stop in made.stops:
            if stop.kind == "visit":
                teams.setdefault(stop.task, (stop.start, []))[1].append(worker)
        return tuple(
            Assignment(
                task=name,
                start=start,
                workers=tuple(sorted(people)),
                terms=self.task_terms(self.problem.task_by_id[name], start, people),
            )
            for name, (start, people) in sorted(teams.items())
        )

    def task_terms(self, task: Task, start: int, people: Sequence[str]) -> dict[str, int]:
        """Terms of one served task, zeros left out."""
        number = self.task[task.id]
        workers = [self.problem.worker_by_id[name] for name in people]
        price = sum(self.prices.fen(number, self.worker[name]) for name in people)
        has = [{skill.skill: skill.level for skill in worker.skills} for worker in workers]
        terms = {
            **lateness(task, start),
            "wishes_missed": sum(unmet(task, worker) for worker in workers),
            "continuity_missed": sum(
                bool(task.known_workers) and name not in task.known_workers for name in people
            ),
            "anchors_missed": sum(
                bool(task.zones and worker.anchors) and set(task.zones).isdisjoint(worker.anchors)
                for worker in workers
            ),
            "levels_over": sum(max(0, one[s.skill] - s.level) for one in has for s in task.skills),
            "price_fen": price,
            "funded_fen": 0 if task.price_cap_fen is None else max(0, price - task.price_cap_fen),
        }
        return {name: value for name, value in terms.items() if value}

    def totals(self, made: Made, assignments: Iterable[Assignment]) -> dict[str, int]:
        """Terms of the whole; `experience` is the value that this level has or would have."""
        problem, served = self.problem, made.served
        stops = [stop for _, stop in made.stops]
        told: Counter[str] = Counter()
        for assignment in assignments:
            told.update(assignment.terms)
        told["continuity_missed"] += self.strangers(made)
        late = self.late(made)  # of deliveries, too
        return {
            "asked": len({need_of(one) for one in self.asked.values()}),
            "served": len({need_of(self.asked[name]) for name in served}),
            "points": self.points(served),
            "travel_ticks": ways(made),
            "travel_metres": sum(s.travel_metres for s in stops) + sum(r.return_metres for r in made.routes),
            "waiting_ticks": sum(stop.start - stop.arrive for stop in stops),
            "service_ticks": sum(stop.end - stop.start for stop in stops),
            "workers_used": len({worker for worker, _ in made.stops}),
            "fallback_tasks": self.fallbacks(made),
            "mandatory_unserved": sum(task.mandatory and task.id not in served for task in problem.tasks),
            "experience": self.experience(made),
            **{name: told[name] for name in TERMS},
            **{name: late[name] for name in ("late_ticks", "late_price")},
            **self._shapes(made),
        }

    def _shapes(self, made: Made) -> dict[str, int]:
        brought = [stop.task for _, stop in made.stops if stop.kind == "deliver"]
        found = {
            "deliveries": len(brought),
            "units": sum(self.problem.delivery_by_id[name].units for name in brought),
            "trips": sum(stop.kind == "load" for _, stop in made.stops),
            "sessions": len(made.sessions),
            "seats": sum(len(session.seated) for session in made.sessions),
            "waiting": sum(len(session.waiting) for session in made.sessions),
            "walk_ticks": self.walks(made),
            "venue_fen": sum(venue_fen(self.problem, session) for session in made.sessions),
        }
        return {name: found[name] for name in SHAPE_TERMS}

    def groups(self, made: Made) -> tuple[GroupTerms, ...]:
        """What each group asked and got."""
        way: Counter[str] = Counter(self._walked(made))
        for _, stop in made.stops:
            if stop.kind in {"visit", "deliver"}:
                way[stop.task] += stop.travel_ticks
        asked: dict[str, list[Asked]] = {}
        for one in self.asked.values():
            for group in one.groups:
                asked.setdefault(group, []).append(one)
        served = made.served
        return tuple(
            _group(group, items, [one for one in items if one.id in served], way)
            for group, items in sorted(asked.items())
        )


def _group(group: str, asked: list[Asked], got: list[Asked], way: Counter[str]) -> GroupTerms:
    return GroupTerms(
        group=group,
        asked=len({need_of(one) for one in asked}),
        served=len({need_of(one) for one in got}),
        points=sum(one.priority for one in got),
        travel_ticks=sum(way[one.id] for one in got),
    )


def all_asked(problem: Problem) -> tuple[Asked, ...]:
    """Tasks, deliveries and enrolments."""
    return *problem.tasks, *problem.deliveries, *problem.enrolments


def need_of(one: Asked) -> tuple[str, str]:
    """What counts as one: a need with all its alternatives, else the thing itself."""
    return ("need", one.need) if one.need else ("", one.id)


def ways(made: Made) -> int:
    """Ticks of all ways."""
    return sum(route.return_ticks + sum(stop.travel_ticks for stop in route.stops) for route in made.routes)


def lateness(asked: Task | Delivery, start: int) -> dict[str, int]:
    """By how many ticks a start is late, and what that costs; a window with a late part overlaps no other."""
    found = [window for window in asked.windows if window.earliest <= start <= window.end]
    window = min(found, key=lambda window: start > window.latest, default=None)
    late = 0 if window is None else max(0, start - window.latest)
    return {"late_ticks": late, "late_price": 0 if window is None else late * window.late_price}


def venue_fen(problem: Problem, session: Session) -> int:
    """What a session pays for its venue, all its starts together; rounded up to the next fen."""
    gathering = problem.gathering_by_id[session.gathering]
    occasion = gathering.occasions[session.occasion]
    fee = problem.venue_by_id[occasion.venue].fee_fen_hour
    seconds = gathering.duration * len(occasion.starts) * problem.horizon.tick_seconds
    return -(-fee * seconds // HOUR_SECONDS)
