"""A problem of sessions as solvers want it: occasions that could be held, by index, and what is worth or costs what."""

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from matching.gathering import Gathering, Occasion, Role
from matching.policy import Level, Policy
from matching.problem import Problem
from matching.solvers.gathering.rooms import fee_ticks, room_cause, seats
from matching.solvers.gathering.seats import able, asking, most_of, ways
from matching.solvers.gathering.staff import Rows, Staff, filled


class Chance(NamedTuple):
    """An occasion on which a gathering could be held, all by index.

    `least`, `most`: seats. `staff`: workers who could have each role; `rows`: the shift of each of them at every start.
    `walk`: ticks of everybody (enrolment) who could take part. `fee`: ticks of the level experience.
    """

    gathering: int
    occasion: int
    venue: int
    starts: tuple[int, ...]
    duration: int
    least: int
    most: int
    roles: tuple[Role, ...]
    staff: tuple[tuple[int, ...], ...]
    rows: Rows
    walk: dict[int, int]
    fee: int

    def needed(self, role: int, seated: int) -> int:
        """How many people a role takes for so many participants."""
        wanted = self.roles[role]
        return max(wanted.count, 0 if wanted.per_seats is None else -(-seated // wanted.per_seats))


class Held(NamedTuple):
    """A session: the chance taken, who has each role (workers), who has a seat (enrolments), all sorted."""

    chance: int
    staff: tuple[tuple[int, ...], ...]
    seated: tuple[int, ...]


Solution = dict[int, Held]
"""Sessions by gathering."""


class Case:
    """Chances of one problem under one policy, and the values of solutions.

    `seen`: false where time did not suffice for all gatherings; those left out are not held.
    """

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        skip: frozenset[str] = frozenset(),
        out: Callable[[], bool] = lambda: False,
    ) -> None:
        self.problem, self.policy, self.seen = problem, policy, True
        self.need = [enrolment.need for enrolment in problem.enrolments]
        self.priority = [enrolment.priority for enrolment in problem.enrolments]
        self.point = len(self.priority) + 1
        self.staff = Staff(problem)
        self.shifts = self.staff.shifts
        self.refused = self._refused()
        self.chances: list[Chance] = []
        asked = asking(problem)
        for number, gathering in enumerate(problem.gatherings):
            if out():
                self.seen = False
                break
            here = [i for i in asked.get(gathering.id, ()) if problem.enrolments[i].id not in skip]
            self._add(number, gathering, here)
        self.of_gathering: dict[int, list[int]] = {}
        for number, chance in enumerate(self.chances):
            self.of_gathering.setdefault(chance.gathering, []).append(number)

    def _refused(self) -> list[frozenset[int]]:
        number = self.staff.people.number
        return [frozenset(number[w] for w in e.refused_workers) for e in self.problem.enrolments]

    def _add(self, number: int, gathering: Gathering, asked: list[int]) -> None:
        if not asked:
            return
        way = ways(self.problem, gathering, asked)
        for place, occasion in enumerate(gathering.occasions):
            if room_cause(self.problem, gathering, occasion) is None:
                walk = dict(able(self.problem, gathering, occasion, asked, way))
                self._open(number, place, gathering, occasion, walk)

    def _open(
        self, number: int, place: int, gathering: Gathering, occasion: Occasion, walk: dict[int, int]
    ) -> None:
        """Keep the occasion as a chance if enough people could come and enough could run it."""
        venue = self.problem.venue_by_id[occasion.venue]
        staff, rows = self.staff.of(gathering, occasion)
        limits = [seats(gathering, venue), most_of(walk, self.need)]
        for role, workers in zip(gathering.roles, staff, strict=True):
            if role.per_seats is not None:
                limits.append(role.per_seats * len(workers))
        if min(limits) < max(1, gathering.min_seats) or not filled(staff, gathering.roles, frozenset()):
            return
        chance = Chance(
            number,
            place,
            self.staff.venue[occasion.venue],
            occasion.starts,
            gathering.duration,
            max(1, gathering.min_seats),
            min(limits),
            gathering.roles,
            staff,
            rows,
            walk,
            fee_ticks(self.problem, self.policy, gathering, occasion),
        )
        self.chances.append(chance)

    @cached_property
    def costs(self) -> tuple[Level, ...]:
        """The policy's levels of cost, in their order."""
        return tuple(level for level in self.policy.levels if level != "service")

    @cached_property
    def level(self) -> Level:
        """The last level of cost; travel where the policy has none."""
        return self.costs[-1] if self.costs else "travel"

    @cached_property
    def between(self) -> dict[str, list[list[int]]]:
        """Ticks between venues, per mode in use."""
        doors = [self.problem.place_by_id[venue.place] for venue in self.problem.venues]
        modes = sorted(set(self.shifts.mode))
        return {mode: self.problem.travel.block(doors, doors, mode)[0].tolist() for mode in modes}

    def way_out(self, row: int, chance: int) -> int:
        """Ticks from a shift's start place to a chance's venue."""
        return int(self.staff.legs(self.chances[chance].venue).out[row])

    def way_back(self, row: int, chance: int) -> int:
        """Ticks from a chance's venue to a shift's end place."""
        return int(self.staff.legs(self.chances[chance].venue).back[row])

    def way(self, row: int, a: int, b: int) -> int:
        """Ticks from the venue of one chance to that of another."""
        return self.between[self.shifts.mode[row]][self.chances[a].venue][self.chances[b].venue]

    def follows(self, row: int, a: tuple[int, int], b: tuple[int, int]) -> bool:
        """Whether a lead stop `b` (start, chance) may come right after `a` in a shift."""
        way = self.way(row, a[1], b[1])
        limit = self.problem.workers[int(self.shifts.worker[row])].max_leg_ticks
        return b[0] >= a[0] + self.chances[a[1]].duration + way and (limit is None or way <= limit)

    def fallback(self, worker: int) -> int:
        """Ticks for each lead stop of a worker."""
        provider = self.problem.provider_by_id[self.problem.workers[worker].provider]
        return self.policy.fallback_penalty_ticks if provider.fallback else 0

    def staff_price(self, level: Level, chance: int, worker: int) -> int:
        """What a member of staff adds to a level of cost besides ways."""
        held = self.chances[chance]
        price = self.fallback(worker) * len(held.starts)
        known = self.problem.gatherings[held.gathering].known_workers
        if level == "experience" and known and self.problem.workers[worker].id not in known:
            price += self.policy.continuity_ticks
        return price

    def weight(self, enrolment: int) -> int:
        """Points first, then how many are seated."""
        return self.priority[enrolment] * self.point + 1

    def value(self, solution: Solution) -> int:
        """Weight of a solution."""
        return sum(self.weight(i) for held in solution.values() for i in held.seated)

    def points(self, solution: Solution) -> int:
        """Value of the service level."""
        return sum(self.priority[i] for held in solution.values() for i in held.seated)

    def cost(self, level: Level, solution: Solution) -> int:
        """Value of a level of cost."""
        total = sum(self.ways(row, stops) for row, stops in self.routes(solution).items())
        for held in solution.values():
            total += sum(self.staff_price(level, held.chance, w) for some in held.staff for w in some)
            if level == "experience":
                chance = self.chances[held.chance]
                total += chance.fee + sum(chance.walk[i] for i in held.seated)
        return total

    def routes(self, solution: Solution) -> dict[int, list[tuple[int, int]]]:
        """Lead stops (start, chance) of each used row of the shift table, in order of time."""
        found: dict[int, list[tuple[int, int]]] = {}
        for held in solution.values():
            chance = self.chances[held.chance]
            for worker in (w for some in held.staff for w in some):
                for start, row in zip(chance.starts, chance.rows[worker], strict=True):
                    found.setdefault(row, []).append((start, held.chance))
        return {row: sorted(found[row]) for row in sorted(found)}

    def ways(self, row: int, stops: Iterable[tuple[int, int]]) -> int:
        """Ticks of all ways of a route."""
        order = [chance for _, chance in stops]
        legs = sum(self.way(row, a, b) for a, b in pairwise(order))
        return self.way_out(row, order[0]) + legs + self.way_back(row, order[-1])

    def better(self, new: Solution, old: Solution) -> bool:
        """Whether a solution serves more, or as much at less cost."""
        return self.rank(new) < self.rank(old)

    def rank(self, solution: Solution) -> tuple[int, ...]:
        """Smaller is better: service, then each level of cost in its order."""
        return -self.value(solution), *(self.cost(level, solution) for level in self.costs or ("travel",))

    def demand(self) -> int:
        """Weight of everybody who could have a seat at all, one of each need: the cheapest bound."""
        best: dict[str, int] = {}
        alone = 0
        for i in sorted({i for chance in self.chances for i in chance.walk}):
            if self.need[i]:
                best[self.need[i]] = max(best.get(self.need[i], 0), self.weight(i))
            else:
                alone += self.weight(i)
        return alone + sum(best.values())

    def size(self) -> int:
        """Pairs of a chance with somebody who could take part in it or lead it."""
        return sum(len(chance.walk) + len(chance.rows) for chance in self.chances)
