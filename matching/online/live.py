"""A plan kept in memory, so that one request is answered at once."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from functools import cached_property

import msgspec
import numpy as np

from matching.online import kernels
from matching.online import layout as at
from matching.online.asking import Asked
from matching.online.documents import (
    Change,
    OnlineError,
    Option,
    Settings,
    StaleError,
    Visit,
)
from matching.online.growth import grown
from matching.online.kernels import I64
from matching.online.load import loaded, task_line
from matching.online.moves import ANY, Done, Move, Moves
from matching.online.search import Proposal, Search, Span
from matching.online.telling import reasons, told_plan
from matching.online.ways import travel_with, with_place
from matching.plan import CauseCount, Plan
from matching.policy import Policy
from matching.problem import Forbid, Place, Problem, Task, Worker

REMEMBERED = 512
"""New tasks whose candidates are kept until somebody takes an option."""
TRIES = 4
"""For each option that is asked for, so many ways are tried; a chain may fail at a limit that several shifts share."""

Known = tuple[Task, Place | None, Asked]


class Live:
    """One plan of one problem, with the requests and changes since; not for several threads at once.

    `confirmed`: tasks whose visits stay with their people at their start, whatever is asked. Raises `PlanError` for
    a plan that breaks a rule of time; it is not checked otherwise.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        policy: Policy,
        *,
        settings: Settings | None = None,
        confirmed: Collection[str] = (),
    ) -> None:
        self.base, self.policy, self.settings = plan, policy, settings or Settings()
        self._problem = problem
        self.loaded = loaded(problem, plan, policy)
        self.store = self.loaded.store
        self.tasks: list[Task] = list(problem.tasks)
        self.number = {task.id: t for t, task in enumerate(self.tasks)}
        self.places = {place.id: i for i, place in enumerate(problem.places)}
        self.moves = Moves(self.loaded, self.tasks)
        self.moves.tied = {t for t, tied in enumerate(self.loaded.instance.tied) if tied}
        self.search = Search(self.moves, self.settings)
        self.causes: dict[str, tuple[CauseCount, ...]] = {one.task: one.causes for one in plan.unserved}
        self.gone: set[int] = set()
        self.known: OrderedDict[str, Known] = OrderedDict()
        self.changed = False
        self.guest = at.NOBODY
        self.new_places: list[Place] = []
        self.forbids: list[Forbid] = []
        self.unpinned: set[tuple[str, str]] = set()
        self.workers: dict[str, Worker] = {}
        self.people: list[Worker] = list(problem.workers)
        self.person = {worker.id: i for i, worker in enumerate(problem.workers)}
        self.sessions = plan.sessions
        self.lost: set[str] = set()
        self.confirm(confirmed)
        self._reserve(range(len(self.tasks)))

    def confirm(self, tasks: Collection[str]) -> None:
        """Whose visits are confirmed from now on: these and no others."""
        self.moves.firm = {self.number[name] for name in tasks if name in self.number}
        for t in self.store.visits:
            self._loosen(t, firm=t in self.moves.firm)
        self.reschedule()

    def _loosen(self, t: int, *, firm: bool) -> None:
        """Let a visit move, or not."""
        nodes = self.store.visits[t]
        able = len(nodes) == 1 and t not in self.moves.tied and t not in self.moves.held
        for v in nodes:
            line = self.store.board.node[v]
            able = able and bool(line[at.WINDOW] < line[at.WINDOW_END])
            line[at.FIRM], line[at.ABLE], line[at.LOOSE] = firm, able, able and not firm
            free = bool(line[at.LOOSE])
            line[at.FLOOR], line[at.CEIL] = (0, at.FAR) if free else (line[at.AT], line[at.AT])

    def reschedule(self) -> None:
        """Bring all rows up to date."""
        bad = kernels.schedule_all(self.store.board)
        if bad >= 0:
            raise OnlineError(f"Shift {bad} of the plan in memory breaks a rule")

    # What is asked.

    def recommend(self, task: Task | str, place: Place | None = None, most: int = 3) -> tuple[Option, ...]:
        """The best few ways to serve a task that is not served: nothing changes until one is taken.

        `task`: a new one, with its place if the problem does not know it, or the id of an unserved one. First come
        options that displace nobody. Nothing for a need that is met otherwise. Raises `OnlineError` for a task that
        is served, or unknown.
        """
        t = self.entered(task, place)
        try:
            return self._options(t, most) if self.wanted(t) else ()
        finally:
            self._leave(t)

    def take(self, option: Option, task: Task | None = None, place: Place | None = None) -> None:
        """Make an option part of the plan; a new task is remembered from when it was asked for, or given again.

        Raises `StaleError` if the plan is no longer one in which all the changes of the option can be made.
        """
        if option.task not in self.number and task is None:
            if option.task not in self.known:
                raise StaleError(f"Task {option.task!r} is not known any more: ask again")
            task, place, _ = self.known[option.task]
        t = self.entered(option.task if task is None else task, place)
        if not self.wanted(t) or not self._apply(option.changes):
            self._leave(t)
            raise StaleError("The plan has changed since this option was made: ask again")
        self.known.pop(option.task, None)
        self.guest, self.changed = at.NOBODY, True

    def drop(self, task: str) -> tuple[Change, ...]:
        """A task is no longer served, nor is what may not be without it; it stays asked for."""
        t = self.number_of(task)
        if t not in self.store.visits or t in self.moves.held:
            raise OnlineError(f"Task {task!r} is not served")
        lost = self.waiting_for(t)
        done = self._must(self.moves.perform((), lost))
        changes = self.moves.changes(done)
        self.accept(done)
        self._reserve(range(len(self.tasks)))
        return tuple(changes)

    def waiting_for(self, t: int) -> list[int]:
        """A served task and all served ones that come after it."""
        found, todo = {t}, [t]
        while todo:
            after = {link.after for link in self.loaded.instance.afters.get(todo.pop(), ())}
            todo += sorted((after - found) & self.store.visits.keys())
            found |= after & self.store.visits.keys()
        return sorted(found)

    def plan(self) -> Plan:
        """The whole plan as it is now, of `problem`."""
        return told_plan(self)

    @property
    def problem(self) -> Problem:
        """What is asked now: the problem at first, with all that came and went since."""
        if self.changed:
            self._problem, self.changed = grown(self, self._problem), False
        return self._problem

    def forbid(self, forbid: Forbid) -> None:
        """Never send a worker to a task; a pin that says otherwise is gone."""
        t = self.number_of(forbid.task)
        self.forbids.append(forbid)
        asker = self.loaded.asker
        asker.forbid(forbid.task, forbid.worker)
        if forbid.worker in asker.people.pins.get(forbid.task, {}):
            del asker.people.pins[forbid.task][forbid.worker]
            self.unpinned.add((forbid.task, forbid.worker))
            asked = asker.ask(self.tasks[t])
            self.store.replace_pairs(t, asked.pair, asked.window)
        worker = asker.people.number[forbid.worker]
        first, end = self.store.board.task[t, [at.PAIRS, at.PAIRS_END]].tolist()
        pair = self.store.board.pair[first:end]
        theirs = self.store.board.row[pair[:, at.P_ROW], at.WORKER] == worker
        pair[theirs, at.P_WINDOW_END] = pair[theirs, at.P_WINDOW]
        self.causes.pop(forbid.task, None)

    def forget(self, t: int) -> None:
        """A task is no longer asked for; what came after it waits for nothing."""
        self.gone.add(t)
        instance = self.loaded.instance
        for links in (*instance.befores.values(), *instance.afters.values()):
            links[:] = [link for link in links if t not in {link.before, link.after}]
        self.changed = True

    def close(self, row: int) -> None:
        """A shift takes nothing more: it ends when its last stop has led home, or is gone if it has none."""
        self.store.board.row[row, at.OPEN] = 0
        stops, rows = self.store.stops(row), self.loaded.rows
        number = rows.worker[row]
        worker = self.people[number]
        shifts, index = list(worker.shifts), rows.nth[row]
        del rows.at[worker.id, index]
        if stops:
            last = self.store.board.node[stops[-1]]
            end = int(last[at.AT] + last[at.STAY] + last[at.BACK])
            shifts[index] = msgspec.structs.replace(shifts[index], end=end)
            self.store.board.row[row, at.END] = end
            rows.at[worker.id, index] = row
        else:
            del shifts[index]
            for later in range(index + 1, len(worker.shifts)):
                moved = rows.at.pop((worker.id, later))
                rows.at[worker.id, later - 1], rows.nth[moved] = moved, later - 1
        self.people[number] = self.workers[worker.id] = msgspec.structs.replace(worker, shifts=tuple(shifts))
        self.changed = True

    # How it is done.

    def number_of(self, task: str) -> int:
        """The number of a task that is asked for."""
        if task not in self.number or self.number[task] in self.gone:
            raise OnlineError(f"No task {task!r}")
        return self.number[task]

    def entered(self, task: Task | str, place: Place | None) -> int:
        """The number of a task that is not served; a new one is the last."""
        name = task if isinstance(task, str) else task.id
        if name in self.number:
            t = self.number_of(name)
            if t in self.store.visits and t not in self.moves.held:
                raise OnlineError(f"Task {name!r} is served already")
            return t
        if isinstance(task, str):
            raise OnlineError(f"No task {name!r}")
        self._add_place(task, place)
        asked = self._asked(task, place)
        funds = {fund.id: self.loaded.meters.number["fund", i] for i, fund in enumerate(self._problem.funds)}
        if task.fund is not None and task.fund not in funds:
            raise OnlineError(f"No fund {task.fund!r}")
        line = task_line(self.places[task.place], task, task.mandatory, funds.get(task.fund or "", at.NOBODY))
        t = self.store.add_task(line, asked.pair, asked.window)
        self.tasks.append(task)
        self.number[name] = self.guest = t
        if task.headcount > 1:
            self.moves.tied.add(t)
        return t

    def _asked(self, task: Task, place: Place | None) -> Asked:
        """Candidates of a new task; the same question again is answered from memory."""
        found = self.known.get(task.id)
        asked = found[2] if found is not None and found[0] == task else self.loaded.asker.ask(task)
        self.known[task.id] = (task, place, asked)
        self.known.move_to_end(task.id)
        while len(self.known) > REMEMBERED:
            self.known.popitem(last=False)
        return asked

    def _add_place(self, task: Task, place: Place | None) -> None:
        if task.place in self.places:
            return
        if place is None or place.id != task.place:
            raise OnlineError(f"No place {task.place!r}: say where it is")
        asker, before = self.loaded.asker, [*self._problem.places, *self.new_places]
        travel = travel_with(asker.travel, place, before)
        self.store.board = self.store.board._replace(ways=with_place(self.store.board.ways, place, before))
        asker.travel = travel
        asker.add_place(place)
        self.places[place.id] = len(self.places)
        self.new_places.append(place)

    def _leave(self, t: int) -> None:
        """Forget a new task that is not taken."""
        if t == self.guest:
            self.guest = at.NOBODY
            self.number.pop(self.tasks.pop().id)
            self.moves.tied.discard(t)
            self.store.remove_task()

    def wanted(self, t: int) -> bool:
        """Whether the need is not met otherwise."""
        need = self.tasks[t].need
        return not need or need not in self.needs_met()

    def needs_met(self) -> set[str]:
        """Needs of which something is served now."""
        problem = self._problem
        met = {self.tasks[u].need for u in self.store.visits if u not in self.moves.held}
        stops = self.loaded.blocks.values()
        met |= {problem.delivery_by_id[stop.task].need for stop in stops if stop.kind == "deliver"}
        return met | {problem.enrolment_by_id[name].need for one in self.sessions for name in one.seated}

    def spans(self, t: int) -> list[Span]:
        """When a task may start, as far as the tasks before it say; nothing where one of them is not served."""
        low, high = 0, at.FAR
        for link in self.loaded.instance.befores.get(t, ()):
            before = self.moves.visit(link.before)
            if before is None:
                return []
            low = max(low, before.start + link.least)
            high = high if link.most is None else min(high, before.start + link.most)
        ends = [(w.earliest, w.end) for w in self.tasks[t].windows]
        return [(max(low, a), min(high, b)) for a, b in sorted(ends) if max(low, a) <= min(high, b)]

    def spare(self, t: int) -> I64:
        """Price of the skills that each candidate has and the task does not need."""
        pairs = self.store.board.pair[slice(*self.store.board.task[t, [at.PAIRS, at.PAIRS_END]].tolist())]
        worker = self.store.board.row[pairs[:, at.P_ROW], at.WORKER]
        found: I64 = self.settings.spare_skill_ticks * self._skills[worker]
        return found

    @cached_property
    def _skills(self) -> I64:
        return np.array([len(worker.skills) for worker in self._problem.workers], dtype=np.int64)

    def proposals(self, t: int, worth: int, banned: frozenset[int] = frozenset()) -> Iterable[Proposal]:
        """Ways to serve a task: those that move nobody else to another person first, then chains, then what displaces."""
        spare = self.spare(t)
        if t in self.moves.tied:
            yield from self.search.teams(t, self.spans(t), spare, banned)
            return
        yield from self.search.direct(t, spare, banned)
        yield from self.search.chains(t, worth, spare, banned)

    def _options(self, t: int, most: int) -> tuple[Option, ...]:
        lifted = self._must(self.moves.perform((), (t,))) if t in self.moves.held else None
        self.moves.held.discard(t)
        found: list[Option] = []
        people: set[tuple[int, ...]] = set()
        worth = self.tasks[t].priority
        for tried, proposal in enumerate(self.proposals(t, worth)):
            if len(found) == most or tried == TRIES * most:
                break
            if proposal.alike in people:
                continue
            option = self._option(t, proposal)
            if option is not None:
                people.add(proposal.alike)
                found.append(option)
        if lifted is not None:
            self.moves.undo(lifted)
            self.moves.held.add(t)
        return tuple(reasons(self, t, found, held=lifted is not None))

    def _option(self, t: int, proposal: Proposal) -> Option | None:
        """Try a proposal, tell it, and take it back."""
        rows = self.moves.rows_of([*(m.task for m in proposal.moves), *proposal.drops])
        rows |= {int(self.store.board.pair[q, at.P_ROW]) for m in proposal.moves for q in m.pairs}
        before = self.moves.spent(rows)
        done = self.moves.perform(proposal.moves, proposal.drops)
        if done is None:
            return None
        after, changes = self.moves.spent(rows), self.moves.changes(done)
        own = self.moves.visit(t)
        self.moves.undo(done)
        if own is None:
            return None
        name = self.tasks[t].id
        others = [change for change in changes if change.task != name]
        lost = [change.task for change in others if change.after is None]
        return Option(
            task=name,
            start=own.start,
            workers=own.workers,
            shifts=own.shifts,
            detour_ticks=after[0] - before[0],
            cost_ticks=after[1] - before[1],
            points=self.tasks[t].priority - sum(self.tasks[self.number[u]].priority for u in lost),
            displaces=tuple(lost),
            changes=(Change(task=name, after=own), *others),
        )

    def _apply(self, changes: Iterable[Change]) -> bool:
        """Make exactly these changes, or none."""
        changes = list(changes)
        numbers = {self.number_of(change.task): change for change in changes}
        if any(self.moves.visit(t) != change.before for t, change in numbers.items()):
            return False
        if any(c.after is not None and not self._open_at(t, c.after.start) for t, c in numbers.items()):
            return False
        rows = self.moves.rows_of(numbers) | {
            row for change in changes for row in self._rows_at(change.after)
        }
        held = [t for t in self.moves.held if t in numbers or self.moves.rows_of([t]) & rows]
        lifted = self._must(self.moves.perform((), held))
        self.moves.held -= set(held)
        done = self._exactly(numbers, rows)
        if done is None:
            self.moves.undo(lifted)
            self.moves.held |= set(held)
            return False
        self.moves.accept(lifted)
        self.commit(done)
        self._reserve(held)
        return True

    def _exactly(self, numbers: dict[int, Change], rows: set[int]) -> Done | None:
        """Change these tasks; everybody else in these rows stays where and when they are."""
        moves = [m for t, change in numbers.items() if (m := self._move(t, change.after)) is not None]
        if len(moves) < sum(change.after is not None for change in numbers.values()):
            return None
        stays = [v for row in sorted(rows) for v in self.store.stops(row)]
        node, limits = self.store.board.node, [at.FLOOR, at.CEIL]
        before = node[stays][:, limits]
        node[stays, at.FLOOR] = node[stays, at.CEIL] = node[stays, at.AT]
        done = None
        if self.store.schedule_all(rows):
            done = self.moves.perform(moves, numbers)
        if done is not None and any(self.moves.visit(t) != change.after for t, change in numbers.items()):
            self.moves.undo(done)
            done = None
        for v, (floor, ceil) in zip(stays, before.tolist(), strict=True):
            self.store.board.node[v, limits] = floor, ceil
        self.store.schedule_all(rows)
        return done

    def _open_at(self, t: int, start: int) -> bool:
        return any(low <= start <= high for low, high in self.spans(t))

    def _rows_at(self, visit: Visit | None) -> list[int]:
        if visit is None:
            return []
        keys = zip(visit.workers, visit.shifts, strict=False)
        return [self.loaded.rows.at[key] for key in keys if key in self.loaded.rows.at]

    def _move(self, t: int, visit: Visit | None) -> Move | None:
        pairs = tuple(sorted(self.store.pair_of(t, row) for row in self._rows_at(visit)))
        known = visit is not None and len(pairs) == len(visit.workers) and at.NOBODY not in pairs
        return Move(t, pairs, visit.start) if visit is not None and known else None

    def accept(self, done: Done) -> None:
        """Let changes stay."""
        self.moves.accept(done)
        self.changed = True

    def commit(self, done: Done) -> None:
        """Let changes stay; whatever moved is confirmed no longer."""
        changed = [self.number[change.task] for change in self.moves.changes(done)]
        self.moves.accept(done)
        for t in changed:
            self.moves.firm.discard(t)
            if t in self.store.visits:
                self._loosen(t, firm=False)
        for row in done.rows:
            self.store.schedule(row)

    def _reserve(self, tasks: Iterable[int]) -> None:
        """Keep time for unserved tasks that are overdue: those who waited longest first."""
        late = [
            t
            for t in tasks
            if t not in self.store.visits
            and t not in self.gone
            and self.tasks[t].days_waited >= self.settings.overdue_days
            and t not in self.moves.tied
            and self.wanted(t)
        ]
        for t in sorted(late, key=lambda t: (-self.tasks[t].days_waited, -self.tasks[t].priority, t)):
            self.moves.held.add(t)
            proposals = self.search.direct(t, self.spare(t))
            done = next((d for p in proposals[:1] if (d := self.moves.perform(p.moves)) is not None), None)
            if done is None:
                self.moves.held.discard(t)
            else:
                self.moves.accept(done)

    def _must(self, done: Done | None) -> Done:
        if done is None:
            raise OnlineError("A visit could not be taken out of the plan in memory")
        return done


def recommend(
    problem: Problem,
    plan: Plan,
    task: Task | str,
    *,
    policy: Policy,
    place: Place | None = None,
    most: int = 3,
    settings: Settings | None = None,
    confirmed: Collection[str] = (),
) -> tuple[Option, ...]:
    """The best few ways to serve one more task in a plan; see `Live.recommend`."""
    return Live(problem, plan, policy, settings=settings, confirmed=confirmed).recommend(task, place, most)


__all__ = ["ANY", "Live", "recommend"]
