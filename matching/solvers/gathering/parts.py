"""What is too large for one model: some gatherings that share people and rooms are decided anew, the others stand."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from ortools.graph.python import min_cost_flow

from matching.solvers.budget import Budget, Limits
from matching.solvers.gathering.case import Case, Solution
from matching.solvers.gathering.engine import search
from matching.solvers.gathering.model import Model

TOGETHER = 12
"""Gatherings decided anew at once."""

SECONDS, WORK = 2.0, 1.0
"""What one part may take: seconds, or units of work."""

MODEL_WORK = 4e-5
"""Units of deterministic work for writing down each pair of a part."""

SHARED_ROOM = 4
SHARED_WORKER = 1
"""How near a venue or a worker brings two gatherings, beside one for each participant whom both could have."""

FRUITLESS = 3
"""So many times the number of gatherings without anything better are enough."""


class Parts:
    """Improves a solution, part after part; `take` gets each better one."""

    def __init__(self, case: Case, budget: Budget, seed: int, take: Callable[[Solution], None]) -> None:
        self.case, self.budget, self.take, self.seed = case, budget, take, seed
        self.random = np.random.default_rng([seed, len(case.chances)])
        self.names = sorted(case.of_gathering)
        self.people = self._index(lambda number: case.chances[number].walk)
        self.rooms = self._index(lambda number: (case.chances[number].venue,))
        self.leads = self._index(lambda number: case.chances[number].rows)

    def _index(self, of: Callable[[int], Iterable[int]]) -> dict[int, list[int]]:
        """Gatherings by whom, or what, they could have."""
        found: dict[int, set[int]] = {}
        for gathering in self.names:
            for number in self.case.of_gathering[gathering]:
                for one in of(number):
                    found.setdefault(one, set()).add(gathering)
        return {one: sorted(some) for one, some in found.items()}

    def run(self, best: Solution) -> None:
        """Until the budget is out, or nothing better was found for long."""
        fruitless = 0
        while fruitless < FRUITLESS * len(self.names):
            self.budget.check()
            found = self._part(best)
            if self.case.better(found, best):
                best, fruitless = found, 0
                self.take(best)
            else:
                fruitless += 1

    def _part(self, best: Solution) -> Solution:
        """Serve more; then, with as much served, at less cost."""
        free = self._some()
        held = {gathering: one for gathering, one in best.items() if gathering not in free}
        model = self._model(free, held, routes=False)
        model.model.maximize(model.service())
        found = self._searched(model, best)
        if not self.case.costs:
            return found
        model = self._model(free, held, routes=True)
        seated = (i for gathering, one in found.items() if gathering in free for i in one.seated)
        model.model.add(model.service() >= sum(map(self.case.weight, seated)))
        model.model.minimize(model.cost(self.case.costs[0]))
        return self._searched(model, found)

    def _model(self, free: set[int], held: Solution, *, routes: bool) -> Model:
        numbers = [number for gathering in sorted(free) for number in self.case.of_gathering[gathering]]
        self.budget.spend(MODEL_WORK * sum(len(self.case.chances[number].walk) for number in numbers))
        return Model(self.case, numbers, self.budget.check, routes=routes, held=held)

    def _searched(self, model: Model, known: Solution) -> Solution:
        model.hint(known)
        self.budget.check()
        answer = search(model.model, self._limits(), lambda _value, _bound: None, self.budget.out)
        self.budget.spend(answer.work)
        self.budget.out()  # an answer cut short by the clock is none in a deterministic solve
        if not answer.found:
            return known
        found = model.read(answer.solver)
        return found if self.case.better(found, known) else known

    def _limits(self) -> Limits:
        limits = self.budget.limits(1.0)._replace(seed=self.seed)
        if limits.work is not None:
            limits = limits._replace(work=min(limits.work, WORK))
        if limits.seconds is not None and not limits.deterministic:
            limits = limits._replace(seconds=min(limits.seconds, SECONDS))
        return limits

    def _some(self) -> set[int]:
        """One gathering by chance, and those that are nearest to it."""
        first = self.names[int(self.random.integers(len(self.names)))]
        near: Counter[int] = Counter()
        for number in self.case.of_gathering[first]:
            chance = self.case.chances[number]
            for person in chance.walk:
                near.update(self.people[person])
            near.update(dict.fromkeys(self.rooms[chance.venue], SHARED_ROOM))
            for worker in chance.rows:
                near.update(dict.fromkeys(self.leads[worker], SHARED_WORKER))
        noise = self.random.random(len(self.names)).tolist()
        rank = {name: near[name] * noise[place] for place, name in enumerate(self.names) if near[name]}
        order = sorted(rank, key=lambda name: (-rank[name], name))
        return {first, *order[:TOGETHER]}


def seat_bound(case: Case) -> int:
    """Weight of the best choice of seats where every gathering has all of its own, whoever leads it and wherever it is.

    A flow of least cost from people (one of each need) to gatherings.
    """
    flow = min_cost_flow.SimpleMinCostFlow()
    node = _Numbers()
    source, sink = node("source"), node("sink")
    top = max(map(case.weight, range(len(case.priority))), default=0)
    people: set[int] = set()
    for gathering, numbers in sorted(case.of_gathering.items()):
        most = max(case.chances[number].most for number in numbers)
        flow.add_arc_with_capacity_and_unit_cost(node(("g", gathering)), sink, most, 0)
        for i in sorted({i for number in numbers for i in case.chances[number].walk}):
            people.add(i)
            cost = top - case.weight(i)
            flow.add_arc_with_capacity_and_unit_cost(node(("e", i)), node(("g", gathering)), 1, cost)
    needs: set[str] = set()
    for i in sorted(people):
        need = case.need[i]
        begin = node(("n", need)) if need else source
        flow.add_arc_with_capacity_and_unit_cost(begin, node(("e", i)), 1, 0)
        if need and need not in needs:
            needs.add(need)
            flow.add_arc_with_capacity_and_unit_cost(source, begin, 1, 0)
    flow.add_arc_with_capacity_and_unit_cost(source, sink, len(people), top)
    flow.set_node_supply(source, len(people))
    flow.set_node_supply(sink, -len(people))
    if flow.solve() != flow.OPTIMAL:
        return case.demand()
    return top * len(people) - int(flow.optimal_cost())


class _Numbers:
    """Small numbers for names."""

    def __init__(self) -> None:
        self.known: dict[object, int] = {}

    def __call__(self, name: object) -> int:
        return self.known.setdefault(name, len(self.known))
