"""What would help: changes of a need that were tried in the plan, and let it in while nobody's points are lost."""

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from matching.explain.chains import Chains
from matching.explain.changes import Change, changes_of, with_changes
from matching.explain.document import Suggestion
from matching.explain.unserved import changed
from matching.problem import Problem, Task
from matching.solvers.instance import Instance, Solution
from matching.solvers.portfolio.warm import known

if TYPE_CHECKING:
    from matching.explain.explainer import Explainer

SHOWN = 4
"""Suggestions of one explanation at most."""

WIDER = (3, 2)
"""How much further those who come would have to agree to go, as a fraction."""

STEP_METRES = 100


class Helps:
    """Tries changes of all needs asked about in one plan."""

    def __init__(self, explainer: "Explainer") -> None:
        self.explainer = explainer
        asked = [task for task in explainer.visits.tasks if task.id in set(explainer.asked)]
        pairs = [(task, change) for task in asked for change in changes_of(explainer.visits, task)]
        self.problem, self.names = with_changes(explainer.visits, pairs)
        self.of_task: dict[str, list[str]] = {task.id: [] for task in asked}
        for (task, _), name in zip(sorted(pairs, key=lambda pair: pair[0].id), self.names, strict=True):
            self.of_task[task.id].append(name)
        self._told: dict[str, tuple[Suggestion, ...]] = {}

    def of(self, task_id: str) -> tuple[Suggestion, ...]:
        """What would help one of them, the least effort first."""
        if task_id not in self._told:
            self._told[task_id] = self._found(task_id) if task_id in self.of_task else ()
        return self._told[task_id]

    @cached_property
    def instance(self) -> Instance:
        """The problem with all changed needs beside the others."""
        return Instance(self.problem, self.explainer.policy)

    @cached_property
    def chains(self) -> Chains:
        """Exchanges in the plan, as the changed needs find it."""
        return Chains(self.instance, self._plan(self.instance))

    def _plan(self, instance: Instance) -> Solution:
        plan = msgspec.structs.replace(self.explainer.plan, routes=self.explainer.routes)
        return known(instance, plan)

    def _found(self, task_id: str) -> tuple[Suggestion, ...]:
        found: dict[str, Suggestion] = {}
        for name in self.of_task[task_id]:
            change = self.names[name]
            if len(found) < SHOWN and change.code not in found:
                suggestion = self._tried(name, change)
                if suggestion is not None:
                    found[change.code] = suggestion
        if len(found) < SHOWN and (wider := self._wider(task_id)) is not None:
            found["radius"] = wider
        return tuple(found.values())

    def _tried(self, name: str, change: Change) -> Suggestion | None:
        """By idle time, else by an exchange after which everybody has a visit."""
        index = self.instance.task_index[name]
        if not self.instance.possible(index):
            return None
        solution = self.chains.idle(index)
        if solution is None:
            exchange = self.chains.exchange(index)
            solution = None if exchange is None else exchange.solution
        if solution is None:
            return None
        moved = changed(self._base, solution, index).moved
        return Suggestion(
            code=change.code,
            start=solution[index][0],
            amount=change.amount,
            kinds=change.kinds,
            moved=moved,
        )

    @cached_property
    def _base(self) -> Solution:
        return self._plan(self.instance)

    def _wider(self, task_id: str) -> Suggestion | None:
        """Somebody with idle time who would have to come further than agreed."""
        causes = self.explainer.missing[task_id].causes
        if not any(c.cause == "within_reach" for c in causes):
            return None
        instance = self._far.instance
        index = instance.task_index[task_id]
        solution = self._far.idle(index) if instance.possible(index) else None
        if solution is None:
            return None
        start, rows = solution[index]
        more = max(self._beyond(instance.problem.tasks[index], row) for row in rows)
        return Suggestion(code="radius", start=start, amount=more) if more > 0 else None

    def _beyond(self, task: Task, row: int) -> int:
        """Metres that a worker would have to go beyond the agreed reach, in whole steps."""
        problem, instance = self.explainer.visits, self._far.instance
        worker = problem.workers[instance.worker_of_row[row]]
        limits = [m for m in (worker.reach_metres, problem.task_by_id[task.id].reach_metres) if m is not None]
        home = problem.place_by_id[instance.shifts.shifts[row].start_place]
        metres = problem.travel.metres(home, problem.place_by_id[task.place], worker.mode)
        beyond = metres - min(limits, default=metres)
        return -(-beyond // STEP_METRES) * STEP_METRES

    @cached_property
    def _far(self) -> Chains:
        """The plan among people who would go further."""
        instance = Instance(_wider(self.explainer.visits, frozenset(self.of_task)), self.explainer.policy)
        return Chains(instance, self._plan(instance))


def _wider(problem: Problem, asked: frozenset[str]) -> Problem:
    """Everybody's reach, and that of the needs asked about, half as much again."""
    part, whole = WIDER

    def more(metres: int | None) -> int | None:
        return None if metres is None else metres * part // whole

    replace = msgspec.structs.replace
    return replace(
        problem,
        workers=tuple(replace(w, reach_metres=more(w.reach_metres)) for w in problem.workers),
        tasks=tuple(
            replace(t, reach_metres=more(t.reach_metres)) if t.id in asked else t for t in problem.tasks
        ),
    )
