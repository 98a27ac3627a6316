"""An instance whose plans are priced without a table of all ways between tasks: many ways are looked up at once."""

from matching.policy import Level
from matching.solvers.instance import Instance, Solution
from matching.travel import Mode, Place


class Wide(Instance):
    """As `Instance`; needs no objects and no tables for all pairs where plans are only read and priced."""

    def possible(self, task: int) -> bool:
        """Whether somebody is a candidate, or may be for all that is known."""
        first = self.pairs.first
        return bool(first[task] < first[task + 1]) or task in self.candidates.unseen

    def cost(self, solution: Solution, level: Level | None = None) -> int:
        """Value of a level of cost: the last one of the policy, if none is named."""
        level = level or self.level
        total = self._ways_of(solution)
        for task, (start, rows) in solution.items():
            total += sum(self.visit_price(level, task, row) for row in rows)
            total += self.late_price(task, start) if level == "experience" else 0
        return total

    def _ways_of(self, solution: Solution) -> int:
        """Ticks of all ways of all routes, mode by mode."""
        problem = self.problem
        legs: dict[Mode, tuple[list[Place], list[Place]]] = {}
        for row, order in self.routes(solution).items():
            shift = self.shifts.shifts[row]
            doors = (problem.tasks[task].place for task in order)
            stops = [problem.place_by_id[place] for place in (shift.start_place, *doors, shift.end_place)]
            begins, ends = legs.setdefault(self.shifts.mode[row], ([], []))
            begins += stops[:-1]
            ends += stops[1:]
        return sum(int(problem.travel.pairs(a, b, mode)[0].sum()) for mode, (a, b) in sorted(legs.items()))
