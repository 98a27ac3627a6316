"""Who could take whose place: exchanges in a plan, one visit moving on for the next.

A need takes the place of a visit, which takes the place of another one, until one finds idle time (nobody is displaced) or
is dropped. What can take whose place is found once for a plan and serves the explanations of all.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from matching.solvers.greedy import insert
from matching.solvers.instance import Instance, Solution
from matching.solvers.routes import Removed, Routes
from matching.solvers.timing import starts

LOOKED_AT = 400
"""Visits that one search of exchanges looks at, at most."""

CLEARED = 12
"""Days that are cleared for one task at most."""

TRIED = 12
"""Chains that are tried out at most; nearly all hold at the first try."""


class Step(NamedTuple):
    """A task comes into a row; `before` gives up its place there, if somebody does."""

    task: int
    row: int
    before: int | None


class Exchange(NamedTuple):
    """A plan that serves a task, how many others moved for it, and who is served no more."""

    solution: Solution
    moved: int
    dropped: int | None


class Chains:
    """Exchanges in one plan; the plan is as it was after each answer."""

    def __init__(self, instance: Instance, solution: Solution) -> None:
        self.instance, self.routes = instance, entered(instance, solution)
        self._room: dict[int, int | None] = {}
        self._swaps: dict[int, list[Step]] = {}

    def idle(self, task: int) -> Solution | None:
        """The plan with one task more and everybody else where they are."""
        if not insert(self.routes, task, lambda: False):
            return None
        solution = self.routes.solution()
        self.routes.remove(task)
        return solution

    def exchange(self, task: int) -> Exchange | None:
        """The fewest moves that let a task in while everybody keeps a visit."""
        if self.instance.tied[task]:
            return None
        for tries, chain in enumerate(self._chains(task)):
            if tries == TRIED:
                break
            if chain[-1].before is None and (found := self._tried(chain)) is not None:
                return Exchange(found, len(chain) - 1, None)
        return None

    def cheapest(self, task: int) -> Exchange | None:
        """A plan that serves a task and drops one that is worth little: the least points, then the fewest moves."""
        if self.instance.tied[task]:
            return None
        priority, must = self.instance.priority, self.instance.must
        drops = [chain for chain in self._chains(task) if chain[-1].before is not None]
        drops.sort(key=lambda chain: (must[_last(chain)], priority[_last(chain)], len(chain)))
        for chain in drops[:TRIED]:
            found = self._tried(chain)
            if found is not None:
                return Exchange(found, len(chain) - 1, _last(chain))
        return None

    def clearing(self, task: int) -> Solution | None:
        """A plan that serves a task in a day that was cleared for it, the least points first; they may find other places."""
        found = [
            solution
            for option in self.instance.candidates.options[task][:CLEARED]
            if (solution := self._cleared(task, option.row)) is not None
        ]
        return min(found, key=self.instance.rank, default=None)

    def _cleared(self, task: int, row: int) -> Solution | None:
        routes = entered(self.instance, self.routes.solution())
        waiting: list[int] = []
        order = sorted(routes.order[row], key=lambda t: (self.instance.must[t], self.instance.priority[t]))
        for other in order:
            if insert(routes, task, lambda: False):
                break
            waiting += [taken.task for taken in routes.remove(other) if taken.task != task]
        else:
            if not insert(routes, task, lambda: False):
                return None
        for other in reversed(waiting):
            insert(routes, other, lambda: False)
        rows = {used for team in routes.team.values() for used in team}
        return routes.solution() if routes.holds(sorted(rows)) else None

    def _chains(self, task: int) -> Iterator[list[Step]]:
        """Chains in order of length: those that end in idle time, and those that end with somebody dropped."""
        seen = {task}
        empty: list[Step] = []
        waiting = deque([(task, empty)])
        while waiting and len(seen) < LOOKED_AT:
            one, chain = waiting.popleft()
            row = self._idle_row(one)
            if row is not None:
                yield [*chain, Step(one, row, None)]
            for step in self._places(one):
                if step.before is not None and step.before not in seen:
                    seen.add(step.before)
                    longer = [*chain, step]
                    yield longer
                    waiting.append((step.before, longer))

    def _idle_row(self, task: int) -> int | None:
        """The row with room for a task beside all others, at the least cost."""
        if task not in self._room:
            held = self.routes.remove(task) if task in self.routes.team else []
            own = held[0].rows if held else ()
            offers = [
                (cost, option.row)
                for option in self.instance.candidates.options[task]
                if option.row not in own and self._alone(task, option.row)
                if (cost := self.routes.cheapest(task, option.row, None)) is not None
            ]
            self.routes.put_back(held)
            self._room[task] = min(offers)[1] if offers else None
        return self._room[task]

    def _places(self, task: int) -> list[Step]:
        """Whose place a task could take, in order of rows."""
        if task not in self._swaps:
            own = self.routes.team.get(task, ())
            rows = [o.row for o in self.instance.candidates.options[task] if o.row not in own]
            self._swaps[task] = [
                Step(task, row, other)
                for row in rows
                for other in tuple(self.routes.order[row])
                if not self.instance.tied[other] and self._fits(task, row, other)
            ]
        return self._swaps[task]

    def _fits(self, task: int, row: int, other: int) -> bool:
        taken = self.routes.remove(other)
        good = self._alone(task, row) and self.routes.cheapest(task, row, None) is not None
        self.routes.put_back(taken)
        return good

    def _alone(self, task: int, row: int) -> bool:
        return self.routes.team_allowed(task, (row,))

    def _tried(self, chain: list[Step]) -> Solution | None:
        """The plan after a chain, or None where its moves are in each other's way."""
        routes = self.routes
        leave = [step.before for step in chain if step.before is not None]
        taken = [routes.remove(task) for task in leave]
        done = []
        for step in chain:
            if not routes.try_team(step.task, (step.row,), None):
                break
            done.append(step.task)
        whole = len(done) == len(chain) and self._hold(chain)
        solution = routes.solution() if whole else None
        for task in reversed(done):
            routes.remove(task)
        for removed in reversed(taken):
            routes.put_back(removed)
        return solution

    def _hold(self, chain: list[Step]) -> bool:
        rows = {step.row for step in chain}
        order, fixed = self.routes.order, self.routes.fixed
        return all(starts(self.instance, row, order[row], fixed) is not None for row in rows)


def entered(instance: Instance, solution: Solution) -> Routes:
    """A plan as routes, in its own order."""
    routes = Routes(instance)
    for task, (start, rows) in sorted(solution.items(), key=lambda item: (item[1][0], item[0])):
        last = tuple(len(routes.order[row]) for row in rows)
        routes.put_back([Removed(task, start if instance.tied[task] else None, rows, last)])
    return routes


def _last(chain: list[Step]) -> int:
    """Who is dropped at the end of a chain."""
    before = chain[-1].before
    return -1 if before is None else before
