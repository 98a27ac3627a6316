"""Start variables of a model: windows, what must wait for what, and what it costs to be late."""

from functools import partial

from ortools.sat.python import cp_model

from matching.candidates import Option
from matching.problem import StartWindow
from matching.solvers.cpsat.people import Derived
from matching.solvers.instance import Instance, Solution


class Starts:
    """One start per task that needs one; `costs`: variables of ticks late and their price."""

    def __init__(
        self,
        instance: Instance,
        model: cp_model.CpModel,
        served: dict[int, cp_model.IntVar],
        derived: list[Derived],
    ) -> None:
        self.instance, self.model, self.served, self.derived = instance, model, served, derived
        self.of: dict[int, cp_model.IntVar] = {}
        self.costs: list[tuple[cp_model.IntVar, int]] = []
        self.ticks: dict[int, cp_model.IntVar] = {}

    def add(self, task: int, options: tuple[Option, ...], x: dict[tuple[int, int], cp_model.IntVar]) -> None:
        """The start of a task, inside the windows of each row that comes."""
        domain = cp_model.Domain.from_intervals([list(w) for o in options for w in o.windows])
        self.of[task] = start = self.model.new_int_var_from_domain(domain, "")
        for option in options:
            own = cp_model.Domain.from_intervals([list(w) for w in option.windows])
            if own.flattened_intervals() != domain.flattened_intervals():
                literal = x[task, option.row]
                self.model.add_linear_expression_in_domain(start, own).only_enforce_if(literal)

    def wait(self) -> None:
        """Precedences between tasks that have starts."""
        for link in self.instance.links:
            if link.after not in self.of or link.before not in self.of:
                continue
            before, after, both = self.of[link.before], self.of[link.after], self.served[link.after]
            self.model.add(after >= before + link.least).only_enforce_if(both)
            if link.most is not None:
                self.model.add(after <= before + link.most).only_enforce_if(both)

    def late(self, task: int, told: cp_model.IntVar) -> None:
        """A start lies in one late window, and costs what it is late there, or in a hard one; if it is `told` at all."""
        if not self.instance.linked[task] or not self.instance.late[task] or self.instance.level == "travel":
            return
        windows = self.instance.problem.tasks[task].windows
        soft = [w for w in windows if w.late_until is not None]
        hard = [w for w in windows if w.late_until is None]
        if not hard and len(soft) == 1:
            self.ticks[task] = late = self._ticks(soft[0], task, told)
            if self.instance.timed[task]:
                self.derived.append((late, partial(self.lateness, task)))
            return
        parts = [*([window] for window in soft), *([hard] if hard else [])]
        literals = [self._inside(task, part) for part in parts]
        self.model.add(sum(literals) == told)
        for window, literal in zip(soft, literals, strict=False):
            late = self._ticks(window, task, literal)
            self.derived.append((late, partial(_ticks_late, window, task)))

    def lateness(self, task: int, solution: Solution) -> int:
        """Ticks late in a solution, at a task with one window."""
        return _ticks_late(self.instance.problem.tasks[task].windows[0], task, solution)

    def _inside(self, task: int, windows: list[StartWindow]) -> cp_model.IntVar:
        def value(solution: Solution) -> int:
            start = solution[task][0] if task in solution else -1
            return any(w.earliest <= start <= w.end for w in windows)

        literal = self.model.new_bool_var("")
        domain = cp_model.Domain.from_intervals([[w.earliest, w.end] for w in windows])
        self.model.add_linear_expression_in_domain(self.of[task], domain).only_enforce_if(literal)
        self.derived.append((literal, value))
        return literal

    def _ticks(self, window: StartWindow, task: int, literal: cp_model.IntVar) -> cp_model.IntVar:
        late = self.model.new_int_var(0, window.end - window.latest, "")
        self.model.add(late >= self.of[task] - window.latest).only_enforce_if(literal)
        self.costs.append((late, window.late_price))
        return late


def _ticks_late(window: StartWindow, task: int, solution: Solution) -> int:
    start = solution[task][0] if task in solution else -1
    return max(0, start - window.latest) if window.earliest <= start <= window.end else 0
