"""Around a hole with the fewest changes: points first, then confirmed visits that change, then cost.

First the free time of others; then, if that is not enough, confirmed visits that start later or go to somebody else,
one moving on to where the next one was (`Settings.depth`); last of all a visit of fewer points is dropped. A trip or
a session is a block: it goes to one other person as a whole (`blocks`), or is said to be lost.
"""

from collections.abc import Collection, Iterable

import numpy as np

from matching.online import layout as at
from matching.online.blocks import Blocks
from matching.online.documents import (
    Cancelled,
    Change,
    Decline,
    Hole,
    Mended,
    NoShow,
    OnlineError,
    Repaired,
    Settings,
    Sick,
    Urgent,
    Visit,
)
from matching.online.live import Live
from matching.online.search import Proposal
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Forbid, Problem

Nobody: frozenset[int] = frozenset()


def repair(
    problem: Problem,
    plan: Plan,
    hole: Hole,
    *,
    policy: Policy,
    confirmed: Collection[str] | None = None,
    settings: Settings | None = None,
) -> Repaired:
    """A plan around a hole, and what changed; `confirmed`: tasks whose visits should stay, None for all that are planned.

    It takes what `Settings.effort` allows, without looking at a clock.
    """
    names = [one.task for one in plan.assignments] if confirmed is None else confirmed
    live = Live(problem, plan, policy, settings=settings, confirmed=names)
    mended = mend(live, hole)
    return Repaired(problem=live.problem, plan=live.plan(), changes=mended.changes, left=mended.left)


def mend(live: Live, hole: Hole) -> Mended:
    """Repair a plan in memory. A hole that is none in this plan is an `OnlineError`."""
    return Mending(live).mend(hole)


