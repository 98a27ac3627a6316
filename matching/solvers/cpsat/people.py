"""Rules of a model about all who come to one task: team or crew, pins, safeguards, money."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.solvers.instance import Instance, Solution

Literal = cp_model.IntVar
Derived = tuple[cp_model.IntVar, Callable[[Solution], int]]
"""A variable that follows from the visits, and its value in a solution."""


class People:
    """Adds the rules of tasks to a model, one after another; `funds` then those of money shared between tasks."""

    def __init__(
        self,
        instance: Instance,
        model: cp_model.CpModel,
        x: dict[tuple[int, int], Literal],
        derived: list[Derived],
    ) -> None:
        self.instance, self.teams, self.model = instance, instance.teams, model
        self.x, self.derived = x, derived
        self.paid: dict[int, list[tuple[cp_model.IntVar, int]]] = {}

    def add(self, task: int, options: tuple[Option, ...], served: Literal) -> None:
        """One team of one pool, or one who is enough alone, pinned ones among them; or nobody."""
        alone = [o for o in options if self.teams.need(task, o.row) == 1]
        several = [o for o in options if self.teams.need(task, o.row) > 1]
        for option in options:
            if not self.teams.need(task, option.row):
                self.model.add(self._x(option) == 0)
        self._choose(task, alone, several, served)
        self._pinned(task, options, served)
        self._safe(task, options, served)
        self._price(task, alone, several)

    def funds(self) -> None:
        """No fund pays more than it has."""
        for fund, terms in sorted(self.paid.items()):
            left = self.teams.fund_fen[fund]
            self.model.add(sum(fen * var for var, fen in terms) <= left)

    def _x(self, option: Option) -> Literal:
        return self.x[option.task, option.row]

    def _choose(self, task: int, alone: list[Option], several: list[Option], served: Literal) -> None:
        pools: dict[int, list[Literal]] = {}
        for option in several:
            pools.setdefault(self.instance.pool(option.row), []).append(self._x(option))
        taken = [served]
        if alone or len(pools) != 1:
            taken = [self._takes(task, pool) for pool in pools]
            self.model.add(sum([*taken, *map(self._x, alone)]) == served)
        for take, members in zip(taken, pools.values(), strict=True):
            self.model.add(sum(members) == self.instance.headcount[task] * take)

    def _takes(self, task: int, pool: int) -> Literal:
        def value(solution: Solution) -> int:
            rows = solution[task][1] if task in solution else ()
            return len(rows) > 1 and self.instance.pool(rows[0]) == pool

        literal = self.model.new_bool_var("")
        self.derived.append((literal, value))
        return literal

    def _pinned(self, task: int, options: tuple[Option, ...], served: Literal) -> None:
        people: dict[int, list[Literal]] = {}
        for option in options:
            people.setdefault(option.worker, []).append(self._x(option))
        pinned = self.instance.pins.get(task, set())
        if not pinned <= people.keys():
            self.model.add(served == 0)
        for worker, choices in people.items():
            if worker in pinned:
                self.model.add(sum(choices) == served)
            elif len(choices) > 1:
                self.model.add_at_most_one(choices)

    def _safe(self, task: int, options: tuple[Option, ...], served: Literal) -> None:
        if self.teams.experienced[task]:
            known = [self._x(o) for o in options if not self.teams.newcomer[o.row]]
            self.model.add(sum(known) >= served)
        if self.teams.two_adults[task] and self.instance.headcount[task] == 1:
            for option in options:
                if not self.teams.crew(option.row):
                    self.model.add(self._x(option) == 0)

    def _price(self, task: int, alone: list[Option], several: list[Option]) -> None:
        cap, fund = self.teams.cap[task], self.teams.fund[task]
        if cap is None:
            return
        for option in alone:
            over = self.teams.over(task, (option.row,))
            if over and fund is None:
                self.model.add(self._x(option) == 0)
            elif over and fund is not None:
                self.paid.setdefault(fund, []).append((self._x(option), over))
        prices = [(self._x(o), self.teams.fen(task, o.row)) for o in several]
        most = sum(sorted(fen for _, fen in prices)[-self.instance.headcount[task] :]) - cap
        if most > 0:
            self._team_price(task, sum(fen * var for var, fen in prices), cap, most)

    def _team_price(self, task: int, price: cp_model.LinearExprT, cap: int, most: int) -> None:
        fund = self.teams.fund[task]
        if fund is None:
            self.model.add(price <= cap)
            return

        def value(solution: Solution) -> int:
            rows = solution[task][1] if task in solution else ()
            return self.teams.over(task, rows) if len(rows) > 1 else 0

        over = self.model.new_int_var(0, most, "")
        self.model.add(over >= price - cap)
        self.derived.append((over, value))
        self.paid.setdefault(fund, []).append((over, 1))
