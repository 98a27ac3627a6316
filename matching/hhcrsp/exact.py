"""The whole problem as one CP-SAT model, for instances small enough to prove."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from matching.hhcrsp.arrays import (
    CLOSES,
    DURATION,
    FIRST,
    HIGH,
    I64,
    KIND,
    LOW,
    OPENS,
    PARTNER,
    PLACE,
    TOGETHER,
    Model,
)

Arc = tuple[int, int]


class Limits(NamedTuple):
    """What the engine may spend: seconds of the clock, or units of its own work on one thread (repeatable)."""

    seconds: float | None
    work: float | None
    seed: int
    threads: int


class Proof(NamedTuple):
    """Routes found (nodes after each node, starts), or None if nothing better is known; a bound; whether it is met."""

    after: I64 | None
    start: I64 | None
    bound: int
    optimal: bool


def prove(m: Model, caregivers: int, after: I64, start: I64, cost: int, limits: Limits) -> Proof:
    """Find the best routes, knowing some that cost `cost`. Starts cannot be late by more than half of that."""
    exact = _Exact(m, caregivers, cost)
    exact.hint(after, start)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = limits.seed % (1 << 31)
    parameters.num_workers = 1 if limits.work is not None else limits.threads
    if limits.work is not None:
        parameters.max_deterministic_time = limits.work
    if limits.seconds is not None:
        parameters.max_time_in_seconds = max(0.01, limits.seconds)
    status = solver.solve(exact.model)
    if status in {cp_model.INFEASIBLE, cp_model.MODEL_INVALID}:
        raise RuntimeError(f"CP-SAT finds no routes where some are known: {exact.model.validate()}")
    bound = min(cost, max(0, round(solver.best_objective_bound)))
    if status == cp_model.UNKNOWN:
        return Proof(None, None, bound, optimal=False)
    return Proof(*exact.routes(solver), bound, optimal=status == cp_model.OPTIMAL)


class _Exact:
    """Variables: who does a visit, arcs of each caregiver's circuit, starts, lateness, the largest lateness."""

    def __init__(self, m: Model, caregivers: int, cost: int) -> None:
        self.m, self.caregivers, self.cost = m, caregivers, cost
        self.count = len(m.able)
        self.model = cp_model.CpModel()
        self.late_most = cost // 2
        self.start = [self._start(v) for v in range(self.count)]
        self.arcs: dict[int, dict[Arc, cp_model.IntVar]] = {}
        self.does: dict[tuple[int, int], cp_model.IntVar] = {}
        for k in range(caregivers):
            self._circuit(k)
        self._visits()
        self._times()
        self._price()

    def _start(self, v: int) -> cp_model.IntVar:
        first = max(int(self.m.node[OPENS, v]), int(self.m.travel[0, self.m.node[PLACE, v]]))
        return self.model.new_int_var(first, int(self.m.node[CLOSES, v]) + self.late_most, f"start{v}")

    def _way(self, u: int, v: int) -> int:
        return int(self.m.travel[self.m.node[PLACE, u], self.m.node[PLACE, v]])

    def _possible(self, u: int, v: int) -> bool:
        m = self.m
        done = (
            max(int(m.node[OPENS, u]), int(m.travel[0, m.node[PLACE, u]]))
            + int(m.node[DURATION, u])
            + self._way(u, v)
        )
        return u != v and m.node[PARTNER, u] != v and done <= int(m.node[CLOSES, v]) + self.late_most

    def _circuit(self, k: int) -> None:
        m, model = self.m, self.model
        mine = [v for v in range(self.count) if k in m.able[v, 1 : m.able[v, 0] + 1]]
        arcs = {(u, v): model.new_bool_var("") for u in mine for v in mine if self._possible(u, v)}
        arcs |= {(-1, v): model.new_bool_var("") for v in mine} | {
            (v, -1): model.new_bool_var("") for v in mine
        }
        self.arcs[k] = arcs
        self.does |= {(k, v): model.new_bool_var(f"does{k}_{v}") for v in mine}
        skipped = [(v + 1, v + 1, ~self.does[k, v]) for v in mine]
        circuit = [(u + 1, v + 1, literal) for (u, v), literal in arcs.items()]
        model.add_circuit([*circuit, *skipped, (0, 0, model.new_bool_var(f"home{k}"))])

    def _visits(self) -> None:
        for v in range(self.count):
            self.model.add_exactly_one(does for (_, visit), does in self.does.items() if visit == v)
            partner = int(self.m.node[PARTNER, v])
            if partner > v:
                for k in range(self.caregivers):
                    if (k, v) in self.does and (k, partner) in self.does:
                        self.model.add_at_most_one(self.does[k, v], self.does[k, partner])

    def _times(self) -> None:
        m, model, start = self.m, self.model, self.start
        ways: dict[Arc, list[cp_model.IntVar]] = defaultdict(list)
        for arcs in self.arcs.values():
            for (u, v), literal in arcs.items():
                if min(u, v) >= 0:
                    ways[u, v].append(literal)
        for (u, v), literals in ways.items():
            either = literals[0] if len(literals) == 1 else model.new_bool_var("")
            if len(literals) > 1:
                model.add(sum(literals) == either)
            leg = int(m.node[DURATION, u]) + self._way(u, v)
            model.add(start[v] >= start[u] + leg).only_enforce_if(either)
        for v in range(self.count):
            p = int(m.node[PARTNER, v])
            if m.node[KIND, v] == TOGETHER and p > v:
                model.add(start[v] == start[p])
            elif m.node[KIND, v] == FIRST:
                model.add_linear_constraint(start[p] - start[v], int(m.node[LOW, v]), int(m.node[HIGH, v]))

    def _price(self) -> None:
        model = self.model
        self.late = [model.new_int_var(0, self.late_most, f"late{v}") for v in range(self.count)]
        self.most = model.new_int_var(0, self.late_most, "most")
        for v, late in enumerate(self.late):
            model.add(late >= self.start[v] - int(self.m.node[CLOSES, v]))
            model.add(self.most >= late)
        travel = sum(
            int(self.m.travel[self._place(u), self._place(v)]) * literal
            for arcs in self.arcs.values()
            for (u, v), literal in arcs.items()
        )
        price = travel + sum(self.late) + self.most
        model.add(price <= self.cost)
        model.minimize(price)

    def _place(self, v: int) -> int:
        return 0 if v < 0 else int(self.m.node[PLACE, v])

    def hint(self, after: I64, start: I64) -> None:
        """Begin with known routes."""
        chosen = {k: set(self._arcs_of(after, k)) for k in range(self.caregivers)}
        for k, arcs in self.arcs.items():
            for arc, literal in arcs.items():
                self.model.add_hint(literal, arc in chosen[k])
        for v in range(self.count):
            self.model.add_hint(self.start[v], int(start[v]))

    def _arcs_of(self, after: I64, k: int) -> list[Arc]:
        arcs, node = [], self.count + k
        while True:
            following = int(after[node])
            u, v = (node if node < self.count else -1), (following if following < self.count else -1)
            arcs.append((u, v))
            if v < 0:
                return arcs
            node = following

    def routes(self, solver: cp_model.CpSolver) -> tuple[I64, I64]:
        """Read nodes after each node, and starts."""
        after = np.arange(self.count + self.caregivers, dtype=np.int64)
        for k, arcs in self.arcs.items():
            office = self.count + k
            for (u, v), literal in arcs.items():
                if solver.boolean_value(literal):
                    after[office if u < 0 else u] = office if v < 0 else v
        start = np.zeros_like(after)
        start[: self.count] = [solver.value(variable) for variable in self.start]
        return after, start
