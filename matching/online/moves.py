"""Visits taken out and put in, tried and taken back: every state that stays keeps every rule."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from matching.online import kernels
from matching.online import layout as at
from matching.online.documents import Change, Visit
from matching.online.load import CREW, Loaded, paid_over, tie
from matching.online.store import Kept
from matching.problem import Task

ANY = at.NOBODY
"""As a start: whatever the routes allow."""


class Move(NamedTuple):
    """A task served by these pairs (one for each person), at one start if it is named."""

    task: int
    pairs: tuple[int, ...]
    start: int = ANY


class Done(NamedTuple):
    """What was changed: rows, visits before, stops taken out and put in, and how to undo it."""

    kept: Kept
    rows: tuple[int, ...]
    before: dict[int, tuple[int, ...]]
    new: tuple[int, ...]
    told: dict[int, Visit | None]


class Moves:
    """Visits of a plan in memory. `tied` tasks hold their start, `firm` ones are confirmed, `held` ones only keep time."""

    def __init__(self, loaded: Loaded, tasks: list[Task]) -> None:
        self.loaded, self.store, self.tasks = loaded, loaded.store, tasks
        self.tied: set[int] = set()
        self.firm: set[int] = set()
        self.held: set[int] = set()

    def visit(self, t: int) -> Visit | None:
        """Who comes to a task when, None where nobody does."""
        nodes = self.store.visits.get(t)
        if not nodes or t in self.held:
            return None
        rows, problem = self.loaded.rows, self.loaded.instance.problem
        people = sorted(
            (problem.workers[rows.worker[row]].id, rows.nth[row]) for row in map(self.store.row_of, nodes)
        )
        start = int(self.store.board.node[nodes[0], at.AT])
        return Visit(start=start, workers=tuple(w for w, _ in people), shifts=tuple(i for _, i in people))

    def rows_of(self, tasks: Iterable[int]) -> set[int]:
        """Rows in which tasks are served."""
        return {self.store.row_of(v) for t in tasks for v in self.store.visits.get(t, ())}

    def perform(self, moves: Sequence[Move], drops: Iterable[int] = ()) -> Done | None:
        """Take tasks out, put those of `moves` in where they cost least; None, and nothing changed, if one does not fit."""
        store = self.store
        lifted = sorted({*drops, *(move.task for move in moves)})
        rows = self.rows_of(lifted) | {int(store.board.pair[q, at.P_ROW]) for m in moves for q in m.pairs}
        ordered = tuple(sorted(rows))
        told = {t: self.visit(t) for row in ordered for t in self._tasks_of(row)}
        told |= {t: None for t in lifted if t not in told}
        before = {t: store.visits.get(t, ()) for t in lifted}
        kept = store.keep(ordered)
        wishes = {t: int(store.board.node[nodes[0], at.AT]) for t, nodes in before.items() if nodes}
        for t in lifted:
            self._lift(t)
        new: list[int] = []
        good = store.schedule_all(ordered)
        good = good and all(self._put(move, wishes.get(move.task, ANY), new) for move in moves)
        done = Done(kept, ordered, before, tuple(new), told)
        if not good:
            self.undo(done)
            return None
        for row in ordered:
            kernels.settle(store.board, row)
        return done

    def undo(self, done: Done) -> None:
        """Take changes back, the last first."""
        for t, nodes in done.before.items():
            self.store.visits.pop(t, None)
            if nodes:
                self.store.visits[t] = nodes
        self.store.restore(done.kept)
        for v in done.new:
            self.store.board.node[v, at.OWNER] = at.NOBODY
            self.store.free.append(v)

    def accept(self, done: Done) -> None:
        """Let changes stay."""
        for nodes in done.before.values():
            self.store.free.extend(nodes)

    def changes(self, done: Done) -> list[Change]:
        """Every visit that is not as it was before."""
        found = []
        for t in sorted({*done.told, *(t for row in done.rows for t in self._tasks_of(row))}):
            before, after = done.told.get(t), self.visit(t)
            if before != after:
                found.append(
                    Change(task=self.tasks[t].id, before=before, after=after, confirmed=t in self.firm)
                )
        return found

    def spent(self, rows: Iterable[int]) -> tuple[int, int]:
        """Ticks on the way and whole cost of rows."""
        both = np.array([kernels.spent(self.store.board, row) for row in rows], dtype=np.int64).reshape(-1, 2)
        return int(both[:, 0].sum()), int(both[:, 1].sum() - self._twice(rows))

    def _twice(self, rows: Iterable[int]) -> int:
        """Lateness of teams counts once for a task."""
        store, extra = self.store, 0
        counted = {t for row in rows for t in self._tasks_of(row) if len(store.visits[t]) > 1}
        for t in counted:
            inside = [v for v in store.visits[t] if store.row_of(v) in set(rows)]
            line = store.board.node[inside[0]]
            late = kernels.lateness(store.board.window, line[at.WINDOW], line[at.WINDOW_END], line[at.AT])
            extra += (len(inside) - 1) * late
        return extra

    def _tasks_of(self, row: int) -> list[int]:
        node = self.store.board.node
        return [int(node[v, at.TASK]) for v in self.store.stops(row) if node[v, at.TASK] >= 0]

    def _lift(self, t: int) -> None:
        store = self.store
        for v in store.visits.pop(t, ()):
            kernels.unlink(store.board, v)
        over = store.over.pop(t, 0)
        if over:
            store.board.meter[at.USED, store.board.task[t, at.FUND]] -= over

    def _put(self, move: Move, wish: int, new: list[int]) -> bool:
        store, t = self.store, move.task
        if not self.lawful(move) or t in store.visits:
            return False
        for q in move.pairs:
            row, line = int(store.board.pair[q, at.P_ROW]), store.board.pair[q]
            windows = store.board.window, line[at.P_WINDOW], line[at.P_WINDOW_END]
            if move.start >= 0 and not kernels.in_windows(*windows, move.start):
                return False
            stay = int(store.board.task[t, at.T_STAY])
            if not store.board.row[row, at.OPEN] or not kernels.roomy(store.board, row, stay, 0, 0):
                return False
            _, a, start = kernels.cheapest(store.board, t, q, move.start, at.FAR << 10)
            if a < 0:
                return False
            new.append(self._stop(move, q, wish if move.start < 0 else start))
            kernels.link(store.board, new[-1], a, row)
            if not store.schedule(row):
                return False
            store.visits[t] = (*store.visits.get(t, ()), new[-1])
        return self._pay(t)

    def _stop(self, move: Move, q: int, start: int) -> int:
        store, t = self.store, move.task
        v = store.new_node()
        tie(store, v, q)
        line = store.board.node[v]
        line[at.TASK], line[at.AT] = t, start
        line[at.PLACE], line[at.STAY] = store.board.task[t, [at.T_PLACE, at.T_STAY]]
        if move.start >= 0:
            line[at.FLOOR] = line[at.CEIL] = move.start
        else:
            line[at.CEIL], line[at.LOOSE] = at.FAR, t not in self.held
            line[at.ABLE] = line[at.LOOSE]
        return v

    def _pay(self, t: int) -> bool:
        """Let the fund pay what is above the cap; False if neither allows it."""
        store = self.store
        if store.board.task[t, at.CAP] < 0:
            return True
        over, fund = paid_over(store, t), int(store.board.task[t, at.FUND])
        if not over:
            return True
        if fund < 0 or store.board.meter[at.USED, fund] + over > store.board.meter[at.LIMIT, fund]:
            return False
        store.over[t] = over
        store.board.meter[at.USED, fund] += over
        return True

    def lawful(self, move: Move) -> bool:
        """Whether these people may serve a task together."""
        store, task = self.store, self.tasks[move.task]
        lines = store.board.row[store.board.pair[list(move.pairs), at.P_ROW]]
        people = lines[:, at.PEOPLE]
        alone = len(people) == 1 and (people[0] >= max(task.headcount, CREW))
        team = (people == 1).all() and len(set(lines[:, at.WORKER].tolist())) == len(people) == task.headcount
        if not (alone or team) or len(set(lines[:, at.POOL].tolist())) > 1:
            return False
        pins = self.loaded.asker.people.pins.get(task.id, ())
        named = {self.loaded.instance.problem.workers[w].id for w in lines[:, at.WORKER].tolist()}
        safe = "experienced" not in task.safeguards or not lines[:, at.NEWCOMER].all()
        two = "two_adults" not in task.safeguards or int(people.sum()) >= CREW
        return set(pins) <= named and safe and two
