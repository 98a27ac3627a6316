"""A first answer: always the occasion worth most to those without a seat, with the people who lose least time by it."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush

from matching.solvers.gathering.case import Case, Chance, Held, Solution
from matching.solvers.gathering.usage import Usage


class Greedy:
    """Sessions put in one after another; none is taken out again."""

    def __init__(self, case: Case, out: Callable[[], bool], known: Solution | None = None) -> None:
        self.case, self.out = case, out
        self.usage = Usage(case)
        self.seated: set[int] = set()
        self.needs: set[str] = set()
        self.solution: Solution = {}
        for held in (known or {}).values():
            self._keep(held)
        self.order = [self._order(chance) for chance in case.chances]

    def _order(self, chance: Chance) -> list[int]:
        """Who takes part first: who is worth most, then who is nearest."""
        return sorted(chance.walk, key=lambda i: (-self.case.weight(i), chance.walk[i], i))

    def run(self) -> Solution:
        """As many sessions as help, the most valuable first; worth only falls, so that a heap of old values serves."""
        case = self.case
        heap = [(-self._worth(n), n) for n, c in enumerate(case.chances) if c.gathering not in self.solution]
        heapify(heap)
        while heap and not self.out():
            old, number = heappop(heap)
            chance = case.chances[number]
            if chance.gathering in self.solution or not self.usage.open(chance):
                continue
            worth = self._worth(number)
            if -old != worth:
                heappush(heap, (-worth, number))
            elif worth:
                held = self._staffed(number)
                if held is not None:
                    self._keep(held)
        return self.solution

    def _free(self, number: int) -> list[int]:
        """Who would take a seat, the first first: one of each need."""
        found, needs = [], set(self.needs)
        most = self.case.chances[number].most
        for i in self.order[number]:
            need = self.case.need[i]
            if i in self.seated or (need and need in needs):
                continue
            found.append(i)
            if need:
                needs.add(need)
            if len(found) == most:
                break
        return found

    def _worth(self, number: int) -> int:
        people = self._free(number)
        if len(people) < self.case.chances[number].least:
            return 0
        return sum(self.case.weight(i) for i in people)

    def _staffed(self, number: int) -> Held | None:
        """The session with people to run it; fewer seats where these are few or somebody is refused."""
        chance, people = self.case.chances[number], self._free(number)
        staff: list[list[int]] = [[] for _ in chance.roles]
        used: set[int] = set()
        for role in sorted(range(len(chance.roles)), key=lambda r: (len(chance.staff[r]), r)):
            for _ in range(chance.roles[role].count):
                worker = self._cheapest(number, role, used, people)
                if worker is None:
                    return None
                staff[role].append(worker)
                used.add(worker)
                people = [i for i in people if worker not in self.case.refused[i]]
        people = self._more(number, staff, used, people)
        if len(people) < chance.least:
            return None
        for role, workers in enumerate(staff):
            del workers[chance.needed(role, len(people)) :]
        return Held(number, tuple(tuple(sorted(some)) for some in staff), tuple(sorted(people)))

    def _more(self, number: int, staff: list[list[int]], used: set[int], people: list[int]) -> list[int]:
        """Whom the ratio asks for beside the least number of each role; without them fewer seats."""
        chance = self.case.chances[number]
        for role, wanted in enumerate(chance.roles):
            while wanted.per_seats is not None and len(people) > wanted.per_seats * len(staff[role]):
                worker = self._cheapest(number, role, used, people)
                if worker is None:
                    people = people[: wanted.per_seats * len(staff[role])]
                    break
                staff[role].append(worker)
                used.add(worker)
                people = [i for i in people if worker not in self.case.refused[i]]
        return people

    def _cheapest(self, number: int, role: int, used: set[int], people: list[int]) -> int | None:
        """Who is refused by the fewest and costs least, of those with room."""
        found: list[tuple[int, int, int]] = []
        for worker in self.case.chances[number].staff[role]:
            ways = None if worker in used else self.usage.price(number, worker, sorted(used))
            if ways is not None:
                refusals = sum(worker in self.case.refused[i] for i in people)
                price = ways + self.case.staff_price(self.case.level, number, worker)
                found.append((refusals, price, worker))
        return min(found)[2] if found else None

    def _keep(self, held: Held) -> None:
        chance = self.case.chances[held.chance]
        self.solution[chance.gathering] = held
        self.usage.book(chance)
        for worker in (w for some in held.staff for w in some):
            self.usage.employ(held.chance, worker)
        self.seated.update(held.seated)
        self.needs.update(self.case.need[i] for i in held.seated if self.case.need[i])