class Mending:
    """One repair: what visits were before anything changed, and whose place must be found."""

    def __init__(self, live: Live) -> None:
        self.live, self.moves, self.store = live, live.moves, live.store
        self.before: dict[str, tuple[Visit | None, bool]] = {}
        self.rows: set[int] = set()
        self.banned: dict[int, frozenset[int]] = {}
        self.left: list[str] = []

    def mend(self, hole: Hole) -> Mended:
        """Find a new place for all who have lost theirs."""
        orphans = self._opened(hole)
        for t in sorted(orphans, key=self._urgency):
            self._place(t)
        if isinstance(hole, Urgent):
            self.live.guest = at.NOBODY
        self.live.changed = True
        self._refill()
        return Mended(changes=tuple(self._changes()), left=tuple(self.left))

    def _urgency(self, t: int) -> tuple[bool, int, int, int]:
        """Most points first; what holds its start after all others, and then who waits for another after that."""
        tied = t in self.moves.tied
        was = self.before.get(self.live.tasks[t].id, (None, False))[0]
        return tied, was.start if tied and was is not None else 0, -self.live.tasks[t].priority, t

    def _changes(self) -> Iterable[Change]:
        for name, (before, confirmed) in sorted(self.before.items()):
            t = self.live.number.get(name)
            after = None if t is None or t in self.live.gone else self.moves.visit(t)
            if before != after:
                yield Change(task=name, before=before, after=after, confirmed=confirmed)

    # Holes.

    def _opened(self, hole: Hole) -> list[int]:
        """Make the hole; those who have lost their place."""
        if isinstance(hole, Urgent):
            t = self.live.entered(hole.task, hole.place)
            self.before[hole.task.id] = None, False
            return [t] if self.live.wanted(t) else []
        if isinstance(hole, Cancelled):
            return self._cancelled(hole.task)
        if isinstance(hole, Decline):
            return self._declined(hole.task, hole.worker)
        if isinstance(hole, NoShow):
            row, start = self._served_by(hole.task, hole.worker)
            return self._absent([row], start)
        return self._sick(hole)

    def _served_by(self, task: str, worker: str) -> tuple[int, int]:
        """The row in which a worker serves a task, and the start."""
        t = self.live.number_of(task)
        visit = self.moves.visit(t)
        if visit is None or worker not in visit.workers:
            raise OnlineError(f"{worker!r} does not serve {task!r}")
        index = visit.shifts[visit.workers.index(worker)]
        return self.live.loaded.rows.at[worker, index], visit.start

    def _declined(self, task: str, worker: str) -> list[int]:
        row, _ = self._served_by(task, worker)
        t = self.live.number_of(task)
        number = int(self.store.board.row[row, at.WORKER])
        self.live.forbid(Forbid(task=task, worker=worker))
        self.banned[t] = frozenset({number})
        return self._take_out([t])

    def _cancelled(self, task: str) -> list[int]:
        t = self.live.number_of(task)
        self._take_out([t], alone=True)
        self.live.forget(t)
        return []

    def _sick(self, hole: Sick) -> list[int]:
        if hole.worker not in self.live.person:
            raise OnlineError(f"No worker {hole.worker!r}")
        worker = self.live.people[self.live.person[hole.worker]]
        until = at.FAR if hole.until is None else hole.until
        rows = [
            self.live.loaded.rows.at[hole.worker, i]
            for i, shift in enumerate(worker.shifts)
            if shift.end > hole.since and shift.start < until
        ]
        return self._absent(rows, hole.since)

    def _absent(self, rows: list[int], since: int) -> list[int]:
        """Nobody counts on these shifts from a tick on."""
        lost: set[int] = set()
        blocks = Blocks(self.live)
        for row in rows:
            node = self.store.board.node
            gone = [v for v in self.store.stops(row) if node[v, at.AT] >= since]
            lost |= {int(node[v, at.TASK]) for v in gone if node[v, at.TASK] >= 0}
        orphans = self._take_out(sorted(lost))
        self.left += blocks.hand_over(rows, since)
        for row in reversed(rows):
            self.live.close(row)
        return orphans

    def _take_out(self, tasks: list[int], *, alone: bool = False) -> list[int]:
        """Take tasks out, with what waits for them unless they alone go; those that were served."""
        every = tasks if alone else sorted({u for t in tasks for u in self.live.waiting_for(t)})
        served = [t for t in every if t in self.store.visits]
        held = self.moves.held & set(served)
        for t in served:
            self._remember(t)
        done = self.moves.perform((), served)
        if done is None:
            raise OnlineError("A visit cannot be taken out: the way that is left is too long")
        self.rows |= set(done.rows)
        self.live.accept(done)
        self.moves.held -= set(served)
        return [t for t in served if t not in held]

    def _remember(self, t: int) -> None:
        name = self.live.tasks[t].id
        self.before.setdefault(name, (self.moves.visit(t), t in self.moves.firm))

    # Places.

    def _place(self, t: int) -> bool:
        """Find a place: in free time, or else where fewest points and confirmed visits are lost or changed."""
        if t in self.store.visits:
            return True
        spare = self._spare(t)
        banned = self.banned.get(t, Nobody)
        if t in self.moves.tied:
            spans = self.live.spans(t)
            was = self.before.get(self.live.tasks[t].id, (None, False))[0]
            wanted = () if was is None else (was.start,)
            if self._first(self.live.search.teams(t, spans, spare, banned, wanted)):
                return True
            self._push(free=True)
            placed = self._first(self.live.search.teams(t, spans, spare, banned, wanted))
            self._push(free=False)
            return placed
        if self._first(self.live.search.direct(t, spare, banned)):
            return True
        if self._first(p for p in self.live.search.chains(t, 0, spare, banned) if not p.drops):
            return True
        self._push(free=True)
        worth = self.live.tasks[t].priority
        found = [
            *self.live.search.direct(t, spare, banned),
            *self.live.search.chains(t, worth, spare, banned),
        ]
        placed = self._first(sorted(found, key=lambda p: (p.loss, p.price, p.moves)))
        self._push(free=False)
        return placed

    def _spare(self, t: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """As for options; those of a team who are still there are kept if at all possible."""
        spare = self.live.spare(t)
        was = self.before.get(self.live.tasks[t].id, (None, False))[0]
        if was is None or len(was.workers) == 1:
            return spare
        people = self.live.loaded.asker.people.numbers(was.workers)
        first, end = self.store.board.task[t, [at.PAIRS, at.PAIRS_END]].tolist()
        worker = self.store.board.row[self.store.board.pair[first:end, at.P_ROW], at.WORKER]
        return spare - at.MOVE * np.isin(worker, people)

    def _first(self, proposals: Iterable[Proposal]) -> bool:
        """Do the first proposal that keeps every rule."""
        for proposal in proposals:
            tasks = [*(m.task for m in proposal.moves), *proposal.drops]
            done = self.moves.perform(proposal.moves, proposal.drops)
            if done is None:
                continue
            for t, visit in done.told.items():
                self.before.setdefault(self.live.tasks[t].id, (visit, t in self.moves.firm))
            self.rows |= set(done.rows) if len(tasks) > 1 else set()
            self.live.commit(done)
            return True
        return False

    def _push(self, *, free: bool) -> None:
        """Let confirmed visits start later or go to somebody else, or hold them again."""
        node = self.store.board.node
        firm = (node[:, at.FIRM] == 1) & (node[:, at.ABLE] == 1)
        node[firm, at.LOOSE] = int(free)
        node[firm, at.FLOOR] = node[firm, at.AT]
        node[firm, at.CEIL] = at.FAR if free else node[firm, at.AT]
        self.live.reschedule()

    def _refill(self) -> None:
        """Serve who was not served before, where time fell free and nobody else need change."""
        live = self.live
        waiting = [t for t in range(len(live.tasks)) if t not in self.store.visits and t not in live.gone]
        for t in sorted(waiting, key=lambda t: (-live.tasks[t].priority, t)):
            first, end = self.store.board.task[t, [at.PAIRS, at.PAIRS_END]].tolist()
            near = self.rows.intersection(self.store.board.pair[first:end, at.P_ROW].tolist())
            if near and t not in self.moves.tied and live.wanted(t):
                self._remember(t)
                self._first(live.search.direct(t, live.spare(t), self.banned.get(t, Nobody)))
