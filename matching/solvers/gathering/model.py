"""The exact model: each gathering's chance (u), who runs it (z), who has a seat (x), who goes on to where (arcs).

Starts are fixed by the occasions, so that rooms and shifts are cliques of what overlaps, and the route of a shift is a path
through lead stops in order of time: each arc joins two of them and saves the way home between. With as many arcs as lead
stops but one, the path is one. That is far tighter than starts and circuits.
"""

from collections.abc import Callable, Iterable
from itertools import combinations, pairwise

from ortools.sat.python import cp_model

from matching.policy import Level
from matching.solvers.gathering.case import Case, Chance, Held, Solution
from matching.solvers.gathering.usage import Key, limits

Literal = cp_model.IntVar
Node = tuple[int, int]
"""A lead stop: start and chance."""


class Model:
    """All chances of some gatherings; `routes`: with the arcs of shifts, whatever their legs may be.

    `held`: sessions of other gatherings, which stay as they are.
    """

    def __init__(
        self, case: Case, chances: Iterable[int], check: Callable[[], None], *, routes: bool, held: Solution
    ) -> None:
        self.case, self.check, self.routes = case, check, routes
        self.model = cp_model.CpModel()
        self.held = held
        self.numbers = [*chances]
        self.kept = {one.chance: {w for some in one.staff for w in some} for one in held.values()}
        self.u = {number: self._bool() for number in self.numbers}
        self.x: dict[tuple[int, int], Literal] = {}
        self.z: dict[tuple[int, int, int], Literal] = {}
        self.leads: dict[tuple[int, int], Literal] = {}
        self.several: dict[tuple[int, int], Literal] = {}
        self.steps: dict[tuple[int, int, int], Literal] = {}
        self.arcs: dict[tuple[int, Node, Node], Literal] = {}
        for number in self.numbers:
            self.check()
            self._seats(number)
            self._staff(number)
        self._once()
        self._rooms()
        self._limits()
        self._shifts()

    def _bool(self) -> Literal:
        return self.model.new_bool_var("")

    def _seats(self, number: int) -> None:
        """Between the least and the most seats in an open session, none in another; nobody whom another session seats."""
        chance, opened = self.case.chances[number], self.u[number]
        taken = {i for held in self.held.values() for i in held.seated}
        needs = {self.case.need[i] for i in taken} - {""}
        for i in chance.walk:
            if i not in taken and self.case.need[i] not in needs:
                self.x[i, number] = literal = self._bool()
                self.model.add_implication(literal, opened)
        seated = self._seated(number)
        self.model.add(seated <= chance.most * opened)
        self.model.add(seated >= chance.least * opened)

    def _seated(self, number: int) -> cp_model.LinearExprT:
        pairs = ((i, number) for i in self.case.chances[number].walk)
        return cp_model.LinearExpr.sum([self.x[pair] for pair in pairs if pair in self.x])

    def _staff(self, number: int) -> None:
        """Different people in the roles, exactly as many as the participants ask for, and none whom one of them refuses."""
        chance = self.case.chances[number]
        own: dict[int, list[Literal]] = {}
        for role, workers in enumerate(chance.staff):
            for worker in workers:
                self.z[worker, number, role] = literal = self._bool()
                own.setdefault(worker, []).append(literal)
            here = [self.z[worker, number, role] for worker in workers]
            self.model.add(cp_model.LinearExpr.sum(here) == self._needed(number, role))
        for worker, literals in own.items():
            if len(literals) > 1:
                self.several[worker, number] = self._any(literals)
            self.leads[worker, number] = self.several.get((worker, number), literals[0])
            self.model.add_implication(self.leads[worker, number], self.u[number])
        for i in chance.walk:
            for worker in self.case.refused[i]:
                if worker in own and (i, number) in self.x:
                    self.model.add_at_most_one(self.x[i, number], self.leads[worker, number])

    def _any(self, literals: list[Literal]) -> Literal:
        literal = self._bool()
        self.model.add(cp_model.LinearExpr.sum(literals) == literal)
        return literal

    def _needed(self, number: int, role: int) -> cp_model.LinearExprT:
        """The least number, and one more for each step of participants that is begun."""
        chance = self.case.chances[number]
        wanted, opened = chance.roles[role], self.u[number]
        if wanted.per_seats is None:
            return wanted.count * opened
        per, steps, before = wanted.per_seats, [], opened
        seated = self._seated(number)
        for count in range(wanted.count, chance.needed(role, chance.most)):
            step = self.steps[number, role, count] = self._bool()
            self.model.add_implication(step, before)
            self.model.add(seated >= (per * count + 1) * step)
            steps.append(step)
            before = step
        if steps:
            more = cp_model.LinearExpr.sum(steps)
            self.model.add(seated <= per * wanted.count * opened + per * more)
            return wanted.count * opened + more
        return wanted.count * opened

    def _once(self) -> None:
        """One occasion of each gathering, one seat for everybody, one for all of one need."""
        of: dict[int, list[Literal]] = {}
        for number in self.numbers:
            of.setdefault(self.case.chances[number].gathering, []).append(self.u[number])
        for literals in of.values():
            self.model.add_at_most_one(literals)
        people: dict[str | int, list[Literal]] = {}
        for (i, _), literal in self.x.items():
            people.setdefault(self.case.need[i] or i, []).append(literal)
        for literals in people.values():
            if len(literals) > 1:
                self.model.add_at_most_one(literals)

    def _rooms(self) -> None:
        """One session at a time in a venue: at every start, one of those that are going on."""
        rooms: dict[int, list[Node]] = {self.case.chances[number].venue: [] for number in self.numbers}
        for number in (*self.numbers, *self.kept):
            chance = self.case.chances[number]
            if chance.venue in rooms:
                rooms[chance.venue].extend((start, number) for start in chance.starts)
        for nodes in rooms.values():
            for going in self._overlaps(sorted(nodes)):
                self._apart(going, lambda number: self.u[number])

    def _overlaps(self, nodes: list[Node]) -> set[tuple[int, ...]]:
        """Chances that go on at the same time, at every start."""
        going = (
            tuple(sorted({n for s, n in nodes if s <= start < s + self.case.chances[n].duration}))
            for start in sorted({start for start, _ in nodes})
        )
        return {some for some in going if len(some) > 1}

    def _apart(self, going: Iterable[int], literal: Callable[[int], Literal]) -> None:
        """At most one of these; what stays as it is goes before."""
        going = [*going]
        free = [literal(number) for number in going if number not in self.kept]
        if len(free) < len(going):
            for one in free:
                self.model.add(one == 0)
        elif len(free) > 1:
            self.model.add_at_most_one(free)

    def _limits(self) -> None:
        """Lead stops and ticks of service per day and week, of workers and of providers."""
        case, uses = self.case, self._uses()
        for (kind, index, period, _), terms in uses.items():
            tasks, ticks = limits(case, kind, index, period)
            durations = [case.chances[number].duration for _, number, _ in terms]
            self._at_most(terms, [1] * len(terms), tasks)
            self._at_most(terms, durations, ticks)

    def _pairs_led(self) -> list[tuple[int, int]]:
        """Workers and chances: what is decided here, and what stays of the same providers."""
        provider = self.case.staff.people.provider
        touched = {int(provider[worker]) for worker, _ in self.leads}
        kept = ((w, number) for number, people in self.kept.items() for w in sorted(people))
        return [*self.leads, *(pair for pair in kept if int(provider[pair[0]]) in touched)]

    def _uses(self) -> dict[Key, list[tuple[int, int, int]]]:
        """(worker, chance, lead stops) that count for each limit."""
        uses: dict[Key, list[tuple[int, int, int]]] = {}
        shifts, provider = self.case.shifts, self.case.staff.people.provider
        for worker, number in self._pairs_led():
            count: dict[Key, int] = {}
            for row in self.case.chances[number].rows[worker]:
                for period, which in (("day", shifts.day[row]), ("week", shifts.week[row])):
                    for kind, index in (("worker", worker), ("provider", int(provider[worker]))):
                        key = kind, index, period, which
                        count[key] = count.get(key, 0) + 1
            for key, stops in count.items():
                uses.setdefault(key, []).append((worker, number, stops))
        return uses

    def _at_most(self, terms: list[tuple[int, int, int]], each: list[int], cap: int | None) -> None:
        weights = [stops * weight for (_, _, stops), weight in zip(terms, each, strict=True)]
        if cap is None or sum(weights) <= cap:
            return
        free, used = [], 0
        for (worker, number, _), weight in zip(terms, weights, strict=True):
            if number in self.kept:
                used += weight
            else:
                free.append((self.leads[worker, number], weight))
        total = cp_model.LinearExpr.weighted_sum([one for one, _ in free], [weight for _, weight in free])
        self.model.add(total <= cap - used)

    def _shifts(self) -> None:
        """Lead stops of one shift: one at a time, with the ways between."""
        for row, nodes in self._nodes().items():
            self.check()
            if all(number in self.kept for _, number in nodes):
                continue
            worker = int(self.case.shifts.worker[row])
            order = sorted(nodes)
            for going in self._overlaps(order):
                self._apart(going, lambda number, worker=worker: self.leads[worker, number])  # type: ignore[misc]
            limit = self.case.problem.workers[worker].max_leg_ticks
            if self.routes or limit is not None:
                self._path(row, worker, order)
            else:
                self._pairs(row, worker, order)

    def _nodes(self) -> dict[int, list[Node]]:
        found: dict[int, list[Node]] = {}
        for worker, number in self._pairs_led():
            chance = self.case.chances[number]
            for start, row in zip(chance.starts, chance.rows[worker], strict=True):
                found.setdefault(row, []).append((start, number))
        return found

    def _pairs(self, row: int, worker: int, order: list[Node]) -> None:
        for a, b in combinations(order, 2):
            overlap = b[0] < a[0] + self.case.chances[a[1]].duration
            if a[1] != b[1] and not overlap and not self.case.follows(row, a, b):
                self._apart((a[1], b[1]), lambda number: self.leads[worker, number])

    def _path(self, row: int, worker: int, order: list[Node]) -> None:
        """Arcs between stops that may follow each other; at most one path."""
        after: dict[Node, list[Literal]] = {}
        before: dict[Node, list[Literal]] = {}
        arcs = [pair for pair in combinations(order, 2) if self.case.follows(row, *pair)]
        for a, b in arcs:
            self.arcs[row, a, b] = literal = self._bool()
            after.setdefault(a, []).append(literal)
            before.setdefault(b, []).append(literal)
        for ends in (after, before):
            for node, literals in ends.items():
                self.model.add(cp_model.LinearExpr.sum(literals) <= self._lead(worker, node[1]))
        stops = cp_model.LinearExpr.sum([self._lead(worker, number) for _, number in order])
        joined = cp_model.LinearExpr.sum([self.arcs[row, a, b] for a, b in arcs])
        self.model.add(stops - joined <= 1)

    def _lead(self, worker: int, number: int) -> cp_model.LinearExprT:
        return 1 if number in self.kept else self.leads[worker, number]

    def service(self) -> cp_model.LinearExprT:
        """Weight of the seats that are decided here."""
        weights = [self.case.weight(i) for i, _ in self.x]
        return cp_model.LinearExpr.weighted_sum(list(self.x.values()), weights)

    def cost(self, level: Level) -> cp_model.LinearExprT:
        """A level of cost of what is decided here, without what stays as it is."""
        terms: list[tuple[Literal, int]] = []
        for (worker, number), literal in self.leads.items():
            terms.append(
                (literal, self.case.staff_price(level, number, worker) + self._alone(worker, number))
            )
        terms += [(literal, -self._saved(*arc)) for arc, literal in self.arcs.items()]
        if level == "experience":
            terms += [(self.u[number], self.case.chances[number].fee) for number in self.numbers]
            terms += [(literal, self.case.chances[number].walk[i]) for (i, number), literal in self.x.items()]
        used = [(literal, price) for literal, price in terms if price]
        return cp_model.LinearExpr.weighted_sum([one for one, _ in used], [price for _, price in used])

    def _alone(self, worker: int, number: int) -> int:
        """Ways there and back for every start."""
        rows = self.case.chances[number].rows[worker]
        return sum(self.case.way_out(row, number) + self.case.way_back(row, number) for row in rows)

    def _saved(self, row: int, a: Node, b: Node) -> int:
        """Ways home and out again that going on from one stop to the next saves."""
        case = self.case
        return case.way_back(row, a[1]) + case.way_out(row, b[1]) - case.way(row, a[1], b[1])

    def hint(self, solution: Solution) -> None:
        """Tell the search a complete feasible answer."""
        model = self.model
        model.clear_hints()  # type: ignore[no-untyped-call]
        held = {one.chance: one for one in solution.values()}
        for number, literal in self.u.items():
            model.add_hint(literal, number in held)
        for (i, number), literal in self.x.items():
            model.add_hint(literal, number in held and i in held[number].seated)
        for (worker, number, role), literal in self.z.items():
            model.add_hint(literal, number in held and worker in held[number].staff[role])
        for (worker, number), literal in self.several.items():
            leads = number in held and any(worker in some for some in held[number].staff)
            model.add_hint(literal, leads)
        for (number, role, count), literal in self.steps.items():
            seated = len(held[number].seated) if number in held else 0
            model.add_hint(literal, self.case.chances[number].needed(role, seated) > count)
        taken = self._taken(solution)
        for arc, literal in self.arcs.items():
            model.add_hint(literal, arc in taken)

    def _taken(self, solution: Solution) -> set[tuple[int, Node, Node]]:
        routes = self.case.routes(solution)
        return {(row, a, b) for row, stops in routes.items() for a, b in pairwise(stops)}

    def read(self, solver: cp_model.CpSolver) -> Solution:
        """The solution found, with what stays as it is."""
        found = dict(self.held)
        for number in self.numbers:
            if solver.boolean_value(self.u[number]):
                chance = self.case.chances[number]
                found[chance.gathering] = self._session(solver, number, chance)
        return dict(sorted(found.items()))

    def _session(self, solver: cp_model.CpSolver, number: int, chance: Chance) -> Held:
        staff = (
            tuple(w for w in workers if solver.boolean_value(self.z[w, number, role]))
            for role, workers in enumerate(chance.staff)
        )
        seated = (
            i
            for i in sorted(chance.walk)
            if (i, number) in self.x and solver.boolean_value(self.x[i, number])
        )
        return Held(number, tuple(staff), tuple(seated))
