"""Prices for large rounds: the dual of the choice among routes known so far, lowered by steps along its slope.

That dual is a sum of maxima; its slope at some prices is who visits each task at them, less who should. A step is as long
as an aimed value suggests (Polyak), along a running mean of slopes; where that no longer helps, the aim comes closer.
"""
# mypy: disable-error-code="no-any-return, return-value, arg-type, no-untyped-call"
# numba's numbers are Python's or numpy's, as they come.

from collections.abc import Callable

import numpy as np
from numba import njit

from matching.solvers.bounds.columns import Array
from matching.solvers.bounds.layout import FloatArray, Layout
from matching.solvers.bounds.multipliers import Multipliers, Target
from matching.travel import IntArray

STEPS, LEGS = 250, 6
"""Steps between two looks at the clock, and how often so many make one proposal (once for the first that has no prices)."""

INERTIA = 0.7
"""Share of the last direction that is kept."""

AIM = 0.01
"""The aimed value lies this share below the best one, at first."""

LITTLE = 0.02
"""Share of the aimed improvement below which a value counts as no better."""

PATIENCE = 15
"""Steps without a better value before the aim comes closer."""


class Descent:
    """A master for many rows; prices of shared caps and precedences stay where they are."""

    goes_on = True

    def __init__(self, layout: Layout, target: Target, out: Callable[[], bool]) -> None:
        self.layout, self.target, self.out = layout, target, out
        self.asked = 0
        self.row = np.zeros(0, np.int64)
        self.task = np.zeros((0, 0), np.int64)
        self.cover = np.zeros((0, 0))
        self.cost = np.zeros(0)

    def add(self, rows: IntArray, tasks: IntArray, covers: FloatArray, costs: FloatArray) -> None:
        """Take routes: rows, tasks in order (then -1), what each visit covers, what the route costs."""
        width = tasks.shape[1]
        row = np.concatenate([self.row, rows])
        order = np.argsort(row, kind="stable")
        self.row = row[order]
        self.task = np.concatenate([self.task.reshape(-1, width), tasks])[order]
        self.cover = np.concatenate([self.cover.reshape(-1, width), covers])[order]
        self.cost = np.concatenate([self.cost, costs])[order]

    def solve(self, best: Multipliers | None) -> tuple[float, Multipliers] | None:
        """Better prices for these routes, from the best ones on; no value is known of the choice among them."""
        target, layout, given = self.target, self.layout, best is not None
        if best is None:
            nothing = np.zeros(len(layout.caps.most)), np.zeros(len(target.before))
            start = (
                np.minimum(1.0, target.weight) / layout.head
                if target.least is None
                else np.zeros(len(target.weight))
            )
            best = Multipliers(start, *nothing, 0.0)
        visits, ticks = layout.caps.prices(layout.rows, best.cap)
        used = np.append(layout.duration, 0)[self.task].sum(axis=1)
        cost = self.cost + visits[self.row] * (self.task >= 0).sum(axis=1) + ticks[self.row] * used
        first = np.searchsorted(self.row, np.arange(layout.rows + 1))
        least = (
            -1.0
            if target.least is None
            else max(0.0, target.least - float(target.weight[target.sure > 0].sum()))
        )
        price, prices, way = best.task.copy(), best.task.copy(), np.zeros(len(best.task))
        state = np.array([AIM, np.inf, 0.0])
        worth = target.worth(best._replace(service=1.0))
        self.asked = LEGS if given and not self.asked else self.asked + 1
        for _ in range(min(self.asked, LEGS)):
            descend(
                price, prices, way, state, first, self.task, self.cover, cost,
                worth, layout.head, target.sure, least, STEPS,
            )  # fmt: skip
            if self.out():
                return None
        return -np.inf, best._replace(task=prices, service=self.target.service(layout, prices))


@njit(cache=True, nogil=True)
def serve(price: Array, worth: Array, head: Array, sure: Array, least: float, share: Array) -> float:
    """Share of each task that is served at these prices; returns what that brings beyond what is paid."""
    total, rest = 0.0, least
    ratio = np.empty(len(price))
    for t in range(len(price)):
        gain = worth[t] - head[t] * price[t]
        share[t] = 1.0 if sure[t] > 0 or (least < 0 and gain > 0) else 0.0
        ratio[t] = head[t] * price[t] / worth[t] if worth[t] > 0 else np.inf
        if least < 0:
            total += share[t] * gain
        else:
            total -= share[t] * head[t] * price[t]
    if least > 0:
        for t in np.argsort(ratio):
            if share[t] == 0.0 and worth[t] > 0 and rest > 0:
                share[t] = min(1.0, rest / worth[t])
                rest -= share[t] * worth[t]
                total -= share[t] * head[t] * price[t]
    return total


@njit(cache=True, nogil=True)
def value_and_slope(
    price: Array,
    first: Array,
    task: Array,
    cover: Array,
    cost: Array,
    worth: Array,
    head: Array,
    sure: Array,
    least: float,
    share: Array,
    slope: Array,
) -> float:
    """The dual at some prices, and where it rises."""
    total = serve(price, worth, head, sure, least, share)
    for t in range(len(price)):
        slope[t] = -head[t] * share[t]
    for row in range(len(first) - 1):
        best, route = 0.0, -1
        for c in range(first[row], first[row + 1]):
            brings = -cost[c]
            for k in range(task.shape[1]):
                if task[c, k] < 0:
                    break
                brings += cover[c, k] * price[task[c, k]]
            if brings > best:
                best, route = brings, c
        if route >= 0:
            total += best
            for k in range(task.shape[1]):
                if task[route, k] < 0:
                    break
                slope[task[route, k]] += cover[route, k]
    return total


@njit(cache=True, nogil=True)
def descend(
    price: Array, best: Array, way: Array, state: Array, first: Array, task: Array, cover: Array, cost: Array,
    worth: Array, head: Array, sure: Array, least: float, steps: int,
) -> None:  # fmt: skip
    """Go on from `price` along `way`; `best`: the best prices met. `state`: aim, lowest value, steps since a better one."""
    size = len(price)
    slope, share = np.zeros(size), np.zeros(size)
    for _ in range(steps):
        value = value_and_slope(price, first, task, cover, cost, worth, head, sure, least, share, slope)
        state[2] += 1
        if value < state[1]:
            if value < state[1] - LITTLE * state[0] * abs(state[1]):
                state[2] = 0
            state[1] = value
            best[:] = price
        if state[2] > PATIENCE:
            state[0], state[2] = 0.5 * state[0], 0
            price[:], way[:] = best, 0.0
            continue
        for t in range(size):
            way[t] = INERTIA * way[t] + (1.0 - INERTIA) * slope[t]
        norm = (way * way).sum()
        if norm == 0.0:
            break
        step = (value - state[1] + state[0] * max(1.0, abs(state[1]))) / norm
        for t in range(size):
            price[t] = max(0.0, price[t] - step * way[t])
            if least < 0 and sure[t] == 0:
                price[t] = min(price[t], worth[t] / head[t])
